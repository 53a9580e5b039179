import asyncio
import os
import stat
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, DatabaseUnusable, open_database
from storage.tables import cursor
from tests.storage.rows import sqlite_url


async def _add(database: Database, name: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(cursor.insert().values(name=name, value=1))


async def _add_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(cursor.insert().values(name="a", value=1))
        raise ZeroDivisionError


async def _release_a_savepoint_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        async with tx.begin_nested():
            await tx.execute(cursor.insert().values(name="a", value=1))
        raise ZeroDivisionError


async def _count(database: Database) -> int:
    async with database.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(cursor)) or 0)


@pytest.fixture
def careless_umask() -> Iterator[None]:
    """Make new files readable by everyone, as most systems do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("careless_umask")
async def test_sqlite_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "new" / "akademia.db"))
    async with database.transaction() as tx:
        await tx.execute(text("CREATE TABLE marker (name TEXT)"))
        files = {path.name: path for path in (tmp_path / "new").iterdir()}
    modes = {name: stat.S_IMODE(path.stat().st_mode) for name, path in files.items()}
    await database.close()

    assert modes == {"akademia.db": 0o600, "akademia.db-wal": 0o600, "akademia.db-shm": 0o600}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_is_tuned_for_safety_on_both_kinds_of_connections(
    database: Database,
) -> None:
    names = ("foreign_keys", "journal_mode", "synchronous", "secure_delete", "busy_timeout")

    async with database.transaction() as tx:
        writing = [await tx.scalar(text(f"PRAGMA {name}")) for name in names]
    async with database.reading() as tx:
        reading = [await tx.scalar(text(f"PRAGMA {name}")) for name in names]

    assert [writing, reading] == [[1, "wal", 2, 1, 30000]] * 2


async def test_transaction_that_raises_keeps_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _add_and_fail(database)

    assert await _count(database) == 0


async def test_released_savepoint_goes_with_the_transaction(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _release_a_savepoint_and_fail(database)

    assert await _count(database) == 0


async def test_transaction_after_a_failed_one_works(database: Database) -> None:
    await _add(database, "a")
    with pytest.raises(IntegrityError):
        await _add(database, "a")

    await _add(database, "b")

    assert await _count(database) == 2


async def test_transaction_cancelled_in_the_middle_keeps_nothing_and_frees_the_writer(
    database: Database,
) -> None:
    inside = asyncio.Event()

    async def linger() -> None:
        async with database.transaction() as tx:
            await tx.execute(cursor.insert().values(name="a", value=1))
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(linger())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await _add(database, "b")

    assert await _count(database) == 1


async def test_transactions_of_one_process_come_one_after_another(database: Database) -> None:
    await asyncio.gather(*(_read_then_write(database) for _ in range(20)))

    async with database.reading() as tx:
        assert await tx.scalar(select(cursor.c.value)) == 20


async def _read_then_write(database: Database) -> None:
    """Count one up by reading first, which only a whole transaction of one writer survives."""
    async with database.transaction() as tx:
        if tx.dialect.name == "postgresql":
            await tx.execute(text("LOCK TABLE cursor"))
        value = await tx.scalar(select(cursor.c.value))
        if value is None:
            await tx.execute(cursor.insert().values(name="a", value=1))
        else:
            await tx.execute(cursor.update().values(value=value + 1))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_transactions_of_two_connections_come_one_after_another(
    database: Database, second: Database
) -> None:
    await asyncio.gather(*(_read_then_write(one) for one in (database, second) * 10))

    async with database.reading() as tx:
        assert await tx.scalar(select(cursor.c.value)) == 20


async def test_reading_does_not_wait_for_the_writer(database: Database, second: Database) -> None:
    async with asyncio.timeout(5), database.transaction() as tx:
        await tx.execute(cursor.insert().values(name="a", value=1))
        seen = [await _count(database), await _count(second)]

    assert seen == [0, 0]


def _refusal(address: str) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        open_database(address)
    return caught.value.reason


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nonsense", "The database address cannot be read."),
        ("", "The database address cannot be read."),
        ("postgresql://host:port/name", "The database address cannot be read."),
        ("mysql://host/name", "The database must be sqlite or postgresql, not mysql."),
        ("sqlite://", "The SQLite database must be a file."),
        ("sqlite+aiosqlite:///:memory:", "The SQLite database must be a file."),
    ],
)
def test_open_database_with_a_useless_address_says_why(address: str, sentence: str) -> None:
    assert _refusal(address) == sentence


def test_open_database_in_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    file = tmp_path / "file" / "akademia.db"

    assert _refusal(sqlite_url(file)) == (
        f"The database file {file} cannot be written: [Errno 17] File exists: "
        f"'{tmp_path / 'file'}'."
    )


def test_open_database_on_a_folder_says_so(tmp_path: Path) -> None:
    assert _refusal(sqlite_url(tmp_path)) == (
        f"The database file {tmp_path} cannot be written: [Errno 21] Is a directory: '{tmp_path}'."
    )


def test_open_database_in_a_folder_without_room_for_files_says_so() -> None:
    # Even root cannot make a file there; a forbidden folder would not stop root.
    file = Path("/proc/self/akademia.db")

    assert _refusal(sqlite_url(file)) == (
        f"The database file {file} cannot be written: [Errno 2] No such file or directory: "
        f"'{file}'."
    )


def test_open_database_on_another_kind_of_file_says_so(tmp_path: Path) -> None:
    file = tmp_path / "akademia.db"
    file.write_bytes(b"this is a letter, not a database" * 100)

    assert _refusal(sqlite_url(file)) == (
        f"The database file {file} cannot be written: file is not a database."
    )


async def test_open_database_of_a_plain_postgresql_address_uses_the_async_driver() -> None:
    database = open_database("postgresql://akademia@127.0.0.1:1/name")
    await database.close()

    assert (database.url.drivername, database.is_sqlite, database.file) == (
        "postgresql+asyncpg",
        False,
        None,
    )


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_error_of_postgresql_does_not_carry_the_values_of_the_row(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.transaction() as tx:
            await tx.execute(
                text("INSERT INTO person (name, role) VALUES (:name, NULL)"), {"name": "Anna\nW"}
            )

    words = "".join(traceback.format_exception(caught.value))
    assert "null value in column" in words
    assert "Anna" not in words
