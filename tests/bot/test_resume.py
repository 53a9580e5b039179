"""A restored copy keeps what arrives and says nothing until somebody lets it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from bot import process as process_module
from bot.clock import MovedClock
from bot.process import Process
from bot.stage import demo_settings, load_sample
from playground.playground import Playground
from storage import outbox, restored
from storage.database import Database, open_database
from tests import postgres
from tests.bot.office import Office, Starter, quick_starter
from tests.handlers.scene import heard
from tests.storage.rows import NOW, entry, sqlite_url

Copy = Callable[[], str]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "RELEASED_LOOK_SECONDS", 0.05)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground() as playground:
        yield playground


@pytest.fixture
def copy(
    database_url: str, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Copy]:
    """Copy the database of the test and give the address of the copy."""
    server: postgres.Server = request.getfixturevalue("postgres_server")

    def of_a_file() -> str:
        (tmp_path / "copy").mkdir()
        target = tmp_path / "copy" / "akademia.db"
        with (
            closing(sqlite3.connect(str(make_url(database_url).database))) as source,
            closing(sqlite3.connect(target)) as backup,
        ):
            source.backup(backup)
        return sqlite_url(target)

    def on_a_server() -> str:
        server.create("restored", template=str(make_url(database_url).database))
        return server.url("restored")

    yield of_a_file if backend == "sqlite" else on_a_server
    if backend == "postgresql":
        server.drop_in_use("restored")


@asynccontextmanager
async def _working(playground: Playground, url: str, folder: Path) -> AsyncIterator[Process]:
    database = open_database(url)
    settings = demo_settings(playground, folder, database_url=url)
    process = Process(settings, database, clock=MovedClock(NOW), paced=False, hold=1)
    ready = asyncio.Event()
    task = asyncio.create_task(process.serve(ready=ready))
    await ready.wait()
    try:
        yield process
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await database.close()


async def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.reading() as tx:
        return [tuple(row) for row in await tx.execute(text(query))]


async def _until(database: Database, query: str, expected: list[tuple[Any, ...]]) -> None:
    async with asyncio.timeout(60):
        while await _rows(database, query) != expected:  # noqa: ASYNC110 -- the database rings no bell
            await asyncio.sleep(0.02)


async def test_restored_copy_listens_and_nothing_leaves_until_it_is_released(
    playground: Playground, database_url: str, tmp_path: Path, copy: Copy
) -> None:
    visitor = playground.visitor(1, "Anna")
    async with _working(playground, database_url, tmp_path) as original:
        await load_sample(original.database, now=NOW)
        await visitor.send("/pomoc")
        await visitor.wait_for(timeout=60)
        await original.settle()
    database = open_database(database_url)
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("overdue", address="1")], now=NOW)
    await restored.note_progress(database)
    await database.close()

    async with _working(playground, copy(), tmp_path) as restored_process:
        database = restored_process.database
        await visitor.send("/pomoc")
        await _until(database, "SELECT count(*) FROM inbox", [(2,)])
        await asyncio.sleep(0.5)
        held = (
            restored_process.held_since is not None,
            len(heard(visitor)),
            await _rows(database, "SELECT state FROM inbox ORDER BY id"),
            await _rows(database, "SELECT state FROM outbox ORDER BY id"),
        )

        await restored.release(database)
        await _until(database, "SELECT DISTINCT state FROM outbox", [("sent",)])
        await _until(database, "SELECT DISTINCT state FROM inbox", [("done",)])
        await restored_process.settle()

    assert held == (True, 1, [("done",), ("new",)], [("sent",), ("queued",)])
    assert len(heard(visitor)) == 3


async def test_original_goes_on_after_a_restart(
    playground: Playground, database_url: str, tmp_path: Path
) -> None:
    visitor = playground.visitor(1, "Anna")

    for _ in range(3):
        async with _working(playground, database_url, tmp_path) as process:
            await visitor.send("/pomoc")
            await visitor.wait_for(timeout=60)
            await process.settle()

    assert len(heard(visitor)) == 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_copy_made_moments_before_the_end_is_recognised(
    playground: Playground, database_url: str, tmp_path: Path, copy: Copy
) -> None:
    visitor = playground.visitor(1, "Anna")
    async with _working(playground, database_url, tmp_path) as process:
        await visitor.send("/pomoc")
        await visitor.wait_for(timeout=60)
        await process.settle()
        await process.ticker.note_progress()
        made = Path(str(make_url(copy()).database)).read_bytes()
        await visitor.send("/moje")
        await visitor.wait_for(timeout=60)
        await process.settle()
    # Written over the old file, which so stays the same one for the system.
    Path(str(make_url(database_url).database)).write_bytes(made)

    async with _working(playground, database_url, tmp_path) as process:
        assert process.held_since is not None


# --- what an operator sees ---


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
async def office(tmp_path: Path, starter: Starter, playground: Playground) -> Office:
    """Give an office whose database is a restored copy with one overdue message and a late one."""
    office = Office(tmp_path, starter)
    office.connect(playground)
    assert (await office.say("staff", "list")).code == 0
    database = open_database(sqlite_url(office.data / "akademia.db"))
    await restored.look(database, now=NOW)
    async with database.transaction() as tx:
        entries = [entry(key, address="1", kind="reminder") for key in ("sent", "late", "due")]
        await outbox.put(tx, entries, now=NOW)
        await tx.execute(
            text(
                "UPDATE outbox SET due_at = '2026-01-01 10:00:00.000000', not_after = "
                "CASE key WHEN 'late' THEN '2026-01-02' ELSE '2099-01-01' END || "
                "' 10:00:00.000000', state = CASE key WHEN 'sent' THEN 'sent' ELSE 'queued' END, "
                "started_at = CASE key WHEN 'sent' THEN created_at END"
            )
        )
    await restored.release(database)
    await database.close()
    restored.marker_of(office.data / "akademia.db").unlink()
    return office


def _states(office: Office) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(office.data / "akademia.db")) as connection:
        return list(connection.execute("SELECT key, state FROM outbox ORDER BY id"))


async def test_every_look_at_a_restored_copy_says_what_it_is(office: Office) -> None:
    check = await office.say("check")
    trouble = await office.say("trouble")

    assert (check.code, trouble.code) == (0, 0)
    assert "akademia resume" in check.out.splitlines()[0]
    assert "akademia resume" in trouble.out.splitlines()[0]


async def test_run_on_a_restored_copy_says_one_sentence(office: Office) -> None:
    async with office.working("run") as process:
        assert process.stderr is not None
        async with asyncio.timeout(30):
            said = (await process.stderr.readline()).decode()
        process.terminate()
        await process.wait()

    assert "restored copy" in said
    assert "akademia resume" in said


async def test_resume_lists_what_is_overdue_and_releases(office: Office) -> None:
    resumed = await office.say("resume", "--yes")
    again = await office.say("resume", "--yes")
    check = await office.say("check")

    assert (resumed.code, again.code) == (0, 0)
    assert "reminder" in resumed.out
    assert "Would be sent at once: 1." in resumed.out
    assert "Too late, will not be sent: 1." in resumed.out
    assert again.out == "Nothing is held back: this database is not a restored copy.\n"
    assert check.out.splitlines()[0] == "Database: ready."
    assert _states(office) == [("sent", "sent"), ("late", "queued"), ("due", "queued")]


async def test_resume_that_is_not_confirmed_changes_nothing(office: Office) -> None:
    asked = await office.say("resume")
    check = await office.say("check")

    assert asked.code != 0
    assert "akademia resume" in check.out.splitlines()[0]


async def test_resume_may_drop_what_is_overdue(office: Office) -> None:
    resumed = await office.say("resume", "--drop-overdue", "--yes")

    assert (resumed.code, _states(office)) == (
        0,
        [("sent", "sent"), ("late", "cancelled"), ("due", "cancelled")],
    )
