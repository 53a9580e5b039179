"""A copy of a database is told from the one that was worked on, made by real means of copying."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from storage import inbox, leases, outbox, restored
from storage.database import Database, Tx, open_database
from storage.inbox import Arrival
from storage.restored import Standing
from tests import postgres
from tests.storage.rows import NOW, entry, sqlite_url

LATER = NOW + timedelta(days=1)


async def _work(database: Database, key: str = "1") -> None:
    """Accept an arrival, queue an answer and begin to send it."""
    async with database.transaction() as tx:
        await inbox.accept(tx, [Arrival("telegram", key, "chat:1", "{}")], now=NOW)
        await outbox.put(tx, [entry(key, address="1")], now=NOW)
    await _send(database)


async def _send(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("UPDATE outbox SET state = 'sent', started_at = created_at"))
        await leases.take(tx, "ticker", owner="a", now=NOW)
        await leases.free_all(tx)


async def _look(database: Database) -> bool:
    return await restored.look(database, now=LATER) is not None


@pytest.fixture
async def worked(database: Database) -> Database:
    """Give a database on which work has been going on for a while."""
    await restored.look(database, now=NOW)
    await _work(database)
    await restored.look(database, now=NOW)
    await restored.note_progress(database)
    return database


async def test_first_start_is_not_held(database: Database) -> None:
    assert not await _look(database)


async def test_ordinary_restart_is_not_held(worked: Database) -> None:
    await _work(worked, "2")

    assert not await _look(worked)


async def test_numbers_of_updates_that_begin_anew_hold_nothing(worked: Database) -> None:
    # After a quiet week Telegram goes on with any number: https://core.telegram.org/bots/api#update
    async with worked.transaction() as tx:
        await inbox.move_cursor(tx, "telegram.offset", 9_000)
    await restored.note_progress(worked)
    async with worked.transaction() as tx:
        await inbox.move_cursor(tx, "telegram.offset", 80)

    assert not await _look(worked)


async def test_killed_before_the_first_progress_was_noted_is_not_held(database: Database) -> None:
    await restored.look(database, now=NOW)
    await _work(database)

    assert not await _look(database)


async def test_installation_from_before_the_marks_is_not_held(database: Database) -> None:
    await _work(database)

    first = await _look(database)
    await _work(database, "2")

    assert (first, await _look(database)) == (False, False)


async def test_held_copy_stays_held_until_it_is_released(worked: Database) -> None:
    async with worked.transaction() as tx:
        await tx.execute(text("UPDATE installation SET mark = 'other'"))
    marker = restored.marker_of(worked.file) if worked.file else None
    if marker:
        marker.unlink()

    since = [await restored.look(worked, now=NOW), await restored.look(worked, now=LATER)]
    await restored.note_progress(worked)
    still = await restored.look(worked, now=LATER)
    await restored.release(worked)
    await _work(worked, "2")

    assert (since, still, await _look(worked)) == ([NOW, NOW], NOW, False)


# --- SQLite: another file, or one that is behind its marker ---


def _backup(file: Path, copy: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _put_into_place(copy: Path, file: Path) -> None:
    for name in (f"{file}-wal", f"{file}-shm"):
        Path(name).unlink(missing_ok=True)
    # As `cp` does: the same file with other content.
    shutil.copyfile(copy, file)


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    file = tmp_path / "akademia.db"
    shutil.copyfile(sqlite_template, file)
    return file


async def _on(file: Path, *steps: str) -> bool:
    """Open a file as a process does, work on it, and tell whether it was held."""
    database = open_database(sqlite_url(file))
    held = await _look(database)
    if "send" in steps:
        await _send(database)
    for step in steps:
        if step.startswith("work"):
            await _work(database, step)
    if "note" in steps:
        await restored.note_progress(database)
    await database.close()
    return held


async def test_older_backup_in_place_of_the_file_is_held(file: Path, tmp_path: Path) -> None:
    await _on(file, "work 1", "note")
    _backup(file, tmp_path / "backup.db")
    await _on(file, "work 2", "note")

    _put_into_place(tmp_path / "backup.db", file)

    assert await _on(file)


async def test_backup_from_before_the_sending_is_held_although_nothing_was_added(
    file: Path, tmp_path: Path
) -> None:
    await _on(file, "work 1", "note")
    _backup(file, tmp_path / "backup.db")
    await _on(file, "send", "note")

    _put_into_place(tmp_path / "backup.db", file)

    assert await _on(file)


async def test_backup_after_which_nothing_happened_is_not_held(file: Path, tmp_path: Path) -> None:
    await _on(file, "work 1", "note")
    _backup(file, tmp_path / "backup.db")

    _put_into_place(tmp_path / "backup.db", file)

    assert not await _on(file)


async def test_copy_moved_over_the_file_is_held(file: Path, tmp_path: Path) -> None:
    await _on(file, "work 1", "note")
    _backup(file, tmp_path / "backup.db")

    (tmp_path / "backup.db").replace(file)

    assert await _on(file)


async def test_copy_in_another_folder_is_held(file: Path, tmp_path: Path) -> None:
    await _on(file, "work 1", "note")
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere" / "akademia.db"
    _backup(file, copy)

    assert (await _on(copy), await _on(file)) == (True, False)


async def test_copy_of_a_whole_folder_is_held(file: Path, tmp_path: Path) -> None:
    await _on(file, "work 1", "note")
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    shutil.copytree(tmp_path, elsewhere)

    assert await _on(elsewhere / "akademia.db")


async def test_marker_of_a_database_that_was_thrown_away_holds_nothing(
    file: Path, sqlite_template: Path
) -> None:
    await _on(file, "work 1", "note")
    file.unlink()
    shutil.copyfile(sqlite_template, file)

    first = await _on(file, "work 1", "note")

    assert (first, await _on(file)) == (False, False)


async def test_file_on_which_another_process_works_meanwhile_is_not_held(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _on(file, "work 1", "note")
    standing_of = restored._standing

    async def go_on_elsewhere(tx: Tx) -> Standing:
        standing = await standing_of(tx)
        monkeypatch.undo()
        await _on(file, "work 2", "note")
        return standing

    monkeypatch.setattr(restored, "_standing", go_on_elsewhere)

    assert not await _on(file)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"inode": 1}', "null", '{"inode": "x"}'])
async def test_marker_that_cannot_be_read_counts_as_missing(file: Path, content: str) -> None:
    await _on(file, "work 1", "note")
    restored.marker_of(file).write_text(content)

    assert await _on(file)


async def test_marker_is_readable_by_its_owner_alone_and_nothing_is_left_beside_it(
    file: Path, tmp_path: Path
) -> None:
    await _on(file, "work 1", "note")

    kept = json.loads(restored.marker_of(file).read_text())
    assert (kept["inode"], kept["inbox"], kept["outbox"]) == (file.stat().st_ino, 1, 1)
    assert stat.S_IMODE(restored.marker_of(file).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*marker*")] == ["akademia.marker"]


# --- PostgreSQL: the mark names another place ---


@pytest.fixture
def twin(postgres_server: postgres.Server) -> Iterator[str]:
    """Give the name of a database that the test makes and this fixture removes."""
    yield "twin"
    postgres_server.drop_in_use("twin")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_copy_of_a_postgresql_database_is_held_and_the_original_is_not(
    worked: Database, database_url: str, postgres_server: postgres.Server, twin: str
) -> None:
    await worked.close()
    postgres_server.create(twin, template=str(make_url(database_url).database))

    copy = open_database(postgres_server.url(twin))
    held = await _look(copy), await _look(copy)
    await restored.release(copy)
    released = await _look(copy)
    await copy.close()

    assert (held, released, await _look(worked)) == ((True, True), False, False)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_tables_that_were_made_anew_in_the_same_database_are_held(worked: Database) -> None:
    async with worked.transaction() as tx:
        await tx.execute(text("CREATE TABLE again (LIKE installation INCLUDING ALL)"))
        await tx.execute(text("INSERT INTO again SELECT * FROM installation"))
        await tx.execute(text("DROP TABLE installation"))
        await tx.execute(text("ALTER TABLE again RENAME TO installation"))

    assert await _look(worked)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_connection_that_is_lost_during_the_look_holds_nothing(
    worked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = text("SELECT pg_terminate_backend(pg_backend_pid())")
    monkeypatch.setattr(restored, "CLUSTER", ended)

    with pytest.raises(DBAPIError):
        await _look(worked)
    monkeypatch.undo()

    assert not await _look(worked)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_database_whose_owner_hides_its_cluster_is_marked_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restored, "CLUSTER", text("SELECT no_such_function()"))
    await restored.look(database, now=NOW)
    await _work(database)

    assert not await _look(database)
