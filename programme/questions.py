"""Questions of a form: their kinds, options and conditions, and how they are kept as JSON.

Nothing here knows which face asks. Labels are English gettext ids in the forms that come with
the program, and the words staff wrote in all others; `…_en` is what English readers see of the
latter, and empty where they see the Polish.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
# A statement of a matrix is asked and kept as a scale of its own: "cooperation.trust".
PART_KEY = re.compile(rf"{KEY.pattern}\.{KEY.pattern}")
YES, NO = "yes", "no"
# What somebody may say instead of an answer; no option has such a key.
HARD_TO_SAY, NO_ANSWER = "_hard_to_say", "_no_answer"
MISSING = (HARD_TO_SAY, NO_ANSWER)

WITH_OPTIONS = ("choice", "multiple", "yes_no", "ranking")
WITH_POINTS = ("scale", "matrix")
WITH_WORDS = ("text", "long_text", "name", "address")
KINDS = (*WITH_WORDS, *WITH_OPTIONS, *WITH_POINTS, "number", "date", "file", "info")
# Kinds whose answers can be counted, so that they lie in `option_keys`.
COUNTED = ("choice", "multiple", "yes_no", "ranking", "scale", "number", "date")


@dataclass(frozen=True)
class Option:
    """One answer to choose, or one statement of a matrix; answers keep the key."""

    key: str
    label: str
    label_en: str = ""


@dataclass(frozen=True)
class Condition:
    """Ask only if the answer to an earlier choice has one of these options.

    Options may be points of a scale ("1", "2") and the codes of MISSING.
    """

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question; a question that is not required may be skipped by the answer None.

    `low` and `high` are the points of a scale or matrix, `minimum` and `maximum` the limits of a
    number, `at_least` and `at_most` how many options of a multiple choice or ranking are chosen.
    `and_when` holds further conditions, all of which must be met too. `part_of` is the key of
    the matrix that a scale was a statement of.
    """

    key: str
    kind: str
    label: str
    options: tuple[Option, ...] = ()
    required: bool = True
    max_length: int = 500
    when: Condition | None = None
    label_en: str = ""
    hint: str = ""
    hint_en: str = ""
    low: int = 1
    high: int = 5
    low_label: str = ""
    low_label_en: str = ""
    high_label: str = ""
    high_label_en: str = ""
    rows: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    unit_en: str = ""
    at_least: int = 1
    at_most: int = 0
    hard_to_say: bool = False
    no_answer: bool = False
    and_when: tuple[Condition, ...] = ()
    part_of: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions that must be met for the question to be asked."""
        return ((self.when,) if self.when else ()) + self.and_when

    @property
    def points(self) -> tuple[str, ...]:
        """The points of a scale or matrix as they are kept."""
        if self.kind not in WITH_POINTS:
            return ()
        return tuple(str(point) for point in range(self.low, self.high + 1))

    @property
    def missing(self) -> tuple[str, ...]:
        """The codes that may be chosen instead of an answer."""
        offered = (self.hard_to_say, self.no_answer)
        return tuple(code for code, is_offered in zip(MISSING, offered, strict=True) if is_offered)


_DEFAULTS: dict[str, Any] = {
    one.name: one.default
    for one in dataclasses.fields(Question)
    if one.default is not dataclasses.MISSING
}
# Written always, as they were before the others came, so that old forms stay the same version.
_ALWAYS = ("options", "required", "max_length", "when")


def question_to_json(question: Question) -> dict[str, Any]:
    """Write a question as JSON values; what is as usual is left out."""
    written: dict[str, Any] = {
        "key": question.key,
        "kind": question.kind,
        "label": question.label,
    }
    for name, usual in _DEFAULTS.items():
        value = getattr(question, name)
        if name in _ALWAYS or value != usual:
            written[name] = _to_json(value)
    return written


def _to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(each) for each in value]
    if isinstance(value, Option):
        option = {"key": value.key, "label": value.label}
        return option | ({"label_en": value.label_en} if value.label_en else {})
    if isinstance(value, Condition):
        return {"question": value.question, "options": list(value.options)}
    return value


def question_from_json(data: Mapping[str, Any]) -> Question:
    """Read what `question_to_json` wrote."""
    known = {name: data[name] for name in _DEFAULTS if name in data}
    known["options"] = tuple(_option(each) for each in data["options"])
    known["rows"] = tuple(_option(each) for each in data.get("rows", ()))
    known["when"] = _condition(data["when"]) if data["when"] else None
    known["and_when"] = tuple(_condition(each) for each in data.get("and_when", ()))
    return Question(data["key"], data["kind"], data["label"], **known)


def _option(data: Mapping[str, Any]) -> Option:
    return Option(data["key"], data["label"], data.get("label_en", ""))


def _condition(data: Mapping[str, Any]) -> Condition:
    return Condition(data["question"], tuple(data["options"]))


def worded(question: Question, locale: str) -> Question:
    """Give a question in the words of a language; what has none stays Polish."""
    if locale != "en":
        return question
    english = {
        name: getattr(question, f"{name}_en") or getattr(question, name)
        for name in ("label", "hint", "low_label", "high_label", "unit")
    }
    return dataclasses.replace(
        question,
        options=tuple(_worded(each) for each in question.options),
        rows=tuple(_worded(each) for each in question.rows),
        **english,
    )


def _worded(option: Option) -> Option:
    return dataclasses.replace(option, label=option.label_en or option.label)


def parts(question: Question) -> tuple[Question, ...]:
    """Take a matrix apart into a scale for each statement; any other question stays as it is."""
    if question.kind != "matrix":
        return (question,)
    return tuple(
        dataclasses.replace(
            question,
            key=f"{question.key}.{row.key}",
            kind="scale",
            label=f"{question.label} – {row.label}",
            label_en=f"{question.label_en or question.label} – {row.label_en or row.label}",
            rows=(),
            part_of=question.key,
        )
        for row in question.rows
    )
