"""Views that the tests of joining people share."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from programme import merging
from programme.merging import Merged
from storage.database import Tx
from storage.insert import insert_id
from storage.paper_tables import (
    attendance,
    certificate,
    document,
    document_version,
    required_document,
)
from storage.tables import event, registration
from storage.tables import session as session_table
from tests.storage.rows import NOW

HOUR = timedelta(hours=1)


async def merge(tx: Tx, kept_id: int, gone_id: int) -> Merged:
    """Join two people, by nobody in particular."""
    return await merging.merge(tx, kept_id=kept_id, gone_id=gone_id, member=None, now=NOW)


async def states(tx: Tx, person_id: int) -> list[tuple[int, str, str]]:
    """List a person's registrations with their states and why they ended."""
    rows = await tx.execute(
        select(registration.c.id, registration.c.state, registration.c.ended_because)
        .where(registration.c.person_id == person_id)
        .order_by(registration.c.id)
    )
    return [tuple(row) for row in rows]


async def attend(tx: Tx, registration_id: int, *, present: bool = True, number: int = 1) -> int:
    """Note attendance at a session of the registration's event."""
    event_id = await tx.scalar(
        select(registration.c.event_id).where(registration.c.id == registration_id)
    )
    session_id = await tx.scalar(
        select(session_table.c.id).where(
            session_table.c.event_id == event_id, session_table.c.number == number
        )
    )
    return await insert_id(
        tx,
        attendance,
        session_id=session_id,
        registration_id=registration_id,
        present=present,
        door="staff",
        noted_at=NOW,
    )


async def certify(tx: Tx, registration_id: int) -> int:
    """Give a certificate for a registration."""
    programme_id = await tx.scalar(
        select(event.c.programme_id)
        .join(registration, registration.c.event_id == event.c.id)
        .where(registration.c.id == registration_id)
    )
    return await insert_id(
        tx,
        certificate,
        programme_id=programme_id,
        registration_id=registration_id,
        number=f"AW/{registration_id}/2027",
        code=f"CODE{registration_id}",
        facts={"name": "Jan Przykładowy"},
        issued_at=NOW,
    )


async def require_paper(tx: Tx, event_id: int, key: str = "zgoda") -> int:
    """Let an event require a paper."""
    values = {"event_id": event_id, "key": key, "number": 1, "title": "Zgoda pracodawcy"}
    return await insert_id(tx, required_document, **values)


async def hand_in(tx: Tx, registration_id: int, required_id: int, state: str) -> int:
    """Hand in a paper once."""
    document_id = await insert_id(
        tx,
        document,
        registration_id=registration_id,
        required_document_id=required_id,
        state=state,
        changed_at=NOW,
    )
    await insert_id(tx, document_version, document_id=document_id, door="paper", handed_in_at=NOW)
    return document_id


async def count(tx: Tx, table: Any) -> int:
    """Count the rows of a table."""
    return int(await tx.scalar(select(func.count()).select_from(table)) or 0)
