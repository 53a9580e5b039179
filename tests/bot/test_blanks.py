from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.blanks import read_blanks
from bot.stage import SAMPLE
from programme.document_kinds import MOST_BYTES
from programme.importing.entries import DocumentEntry, ProgrammeFile
from programme.importing.load import load_programme
from programme.importing.problems import (
    BlankElsewhere,
    BlankMissing,
    BlankUnfit,
    FileRefused,
    Place,
)
from programme.importing.programme_file import read_programme
from storage import documents, events, files
from storage.database import Database
from storage.files import FileStore
from tests.storage.rows import NOW

KEY = "wspolpraca-jst-ngo"
FILE = read_programme((SAMPLE / "akademia.toml").read_bytes(), today=date(2027, 1, 4))
PDF = b"%PDF-1.7 karta"


def asking(*blanks: str) -> ProgrammeFile:
    """Give the sample with these blanks for its first event, and none for the others."""
    entries = tuple(
        DocumentEntry(f"k{number}", f"Dokument {number}", blank)
        for number, blank in enumerate(blanks, start=1)
    )
    first, *others = (replace(event, documents=()) for event in FILE.events)
    return replace(FILE, events=(replace(first, documents=entries), *others))


def test_sample_asks_for_two_documents_with_blanks(tmp_path: Path) -> None:
    asked = {event.key: event.documents for event in FILE.events if event.documents}

    blanks = read_blanks(FILE, folder=SAMPLE, store=FileStore(tmp_path))

    assert [one.title for one in asked[KEY]] == [
        "Karta zgłoszenia uczestnika",
        "Oświadczenie uczestnika projektu",
    ]
    assert {name: content[:5] for name, content in blanks.contents.items()} == {
        "karta-zgloszenia.pdf": b"%PDF-",
        "oswiadczenie-uczestnika.pdf": b"%PDF-",
    }


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing.pdf", BlankMissing),
        ("folder.pdf", BlankMissing),
        ("../secret.pdf", BlankElsewhere),
        ("/etc/passwd", BlankElsewhere),
        ("a\\b.pdf", BlankElsewhere),
        (".hidden.pdf", BlankElsewhere),
        ("..", BlankElsewhere),
        ("link.pdf", BlankElsewhere),
        ("word.pdf", BlankUnfit),
        ("photo.pdf", BlankUnfit),
        ("huge.pdf", BlankUnfit),
    ],
)
def test_blank_that_cannot_be_used_is_named(tmp_path: Path, name: str, problem: type) -> None:
    (tmp_path / "secret.pdf").write_bytes(PDF)
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "folder.pdf").mkdir()
    (beside / ".hidden.pdf").write_bytes(PDF)
    (beside / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (beside / "word.pdf").write_bytes(b"PK\x03\x04")
    (beside / "photo.pdf").write_bytes(b"\xff\xd8\xff\xe0")
    with (beside / "huge.pdf").open("wb") as huge:
        huge.write(PDF)
        huge.truncate(MOST_BYTES + 1)

    with pytest.raises(FileRefused) as refused:
        read_blanks(asking(name), folder=beside, store=FileStore(tmp_path / "files"))

    inside = Place("event", 1, FILE.events[0].key)
    assert refused.value.problems == (problem(Place("document", 1, "k1", inside), "blank", name),)


async def test_import_keeps_documents_and_their_blanks(database: Database, tmp_path: Path) -> None:
    (tmp_path / "karta.pdf").write_bytes(PDF)
    store = FileStore(tmp_path / "files")
    file = asking("karta.pdf", "")

    async with database.transaction() as tx:
        blanks = read_blanks(file, folder=tmp_path, store=store)
        await load_programme(tx, file=file, now=NOW, blanks=blanks)
        event = await events.by_key(tx, file.events[0].key)
        assert event is not None
        first, second = await documents.required_of_event(tx, event.id)
        kept = await files.get(tx, first.blank_file_id or 0)

    assert (first.key, first.number, first.title) == ("k1", 1, "Dokument 1")
    assert (second.key, second.blank_file_id) == ("k2", None)
    assert kept is not None
    assert (kept.original_name, await store.read(kept.name)) == ("karta.pdf", PDF)


async def test_import_again_keeps_no_second_blank_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "karta.pdf").write_bytes(PDF)
    store = FileStore(tmp_path / "files")
    file = asking("karta.pdf")

    async with database.transaction() as tx:
        blanks = read_blanks(file, folder=tmp_path, store=store)
        await load_programme(tx, file=file, now=NOW, blanks=blanks)
        again = await load_programme(tx, file=file, now=NOW, blanks=blanks)
        without = await load_programme(tx, file=file, now=NOW)

    assert (again.added, again.changed) == (0, 0)
    assert (without.added, without.changed) == (0, 0)
    assert len(list(store.folder.glob("*/*"))) == 1


async def test_import_of_a_changed_blank_is_a_change(database: Database, tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    file = asking("karta.pdf")
    found = []

    for content in (PDF, PDF + b"2"):
        (tmp_path / "karta.pdf").write_bytes(content)
        blanks = read_blanks(file, folder=tmp_path, store=store)
        async with database.transaction() as tx:
            found.append(await load_programme(tx, file=file, now=NOW, blanks=blanks))

    assert (found[1].added, found[1].changed) == (0, 1)
