"""Read when something shall leave, as people write it: "jutro o 9", "w piątek 10:30"."""

import re
from datetime import date, datetime, time, timedelta

from programme.invitation_refusals import SendingMomentUnclear
from programme.refusals import Refusal
from programme.typed_days import LAST_MINUTE
from programme.typed_days import moment as day_and_hour
from programme.wall_time import to_moment, to_wall

# When the office is there and most people are awake.
USUAL = time(9)
_NEAR = {
    **dict.fromkeys(("dziś", "dzis", "dzisiaj", "today"), 0),
    **dict.fromkeys(("jutro", "tomorrow"), 1),
    "pojutrze": 2,
}
_WEEKDAYS = (
    "poniedziałek|poniedzialek|monday",
    "wtorek|tuesday",
    "środę|środa|srode|sroda|wednesday",
    "czwartek|thursday",
    "piątek|piatek|friday",
    "sobotę|sobota|sobote|saturday",
    "niedzielę|niedziela|niedziele|sunday",
)
_BY_NAME = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split("|")}
_DAYS = "|".join((*_NEAR, *_BY_NAME))
_NAMED = re.compile(rf"(?:(?:we|w|on)\s+)?(?P<day>{_DAYS})(?!\w),?\s*(?P<rest>.*)")
_HOUR_ALONE = re.compile(
    r"(?:(?:o|at)\s+)?(?:godz\.?\s*)?\d{1,2}[:.]\d{2}"
    r"|(?:(?:o|at)\s+(?:godz\.?\s*)?|godz\.?\s*)\d{1,2}"
)


def read(raw: str, *, now: datetime, zone: str) -> datetime:
    """Give the moment; a day alone means nine in the morning, an hour alone the next such hour.

    Raises SendingMomentUnclear for what cannot be read whole.
    """
    words = " ".join(raw.casefold().split()).strip(" .")
    wall = to_wall(now, zone)
    if _HOUR_ALONE.fullmatch(words):
        today = _with_hour(wall.date(), words)
        found = today if today > wall else today + timedelta(days=1)
    elif (named := _NAMED.fullmatch(words)) is not None and not _names_a_date(named["rest"]):
        day = _day(named["day"], wall.date())
        found = _with_hour(day, named["rest"])
    else:
        found = _read(words, wall.date())
    return to_moment(found, zone)


def _names_a_date(rest: str) -> bool:
    """Tell whether a weekday is followed by the day itself, as in "piątek, 13 lutego"."""
    return bool(rest) and not _HOUR_ALONE.fullmatch(rest) and not rest.isdigit()


def _day(name: str, today: date) -> date:
    if name in _NEAR:
        return today + timedelta(days=_NEAR[name])
    ahead = (_BY_NAME[name] - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _with_hour(day: date, hour: str) -> datetime:
    return _read(f"{day:%d.%m.%Y} {hour}", day)


def _read(words: str, today: date) -> datetime:
    try:
        found = day_and_hour(words, today=today)
    except Refusal:
        raise SendingMomentUnclear from None
    return datetime.combine(found.date(), USUAL) if found.time() == LAST_MINUTE else found
