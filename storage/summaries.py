"""What a day has brought, counted for the summary that coordinators read in the morning."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, text

from storage import outbox_tables, registrations
from storage.database import Tx
from storage.outbox import IS_UNCERTAIN
from storage.paper_tables import document
from storage.tables import event, outbox, person, registration

# In the words of the partial index.
_NOT_DELIVERED = text(f"outbox.{outbox_tables.NOT_DELIVERED}")


@dataclass(frozen=True)
class OfEvent:
    """How many there are of something at one event."""

    event_id: int
    title: str
    count: int


async def made_at(tx: Tx, keys: list[str]) -> dict[str, datetime]:
    """Tell when those rows of the outbox were made that are there."""
    rows = await tx.execute(select(outbox.c.key, outbox.c.created_at).where(outbox.c.key.in_(keys)))
    return {row.key: row.created_at for row in rows}


async def new_registrations(tx: Tx, *, since: datetime) -> list[OfEvent]:
    """Count the registrations since a moment that stand, by event, the busiest event first."""
    count = func.count(registration.c.id)
    rows = await tx.execute(
        select(event.c.id, event.c.title, count)
        .join(registration, registration.c.event_id == event.c.id)
        .where(
            registration.c.created_at >= since,
            registration.c.state.in_(registrations.OPEN),
            event.c.state == "published",
        )
        .group_by(event.c.id, event.c.title)
        .order_by(count.desc(), event.c.id)
    )
    return [OfEvent(*tuple(row)) for row in rows]


async def documents_to_check(tx: Tx) -> list[OfEvent]:
    """Count the documents that wait for a check, by event, the most first."""
    count = func.count(document.c.id)
    rows = await tx.execute(
        select(event.c.id, event.c.title, count)
        .join(registration, registration.c.event_id == event.c.id)
        .join(document, document.c.registration_id == registration.c.id)
        .where(
            document.c.state == "handed_in",
            registration.c.state.in_(registrations.OPEN),
            event.c.state == "published",
        )
        .group_by(event.c.id, event.c.title)
        .order_by(count.desc(), event.c.id)
    )
    return [OfEvent(*tuple(row)) for row in rows]


async def count_failed(tx: Tx, *, since: datetime) -> int:
    """Count what was not delivered since a moment, and that nobody has settled."""
    found = select(func.count()).where(
        _NOT_DELIVERED, outbox.c.ended_at >= since, outbox.c.settled_at.is_(None)
    )
    return int(await tx.scalar(found) or 0)


async def count_uncertain(tx: Tx) -> int:
    """Count what may have arrived and may not, and that nobody has settled."""
    found = select(func.count()).where(IS_UNCERTAIN, outbox.c.settled_at.is_(None))
    return int(await tx.scalar(found) or 0)


@dataclass(frozen=True)
class Undelivered:
    """A message that did not arrive, or of which nobody knows; when, of what kind, to whom."""

    at: datetime
    kind: str
    state: str
    channel: str
    address: str
    person_id: int | None
    person: str


async def undelivered(tx: Tx, *, since: datetime, limit: int, offset: int) -> list[Undelivered]:
    """List what was not delivered since a moment and whatever is uncertain, the newest first."""
    rows = await tx.execute(
        select(
            outbox.c.ended_at,
            outbox.c.kind,
            outbox.c.state,
            outbox.c.channel,
            outbox.c.address,
            outbox.c.person_id,
            func.coalesce(person.c.name, ""),
        )
        .outerjoin(person, person.c.id == outbox.c.person_id)
        .where(
            or_(and_(_NOT_DELIVERED, outbox.c.ended_at >= since), IS_UNCERTAIN),
            outbox.c.settled_at.is_(None),
        )
        .order_by(outbox.c.ended_at.desc(), outbox.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Undelivered(*tuple(row)) for row in rows]
