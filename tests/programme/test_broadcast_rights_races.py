"""Rights that are taken away while a letter is confirmed, with and without the guard."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import select, text

from programme import staff_team
from storage import broadcasts
from storage import staff as staff_rows
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import staff as table
from tests.programme.audience import make_member, make_staff
from tests.programme.sending import start
from tests.storage.rows import NOW, make_programme

BLOCKED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


async def _unheld(tx: Tx, staff_ids: Collection[int]) -> list[StaffMember]:
    """Read staff as `staff.hold` does, and hold nobody."""
    rows = await tx.execute(select(table).where(table.c.id.in_(staff_ids)))
    return [StaffMember(row.id, row.name, row.role, row.chat_id) for row in rows]


async def _waits_or_is_over(database: Database, task: asyncio.Task[Any]) -> None:
    while not task.done() and not database.is_sqlite:
        async with database.reading() as tx:
            if await tx.scalar(BLOCKED):
                return
        await asyncio.sleep(0)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_letter_that_is_confirmed_while_its_author_is_removed_waits_for_a_colleague(
    database: Database,
    second: Database,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_member(tx, "Anna", chat=1)
        chief, author = await make_staff(tx), await make_staff(tx, chat_id=901, role="assistant")
    if not guarded:
        monkeypatch.setattr(staff_rows, "hold", _unheld)

    async def remove() -> None:
        async with second.transaction() as tx:
            await staff_team.remove(tx, staff_id=author.id, member=chief, now=NOW)

    async with database.transaction() as tx:
        number = (await start(tx, author)).broadcast_id
        task = asyncio.create_task(remove())
        await _waits_or_is_over(database, task)
    await task

    async with database.reading() as tx:
        found = await broadcasts.get(tx, number)
    is_asked = guarded or backend == "sqlite"
    assert (found.state, found.because) == (
        ("paused", "author_left") if is_asked else ("planned", "")
    )
