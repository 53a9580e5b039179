"""Who has answered an event, with yes or no, and who has not: as conditions, and kept refusals.

Whoever ever registered has answered, also when they gave the seat back. A refusal is kept where
there is nothing to give back: somebody who was invited says that they will not come.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.seat_tables import nomination
from storage.staff_tables import event_refusal
from storage.tables import contact, conversation, organisation, person, registration

# What somebody answered when they were named; whom the organisation took back said nothing.
ANSWERED = ("accepted", "declined")
OPEN = ("named", "accepted")


def person_answered(event_id: int) -> ColumnElement[bool]:
    """Say that a row of `person` has answered an event."""
    registered = exists().where(
        registration.c.person_id == person.c.id, registration.c.event_id == event_id
    )
    when_named = exists().where(
        nomination.c.event_id == event_id,
        nomination.c.person_id == person.c.id,
        nomination.c.state.in_(ANSWERED),
    )
    refused = exists().where(
        event_refusal.c.event_id == event_id, event_refusal.c.person_id == person.c.id
    )
    return or_(*(one.correlate(person) for one in (registered, when_named, refused)))


def organisation_answered(event_id: int) -> ColumnElement[bool]:
    """Say that a row of `organisation` has answered: somebody came for it, or it named somebody."""
    return organisation.c.id.in_(
        union(
            came_for(event_id),
            select(nomination.c.organisation_id).where(nomination.c.event_id == event_id),
            select(event_refusal.c.organisation_id).where(
                event_refusal.c.event_id == event_id, event_refusal.c.organisation_id.is_not(None)
            ),
        )
    )


def came_for(event_id: int, *states: str) -> Select[Any]:
    """Ask for the organisations for which somebody registered; with states, who stands so now.

    It is the one on whose behalf they come, else their own.
    """
    whose = func.coalesce(registration.c.organisation_id, person.c.organisation_id)
    query = (
        select(whose)
        .join(person, person.c.id == registration.c.person_id)
        .where(registration.c.event_id == event_id, whose.is_not(None))
    )
    return query.where(registration.c.state.in_(states)) if states else query


def has_named(event_id: int) -> Select[Any]:
    """Ask for the organisations of which a nomination for an event stands."""
    return select(nomination.c.organisation_id).where(
        nomination.c.event_id == event_id, nomination.c.state.in_(OPEN)
    )


async def begun(tx: Tx, event_id: int, *, flow: str) -> list[int]:
    """List the people who are in the middle of an event's questions in their chat now."""
    rows = await tx.execute(
        select(conversation.c.chat_id).where(
            conversation.c.flow == flow, conversation.c.data["event_id"].as_integer() == event_id
        )
    )
    chats = [str(chat_id) for chat_id in rows.scalars()]
    found = await tx.execute(
        select(contact.c.person_id)
        .where(contact.c.channel == "telegram", contact.c.address.in_(chats))
        .order_by(contact.c.person_id)
    )
    return list(found.scalars())


async def refuse(
    tx: Tx,
    *,
    event_id: int,
    person_id: int | None = None,
    organisation_id: int | None = None,
    now: datetime,
) -> bool:
    """Keep that a person, or an organisation, will not come; False when that was known."""
    row = {
        "event_id": event_id,
        "person_id": person_id,
        "organisation_id": organisation_id,
        "said_at": now,
    }
    return await insert_or_ignore(tx, event_refusal, [row]) == 1
