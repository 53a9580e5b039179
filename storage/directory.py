"""Lists of people, organisations and registrations, a page at a time.

A page costs the same wherever it lies: an index gives the numbers of its rows in the order of
the list, and only these rows are read. `storage.name_keys` tells how the order is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from storage.database import Tx
from storage.seat_tables import membership
from storage.tables import contact, event, organisation, person, registration

SEATED, IN_LINE, APPLYING, CANCELLED = "seated", "in_line", "applying", "cancelled"
WORKS, LOST, NONE = "works", "lost", "none"


@dataclass(frozen=True)
class PeopleChoice:
    """Which people; what is empty or None narrows nothing."""

    role: str = ""
    reachable: bool | None = None
    invitations: bool | None = None
    locality: str = ""
    organisation_id: int | None = None


@dataclass(frozen=True)
class PersonLine:
    """A person in a list."""

    id: int
    name: str
    organisation: str
    reachable: bool


@dataclass(frozen=True)
class OrganisationChoice:
    """Which organisations; `mailbox` is works, lost (mail comes back) or none."""

    kind: str = ""
    mailbox: str = ""
    locality: str = ""


@dataclass(frozen=True)
class OrganisationLine:
    """An organisation in a list, with how many people it has."""

    id: int
    name: str
    locality: str
    people: int


@dataclass(frozen=True)
class RegistrationChoice:
    """Which registrations; of an event, of a person, of all, by state."""

    event_id: int | None = None
    person_id: int | None = None
    state: str = ""


@dataclass(frozen=True)
class RegistrationLine:
    """A registration in a list, with its person and its event."""

    id: int
    person_id: int
    name: str
    event_id: int
    title: str
    state: str
    approval: str
    ended_because: str
    created_at: datetime
    zone: str


def can_be_reached() -> ColumnElement[bool]:
    """Say that a person has a proved contact that works, in the words of the list."""
    return (
        exists()
        .where(
            contact.c.person_id == person.c.id,
            contact.c.verified_at.is_not(None),
            contact.c.unreachable_at.is_(None),
        )
        .correlate(person)
    )


def _people(choice: PeopleChoice) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [person.c.merged_into_id.is_(None)]
    if choice.role:
        wanted.append(person.c.role == choice.role)
    if choice.invitations is not None:
        wanted.append(person.c.invitations.is_(choice.invitations))
    if choice.locality:
        there = select(organisation.c.id).where(organisation.c.locality == choice.locality)
        wanted.append(person.c.organisation_id.in_(there))
    if choice.organisation_id is not None:
        belongs = select(membership.c.person_id).where(
            membership.c.organisation_id == choice.organisation_id, membership.c.until.is_(None)
        )
        own = person.c.organisation_id == choice.organisation_id
        wanted.append(or_(own, person.c.id.in_(belongs)))
    if choice.reachable is not None:
        wanted.append(can_be_reached() if choice.reachable else ~can_be_reached())
    return wanted


async def count_people(tx: Tx, choice: PeopleChoice) -> int:
    """Count the people of a list."""
    return await _count(tx, select(func.count()).select_from(person).where(*_people(choice)))


async def people_page(tx: Tx, choice: PeopleChoice, *, limit: int, offset: int) -> list[PersonLine]:
    """List people by surname, `limit` of them from `offset` on."""
    page = (
        select(person.c.id)
        .where(*_people(choice))
        .order_by(person.c.sort_name, person.c.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )
    rows = await tx.execute(
        select(
            person.c.id,
            person.c.name,
            func.coalesce(organisation.c.name, person.c.organisation_text).label("unit"),
            can_be_reached().label("reachable"),
        )
        .join(page, page.c.id == person.c.id)
        .outerjoin(organisation, organisation.c.id == person.c.organisation_id)
        .order_by(person.c.sort_name, person.c.id)
    )
    return [PersonLine(row.id, row.name, row.unit, bool(row.reachable)) for row in rows]


def _organisations(choice: OrganisationChoice) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if choice.kind:
        wanted.append(organisation.c.kind == choice.kind)
    if choice.locality:
        wanted.append(organisation.c.locality == choice.locality)
    if choice.mailbox == NONE:
        wanted.append(organisation.c.email == "")
    elif choice.mailbox:
        lost = func.lower(organisation.c.email) == organisation.c.unreachable_address
        wanted += [organisation.c.email != "", lost if choice.mailbox == LOST else ~lost]
    return wanted


async def count_organisations(tx: Tx, choice: OrganisationChoice) -> int:
    """Count the organisations of a list."""
    found = select(func.count()).select_from(organisation).where(*_organisations(choice))
    return await _count(tx, found)


async def organisations_page(
    tx: Tx, choice: OrganisationChoice, *, limit: int, offset: int
) -> list[OrganisationLine]:
    """List organisations by name, `limit` of them from `offset` on."""
    page = (
        select(organisation.c.id)
        .where(*_organisations(choice))
        .order_by(organisation.c.sort_name, organisation.c.id)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )
    people = (
        select(func.count())
        .where(person.c.organisation_id == organisation.c.id, person.c.merged_into_id.is_(None))
        .correlate(organisation)
        .scalar_subquery()
    )
    rows = await tx.execute(
        select(
            organisation.c.id, organisation.c.name, organisation.c.locality, people.label("people")
        )
        .join(page, page.c.id == organisation.c.id)
        .order_by(organisation.c.sort_name, organisation.c.id)
    )
    return [OrganisationLine(row.id, row.name, row.locality, int(row.people)) for row in rows]


def _registrations(choice: RegistrationChoice) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if choice.event_id is not None:
        wanted.append(registration.c.event_id == choice.event_id)
    if choice.person_id is not None:
        wanted.append(registration.c.person_id == choice.person_id)
    applies = registration.c.approval == "asked"
    states = {
        SEATED: registration.c.state == "active",
        IN_LINE: and_(registration.c.state == "waiting", ~applies),
        APPLYING: and_(registration.c.state == "waiting", applies),
        CANCELLED: registration.c.state == "cancelled",
    }
    if choice.state:
        wanted.append(states[choice.state])
    return wanted


async def count_registrations(tx: Tx, choice: RegistrationChoice) -> int:
    """Count the registrations of a list."""
    found = select(func.count()).select_from(registration).where(*_registrations(choice))
    return await _count(tx, found)


async def registrations_page(
    tx: Tx, choice: RegistrationChoice, *, limit: int, offset: int
) -> list[RegistrationLine]:
    """List registrations: of one event by surname, else the newest first."""
    order: list[ColumnElement[Any]] = [registration.c.id.desc()]
    page: Select[Any] = select(registration.c.id).where(*_registrations(choice))
    if choice.event_id is not None:
        order = [person.c.sort_name, person.c.id, registration.c.id]
        page = page.join(person, person.c.id == registration.c.person_id)
    chosen = page.order_by(*order).limit(limit).offset(offset).subquery("page")
    columns: Select[Any] = select(
        registration.c.id,
        registration.c.person_id,
        person.c.name,
        registration.c.event_id,
        event.c.title,
        registration.c.state,
        registration.c.approval,
        registration.c.ended_because,
        registration.c.created_at,
        event.c.zone,
    )
    rows = await tx.execute(
        columns.join(chosen, chosen.c.id == registration.c.id)
        .join(person, person.c.id == registration.c.person_id)
        .join(event, event.c.id == registration.c.event_id)
        .order_by(*order)
    )
    return [RegistrationLine(*row) for row in rows]


async def _count(tx: Tx, counted: Select[Any]) -> int:
    return int(await tx.scalar(counted) or 0)


@dataclass(frozen=True)
class Locality:
    """A place where organisations are; the number is the lowest one of these organisations."""

    number: int
    name: str
    organisations: int


async def localities(tx: Tx) -> list[Locality]:
    """List where organisations are, in no order that means anything."""
    rows = await tx.execute(
        select(func.min(organisation.c.id), organisation.c.locality, func.count())
        .where(organisation.c.locality != "")
        .group_by(organisation.c.locality)
    )
    return [Locality(*row) for row in rows]


async def locality_of(tx: Tx, organisation_id: int) -> str:
    """Tell where an organisation is; empty when it is unknown or there is no such organisation."""
    found = select(organisation.c.locality).where(organisation.c.id == organisation_id)
    return str(await tx.scalar(found) or "")


__all__ = [
    "APPLYING",
    "CANCELLED",
    "IN_LINE",
    "LOST",
    "NONE",
    "SEATED",
    "WORKS",
    "Locality",
    "OrganisationChoice",
    "OrganisationLine",
    "PeopleChoice",
    "PersonLine",
    "RegistrationChoice",
    "RegistrationLine",
    "count_organisations",
    "count_people",
    "count_registrations",
    "localities",
    "locality_of",
    "organisations_page",
    "people_page",
    "registrations_page",
]
