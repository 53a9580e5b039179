"""From the confirmation of a letter to its first message out and to everybody queued.

The bot runs as in production, at Telegram's pace, in a process of its own; six of ten people have
a chat and the others mail. The half minute in which a letter can be taken back is over when the
clock starts. The bare driver writes as many rows of the same words into the same table.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import psutil
from sqlalchemy import func, make_url, select, text

from benchmarks.crowded import durable_addresses, sqlite_address
from benchmarks.measure import Row, program
from benchmarks.peer import Peer
from programme import broadcasting
from programme.audience_choice import EVERYBODY, preset
from programme.broadcast_queue import BATCH
from programme.broadcasting import HOLD
from programme.quiet_hours import QuietHours
from storage import broadcasts, migrate, staff
from storage.database import Database, open_database
from storage.tables import broadcast, outbox

SIZES = (1_000, 10_000, 100_000)
WARM = 50
CHATS = 6  # of ten
FIRST_WITHIN, MOST_MB = 5.0, 64.0
LOOK = 0.02
NEVER_QUIET = QuietHours(begins=datetime.min.time(), ends=datetime.min.time())
WORDS = {
    "case_number": "OR.152.3.2027",
    "subject": "Budowanie partnerstw",
    "body": "Szanowni Państwo,\n\nserdecznie zapraszam na szkolenie.\n\n" * 8,
    "link": None,
}
_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i < :high)",
    "postgresql": "WITH n AS (SELECT generate_series(CAST(:low AS int), CAST(:high AS int)) AS i)",
}
_PERSON = (
    "INSERT INTO person (id, name, role, locale, created_at) "
    "{} SELECT 1000000 + i, 'Osoba ' || i, 'ngo', 'pl', :now FROM n"
)
_CONTACT = (
    "INSERT INTO contact (person_id, channel, address, verified_at, created_at) {} "
    "SELECT 1000000 + i, CASE WHEN i % 10 < {} THEN 'telegram' ELSE 'mail' END, "
    "CASE WHEN i % 10 < {} THEN CAST(1000000 + i AS text) "
    "ELSE 'osoba' || i || '@ngo.example.org' END, :now, :now FROM n"
)


@dataclass(frozen=True)
class Queued:
    """Seconds from the confirmation to the first message accepted, and to all rows; megabytes."""

    first: float
    all_rows: float
    grown: float
    rows: int


async def measure(*, scale: float) -> list[Row]:
    """Queue letters to more and more people on both databases."""
    rows: list[Row] = []
    sizes = sorted({max(200, int(size * scale)) for size in SIZES})
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name, durable_addresses() as make:
        for size in sizes:
            folder = Path(name) / str(size)
            folder.mkdir()
            new = partial(_new_file, folder)
            rows.append(_row("SQLite", size, *await _both(new, folder, size)))
            rows.append(_row("PostgreSQL", size, *await _both(make, folder, size)))
    return rows


def _new_file(folder: Path) -> str:
    number = len(list(folder.iterdir()))
    inner = folder / f"db-{number}"
    inner.mkdir()
    return sqlite_address(inner)


def _row(name: str, size: int, ours: Queued, bare: float) -> Row:
    return Row(
        f"a letter to {size} people, {name}, {ours.rows} rows",
        f"the bare driver, {BATCH} such rows in each transaction",
        f"first out {ours.first:.1f} s, all queued {ours.all_rows:.1f} s, +{ours.grown:.0f} MB",
        f"{bare:.1f} s",
        f"{bare / ours.all_rows:.2f}x",
        f"first <= {FIRST_WITHIN:.0f} s, +{MOST_MB:.0f} MB",
        ours.first <= FIRST_WITHIN and ours.grown <= MOST_MB,
    )


async def _both(new: Callable[[], str], folder: Path, size: int) -> tuple[Queued, float]:
    ours = await _ours(new(), folder, size)
    return ours, await _bare(new(), ours.rows)


async def _ours(address: str, folder: Path, size: int) -> Queued:
    async with Peer() as peer:
        more = {"DATABASE": address, "PACED": "yes"}
        async with program("benchmarks.our_bot", peer, folder, **more) as bot:
            await peer.ask("polled")
            database = open_database(address)
            try:
                await _add_people(database, 1, WARM)
                await _send(database, "warm", bot)
                await _clear(database)
                await _add_people(database, WARM + 1, size)
                return await _send(database, "bench", bot)
            finally:
                await database.close()


async def _clear(database: Database) -> None:
    """Take out of the line what would stand before the letter that is measured."""
    async with database.transaction() as tx:
        numbers = (await tx.execute(select(broadcast.c.id))).scalars()
        for number in list(numbers):
            await broadcasts.cancel_rows(tx, number, now=datetime.now(UTC))


async def _add_people(database: Database, low: int, high: int) -> None:
    numbers = _NUMBERS["sqlite" if database.is_sqlite else "postgresql"]
    asked = {"low": low, "high": high, "now": datetime.now(UTC)}
    if database.is_sqlite:
        asked["now"] = f"{asked['now']:%Y-%m-%d %H:%M:%S.%f}"
    async with database.transaction() as tx:
        await tx.execute(text(_PERSON.format(numbers)), asked)
        await tx.execute(text(_CONTACT.format(numbers, CHATS, CHATS)), asked)


async def _send(database: Database, key: str, bot: psutil.Process) -> Queued:
    """Confirm a letter to everybody, and watch what becomes of it."""
    before = most = bot.memory_info().rss
    async with database.transaction() as tx:
        [member, second, *_] = await staff.everyone(tx)
        began, clock = datetime.now(UTC), time.perf_counter()
        started = await broadcasting.start(
            tx,
            member=member,
            key=key,
            event_id=None,
            choice=preset(EVERYBODY),
            content=WORDS,
            second=second,
            quiet=NEVER_QUIET,
            now=began - HOLD,
        )
    number, state = started.broadcast_id, ""
    while state != "running":
        await asyncio.sleep(LOOK)
        most = max(most, bot.memory_info().rss)
        async with database.reading() as tx:
            state = await tx.scalar(select(broadcast.c.state).where(broadcast.c.id == number)) or ""
    seconds = time.perf_counter() - clock
    first = await _first(database, number)
    async with database.counting() as tx:
        rows = select(func.count()).where(outbox.c.broadcast_id == number)
        count = int(await tx.scalar(rows) or 0)
    return Queued((first - began).total_seconds(), seconds, (most - before) / 1e6, count)


async def _first(database: Database, number: int) -> datetime:
    """Tell when the bot noted that Telegram had accepted the first message."""
    sent = select(func.min(outbox.c.ended_at)).where(
        outbox.c.broadcast_id == number, outbox.c.channel == "telegram", outbox.c.state == "sent"
    )
    while True:
        async with database.counting() as tx:
            moment: datetime | None = await tx.scalar(sent)
        if moment is not None:
            return moment
        await asyncio.sleep(LOOK)


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    facts = {
        "programme": {"title": "Program", "funder_line": "", "organiser": "", "contact": ""},
        "event": None,
        "deadline": None,
        **WORDS,
        "placeholders": {},
        "person": {"name": "Osoba 123456"},
    }
    words, now = json.dumps(facts), datetime.now(UTC)
    for number in range(count):
        yield (
            f"bare:{number}",
            "telegram",
            "invitation",
            str(number),
            "pl",
            words,
            30,
            "queued",
            now,
            now + timedelta(days=7),
            now,
        )


_NAMES = (
    "key, channel, kind, address, locale, facts, priority, state, due_at, not_after, created_at"
)


async def _bare(address: str, count: int) -> float:
    """Write as many rows with the driver alone; give the seconds."""
    database = open_database(address)
    await migrate.apply(database, now=datetime.now(UTC))
    file = database.file
    await database.close()
    batches = _batches(count)
    if file is not None:
        return await asyncio.to_thread(_bare_sqlite, file, batches)
    return await _bare_postgresql(address, batches)


def _batches(count: int) -> list[list[tuple[Any, ...]]]:
    every = list(_rows(count))
    return [every[first : first + BATCH] for first in range(0, count, BATCH)]


def _bare_sqlite(file: Path, batches: list[list[tuple[Any, ...]]]) -> float:
    marks = ", ".join("?" * len(_NAMES.split(", ")))
    as_text = [
        [(*row[:8], *(f"{one:%Y-%m-%d %H:%M:%S.%f}" for one in row[8:])) for row in batch]
        for batch in batches
    ]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        begun = time.perf_counter()
        for batch in as_text:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO outbox ({_NAMES}) VALUES ({marks})", batch)  # noqa: S608 -- our own names
            connection.execute("COMMIT")
        return time.perf_counter() - begun


async def _bare_postgresql(address: str, batches: list[list[tuple[Any, ...]]]) -> float:
    url = make_url(address)
    marks = ", ".join(f"${number}" for number in range(1, len(_NAMES.split(", ")) + 1))
    connection = await asyncpg.connect(
        user=url.username, database=url.database, host=str(url.query["host"])
    )
    try:
        begun = time.perf_counter()
        for batch in batches:
            async with connection.transaction():
                await connection.executemany(
                    f"INSERT INTO outbox ({_NAMES}) VALUES ({marks})",  # noqa: S608 -- our own names
                    batch,
                )
        return time.perf_counter() - begun
    finally:
        await connection.close()
