"""Days of an event in a row, and moving them, for tests of moves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from programme import events
from programme.quiet_hours import QuietHours
from storage import events as rows
from storage.database import Tx
from tests.storage.rows import FIRST_DAY, NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TWO_DAYS = (FIRST_DAY, FIRST_DAY + DAY)
QUIET = QuietHours()


async def move_days(
    tx: Tx,
    event_id: int,
    by: timedelta = DAY,
    *,
    days: Sequence[int] = (1, 2),
    place: str | None = None,
    now: datetime = NOW,
) -> int:
    """Move days of an event by a span, or to a place, and return how many people are told."""
    chosen = [one for one in await rows.sessions(tx, event_id) if one.number in days]
    moves = events.shifted_moves(chosen, by, place)
    return await events.move_sessions(tx, event_id=event_id, moves=moves, quiet=QUIET, now=now)


async def starts(tx: Tx, event_id: int) -> list[datetime]:
    """List when an event's days begin."""
    return [one.starts_at for one in await rows.sessions(tx, event_id)]
