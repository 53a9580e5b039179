"""What staff wrote down about a person or an organisation, for each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.staff_tables import staff_note
from storage.tables import staff


@dataclass(frozen=True)
class Note:
    """One note that stands, with its author."""

    id: int
    person_id: int | None
    organisation_id: int | None
    text: str
    staff_id: int
    author: str
    written_at: datetime


@dataclass(frozen=True)
class Whom:
    """Whom a note is about: a person or else an organisation."""

    person_id: int | None = None
    organisation_id: int | None = None


def _standing(whom: Whom) -> tuple[ColumnElement[bool], ...]:
    about = (
        staff_note.c.person_id == whom.person_id
        if whom.person_id is not None
        else staff_note.c.organisation_id == whom.organisation_id
    )
    return about, staff_note.c.removed_at.is_(None)


def _notes() -> Select[Any]:
    columns: Select[Any] = select(
        staff_note.c.id,
        staff_note.c.person_id,
        staff_note.c.organisation_id,
        staff_note.c.text,
        staff_note.c.staff_id,
        staff.c.name,
        staff_note.c.written_at,
    )
    return columns.join(staff, staff.c.id == staff_note.c.staff_id)


async def add(tx: Tx, *, whom: Whom, text: str, staff_id: int, now: datetime) -> int:
    """Keep a note and return its number."""
    return await insert_id(
        tx,
        staff_note,
        person_id=whom.person_id,
        organisation_id=whom.organisation_id,
        text=text,
        staff_id=staff_id,
        written_at=now,
    )


async def count(tx: Tx, whom: Whom) -> int:
    """Count the notes that stand."""
    counted = select(func.count()).select_from(staff_note).where(*_standing(whom))
    return int(await tx.scalar(counted) or 0)


async def page(tx: Tx, whom: Whom, *, limit: int, offset: int = 0) -> list[Note]:
    """List the notes that stand, the newest first."""
    rows = await tx.execute(
        _notes()
        .where(*_standing(whom))
        .order_by(staff_note.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Note(*row) for row in rows]


async def get(tx: Tx, note_id: int) -> Note | None:
    """Read one note that stands."""
    found = _notes().where(staff_note.c.id == note_id, staff_note.c.removed_at.is_(None))
    row = (await tx.execute(found)).one_or_none()
    return Note(*row) if row else None


async def remove(tx: Tx, note_id: int, *, staff_id: int, now: datetime) -> bool:
    """Show a note to nobody any more; False when somebody was faster."""
    result = await tx.execute(
        update(staff_note)
        .where(staff_note.c.id == note_id, staff_note.c.removed_at.is_(None))
        .values(removed_at=now, removed_by_staff_id=staff_id)
    )
    return result.rowcount == 1
