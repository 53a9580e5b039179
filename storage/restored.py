"""Tell a restored copy of a database from the one that was worked on, and hold it back.

What was sent after a copy was made is not in the copy, so a process that simply went on with it
would send all of that again. How is a copy recognised?

- SQLite: a marker file beside the database remembers how far the work has come and which file
  it was. A copy is behind it, or is another file, or comes without one.
- PostgreSQL: a mark inside the database names the cluster, its timeline, the database and the
  table; in a copy it still names the original.

A copy is held until `release`: what arrives is kept, nothing is handled and nothing leaves.
"""

import asyncio
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.database import Database, Tx
from storage.outage import is_lost
from storage.tables import outbox
from storage.work_tables import inbox, installation, lease

OF_A_FILE = "file"
WHERE = text(
    "SELECT d.oid::text || '/' || 'installation'::regclass::oid "
    "FROM pg_database AS d WHERE d.datname = current_database()"
)
CLUSTER = text(
    "SELECT system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) "
    "FROM pg_control_system()"
)


@dataclass(frozen=True)
class Standing:
    """How far the work has come; none of these numbers ever goes back."""

    inbox: int
    outbox: int
    beat: int

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has arrived and nothing is to be said, so nothing can be doubled."""
        return not (self.inbox or self.outbox)

    def is_behind(self, other: "Standing") -> bool:
        """Tell whether another standing of the same database is later than this one."""
        return self.inbox < other.inbox or self.outbox < other.outbox or self.beat < other.beat


async def _standing(tx: Tx) -> Standing:
    return Standing(
        inbox=await tx.scalar(select(func.max(inbox.c.id))) or 0,
        outbox=await tx.scalar(select(func.max(outbox.c.id))) or 0,
        beat=int(await tx.scalar(select(func.sum(lease.c.beat))) or 0),
    )


async def _installation(tx: Tx) -> tuple[str, datetime | None]:
    row = (await tx.execute(select(installation))).one()
    return row.mark, row.held_since


async def held_since(tx: Tx) -> datetime | None:
    """Tell since when a restored copy is held back; None when it may work."""
    return (await _installation(tx))[1]


async def look(database: Database, *, now: datetime) -> datetime | None:
    """Find out whether this is a restored copy; return since when it is held back, or None.

    A database that has never been worked on, or only by a version that left no marks, is taken
    as it is and marked.
    """
    # The marker first: what another process does meanwhile takes the numbers past it.
    kept = _read_marker(database.file) if database.file else None
    async with database.reading() as tx:
        mark, since = await _installation(tx)
        standing = await _standing(tx)
    if since is not None:
        return since
    if not standing.is_fresh and await _is_copy(database, mark, standing, kept):
        async with database.transaction() as tx:
            await tx.execute(update(installation).values(held_since=now))
        return now
    if standing.is_fresh or not mark:
        await _put_mark(database)
    return None


async def release(database: Database) -> None:
    """Let a restored copy work, and take it for the original from now on."""
    await _put_mark(database)


async def note_progress(database: Database) -> None:
    """Write down how far the work on a SQLite file has come, unless it is held back."""
    if database.file is None:
        return
    async with database.reading() as tx:
        if await held_since(tx) is not None:
            return
        standing = await _standing(tx)
    # A disk may take its time, and nobody else should wait for it.
    await asyncio.to_thread(_write_marker, database.file, standing)


async def _is_copy(
    database: Database, mark: str, standing: Standing, kept: tuple[int, Standing] | None
) -> bool:
    if database.file is None:
        return bool(mark) and mark != await _fingerprint(database)
    if kept is None:
        return bool(mark) and await _has_sent(database)
    inode, before = kept
    return inode != database.file.stat().st_ino or standing.is_behind(before)


async def _has_sent(database: Database) -> bool:
    async with database.reading() as tx:
        started = select(outbox.c.id).where(outbox.c.started_at.is_not(None)).limit(1)
        return await tx.scalar(started) is not None


async def _put_mark(database: Database) -> None:
    mark = OF_A_FILE if database.file else await _fingerprint(database)
    async with database.transaction() as tx:
        standing = await _standing(tx)
        if database.file is not None:
            # First the file: a mark without a file is what a copy looks like.
            _write_marker(database.file, standing)
        await tx.execute(update(installation).values(mark=mark, held_since=None))


async def _fingerprint(database: Database) -> str:
    async with database.reading() as tx:
        place = str(await tx.scalar(WHERE))
    try:
        async with database.reading() as tx:
            cluster = str(await tx.scalar(CLUSTER))
    except DBAPIError as error:
        if is_lost(error):
            raise
        # Some who rent out PostgreSQL do not let their customers ask for it.
        cluster = "unknown"
    return f"{cluster}/{place}"


def marker_of(database_file: Path) -> Path:
    """Name the marker file beside a SQLite file."""
    return database_file.with_suffix(".marker")


def _read_marker(database_file: Path) -> tuple[int, Standing] | None:
    try:
        kept: dict[str, Any] = json.loads(marker_of(database_file).read_text())
        return int(kept.pop("inode")), Standing(**kept)
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _write_marker(database_file: Path, standing: Standing) -> None:
    """Replace the marker as a whole, so that a crash leaves the old one or the new one."""
    marker = marker_of(database_file)
    content = json.dumps({"inode": database_file.stat().st_ino, **asdict(standing)})
    # Named after the process: two that work on the same file may write at once.
    part = marker.with_name(f"{marker.name}.{os.getpid()}")
    handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        os.write(handle, content.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    part.replace(marker)
