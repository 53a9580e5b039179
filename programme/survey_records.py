"""A survey's answers as rows for files: one row an option, or one row a filled-in form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from programme.forms import Form, flat
from programme.questions import MISSING, Option
from programme.survey_columns import Column, said_options
from storage.exports import Cell, Record
from storage.survey_reading import Filled, Given, Sheet
from storage.surveys import Survey

Words = Callable[[str], str]
Labels = Mapping[tuple[int, str, str], str]

_NO_OPTION = ("",)
# So many digits a spreadsheet keeps of a figure.
EXACT_DIGITS = 15
ANSWER_COLUMNS = (
    "survey",
    "wave",
    "form_version",
    "respondent",
    "question_key",
    "option_key",
    "option_label",
    "text",
    "answered_at",
)
CODEBOOK_COLUMNS = (
    "survey",
    "form_version",
    "question_key",
    "kind",
    "question_label",
    "option_key",
    "option_label",
)
WIDE_CODEBOOK_COLUMNS = (
    "column",
    "spss_name",
    "question_key",
    "kind",
    "form_versions",
    "question_label",
    "value",
    "spss_value",
    "value_label",
    "value_versions",
)


def labels(forms: Sequence[Form], words: Words) -> dict[tuple[int, str, str], str]:
    """Give the words of each option by version, question and key."""
    return {
        (form.version, question.key, key): label
        for form in forms
        for question in flat(form).questions
        for key, label in (
            *((one.key, one.label) for one in said_options(question)),
            *((code, words(code)) for code in question.missing),
        )
    }


def tidy(
    survey: Survey, batch: Sequence[Sheet], known: Labels
) -> Iterator[tuple[str, str, int, int, str, str, str, str, str]]:
    """Write each chosen option and each text as a row of ANSWER_COLUMNS."""
    for sheet in batch:
        number, wave = sheet.number, sheet.wave or survey.wave
        for question_key, option_keys, text, version, moment in sheet.rows():
            # A text has no option, and still is one row.
            for option_key in option_keys or _NO_OPTION:
                yield (
                    survey.key,
                    wave,
                    version,
                    number,
                    question_key,
                    option_key,
                    known.get((version, question_key, option_key), ""),
                    text,
                    _written(moment),
                )


@lru_cache(maxsize=4_096)
def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def wide(
    survey: Survey,
    batch: Sequence[Sheet],
    filled: Mapping[tuple[str, str], Filled],
    link_of: Callable[[str], str] | None,
) -> Iterator[tuple[tuple[Cell, ...], dict[str, Given]]]:
    """Put the answers of each form together: the leading cells, and the answers by question."""
    for sheet in batch:
        answers = {one.question_key: one for one in sheet.answers()}
        facts = filled.get((sheet.respondent, sheet.wave))
        moments = [one.answered_at for one in answers.values() if one.answered_at]
        before: tuple[Cell, ...] = (
            sheet.number,
            sheet.wave or survey.wave,
            facts.form_version if facts else max(one.form_version for one in answers.values()),
            int(facts.complete) if facts else 1,
            max(moments).isoformat() if moments else "",
        )
        if link_of is not None:
            before = (*before, link_of(facts.link_hash) if facts else "")
        yield before, answers


def said(column: Column, one: Given | None) -> Cell:
    """Write an answer into one cell: its keys with spaces between them, its figure or words."""
    if one is None:
        return ""
    return _said(column.kind, one.option_keys) if one.option_keys else one.text


@lru_cache(maxsize=4_096)
def _said(kind: str, option_keys: tuple[str, ...]) -> Cell:
    if kind in ("number", "scale") and option_keys[0] not in MISSING:
        return figure(option_keys[0])
    return " ".join(option_keys)


def figure(written: str) -> int | float | str:
    """Read a figure; one that a float cannot hold to its last digit stays as it is written."""
    if "." not in written:
        return int(written)
    digits = sum(each.isdigit() for each in written)
    is_exact = digits <= EXACT_DIGITS and repr(float(written)) == written
    return float(written) if is_exact else written


def worded(column: Column, one: Given | None, words: Words) -> Cell:
    """Write an answer as people read it: labels, and figures where there are no words."""
    if one is None:
        return ""
    if not one.option_keys:
        return one.text
    if column.kind == "number" and one.option_keys[0] not in MISSING:
        return figure(one.option_keys[0])
    found = []
    for key in one.option_keys:
        label = words(key) if key in column.missing else column.label_of(key)
        if column.kind == "scale" and key not in column.missing:
            label = f"{key} – {label}" if label else key
        found.append(label or key)
    return "; ".join(found)


def tidy_codebook(survey: Survey, forms: Sequence[Form], words: Words) -> Iterator[Record]:
    """Write every question and option of every version."""
    for form in forms:
        for question in flat(form).questions:
            found = [
                *said_options(question),
                *(Option(code, words(code)) for code in question.missing),
            ]
            for option in found or [Option("", "")]:
                cells = (
                    survey.key,
                    form.version,
                    question.key,
                    question.kind,
                    question.label,
                    option.key,
                    option.label,
                )
                yield dict(zip(CODEBOOK_COLUMNS, cells, strict=True))


def wide_codebook(
    columns: Sequence[Column], codes: Mapping[str, Mapping[str, float | str]], words: Words
) -> Iterator[tuple[Cell, ...]]:
    """Write every column with the values it may have; `codes` are those of the SPSS file."""
    for column in columns:
        values = [
            *((one.key, one.label) for one in column.options),
            *((code, words(code)) for code in column.missing),
        ]
        for value, label in values or [("", "")]:
            yield (
                column.name,
                column.spss,
                column.key,
                column.kind,
                _numbers(column.versions),
                column.label,
                value,
                _plain(codes.get(column.key, {}).get(value, "")),
                label,
                _numbers(column.option_versions.get(value, ())),
            )


def _numbers(versions: Sequence[int]) -> str:
    return " ".join(str(each) for each in versions)


def _plain(code: float | str) -> str:
    return f"{code:.0f}" if isinstance(code, float) else code
