"""The printed sheets of a fair at the command line."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from storage import events
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.programme.stands import crowd, exhibit, make_fair
from tests.storage.rows import make_event, sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def fill(office: Office) -> tuple[str, str]:
    """Let an organisation have a stand; give the keys of the fair and of a training."""
    await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        fair_id, training_id = await make_fair(tx), await make_event(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, fair_id, *mine)
        found = [await events.get(tx, number) for number in (fair_id, training_id)]
    await database.close()
    fair, training = [event.key for event in found if event is not None]
    return fair, training


def text_of(file: Path) -> str:
    return PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text()


async def test_programme_and_needs_of_a_fair_are_written(office: Office) -> None:
    key, _training = await fill(office)

    said = await office.say("fair-programme", key, "--out", "program.pdf")
    needs = await office.say("fair-programme", key, "--needs", "--out", "potrzeby.pdf")

    assert (said.code, said.out, said.err) == (0, "program.pdf\n", "")
    assert (needs.code, needs.out, needs.err) == (0, "potrzeby.pdf\n", "")
    assert text_of(office.folder / "program.pdf").count("Organizacja 1") == 1
    assert text_of(office.folder / "potrzeby.pdf").count("Potrzeby stoisk") == 1


async def test_event_that_is_unknown_or_no_fair_is_one_sentence(office: Office) -> None:
    _fair, training = await fill(office)

    for key in ("no-such-event", training):
        said = await office.say("fair-programme", key)

        assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
