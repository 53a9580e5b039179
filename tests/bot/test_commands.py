"""Who is staff can be seen and ended, and what went wrong can be seen, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import staff
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import NOW, sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def test_staff_are_listed_and_lose_their_rights_at_once(office: Office) -> None:
    nobody = await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        await staff.grant(tx, name="Irena", role="coordinator", chat_id=900, now=NOW)
    await database.close()

    listed = await office.say("staff", "list")
    removed = await office.say("staff", "remove", "900")
    again = await office.say("staff", "remove", "900")
    empty = await office.say("staff", "list")

    assert (nobody.code, nobody.out) == (0, "")
    assert (listed.code, listed.out) == (0, "900  coordinator  Irena\n")
    assert (removed.code, removed.err, empty.out) == (0, "", "")
    assert (again.code, again.out, len(again.err.splitlines())) == (2, "", 1)


async def test_trouble_of_a_quiet_fortnight_is_none(office: Office) -> None:
    said = await office.say("trouble")

    assert (said.code, said.out, said.err) == (
        0,
        "Everything was delivered and handled in these days.\n",
        "",
    )
