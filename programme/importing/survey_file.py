"""Read a survey's file: TOML text to a definition, with every fault found and its line."""

import dataclasses
from datetime import date

from programme.forms import Form
from programme.importing import problems as faults
from programme.importing import survey_problems as wrong
from programme.importing.programme_file import parse
from programme.importing.survey_definition import PRIVACIES, SurveyDefinition
from programme.importing.survey_question_fields import read_questions
from programme.importing.survey_wave_fields import read_schedule, read_waves
from programme.importing.toml_lines import Path, find_lines, line_of
from programme.importing.toml_table import TomlTable

TITLE_LIMIT = 200
WORDS_LIMIT = 1500
USUAL_THRESHOLD = 5
# With fewer than three people each of two would know what the other said.
LOWEST_THRESHOLD = {"named": 1, "pseudonymous": 3, "anonymous": 3}
HIGHEST_THRESHOLD = 100
# What tells who somebody is.
_NAMING = ("name", "address", "file")
_LISTS = {
    "question": "questions",
    "option": "options",
    "row": "rows",
    "condition": "when",
    "wave": "waves",
}


def read_survey(content: bytes, *, today: date) -> SurveyDefinition:
    """Read the bytes of a survey's file; relative days are counted from `today`.

    Raises FileRefused with every fault of the file.
    """
    problems: list[faults.FileProblem] = []
    data = parse(content)
    file = TomlTable(data, faults.Place("file"), problems)
    lines = find_lines(content.decode("utf-8-sig"))
    privacy = file.choice("privacy", PRIVACIES)
    lowest = LOWEST_THRESHOLD.get(privacy, 1)
    threshold = file.number("threshold", lowest, HIGHEST_THRESHOLD)
    words = {
        name: file.text(name, default="" if name != "title" else None, limit=limit)
        for name, limit in _words().items()
    }
    linked = file.yes_no("linked", default=False)
    if linked and privacy == "named":
        problems.append(wrong.LinkNeedsCode(file.place, "linked"))
    key = file.key()
    tables, questions = read_questions(file)
    for table, question in zip(tables, questions, strict=True):
        if privacy == "anonymous" and question.kind in _NAMING:
            problems.append(wrong.NamesSomebody(table.place, "kind", question.kind))
    schedule = read_schedule(file)
    waves = read_waves(file, questions, today)
    file.finish()
    if problems:
        raise faults.FileRefused(_placed(problems, lines))
    return SurveyDefinition(
        form=Form(key, 1, questions, linked=linked, **words),
        privacy=privacy,
        threshold=threshold or USUAL_THRESHOLD,
        schedule=schedule,
        waves=tuple(
            dataclasses.replace(wave, line=line_of(lines, ("waves", number)))
            for number, wave in enumerate(waves)
        ),
    )


def _words() -> dict[str, int]:
    return {
        name + language: TITLE_LIMIT if name == "title" else WORDS_LIMIT
        for name in ("title", "intro", "thanks")
        for language in ("", "_en")
    }


def _placed(
    problems: list[faults.FileProblem], lines: dict[Path, int]
) -> tuple[faults.FileProblem, ...]:
    """Give each fault its line, in the order of the file."""
    placed = [
        dataclasses.replace(each, line=line_of(lines, _path(each.place, each.field)))
        if isinstance(each, faults.FieldProblem)
        else each
        for each in problems
    ]
    return tuple(sorted(placed, key=lambda each: getattr(each, "line", 0)))


def _path(place: faults.Place, field: str) -> Path:
    path: Path = (field,) if field else ()
    spot: faults.Place | None = place
    while spot is not None and spot.table != "file":
        named: Path = (_LISTS.get(spot.table, spot.table),)
        path = (*named, *(() if spot.number is None else (spot.number - 1,)), *path)
        spot = spot.inside
    return path
