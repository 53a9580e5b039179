"""Deeds that staff confirmed and that wait half a minute, so that they can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.staff_tables import DEED_OPEN, deed

# In the very words of the partial index.
_PENDING = text(DEED_OPEN)


@dataclass(frozen=True)
class Deed:
    """What was confirmed, by whom, when it will be done, and what became of it."""

    id: int
    key: str
    staff_id: int
    chat_id: int
    action: str
    arguments: dict[str, Any]
    state: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    outcome: dict[str, Any] | None


async def add(tx: Tx, row: dict[str, Any]) -> bool:
    """Keep a deed that waits; False when one with its key is known."""
    return await insert_or_ignore(tx, deed, [row]) == 1


async def by_key(tx: Tx, key: str) -> Deed:
    """Read a deed by its key; an unknown one raises NoResultFound."""
    rows = await tx.execute(select(deed).where(deed.c.key == key))
    return Deed(**rows.one()._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for a row as a mapping


async def get(tx: Tx, deed_id: int) -> Deed | None:
    """Read one deed; None when there is none."""
    row = (await tx.execute(select(deed).where(deed.c.id == deed_id))).one_or_none()
    return Deed(**row._mapping) if row else None  # noqa: SLF001 -- as above


async def end(
    tx: Tx, deed_id: int, *, state: str, outcome: dict[str, Any] | None = None, now: datetime
) -> bool:
    """End a deed that waits; False when it was ended before, and nothing was changed."""
    result = await tx.execute(
        update(deed)
        .where(deed.c.id == deed_id, deed.c.state == "pending")
        .values(state=state, outcome=outcome, ended_at=now)
    )
    return result.rowcount == 1


async def note_outcome(tx: Tx, deed_id: int, outcome: dict[str, Any]) -> None:
    """Keep what came of a deed."""
    await tx.execute(update(deed).where(deed.c.id == deed_id).values(outcome=outcome))


async def due(tx: Tx, *, now: datetime) -> list[Deed]:
    """List the deeds whose half minute is over, in the order in which they were asked."""
    rows = await tx.execute(
        select(deed).where(_PENDING, deed.c.due_at <= now).order_by(deed.c.due_at, deed.c.id)
    )
    return [Deed(**row._mapping) for row in rows]  # noqa: SLF001 -- as above


async def pending_of(tx: Tx, staff_id: int) -> list[Deed]:
    """List the deeds of one of staff that wait."""
    rows = await tx.execute(
        select(deed).where(_PENDING, deed.c.staff_id == staff_id).order_by(deed.c.id)
    )
    return [Deed(**row._mapping) for row in rows]  # noqa: SLF001 -- as above


async def next_due(tx: Tx) -> datetime | None:
    """Tell when the next deed will be done; None when none waits."""
    earliest: datetime | None = await tx.scalar(select(func.min(deed.c.due_at)).where(_PENDING))
    return earliest
