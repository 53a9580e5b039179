"""Files that people hand in and blanks to fill in: bytes in a folder, one row for each.

The bytes lie under a random name before the row that names them is committed, so a row never
lacks its file. A crash between the two leaves bytes that nothing names; `sweep` takes them away
a day later.
"""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, delete, select

from storage.columns import metadata
from storage.database import Tx
from storage.insert import insert_id
from storage.paper_tables import stored_file

UNNAMED_FOR = timedelta(days=1)
_NAME = re.compile(r"[0-9a-f]{40}")
_UNFINISHED = ".part"
_ASKED_AT_ONCE = 500


class FileGone(Exception):
    """The bytes of a file are not where its row says."""


@dataclass(frozen=True)
class Bytes:
    """Bytes that lie in the folder."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class StoredFile:
    """The row of a file; `original_name` is empty when it came without one, as photos do."""

    id: int
    name: str
    original_name: str
    content_type: str
    size: int
    sha256: str


class FileStore:
    """The folder of files: `<two letters>/<random name>`, for this process's user alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes, *, now: datetime) -> Bytes:
        """Keep bytes under a new random name; they are on the disk when this returns."""
        name = secrets.token_hex(20)
        await asyncio.to_thread(self._write, name, content, now)
        return Bytes(name, len(content), hashlib.sha256(content).hexdigest())

    async def read(self, name: str) -> bytes:
        """Give the bytes of a file; raises FileGone."""
        try:
            return await asyncio.to_thread(self._path(name).read_bytes)
        except FileNotFoundError:
            raise FileGone(name) from None

    async def drop(self, names: Iterable[str]) -> None:
        """Take bytes away that nothing names."""
        await asyncio.to_thread(self._drop, list(names))

    async def older_than(self, moment: datetime) -> list[str]:
        """List the names of what was kept before a moment, unfinished writes too."""
        return await asyncio.to_thread(self._older_than, moment.timestamp())

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name.removesuffix(_UNFINISHED)):
            raise FileGone(name)
        return self.folder / name[:2] / name

    def _write(self, name: str, content: bytes, now: datetime) -> None:
        path = self._path(name)
        for folder in (self.folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._path(name + _UNFINISHED)
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(content)
                out.flush()
                # By the bot's own clock, which may not be the machine's.
                os.utime(out.fileno(), (now.timestamp(), now.timestamp()))
                os.fsync(out.fileno())
        except OSError:
            part.unlink(missing_ok=True)
            raise
        part.rename(path)
        _sync(path.parent)
        _sync(self.folder)

    def _drop(self, names: list[str]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def _older_than(self, moment: float) -> list[str]:
        found = []
        for path in self.folder.glob("??/*"):
            # It may be gone by now: several processes may sweep.
            with suppress(FileNotFoundError):
                known = _NAME.fullmatch(path.name.removesuffix(_UNFINISHED))
                if known and path.stat().st_mtime < moment:
                    found.append(path.name)
        return sorted(found)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def add(
    tx: Tx, kept: Bytes, *, original_name: str, content_type: str, now: datetime
) -> StoredFile:
    """Name bytes that lie in the folder already."""
    file_id = await insert_id(
        tx,
        stored_file,
        name=kept.name,
        original_name=original_name,
        content_type=content_type,
        size=kept.size,
        sha256=kept.sha256,
        created_at=now,
    )
    return StoredFile(file_id, kept.name, original_name, content_type, kept.size, kept.sha256)


async def get(tx: Tx, file_id: int) -> StoredFile | None:
    """Read the row of a file."""
    columns = [stored_file.c[name] for name in StoredFile.__dataclass_fields__]
    row = (await tx.execute(select(*columns).where(stored_file.c.id == file_id))).one_or_none()
    return StoredFile(*row) if row else None


async def forget_unused(tx: Tx, *, now: datetime) -> int:
    """Delete rows that nothing refers to since a day, and return how many they were.

    Such a file was sent in a chat, and nobody said what it was.
    """
    unused = (
        *(stored_file.c.created_at < now - UNNAMED_FOR,),
        *(~select(column).where(column == stored_file.c.id).exists() for column in _references()),
    )
    # Who is about to refer to one holds it, and this waits for nobody.
    found = select(stored_file.c.id).where(*unused).with_for_update(skip_locked=True)
    ids = list((await tx.execute(found)).scalars())
    if not ids:
        return 0
    # Asked once more now that nobody else can begin to refer to them.
    gone = await tx.execute(delete(stored_file).where(stored_file.c.id.in_(ids), *unused))
    return gone.rowcount


def _references() -> list[Column[Any]]:
    return [
        key.parent
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column is stored_file.c.id
    ]


async def nameless(tx: Tx, names: list[str]) -> list[str]:
    """Give those of these names that no row has.

    None where there is no row at all: that is another database than the one of this folder.
    """
    if (await tx.execute(select(stored_file.c.id).limit(1))).first() is None:
        return []
    known: set[str] = set()
    for start in range(0, len(names), _ASKED_AT_ONCE):
        some = names[start : start + _ASKED_AT_ONCE]
        rows = await tx.execute(select(stored_file.c.name).where(stored_file.c.name.in_(some)))
        known.update(rows.scalars())
    return [name for name in names if name not in known]
