"""Statements run in the loop's thread; what may wait for others runs beside it."""

import asyncio
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, open_database
from storage.sqlite_connection import LoopConnection, connect_in_loop

LOOP, BESIDE = "in the loop", "beside it"


async def test_only_what_may_wait_leaves_the_loop(tmp_path: Path) -> None:
    connection = await connect_in_loop(str(tmp_path / "a.db"))
    ours, seen = threading.get_ident(), dict[str, str]()

    def note(statement: str) -> None:
        seen[statement] = LOOP if threading.get_ident() == ours else BESIDE

    await connection.set_trace_callback(note)
    for statement in ("CREATE TABLE t (x)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"):
        cursor = await connection.cursor()
        await cursor.execute(statement)
    await connection.commit()
    cursor = await connection.cursor()
    await cursor.execute("SELECT x FROM t")
    rows = list(await cursor.fetchall())
    await connection.close()

    assert rows == [(1,)]
    assert seen == {
        "CREATE TABLE t (x)": LOOP,
        "BEGIN IMMEDIATE": BESIDE,
        "INSERT INTO t VALUES (1)": LOOP,
        "COMMIT": BESIDE,
        "SELECT x FROM t": LOOP,
    }


async def test_loop_goes_on_while_another_process_writes(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    database = open_database(f"sqlite:///{file}")
    async with database.transaction() as tx:
        await tx.execute(text("CREATE TABLE t (x)"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_insert(database))
        rounds = 0
        while rounds < 20:
            await asyncio.sleep(0.005)
            rounds += 1
        waited = not waiting.done()
        other.execute("COMMIT")
        await waiting
    await database.close()

    assert waited


async def _insert(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("INSERT INTO t VALUES (1)"))


async def test_cancelled_wait_for_another_writer_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    database = open_database(f"sqlite:///{file}")
    async with database.transaction() as tx:
        await tx.execute(text("CREATE TABLE t (x)"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(_insert(database))
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.sleep(0.05)
        other.execute("COMMIT")
        with suppress(asyncio.CancelledError):
            await waiting
    await _insert(database)

    async with database.reading() as tx:
        count = await tx.scalar(text("SELECT count(*) FROM t"))
    await database.close()
    assert count == 1


async def test_closed_connection_refuses_statements(tmp_path: Path) -> None:
    connection = await connect_in_loop(str(tmp_path / "a.db"))
    cursor = await connection.cursor()
    await connection.close()

    with pytest.raises(ValueError, match="Connection closed"):
        await cursor.execute("SELECT 1")


async def test_sqlite_without_threads_gets_the_ordinary_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "threadsafety", 1)

    connection = await connect_in_loop(str(tmp_path / "a.db"))
    await connection.close()

    assert not isinstance(connection, LoopConnection)
