"""Say dates and hours the way people here read them.

Every function takes instants (aware datetimes or ISO strings), the zone the
person meant and the locale of the reader. A session is the plain mapping of a
notice: "starts_at", "ends_at" and "zone".
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list

# The number of a day must not be torn from its month, nor "godz." from its hour.
_BABEL_LOCALE = {"pl": "pl", "en": "en_GB"}
_BEFORE_HOUR = {"pl": "godz.\u00a0", "en": ""}
_SEVERAL_DATES = 3


class NaiveInstant(ValueError):
    """The instant has no zone, so nobody can say which hour it is."""

    def __init__(self, instant: object) -> None:
        super().__init__(instant)
        self.instant = instant


def day(instant: datetime | str, zone: str, locale: str) -> str:
    """Name the day of an instant: "piątek, 15 stycznia 2027"."""
    return _format(local_day(instant, zone), "EEEE, d\u00a0MMMM\u00a0y", locale)


def weekday(instant: datetime | str, zone: str, locale: str) -> str:
    """Name a day that is near, without its year: "wtorek 10 lutego"."""
    return _format(local_day(instant, zone), "EEEE d\u00a0MMMM", locale)


def clock(instant: datetime | str, zone: str) -> str:
    """Write an hour so that hours stand one below the other: "09:00"."""
    return f"{_local(instant, zone):%H:%M}"


def local_day(instant: datetime | str, zone: str) -> date:
    """Give the calendar day on which an instant falls in a zone."""
    return _local(instant, zone).date()


def hour(instant: datetime | str, zone: str, locale: str) -> str:
    """Name the hour of an instant: "godz. 9:00"."""
    return _BEFORE_HOUR[locale] + _clock(instant, zone, locale)


def time_range(starts_at: datetime | str, ends_at: datetime | str, zone: str, locale: str) -> str:
    """Name the hours between two instants of one day: "9:00–15:00"."""
    return f"{_clock(starts_at, zone, locale)}–{_clock(ends_at, zone, locale)}"


def session_line(starts_at: datetime | str, ends_at: datetime | str, zone: str, locale: str) -> str:
    """Say when a session is: "piątek, 15 stycznia 2027, godz. 9:00–15:00".

    A session that ends on another day names both days.
    """
    begins = day(starts_at, zone, locale)
    ends = day(ends_at, zone, locale)
    if begins == ends:
        hours = time_range(starts_at, ends_at, zone, locale)
        return f"{begins}, {_BEFORE_HOUR[locale]}{hours}"
    first = f"{begins}, {hour(starts_at, zone, locale)}"
    return f"{first} – {ends}, {hour(ends_at, zone, locale)}"


def until(instant: datetime | str, zone: str, locale: str) -> str:
    """Say a deadline; the hour is left out when the whole day still counts."""
    local = _local(instant, zone)
    named = day(instant, zone, locale)
    if (local.hour, local.minute) == (23, 59):
        return named
    return f"{named}, {hour(instant, zone, locale)}"


def days_line(sessions: Sequence[Mapping[str, Any]], locale: str) -> str:
    """Say shortly on which days a whole event is: "15–16 stycznia 2027"."""
    dates = sorted({local_day(each["starts_at"], each["zone"]) for each in sessions})
    if not dates:
        return ""
    if len(dates) == 1:
        return _date(dates[0], locale)
    unbroken = dates[-1] - dates[0] == timedelta(days=len(dates) - 1)
    if unbroken or len(dates) > _SEVERAL_DATES:
        return _span(dates[0], dates[-1], locale)
    named = [_date(each, locale) for each in dates]
    return format_list(named, locale=_BABEL_LOCALE[locale])


def date_line(value: date, locale: str) -> str:
    """Name a day of the calendar as letters do: "5 lutego 2015"."""
    return _date(value, locale)


def _span(first: date, last: date, locale: str) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_date(last, locale)}"
    if first.year == last.year:
        shorter = _format(first, "d\u00a0MMMM", locale)
        return f"{shorter} – {_date(last, locale)}"
    return f"{_date(first, locale)} – {_date(last, locale)}"


def _date(value: date, locale: str) -> str:
    return _format(value, "d\u00a0MMMM\u00a0y", locale)


def _format(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=_BABEL_LOCALE[locale])


def _clock(instant: datetime | str, zone: str, locale: str) -> str:
    return format_time(_local(instant, zone).time(), "H:mm", locale=_BABEL_LOCALE[locale])


def _local(instant: datetime | str, zone: str) -> datetime:
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    if moment.utcoffset() is None:
        raise NaiveInstant(instant)
    return moment.astimezone(ZoneInfo(zone))
