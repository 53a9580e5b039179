"""Open the database that a URL names and hand out transactions.

SQLite: one file in WAL mode with `synchronous=FULL`, one writer at a time (an asyncio lock
here, `BEGIN IMMEDIATE` against other processes), readers on connections of their own.
PostgreSQL: READ COMMITTED with time limits for statements and locks.
"""

import asyncio
import errno
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

from asyncpg import DiskFullError, LockNotAvailableError, PostgresError
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL, Connection, ExceptionContext
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.sqlite_connection import connect_in_loop

Tx = AsyncConnection
BUSY_TIMEOUT_MS = 30_000
# More seconds than the server lets a statement take: only one that has vanished is so silent.
ANSWER_WITHIN = 60
FAREWELL_WITHIN = 5
# Per connection; with the default of 2 MB a million waiting rows make each a third dearer.
CACHE_KIB = 16_000


class DatabaseUnusable(Exception):
    """The database cannot be opened."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _tune_sqlite(dbapi_connection: Any, _record: object) -> None:
    # SQLAlchemy's own begin handling would start transactions too late for reads and
    # savepoints, so the driver is told to do nothing and "begin" events say BEGIN.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_engine(url: URL, *, begin: str, connections: int, in_loop: bool) -> AsyncEngine:
    own = {"async_creator": partial(connect_in_loop, str(url.database))} if in_loop else {}
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=60,
        # Values of rows are names and addresses; an error must not carry them into the log.
        hide_parameters=True,
        **own,
    )
    event.listen(engine.sync_engine, "connect", _tune_sqlite)

    def say_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "begin", say_begin)
    return engine


def _postgresql_engine(url: URL) -> AsyncEngine:
    limits = {"statement_timeout": "30s", "lock_timeout": "10s"}
    engine = create_async_engine(
        url,
        pool_size=10,
        max_overflow=0,
        connect_args={"server_settings": limits, "command_timeout": ANSWER_WITHIN},
        hide_parameters=True,
    )

    def forget_row(context: ExceptionContext) -> None:
        # The server repeats the row that it refuses, and an error must not carry that either.
        cause: BaseException | None = context.original_exception
        while cause is not None:
            if isinstance(cause, PostgresError):
                cause.detail = None
            cause = cause.__cause__

    event.listen(engine.sync_engine, "handle_error", forget_row)
    return engine


def _says(error: BaseException, *codes: str) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if getattr(cause, "sqlite_errorname", getattr(cause, "sqlstate", None)) in codes:
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def is_full(error: BaseException) -> bool:
    """Tell whether the disk is full behind a database error."""
    return (
        _says(error, "SQLITE_FULL", DiskFullError.sqlstate)
        or getattr(error, "errno", None) == errno.ENOSPC
    )


def is_read_only(error: BaseException) -> bool:
    """Tell whether the database's folder or file cannot be written behind an error."""
    return _says(error, "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_READONLY_DBMOVED")


def is_locked(error: BaseException) -> bool:
    """Tell whether somebody has kept what we wanted to change locked for too long."""
    return _says(error, "SQLITE_BUSY", LockNotAvailableError.sqlstate)


class Database:
    """One database: `transaction()` to change it, `reading()` to look at it."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._one_writer = asyncio.Lock()
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", connections=1, in_loop=True)
            self._reader = _sqlite_engine(url, begin="BEGIN", connections=4, in_loop=True)
            self._counter = _sqlite_engine(url, begin="BEGIN", connections=1, in_loop=False)
        else:
            self._writer = _postgresql_engine(url)
            self._reader = self._counter = self._writer

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @asynccontextmanager
    async def _sqlite_transaction(self) -> AsyncGenerator[Tx]:
        async with self._one_writer, self._writer.begin() as tx:
            yield tx

    def transaction(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction that commits when the block ends and rolls back when it raises.

        Nothing that speaks to the network may be awaited inside.
        """
        return self._sqlite_transaction() if self.is_sqlite else self._writer.begin()

    def reading(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction for reading only; it never waits for the writer.

        For questions that an index answers: on SQLite the event loop waits for each of them.
        """
        return self._reader.begin()

    def counting(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction for questions that read whole tables, beside the running work."""
        return self._counter.begin()

    async def probe(self) -> None:
        """Ask the database for an answer; raises DatabaseUnusable when there is none."""
        try:
            async with self.reading() as tx:
                await tx.execute(text("SELECT 1"))
        except (OSError, SQLAlchemyError, PostgresError, TimeoutError) as error:
            cause = error.__cause__ or error
            raise DatabaseUnusable(
                f"The database {self.url.render_as_string(hide_password=True)} does not answer: "
                f"{type(cause).__name__}."
            ) from error

    async def close(self) -> None:
        """Give all connections back; the object is of no use afterwards."""
        # A server that has vanished says no farewell, and a process must be able to end.
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self.is_sqlite else FAREWELL_WITHIN):
                await self._writer.dispose()
                await self._reader.dispose()
                await self._counter.dispose()


def open_database(address: str) -> Database:
    """Open the database that `address` names, without touching its tables.

    Raises DatabaseUnusable with one sentence when the address or the folder cannot be used.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable("The database address cannot be read.") from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        return Database(_checked_file(url))
    if backend == "postgresql":
        return Database(url.set(drivername="postgresql+asyncpg"))
    raise DatabaseUnusable(f"The database must be sqlite or postgresql, not {backend}.")


def _checked_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnusable("The SQLite database must be a file.")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite creates -wal and -shm with the mode of the main file, so the file is made here.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable(f"The database file {path} cannot be written: {error}.") from error
    return url.set(drivername="sqlite+aiosqlite")
