"""Steps and views that many tests share: register people, read what they were told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from programme import registration
from programme.registration import Registered
from storage import events
from storage.database import Tx
from storage.events import Event
from storage.registrations import calendar_entries
from storage.tables import outbox
from tests.storage.rows import NOW, make_event, make_person


async def register(tx: Tx, event_id: int, person_id: int, *, now: datetime = NOW) -> Registered:
    """Register a person by chat."""
    return await registration.register(
        tx, event_id=event_id, person_id=person_id, door="telegram", now=now
    )


async def full_event(tx: Tx, *, waiting: int) -> tuple[int, list[int], list[Registered]]:
    """Make an event of one seat with somebody in it and others in line; chats are 1, 2, …"""
    event_id = await make_event(tx, capacity=1)
    persons = [await make_person(tx, chat=chat) for chat in range(1, waiting + 2)]
    return event_id, persons, [await register(tx, event_id, one) for one in persons]


async def told(tx: Tx) -> list[tuple[str, str, str]]:
    """List key, kind and address of everything in the outbox, in the order it was put there."""
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.kind, outbox.c.address).order_by(outbox.c.id)
    )
    return [(row.key, row.kind, row.address) for row in rows]


async def kinds_to(tx: Tx, address: str) -> list[str]:
    """List the kinds of what one chat or address was told."""
    return [kind for _, kind, to in await told(tx) if to == address]


async def facts_of(tx: Tx, key: str) -> dict[str, Any]:
    """Read the frozen facts of one outbox row."""
    facts: dict[str, Any] = (
        await tx.execute(select(outbox.c.facts).where(outbox.c.key == key))
    ).scalar_one()
    return facts


async def calendars(tx: Tx, kind: str) -> list[dict[str, Any]]:
    """List the calendar facts of all mails of a kind."""
    rows = await tx.execute(
        select(outbox.c.facts)
        .where(outbox.c.kind == kind, outbox.c.channel == "mail")
        .order_by(outbox.c.id)
    )
    return [facts["calendar"] for facts in rows.scalars()]


async def read_event(tx: Tx, event_id: int) -> Event:
    """Read an event that must be there."""
    event = await events.get(tx, event_id)
    assert event is not None
    return event


async def uids(tx: Tx, registration_id: int) -> list[str]:
    """List the calendar UIDs of a registration in the order of the sessions."""
    return [entry.uid for entry in await calendar_entries(tx, registration_id)]
