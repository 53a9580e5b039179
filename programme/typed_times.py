"""Read a day as somebody types it, "20.01.2027", or with its hours, "20.01.2027 9:00-15:00"."""

import re
from datetime import date, datetime

from programme.desk_refusals import DayUnclear, WhenUnclear

_DAY = r"(?P<day>\d{1,2})[.\-/](?P<month>\d{1,2})[.\-/](?P<year>\d{4})"
_HOUR = r"(?P<{0}>\d{{1,2}})(?:[:.](?P<{0}_minute>\d{{2}}))?"
_BETWEEN = r"\s*(?:-|–|—|do|to)\s*"
_WHOLE_DAY = re.compile(rf"{_DAY}\s*(?:r\.?|roku)?", re.IGNORECASE)
_WHEN = re.compile(
    rf"{_DAY}\s*(?:r\.|roku)?\s*,?\s*(?:godz\.?|od|from)?\s*"
    rf"{_HOUR.format('start')}{_BETWEEN}{_HOUR.format('end')}",
    re.IGNORECASE,
)
# Far from where a calendar ends, so that every moment near such a day can be computed.
_YEARS = range(1900, 9000)


def day_and_hours(raw: str) -> tuple[datetime, datetime]:
    """Give the wall times of the beginning and the end; raises WhenUnclear."""
    found = _WHEN.fullmatch(" ".join(raw.split()).strip(" ."))
    if found is None:
        raise WhenUnclear
    number = {name: int(value or 0) for name, value in found.groupdict().items()}
    year, month, day = number["year"], number["month"], number["day"]
    try:
        begins = datetime(year, month, day, number["start"], number["start_minute"])  # noqa: DTZ001 -- a wall time
        ends = datetime(year, month, day, number["end"], number["end_minute"])  # noqa: DTZ001 -- a wall time
    except ValueError as error:
        raise WhenUnclear from error
    if ends <= begins or year not in _YEARS:
        raise WhenUnclear
    return begins, ends


def day_alone(raw: str) -> date:
    """Give the day; raises DayUnclear."""
    found = _WHOLE_DAY.fullmatch(" ".join(raw.split()).strip(" ."))
    if found is None or int(found["year"]) not in _YEARS:
        raise DayUnclear
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise DayUnclear from error
