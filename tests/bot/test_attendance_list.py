"""The list to be signed is written from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.bot.office import SAMPLE, Office, Starter, quick_starter


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def test_list_is_written_for_every_session_or_for_one(office: Office) -> None:
    sample = SAMPLE / "akademia.toml"
    await office.say("import", sample, "--accept-warnings")
    both, one = office.folder / "both.pdf", office.folder / "one.pdf"

    said = await office.say("attendance-list", "lider-spolecznosci", "--out", both)
    again = await office.say(
        "attendance-list", "lider-spolecznosci", "--session", "2", "--out", one
    )

    assert (said.code, said.out, said.err) == (0, f"{both}: 0 people, list no. 1.\n", "")
    assert again.out == f"{one}: 0 people, list no. 1.\n"
    assert (len(PdfReader(both).pages), len(PdfReader(one).pages)) == (2, 1)


@pytest.mark.parametrize("more", [("nothing",), ("lider-spolecznosci", "--session", "9")])
async def test_what_is_not_there_is_one_sentence(office: Office, more: tuple[str, ...]) -> None:
    sample = SAMPLE / "akademia.toml"
    await office.say("import", sample, "--accept-warnings")

    said = await office.say("attendance-list", *more, "--out", office.folder / "list.pdf")

    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert not (office.folder / "list.pdf").exists()
