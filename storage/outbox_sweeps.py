"""What time and events do to rows that nobody is sending: free, repeat, miss, cancel."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from storage.database import Tx
from storage.outbox import IS_OPEN, IS_UNCERTAIN, IS_UNDER_WAY, IS_WAITING
from storage.outbox_secrets import FORGOTTEN
from storage.prefix import begins_with
from storage.tables import outbox

_MOST_KEYS = 1000  # in one statement


async def free_expired(tx: Tx, *, now: datetime, all_leases: bool = False) -> tuple[int, int]:
    """Take back what dead senders left and return how many are (safe, uncertain).

    A leased row never left and waits again, at its old place in the line. A started row may have
    left and becomes uncertain. `all_leases` is for the moment when no other process can be alive.
    """
    dead = outbox.c.leased_until.is_not(None) if all_leases else outbox.c.leased_until < now
    safe = await tx.execute(
        update(outbox)
        .where(IS_UNDER_WAY, outbox.c.state == "leased", dead)
        .values(state="retry", leased_until=None)
    )
    doubtful = await tx.execute(
        update(outbox)
        .where(IS_UNDER_WAY, outbox.c.state == "started", dead)
        .values(
            state="uncertain",
            doubted=outbox.c.doubted + 1,
            answer="the sender stopped in the middle",
            ended_at=now,
            leased_until=None,
        )
    )
    return safe.rowcount, doubtful.rowcount


def may_be_repeated(now: datetime) -> ColumnElement[bool]:
    """Say of an uncertain row that it was doubted once, is worth sending and is not settled."""
    return and_(
        outbox.c.doubted == 1,
        outbox.c.not_after >= now,
        outbox.c.settled_at.is_(None),
    )


@dataclass(frozen=True)
class Doubtful:
    """An uncertain row that may be repeated, and what it says."""

    id: int
    kind: str
    facts: dict[str, Any]


def _repeatable(
    channel: str, kinds: set[str], before: datetime, now: datetime | None
) -> ColumnElement[bool]:
    return and_(
        IS_UNCERTAIN,
        outbox.c.channel == channel,
        outbox.c.kind.in_(kinds),
        outbox.c.ended_at <= before,
        may_be_repeated(now or before),
    )


async def doubtful(
    tx: Tx, *, channel: str, kinds: set[str], before: datetime, now: datetime | None = None
) -> list[Doubtful]:
    """List what `send_once_more` would queue, in the order in which it was caused."""
    rows = await tx.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.facts)
        .where(_repeatable(channel, kinds, before, now))
        .order_by(outbox.c.id)
    )
    return [Doubtful(*row) for row in rows]


async def send_once_more(
    tx: Tx, *, channel: str, kinds: set[str], before: datetime, now: datetime | None = None
) -> int:
    """Queue uncertain rows of these kinds again, each at most once, `before` being their age.

    What is no longer worth sending at `now` stays uncertain, because it may have arrived.
    """
    result = await tx.execute(
        update(outbox)
        .where(_repeatable(channel, kinds, before, now))
        .values(state="retry", due_at=before)
    )
    return result.rowcount


async def do_not_repeat(tx: Tx, ids: Collection[int], *, now: datetime) -> None:
    """Let doubtful rows stay what they are; they are nobody's trouble any more."""
    await tx.execute(
        update(outbox)
        .where(IS_UNCERTAIN, outbox.c.id.in_(ids), outbox.c.settled_at.is_(None))
        .values(settled_at=now, **FORGOTTEN)
    )


async def miss(tx: Tx, *, now: datetime) -> int:
    """Give up what is no longer worth sending; staff see it as missed."""
    result = await tx.execute(
        update(outbox)
        .where(IS_WAITING, outbox.c.not_after < now)
        .values(state="missed", ended_at=now, **FORGOTTEN)
    )
    return result.rowcount


async def cancel(tx: Tx, *, keys_from: str, now: datetime) -> int:
    """Cancel rows that have not left, whose key begins so; it ends in an ASCII character.

    Doubtful ones stay what they are, but are not repeated.
    """
    which = and_(begins_with(tx, outbox.c.key, keys_from), IS_OPEN)
    return await cancel_those(tx, which, now=now)


async def cancel_keys(tx: Tx, *, keys: Collection[str], now: datetime) -> int:
    """Cancel rows that have not left, with these very keys; doubtful ones are not repeated."""
    names, count = list(keys), 0
    for first in range(0, len(names), _MOST_KEYS):
        which = outbox.c.key.in_(names[first : first + _MOST_KEYS])
        count += await cancel_those(tx, which, now=now)
    return count


async def cancel_of_chat(tx: Tx, *, chat_id: int, kinds: Collection[str], now: datetime) -> int:
    """Cancel what has not left of these kinds for a chat, whoever is behind it."""
    which = and_(
        outbox.c.channel == "telegram",
        outbox.c.address == str(chat_id),
        outbox.c.kind.in_(sorted(kinds)),
        IS_OPEN,
    )
    return await cancel_those(tx, which, now=now)


async def cancel_those(tx: Tx, which: ColumnElement[bool], *, now: datetime) -> int:
    """Cancel what has not left of the rows that a condition names, and repeat none of them."""
    await tx.execute(
        update(outbox)
        .where(which, IS_UNCERTAIN, outbox.c.settled_at.is_(None))
        .values(settled_at=now, **FORGOTTEN)
    )
    gone = {"state": "cancelled", "ended_at": now, "leased_until": None, **FORGOTTEN}
    waiting = await tx.execute(update(outbox).where(which, IS_WAITING).values(gone))
    # What is just being started is passed over: its sender may hold other rows that are wanted
    # here, and each would wait for the other.
    leased = select(outbox.c.id).where(which, IS_UNDER_WAY, outbox.c.state == "leased")
    chosen = outbox.c.id.in_(leased.with_for_update(skip_locked=True))
    taken = await tx.execute(update(outbox).where(chosen, IS_UNDER_WAY).values(gone))
    return waiting.rowcount + taken.rowcount
