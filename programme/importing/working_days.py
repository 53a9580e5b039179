"""Polish working days: Monday to Friday without the public holidays."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

SATURDAY = 5
SUNDAY = 6


@cache
def _calendar(language: str) -> "HolidayBase":
    import holidays  # noqa: PLC0415 -- a running bot asks for none

    return holidays.country_holidays("PL", language=language)


def holiday_name(day: date, locale: str = "pl") -> str | None:
    """Name the Polish public holiday on a day, or None; an ordinary Sunday is none."""
    return _calendar("pl" if locale == "pl" else "en_US").get(day)


def is_working_day(day: date) -> bool:
    """Tell whether offices work on a day."""
    return day.weekday() < SATURDAY and holiday_name(day) is None


def shift(start: date, working_days: int) -> date:
    """Count working days from a day, backwards when negative.

    Different counts give different days in the same order; zero gives the first working
    day from the start on.
    """
    step = timedelta(days=-1 if working_days < 0 else 1)
    first = start if working_days == 0 else start + step
    skipped = max(abs(working_days) - 1, 0)
    return next(islice(filter(is_working_day, _days(first, step)), skipped, None))


def _days(day: date, step: timedelta) -> Iterator[date]:
    while True:
        yield day
        day += step
