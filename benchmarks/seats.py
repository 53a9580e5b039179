"""Seats: registrations as the use case does them, one after another and ten at once.

Our side is everything from the transaction's beginning to its commit: locks, rules, seat or place
in line, calendar entry, and the message to the person as a row.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crowded import NOW, durable_addresses, fill_event, migrated
from benchmarks.measure import NO_GOAL, Row, Speed, speed
from benchmarks.replay import Statement, number_registrations, recording, replaying
from programme import registration
from storage import events, registrations
from storage.database import Database

LINED_UP, STEADY, WARM = 300, 1_000, 30
SEATS, CROWD, MOST_SECONDS = 20, 100, 0.3
LARGE = 5_000
# What pretix 2026.7 did on such a machine with PostgreSQL, Redis and Celery: orders a second.
PRETIX = {1: 5.3, 10: 6.2}
TIMES_PRETIX = 20
Maker = Callable[[], str]


async def measure(*, scale: float) -> list[Row]:
    """Measure both databases."""
    rows = []
    for name, bare, makers in (
        ("SQLite", "aiosqlite", _files),
        ("PostgreSQL", "asyncpg", durable_addresses),
    ):
        with makers() as make:
            rows += await _against_the_driver(name, bare, make, max(30, int(LINED_UP * scale)))
            rows.append(await _last_seats(name, make))
            rows += await _steady(name, make, max(50, int(STEADY * scale)))
    return rows


@contextmanager
def _files() -> Iterator[Maker]:
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        numbers = iter(range(1, 100))
        yield lambda: f"sqlite+aiosqlite:///{Path(name) / f'{next(numbers)}.db'}"


async def _register(database: Database, number: int, *, event_id: int = 1) -> None:
    async with database.transaction() as tx:
        await registration.register(
            tx, event_id=event_id, person_id=number + 1, door="telegram", now=NOW
        )


async def _warm_up(database: Database) -> None:
    """Open the connections and say every statement, as in a bot that has worked before."""
    async with asyncio.TaskGroup() as tasks:
        for number in range(WARM):
            tasks.create_task(_register(database, number, event_id=2))


async def in_crowd(work: Callable[[int], Awaitable[None]], *, pieces: int, at_once: int) -> None:
    """Do so many pieces, so many of them at once."""
    numbers = iter(range(pieces))

    async def take() -> None:
        for number in numbers:
            await work(number)

    await asyncio.gather(*(take() for _ in range(at_once)))


async def _against_the_driver(name: str, bare: str, make: Maker, people: int) -> list[Row]:
    """Set registrations with a waiting list against the driver saying the same statements."""
    pieces = await _record(make(), people)
    rows = []
    for at_once in (1, 10):
        address = make()
        async with migrated(address) as database:
            await _prepare(database, people, capacity=SEATS)
            await _warm_up(database)

            async def ours(number: int, database: Database = database) -> None:
                await _register(database, number)

            mine = await _speed(ours, people, at_once)
            counts = await _counts(database)
        _same(counts, {"active": SEATS, "waiting": people - SEATS})
        theirs = await _bare(make(), pieces, at_once)
        ratio = mine.a_second / theirs.a_second
        statements = sum(len(piece) for piece in pieces[WARM:]) / people
        work = f"registrations with a waiting list, {name}, {at_once} at once"
        against = f"bare {bare} saying the same {statements:.1f} statements"
        rows.append(
            Row(work, against, _shown(mine), _shown(theirs), f"{ratio:.2f}x", NO_GOAL, reached=True)
        )
    return rows


async def _record(address: str, people: int) -> list[list[Statement]]:
    async with migrated(address) as database:
        await _prepare(database, people, capacity=SEATS)
        with recording(database) as recorder:
            for event_id, count in ((2, WARM), (1, people)):
                for number in range(count):
                    recorder.pieces.append([])
                    await _register(database, number, event_id=event_id)
    return recorder.pieces


async def _bare(address: str, pieces: list[list[Statement]], at_once: int) -> Speed:
    async with migrated(address) as database:
        people = len(pieces) - WARM
        await _prepare(database, people, capacity=SEATS)
        async with replaying(address, pieces) as work:
            await in_crowd(work, pieces=WARM, at_once=10)
            found = await _speed(lambda number: work(number + WARM), people, at_once)
        _same(await _counts(database), {"active": SEATS, "waiting": people - SEATS})
    return found


async def _last_seats(name: str, make: Maker) -> Row:
    """Let a hundred people want twenty seats at the same moment."""
    async with migrated(make()) as database:
        await _prepare(database, CROWD, capacity=SEATS)
        await _warm_up(database)
        begun = time.perf_counter()
        await asyncio.gather(*(_register(database, number) for number in range(CROWD)))
        seconds = time.perf_counter() - begun
        counts = await _counts(database)
        _same(counts, {"active": SEATS, "waiting": CROWD - SEATS})
    return Row(
        f"{CROWD} people at once want {SEATS} seats, {name}",
        "pretix: 20 sold in 4.3 s; Indico: 21 to 22 sold",
        f"{counts['active']} sold, {counts['waiting']} in line",
        "–",
        f"{seconds:.2f} s",
        f"{SEATS} sold, < {MOST_SECONDS} s",
        counts["active"] == SEATS and seconds < MOST_SECONDS,
    )


async def _steady(name: str, make: Maker, people: int) -> list[Row]:
    """Register into an event that has room for everyone."""
    rows = []
    for at_once, orders in PRETIX.items():
        async with migrated(make()) as database:
            await _prepare(database, people, capacity=LARGE)
            await _warm_up(database)

            async def work(number: int, database: Database = database) -> None:
                await _register(database, number)

            found = await _speed(work, people, at_once)
            _same(await _counts(database), {"active": people, "waiting": 0})
        times = found.a_second / orders
        rows.append(
            Row(
                f"registrations into {LARGE} seats, {name}, {at_once} at once",
                f"pretix, {orders} orders/s on such a machine",
                _shown(found),
                "–",
                f"{times:.0f}x",
                f">= {TIMES_PRETIX}x",
                times >= TIMES_PRETIX,
            )
        )
    return rows


async def _prepare(database: Database, people: int, *, capacity: int) -> None:
    await fill_event(database, people=people, capacity=capacity)
    await number_registrations(database)


async def _speed(work: Callable[[int], Awaitable[None]], pieces: int, at_once: int) -> Speed:
    return await speed(lambda: in_crowd(work, pieces=pieces, at_once=at_once), pieces)


async def _counts(database: Database) -> dict[str, int]:
    async with database.reading() as tx:
        event = await events.get(tx, 1)
        counts = await registrations.count_open(tx, 1)
    _same({"taken": event.taken if event else -1}, {"taken": counts["active"]})
    return counts


class SoldWrongly(Exception):
    """The seats and the places in line are not what they must be, so no speed counts."""


def _same(found: dict[str, int], wanted: dict[str, int]) -> None:
    if found != wanted:
        raise SoldWrongly(f"{found} instead of {wanted}")


def _shown(found: Speed) -> str:
    return f"{found.a_second:.0f}/s, {found.cpu_ms:.2f} ms CPU"
