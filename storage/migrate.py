"""Bring a database to the newest schema; what was there is copied first."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from storage.database import Database, DatabaseUnusable, Tx

SCRIPTS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 20270101  # any number that nobody else uses in this database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def newest_revision() -> str:
    """Name the revision that this version of the program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 -- a build without migrations cannot run at all
    return head


def is_known(revision: str | None) -> bool:
    """Tell whether this version of the program knows a revision; None is an empty database."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision is None or revision in {script.revision for script in known}


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def revision(tx: Tx) -> str | None:
    """Name the revision of a database; None where nothing has been made yet."""
    return await tx.run_sync(_current)


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _keep_copy(file: Path, revision: str, now: datetime) -> Path:
    """Copy a SQLite file through SQLite's backup, so that what lies in the WAL comes along."""
    target = file.with_name(f"{file.stem}.before-{revision}-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
    target.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


async def apply(database: Database, *, now: datetime) -> Path | None:
    """Apply the missing migrations and return the copy of the SQLite file made before.

    None means that there was nothing to copy: the schema was new or already the newest, or
    the database is PostgreSQL (docs/operating.md tells how to dump it). Raises
    DatabaseUnusable when the database was written by a newer version of the program.
    """
    async with database.reading() as tx:
        current = await tx.run_sync(_current)
    newest = newest_revision()
    if current == newest:
        return None
    if not is_known(current):
        raise DatabaseUnusable(
            "This database was made by a newer version of the program. Install that version."
        )
    file = database.file
    copy = _keep_copy(file, newest, now) if file and current else None
    async with database.transaction() as tx:
        if not database.is_sqlite:
            # Two processes started at once upgrade one after the other, as they do on SQLite.
            await tx.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))
        await tx.run_sync(_upgrade)
    return copy
