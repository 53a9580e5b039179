from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from programme import tasks
from storage import migrate
from storage import tasks as rows
from storage.database import Database, open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Database]:
    """Open the database that the command works on."""
    opened = open_database(sqlite_url(office.data / "akademia.db"))
    await migrate.apply(opened, now=datetime.now(UTC))
    yield opened
    await opened.close()


async def _ask(desk: Database, count: int) -> None:
    async with desk.transaction() as tx:
        for number in range(count):
            facts = {"sender": "anna@example.org", "subject": f"Pytanie {number} <&>"}
            await tasks.ask(
                tx,
                key=f"mail:{number}",
                kind="mail",
                facts=facts,
                original="Czy jest <winda>?",
                now=datetime.now(UTC),
            )


async def test_an_empty_list_says_so(office: Office) -> None:
    said = await office.say("tasks", "list")

    assert (said.code, said.out, said.err) == (0, "There is nothing to do. Thank you!\n", "")


async def test_the_list_has_a_line_for_each_task(office: Office, desk: Database) -> None:
    await _ask(desk, 3)

    said = await office.say("tasks", "list", "--limit", "2")

    first, second, last = said.out.splitlines()
    assert first.split()[0] == "1"
    assert first.endswith(" · E-mail to read from anna@example.org: “Pytanie 0 <&>”")
    assert second.split()[0] == "2"
    assert last == "There are more. To see them, raise --limit."


async def test_one_task_is_shown_whole(office: Office, desk: Database) -> None:
    await _ask(desk, 1)

    said = await office.say("tasks", "show", "1")

    assert said.code == 0
    assert said.out.startswith("E-mail to read from anna@example.org: “Pytanie 0 <&>”\n")
    assert said.out.endswith("What they wrote:\n\nCzy jest <winda>?\n")


async def test_tasks_are_noted_done_each_by_itself(office: Office, desk: Database) -> None:
    await _ask(desk, 2)

    said = await office.say("tasks", "done", "2", "77", "1")
    again = await office.say("tasks", "done", "1")

    assert (said.code, said.out) == (2, "Task 2 is done.\nTask 1 is done.\n")
    assert said.err.startswith("Task 77: This task is no longer there.")
    assert (again.code, again.out) == (2, "")
    async with desk.reading() as tx:
        assert await rows.count_open(tx) == 0


async def test_showing_a_task_that_is_not_there_is_a_sentence(
    office: Office, desk: Database
) -> None:
    assert desk

    said = await office.say("tasks", "show", "5")

    assert said.code == 2
    assert said.err.startswith("This task is no longer there.")
