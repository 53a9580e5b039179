"""Find wall times that a clock change makes impossible or ambiguous."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def is_skipped(wall: datetime, zone: str) -> bool:
    """Tell whether clocks jump over this wall time."""
    here = wall.replace(tzinfo=ZoneInfo(zone))
    return here.astimezone(UTC).astimezone(here.tzinfo).replace(tzinfo=None) != wall


def is_twice(wall: datetime, zone: str) -> bool:
    """Tell whether clocks show this wall time twice in one night."""
    here = wall.replace(tzinfo=ZoneInfo(zone))
    other = here.replace(fold=1)
    return here.utcoffset() != other.utcoffset() and not is_skipped(wall, zone)
