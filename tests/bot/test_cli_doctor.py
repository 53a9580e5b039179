"""The check-up at the command line: its exit codes, and that it leaves everything as it was."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playground.playground import Playground
from storage import migrate
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import sqlite_url

PASSWORD = "tajne-haslo-42"


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
async def office(tmp_path: Path, starter: Starter) -> AsyncIterator[Office]:
    """Give a folder with settings and a database, whose servers answer."""
    office = Office(tmp_path, starter)
    async with Playground() as playground:
        office.connect(playground)
        database = open_database(sqlite_url(office.data / "akademia.db"))
        await migrate.apply(database, now=datetime.now(UTC))
        await database.close()
        yield office


def _marks(out: str) -> dict[str, str]:
    return {one["check"]: one["mark"] for one in json.loads(out)}


async def test_doctor_on_a_stopped_installation_finds_only_that(office: Office) -> None:
    said = await office.say("doctor", "--json")

    marks = _marks(said.out)
    assert (said.code, said.err, marks["process"]) == (1, "", "look")
    # The machine of this test may have any SQLite.
    ill = {check for check, mark in marks.items() if mark != "good"}
    assert ill - {"sqlite"} == {"process"}


async def test_doctor_prints_a_line_for_each_check(office: Office) -> None:
    said = await office.say("doctor", COLUMNS="80")

    lines = said.out.splitlines()
    assert said.code == 1
    assert "✓ good    Mail server: ready." in lines
    assert "            systemctl start akademia" in lines
    assert lines[-1].endswith("to look at.")


async def test_doctor_without_settings_is_broken_and_makes_nothing(
    tmp_path: Path, starter: Starter
) -> None:
    said = await Office(tmp_path, starter).say("doctor", "--json")

    marks = _marks(said.out)
    assert (said.code, said.err) == (2, "")
    assert (marks["settings"], marks["database"]) == ("broken", "broken")
    assert not (tmp_path / "data").exists()


async def test_doctor_with_wrong_settings_says_each_of_them(
    tmp_path: Path, starter: Starter
) -> None:
    office = Office(tmp_path, starter)

    said = await office.say(
        "doctor",
        "--json",
        AKADEMIA_SMTP_URL=f"smtp://urzad:{PASSWORD}@h:x",
        AKADEMIA_TIMEZONE="Mars/Olympus",
    )

    found = json.loads(said.out)
    assert (said.code, [one["check"] for one in found]) == (2, ["settings", "settings"])
    assert PASSWORD not in said.out


async def test_doctor_changes_nothing(office: Office) -> None:
    file = office.data / "akademia.db"
    before = hashlib.sha256(file.read_bytes()).hexdigest()

    await office.say("doctor")

    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert {one.name for one in office.data.iterdir()} <= {
        *("akademia.db", "akademia.db-wal", "akademia.db-shm"),
    }


async def test_doctor_looks_at_a_database_of_a_newer_version(office: Office) -> None:
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await tx.exec_driver_sql("DROP TABLE outbox")
    await database.close()

    said = await office.say("doctor", "--json")

    assert (said.code, _marks(said.out)["schema"]) == (2, "broken")


async def test_wrong_settings_are_told_in_polish_to_a_polish_machine(
    tmp_path: Path, starter: Starter
) -> None:
    office = Office(tmp_path, starter)
    office.variables |= {"LANG": "pl_PL.UTF-8", "AKADEMIA_MAIL_PER_DAY": "dużo"}

    async with office.working("settings") as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            said = (await process.stderr.read()).decode()
            code = await process.wait()

    assert code == 2
    assert said == (
        "AKADEMIA_MAIL_PER_DAY: potrzebna jest liczba całkowita, co najmniej 1. "
        "Na przykład: AKADEMIA_MAIL_PER_DAY=10000\n"
    )


async def test_process_with_a_part_of_the_work_says_which(office: Office) -> None:
    async with office.working("run", "--role", "tick") as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            said = (await process.stderr.readline()).decode()
        process.terminate()

    assert said == "Ready: this process has the part tick. To stop, press Ctrl+C.\n"
