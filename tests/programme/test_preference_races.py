"""A no that comes while an invitation is confirmed, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from programme import (
    audience_reading,
    preferences,
)
from programme.audience_choice import Choice
from programme.audience_reading import Unit
from storage.database import Database, Tx
from storage.tables import organisation
from tests.programme.audience import (
    make_staff,
)
from tests.programme.inviting import (
    EVERYBODY,
    MAILBOX,
    invite,
    make_crowd,
    out_door,
    reached,
)
from tests.storage.rows import NOW


async def _has_begun_to_wait(database: Database, task: asyncio.Task[Any]) -> None:
    """Wait until the task is over or the database makes it wait for somebody else."""
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not task.done():
        if database.is_sqlite:
            return
        async with database.reading() as tx:
            if await tx.scalar(blocked):
                return
        await asyncio.sleep(0)


async def test_no_that_comes_while_an_invitation_is_confirmed_is_heard(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)

    async def refuse() -> None:
        async with second.transaction() as tx:
            door = await out_door(tx, "jan@example.org", person_id=crowd["jan"])
            await preferences.want_by_letter(tx, door=door, wanted=False, now=NOW)

    async def refuse_organisation() -> None:
        async with second.transaction() as tx:
            await preferences.organisation_wants(
                tx, organisation_id=crowd["kgw"], wanted=False, now=NOW
            )

    async with database.transaction() as tx:
        await invite(tx, member)
        said = asyncio.create_task(refuse())
        await _has_begun_to_wait(database, said)
        assert not said.done()
    await said
    async with database.transaction() as tx:
        await invite(tx, member, key="900:2", audience="ngo")
        said = asyncio.create_task(refuse_organisation())
        await _has_begun_to_wait(database, said)
        assert not said.done()
    await said

    async with database.reading() as tx:
        left = await reached(tx)
        assert [one for one in left if one in ("jan@example.org", MAILBOX)] == []
        assert len(left) == 2 * (len(EVERYBODY) - 2)


async def test_no_is_lost_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: nobody's wish is held while the rows are written.

    SQLite has one writer at a time, so there a no waits by itself.
    """
    units = audience_reading.units

    async def unguarded(tx: Tx, choice: Choice, *, hold: bool = False) -> list[Unit]:
        del hold
        return await units(tx, choice)

    async with database.transaction() as tx:
        member, crowd = await make_staff(tx), await make_crowd(tx)
    monkeypatch.setattr(audience_reading, "units", unguarded)

    async def refuse() -> None:
        async with second.transaction() as tx:
            await preferences.organisation_wants(
                tx, organisation_id=crowd["kgw"], wanted=False, now=NOW
            )

    async with database.transaction() as tx:
        await invite(tx, member)
        said = asyncio.create_task(refuse())
        await _has_begun_to_wait(database, said)
        assert said.done() == (backend == "postgresql")
    await said

    async with database.reading() as tx:
        assert (MAILBOX in await reached(tx)) == (backend == "postgresql")
        refused = select(organisation.c.invitations).where(organisation.c.id == crowd["kgw"])
        assert await tx.scalar(refused) is False
