"""Turn what was typed or pressed into the value of an answer.

A value is one string (words, a key, a point, a number, an ISO day, the number of a file, a code of
MISSING) or, for several choices and rankings, a tuple of keys; a ranking keeps their order.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from programme import typed_days
from programme.answers import Value, address, name, text
from programme.questions import Question
from programme.refusals import (
    AnswerEmpty,
    AnswerNotText,
    AnswerRefused,
    AnswerTooLong,
    OptionUnknown,
)
from programme.survey_refusals import (
    ChosenTooFew,
    ChosenTooMany,
    DateWrong,
    FileWanted,
    NumberWrong,
)

SEEN = "seen"
LONGEST_DAY = 60
# Whole books are not walked through letter by letter to find that they are too long.
_FAR_TOO_LONG = 10
_NUMBER = re.compile(r"[-+]?(\d{1,3}( \d{3}){1,4}|\d{1,15})([.,]\d{1,6})?", re.ASCII)
# A number that is kept never ends like this: its last figure behind the point is no nought.
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d\d0", re.ASCII)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN_DAY = re.compile(
    r"(?P<day>\d{1,2})[ .]\s*(?P<month>[IVXivx]{1,4})[ .]\s*(?P<year>\d{4})(?:\s*r\.?)?"
)
_FILE = re.compile(r"\d{1,18}")


def check(question: Question, raw: str | Sequence[str]) -> Value:
    """Turn what was typed, or the keys of the buttons pressed, into the value to keep.

    Raises a kind of AnswerRefused when it does not fit, and nothing else whatever was typed.
    """
    if is_missing(question, raw):
        return raw if isinstance(raw, str) else raw[0]
    if question.kind in ("multiple", "ranking"):
        return _several(question, [raw] if isinstance(raw, str) else raw)
    if not isinstance(raw, str):
        raise AnswerNotText
    return _one(question, raw)


def is_missing(question: Question, raw: str | Sequence[str]) -> bool:
    """Tell whether the answer is one of the codes that the question offers instead of one."""
    said = raw if isinstance(raw, str) else next(iter(raw), "")
    return said in question.missing and (isinstance(raw, str) or len(raw) == 1)


def _one(question: Question, raw: str) -> str:
    match question.kind:
        case "choice" | "yes_no":
            return _known([option.key for option in question.options], raw)
        case "scale":
            return _known(question.points, raw.strip())
        case "number":
            return _number(question, raw)
        case "date":
            return _day(raw)
        case "file":
            return _file(raw)
        case "info":
            return SEEN
        case "name":
            return name(raw, question.max_length)
        case "address":
            return address(raw)
        case _:
            if len(raw) > _FAR_TOO_LONG * max(question.max_length, LONGEST_DAY):
                raise AnswerTooLong(question.max_length)
            return text(raw, question.max_length)


def _known(keys: Sequence[str], raw: str) -> str:
    if not raw:
        raise AnswerEmpty
    if raw not in keys:
        raise OptionUnknown
    return raw


def _several(question: Question, keys: Sequence[str]) -> tuple[str, ...]:
    known = [option.key for option in question.options]
    if not keys:
        raise AnswerEmpty
    if not set(keys) <= set(known):
        raise OptionUnknown
    if question.kind == "ranking":
        if len(set(keys)) < len(keys):
            raise OptionUnknown
        chosen = tuple(keys)
    else:
        chosen = tuple(key for key in known if key in keys)
    if len(chosen) < question.at_least:
        raise ChosenTooFew(question.at_least)
    if question.at_most and len(chosen) > question.at_most:
        raise ChosenTooMany(question.at_most)
    return chosen


def _number(question: Question, raw: str) -> str:
    """Read "1 200", "12,5" or "40 osób"; of "1.200", which means both, nothing is guessed."""
    typed = _without_unit(question, " ".join(raw.replace("−", "-").split()))
    if not typed:
        raise AnswerEmpty
    written = _NUMBER.fullmatch(typed)
    if written is None or _THOUSANDS.fullmatch(typed):
        raise NumberWrong(question.minimum, question.maximum)
    value = Decimal("".join(typed.split()).replace(",", "."))
    too_low = question.minimum is not None and value < Decimal(str(question.minimum))
    too_high = question.maximum is not None and value > Decimal(str(question.maximum))
    if too_low or too_high:
        raise NumberWrong(question.minimum, question.maximum)
    return format(value.normalize() + 0, "f")


def _without_unit(question: Question, typed: str) -> str:
    units = (question.unit, question.unit_en)
    for unit in filter(None, units):
        if typed.casefold().endswith(unit.casefold()):
            return typed[: -len(unit)].rstrip()
    return typed


def _day(raw: str) -> str:
    typed = raw.strip()
    if not typed:
        raise AnswerEmpty
    if len(typed) > LONGEST_DAY:
        raise DateWrong
    try:
        found = typed_days.whole_day(_roman(typed))
    except AnswerRefused as error:
        raise DateWrong from error
    return found.isoformat()


def _roman(typed: str) -> str:
    """Turn "23 XI 2026" into "23.11.2026"."""
    written = _ROMAN_DAY.fullmatch(typed)
    month = written["month"].upper() if written else ""
    if written is None or month not in _ROMAN:
        return typed
    return f"{written['day']}.{_ROMAN.index(month) + 1}.{written['year']}"


def _file(raw: str) -> str:
    if not _FILE.fullmatch(raw) or not raw.isascii():
        raise FileWanted
    return raw
