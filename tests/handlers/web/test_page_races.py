"""A form that is sent at the moment at which two people are joined, on both databases."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import events, merging
from storage.database import Database, Tx
from storage.outage import is_deadlock
from tests.handlers.web import letters
from tests.handlers.web.house import open_house
from tests.programme.joined import merge, states


async def _waiting(database: Database, *tasks: asyncio.Task[Any]) -> None:
    """Wait until each task is over, or the database makes it wait for somebody else."""
    blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not database.is_sqlite:
        still = sum(not task.done() for task in tasks)
        async with database.reading() as tx:
            if (await tx.scalar(blocked) or 0) >= still:
                return
        await asyncio.sleep(0)


async def _give_back_while_joining(database: Database, folder: Path) -> tuple[int, list[str]]:
    """Hold the event, send a form, join its reader with somebody else, and let go of the event."""
    async with open_house(database, folder) as house:
        async with database.transaction() as tx:
            scene = await letters.make_seat(tx)
        path = f"/l/{await letters.seat_door(house, scene)}"
        async with database.transaction() as tx:
            await events.lock(tx, scene.event_id)
            joining = asyncio.create_task(_join(database, scene))
            await _waiting(database, joining)
            sending = asyncio.create_task(house.post(path, deed="cancel"))
            await _waiting(database, joining, sending)
        sent = await sending
        await joining
        async with database.reading() as tx:
            held = [*await states(tx, scene.person_id), *await states(tx, scene.other_id)]
        return sent.status_code, sorted(state for _, state, because in held if because != "merged")


async def _join(database: Database, scene: letters.SeatScene) -> None:
    """Join the two; begun anew, as the chat's workers do, when it is this one that is sent back."""
    while True:
        try:
            async with database.transaction() as tx:
                await merge(tx, scene.other_id, scene.person_id)
        except DBAPIError as error:
            if not is_deadlock(error):
                raise
        else:
            return


async def test_form_that_is_sent_while_its_reader_is_joined_does_not_stand_in_the_way(
    database: Database, tmp_path: Path
) -> None:
    status, held = await _give_back_while_joining(database, tmp_path)

    assert status in (303, 409)
    assert len(held) == 1


async def test_form_is_done_again_after_a_deadlock(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the joining not hold the doors first: the two wait for each other, and one goes on.

    The form has waited for longer, so PostgreSQL sends it back; on a slow machine it may be the
    joining. SQLite has one writer at a time.
    """

    async def hold_nothing(_tx: Tx, _person_ids: object) -> None:
        return None

    monkeypatch.setattr(merging, "hold_doors", hold_nothing)

    status, held = await _give_back_while_joining(database, tmp_path)

    assert status in (303, 409)
    assert len(held) == 1
