"""What the cards of a person and of an organisation show besides registrations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from storage.database import Tx
from storage.paper_tables import document, required_document
from storage.seat_tables import nomination, nomination_call
from storage.tables import consent, contact, event, organisation, person, registration


@dataclass(frozen=True)
class Way:
    """A chat or an address with what is known of it; `why` says why mail to it fails."""

    id: int
    person_id: int
    channel: str
    address: str
    verified_at: datetime | None
    unreachable_at: datetime | None
    why: str


@dataclass(frozen=True)
class Consent:
    """Which privacy notice somebody accepted, when, and where."""

    version: int
    channel: str
    shown_at: datetime


@dataclass(frozen=True)
class NamedFor:
    """That somebody was named for an event, by whom, and what became of it."""

    nomination_id: int
    event_id: int
    title: str
    organisation: str
    state: str
    created_at: datetime


@dataclass(frozen=True)
class Papers:
    """How many of an event's documents were accepted of one registration."""

    registration_id: int
    required: int
    accepted: int
    waiting: int


@dataclass(frozen=True)
class Quota:
    """What an organisation may name for an event, and has named."""

    event_id: int
    title: str
    seats: int | None
    named: int


def _ways() -> Select[Any]:
    columns: Select[Any] = select(
        contact.c.id,
        contact.c.person_id,
        contact.c.channel,
        contact.c.address,
        contact.c.verified_at,
        contact.c.unreachable_at,
        func.coalesce(contact.c.unreachable_because, ""),
    )
    return columns.order_by(contact.c.channel.desc(), contact.c.verified_at, contact.c.id)


async def ways(tx: Tx, person_id: int) -> list[Way]:
    """List somebody's chats, then their addresses."""
    rows = await tx.execute(_ways().where(contact.c.person_id == person_id))
    return [Way(*row) for row in rows]


async def way(tx: Tx, contact_id: int) -> Way | None:
    """Read one chat or address."""
    row = (await tx.execute(_ways().where(contact.c.id == contact_id))).one_or_none()
    return Way(*row) if row else None


async def consents(tx: Tx, person_id: int) -> list[Consent]:
    """List what somebody accepted, the newest first."""
    columns: Select[Any] = select(consent.c.notice_version, consent.c.channel, consent.c.shown_at)
    rows = await tx.execute(
        columns.where(consent.c.person_id == person_id).order_by(
            consent.c.shown_at.desc(), consent.c.id.desc()
        )
    )
    return [Consent(*row) for row in rows]


async def named_for(tx: Tx, person_id: int) -> list[NamedFor]:
    """List for what somebody was named, the newest first."""
    columns: Select[Any] = select(
        nomination.c.id,
        nomination.c.event_id,
        event.c.title,
        organisation.c.name,
        nomination.c.state,
        nomination.c.created_at,
    )
    rows = await tx.execute(
        columns.join(event, event.c.id == nomination.c.event_id)
        .join(organisation, organisation.c.id == nomination.c.organisation_id)
        .where(nomination.c.person_id == person_id)
        .order_by(nomination.c.id.desc())
    )
    return [NamedFor(*row) for row in rows]


async def papers(tx: Tx, person_id: int) -> dict[int, Papers]:
    """Count the documents of somebody's seats at events that ask for some, by registration."""

    def how_many(state: str) -> Any:
        return func.sum(case((document.c.state == state, 1), else_=0))

    columns: Select[Any] = select(
        registration.c.id, func.count(), how_many("accepted"), how_many("handed_in")
    )
    rows = await tx.execute(
        columns.join(required_document, required_document.c.event_id == registration.c.event_id)
        .outerjoin(
            document,
            (document.c.registration_id == registration.c.id)
            & (document.c.required_document_id == required_document.c.id),
        )
        .where(registration.c.person_id == person_id, registration.c.state == "active")
        .group_by(registration.c.id)
    )
    return {row[0]: Papers(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows}


async def quotas(tx: Tx, organisation_id: int) -> list[Quota]:
    """List for which events an organisation was asked to name people, the newest event first."""
    seats = func.coalesce(nomination_call.c.seats, event.c.seats_per_organisation)
    columns: Select[Any] = select(event.c.id, event.c.title, seats, nomination_call.c.named)
    rows = await tx.execute(
        columns.join(nomination_call, nomination_call.c.event_id == event.c.id)
        .where(nomination_call.c.organisation_id == organisation_id)
        .order_by(event.c.id.desc())
    )
    return [Quota(*row) for row in rows]


async def count_people(tx: Tx, organisation_id: int) -> int:
    """Count the people whose own organisation it is."""
    mine = person.c.organisation_id == organisation_id, person.c.merged_into_id.is_(None)
    return int(await tx.scalar(select(func.count()).select_from(person).where(*mine)) or 0)
