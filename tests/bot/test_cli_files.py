"""Every command that writes a file: all of it or nothing, for its owner alone, one sentence."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.written import write
from programme import certificates
from storage import events
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.programme.certified import AFTER, make_training
from tests.programme.stands import crowd, exhibit, make_fair
from tests.storage.rows import sqlite_url

# All lists go the same way.
LISTS = ("participants", "documents")
COMMANDS = [
    ("certificates", "{training}"),
    ("fair-programme", "{fair}"),
    ("fair-programme", "{fair}", "--needs"),
    ("attendance-list", "{training}"),
    *(("export", name, "--event", "{training}") for name in LISTS),
    ("export", "indicators"),
]
WRONG = [
    ("certificates", "no-such-event"),
    ("certificates", "{fair}"),
    ("fair-programme", "no-such-event"),
    ("fair-programme", "{training}"),
    ("attendance-list", "no-such-event"),
    ("attendance-list", "{training}", "--session", "9"),
    ("attendance-list", "{training}", "--session", "-1"),
    *(("export", name, "--event", "no-such-event") for name in LISTS),
    *(("export", name, "--event", "{training}", "--format", "pdf") for name in LISTS),
    *(("export", name, "--format", "csv") for name in LISTS),
    ("export", "indicators", "--format", "pdf"),
]


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


@pytest.fixture
def office(tmp_path: Path, starter: Starter) -> Office:
    return Office(tmp_path, starter)


async def prepare(office: Office) -> dict[str, str]:
    """Make a training with a certificate and a fair with a stand, and give their keys."""
    await office.say("staff", "list")
    database = open_database(sqlite_url(office.data / "akademia.db"))
    async with database.transaction() as tx:
        training = await make_training(tx, [(1, 2)])
        await certificates.issue(tx, event_id=training.event_id, member=training.maria, now=AFTER)
        fair_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, fair_id, *mine)
        found = [await events.get(tx, number) for number in (training.event_id, fair_id)]
    await database.close()
    return {name: one.key for name, one in zip(("training", "fair"), found, strict=True) if one}


def left(office: Office) -> list[str]:
    """List what lies in the folder, but for the data and what was said."""
    return sorted(
        one.name for one in office.folder.iterdir() if one.name[:4] not in ("data", "said")
    )


async def test_file_is_written_for_its_owner_alone_wherever_it_shall_lie(office: Office) -> None:
    keys = await prepare(office)
    for number, words in enumerate(COMMANDS):
        command = [word.format(**keys) for word in words]
        fresh, old = Path(f"new/{number}/a.out"), Path(f"old-{number}.out")
        (office.folder / old).write_bytes(b"old")
        (office.folder / old).chmod(0o644)

        for out in (fresh, old):
            said = await office.say(*command, "--out", out)

            assert (command, said.code, said.err) == (command, 0, "")
            written = office.folder / out
            assert written.read_bytes() != b"old"
            assert (command, out, written.stat().st_mode & 0o777) == (command, out, 0o600)
        assert [one.name for one in (office.folder / fresh).parent.iterdir()] == ["a.out"]


async def test_file_that_cannot_be_written_is_one_sentence(office: Office) -> None:
    keys = await prepare(office)
    (office.folder / "file").write_bytes(b"")
    (office.folder / "folder").mkdir()
    for words in COMMANDS:
        command = [word.format(**keys) for word in words]
        for out in ("folder", "file/a.out"):
            said = await office.say(*command, "--out", out)

            assert (command, said.code, said.out) == (command, 2, "")
            assert said.err == f"The file {out} cannot be opened.\n"
    assert left(office) == ["file", "folder"]


async def test_what_is_asked_wrongly_is_one_sentence_and_writes_nothing(office: Office) -> None:
    keys = await prepare(office)
    for words in WRONG:
        command = [word.format(**keys) for word in words]
        out = ("--out", "a.out") if words[0] == "attendance-list" else ()

        said = await office.say(*command, *out)

        assert (command, said.code, said.out) == (command, 2, "")
        assert (command, len(said.err.splitlines())) == (command, 1)
        assert "Traceback" not in said.err
    assert left(office) == []


def test_old_file_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(file, b"new")

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.csv", b"old")]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    write(pipe, b"new")

    assert os.read(reader, 10) == b"new"
    os.close(reader)


def test_file_behind_a_link_is_replaced_there(tmp_path: Path) -> None:
    file, link = tmp_path / "a.csv", tmp_path / "link.csv"
    file.write_bytes(b"old")
    link.symlink_to(file)

    write(link, b"new")

    assert (link.is_symlink(), file.read_bytes()) == (True, b"new")


@pytest.mark.parametrize(
    "words",
    [
        ("agenda", "--days"),
        ("trouble", "--days"),
        ("staff", "remove"),
        ("outbox", "show"),
        ("outbox", "again"),
        ("outbox", "drop"),
        ("outbox", "list", "--limit"),
    ],
)
async def test_number_beyond_all_bounds_is_refused(office: Office, words: tuple[str, ...]) -> None:
    said = await office.say(*words, "9" * 30)

    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
