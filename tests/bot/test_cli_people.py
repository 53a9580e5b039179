from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import migrate, staff, staff_notes
from storage.database import Database, open_database
from storage.staff_notes import Whom
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import NOW, make_person, sqlite_url


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


async def _people(desk: Database) -> None:
    async with desk.transaction() as tx:
        first = await make_person(tx, name="Łucja Zając", mail="l@example.org")
        await make_person(tx, name="Jan Żółty")
        author = await staff.grant(tx, name="Maria", role="coordinator", chat_id=9, now=NOW)
        for number in range(6):
            text = f"Notatka {number} <&>"
            await staff_notes.add(
                tx, whom=Whom(person_id=first), text=text, staff_id=author, now=NOW
            )


async def test_people_are_found_with_their_numbers(office: Office, desk: Database) -> None:
    await _people(desk)

    said = await office.say("people", "find", "zjaac", "lucja")
    nobody = await office.say("people", "find", "xqzzw")

    assert (said.code, said.out) == (0, "     1  Łucja Zając, Koło Gospodyń Wiejskich w Miłkach\n")
    assert nobody.out == "Nobody was found. Please try a shorter part of the name.\n"


async def test_person_is_shown_with_every_note_and_message(office: Office, desk: Database) -> None:
    await _people(desk)

    said = await office.say("people", "show", "1")
    unknown = await office.say("people", "show", "77")

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Łucja Zając\nKoło Gospodyń Wiejskich w Miłkach\n")
    assert [f"Notatka {number} <&>" in said.out for number in range(6)] == [True] * 6
    assert said.out.endswith("Messages: 0\n")
    assert unknown.code == 2
    assert unknown.err.startswith("There is no such person")
