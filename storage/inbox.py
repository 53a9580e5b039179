"""What has arrived: committed here before it is acknowledged to the sender.

`new` rows wait to be handled, `orphan` rows wait for something that may still become known (a
vote in a poll whose sending is uncertain), `done` had their effect, `quarantined` failed three
times and wait for a person. Rows of one lane (one person) are handled in order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.tables import cursor, inbox

TRIES = 3
ORPHAN_PAUSE = timedelta(seconds=30)
ORPHAN_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Arrival:
    """Something from outside as it came: `key` is unique within its source."""

    source: str
    key: str
    lane: str
    payload: str


@dataclass(frozen=True)
class InboxRow:
    """An arrival on its way to its effect."""

    id: int
    source: str
    key: str
    lane: str
    payload: str
    attempts: int
    received_at: datetime


async def accept(tx: Tx, arrivals: list[Arrival], *, now: datetime) -> int:
    """Keep arrivals, skip those known already, return how many were new."""
    rows = [
        {
            "source": arrival.source,
            "key": arrival.key,
            "lane": arrival.lane,
            "payload": arrival.payload,
            "state": "new",
            "received_at": now,
        }
        for arrival in arrivals
    ]
    return await insert_or_ignore(tx, inbox, rows)


async def read_cursor(tx: Tx, name: str) -> int:
    """Tell how far a source has been read; 0 at the beginning."""
    value = await tx.scalar(select(cursor.c.value).where(cursor.c.name == name))
    return int(value or 0)


async def move_cursor(tx: Tx, name: str, value: int) -> None:
    """Note how far a source has been read."""
    await insert_or_ignore(tx, cursor, [{"name": name, "value": 0}])
    await tx.execute(update(cursor).where(cursor.c.name == name).values(value=value))


async def waiting(tx: Tx, *, now: datetime, limit: int, except_lanes: set[str]) -> list[InboxRow]:
    """List arrivals that can be handled now, oldest first, without the lanes that are busy."""
    rows = await tx.execute(
        select(inbox)
        .where(
            inbox.c.state.in_(("new", "orphan")),
            or_(inbox.c.next_try_at.is_(None), inbox.c.next_try_at <= now),
            inbox.c.lane.not_in(except_lanes),
        )
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [
        InboxRow(row.id, row.source, row.key, row.lane, row.payload, row.attempts, row.received_at)
        for row in rows
    ]


async def finish(tx: Tx, row_id: int, *, now: datetime) -> bool:
    """End an arrival in the transaction of its effect.

    False means that somebody else has ended it; the caller must then do nothing at all.
    """
    result = await tx.execute(
        update(inbox)
        .where(inbox.c.id == row_id, inbox.c.state.in_(("new", "orphan")))
        .values(state="done", done_at=now, error=None)
    )
    return result.rowcount == 1


async def note_failure(tx: Tx, row: InboxRow, *, error: str, now: datetime) -> bool:
    """Count a failed try; the third one puts the arrival into quarantine and returns True."""
    attempts = row.attempts + 1
    poisonous = attempts >= TRIES
    await tx.execute(
        update(inbox)
        .where(inbox.c.id == row.id, inbox.c.state.in_(("new", "orphan")))
        .values(
            state="quarantined" if poisonous else "new",
            attempts=attempts,
            error=error[:2000],
            next_try_at=None if poisonous else now,
        )
    )
    return poisonous


async def keep_orphan(tx: Tx, row: InboxRow, *, now: datetime) -> None:
    """Put an arrival aside until what it belongs to is known; after a week it is quarantined."""
    lost = now - row.received_at > ORPHAN_LIFE
    await tx.execute(
        update(inbox)
        .where(inbox.c.id == row.id, inbox.c.state.in_(("new", "orphan")))
        .values(
            state="quarantined" if lost else "orphan",
            error="belongs to nothing known",
            next_try_at=now + ORPHAN_PAUSE,
        )
    )


async def wake_orphans(tx: Tx, *, now: datetime) -> None:
    """Let orphans try again at once, because something has become known."""
    await tx.execute(update(inbox).where(inbox.c.state == "orphan").values(next_try_at=now))


async def is_busy(tx: Tx, *, now: datetime) -> bool:
    """Tell whether anything waits to be handled now."""
    return bool(await waiting(tx, now=now, limit=1, except_lanes=set()))


async def count_by_state(tx: Tx) -> dict[str, int]:
    """Count arrivals by state."""
    from_table = select(inbox.c.state, func.count()).group_by(inbox.c.state)
    return {row[0]: int(row[1]) for row in await tx.execute(from_table)}
