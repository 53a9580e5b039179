"""Registrations one after the other into one event, against the bare statements."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from benchmarks.measure import Row, speed
from bot.stage import ZONE, load_sample
from programme.registration import register
from storage import events, migrate, people
from storage.database import Database, open_database

PEOPLE = 500
MEETING = "spotkanie-program-konsultacji"
BARE = (
    "CREATE TABLE event(id INTEGER PRIMARY KEY, taken INT, capacity INT)",
    "CREATE TABLE registration(id INTEGER PRIMARY KEY, event INT, person INT)",
    "CREATE UNIQUE INDEX once ON registration(event, person)",
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY, key TEXT UNIQUE, body TEXT)",
    "INSERT INTO event VALUES (1, 0, 1000000)",
)


async def measure() -> Row:
    """Register so many people through the use case, and by three bare statements a commit."""
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        ours = await _ours(Path(name))
        theirs = await _bare(Path(name))
    return Row("registrations, one commit each", ours, "aiosqlite, 3 bare statements", theirs)


async def _crowd(database: Database, now: datetime) -> tuple[int, list[int]]:
    async with database.transaction() as tx:
        event = await events.by_key(tx, MEETING)
        ids = []
        for number in range(PEOPLE):
            person_id = await people.add(
                tx,
                name=f"Osoba {number}",
                role="ngo",
                organisation_id=None,
                organisation_text="",
                locale="pl",
                now=now,
            )
            await people.add_contact(
                tx,
                person_id=person_id,
                channel="telegram",
                address=str(number + 1),
                verified=True,
                now=now,
            )
            ids.append(person_id)
    return (event.id if event else 0), ids


async def _ours(folder: Path) -> float:
    now = datetime.now(ZONE).astimezone(UTC)
    database = open_database(f"sqlite:///{folder / 'ours.db'}")
    await migrate.apply(database, now=now)
    await load_sample(database, now=now)
    event_id, ids = await _crowd(database, now)

    async def work() -> None:
        for person_id in ids:
            async with database.transaction() as tx:
                await register(tx, event_id=event_id, person_id=person_id, door="bench", now=now)

    try:
        return await speed(work, PEOPLE)
    finally:
        await database.close()


async def _bare(folder: Path) -> float:
    async with aiosqlite.connect(folder / "bare.db", isolation_level=None) as database:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *BARE):
            await database.execute(statement)

        async def work() -> None:
            for number in range(PEOPLE):
                await database.execute("BEGIN IMMEDIATE")
                await database.execute(
                    "UPDATE event SET taken = taken + 1 WHERE id = 1 AND taken < capacity"
                )
                await database.execute(
                    "INSERT INTO registration(event, person) VALUES (1, ?)", (number,)
                )
                await database.execute(
                    "INSERT INTO outbox(key, body) VALUES (?, '{}')", (f"r:{number}",)
                )
                await database.execute("COMMIT")

        return await speed(work, PEOPLE)
