"""The code by which two answers of one person find each other, though nobody knows whose they are.

A person makes it from what they know by heart and what will be the same in nine months; nothing of
it is written down anywhere. Kept is a hash with the survey's own secret, so that the same person
has another code in every survey. docs/decisions/0037-answers-without-names.md says what it guards
against and what it does not.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from programme.fillings import hashed
from programme.refusals import AnswerEmpty, QuestionPassed
from programme.survey_refusals import LettersTooFew, MonthDayWrong
from storage.surveys import Survey

LETTERS, LAST_DAY = 2, 31
# What somebody writes who does not know it; they will not know it next time either.
UNKNOWN = "-"
# Letters that Unicode does not take for a plain one with a sign.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})
_LETTERS, _DAY = "letters", "day"


@dataclass(frozen=True)
class Part:
    """One of the things that the code is made of.

    `kind` is "letters", of which the first two count however much was typed, or "day", a day of
    the month. The words for each are texts/linking_words.py's, by its key.
    """

    key: str
    kind: str


PARTS = (
    Part("mother", _LETTERS),
    Part("father", _LETTERS),
    Part("birth_day", _DAY),
    Part("birth_place", _LETTERS),
)


def part(key: str) -> Part:
    """Find a part by its key; raises QuestionPassed for another one."""
    found = next((one for one in PARTS if one.key == key), None)
    if found is None:
        raise QuestionPassed
    return found


def following(parts: Mapping[str, str]) -> Part | None:
    """Give the first part that has not been said yet; None when the code can be made."""
    return next((one for one in PARTS if not parts.get(one.key)), None)


def check(one: Part, raw: str) -> str:
    """Give what counts of what was typed, the same however it is typed.

    Raises AnswerEmpty, LettersTooFew or MonthDayWrong.
    """
    typed = raw.strip()
    if not typed:
        raise AnswerEmpty
    return _day(typed) if one.kind == _DAY else _letters(typed)


def _letters(typed: str) -> str:
    if set(typed) <= set("-–—−"):
        return UNKNOWN
    plain = typed
    for _ in range(2):  # Taking a letter apart may show a capital, and the other way round.
        plain = unicodedata.normalize("NFKD", plain).casefold().translate(_PLAIN)
    letters = "".join(sign for sign in plain if sign.isalpha())
    if len(letters) < LETTERS:
        raise LettersTooFew(LETTERS)
    return letters[:LETTERS]


def _day(typed: str) -> str:
    figures = re.findall(r"[0-9]+", typed)
    if not figures or len(figures[0]) > LETTERS or not 1 <= int(figures[0]) <= LAST_DAY:
        raise MonthDayWrong(LAST_DAY)
    return f"{int(figures[0]):02d}"


def make(survey: Survey, parts: Mapping[str, str]) -> str:
    """Make the hash of the code that these parts give, whether they were checked before or not.

    Raises AnswerEmpty for a part that is missing, LettersTooFew or MonthDayWrong.
    """
    said = (f"{one.key}={check(one, parts.get(one.key, ''))}" for one in PARTS)
    return hashed(survey, "link\n" + "\n".join(said))
