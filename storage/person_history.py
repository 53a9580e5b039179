"""Everything that one person has, for the card that staff look at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.database import Tx
from storage.paper_tables import certificate, person_merge
from storage.seat_tables import membership
from storage.tables import event, organisation, person, registration, session


@dataclass(frozen=True)
class Past:
    """One registration of a person, with its event; `first_at` is when the event begins."""

    registration_id: int
    event_id: int
    title: str
    zone: str
    first_at: datetime | None
    state: str
    approval: str
    ended_because: str
    organisation: str
    certificate: str


@dataclass(frozen=True)
class Belonging:
    """An organisation that a person belongs to now."""

    organisation_id: int
    name: str
    speaks: bool


async def registrations(tx: Tx, person_id: int) -> list[Past]:
    """List all registrations of a person, the newest event first."""
    first = (
        select(session.c.event_id, func.min(session.c.starts_at).label("first_at"))
        .group_by(session.c.event_id)
        .subquery()
    )
    rows = await tx.execute(
        select(
            registration,
            event.c.title,
            event.c.zone,
            first.c.first_at,
            organisation.c.name.label("organisation_name"),
            certificate.c.number.label("certificate_number"),
        )
        .join(event, event.c.id == registration.c.event_id)
        .outerjoin(first, first.c.event_id == event.c.id)
        .outerjoin(organisation, organisation.c.id == registration.c.organisation_id)
        .outerjoin(
            certificate,
            (certificate.c.registration_id == registration.c.id)
            & certificate.c.revoked_at.is_(None),
        )
        .where(registration.c.person_id == person_id)
        .order_by(first.c.first_at.desc(), registration.c.id.desc())
    )
    return [
        Past(
            row.id,
            row.event_id,
            row.title,
            row.zone,
            row.first_at,
            row.state,
            row.approval,
            row.ended_because,
            row.organisation_name or "",
            row.certificate_number or "",
        )
        for row in rows
    ]


async def organisations(tx: Tx, person_id: int) -> list[Belonging]:
    """List the organisations a person belongs to now, their own first."""
    own = await tx.scalar(select(person.c.organisation_id).where(person.c.id == person_id))
    rows = await tx.execute(
        select(organisation.c.id, organisation.c.name, membership.c.is_contact)
        .outerjoin(
            membership,
            (membership.c.organisation_id == organisation.c.id)
            & (membership.c.person_id == person_id)
            & membership.c.until.is_(None),
        )
        .where((membership.c.id.is_not(None)) | (organisation.c.id == own))
        .order_by(organisation.c.name)
    )
    found = [Belonging(row.id, row.name, bool(row.is_contact)) for row in rows]
    return sorted(found, key=lambda one: one.organisation_id != own)


async def phone(tx: Tx, person_id: int) -> str:
    """Read a person's telephone number, empty when none is known."""
    return str(await tx.scalar(select(person.c.phone).where(person.c.id == person_id)) or "")


async def joined_names(tx: Tx, person_id: int) -> list[str]:
    """List the names under which a person was in the list too."""
    rows = await tx.execute(
        select(person.c.name)
        .join(person_merge, person_merge.c.gone_id == person.c.id)
        .where(person.c.merged_into_id == person_id)
        .order_by(person.c.id)
    )
    return list(rows.scalars())
