"""What a clock on the wall shows, and the moment it means.

Where the clock is put forward an hour is missing: a time in the gap means the first moment
after it. Where it is put back an hour comes twice: the first one is meant.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WALL_FORMAT = "%Y-%m-%dT%H:%M"


def to_moment(wall: datetime, zone: str) -> datetime:
    """Turn a naive wall time of a zone into UTC."""
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return moment
    return _end_of_gap(wall, zone)


def _end_of_gap(wall: datetime, zone: str) -> datetime:
    # With fold=1 the offset after the change is used, so the result lies before the change.
    before = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if (
            middle.astimezone(ZoneInfo(zone)).utcoffset()
            == after.astimezone(ZoneInfo(zone)).utcoffset()
        ):
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def to_wall(moment: datetime, zone: str) -> datetime:
    """Show what the clock on the wall says at a moment, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def next_showing(clock: time, moment: datetime, zone: str) -> datetime:
    """Give the first moment after `moment` at which the clock on the wall shows `clock`.

    Where an hour comes twice, its second time counts as well.
    """
    today = to_wall(moment, zone).date()
    found = []
    for day in (today, today + timedelta(days=1)):
        wall = datetime.combine(day, clock)
        second = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
        found += [to_moment(wall, zone), second if to_wall(second, zone) == wall else moment]
    return min(one for one in found if one > moment)


def write(wall: datetime) -> str:
    """Write a wall time as it is kept in the tables."""
    return wall.strftime(WALL_FORMAT)


def read(text: str) -> datetime:
    """Read a wall time as it is kept in the tables; anything else raises ValueError."""
    return datetime.strptime(text, WALL_FORMAT)  # noqa: DTZ007 -- a wall time has no zone


def at(day: date, clock: str) -> datetime:
    """Join a day and a clock time like 09:00 into a wall time."""
    return datetime.combine(day, time.fromisoformat(clock))
