"""How a broadcast goes on, each step a conditional update: one of two who try gets True.

    planned → queueing → running
    planned, queueing, running ↔ paused
    planned, queueing, running, paused → stopped

`planned` has not begun: no row of it is in the outbox. `queueing` turns its audience into rows, a
batch at a time. `running` has all its rows; that the last of them has ended is `reported_at`.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update

from storage.broadcasts import FOUND, Broadcast, from_row
from storage.database import Tx
from storage.tables import broadcast, outbox

PLANNED, QUEUEING, RUNNING, PAUSED, STOPPED = (
    "planned",
    "queueing",
    "running",
    "paused",
    "stopped",
)
ALIVE = (PLANNED, QUEUEING, RUNNING, PAUSED)
GOING = (PLANNED, QUEUEING, RUNNING)


async def hold(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """Read a broadcast and let nobody else change it until the transaction ends."""
    rows = await tx.execute(FOUND.where(broadcast.c.id == broadcast_id).with_for_update())
    row = rows.one_or_none()
    return from_row(row) if row else None


async def hold_of_event(tx: Tx, event_id: int) -> list[Broadcast]:
    """Read what is alive about an event, by rising number, and let nobody else change it."""
    rows = await tx.execute(
        FOUND.where(broadcast.c.event_id == event_id, broadcast.c.state.in_(ALIVE))
        .order_by(broadcast.c.id)
        .with_for_update()
    )
    return [from_row(row) for row in rows]


async def change(
    tx: Tx,
    broadcast_id: int,
    *,
    expected: Collection[str],
    state: str,
    because: str = "",
    starts_at: datetime | None = None,
) -> bool:
    """Put a broadcast into another state; False when it is in none of the expected ones.

    A moment to start at replaces the one it had.
    """
    values = {"state": state, "because": because}
    moment = {} if starts_at is None else {"starts_at": starts_at}
    result = await tx.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id, broadcast.c.state.in_(expected))
        .values(**values, **moment)
    )
    return result.rowcount == 1


async def note_second(tx: Tx, broadcast_id: int, *, staff_id: int) -> None:
    """Note who was the second to look at a broadcast."""
    await tx.execute(
        update(broadcast).where(broadcast.c.id == broadcast_id).values(second_staff_id=staff_id)
    )


async def open_due(tx: Tx, broadcast_id: int, *, ceiling: int, now: datetime) -> bool:
    """Begin to queue a planned broadcast whose moment has come; False when that is not so."""
    result = await tx.execute(
        update(broadcast)
        .where(
            broadcast.c.id == broadcast_id,
            broadcast.c.state == PLANNED,
            broadcast.c.starts_at <= now,
        )
        # 0 would say that it was never opened, and there may be nobody yet.
        .values(state=QUEUEING, ceiling=max(1, ceiling), looked_at=now)
    )
    return result.rowcount == 1


async def advance(tx: Tx, broadcast_id: int, *, after: int, cursor: int) -> bool:
    """Note up to whom a broadcast is queued; False when somebody else did, or it is paused."""
    result = await tx.execute(
        update(broadcast)
        .where(
            broadcast.c.id == broadcast_id,
            broadcast.c.state == QUEUEING,
            broadcast.c.cursor == after,
        )
        .values(cursor=cursor)
    )
    return result.rowcount == 1


async def complete(tx: Tx, broadcast_id: int, *, people: int) -> bool:
    """Note that everybody is queued, and how many rows that makes."""
    result = await tx.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id, broadcast.c.state == QUEUEING)
        .values(state=RUNNING, people=people, cursor=broadcast.c.ceiling)
    )
    return result.rowcount == 1


async def to_queue(tx: Tx, *, now: datetime) -> list[int]:
    """List what is to be opened or queued further, the one that began first before the others."""
    rows = await tx.execute(
        select(broadcast.c.id)
        .where(
            broadcast.c.reported_at.is_(None),
            (broadcast.c.state == QUEUEING)
            | ((broadcast.c.state == PLANNED) & (broadcast.c.starts_at <= now)),
        )
        .order_by(broadcast.c.starts_at, broadcast.c.id)
    )
    return list(rows.scalars())


async def planned(tx: Tx, *, until: datetime | None = None) -> list[Broadcast]:
    """List what has not begun, paused ones too, the soonest first."""
    query = FOUND.where(
        broadcast.c.reported_at.is_(None),
        (broadcast.c.state == PLANNED)
        | ((broadcast.c.state == PAUSED) & broadcast.c.starts_at.is_not(None)),
        broadcast.c.ceiling == 0,
    )
    if until is not None:
        query = query.where(broadcast.c.starts_at <= until)
    rows = await tx.execute(query.order_by(broadcast.c.starts_at, broadcast.c.id))
    return [from_row(row) for row in rows]


async def next_start(tx: Tx) -> datetime | None:
    """Tell when the next planned broadcast begins; a paused one does not begin by itself."""
    moment: datetime | None = await tx.scalar(
        select(func.min(broadcast.c.starts_at)).where(
            broadcast.c.reported_at.is_(None), broadcast.c.state == PLANNED
        )
    )
    return moment


async def planned_of(tx: Tx, staff_id: int) -> list[Broadcast]:
    """List what somebody has confirmed and what has not begun."""
    rows = await tx.execute(
        FOUND.where(broadcast.c.staff_id == staff_id, broadcast.c.state == PLANNED).order_by(
            broadcast.c.id
        )
    )
    return [from_row(row) for row in rows]


async def resting(tx: Tx) -> list[Broadcast]:
    """List what must not leave although it may have rows that wait: paused, or stopped lately."""
    rows = await tx.execute(
        FOUND.where(
            broadcast.c.state.in_((PAUSED, STOPPED)), broadcast.c.reported_at.is_(None)
        ).order_by(broadcast.c.id)
    )
    return [from_row(row) for row in rows]


async def for_late_joiners(tx: Tx, *, looked_before: datetime) -> list[Broadcast]:
    """List those that whoever joins their audience gets too, not looked at since a moment."""
    rows = await tx.execute(
        FOUND.where(
            broadcast.c.state == RUNNING,
            broadcast.c.late_joiners.is_(True),
            broadcast.c.looked_at <= looked_before,
        ).order_by(broadcast.c.id)
    )
    return [from_row(row) for row in rows]


async def note_look(tx: Tx, broadcast_id: int, *, now: datetime) -> None:
    """Note that everybody who had joined by now was found."""
    await tx.execute(update(broadcast).where(broadcast.c.id == broadcast_id).values(looked_at=now))


async def look_no_more(tx: Tx, broadcast_id: int) -> None:
    """End the looks for those who join later."""
    await tx.execute(
        update(broadcast).where(broadcast.c.id == broadcast_id).values(late_joiners=False)
    )


async def add_people(tx: Tx, broadcast_id: int, *, more: int) -> None:
    """Count those in who joined later."""
    await tx.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id)
        .values(people=broadcast.c.people + more)
    )


async def has_begun(tx: Tx, broadcast_id: int) -> bool:
    """Tell whether a broadcast has any row in the outbox."""
    found = select(outbox.c.id).where(outbox.c.broadcast_id == broadcast_id).limit(1)
    return await tx.scalar(found) is not None
