"""What is asked about the outbox; nothing here changes a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from storage.database import Tx
from storage.outbox import IS_OPEN, IS_UNDER_WAY, IS_WAITING, PRIORITIES
from storage.outbox_claims import due_priorities
from storage.outbox_sweeps import may_be_repeated
from storage.prefix import begins_with
from storage.tables import channel_pause, outbox

CHANNELS = ("telegram", "mail")


async def has_due(tx: Tx, *, channel: str, now: datetime) -> bool:
    """Tell whether anything of a channel is due."""
    return bool(await due_priorities(tx, channel=channel, now=now))


async def is_busy(tx: Tx, *, now: datetime) -> bool:
    """Tell whether anything is under way, or due on a channel that does not rest."""
    # All that is under way has a lease, and it is leases that the index holds.
    leased = select(outbox.c.id).where(IS_UNDER_WAY, outbox.c.leased_until.is_not(None))
    if await tx.scalar(leased.limit(1)) is not None:
        return True
    found = await tx.execute(select(channel_pause.c.channel).where(channel_pause.c.until > now))
    resting = set(found.scalars())
    for channel in CHANNELS:
        if channel not in resting and await has_due(tx, channel=channel, now=now):
            return True
    return False


def _may_be_sent(now: datetime) -> Any:
    return and_(IS_OPEN, or_(outbox.c.state != "uncertain", may_be_repeated(now)))


async def is_open(tx: Tx, key: str, *, now: datetime) -> bool:
    """Tell whether the row with this key may still be sent, a doubtful one too."""
    found = await tx.scalar(select(outbox.c.id).where(outbox.c.key == key, _may_be_sent(now)))
    return found is not None


async def is_known(tx: Tx, key: str) -> bool:
    """Tell whether there is a row with this key, whatever became of it."""
    return await tx.scalar(select(outbox.c.id).where(outbox.c.key == key)) is not None


async def facts_of(tx: Tx, key: str) -> dict[str, Any] | None:
    """Read what the row with this key says; None when there is none."""
    query = select(outbox.c.facts).where(outbox.c.key == key)
    found: dict[str, Any] | None = await tx.scalar(query)
    return found


async def any_open(tx: Tx, *, keys_from: str, now: datetime) -> bool:
    """Tell whether a row whose key begins so may still be sent, doubtful ones too."""
    mine = begins_with(tx, outbox.c.key, keys_from)
    found = await tx.scalar(select(outbox.c.id).where(mine, _may_be_sent(now)).limit(1))
    return found is not None


async def may_have_left(tx: Tx, *, keys_from: str) -> bool:
    """Tell whether a row whose key begins so has left, may have, or was given up.

    False when there are such rows and all of them wait, or waited until it was too late.
    """
    mine = begins_with(tx, outbox.c.key, keys_from)
    found = await tx.execute(select(outbox.c.state).where(mine))
    states = set(found.scalars()) - {"cancelled"}
    return not states or not states <= {"queued", "retry", "leased", "missed"}


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
    """Tell when the next waiting row may leave: when it is due and its channel rests no longer."""
    moments = [
        moment
        for channel in CHANNELS
        for priority in PRIORITIES
        if (moment := await _first_due(tx, channel, priority)) is not None
    ]
    return min(moments) if moments else None


async def _first_due(tx: Tx, channel: str, priority: int) -> datetime | None:
    found = await tx.execute(
        select(outbox.c.due_at, channel_pause.c.until)
        .outerjoin(channel_pause, channel_pause.c.channel == outbox.c.channel)
        .where(outbox.c.channel == channel, outbox.c.priority == priority, IS_WAITING)
        .order_by(outbox.c.due_at)
        .limit(1)
    )
    row = found.one_or_none()
    return max(moment for moment in row if moment is not None) if row else None


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
        .where(IS_WAITING, outbox.c.due_at <= until)
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    if now is not None:
        waiting = waiting.where(outbox.c.not_after >= now)
    rows = await tx.execute(waiting)
    return [
        Planned(row.id, row.due_at, row.kind, row.channel, row.address, row.person_id, row.facts)
        for row in rows
    ]
