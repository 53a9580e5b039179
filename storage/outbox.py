"""What must be said: a row before it is a message.

    queued → leased → started → sent | retry | failed | uncertain
    queued, retry → missed (too late to be worth sending) | cancelled
    leased → cancelled (its sender may not start it then)
    uncertain → sent (the answer came after all) | retry (once more)

Every step after the claim is guarded by the lease token and the row count, so that a sender
that lost its lease changes nothing. `started` is committed just before the bytes leave: a row
found there after a crash may or may not have reached the person.

Here are the rows and the steps of one row; `outbox_claims` has what senders do with many at once,
`outbox_sweeps` what time does to rows, and `outbox_lists` what is asked about them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text, update

from storage import outbox_tables
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.outbox_secrets import forgotten
from storage.tables import outbox

REPLY, CONFIRMATION, REMINDER, BROADCAST = PRIORITIES = (0, 10, 20, 30)
URGENT = (REPLY, CONFIRMATION, REMINDER)
WAITING = ("queued", "retry")
UNDER_WAY = ("leased", "started")
# An answer that comes after the lease has run out is no doubt any more, unless somebody else has
# taken the row meanwhile.
MAY_HAVE_LEFT = ("started", "uncertain")
# In the very words of the partial indexes: of bound values a planner cannot tell that the index
# holds all the rows.
IS_WAITING = text(f"outbox.{outbox_tables.WAITING}")
IS_UNDER_WAY = text(f"outbox.{outbox_tables.UNDER_WAY}")
IS_UNCERTAIN = text(f"outbox.{outbox_tables.UNCERTAIN}")
IS_OPEN = text(f"outbox.{outbox_tables.OPEN}")
LONGEST_ANSWER = 2000


class UnknownPriority(ValueError):
    """A row of a priority that no sender asks for would wait for ever."""


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


@dataclass(frozen=True, slots=True)
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
    due_at: datetime
    not_after: datetime
    attempts: int
    doubted: int
    lease_token: str
    message_id: str | None
    body: bytes | None
    person_id: int | None
    broadcast_id: int | None


async def put(tx: Tx, entries: list[Entry], *, now: datetime) -> int:
    """Queue entries, skip those whose key is known, return how many were new.

    Raises UnknownPriority for a priority that is none of PRIORITIES.
    """
    unknown = {entry.priority for entry in entries} - set(PRIORITIES)
    if unknown:
        raise UnknownPriority(f"{sorted(unknown)} not in {PRIORITIES}")
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

    A mail that has ended forgets its tokens and a sealed reply its words; of an uncertain one
    the same may leave again.
    Only what was started can have been sent or have become uncertain.
    """
    expected = {"sent": MAY_HAVE_LEFT, "uncertain": ("started",)}.get(state, UNDER_WAY)
    doubt = {"doubted": row.doubted + 1} if state == "uncertain" else {}
    over = forgotten(channel=row.channel, key=row.key) if state != "uncertain" else {}
    return await _step(
        tx,
        row,
        expected,
        state=state,
        answer=answer[:LONGEST_ANSWER],
        result=result,
        ended_at=now,
        leased_until=None,
        **doubt,
        **over,
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
        answer=answer[:LONGEST_ANSWER],
        leased_until=None,
        attempts=row.attempts if counts else row.attempts - 1,
    )


async def readdress(tx: Tx, row: OutboxRow, *, address: str, now: datetime) -> bool:
    """Put a row back for another address, because the chat moved there."""
    return await _step(
        tx, row, UNDER_WAY, state="retry", due_at=now, address=address, leased_until=None
    )
