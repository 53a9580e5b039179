"""Look at a database without changing it, in whatever state it is."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from asyncpg import PostgresError
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database import DatabaseUnusable, Tx

PATIENCE = 5.0
# https://sqlite.org/wal.html#walresetbug: the fixed releases of each line, the newest line last.
FIXED = {(3, 44): 6, (3, 50): 7, (3, 51): 3}


class DatabaseMissing(DatabaseUnusable):
    """There is no such file."""


def sqlite_file(address: str) -> Path | None:
    """Name the file of a SQLite address; None for another database."""
    url = make_url(address)
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)) if is_file else None


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Tell whether a release of SQLite has the WAL-reset bug, unless somebody patched it."""
    line = tuple(version[:2])
    if line in FIXED:
        return version[2] < FIXED[line]
    return line < max(FIXED)


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        limits = {"statement_timeout": "10s", "default_transaction_read_only": "on"}
        return create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            connect_args={"timeout": PATIENCE, "server_settings": limits},
            hide_parameters=True,
        )
    uri = f"file:{quote(str(url.database))}?mode=ro"
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=uri, query={"uri": "true"}), hide_parameters=True
    )

    def only_read(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")
        cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    event.listen(engine.sync_engine, "connect", only_read)
    return engine


@asynccontextmanager
async def looking(address: str) -> AsyncGenerator[Tx]:
    """Open a database for reading alone; nothing is made, upgraded or locked.

    Raises DatabaseMissing, or DatabaseUnusable with the kind of the error as its reason; an
    error's own words may hold the password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable(type(error).__name__) from None
    file = sqlite_file(address)
    if file is not None and not file.exists():
        raise DatabaseMissing(str(file))
    engine = _engine(url)
    try:
        connection = await _opened(engine, is_file=file is not None)
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


async def _opened(engine: AsyncEngine, *, is_file: bool) -> Tx:
    connection = engine.connect()
    try:
        await connection.start()
    except (OSError, SQLAlchemyError, PostgresError, TimeoutError) as error:
        raise _unusable(error) from None
    try:
        # A file is opened at the first question.
        await connection.execute(text("SELECT 1 FROM sqlite_master" if is_file else "SELECT 1"))
    except (OSError, SQLAlchemyError, PostgresError, TimeoutError) as error:
        await connection.close()
        raise _unusable(error) from None
    return connection


def _unusable(error: BaseException) -> DatabaseUnusable:
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return DatabaseUnusable(name or type(error.__cause__ or error).__name__)


async def refuses_writing(tx: Tx, address: str) -> str:
    """Tell why nothing can be written: "locked", "read only", or "" when it can.

    A write is begun and taken back; the tables are not touched.
    """
    file = sqlite_file(address)
    if file is not None:
        return await asyncio.to_thread(_file_refuses, file)
    found = await tx.execute(text("SELECT pg_is_in_recovery()"))
    return "read only" if found.scalar_one() else ""


def _file_refuses(file: Path) -> str:
    uri = f"file:{quote(str(file))}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE / 2)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" if error.sqlite_errorname == "SQLITE_BUSY" else "read only"
    return ""


def processes_on(file: Path) -> int:
    """Count the processes that have a SQLite file in WAL mode open, ours among them.

    Each holds a lock on the shared-memory file beside it. 0 where the kernel does not tell.
    """
    with suppress(OSError):
        inode = f":{file.with_name(f'{file.name}-shm').stat().st_ino}"
        locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        words = [line.split() for line in locks]
        return len({one[4] for one in words if one[1] == "POSIX" and one[5].endswith(inode)})
    return 0
