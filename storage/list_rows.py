"""The rows behind the lists that staff take away: people, papers, nominations, figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from storage.database import Tx
from storage.paper_tables import attendance, certificate, document, required_document
from storage.seat_tables import nomination, offer
from storage.tables import contact, event, organisation, person, registration, session


@dataclass(frozen=True)
class Listed:
    """One registration with all that a list may say of it."""

    registration_id: int
    person_id: int
    name: str
    role: str
    organisation: str
    phone: str
    mails: tuple[str, ...]
    in_chat: bool
    state: str
    approval: str
    door: str
    answered_by: str
    note: str
    form_id: int | None
    answers: dict[str, Any]
    created_at: datetime
    offer_until: datetime | None


async def of_event(tx: Tx, event_id: int) -> list[Listed]:
    """List the open registrations of an event, those in line in their order, the others by age."""
    own = organisation.alias("own_organisation")
    rows = (
        await tx.execute(
            select(
                registration,
                person.c.name,
                person.c.role,
                person.c.phone,
                person.c.organisation_text,
                organisation.c.name.label("for_whom"),
                own.c.name.label("own_name"),
                offer.c.expires_at.label("offer_until"),
            )
            .join(person, person.c.id == registration.c.person_id)
            .outerjoin(organisation, organisation.c.id == registration.c.organisation_id)
            .outerjoin(own, own.c.id == person.c.organisation_id)
            .outerjoin(
                offer, (offer.c.registration_id == registration.c.id) & (offer.c.state == "open")
            )
            .where(
                registration.c.event_id == event_id,
                registration.c.state.in_(("active", "waiting")),
            )
            .order_by(registration.c.position, registration.c.id)
        )
    ).all()
    mails, chats = await _contacts(tx, event_id)
    return [
        Listed(
            row.id,
            row.person_id,
            row.name,
            row.role,
            row.for_whom or row.own_name or row.organisation_text,
            row.phone,
            tuple(mails.get(row.person_id, ())),
            row.person_id in chats,
            row.state,
            row.approval,
            row.door,
            row.answered_by,
            row.note,
            row.form_id,
            row.answers or {},
            row.created_at,
            row.offer_until,
        )
        for row in rows
    ]


async def _contacts(tx: Tx, event_id: int) -> tuple[dict[int, list[str]], set[int]]:
    """Give the verified addresses of an event's people, and who of them has a chat."""
    rows = await tx.execute(
        select(contact.c.person_id, contact.c.channel, contact.c.address)
        .join(registration, registration.c.person_id == contact.c.person_id)
        .where(registration.c.event_id == event_id, contact.c.verified_at.is_not(None))
        .distinct()
        .order_by(contact.c.person_id, contact.c.address)
    )
    mails: dict[int, list[str]] = {}
    chats: set[int] = set()
    for person_id, channel, address in rows:
        if channel == "mail":
            mails.setdefault(person_id, []).append(address)
        else:
            chats.add(person_id)
    return mails, chats


async def documents(tx: Tx, event_id: int) -> dict[tuple[int, int], str]:
    """Give the state of each document by registration and required document."""
    rows = await tx.execute(
        select(document.c.registration_id, document.c.required_document_id, document.c.state)
        .join(required_document, required_document.c.id == document.c.required_document_id)
        .where(required_document.c.event_id == event_id)
    )
    return {(row.registration_id, row.required_document_id): row.state for row in rows}


@dataclass(frozen=True)
class Named:
    """One nomination as a list shows it."""

    organisation: str
    name: str
    email: str
    phone: str
    state: str
    answered_by: str
    created_at: datetime
    answered_at: datetime | None


async def nominations(tx: Tx, event_id: int) -> list[Named]:
    """List all nominations for an event, by organisation and age."""
    rows = await tx.execute(
        select(nomination, organisation.c.name.label("organisation_name"))
        .join(organisation, organisation.c.id == nomination.c.organisation_id)
        .where(nomination.c.event_id == event_id)
        .order_by(organisation.c.name, nomination.c.id)
    )
    return [
        Named(
            row.organisation_name,
            row.name,
            row.email,
            row.phone,
            row.state,
            row.answered_by or "",
            row.created_at,
            row.answered_at,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Presence:
    """One person at one event: the hours they were there, and for which organisation."""

    event_id: int
    person_id: int
    role: str
    organisation: str
    minutes: int


async def presences(tx: Tx) -> list[Presence]:
    """List who was present at which event and how long, of all events that were not called off.

    The organisation is named by the register's number, or by what the person typed.
    """
    rows = await tx.execute(
        select(
            registration.c.event_id,
            registration.c.person_id,
            person.c.role,
            case(
                (registration.c.organisation_id.is_not(None), registration.c.organisation_id),
                else_=person.c.organisation_id,
            ).label("unit"),
            person.c.organisation_text,
            session.c.id.label("session_id"),
            session.c.starts_at,
            session.c.ends_at,
        )
        .join(registration, registration.c.id == attendance.c.registration_id)
        .join(person, person.c.id == registration.c.person_id)
        .join(session, session.c.id == attendance.c.session_id)
        .join(event, event.c.id == registration.c.event_id)
        .where(attendance.c.present, event.c.state == "published")
        .order_by(registration.c.event_id, registration.c.person_id, attendance.c.id)
    )
    # One person, joined of two, may have been ticked twice at one session.
    once = {(row.person_id, row.session_id): row for row in rows}
    return [
        Presence(
            row.event_id,
            row.person_id,
            row.role,
            f"#{row.unit}" if row.unit is not None else row.organisation_text,
            int((row.ends_at - row.starts_at).total_seconds() // 60),
        )
        for row in once.values()
    ]


async def seats(tx: Tx) -> list[tuple[int, int]]:
    """List who has a seat at which event: event and person."""
    rows = await tx.execute(
        select(registration.c.event_id, registration.c.person_id)
        .join(event, event.c.id == registration.c.event_id)
        .where(registration.c.state == "active", event.c.state == "published")
        .distinct()
    )
    return [(row.event_id, row.person_id) for row in rows]


async def certificates(tx: Tx) -> dict[int, int]:
    """Count the certificates that stand, by event."""
    rows = await tx.execute(
        select(registration.c.event_id, func.count())
        .select_from(certificate)
        .join(registration, registration.c.id == certificate.c.registration_id)
        .where(certificate.c.revoked_at.is_(None))
        .group_by(registration.c.event_id)
    )
    return {row[0]: int(row[1]) for row in rows}


@dataclass(frozen=True)
class Held:
    """One event of the table of figures."""

    id: int
    key: str
    title: str
    kind: str
    zone: str
    first_at: datetime | None
    minutes: int


async def events(tx: Tx) -> list[Held]:
    """List the events that are not drafts and were not called off, by their first day."""
    found = await tx.execute(
        select(event, session.c.starts_at, session.c.ends_at)
        .outerjoin(session, session.c.event_id == event.c.id)
        .where(event.c.state == "published")
        .order_by(event.c.id, session.c.starts_at)
    )
    held: dict[int, Held] = {}
    for row in found:
        before = held.get(row.id)
        length = 0
        if row.starts_at is not None:
            length = int((row.ends_at - row.starts_at).total_seconds() // 60)
        held[row.id] = Held(
            row.id,
            row.key,
            row.title,
            row.kind,
            row.zone,
            before.first_at if before else row.starts_at,
            (before.minutes if before else 0) + length,
        )
    return sorted(held.values(), key=lambda one: (one.first_at is None, one.first_at, one.id))
