"""Certificates as they were issued, the numbers they got, and who was where for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.paper_tables import certificate
from storage.tables import person, programme, registration


@dataclass(frozen=True)
class Certificate:
    """One certificate with the facts that are printed on it; a revoked one is kept."""

    id: int
    programme_id: int
    registration_id: int
    number: str
    code: str
    facts: dict[str, Any]
    issued_at: datetime
    revoked_at: datetime | None
    revoked_because: str


@dataclass(frozen=True)
class Attendee:
    """Somebody with a seat at an event, by the name and the language of today."""

    registration_id: int
    person_id: int
    name: str
    locale: str


def _certificate(row: Row[Any]) -> Certificate:
    return Certificate(**{name: getattr(row, name) for name in Certificate.__dataclass_fields__})


async def hold_programme(tx: Tx, programme_id: int) -> None:
    """Let nobody else draw numbers of a programme until the transaction ends."""
    await tx.execute(
        select(programme.c.id).where(programme.c.id == programme_id).with_for_update(key_share=True)
    )


async def draw_numbers(tx: Tx, *, programme_id: int, count: int) -> int:
    """Draw the programme's next `count` numbers and return the last one.

    The row stays locked until the transaction ends, and a rollback gives the numbers back: so
    there is never a gap and never one number twice.
    """
    result = await tx.execute(
        update(programme)
        .where(programme.c.id == programme_id)
        .values(certificate_sequence=programme.c.certificate_sequence + count)
        .returning(programme.c.certificate_sequence)
    )
    return int(result.scalar_one())


async def add(
    tx: Tx,
    *,
    programme_id: int,
    registration_id: int,
    number: str,
    code: str,
    facts: dict[str, Any],
    staff_id: int | None,
    now: datetime,
) -> int:
    """Add a certificate; a second one that stands for a registration raises IntegrityError."""
    return await insert_id(
        tx,
        certificate,
        programme_id=programme_id,
        registration_id=registration_id,
        number=number,
        code=code,
        facts=facts,
        issued_at=now,
        staff_id=staff_id,
    )


async def get(tx: Tx, certificate_id: int) -> Certificate | None:
    """Read one certificate."""
    rows = await tx.execute(select(certificate).where(certificate.c.id == certificate_id))
    row = rows.one_or_none()
    return _certificate(row) if row else None


async def by_code(tx: Tx, code: str) -> Certificate | None:
    """Find the certificate that bears a code."""
    rows = await tx.execute(select(certificate).where(certificate.c.code == code))
    row = rows.one_or_none()
    return _certificate(row) if row else None


async def standing_of(tx: Tx, registration_id: int) -> Certificate | None:
    """Read the certificate of a registration that was not revoked."""
    rows = await tx.execute(
        select(certificate).where(
            certificate.c.registration_id == registration_id, certificate.c.revoked_at.is_(None)
        )
    )
    row = rows.one_or_none()
    return _certificate(row) if row else None


async def of_event(tx: Tx, event_id: int) -> list[Certificate]:
    """List all certificates of an event in the order they were issued, revoked ones too."""
    rows = await tx.execute(
        select(certificate)
        .join(registration, registration.c.id == certificate.c.registration_id)
        .where(registration.c.event_id == event_id)
        .order_by(certificate.c.id)
    )
    return [_certificate(row) for row in rows]


async def of_person(tx: Tx, person_id: int) -> list[Certificate]:
    """List the certificates that stand, the newest first; also those of who became this person."""
    merged = select(person.c.id).where(person.c.merged_into_id == person_id)
    rows = await tx.execute(
        select(certificate)
        .join(registration, registration.c.id == certificate.c.registration_id)
        .where(
            certificate.c.revoked_at.is_(None),
            or_(registration.c.person_id == person_id, registration.c.person_id.in_(merged)),
        )
        .order_by(certificate.c.id.desc())
    )
    return [_certificate(row) for row in rows]


async def holders(tx: Tx, event_id: int) -> dict[int, int]:
    """Tell whose registration each certificate of an event belongs to: person by registration."""
    rows = await tx.execute(
        select(registration.c.id, registration.c.person_id)
        .join(certificate, certificate.c.registration_id == registration.c.id)
        .where(registration.c.event_id == event_id)
    )
    return {row.id: row.person_id for row in rows}


async def attendees(tx: Tx, event_id: int) -> list[Attendee]:
    """List who has a seat at an event, the oldest registration first."""
    rows = await tx.execute(
        select(registration.c.id, registration.c.person_id, person.c.name, person.c.locale)
        .join(person, person.c.id == registration.c.person_id)
        .where(registration.c.event_id == event_id, registration.c.state == "active")
        .order_by(registration.c.id)
    )
    return [Attendee(*row) for row in rows]


async def revoke(tx: Tx, certificate_id: int, *, because: str, now: datetime) -> bool:
    """Note that a certificate stands no longer; False when it was revoked before."""
    result = await tx.execute(
        update(certificate)
        .where(certificate.c.id == certificate_id, certificate.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_because=because)
    )
    return result.rowcount == 1
