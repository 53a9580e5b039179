"""Figures of the inbox and the outbox, for whoever watches the machine from afar.

What waits is counted by the partial indexes of the waiting rows and is cheap however many rows
have ended. `totals` reads whole tables: ask for it once a minute at most. Both are questions for
`Database.counting()`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.sql.elements import TextClause

from storage.database import Tx
from storage.inbox import SOURCES
from storage.outbox_tables import UNCERTAIN, UNDER_WAY, WAITING, outbox
from storage.tables import channel_pause
from storage.work_tables import inbox, lease

# The outcomes that a delivery keeps; `uncertain` is counted from `doubted`, which only grows.
ENDED = ("sent", "failed", "missed", "cancelled")


@dataclass(frozen=True)
class Queue:
    """What waits on one channel; `oldest_due_at` is None when nothing is due."""

    waiting: int
    due: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class Duty:
    """A lease: who holds it, or an empty name, and how often it has changed hands."""

    owner: str
    epoch: int


@dataclass(frozen=True)
class Present:
    """How things stand now; `uncertain` leaves out what staff have settled."""

    queues: dict[str, Queue]
    under_way: dict[tuple[str, str], int]
    uncertain: dict[str, int]
    arrivals: dict[str, int]
    oldest_new_at: datetime | None
    resting_until: dict[str, datetime]
    duties: dict[str, Duty]


@dataclass(frozen=True)
class Totals:
    """What has happened since the beginning, by channel.

    `doubted` counts how often an outcome was uncertain, and `retries` the tries after the first.
    """

    ended: dict[tuple[str, str], int]
    doubted: dict[str, int]
    retries: dict[str, int]
    handled: int


async def present(tx: Tx, *, now: datetime) -> Present:
    """Count what waits, is under way and rests."""
    return Present(
        queues=await _queues(tx, now),
        under_way=await _under_way(tx),
        uncertain=await _uncertain(tx),
        arrivals=await _arrivals(tx),
        oldest_new_at=await _oldest_new_at(tx),
        resting_until=await _resting_until(tx, now),
        duties=await _duties(tx, now),
    )


def _as_indexed(condition: str) -> TextClause:
    # With bound values a planner cannot tell that the partial index holds all the rows.
    return text(f"outbox.{condition}")


async def _queues(tx: Tx, now: datetime) -> dict[str, Queue]:
    due_at = case((outbox.c.due_at <= now, outbox.c.due_at))
    rows = await tx.execute(
        select(outbox.c.channel, func.count(), func.count(due_at), func.min(due_at))
        .where(_as_indexed(WAITING))
        .group_by(outbox.c.channel)
    )
    return {row[0]: Queue(int(row[1]), int(row[2]), row[3]) for row in rows}


async def _under_way(tx: Tx) -> dict[tuple[str, str], int]:
    rows = await tx.execute(
        select(outbox.c.channel, outbox.c.state, func.count())
        .where(_as_indexed(UNDER_WAY))
        .group_by(outbox.c.channel, outbox.c.state)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


async def _uncertain(tx: Tx) -> dict[str, int]:
    rows = await tx.execute(
        select(outbox.c.channel, func.count())
        .where(_as_indexed(UNCERTAIN), outbox.c.settled_at.is_(None))
        .group_by(outbox.c.channel)
    )
    return {row[0]: int(row[1]) for row in rows}


async def _oldest_new_at(tx: Tx) -> datetime | None:
    # Of each source the first, which the index knows; over all of them all would be sorted.
    firsts = [
        select(inbox.c.received_at)
        .where(inbox.c.state == "new", inbox.c.source == source)
        .order_by(inbox.c.id)
        .limit(1)
        .scalar_subquery()
        for source in SOURCES
    ]
    row = (await tx.execute(select(*firsts))).one()
    return min((moment for moment in row if moment is not None), default=None)


async def _arrivals(tx: Tx) -> dict[str, int]:
    rows = await tx.execute(
        select(inbox.c.state, func.count())
        .where(inbox.c.state.in_(("new", "orphan", "quarantined")))
        .group_by(inbox.c.state)
    )
    return {row[0]: int(row[1]) for row in rows}


async def _resting_until(tx: Tx, now: datetime) -> dict[str, datetime]:
    rows = await tx.execute(select(channel_pause).where(channel_pause.c.until > now))
    return {row.channel: row.until for row in rows}


async def _duties(tx: Tx, now: datetime) -> dict[str, Duty]:
    rows = await tx.execute(select(lease))
    return {
        row.name: Duty(row.owner if row.expires_at > now else "", int(row.epoch)) for row in rows
    }


async def totals(tx: Tx) -> Totals:
    """Count all that has ended since the beginning."""
    again = case((outbox.c.attempts > 1, outbox.c.attempts - 1), else_=0)
    rows = await tx.execute(
        select(
            outbox.c.channel,
            outbox.c.state,
            func.count(),
            _sum(outbox.c.doubted),
            _sum(again),
        ).group_by(outbox.c.channel, outbox.c.state)
    )
    found = Totals({}, {}, {}, handled=await _handled(tx))
    for channel, state, count, doubted, retries in rows:
        if state in ENDED:
            found.ended[channel, state] = int(count)
        found.doubted[channel] = found.doubted.get(channel, 0) + int(doubted)
        found.retries[channel] = found.retries.get(channel, 0) + int(retries)
    return found


def _sum(values: ColumnElement[int]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(values), 0)


async def _handled(tx: Tx) -> int:
    done = await tx.scalar(select(func.count()).where(inbox.c.state == "done"))
    return int(done or 0)
