"""To whom staff said that a message of the agenda shall not go."""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.staff_tables import agenda_exception


async def add(
    tx: Tx, *, occurrence: str, person_id: int, staff_id: int | None, now: datetime
) -> bool:
    """Keep that somebody is left out; False when they were before."""
    row = {
        "occurrence": occurrence,
        "person_id": person_id,
        "staff_id": staff_id,
        "said_at": now,
    }
    return await insert_or_ignore(tx, agenda_exception, [row]) == 1


async def of(tx: Tx, occurrence: str) -> set[int]:
    """Name the people who are left out."""
    rows = await tx.execute(
        select(agenda_exception.c.person_id).where(agenda_exception.c.occurrence == occurrence)
    )
    return set(rows.scalars())
