"""Mails that a mail server puts into a folder are taken in once, and moved only then."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from handlers.mail.arrivals import LARGEST
from handlers.mail.maildir import MaildirReader
from programme import staff
from programme.documents import FileStore
from scheduler.ticks import unasked
from storage.database import Database, Tx
from storage.leases import NotHeld
from tests.handlers.mail.reading import PATIENCE, mail

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an empty Maildir."""
    for name in ("tmp", "new", "cur"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def _reader(folder: Path, database: Database, **changes: Any) -> MaildirReader:
    known = {"clock": lambda: NOW, "confirm": unasked, **changes}
    store = FileStore(folder.parent / "files")
    return MaildirReader(folder, database=database, store=store, wake=lambda: None, **known)


@asynccontextmanager
async def _running(folder: Path, database: Database, **changes: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(_reader(folder, database, **changes).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def _until(found: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not found():  # noqa: ASYNC110 -- a folder has no event to wait for
            await asyncio.sleep(0.01)


async def _keys(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(text("SELECT key FROM inbox ORDER BY id"))).scalars())


async def test_new_mails_are_taken_in_and_moved(folder: Path, database: Database) -> None:
    for number in range(45):
        (folder / "new" / f"{number:03}.gmina").write_bytes(mail(number))

    async with _running(folder, database):
        await _until(lambda: not _names(folder / "new"))
        (folder / "new" / "100.gmina:2,").write_bytes(mail(100))
        await _until(lambda: len(_names(folder / "cur")) == 46)

    assert _names(folder / "cur")[-2:] == ["044.gmina:2,S", "100.gmina:2,S"]
    assert (await _keys(database))[44:] == ["maildir:044.gmina", "maildir:100.gmina:2,"]


async def test_mail_that_was_committed_and_not_moved_is_only_moved(
    folder: Path, database: Database
) -> None:
    file = folder / "new" / "1.gmina"
    file.write_bytes(mail(1))
    async with _running(folder, database):
        await _until(lambda: not file.exists())
    (folder / "cur" / "1.gmina:2,S").rename(file)

    async with _running(folder, database):
        await _until(lambda: not file.exists())

    assert await _keys(database) == ["maildir:1.gmina"]


async def test_same_mail_under_two_names_is_taken_in_once(folder: Path, database: Database) -> None:
    for name in ("1.gmina", "2.gmina"):
        (folder / "new" / name).write_bytes(mail(1))

    async with _running(folder, database):
        await _until(lambda: not _names(folder / "new"))

    assert await _keys(database) == ["maildir:1.gmina"]


async def test_what_is_no_mail_is_left_and_stops_nobody(folder: Path, database: Database) -> None:
    (folder / "new" / ".hidden").write_bytes(b"x")
    (folder / "new" / "folder").mkdir()
    os.mkfifo(folder / "new" / "pipe")
    (folder / "new" / "link").symlink_to(folder / "new" / "nowhere")
    (folder / "new" / "z.gmina").write_bytes(mail(1))

    async with _running(folder, database):
        await _until(lambda: _names(folder / "cur") == ["z.gmina:2,S"])

    assert _names(folder / "new") == [".hidden", "folder", "link", "pipe"]


async def test_too_large_mail_is_cut(folder: Path, database: Database) -> None:
    (folder / "new" / "1.gmina").write_bytes(mail(1) + b"z" * LARGEST)

    async with _running(folder, database):
        await _until(lambda: not _names(folder / "new"))

    async with database.reading() as tx:
        length = await tx.scalar(text("SELECT length(payload) FROM inbox"))
    assert length is not None
    assert length < 100_000


async def test_nothing_is_moved_by_a_reader_that_lost_its_lease(
    folder: Path, database: Database
) -> None:
    async def refuse(_tx: Tx) -> None:
        raise NotHeld("maildir")

    (folder / "new" / "1.gmina").write_bytes(mail(1))

    with pytest.raises(NotHeld):
        await _reader(folder, database, confirm=refuse).run()

    assert await _keys(database) == []
    assert _names(folder / "new") == ["1.gmina"]


async def test_folder_that_is_not_there_is_waited_for_and_told_to_staff(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.mail.maildir.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("handlers.mail.maildir.LONGEST_REST", 0.02)
    moments = (NOW + number * timedelta(minutes=6) for number in range(10_000))
    async with database.transaction() as tx:
        await staff.invite_staff(tx, name="Maria", role="coordinator", token="t", now=NOW)
        await staff.accept(tx, token="t", chat_id=9, now=NOW)
    folder = tmp_path / "Maildir"

    async with _running(folder, database, clock=lambda: next(moments)):
        async with asyncio.timeout(PATIENCE):
            while not await _alerts(database):  # noqa: ASYNC110 -- a database has no event
                await asyncio.sleep(0.01)
        for name in ("new", "cur"):
            (folder / name).mkdir(parents=True)
        (folder / "new" / "1.gmina").write_bytes(mail(1))
        await _until(lambda: not _names(folder / "new"))

    told = await _alerts(database)
    assert told[0].startswith("alert:maildir:broken:")


async def _alerts(database: Database) -> list[str]:
    async with database.reading() as tx:
        rows = await tx.execute(text("SELECT key FROM outbox WHERE kind = 'alert' ORDER BY id"))
        return list(rows.scalars())
