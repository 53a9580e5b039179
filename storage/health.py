"""What a check-up of the installation asks the tables; nothing is changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, TextClause, func, select, text

from storage.database import Tx
from storage.outbox import IS_UNCERTAIN, IS_UNDER_WAY, IS_WAITING
from storage.tables import channel_pause, inbox, outbox
from storage.work_tables import lease


@dataclass(frozen=True)
class Pause:
    """A channel that rests, and what its other side said."""

    channel: str
    until: datetime
    because: str


async def clock(tx: Tx) -> datetime:
    """Read the clock of a PostgreSQL server."""
    moment: datetime = (await tx.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return moment


async def server_version(tx: Tx) -> str:
    """Name the version of a PostgreSQL server."""
    return str((await tx.execute(text("SHOW server_version"))).scalar_one())


async def _count(tx: Tx, *conditions: ColumnElement[bool] | TextClause) -> int:
    found = await tx.execute(select(func.count()).select_from(outbox).where(*conditions))
    return int(found.scalar_one())


async def expired_leases(tx: Tx, *, now: datetime) -> int:
    """Count rows whose sender has not been heard of since its lease ran out."""
    return await _count(tx, IS_UNDER_WAY, outbox.c.leased_until < now)


async def uncertain(tx: Tx) -> int:
    """Count rows of which nobody knows whether they arrived, without those that were settled."""
    return await _count(tx, IS_UNCERTAIN, outbox.c.settled_at.is_(None))


async def failed(tx: Tx, *, since: datetime) -> int:
    """Count rows that could not be delivered since a moment, without those that were settled."""
    return await _count(
        tx,
        outbox.c.state == "failed",
        outbox.c.ended_at >= since,
        outbox.c.settled_at.is_(None),
    )


async def oldest_due(tx: Tx, *, now: datetime, silent_since: datetime) -> datetime | None:
    """Tell since when the row waits that is due longest, of the channels where nothing moves.

    A channel that rests is left out, and one on which something has begun to leave since
    `silent_since`: there the rows only wait for their turn.
    """
    resting = select(channel_pause.c.channel).where(channel_pause.c.until > now)
    moving = select(outbox.c.channel).where(
        outbox.c.started_at.is_not(None), outbox.c.started_at > silent_since
    )
    moment: datetime | None = await tx.scalar(
        select(func.min(outbox.c.due_at)).where(
            IS_WAITING,
            outbox.c.due_at <= now,
            outbox.c.not_after >= now,
            outbox.c.channel.not_in(resting.union(moving)),
        )
    )
    return moment


async def pauses(tx: Tx, *, now: datetime) -> list[Pause]:
    """List the channels that rest."""
    rows = await tx.execute(
        select(channel_pause).where(channel_pause.c.until > now).order_by(channel_pause.c.channel)
    )
    return [Pause(row.channel, row.until, row.because) for row in rows]


async def quarantined(tx: Tx) -> int:
    """Count arrivals that were set aside."""
    found = await tx.execute(
        select(func.count()).select_from(inbox).where(inbox.c.state == "quarantined")
    )
    return int(found.scalar_one())


async def duties_held(tx: Tx, *, now: datetime) -> list[str]:
    """Name what somebody does at the moment, of all that only one process may do."""
    rows = await tx.execute(
        select(lease.c.name)
        .where(lease.c.owner != "", lease.c.expires_at > now)
        .order_by(lease.c.name)
    )
    return [str(name) for name in rows.scalars()]
