"""Broadcasts: one confirmed word of staff to many, and how far it has come.

The rows for the single people lie in the outbox; `broadcast_recipients` knows whom it goes to and
`broadcast_states` how it goes on. A broadcast's `key` names the confirmation it came from, so
that a button tapped twice sends once.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, update

from storage import outbox_sweeps
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.outbox import UNDER_WAY, WAITING
from storage.tables import broadcast, contact, outbox

OPEN = WAITING + UNDER_WAY
# What people read; a poll asks them and has its own results.
LETTERS = ("invitation", "correction")
# Nothing is queued for it any more, but for those who come to belong to its audience later.
COMPLETE = ("running", "stopped")


@dataclass(frozen=True)
class Broadcast:
    """What was confirmed by whom; `people` is the number of rows that are meant to leave.

    `state` and `because` are explained in docs/glossary.md. Persons are queued by rising number,
    from after `cursor` up to `ceiling`; a ceiling of 0 says that it was never opened.
    """

    id: int
    key: str
    kind: str
    staff_id: int
    event_id: int | None
    survey_id: int | None
    audience: dict[str, Any]
    content: dict[str, Any]
    people: int
    progress_chat_id: int | None
    progress_message_id: int | None
    confirmed_at: datetime
    reported_at: datetime | None
    state: str = "running"
    second_staff_id: int | None = None
    starts_at: datetime | None = None
    cursor: int = 0
    ceiling: int = 0
    late_joiners: bool = False
    looked_at: datetime | None = None
    because: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows of a channel are in a state; `blocked` if their chats are closed to us."""

    channel: str
    state: str
    blocked: bool
    rows: int


_COLUMNS = tuple(broadcast.c[field.name] for field in fields(Broadcast))
FOUND = select(*_COLUMNS)


def from_row(row: Row[Any]) -> Broadcast:
    """Make a broadcast of a row of `FOUND`."""
    return Broadcast(*tuple(row))


async def add(
    tx: Tx,
    *,
    key: str,
    kind: str,
    staff_id: int,
    event_id: int | None,
    audience: dict[str, Any],
    content: dict[str, Any],
    people: int,
    now: datetime,
    state: str = "running",
    starts_at: datetime | None = None,
    late_joiners: bool = False,
    second_staff_id: int | None = None,
) -> Broadcast | None:
    """Add a broadcast; None when its confirmation has had its effect already."""
    row = {
        "key": key,
        "kind": kind,
        "staff_id": staff_id,
        "event_id": event_id,
        "audience": audience,
        "content": content,
        "people": people,
        "confirmed_at": now,
        "state": state,
        "starts_at": starts_at,
        "late_joiners": late_joiners,
        "second_staff_id": second_staff_id,
    }
    return await by_key(tx, key) if await insert_or_ignore(tx, broadcast, [row]) else None


async def get(tx: Tx, broadcast_id: int) -> Broadcast:
    """Read one broadcast; an unknown id raises NoResultFound."""
    rows = await tx.execute(FOUND.where(broadcast.c.id == broadcast_id))
    return from_row(rows.one())


async def find(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """Look for one broadcast."""
    row = (await tx.execute(FOUND.where(broadcast.c.id == broadcast_id))).one_or_none()
    return from_row(row) if row else None


async def by_key(tx: Tx, key: str) -> Broadcast | None:
    """Find the broadcast that came from a confirmation."""
    row = (await tx.execute(FOUND.where(broadcast.c.key == key))).one_or_none()
    return from_row(row) if row else None


async def get_by_key(tx: Tx, key: str) -> Broadcast:
    """Read the broadcast of a confirmation that is known to be there, else NoResultFound."""
    return from_row((await tx.execute(FOUND.where(broadcast.c.key == key))).one())


async def by_survey(tx: Tx, survey_id: int) -> Broadcast | None:
    """Find the broadcast that asked a survey's question."""
    rows = await tx.execute(
        FOUND.where(broadcast.c.survey_id == survey_id).order_by(broadcast.c.id)
    )
    row = rows.first()
    return from_row(row) if row else None


async def set_survey(tx: Tx, broadcast_id: int, *, survey_id: int) -> None:
    """Tie a broadcast to the survey that it asks."""
    await tx.execute(
        update(broadcast).where(broadcast.c.id == broadcast_id).values(survey_id=survey_id)
    )


async def set_progress_message(tx: Tx, broadcast_id: int, *, chat_id: int, message_id: int) -> None:
    """Note which message shows staff how far the sending has come."""
    await tx.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id)
        .values(progress_chat_id=chat_id, progress_message_id=message_id)
    )


async def unfinished(tx: Tx) -> list[Broadcast]:
    """List broadcasts whose last report has not been given, the oldest first."""
    rows = await tx.execute(FOUND.where(broadcast.c.reported_at.is_(None)).order_by(broadcast.c.id))
    return [from_row(row) for row in rows]


async def finish(tx: Tx, broadcast_id: int, *, now: datetime) -> bool:
    """Note that the last report is given; only the first one who says so gets True.

    While a row may still be sent, or made, the broadcast is not finished and the answer is False.
    """
    still_open = (
        select(outbox.c.id)
        .where(outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(OPEN))
        .exists()
    )
    result = await tx.execute(
        update(broadcast)
        .where(
            broadcast.c.id == broadcast_id,
            broadcast.c.state.in_(COMPLETE),
            broadcast.c.reported_at.is_(None),
            ~still_open,
        )
        .values(reported_at=now)
    )
    return result.rowcount == 1


async def was_sent_to(tx: Tx, broadcast_id: int, *, person_id: int) -> bool:
    """Tell whether a person is among those a broadcast was queued for."""
    row = await tx.scalar(
        select(outbox.c.id)
        .where(outbox.c.broadcast_id == broadcast_id, outbox.c.person_id == person_id)
        .limit(1)
    )
    return row is not None


async def count_rows(tx: Tx, broadcast_id: int) -> list[Count]:
    """Count a broadcast's rows by channel and state, in a fixed order."""
    # Asked once and not for each row.
    closed = select(contact.c.address).where(
        contact.c.channel == "telegram", contact.c.unreachable_at.is_not(None)
    )
    closed_chat = and_(
        outbox.c.channel == "telegram", outbox.c.state == "failed", outbox.c.address.in_(closed)
    )
    rows = (
        select(outbox.c.channel, outbox.c.state, closed_chat.label("blocked"))
        .where(outbox.c.broadcast_id == broadcast_id)
        .subquery()
    )
    by = (rows.c.channel, rows.c.state, rows.c.blocked)
    counts = await tx.execute(select(*by, func.count()).group_by(*by).order_by(*by))
    return [Count(row[0], row[1], bool(row[2]), int(row[3])) for row in counts]


async def count_all(tx: Tx, broadcast_id: int) -> int:
    """Count all rows that a broadcast has, whatever became of them."""
    found = select(func.count()).where(outbox.c.broadcast_id == broadcast_id)
    return int(await tx.scalar(found) or 0)


async def count_open(tx: Tx, broadcast_id: int) -> int:
    """Count a broadcast's rows that may still leave."""
    found = select(func.count()).where(
        outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(OPEN)
    )
    return int(await tx.scalar(found) or 0)


async def count_left(tx: Tx, broadcast_id: int) -> int:
    """Count a broadcast's rows that have left, or may have, or leave just now."""
    gone = ("sent", "failed", "uncertain", *UNDER_WAY)
    found = select(func.count()).where(
        outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(gone)
    )
    return int(await tx.scalar(found) or 0)


async def first_due(tx: Tx, broadcast_id: int) -> datetime | None:
    """Tell when the next of a broadcast's rows may leave; None when none waits."""
    moment: datetime | None = await tx.scalar(
        select(func.min(outbox.c.due_at)).where(
            outbox.c.broadcast_id == broadcast_id, outbox.c.state.in_(WAITING)
        )
    )
    return moment


async def cancel_rows(tx: Tx, broadcast_id: int, *, now: datetime) -> int:
    """Cancel what has not left of a broadcast; return how many rows."""
    return await outbox_sweeps.cancel_those(tx, outbox.c.broadcast_id == broadcast_id, now=now)


async def count_taken_back(tx: Tx, broadcast_id: int) -> int:
    """Count a broadcast's rows that were cancelled before they left."""
    found = select(func.count()).where(
        outbox.c.broadcast_id == broadcast_id, outbox.c.state == "cancelled"
    )
    return int(await tx.scalar(found) or 0)


def _about(event_id: int, kind: str) -> ColumnElement[bool]:
    ids = select(broadcast.c.id).where(broadcast.c.event_id == event_id, broadcast.c.kind == kind)
    return outbox.c.broadcast_id.in_(ids)


async def cancel_waiting(tx: Tx, *, event_id: int, kind: str, now: datetime) -> int:
    """Cancel what has not left of an event's broadcasts of one kind; return how many rows."""
    return await outbox_sweeps.cancel_those(tx, _about(event_id, kind), now=now)


async def restate(
    tx: Tx, *, event_id: int, kind: str, facts: dict[str, Any], not_after: datetime
) -> int:
    """Put newer facts over those of the rows that still wait; return how many rows.

    A row that a sender has taken meanwhile leaves as it was.
    """
    waiting = _about(event_id, kind), outbox.c.state.in_(WAITING)
    rows = await tx.execute(select(outbox.c.id, outbox.c.facts).where(*waiting))
    changed = 0
    for row in rows.all():
        result = await tx.execute(
            update(outbox)
            .where(outbox.c.id == row.id, *waiting)
            .values(facts=row.facts | facts, not_after=not_after)
        )
        changed += result.rowcount
    return changed


def _is_letter() -> ColumnElement[bool]:
    return broadcast.c.kind.in_(LETTERS)


async def count_letters(tx: Tx) -> int:
    """Count the letters that were ever confirmed."""
    return int(await tx.scalar(select(func.count(broadcast.c.id)).where(_is_letter())) or 0)


async def letters(tx: Tx, *, limit: int, offset: int = 0) -> list[Broadcast]:
    """List the letters that were confirmed, the newest first."""
    rows = await tx.execute(
        FOUND.where(_is_letter()).order_by(broadcast.c.id.desc()).limit(limit).offset(offset)
    )
    return [from_row(row) for row in rows]
