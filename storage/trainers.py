"""Whose attendance a trainer may keep: which events are whose."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.staff_tables import event_trainer


async def is_trainer(tx: Tx, *, event_id: int, staff_id: int) -> bool:
    """Tell whether an event is one of a trainer's."""
    found = await tx.scalar(
        select(event_trainer.c.event_id).where(
            event_trainer.c.event_id == event_id, event_trainer.c.staff_id == staff_id
        )
    )
    return found is not None


async def events_of(tx: Tx, staff_id: int) -> list[int]:
    """List the numbers of a trainer's events."""
    rows = await tx.execute(
        select(event_trainer.c.event_id)
        .where(event_trainer.c.staff_id == staff_id)
        .order_by(event_trainer.c.event_id)
    )
    return [row.event_id for row in rows]


async def give(tx: Tx, *, staff_id: int, event_ids: Iterable[int], now: datetime) -> int:
    """Give a trainer events; the number of those that are new to them."""
    rows = [{"event_id": one, "staff_id": staff_id, "granted_at": now} for one in event_ids]
    return await insert_or_ignore(tx, event_trainer, rows)


async def take(tx: Tx, *, staff_id: int, event_id: int | None = None) -> int:
    """Take an event from a trainer, or all of them; the number of those they had."""
    mine = delete(event_trainer).where(event_trainer.c.staff_id == staff_id)
    if event_id is not None:
        mine = mine.where(event_trainer.c.event_id == event_id)
    return (await tx.execute(mine)).rowcount
