"""The columns of a survey as one table: one for each question that any version ever asked.

A question keeps its column when it is taken out of the form, and an option its place and label
when it is taken out of the question; labels are those of the newest version that has them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from programme.forms import Form, flat
from programme.questions import MISSING, Option, Question

LEADING = ("respondent", "wave", "form_version", "complete", "answered_at")
LINK = "link"
# One kind for what is written and counted in the same way.
_SAME = {"yes_no": "choice", "long_text": "text", "name": "text", "address": "text"}
_UNKNOWN = "text"
_SAYS_NOTHING = "info"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.]")
_RESERVED = {
    *("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"),
}
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Column:
    """One question as a column; `kind` is text where its versions differ in kind.

    `name` heads the column, `spss` is its name for SPSS; `lowest` is the least point or number
    there can be, None when there is no limit.
    """

    key: str
    name: str
    spss: str
    kind: str
    label: str
    options: tuple[Option, ...]
    missing: tuple[str, ...]
    versions: tuple[int, ...]
    option_versions: dict[str, tuple[int, ...]]
    lowest: float | None

    def label_of(self, option_key: str) -> str:
        """Give an option's or point's words, "" when it has none."""
        return next((one.label for one in self.options if one.key == option_key), "")


def columns(forms: Sequence[Form], answered: Iterable[str], *, linked: bool) -> list[Column]:
    """List the columns of all versions (oldest first), in the order in which people met them.

    `answered` has the keys of the questions with answers; one that no version knows is kept too.
    """
    asked: dict[str, list[tuple[int, Question]]] = {}
    for form in forms:
        for question in flat(form).questions:
            if question.kind != _SAYS_NOTHING:
                asked.setdefault(question.key, []).append((form.version, question))
    for key in answered:
        asked.setdefault(key, [])
    names, spss = Names(leading(linked=linked)), Names(leading(linked=linked))
    return [
        _column(key, found, names.new(key), spss.new(spss_name(key)))
        for key, found in asked.items()
    ]


def leading(*, linked: bool) -> tuple[str, ...]:
    """Name the columns before the questions."""
    return (*LEADING, LINK) if linked else LEADING


def _column(key: str, found: list[tuple[int, Question]], name: str, spss: str) -> Column:
    questions = [question for _version, question in found]
    kinds = {_SAME.get(each.kind, each.kind) for each in questions}
    options: dict[str, Option] = {}
    seen: dict[str, tuple[int, ...]] = {}
    for version, question in found:
        for option in said_options(question):
            # An option keeps the place where it was first, and takes its newest words.
            options[option.key] = option
            seen[option.key] = (*seen.get(option.key, ()), version)
    return Column(
        key,
        name,
        spss,
        kinds.pop() if len(kinds) == 1 else _UNKNOWN,
        questions[-1].label if questions else key,
        tuple(options.values()),
        tuple(code for code in MISSING if any(code in each.missing for each in questions)),
        tuple(version for version, _question in found),
        seen,
        _lowest(questions),
    )


def _lowest(questions: list[Question]) -> float | None:
    if any(each.kind == "scale" for each in questions):
        return float(min(each.low for each in questions))
    limits = [each.minimum for each in questions]
    known = [each for each in limits if each is not None]
    return min(known) if known and len(known) == len(limits) else None


def said_options(question: Question) -> tuple[Option, ...]:
    """List what can be chosen with its words: options, or the points of a scale."""
    if question.kind != "scale":
        return question.options
    words = {question.points[0]: question.low_label, question.points[-1]: question.high_label}
    return tuple(Option(point, words.get(point, "")) for point in question.points)


def spss_name(key: str) -> str:
    """Make a name that SPSS takes: plain letters and figures, a letter first, no word of its own.

    https://www.ibm.com/docs/en/spss-statistics/latest?topic=view-variable-names
    """
    name = _NOT_IN_NAMES.sub("_", key)[:_LONGEST_NAME].rstrip("._")
    if not name or not name[0].isalpha() or name.casefold() in _RESERVED:
        name = f"q_{name}"[:_LONGEST_NAME].rstrip("._")
    return name


class Names:
    """Names of which each is there once, whatever its letters' case."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {each.casefold() for each in taken}

    def new(self, wanted: str) -> str:
        """Give the name, with a number behind it where it is taken."""
        name, number = wanted, 2
        while name.casefold() in self._taken:
            tail = f"_{number}"
            name, number = wanted[: _LONGEST_NAME * 2 - len(tail)] + tail, number + 1
            if len(wanted) <= _LONGEST_NAME:
                name = wanted[: _LONGEST_NAME - len(tail)] + tail
        self._taken.add(name.casefold())
        return name
