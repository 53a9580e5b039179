"""Looking at a database leaves it as it is, in whatever state it is."""

import multiprocessing
import sqlite3
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import migrate
from storage.database import DatabaseUnusable
from storage.looking import (
    DatabaseMissing,
    has_wal_reset_bug,
    looking,
    processes_on,
    refuses_writing,
    sqlite_file,
)
from tests.storage.rows import sqlite_url


async def test_looking_reads_the_revision(database_url: str) -> None:
    async with looking(database_url) as tx:
        assert await migrate.revision(tx) == migrate.newest_revision()


async def test_looking_at_an_empty_database_finds_no_revision(empty_database_url: str) -> None:
    file = sqlite_file(empty_database_url)
    if file is not None:
        file.touch()

    async with looking(empty_database_url) as tx:
        assert await migrate.revision(tx) is None


async def test_looking_cannot_change_anything(database_url: str) -> None:
    async with looking(database_url) as tx:
        with pytest.raises(DBAPIError):
            await tx.execute(text("DELETE FROM cursor"))


async def test_looking_at_a_missing_file_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "below" / "akademia.db"

    with pytest.raises(DatabaseMissing) as missing:
        async with looking(sqlite_url(file)):
            pass

    assert (missing.value.reason, list(tmp_path.iterdir())) == (str(file), [])


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("sqlite:///{folder}/torn.db", "SQLITE_NOTADB"),
        ("postgresql://akademia:tajne@127.0.0.1:1/akademia", "ConnectionRefusedError"),
    ],
)
async def test_looking_at_what_does_not_answer_tells_the_kind_of_error_alone(
    tmp_path: Path, address: str, reason: str
) -> None:
    (tmp_path / "torn.db").write_bytes(b"no database, " * 100)

    with pytest.raises(DatabaseUnusable) as unusable:
        async with looking(address.format(folder=tmp_path)):
            pass

    assert unusable.value.reason == reason


async def test_database_takes_changes(database_url: str) -> None:
    async with looking(database_url) as tx:
        assert await refuses_writing(tx, database_url) == ""


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_locked_file_is_told_and_can_still_be_read(database_url: str) -> None:
    with closing(sqlite3.connect(str(sqlite_file(database_url)))) as other:
        other.execute("BEGIN IMMEDIATE")
        async with looking(database_url) as tx:
            assert await refuses_writing(tx, database_url) == "locked"
            assert await migrate.revision(tx) == migrate.newest_revision()


def _hold(file: str, opened: Event, done: Event) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT * FROM cursor").fetchall()
        opened.set()
        done.wait(60)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_processes_on_a_file_are_counted(database_url: str) -> None:
    file = sqlite_file(database_url)
    assert file is not None
    context = multiprocessing.get_context("spawn")
    opened, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(file), opened, done))
    before = processes_on(file)

    other.start()
    opened.wait(60)
    with closing(sqlite3.connect(file)) as ours:
        ours.execute("SELECT * FROM cursor").fetchall()
        together = processes_on(file)
    done.set()
    other.join()

    assert (before, together) == (0, 2)


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 49, 9), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((3, 53, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_wal_reset_bug_is_told_by_the_version(version: tuple[int, ...], has_it: bool) -> None:
    assert has_wal_reset_bug(version) == has_it
