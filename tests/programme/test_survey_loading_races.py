"""A survey's privacy is changed at the moment at which somebody begins to answer it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from programme import survey_loading
from programme.survey_refusals import PrivacyFixed
from storage import survey_changes
from storage.database import Database, Tx
from tests.programme.test_survey_loading import DEFINITION, begin
from tests.storage.rows import NOW, ZONE


async def _waiting(database: Database, task: asyncio.Task[str]) -> None:
    """Wait until the task is over, or the database makes it wait for somebody else."""
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not database.is_sqlite and not task.done():
        async with database.reading() as tx:
            if await tx.scalar(blocked):
                return
        await asyncio.sleep(0)


async def _change(database: Database) -> str:
    anonymous = replace(DEFINITION, privacy="anonymous")
    try:
        async with database.transaction() as tx:
            await survey_loading.load(tx, definition=anonymous, zone=ZONE, now=NOW)
    except PrivacyFixed:
        return "fixed"
    return "changed"


async def _change_while_somebody_begins(database: Database) -> str:
    async with database.transaction() as tx:
        await survey_loading.load(tx, definition=DEFINITION, zone=ZONE, now=NOW)
    async with database.transaction() as tx:
        await begin(tx, opened=False)
    async with database.transaction() as tx:
        await begin(tx, opened=True)
        changing = asyncio.create_task(_change(database))
        await _waiting(database, changing)
    return await changing


async def test_privacy_is_fixed_by_whoever_begins_at_the_same_moment(database: Database) -> None:
    assert await _change_while_somebody_begins(database) == "fixed"


async def test_privacy_changes_under_whoever_begins_without_the_guard(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_tx: Tx, _survey_id: int) -> None:
        pass

    monkeypatch.setattr(survey_changes, "hold", nothing)

    # SQLite has one writer at a time, which is guard enough.
    expected = "fixed" if database.is_sqlite else "changed"
    assert await _change_while_somebody_begins(database) == expected
