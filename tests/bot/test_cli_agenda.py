"""The agenda on the command line, line by line."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import migrate, outbox
from storage.database import Database, open_database
from storage.tables import audit
from storage.tables import outbox as rows
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import entry, make_person, sqlite_url

DAY = timedelta(days=1)


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


async def wait(desk: Database) -> str:
    """Let a change be told to Anna and Jan the day after tomorrow, and name the line."""
    now = datetime.now(UTC)
    said = {"event": {"id": 7, "title": "Szkolenie"}}
    async with desk.transaction() as tx:
        people = [await make_person(tx, name=name) for name in ("Anna Wzorowa", "Jan Nowak")]
        await outbox.put(
            tx,
            [
                entry(
                    f"k{number}",
                    kind="event_moved",
                    priority=outbox.CONFIRMATION,
                    address=str(number),
                    person_id=person_id,
                    facts=said,
                    due_at=now + 2 * DAY,
                    not_after=now + 9 * DAY,
                )
                for number, person_id in enumerate(people, 1)
            ],
            now=now,
        )
    return "o.event_moved.e7."


async def line_of(office: Office) -> str:
    found = json.loads((await office.say("agenda", "lines", "--json")).out)
    (line,) = [one for one in found if one["kind"] == "event_moved"]
    return str(line["name"])


async def states(desk: Database) -> list[str]:
    async with desk.reading() as tx:
        return list((await tx.execute(select(rows.c.state).order_by(rows.c.id))).scalars())


async def test_lines_name_what_show_shows(office: Office, desk: Database) -> None:
    begins = await wait(desk)

    listed = await office.say("agenda", "lines")
    name = await line_of(office)
    shown = await office.say("agenda", "show", name)
    whole = await office.say("agenda")

    assert name.startswith(begins)
    assert f"· change of date or place: Szkolenie · 2 · {name}" in listed.out
    assert [line.strip() for line in shown.out.splitlines()[1:]] == [
        "1  Anna Wzorowa · Telegram",
        "2  Jan Nowak · Telegram",
    ]
    assert "Szkolenie" in whole.out


async def test_line_is_thinned_out_and_stopped_and_that_is_recorded(
    office: Office, desk: Database
) -> None:
    await wait(desk)
    name = await line_of(office)

    without = await office.say("agenda", "without", name, "1", "--yes")
    asked = await office.say("agenda", "stop", name)
    stopped = await office.say("agenda", "stop", name, "--yes")
    again = await office.say("agenda", "stop", name, "--yes")

    assert (without.code, without.out) == (0, "Done. All others get it as planned.\n")
    assert (asked.code, asked.out) == (2, "")
    assert "Stop this for all? It cannot be taken back. [y/N]" in asked.err
    assert (stopped.code, stopped.out) == (0, "1 message will not leave.\n")
    assert (again.code, again.out) == (2, "")
    assert "Nothing of this line waits any more." in again.err
    assert await states(desk) == ["cancelled", "cancelled"]
    async with desk.reading() as tx:
        found = (await tx.execute(select(audit.c.action, audit.c.detail))).all()
    assert [(one.action, one.detail["deed"], one.detail["door"]) for one in found] == [
        ("agenda change", "without", "command line"),
        ("agenda change", "stop", "command line"),
    ]


async def test_line_is_sent_now(office: Office, desk: Database) -> None:
    await wait(desk)

    done = await office.say("agenda", "now", await line_of(office), "--yes")

    assert (done.code, done.out) == (0, "2 messages leave.\n")
    async with desk.reading() as tx:
        due = (await tx.execute(select(rows.c.due_at))).scalars().all()
    assert max(due) <= datetime.now(UTC)


@pytest.mark.parametrize("name", ["nothing", "o.reply.-.270104"])
async def test_line_that_is_none_is_refused(office: Office, desk: Database, name: str) -> None:
    assert await states(desk) == []
    for command in ("show", "stop", "now"):
        said = await office.say("agenda", command, name)
        assert (said.code, said.out) == (2, "")
        assert "akademia agenda lines" in said.err


async def test_empty_agenda_says_so(office: Office, desk: Database) -> None:
    assert await states(desk) == []

    said = await office.say("agenda", "lines")

    assert (said.code, said.out) == (0, "Nothing is planned to be sent in these days.\n")
