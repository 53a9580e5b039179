"""Exhibitors of a fair: which organisation has which stand, who waits for one, what they need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, or_, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.seat_tables import exhibitor, membership
from storage.tables import event, organisation, person, session

OPEN = ("active", "waiting")


@dataclass(frozen=True)
class Offer:
    """What an organisation shows to residents, offers to the office, and needs for it."""

    for_residents: str
    for_office: str = ""
    tables: int = 1
    power: bool = False
    needs: str = ""


@dataclass(frozen=True)
class Exhibitor:
    """One organisation at one fair; `position` orders those who wait and has gaps."""

    id: int
    event_id: int
    organisation_id: int
    organisation: str
    person_id: int | None
    contact: str
    state: str
    position: int | None
    stand: int | None
    offer: Offer
    door: str
    created_at: datetime
    reminded_at: datetime | None


@dataclass(frozen=True)
class Affiliation:
    """An organisation that somebody may speak for; `is_contact` says that it named them."""

    id: int
    name: str
    kind: str
    is_contact: bool


def _exhibitors() -> Select[Any]:
    return (
        select(
            exhibitor,
            organisation.c.name.label("organisation"),
            func.coalesce(person.c.name, "").label("contact"),
        )
        .join(organisation, organisation.c.id == exhibitor.c.organisation_id)
        .outerjoin(person, person.c.id == exhibitor.c.person_id)
    )


def _exhibitor(row: Row[Any]) -> Exhibitor:
    return Exhibitor(
        row.id,
        row.event_id,
        row.organisation_id,
        row.organisation,
        row.person_id,
        row.contact,
        row.state,
        row.position,
        row.stand,
        Offer(row.for_residents, row.for_office, row.tables, row.power, row.needs),
        row.door,
        row.created_at,
        row.reminded_at,
    )


async def get(tx: Tx, exhibitor_id: int) -> Exhibitor | None:
    """Read one exhibitor."""
    rows = await tx.execute(_exhibitors().where(exhibitor.c.id == exhibitor_id))
    row = rows.one_or_none()
    return _exhibitor(row) if row else None


async def open_of(tx: Tx, *, event_id: int, organisation_id: int) -> Exhibitor | None:
    """Read an organisation's stand or place in line at a fair."""
    rows = await tx.execute(
        _exhibitors().where(
            exhibitor.c.event_id == event_id,
            exhibitor.c.organisation_id == organisation_id,
            exhibitor.c.state.in_(OPEN),
        )
    )
    row = rows.one_or_none()
    return _exhibitor(row) if row else None


async def of_event(tx: Tx, event_id: int, *, state: str) -> list[Exhibitor]:
    """List a fair's exhibitors in a state: by stand, or in the order of the line."""
    order = exhibitor.c.stand if state == "active" else exhibitor.c.position
    rows = await tx.execute(
        _exhibitors()
        .where(exhibitor.c.event_id == event_id, exhibitor.c.state == state)
        .order_by(order, exhibitor.c.id)
    )
    return [_exhibitor(row) for row in rows]


async def organisations_of(tx: Tx, person_id: int) -> list[Affiliation]:
    """List the organisations that a person belongs to, by name."""
    belongs = (membership.c.person_id == person_id, membership.c.until.is_(None))
    contact_of = (
        exists()
        .where(*belongs, membership.c.organisation_id == organisation.c.id)
        .where(membership.c.is_contact)
    )
    joined = select(membership.c.organisation_id).where(*belongs)
    main = select(person.c.organisation_id).where(person.c.id == person_id)
    rows = await tx.execute(
        select(
            organisation.c.id,
            organisation.c.name,
            organisation.c.kind,
            contact_of.label("is_contact"),
        )
        .where(or_(organisation.c.id.in_(joined), organisation.c.id.in_(main)))
        .order_by(organisation.c.name)
    )
    return [Affiliation(row.id, row.name, row.kind, bool(row.is_contact)) for row in rows]


async def contact_of(tx: Tx, organisation_id: int) -> int | None:
    """Find the person whom an organisation named last to speak for it."""
    found: int | None = await tx.scalar(
        select(membership.c.person_id)
        .where(
            membership.c.organisation_id == organisation_id,
            membership.c.until.is_(None),
            membership.c.is_contact,
        )
        .order_by(membership.c.id.desc())
        .limit(1)
    )
    return found


async def take_stand(tx: Tx, event_id: int) -> bool:
    """Take a stand if there is one; the only place in the program where a stand is given.

    One conditional UPDATE decides, as with seats.
    """
    result = await tx.execute(
        update(event)
        .where(
            event.c.id == event_id,
            event.c.state == "published",
            or_(event.c.stands.is_(None), event.c.stands_taken < event.c.stands),
        )
        .values(stands_taken=event.c.stands_taken + 1)
    )
    return result.rowcount == 1


async def free_stand(tx: Tx, event_id: int) -> None:
    """Give a stand back."""
    await tx.execute(
        update(event).where(event.c.id == event_id).values(stands_taken=event.c.stands_taken - 1)
    )


async def lowest_free(tx: Tx, event_id: int) -> int:
    """Find the lowest number that no stand has; the event's lock keeps it free."""
    taken = exhibitor.alias()
    has_next = exists().where(taken.c.event_id == event_id, taken.c.stand == exhibitor.c.stand + 1)
    first = exists().where(exhibitor.c.event_id == event_id, exhibitor.c.stand == 1)
    if not await tx.scalar(select(first)):
        return 1
    lowest = await tx.scalar(
        select(func.min(exhibitor.c.stand)).where(exhibitor.c.event_id == event_id, ~has_next)
    )
    return int(lowest or 0) + 1


async def add(
    tx: Tx,
    *,
    event_id: int,
    organisation_id: int,
    person_id: int | None,
    state: str,
    position: int | None,
    stand: int | None,
    offer: Offer,
    door: str,
    now: datetime,
    reminded_at: datetime | None = None,
) -> int:
    """Add an exhibitor; a second open one of the organisation raises IntegrityError."""
    return await insert_id(
        tx,
        exhibitor,
        event_id=event_id,
        organisation_id=organisation_id,
        person_id=person_id,
        state=state,
        position=position,
        stand=stand,
        **vars(offer),
        door=door,
        created_at=now,
        reminded_at=reminded_at,
    )


async def seat(
    tx: Tx, waiting: Exhibitor, *, stand: int, reminded_at: datetime | None = None
) -> bool:
    """Give a stand to one who waits; False when they do not wait any more."""
    result = await tx.execute(
        update(exhibitor)
        .where(exhibitor.c.id == waiting.id, exhibitor.c.state == "waiting")
        .values(state="active", position=None, stand=stand, reminded_at=reminded_at)
    )
    return result.rowcount == 1


async def cancel(tx: Tx, before: Exhibitor, *, now: datetime) -> bool:
    """End a stand or a place in line; False when it has changed since it was read."""
    result = await tx.execute(
        update(exhibitor)
        .where(exhibitor.c.id == before.id, exhibitor.c.state == before.state)
        .values(state="cancelled", position=None, stand=None, cancelled_at=now)
    )
    return result.rowcount == 1


async def change(tx: Tx, exhibitor_id: int, offer: Offer) -> None:
    """Keep other words and needs."""
    await tx.execute(update(exhibitor).where(exhibitor.c.id == exhibitor_id).values(**vars(offer)))


async def number(tx: Tx, exhibitor_id: int, stand: int | None) -> None:
    """Give a stand another number, or none for a moment; who was reminded will be again."""
    await tx.execute(
        update(exhibitor)
        .where(exhibitor.c.id == exhibitor_id)
        .values(stand=stand, reminded_at=None)
    )


async def first_waiting(tx: Tx, event_id: int) -> Exhibitor | None:
    """Read the first in line for a stand."""
    rows = await tx.execute(
        _exhibitors()
        .where(exhibitor.c.event_id == event_id, exhibitor.c.state == "waiting")
        .order_by(exhibitor.c.position)
        .limit(1)
    )
    row = rows.one_or_none()
    return _exhibitor(row) if row else None


async def count_ahead(tx: Tx, waiting: Exhibitor) -> int:
    """Count those in line before somebody."""
    count = await tx.scalar(
        select(func.count()).where(
            exhibitor.c.event_id == waiting.event_id,
            exhibitor.c.state == "waiting",
            exhibitor.c.position < waiting.position,
        )
    )
    return int(count or 0)


async def to_remind(tx: Tx, *, now: datetime, until: datetime) -> list[int]:
    """List published fairs that begin between two moments and have somebody to remind."""
    begins = func.min(session.c.starts_at)
    rows = await tx.execute(
        select(event.c.id)
        .join(session, session.c.event_id == event.c.id)
        .where(
            event.c.state == "published",
            event.c.id.in_(
                select(exhibitor.c.event_id).where(
                    exhibitor.c.state == "active", exhibitor.c.reminded_at.is_(None)
                )
            ),
        )
        .group_by(event.c.id)
        .having(begins > now, begins <= until)
        .order_by(event.c.id)
    )
    return [row.id for row in rows]


async def note_reminded(tx: Tx, exhibitor_id: int, *, now: datetime) -> bool:
    """Note that an exhibitor is being reminded; False when somebody else did or it ended."""
    result = await tx.execute(
        update(exhibitor)
        .where(
            exhibitor.c.id == exhibitor_id,
            exhibitor.c.state == "active",
            exhibitor.c.reminded_at.is_(None),
        )
        .values(reminded_at=now)
    )
    return result.rowcount == 1


async def forget_reminded(tx: Tx, event_id: int) -> None:
    """Let all exhibitors of a fair be reminded once more, because it moved."""
    await tx.execute(
        update(exhibitor).where(exhibitor.c.event_id == event_id).values(reminded_at=None)
    )
