"""The statements of registrations as the driver gets them, and the same on the bare driver.

What a registration says to the database is recorded once. The bare side says the same statements
with the same values in the same transactions to a database that was filled alike, with no
SQLAlchemy and none of our code between. Only the numbers of registrations are the database's own:
where several go at once they come in another order.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiosqlite
import asyncpg
from sqlalchemy import event, make_url, text

from storage.database import BUSY_TIMEOUT_MS, CACHE_KIB, Database

# Registrations are numbered from here on, so that their numbers are nobody else's.
FIRST_NUMBER = 10_000_000
Statement = tuple[str, Sequence[Any], bool]
Work = Callable[[int], Awaitable[None]]
ADDS_REGISTRATION = "INSERT INTO registration "


class Recorder:
    """The statements of each piece of work, in order."""

    def __init__(self) -> None:
        self.pieces: list[list[Statement]] = []

    def note(self, *details: Any) -> None:
        """Keep a statement, and whether its values are many rows."""
        _connection, _cursor, statement, values, _context, many = details
        if not statement.startswith(("BEGIN", "COMMIT")):
            self.pieces[-1].append((statement, values, many))


@contextmanager
def recording(database: Database) -> Iterator[Recorder]:
    """Record what the writing side of a database is told."""
    recorder = Recorder()
    engine = database._writer.sync_engine  # noqa: SLF001 -- only the benchmark listens
    event.listen(engine, "before_cursor_execute", recorder.note)
    try:
        yield recorder
    finally:
        event.remove(engine, "before_cursor_execute", recorder.note)


async def number_registrations(database: Database) -> None:
    """Let the next registration have the first of the numbers."""
    async with database.transaction() as tx:
        if database.is_sqlite:
            row = {"id": FIRST_NUMBER - 1, "event_id": 1, "person_id": 1, "state": "cancelled"}
            columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            await tx.execute(
                text(
                    f"INSERT INTO registration ({columns}, door, created_at) "  # noqa: S608
                    f"VALUES ({values}, 'bench', '2027-01-01 00:00:00.000000')"
                ),
                row,
            )
        else:
            sequence = "pg_get_serial_sequence('registration', 'id')"
            await tx.execute(text(f"SELECT setval({sequence}, {FIRST_NUMBER}, false)"))


@asynccontextmanager
async def replaying(address: str, pieces: list[list[Statement]]) -> AsyncGenerator[Work]:
    """Give the function that does one recorded piece on the bare driver."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        async with _bare_sqlite(str(url.database)) as connection:
            one_at_a_time = asyncio.Lock()

            async def work(number: int) -> None:
                async with one_at_a_time:
                    await _on_sqlite(connection, pieces[number])

            yield work
        return
    async with asyncpg.create_pool(
        host=url.query["host"],
        user=url.username,
        database=url.database,
        min_size=10,
        max_size=10,
    ) as pool:

        async def work_in_pool(number: int) -> None:
            async with pool.acquire() as connection, connection.transaction():
                await _on_postgresql(connection, pieces[number])

        yield work_in_pool


@asynccontextmanager
async def _bare_sqlite(file: str) -> AsyncGenerator[aiosqlite.Connection]:
    async with aiosqlite.connect(file, isolation_level=None) as connection:
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"cache_size=-{CACHE_KIB}",
        ):
            await connection.execute(f"PRAGMA {pragma}")
        yield connection


async def _on_sqlite(connection: aiosqlite.Connection, piece: list[Statement]) -> None:
    given: dict[Any, Any] = {}
    await connection.execute("BEGIN IMMEDIATE")
    for statement, values, many in piece:
        if many:
            await connection.executemany(statement, [_with(given, row) for row in values])
            continue
        async with connection.execute(statement, _with(given, values)) as cursor:
            rows = await cursor.fetchall() if cursor.description else []
        if statement.startswith(ADDS_REGISTRATION):
            given = _numbers(piece, next(iter(rows))[0])
    await connection.execute("COMMIT")


async def _on_postgresql(connection: Any, piece: list[Statement]) -> None:
    given: dict[Any, Any] = {}
    for statement, values, many in piece:
        for row in values if many else [values]:
            rows = await connection.fetch(statement, *_with(given, row))
            if statement.startswith(ADDS_REGISTRATION):
                given = _numbers(piece, rows[0][0])


def _numbers(piece: list[Statement], number: int) -> dict[Any, Any]:
    """Say which recorded number of a registration is which now."""
    recorded = {
        value
        for _, values, many in piece
        for row in (values if many else [values])
        for value in row
        if isinstance(value, int) and value >= FIRST_NUMBER
    }
    return dict.fromkeys(recorded, number)


def _with(given: dict[Any, Any], values: Sequence[Any]) -> list[Any]:
    return [given.get(value, value) if isinstance(value, int) else value for value in values]
