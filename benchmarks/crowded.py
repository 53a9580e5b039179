"""Databases filled beforehand: a million rows in the outbox, a million registrations."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from storage import migrate
from storage.database import Database, open_database
from storage.outbox import BROADCAST
from storage.tables import contact, event, outbox, person, programme, registration, session
from tests import postgres

AT_ONCE = 20_000
NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
PEOPLE = 1_000


@contextmanager
def postgres_address() -> Iterator[str]:
    """Start a PostgreSQL of our own and give the address of an empty database in it."""
    server, keeper = postgres.start()
    try:
        server.create("bench")
        yield server.url("bench")
    finally:
        postgres.stop(keeper)


@contextmanager
def durable_addresses() -> Iterator[Callable[[], str]]:
    """Start a PostgreSQL that waits for its disk and give a maker of empty databases in it."""
    server, keeper = postgres.start(durable=True)
    numbers = itertools.count(1)

    def make() -> str:
        name = f"bench_{next(numbers)}"
        server.create(name)
        return server.url(name)

    try:
        yield make
    finally:
        postgres.stop(keeper)


@asynccontextmanager
async def migrated(address: str) -> AsyncGenerator[Database]:
    """Open a database with the newest schema."""
    database = open_database(address)
    try:
        await migrate.apply(database, now=NOW)
        yield database
    finally:
        await database.close()


def sqlite_address(folder: Path) -> str:
    """Name a new SQLite file."""
    return f"sqlite:///{folder / 'bench.db'}"


async def _fill(database: Database, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while chunk := [row for _, row in zip(range(AT_ONCE), rows, strict=False)]:
        async with database.transaction() as tx:
            await tx.execute(table.insert(), chunk)
        await asyncio.sleep(0)


async def fill_outbox(database: Database, count: int, *, state: str) -> None:
    """Put so many messages into the outbox, all due."""
    later = NOW + timedelta(days=1)
    await _fill(
        database,
        outbox,
        (
            {
                "key": f"bench:{number}",
                "channel": "telegram",
                "kind": "reply",
                "address": str(number),
                "locale": "pl",
                "facts": {"text": "Dzień dobry"},
                "priority": BROADCAST,
                "state": state,
                "due_at": NOW,
                "not_after": later,
                "created_at": NOW,
            }
            for number in range(1, count + 1)
        ),
    )


async def fill_registrations(database: Database, count: int) -> None:
    """Register a thousand people for as many events as it takes, each event with a session."""
    events = max(1, count // PEOPLE)
    async with database.transaction() as tx:
        await tx.execute(programme.insert().values(_programme()))
    await _fill(database, person, (_person(number) for number in range(1, PEOPLE + 1)))
    await _fill(database, event, (_event(number) for number in range(1, events + 1)))
    await _fill(database, session, (_session(number) for number in range(1, events + 1)))
    await _fill(
        database,
        registration,
        (
            {
                "event_id": event_id,
                "person_id": person_id,
                "state": "active",
                "door": "bench",
                "created_at": NOW,
                "seated_at": NOW,
            }
            for event_id in range(1, events + 1)
            for person_id in range(1, PEOPLE + 1)
        ),
    )


async def fill_event(database: Database, *, people: int, capacity: int) -> None:
    """Make event 1 with so many seats, event 2 with room for everyone, and people with chats."""
    async with database.transaction() as tx:
        await tx.execute(programme.insert().values(_programme()))
        for number, seats in ((1, capacity), (2, None)):
            values = _event(number) | {"taken": 0, "capacity": seats}
            await tx.execute(event.insert().values(values))
            await tx.execute(session.insert().values(_session(number)))
    numbers = range(1, people + 1)
    await _fill(database, person, (_person(number) for number in numbers))
    await _fill(database, contact, (_contact(number) for number in numbers))


def _contact(number: int) -> dict[str, Any]:
    return {
        "person_id": number,
        "channel": "telegram",
        "address": str(number),
        "verified_at": NOW,
        "created_at": NOW,
    }


def _programme() -> dict[str, Any]:
    return {
        "id": 1,
        "key": "bench",
        "title": "Program",
        "funder_line": "",
        "organiser": "Urząd",
        "contact": "",
        "starts_on": NOW.date(),
        "ends_on": NOW.date(),
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Osoba {number}",
        "role": "ngo",
        "organisation_text": "KGW",
        "locale": "pl",
        "created_at": NOW,
    }


def _event(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "key": f"event-{number}",
        "programme_id": 1,
        "title": f"Szkolenie {number}",
        "kind": "training",
        "place": "Urząd Gminy",
        "taken": PEOPLE,
        "audience": "all",
        "zone": "Europe/Warsaw",
        "state": "published",
    }


def _session(number: int) -> dict[str, Any]:
    begins = NOW + timedelta(days=30)
    return {
        "event_id": number,
        "number": 1,
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=6),
        "starts_wall": "2027-02-03T10:30",
        "ends_wall": "2027-02-03T16:30",
        "zone": "Europe/Warsaw",
        "place": "Urząd Gminy",
    }
