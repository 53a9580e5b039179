"""Certificates at the command line: all of an event for the printer, and one checked."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from programme import certificates
from storage import certificates as rows
from storage import events
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.programme.certified import AFTER, make_training
from tests.storage.rows import sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def certify(office: Office, people: int) -> tuple[str, list[str]]:
    """Issue certificates and give the event's key and their codes."""
    await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        training = await make_training(tx, [(1, 2)] * people)
        if people:
            await certificates.issue(
                tx, event_id=training.event_id, member=training.maria, now=AFTER
            )
        event = await events.get(tx, training.event_id)
        codes = [one.code for one in await rows.of_event(tx, training.event_id)]
    await database.close()
    assert event is not None
    return event.key, codes


async def test_all_of_an_event_are_written_into_one_file(office: Office) -> None:
    key, _codes = await certify(office, 3)

    said = await office.say("certificates", key, "--out", "all.pdf")
    nobody = await office.say("certificates", key, "--unreached")

    reader = PdfReader(BytesIO((office.folder / "all.pdf").read_bytes()))
    assert (said.code, said.out, said.err) == (0, "all.pdf\n", "")
    assert len(reader.pages) == 3
    assert (nobody.code, nobody.out, len(nobody.err.splitlines())) == (2, "", 1)


async def test_event_that_is_unknown_has_none(office: Office) -> None:
    said = await office.say("certificates", "no-such-event")

    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


async def test_code_is_checked_as_it_is_typed(office: Office) -> None:
    _key, (code,) = await certify(office, 1)

    said = await office.say("certificate", "check", code.lower().replace("-", ""))
    wrong = await office.say("certificate", "check", "K" * 500)

    assert (said.code, said.out.splitlines()[:3]) == (
        0,
        ["This certificate is valid.", "Number: AW/2027/0001", "For (initials): O. P."],
    )
    assert "Przykładowa" not in said.out
    assert (wrong.code, wrong.out, len(wrong.err.splitlines())) == (2, "", 1)
