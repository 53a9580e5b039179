"""What must be said: a row before it is a message.

    queued → leased → started → sent | retry | failed | uncertain
    queued, retry → missed (too late to be worth sending) | cancelled

Every step after the claim is guarded by the lease token and the row count, so that a sender
that lost its lease changes nothing. `started` is committed just before the bytes leave: a row
found there after a crash may or may not have reached the person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.tables import outbox

REPLY, CONFIRMATION, REMINDER, BROADCAST = 0, 10, 20, 30
WAITING = ("queued", "retry")
UNDER_WAY = ("leased", "started")


@dataclass(frozen=True)
class Entry:
    """One thing to say to one address; `key` is unique for ever and makes repeats harmless."""

    key: str
    channel: str
    kind: str
    address: str
    locale: str
    facts: dict[str, Any]
    priority: int
    due_at: datetime
    not_after: datetime
    person_id: int | None = None
    broadcast_id: int | None = None


@dataclass(frozen=True)
class OutboxRow:
    """A claimed row: what to compose and where to send it."""

    id: int
    key: str
    channel: str
    kind: str
    address: str
    locale: str
    facts: dict[str, Any]
    priority: int
    not_after: datetime
    attempts: int
    doubted: int
    lease_token: str
    message_id: str | None
    body: bytes | None
    person_id: int | None
    broadcast_id: int | None


async def put(tx: Tx, entries: list[Entry], *, now: datetime) -> int:
    """Queue entries, skip those whose key is known, return how many were new."""
    rows = [
        {
            "key": entry.key,
            "channel": entry.channel,
            "kind": entry.kind,
            "person_id": entry.person_id,
            "broadcast_id": entry.broadcast_id,
            "address": entry.address,
            "locale": entry.locale,
            "facts": entry.facts,
            "priority": entry.priority,
            "state": "queued",
            "due_at": entry.due_at,
            "not_after": entry.not_after,
            "created_at": now,
        }
        for entry in entries
    ]
    return await insert_or_ignore(tx, outbox, rows)


async def claim(
    tx: Tx,
    *,
    channel: str,
    token: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    except_addresses: set[str],
) -> list[OutboxRow]:
    """Lease the most urgent rows that are due; nobody else gets them until the lease ends.

    `token` must be a new one for each claim, or a sender that lost its lease passes for the next.
    """
    chosen = (
        select(outbox.c.id)
        .where(
            outbox.c.channel == channel,
            outbox.c.state.in_(WAITING),
            outbox.c.due_at <= now,
            outbox.c.not_after >= now,
            outbox.c.address.not_in(except_addresses),
        )
        .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A plain subquery may be run once per row by PostgreSQL and then exceeds the limit.
        .cte("chosen")
    )
    rows = await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.c.id)), outbox.c.state.in_(WAITING))
        .values(
            state="leased",
            lease_token=token,
            leased_until=now + lease,
            attempts=outbox.c.attempts + 1,
        )
        .returning(outbox)
    )
    return sorted((_row(row) for row in rows), key=lambda row: (row.priority, row.id))


async def has_due(tx: Tx, *, channel: str, now: datetime) -> bool:
    """Tell whether anything of a channel is due, without touching the writer."""
    found = await tx.scalar(
        select(outbox.c.id)
        .where(
            outbox.c.channel == channel,
            outbox.c.state.in_(WAITING),
            outbox.c.due_at <= now,
            outbox.c.not_after >= now,
        )
        .limit(1)
    )
    return found is not None


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(**{name: getattr(row, name) for name in OutboxRow.__dataclass_fields__})


async def _step(tx: Tx, row: OutboxRow, expected: tuple[str, ...], **values: Any) -> bool:
    result = await tx.execute(
        update(outbox)
        .where(
            outbox.c.id == row.id,
            outbox.c.lease_token == row.lease_token,
            outbox.c.state.in_(expected),
        )
        .values(**values)
    )
    return result.rowcount == 1


async def start(
    tx: Tx, row: OutboxRow, *, message_id: str | None, body: bytes | None, now: datetime
) -> bool:
    """Note that the bytes leave now; False means that the lease was lost: do not send."""
    return await _step(
        tx, row, ("leased",), state="started", started_at=now, message_id=message_id, body=body
    )


async def end(
    tx: Tx,
    row: OutboxRow,
    *,
    state: str,
    answer: str,
    result: dict[str, Any] | None = None,
    now: datetime,
) -> bool:
    """End a row as sent, failed, uncertain, missed or cancelled.

    Only what was started can have been sent or have become uncertain.
    """
    doubted = row.doubted + (state == "uncertain")
    left = state in ("sent", "uncertain")
    return await _step(
        tx,
        row,
        ("started",) if left else UNDER_WAY,
        state=state,
        answer=answer[:2000],
        result=result,
        doubted=doubted,
        ended_at=now,
        leased_until=None,
    )


async def try_again(
    tx: Tx, row: OutboxRow, *, due_at: datetime, answer: str, counts: bool = True
) -> bool:
    """Put a row back until `due_at`, because the failure was temporary and nothing left.

    An attempt that does not count was the channel's fault and makes no later pause longer.
    """
    return await _step(
        tx,
        row,
        UNDER_WAY,
        state="retry",
        due_at=due_at,
        answer=answer[:2000],
        leased_until=None,
        attempts=row.attempts if counts else row.attempts - 1,
    )


async def readdress(tx: Tx, row: OutboxRow, *, address: str, now: datetime) -> bool:
    """Put a row back for another address, because the chat moved there."""
    return await _step(
        tx, row, UNDER_WAY, state="retry", due_at=now, address=address, leased_until=None
    )


async def renew(tx: Tx, row: OutboxRow, *, until: datetime) -> bool:
    """Prolong a lease; False means that it was lost and the sender must stop."""
    return await _step(tx, row, UNDER_WAY, leased_until=until)


async def free_expired(tx: Tx, *, now: datetime, all_leases: bool = False) -> tuple[int, int]:
    """Take back what dead senders left and return how many are (safe, uncertain).

    A leased row never left and waits again. A started row may have left and becomes
    uncertain. `all_leases` is for the moment when no other process can be alive.
    """
    dead = outbox.c.leased_until.is_not(None) if all_leases else outbox.c.leased_until < now
    safe = await tx.execute(
        update(outbox)
        .where(outbox.c.state == "leased", dead)
        .values(state="retry", due_at=now, leased_until=None)
    )
    doubtful = await tx.execute(
        update(outbox)
        .where(outbox.c.state == "started", dead)
        .values(
            state="uncertain",
            doubted=outbox.c.doubted + 1,
            answer="the sender stopped in the middle",
            ended_at=now,
            leased_until=None,
        )
    )
    return safe.rowcount, doubtful.rowcount


async def send_once_more(
    tx: Tx, *, channel: str, kinds: set[str], before: datetime, now: datetime | None = None
) -> int:
    """Queue uncertain rows of these kinds again, each at most once, `before` being their age.

    What is no longer worth sending at `now` stays uncertain, because it may have arrived.
    """
    result = await tx.execute(
        update(outbox)
        .where(
            outbox.c.state == "uncertain",
            outbox.c.channel == channel,
            outbox.c.kind.in_(kinds),
            outbox.c.doubted == 1,
            outbox.c.ended_at <= before,
            outbox.c.not_after >= (now or before),
        )
        .values(state="retry", due_at=before)
    )
    return result.rowcount


async def miss(tx: Tx, *, now: datetime) -> int:
    """Give up what is no longer worth sending; staff see it as missed."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(WAITING), outbox.c.not_after < now)
        .values(state="missed", ended_at=now)
    )
    return result.rowcount


async def cancel(tx: Tx, *, keys_like: str, now: datetime) -> int:
    """Cancel waiting rows whose key matches a LIKE pattern."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.state.in_(WAITING), outbox.c.key.like(keys_like))
        .values(state="cancelled", ended_at=now)
    )
    return result.rowcount


async def is_busy(tx: Tx, *, now: datetime) -> bool:
    """Tell whether anything is due or under way on any channel."""
    found = await tx.scalar(
        select(outbox.c.id)
        .where(
            or_(
                outbox.c.state.in_(UNDER_WAY),
                and_(outbox.c.state.in_(WAITING), outbox.c.due_at <= now),
            )
        )
        .limit(1)
    )
    return found is not None


async def is_open(tx: Tx, *, keys_like: str) -> bool:
    """Tell whether a row whose key matches a LIKE pattern may still be sent, doubtful ones too."""
    found = await tx.scalar(
        select(outbox.c.id)
        .where(
            outbox.c.key.like(keys_like),
            or_(
                outbox.c.state.in_(WAITING + UNDER_WAY),
                and_(outbox.c.state == "uncertain", outbox.c.doubted == 1),
            ),
        )
        .limit(1)
    )
    return found is not None


async def sent_message(tx: Tx, key: str) -> tuple[int, int] | None:
    """Find a sent chat message by its key: the chat and Telegram's number of the message."""
    rows = await tx.execute(
        select(outbox.c.address, outbox.c.result).where(
            outbox.c.key == key, outbox.c.state == "sent"
        )
    )
    row = rows.one_or_none()
    return (int(row.address), int(row.result["message_id"])) if row else None


async def next_due(tx: Tx) -> datetime | None:
    """Tell when the next waiting row is due."""
    earliest: datetime | None = await tx.scalar(
        select(func.min(outbox.c.due_at)).where(outbox.c.state.in_(WAITING))
    )
    return earliest


def _selected(broadcast_id: int | None) -> Select[Any]:
    columns = select(outbox.c.kind, outbox.c.channel, outbox.c.state, func.count())
    if broadcast_id is not None:
        columns = columns.where(outbox.c.broadcast_id == broadcast_id)
    return columns.group_by(outbox.c.kind, outbox.c.channel, outbox.c.state)


async def count(tx: Tx, *, broadcast_id: int | None = None) -> dict[tuple[str, str, str], int]:
    """Count rows by (kind, channel, state), of one broadcast or of all."""
    rows = await tx.execute(_selected(broadcast_id))
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


@dataclass(frozen=True)
class Planned:
    """A waiting row as the agenda shows it."""

    id: int
    due_at: datetime
    kind: str
    channel: str
    address: str
    person_id: int | None
    facts: dict[str, Any]


async def planned(tx: Tx, *, until: datetime, now: datetime | None = None) -> list[Planned]:
    """List waiting rows due before `until`, the soonest first.

    With `now`, those that are no longer worth sending by then are left out.
    """
    waiting = (
        select(outbox)
        .where(outbox.c.state.in_(WAITING), outbox.c.due_at <= until)
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    if now is not None:
        waiting = waiting.where(outbox.c.not_after >= now)
    rows = await tx.execute(waiting)
    return [
        Planned(row.id, row.due_at, row.kind, row.channel, row.address, row.person_id, row.facts)
        for row in rows
    ]
