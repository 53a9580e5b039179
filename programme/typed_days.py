"""Read days with their hours as people write them: "15 i 16 stycznia 9-15", "10 lutego o 16".

Days may be listed, named from one to another, and written with figures; several days with
other hours follow one another. A year that is not written is the next one in which the day lies
ahead. Nothing is guessed of what cannot be read whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from programme.event_refusals import (
    DayImpossible,
    DaysTooMany,
    DaysUnclear,
    DeadlineUnclear,
    EndBeforeStart,
    HoursMissing,
    WeekdayWrong,
)

MOST_DAYS = 30
LAST_MINUTE = time(23, 59)
_YEARS = range(2000, 2101)
_MONTHS = (
    "stycznia|styczeń|styczen|sty|january|jan",
    "lutego|luty|lut|february|feb",
    "marca|marzec|march|mar",
    "kwietnia|kwiecień|kwiecien|kwi|april|apr",
    "maja|maj|may",
    "czerwca|czerwiec|cze|june|jun",
    "lipca|lipiec|lip|july|jul",
    "sierpnia|sierpień|sierpien|sie|august|aug",
    "września|wrzesnia|wrzesień|wrzesien|wrz|september|sep",
    "października|pazdziernika|październik|pazdziernik|paź|paz|october|oct",
    "listopada|listopad|lis|november|nov",
    "grudnia|grudzień|grudzien|gru|december|dec",
)
_WEEKDAYS = (
    "poniedziałek|poniedzialek|pon|pn|monday|mon",
    "wtorek|wto|wt|tuesday|tue",
    "środę|środa|srode|sroda|śr|sr|wednesday|wed",
    "czwartek|czw|thursday|thu",
    "piątek|piatek|pt|friday|fri",
    "sobotę|sobota|sobote|sob|saturday|sat",
    "niedzielę|niedziela|niedziele|nd|sunday|sun",
)
_BY_MONTH = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split("|")}
_BY_WEEKDAY = {word: n for n, words in enumerate(_WEEKDAYS) for word in words.split("|")}
_DASH = r"[-–—]"
_JOIN = rf"(?:\s*(?:{_DASH}|,)\s*|\s+(?:i|oraz|and|do|to)\s+)"
_LIST = rf"(?P<days>\d{{1,2}}(?:{_JOIN}\d{{1,2}})*)"
_SAID = r"(?:\s*(?:roku|r\.|r)(?!\w))?"
_MONTH = "|".join(_MONTHS)
_NAMED = re.compile(rf"{_LIST}\.?\s*(?P<month>{_MONTH})(?!\w)\.?(?:\s+(?P<year>\d{{4}}))?{_SAID}")
_FIGURES = re.compile(rf"{_LIST}[./-](?P<month>\d{{1,2}})[./-](?P<year>\d{{4}})(?!\d){_SAID}")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<days>\d{1,2})(?!\d)")
_SHORT = re.compile(rf"{_LIST}\.(?P<month>0?[1-9]|1[0-2])\.?(?![\d:])")
_WEEKDAY = re.compile(rf"(?:(?:we|w|on)\s+)?(?P<name>{'|'.join(_WEEKDAYS)})(?!\w)\.?,?\s*")
_NEAR = {"dziś": 0, "dzis": 0, "dzisiaj": 0, "today": 0, "jutro": 1, "tomorrow": 1, "pojutrze": 2}
_NEAR_DAY = re.compile(rf"(?<!\w)(?:{'|'.join(_NEAR)})(?!\w)")
_NEXT = re.compile(r"\s*(?:[;,\n]|(?:i|oraz|and)(?!\w))\s*")
_TO = re.compile(rf"\s*(?:{_DASH}|(?:do|to)(?!\w))\s*")
_HOUR = r"(?P<{0}>\d{{1,2}})(?:[:.](?P<{0}_minute>\d{{2}}))?(?!\d)"
_AT = r"(?P<at>(?:w\s+)?(?:godzinach|godzinie|godziny|godz\.?)|od|o|from|at)?\s*(?:godz\.?\s*)?"
_HOURS = re.compile(
    rf"\s*,?\s*{_AT}{_HOUR.format('start')}"
    rf"(?:\s*(?:{_DASH}|do|to)\s*(?:godz\.?\s*)?{_HOUR.format('end')})?(?=\s*(?:[;,\n]|i\s|oraz\s|and\s|$))"
)


@dataclass(frozen=True)
class _Part:
    """Days of one month as written; `onward` when they are the end of a span of days."""

    days: tuple[int, ...]
    month: int
    year: int | None
    weekday: int | None
    words: str
    onward: bool = False


def days_and_hours(raw: str, *, today: date, lasts: timedelta) -> list[tuple[datetime, datetime]]:
    """Give the wall times of each day's beginning and end, in the order of time.

    A beginning without an end lasts as long as `lasts`. Raises a refusal of the answer that says
    what is wrong with it.
    """
    text = _tidy(raw, today)
    found: list[tuple[datetime, datetime]] = []
    spot = 0
    while spot < len(text):
        parts, spot = _days_at(text, spot)
        hours = _HOURS.match(text, spot)
        if hours is None:
            raise HoursMissing if spot >= len(text) or not found else DaysUnclear
        found += _sittings(_resolved(parts, today), hours, lasts)
        spot = _after(text, hours.end())
    if not found:
        raise DaysUnclear
    if len(found) > MOST_DAYS:
        raise DaysTooMany(MOST_DAYS)
    return sorted(found)


def whole_day(raw: str) -> date:
    """Give the one day that is written with its year: "23.11.2026", "23 listopada 2026 r."."""
    text = _tidy(raw, date.min)
    part, spot = _part_at(text, 0, may_be_short=False)
    if text[spot:].strip() or len(part.days) != 1 or part.year is None:
        raise DaysUnclear
    try:
        found = date(part.year, part.month, part.days[0])
    except ValueError:
        raise DayImpossible(part.words) from None
    if part.weekday is not None and found.weekday() != part.weekday:
        raise WeekdayWrong(found)
    return found


def moment(raw: str, *, today: date) -> datetime:
    """Give the wall time of a deadline; a day alone counts to its last minute."""
    text = re.sub(r"^(?:najpóźniej\s+)?(?:do|until|by)\s+", "", _tidy(raw, today))
    try:
        parts, spot = _days_at(text, 0)
    except DaysUnclear:
        raise DeadlineUnclear from None
    days = _resolved(parts, today)
    hours = _HOURS.match(re.sub(r"^,?\s*do\s+", " ", text[spot:]))
    if len(days) != 1 or (spot < len(text) and hours is None) or (hours and hours["end"]):
        raise DeadlineUnclear
    return datetime.combine(days[0], _clock(hours, "start") if hours else LAST_MINUTE)


def _tidy(raw: str, today: date) -> str:
    lines = [" ".join(line.split()) for line in raw.casefold().splitlines()]
    text = "\n".join(line for line in lines if line).strip(" .\n")
    return _NEAR_DAY.sub(lambda near: f"{today + timedelta(days=_NEAR[near[0]]):%d.%m.%Y}", text)


def _days_at(text: str, spot: int) -> tuple[list[_Part], int]:
    """Read as many days as stand here in a row; raises DaysUnclear when there is none."""
    part, spot = _part_at(text, spot, may_be_short=True)
    parts = [part]
    while spot < len(text):
        if _hours_stand_here(text, spot):
            break
        to, onward = _NEXT.match(text, spot), _TO.match(text, spot)
        link = onward or to
        if link is None:
            break
        try:
            may_be_short = "," not in link[0]
            part, spot = _part_at(text, link.end(), may_be_short=may_be_short)
        except DaysUnclear:
            break
        parts.append(replace(part, onward=onward is not None))
    return parts, spot


def _hours_stand_here(text: str, spot: int) -> bool:
    """Tell whether hours follow: a bare number after a comma may be a day as well."""
    hours = _HOURS.match(text, spot)
    if hours is None:
        return False
    clear = hours["at"] or hours["start_minute"] or hours["end"]
    return bool(clear) or "," not in hours[0]


def _part_at(text: str, spot: int, *, may_be_short: bool) -> tuple[_Part, int]:
    named = _WEEKDAY.match(text, spot)
    begins = named.end() if named else spot
    for pattern in (_ISO, _FIGURES, _NAMED, *((_SHORT,) if may_be_short else ())):
        found = pattern.match(text, begins)
        if found is None:
            continue
        month = found["month"]
        year = found.groupdict().get("year")
        weekday = _BY_WEEKDAY[named["name"]] if named else None
        number = int(month) if month.isdecimal() else _BY_MONTH[month]
        days = _listed(found["days"])
        return _Part(days, number, int(year) if year else None, weekday, found[0]), found.end()
    raise DaysUnclear


def _listed(words: str) -> tuple[int, ...]:
    """Give the numbers of a list like "15-17 i 20"."""
    pieces = re.split(r"(\d+)", words)
    days: list[int] = []
    for link, number in zip(pieces[0::2], map(int, pieces[1::2]), strict=False):
        if days and re.fullmatch(rf"{_DASH}|do|to", link.strip()):
            if number <= days[-1]:
                raise DaysUnclear
            days += range(days[-1] + 1, number + 1)
        else:
            days.append(number)
    return tuple(days)


def _resolved(parts: Sequence[_Part], today: date) -> list[date]:
    """Find the years that are not written: that of the days that follow, else the next one."""
    following: _Part | None = None
    days: list[list[date]] = []
    for part in reversed(parts):
        year = part.year
        if year is None and following is not None and following.year is not None:
            year = following.year - (part.month > following.month)
        following = replace(part, year=year)
        days.append([_day(following, number, today) for number in part.days])
    found: list[date] = []
    for part, listed in zip(parts, reversed(days), strict=True):
        if part.onward:
            found += _between(found[-1], listed[0])
        found += listed
    return found


def _between(first: date, last: date) -> list[date]:
    span = (last - first).days
    if span <= 0:
        raise DaysUnclear
    if span > MOST_DAYS:
        raise DaysTooMany(MOST_DAYS)
    return [first + timedelta(days=n) for n in range(1, span)]


def _day(part: _Part, number: int, today: date) -> date:
    for year in [part.year] if part.year is not None else (today.year, today.year + 1):
        if year not in _YEARS:
            raise DaysUnclear
        try:
            found = date(year, part.month, number)
        except ValueError:
            continue
        if part.year is None and found < today:
            continue
        if part.weekday is not None and len(part.days) == 1 and found.weekday() != part.weekday:
            raise WeekdayWrong(found)
        return found
    raise DayImpossible(part.words)


def _clock(hours: re.Match[str], name: str) -> time:
    try:
        return time(int(hours[name]), int(hours[f"{name}_minute"] or 0))
    except ValueError:
        raise HoursMissing from None


def _sittings(
    days: list[date], hours: re.Match[str], lasts: timedelta
) -> list[tuple[datetime, datetime]]:
    starts = _clock(hours, "start")
    ends = _clock(hours, "end") if hours["end"] else None
    if ends is not None and ends <= starts:
        raise EndBeforeStart(f"{starts.hour}:{starts:%M}", f"{ends.hour}:{ends:%M}")
    sittings = []
    for day in days:
        begins = datetime.combine(day, starts)
        latest = datetime.combine(day, LAST_MINUTE)
        over = datetime.combine(day, ends) if ends else min(begins + lasts, latest)
        sittings.append((begins, over))
    return sittings


def _after(text: str, spot: int) -> int:
    link = _NEXT.match(text, spot)
    if link is None:
        if text[spot:].strip():
            raise DaysUnclear
        return len(text)
    if link.end() >= len(text):
        raise DaysUnclear
    return link.end()
