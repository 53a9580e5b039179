"""Read what staff type from a signed paper list: numbers, spans of numbers, names.

Nothing is lost: every line that is not blank becomes at least one entry, understood or not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from programme.attendance_lists import Listed
from programme.importing.spelling import fold

# How an entry was understood. What is only LIKE a name is shown before it is believed.
NUMBER, NAME, LIKE = "number", "name", "like"
UNKNOWN, SEVERAL, GONE = "unknown", "several", "gone"
ENOUGH = 84
AHEAD = 6
SPAN_LISTED = 100
LONGEST_NUMBER = 6
NOBODY = 10**LONGEST_NUMBER

_NUMBERS = re.compile(r"[\d\s,;.\-–—]*[0-9][\d\s,;.\-–—]*", re.ASCII)
_DASH = re.compile(r"\s*[-–—]+\s*")
_TOKEN = re.compile(r"([0-9]+)(?:-([0-9]+))?")
_NUMBERED = re.compile(r"^[0-9]+\s*[.)]\s*(?=\D)")


@dataclass(frozen=True)
class Entry:
    """One thing that was typed, in which line, and the registrations that it names."""

    line: int
    text: str
    how: str
    registration_ids: tuple[int, ...] = ()


def read(text: str, people: Sequence[Listed]) -> list[Entry]:
    """Find the people of a list in what was typed; lines are counted from 0."""
    found: list[Entry] = []
    for line, words in enumerate(text.splitlines()):
        if _NUMBERS.fullmatch(words):
            found += _numbers(line, words, people)
        elif words.strip():
            found += _names(line, words.strip(), people)
    return found


def _numbers(line: int, words: str, people: Sequence[Listed]) -> Iterator[Entry]:
    known = {each.number: each for each in people if each.number is not None}
    for token in re.split(r"[\s,;.]+", _DASH.sub("-", words)):
        match = _TOKEN.fullmatch(token.strip("-"))
        if match is None:
            if token.strip("-"):
                yield Entry(line, token, UNKNOWN)
            continue
        first, last = _ends(match)
        named = [each for number, each in known.items() if first <= number <= last]
        seated = tuple(each.registration_id for each in named if each.has_seat)
        if seated:
            yield Entry(line, token, NUMBER, seated)
        for gone in (each for each in named if not each.has_seat):
            yield Entry(line, f"{gone.number}. {gone.name}", GONE)
        yield from (Entry(line, each, UNKNOWN) for each in _missing(first, last, known, token))


def _ends(match: re.Match[str]) -> tuple[int, int]:
    # A number of a thousand digits is nobody's, and reading it would take long.
    first, last = (
        int(each) if len(each) <= LONGEST_NUMBER else NOBODY
        for each in (match[1], match[2] or match[1])
    )
    return min(first, last), max(first, last)


def _missing(first: int, last: int, known: dict[int, Listed], token: str) -> list[str]:
    if first == last:
        return [] if first in known else [token]
    if last - first >= SPAN_LISTED:
        return [token]
    return [str(number) for number in range(first, last + 1) if number not in known]


def _names(line: int, words: str, people: Sequence[Listed]) -> list[Entry]:
    whole = _name(line, words, people)
    parts = [each.strip() for each in re.split(r"[,;]", words) if each.strip()]
    if whole.how != UNKNOWN or len(parts) < 2:  # noqa: PLR2004 -- one part is the whole
        return [whole]
    apart = [_name(line, each, people) for each in parts]
    return apart if any(each.how != UNKNOWN for each in apart) else [whole]


def _name(line: int, words: str, people: Sequence[Listed]) -> Entry:
    wanted = fold(_NUMBERED.sub("", words)).split()
    named = [(each, fold(each.name).split()) for each in people]
    same = [each for each, name in named if wanted and sorted(name) == sorted(wanted)]
    if same:
        return _entry(line, words, NAME, same)
    short = [each for each, name in named if _is_short_for(wanted, name)]
    if short:
        return _entry(line, words, LIKE, short)
    likest = _likest(" ".join(sorted(wanted)), named)
    return _entry(line, words, LIKE, likest) if likest else Entry(line, words, UNKNOWN)


def _entry(line: int, words: str, how: str, found: Sequence[Listed]) -> Entry:
    if len(found) > 1:
        return Entry(line, words, SEVERAL)
    [one] = found
    if not one.has_seat:
        return Entry(line, words, GONE)
    return Entry(line, words, how, (one.registration_id,))


def _is_short_for(wanted: list[str], name: list[str]) -> bool:
    """Tell whether words are a surname alone, or a surname with the first name's first letter."""
    if not wanted or not name:
        return False
    surname, others = name[-1], name[:-1]
    if len(surname) < 3 or surname not in wanted:  # noqa: PLR2004 -- shorter ones are initials
        return False
    rest = list(wanted)
    rest.remove(surname)
    return all(len(each) == 1 and any(one.startswith(each) for one in others) for each in rest)


def _likest(wanted: str, named: list[tuple[Listed, list[str]]]) -> list[Listed]:
    scored = sorted(
        ((fuzz.ratio(wanted, " ".join(sorted(name))), at) for at, (_, name) in enumerate(named)),
        reverse=True,
    )
    good = [(score, at) for score, at in scored if score >= ENOUGH]
    if not good:
        return []
    best = good[0][0]
    return [named[at][0] for score, at in good if score > best - AHEAD]
