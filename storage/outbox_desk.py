"""The outbox as whoever is on duty sees it: rows to look at, to send again, to settle.

Nobody here holds a lease. Every change names the row as it was read, and the row count tells
whether a sender, a tick or a colleague was faster.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update

from storage.database import Tx
from storage.outbox import WAITING
from storage.outbox_parking import ASIDE
from storage.outbox_secrets import FORGOTTEN, IS_SEALED
from storage.tables import outbox, person

REPEATABLE = ("failed", "uncertain", "missed", "cancelled")
TROUBLE = ("failed", "uncertain", "missed")


@dataclass(frozen=True)
class DeskLine:
    """One row of the outbox in a list; `person` is empty for staff and organisations."""

    id: int
    channel: str
    kind: str
    state: str
    person: str
    address: str
    due_at: datetime
    not_after: datetime
    attempts: int
    doubted: int
    ended_at: datetime | None
    settled_at: datetime | None
    answer: str | None


@dataclass(frozen=True)
class DeskRow(DeskLine):
    """All that is known of one row of the outbox."""

    key: str
    locale: str
    facts: dict[str, Any]
    priority: int
    person_id: int | None
    broadcast_id: int | None
    leased_until: datetime | None
    started_at: datetime | None
    created_at: datetime
    message_id: str | None
    body: bytes | None
    result: dict[str, Any] | None


def _columns(kind: type[DeskLine]) -> list[ColumnElement[Any]]:
    # Facts and bodies can be long, so a list leaves them in the database.
    names = [field.name for field in fields(kind) if field.name != "person"]
    return [func.coalesce(person.c.name, "").label("person"), *(outbox.c[name] for name in names)]


async def listed(
    tx: Tx, *, states: set[str], channel: str | None, kind: str | None, limit: int
) -> list[DeskLine]:
    """List the newest rows first; no state, channel or kind means any."""
    found = select(*_columns(DeskLine)).outerjoin(person, person.c.id == outbox.c.person_id)
    if states:
        found = found.where(outbox.c.state.in_(states))
    if channel is not None:
        found = found.where(outbox.c.channel == channel)
    if kind is not None:
        found = found.where(outbox.c.kind == kind)
    rows = await tx.execute(found.order_by(outbox.c.id.desc()).limit(limit))
    return [DeskLine(**row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name for a row as a mapping


async def get(tx: Tx, outbox_id: int) -> DeskRow | None:
    """Read one row; None when there is none."""
    found = (
        select(*_columns(DeskRow))
        .outerjoin(person, person.c.id == outbox.c.person_id)
        .where(outbox.c.id == outbox_id)
    )
    row = (await tx.execute(found)).one_or_none()
    return DeskRow(**row._mapping) if row else None  # noqa: SLF001 -- as above


def _as_read(row: DeskLine) -> ColumnElement[bool]:
    # The moment of the end tells two ends in the same state apart.
    return and_(
        outbox.c.id == row.id,
        outbox.c.state == row.state,
        outbox.c.ended_at.is_not_distinct_from(row.ended_at),
    )


async def send_again(
    tx: Tx,
    row: DeskRow,
    *,
    not_after: datetime,
    doors: dict[str, str] | None = None,
    now: datetime,
) -> bool:
    """Queue an ended row anew; False when it is not as it was read, and nothing was changed.

    It keeps its number and its key; a mail that may have arrived keeps its bytes and its
    Message-ID, and another gets `doors`.
    """
    result = await tx.execute(
        update(outbox)
        # Of a sealed one that has ended there is nothing left to be sent.
        .where(_as_read(row), outbox.c.state.in_(REPEATABLE), ~IS_SEALED)
        .values(
            state="queued",
            # It may have ended while its broadcast was paused.
            priority=outbox.c.priority % ASIDE,
            due_at=now,
            not_after=not_after,
            attempts=0,
            lease_token=None,
            leased_until=None,
            ended_at=None,
            settled_at=None,
            **({"facts": row.facts | {"doors": doors}} if doors else {}),
        )
    )
    return result.rowcount == 1


async def cancel(tx: Tx, row: DeskLine, *, now: datetime) -> bool:
    """Cancel a waiting row; False when somebody has it or has ended it, and nothing was changed."""
    result = await tx.execute(
        update(outbox)
        .where(_as_read(row), outbox.c.state.in_(WAITING))
        .values(state="cancelled", ended_at=now, **FORGOTTEN)
    )
    return result.rowcount == 1


async def settle(tx: Tx, row: DeskLine, *, now: datetime) -> bool:
    """Let a row no longer count as trouble; its state stays the truth about the message.

    False when it is not as it was read, or was settled before.
    """
    result = await tx.execute(
        update(outbox)
        .where(_as_read(row), outbox.c.state.in_(TROUBLE), outbox.c.settled_at.is_(None))
        .values(settled_at=now, **FORGOTTEN)
    )
    return result.rowcount == 1
