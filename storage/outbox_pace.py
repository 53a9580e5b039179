"""Count what has begun to leave, so that limits hold over restarts and over many processes.

`started_at` of a row is committed just before its bytes leave. Whoever notes a start asks here
in the same transaction: one sender after the other looks at the same window, on PostgreSQL by
a lock of the channel that ends with the transaction, on SQLite because there is one writer.
A row that began twice counts with its last start alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, func, select, text

from storage.database import Tx
from storage.tables import outbox

# Starts that lie further ahead were noted by a clock that was set back since; to count them would
# stop the channel until that hour comes again.
CLOCKS_APART = timedelta(minutes=1)
# Any numbers will do as long as nothing else locks them.
_LOCKS = {"telegram": 7_204_001, "mail": 7_204_002}


class Limit(Protocol):
    """At most `most` starts in any stretch of `length`.

    It counts rows of `from_priority` and less urgent ones; with `of_address` those to one
    address alone.
    """

    @property
    def most(self) -> int:
        """How many."""

    @property
    def length(self) -> timedelta:
        """In what stretch of time."""

    @property
    def from_priority(self) -> int:
        """The most urgent class that counts."""

    @property
    def of_address(self) -> bool:
        """Whether each address has a limit of its own."""


async def take_turns(tx: Tx, channel: str) -> None:
    """Wait until no other transaction notes starts of this channel; held until the commit."""
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCKS[channel]})


async def room(
    tx: Tx, *, channel: str, address: str, now: datetime, limits: Iterable[Limit]
) -> int | None:
    """Tell how many more may start now under all of the limits; None when there is no limit.

    The channel's turn is taken first, so the answer stays true until the commit.
    """
    await take_turns(tx, channel)
    left = [
        limit.most - await _started(tx, limit, channel=channel, address=address, now=now)
        for limit in limits
    ]
    return max(0, min(left)) if left else None


async def free_at(
    tx: Tx, *, channel: str, address: str, now: datetime, limits: Iterable[Limit]
) -> datetime:
    """Tell when one more may start: `now`, or when enough of the last starts are old enough.

    The channel's turn is taken first, so the answer stays true until the commit.
    """
    await take_turns(tx, channel)
    moments = [now]
    for limit in limits:
        oldest: datetime | None = await tx.scalar(
            select(outbox.c.started_at)
            .where(*_within(limit, channel=channel, address=address, now=now))
            .order_by(outbox.c.started_at.desc())
            .offset(limit.most - 1)
            .limit(1)
        )
        if oldest is not None:
            moments.append(oldest + limit.length)
    return max(moments)


async def _started(tx: Tx, limit: Limit, *, channel: str, address: str, now: datetime) -> int:
    found = await tx.scalar(
        select(func.count())
        .select_from(outbox)
        .where(*_within(limit, channel=channel, address=address, now=now))
    )
    return int(found or 0)


def _within(
    limit: Limit, *, channel: str, address: str, now: datetime
) -> list[ColumnElement[bool]]:
    conditions = [
        outbox.c.channel == channel,
        outbox.c.started_at > now - limit.length,
        outbox.c.started_at <= now + CLOCKS_APART,
    ]
    if limit.from_priority > 0:
        conditions.append(outbox.c.priority >= limit.from_priority)
    if limit.of_address:
        conditions.append(outbox.c.address == address)
    return conditions
