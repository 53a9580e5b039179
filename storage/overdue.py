"""What would leave as soon as a database that was held back may work again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select, update

from storage import outbox
from storage.database import Tx
from storage.tables import outbox as rows
from storage.tables import reminder


@dataclass(frozen=True)
class Overdue:
    """Messages of one kind on one channel whose moment has come.

    `late` of them are no longer worth sending and become missed.
    """

    kind: str
    channel: str
    count: int
    late: int
    oldest: datetime


@dataclass(frozen=True)
class Doubtful:
    """What stands in the copy half done: messages that were leaving or are uncertain."""

    started: int
    uncertain: int


STILL_LEAVING = (*outbox.WAITING, "leased")


async def messages(tx: Tx, *, now: datetime) -> list[Overdue]:
    """Count what is due, the oldest first; what was leased when the copy was made is due too."""
    late = func.sum(case((rows.c.not_after < now, 1), else_=0))
    found = await tx.execute(
        select(rows.c.kind, rows.c.channel, func.count(), late, func.min(rows.c.due_at))
        .where(rows.c.state.in_(STILL_LEAVING), rows.c.due_at <= now)
        .group_by(rows.c.kind, rows.c.channel)
        .order_by(func.min(rows.c.due_at), rows.c.kind, rows.c.channel)
    )
    return [Overdue(row[0], row[1], int(row[2]), int(row[3]), row[4]) for row in found]


async def doubtful(tx: Tx) -> Doubtful:
    """Count messages that may have been leaving, and those that may be sent once more."""
    started = select(func.count()).where(rows.c.state == "started")
    uncertain = select(func.count()).where(rows.c.state == "uncertain", rows.c.doubted == 1)
    return Doubtful(await tx.scalar(started) or 0, await tx.scalar(uncertain) or 0)


async def reminders(tx: Tx, *, now: datetime) -> int:
    """Count reminders that are worth sending and not in the outbox yet."""
    query = select(func.count()).where(
        reminder.c.state == "planned", reminder.c.due_at <= now, reminder.c.not_after >= now
    )
    return await tx.scalar(query) or 0


async def drop(tx: Tx, *, now: datetime) -> int:
    """Cancel everything that is due, let nothing doubtful be repeated; return how many rows."""
    dropped = await tx.execute(
        update(rows)
        .where(rows.c.state.in_(STILL_LEAVING), rows.c.due_at <= now)
        .values(state="cancelled", ended_at=now, leased_until=None)
    )
    # Those that were doubted twice are repeated by nobody and stay for staff to see.
    doubted = await tx.execute(
        update(rows)
        .where(or_(rows.c.state == "started", rows.c.state == "uncertain"), rows.c.doubted < 2)  # noqa: PLR2004 -- explained above
        .values(state="uncertain", doubted=2, ended_at=now, leased_until=None)
    )
    planned = await tx.execute(
        update(reminder)
        .where(reminder.c.state == "planned", reminder.c.due_at <= now)
        .values(state="cancelled")
    )
    return dropped.rowcount + doubted.rowcount + planned.rowcount
