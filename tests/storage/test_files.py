import hashlib
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from storage import files
from storage.database import Database
from storage.files import Bytes, FileGone, FileStore, StoredFile
from storage.insert import insert_id
from storage.paper_tables import required_document
from tests.storage.rows import NOW, make_event

LONG_AGO = NOW - timedelta(days=1, seconds=1)
A_DAY = NOW - timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "data" / "files")


async def test_put_keeps_bytes_for_this_user_alone(store: FileStore) -> None:
    kept = await store.put(b"%PDF-1.7", now=NOW)

    path = store.folder / kept.name[:2] / kept.name
    assert kept == Bytes(kept.name, 8, hashlib.sha256(b"%PDF-1.7").hexdigest())
    assert path.read_bytes() == b"%PDF-1.7"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(one.stat().st_mode) for one in (store.folder, path.parent)} == {0o700}
    assert [one.name for one in path.parent.iterdir()] == [kept.name]


async def test_put_gives_the_same_bytes_another_name(store: FileStore) -> None:
    first, second = await store.put(b"a", now=NOW), await store.put(b"a", now=NOW)

    assert (first.sha256, first.name != second.name) == (second.sha256, True)


async def test_put_where_no_folder_can_be_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")

    with pytest.raises(OSError, match="files"):
        await FileStore(tmp_path / "files").put(b"a", now=NOW)

    assert [one.name for one in tmp_path.iterdir()] == ["files"]


async def test_read_gives_the_bytes_back(store: FileStore) -> None:
    kept = await store.put(b"content", now=NOW)

    assert await store.read(kept.name) == b"content"


@pytest.mark.parametrize("name", ["0" * 40, "../../etc/passwd", "/etc/passwd", "", "x" * 40])
async def test_read_of_any_other_name_finds_nothing(store: FileStore, name: str) -> None:
    (store.folder).mkdir(parents=True)

    with pytest.raises(FileGone):
        await store.read(name)


async def test_drop_takes_the_bytes_away_and_may_come_twice(store: FileStore) -> None:
    kept = await store.put(b"a", now=NOW)

    await store.drop([kept.name])
    await store.drop([kept.name])

    with pytest.raises(FileGone):
        await store.read(kept.name)


async def test_older_than_lists_what_was_kept_before_by_the_given_clock(store: FileStore) -> None:
    old, new = await store.put(b"a", now=LONG_AGO), await store.put(b"b", now=NOW)
    unfinished = store.folder / old.name[:2] / (old.name + ".part")
    unfinished.write_bytes(b"half")
    os.utime(unfinished, (NOW.timestamp(), NOW.timestamp()))
    stranger = store.folder / old.name[:2] / "notes.txt"
    stranger.write_text("not ours")

    assert await store.older_than(A_DAY) == [old.name]
    assert sorted(await store.older_than(NOW + timedelta(days=9000))) == sorted(
        [old.name, new.name, old.name + ".part"]
    )


async def test_older_than_of_a_folder_that_is_not_there_is_nothing(store: FileStore) -> None:
    assert await store.older_than(NOW) == []


async def test_row_is_read_back(database: Database) -> None:
    async with database.transaction() as tx:
        added = await files.add(
            tx, Bytes("ab" * 20, 3, "0" * 64), original_name="skan.pdf", content_type="x/y", now=NOW
        )

        assert added == StoredFile(added.id, "ab" * 20, "skan.pdf", "x/y", 3, "0" * 64)
        assert await files.get(tx, added.id) == added
        assert await files.get(tx, added.id + 1) is None


async def test_forget_unused_leaves_what_is_fresh_or_named(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        ids = {}
        for letter, moment in (("a", LONG_AGO), ("b", LONG_AGO), ("c", NOW)):
            row = await files.add(
                tx, Bytes(letter * 40, 1, "0" * 64), original_name="", content_type="x", now=moment
            )
            ids[letter] = row.id
        await insert_id(
            tx,
            required_document,
            event_id=event_id,
            key="karta",
            number=1,
            title="Karta",
            blank_file_id=ids["b"],
        )

        assert await files.forget_unused(tx, now=NOW) == 1
        found = {letter: await files.get(tx, each) is not None for letter, each in ids.items()}

    assert found == {"a": False, "b": True, "c": True}
    assert {key.table.name for key in files._references()} == {
        *("document_version", "inbox", "invitation", "required_document", "staff_task_file"),
        "survey_file",
    }


async def test_nameless_tells_names_without_a_row(database: Database) -> None:
    async with database.transaction() as tx:
        await files.add(
            tx, Bytes("a" * 40, 1, "0" * 64), original_name="", content_type="x", now=NOW
        )

        assert await files.nameless(tx, ["a" * 40, "b" * 40]) == ["b" * 40]


async def test_nameless_finds_nothing_where_the_database_knows_no_file_at_all(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        assert await files.nameless(tx, ["b" * 40]) == []
