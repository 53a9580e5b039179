"""Read the questions that an event asks everybody who registers."""

import dataclasses
from collections import Counter
from itertools import count

from programme import forms
from programme.forms import Condition, Form, FormBroken, Option, Question
from programme.importing import problems as faults
from programme.importing.toml_table import TomlTable

KINDS = ("text", "choice", "multiple")
KEY_LIMIT = 40
LABEL_LIMIT = 300
OPTION_LIMIT = 60
# Every option is a button under the question.
MOST_OPTIONS = 20
MOST_QUESTIONS = 20
LONGEST_ANSWER = 1500
USUAL_ANSWER = 500


def read_questions(event: TomlTable) -> tuple[Question, ...]:
    """Read an event's questions, none when it has none; every fault is noted with its place."""
    if not event.has("questions"):
        return ()
    tables = event.tables("questions", "question")
    questions = tuple(_question(table) for table in tables)
    if len(questions) > MOST_QUESTIONS:
        event.problems.append(
            faults.BadNumber(event.place, "questions", len(questions), 1, MOST_QUESTIONS)
        )
    _note_repeated(tables, [question.key for question in questions])
    _note_broken(tables, questions)
    return questions


def _question(table: TomlTable) -> Question:
    question = Question(
        key=table.key(limit=KEY_LIMIT),
        kind=table.choice("kind", KINDS, default="text"),
        label=table.text("label", limit=LABEL_LIMIT),
        options=_options(table),
        required=table.yes_no("required", default=True),
        max_length=table.number("max_length", 1, LONGEST_ANSWER) or USUAL_ANSWER,
        when=_condition(table),
    )
    table.finish()
    return question


def _options(table: TomlTable) -> tuple[Option, ...]:
    if not table.has("options"):
        return ()
    tables = table.tables("options", "option")
    options = tuple(_option(each) for each in tables)
    if len(options) > MOST_OPTIONS:
        table.problems.append(
            faults.BadNumber(table.place, "options", len(options), 1, MOST_OPTIONS)
        )
    _note_repeated(tables, [option.key for option in options])
    return options


def _option(table: TomlTable) -> Option:
    option = Option(table.key(limit=KEY_LIMIT), table.text("label", limit=OPTION_LIMIT))
    table.finish()
    return option


def _condition(table: TomlTable) -> Condition | None:
    if not table.has("when"):
        return None
    when = table.part("when")
    condition = Condition(when.key("question", limit=KEY_LIMIT), when.texts("options"))
    when.finish()
    return condition


def _note_repeated(tables: list[TomlTable], keys: list[str]) -> None:
    seen: Counter[str] = Counter()
    for table, key in zip(tables, keys, strict=True):
        seen[key] += 1
        if key and seen[key] > 1:
            table.problems.append(faults.DuplicateKey(table.place, "key", key))


def _note_broken(tables: list[TomlTable], questions: tuple[Question, ...]) -> None:
    """Let the form itself say what cannot be asked; each fault is set right to find the next."""
    # Names of their own, so that a key at fault, noted already, does not hide what comes after.
    names = _own_names(questions)
    mended = [
        dataclasses.replace(each, key=name) for each, name in zip(questions, names, strict=True)
    ]
    while True:
        try:
            Form("event", 1, tuple(mended))
        except FormBroken as broken:
            at = names.index(broken.key)
            _note(tables[at], broken)
            mended[at] = _mended(mended[at], broken)
        else:
            return


def _mended(question: Question, broken: FormBroken) -> Question:
    if isinstance(broken, forms.ConditionUnknown | forms.ConditionLater):
        return dataclasses.replace(question, when=None)
    return dataclasses.replace(question, kind="text", options=())


def _own_names(questions: tuple[Question, ...]) -> list[str]:
    spare = (f"_{number}" for number in count())
    names: list[str] = []
    for question in questions:
        fits = forms.KEY.fullmatch(question.key) and question.key not in names
        names.append(question.key if fits else next(spare))
    return names


def _note(table: TomlTable, broken: FormBroken) -> None:
    if isinstance(broken, forms.OptionsUnfit):
        table.problems.append(faults.OptionsUnfit(table.place, "options"))
    elif isinstance(broken, forms.ConditionUnknown):
        table.problems.append(faults.ConditionUnknown(table.place, "when"))
    elif isinstance(broken, forms.ConditionLater):
        table.problems.append(faults.ConditionLater(table.place, "when"))
