"""Lists and figures come out as files, from the command line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.programme import answered_town as answered
from tests.programme.steps import register
from tests.storage.rows import make_event, make_person, sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def _events(office: Office, count: int) -> list[str]:
    """Make events with one participant each, and give their keys."""
    await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        for number in range(count):
            await register(tx, await make_event(tx), await make_person(tx, name=f"=Osoba {number}"))
        keys = await tx.exec_driver_sql("SELECT key FROM event ORDER BY id")
        found = [row[0] for row in keys]
    await database.close()
    return found


def _rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


async def test_every_list_comes_out_in_both_formats(office: Office, tmp_path: Path) -> None:
    (key,) = await _events(office, 1)

    for name in ("participants", "waiting", "attendance", "documents", "nominations"):
        for form in ("xlsx", "csv"):
            out = tmp_path / "out" / f"{name}.{form}"
            said = await office.say(
                "export", name, "--event", key, "--format", form, "--out", str(out)
            )
            assert (said.code, said.out, said.err) == (0, f"{out}\n", "")
            assert out.stat().st_mode & 0o077 == 0

    rows = _rows(tmp_path / "out" / "participants.csv")
    assert [row[:2] for row in rows] == [["No.", "First name and surname"], ["1", "'=Osoba 0"]]
    book = load_workbook(tmp_path / "out" / "attendance.xlsx")
    assert [cell.value for cell in book.worksheets[0]["B"]] == [
        "First name and surname",
        "=Osoba 0",
    ]
    book.close()


async def test_lists_of_all_events_are_sheets_and_no_csv(office: Office, tmp_path: Path) -> None:
    keys = await _events(office, 2)
    out = tmp_path / "all.xlsx"

    said = await office.say("export", "participants", "--out", str(out))
    plain = await office.say("export", "participants", "--format", "csv")

    assert (said.code, said.out) == (0, f"{out}\n")
    book = load_workbook(out)
    assert len(book.worksheets) == 2
    book.close()
    assert (plain.code, plain.out) == (2, "")
    assert plain.err == (
        "A list in CSV is of one event. Please name it: --event KEY. "
        f"Known: {keys[0]}, {keys[1]}.\n"
    )


async def test_figures_come_out(office: Office, tmp_path: Path) -> None:
    await _events(office, 1)
    out = tmp_path / "figures.csv"

    said = await office.say("export", "indicators", "--format", "csv", "--out", str(out))

    assert (said.code, said.out) == (0, f"{out}\n")
    assert _rows(out)[-1] == [
        *("Together, everybody counted once", "", "1", "0", "0", "0", "0", "0", "0", "0"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("participants", "--event", "nothing"), "There is no such event"),
        (("participants", "--format", "doc"), "This choice does not exist"),
        (("indicators", "--format", "doc"), "This choice does not exist"),
    ],
)
async def test_what_is_not_known_is_said(office: Office, words: tuple[str, ...], said: str) -> None:
    await _events(office, 1)

    answered = await office.say("export", *words)

    assert (answered.code, answered.out) == (2, "")
    assert answered.err.startswith(said)


async def _survey(office: Office) -> None:
    """Let five devices answer an anonymous survey about nothing, which is then closed."""
    await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        survey = await answered.load(tx, "po-szkoleniu")
        await answered.hold_about(tx, survey, await make_event(tx), "first", people=5, seed=1)
    await database.close()


async def test_answers_come_out_in_every_format(office: Office, tmp_path: Path) -> None:
    await _survey(office)
    out = tmp_path / "out"

    said = {
        form: await office.say(
            "export",
            "survey",
            "po-szkoleniu",
            "--format",
            form,
            "--wave",
            "first",
            "--out",
            str(out),
        )
        for form in ("csv", "jsonl", "parquet", "wide", "xlsx", "sav")
    }

    names = {form: f"po-szkoleniu-first.{form}" for form in said} | {
        "wide": "po-szkoleniu-first-wide.csv"
    }
    codebook = f"{out / 'po-szkoleniu-first-codebook.csv'}\n"
    assert {form: (one.code, one.out) for form, one in said.items()} == {
        form: (0, f"{out / name}\n" + ("" if form == "xlsx" else codebook))
        for form, name in names.items()
    }
    assert sorted(file.name for file in out.iterdir()) == sorted(
        [*names.values(), "po-szkoleniu-first-codebook.csv"]
    )
    assert {file.stat().st_mode & 0o077 for file in out.iterdir()} == {0}


async def test_answers_that_are_not_to_be_had_leave_no_file(office: Office, tmp_path: Path) -> None:
    await _survey(office)
    out = tmp_path / "out"

    for words, said in (
        (("po-szkoleniu", "--format", "doc"), "This choice does not exist"),
        (("po-szkoleniu", "--wave", "second"), "There is no such wave"),
        (("nothing",), "There is no survey “nothing”."),
    ):
        answer = await office.say("export", "survey", *words, "--out", str(out))
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(said), answer.err
    assert not out.exists()


async def test_reports_come_out(office: Office, tmp_path: Path) -> None:
    await _survey(office)

    for words in (("survey", "po-szkoleniu"), ("programme",)):
        file = tmp_path / f"{words[0]}.pdf"
        said = await office.say("report", *words, "--out", str(file))
        assert (said.code, said.out, said.err) == (0, f"{file}\n", "")
        assert file.read_bytes().startswith(b"%PDF")
    wrong = await office.say("report", "programme", "--locale", "de")
    assert (wrong.code, wrong.out) == (2, "")
