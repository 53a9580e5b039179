"""A survey for SPSS: each question a variable with labels, and codes for no answer.

Options are numbered in the order in which versions brought them, points and numbers are
themselves. Several choices are one variable with all keys, and one more for each option: 1 and 0,
in a ranking the place; only SPSS gets these, because it counts numbers alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from programme.questions import HARD_TO_SAY, NO, NO_ANSWER, YES
from programme.survey_columns import Column, Names, spss_name
from programme.survey_columns import leading as survey_leading
from programme.survey_records import Words
from storage.exports import Cell
from storage.spss_file import Variable, seconds_of_day, seconds_of_moment
from storage.survey_reading import Given

Answers = Mapping[str, Given]
# No option of a form can have such a key, and nobody writes such words.
_IN_TEXT: Mapping[str, str] = {HARD_TO_SAY: "!hard", NO_ANSWER: "!none"}
_USUAL: Mapping[str, float] = {HARD_TO_SAY: -8.0, NO_ANSWER: -9.0}
# Below all that can be typed as a number, and exact in SPSS.
_FAR: Mapping[str, float] = {HARD_TO_SAY: -(10.0**15) - 8, NO_ANSWER: -(10.0**15) - 9}
_AS_FIGURES = ("choice", "scale", "number", "date")
_SHOWN = {"choice": "F8.0", "scale": "F8.0", "number": "F16.6", "date": "SDATE10"}
_MEASURE = {"scale": "ordinal", "number": "scale", "date": "scale"}


def codes(column: Column) -> dict[str, float | str]:
    """Give the value in the file for each option key that is not its own value."""
    if column.kind not in _AS_FIGURES:
        return {code: _IN_TEXT[code] for code in column.missing}
    found: dict[str, float | str] = {code: _of_missing(column)[code] for code in column.missing}
    if column.kind == "choice":
        if {one.key for one in column.options} == {YES, NO}:
            return found | {YES: 1.0, NO: 0.0}
        found |= {one.key: float(place) for place, one in enumerate(column.options, start=1)}
    if column.kind == "scale":
        found |= {one.key: float(one.key) for one in column.options}
    return found


def _of_missing(column: Column) -> Mapping[str, float]:
    if column.kind in ("choice", "date"):
        return _USUAL
    return _USUAL if column.lowest is not None and column.lowest >= 0 else _FAR


def variables(
    column: Column, answers: Sequence[Answers], words: Words, names: Names
) -> list[Variable]:
    """Turn one question's answers, in the order of the rows, into its variables."""
    given = [each.get(column.key) for each in answers]
    known = codes(column)
    labels: dict[float | str, str] = {
        known[key]: label
        for key, label in (
            *((one.key, one.label) for one in column.options),
            *((code, words(code)) for code in column.missing),
        )
        if key in known
    }
    missing = [known[code] for code in column.missing]
    if column.kind not in _AS_FIGURES:
        texts = [_text(known, one) for one in given]
        whole = Variable(
            column.spss, column.label, texts, is_text=True, labels=labels, missing=missing
        )
        return [whole, *_parts(column, given, words, names)]
    figures = [_figure(column, known, one) for one in given]
    return [
        Variable(
            column.spss,
            column.label,
            figures,
            labels=labels,
            missing=missing,
            shown=_SHOWN[column.kind],
            measure=_MEASURE.get(column.kind, "nominal"),
        )
    ]


def _text(known: Mapping[str, float | str], one: Given | None) -> str:
    if one is None:
        return ""
    if not one.option_keys:
        return one.text
    return " ".join(str(known.get(key, key)) for key in one.option_keys)


def _figure(column: Column, known: dict[str, float | str], one: Given | None) -> float | None:
    if one is None or not one.option_keys:
        return None
    key = one.option_keys[0]
    if key in known:
        return float(known[key])
    if column.kind == "date":
        return seconds_of_day(key)
    if column.kind == "choice":
        # No version has it: it gets the next number rather than being lost.
        known[key] = float(len(known) + 1)
        return float(known[key])
    return float(key)


def _parts(
    column: Column, given: Sequence[Given | None], words: Words, names: Names
) -> list[Variable]:
    """Give a variable to each option of a multiple choice or ranking."""
    if column.kind not in ("multiple", "ranking"):
        return []
    labels: dict[float | str, str] = {_USUAL[code]: words(code) for code in column.missing}
    return [
        Variable(
            names.new(spss_name(f"{column.spss}_{option.key}")),
            f"{column.label}: {option.label}",
            [_part(column, option.key, one) for one in given],
            labels=labels,
            missing=[_USUAL[code] for code in column.missing],
            shown="F8.0",
            measure="nominal" if column.kind == "multiple" else "ordinal",
        )
        for option in column.options
    ]


def _part(column: Column, option_key: str, one: Given | None) -> float | None:
    if one is None or not one.option_keys:
        return None
    first = one.option_keys[0]
    if first in column.missing:
        return _USUAL[first]
    if column.kind == "multiple":
        return float(option_key in one.option_keys)
    return float(one.option_keys.index(option_key) + 1) if option_key in one.option_keys else None


def leading(rows: Sequence[tuple[Cell, ...]], *, linked: bool, words: Words) -> list[Variable]:
    """Turn the cells before the questions into variables."""
    shown = {"respondent": "F8.0", "form_version": "F8.0", "complete": "F8.0"}
    found = []
    for place, name in enumerate(survey_leading(linked=linked)):
        cells = [row[place] for row in rows]
        label = words(f"survey_{name}")
        if name in shown:
            figures = [float(str(cell)) for cell in cells]
            found.append(Variable(name, label, figures, shown=shown[name]))
        elif name == "answered_at":
            moments = [_moment(str(cell)) for cell in cells]
            found.append(Variable(name, label, moments, shown="DATETIME20", measure="scale"))
        else:
            found.append(Variable(name, label, [str(cell) for cell in cells], is_text=True))
    return found


def _moment(iso: str) -> float | None:
    return seconds_of_moment(datetime.fromisoformat(iso)) if iso else None
