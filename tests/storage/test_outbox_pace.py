import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from delivery.pacing import Limit
from storage import outbox, outbox_pace
from storage.database import Database, Tx
from storage.outbox import BROADCAST, REPLY
from storage.tables import outbox as rows
from tests.storage.rows import NOW, entry

SECOND = timedelta(seconds=1)
THREE_A_SECOND = (Limit(3, SECOND),)
MANY = (Limit(2, SECOND, BROADCAST),)
ONE_EACH = (Limit(1, SECOND, of_address=True),)


async def _start(
    tx: Tx, number: int, *, at: datetime = NOW, priority: int = REPLY, channel: str = "telegram"
) -> None:
    key = f"{channel}-{number}"
    started = entry(key, channel=channel, address=f"{number}", priority=priority)
    await outbox.put(tx, [started], now=NOW)
    await tx.execute(rows.update().where(rows.c.key == key).values(state="started", started_at=at))


async def _room(
    tx: Tx,
    limits: Sequence[Limit],
    *,
    after: float = 0,
    address: str = "0",
    channel: str = "telegram",
) -> tuple[int | None, float]:
    """Give how many more may start, and in how many seconds one may."""
    now = NOW + timedelta(seconds=after)
    room = await outbox_pace.room(tx, channel=channel, address=address, now=now, limits=limits)
    free = await outbox_pace.free_at(tx, channel=channel, address=address, now=now, limits=limits)
    return room, (free - now).total_seconds()


async def test_room_shrinks_with_every_start_and_comes_back(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(3):
            await _start(tx, number, at=NOW + number * SECOND / 10)

        rooms = [await _room(tx, THREE_A_SECOND, after=after) for after in (0.5, 1, 1.15, 2)]

    assert rooms == [(0, 0.5), (1, 0.0), (2, 0.0), (3, 0.0)]


async def test_starts_of_another_channel_do_not_count(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(3):
            await _start(tx, number, channel="mail")

        assert await _room(tx, THREE_A_SECOND) == (3, 0.0)
        assert await _room(tx, THREE_A_SECOND, channel="mail") == (0, 1.0)


async def test_limit_of_a_class_counts_no_more_urgent_rows(database: Database) -> None:
    async with database.transaction() as tx:
        await _start(tx, 1)
        await _start(tx, 2, priority=BROADCAST)

        assert await _room(tx, MANY) == (1, 0.0)


async def test_limit_of_an_address_counts_no_other_address(database: Database) -> None:
    async with database.transaction() as tx:
        await _start(tx, 1)

        assert await _room(tx, ONE_EACH, address="1") == (0, 1.0)
        assert await _room(tx, ONE_EACH, address="2") == (1, 0.0)


async def test_narrowest_limit_decides(database: Database) -> None:
    async with database.transaction() as tx:
        await _start(tx, 1)

        assert await _room(tx, THREE_A_SECOND + ONE_EACH, address="1") == (0, 1.0)
        assert await _room(tx, THREE_A_SECOND + ONE_EACH, address="2") == (1, 0.0)
        assert await _room(tx, ()) == (None, 0.0)


async def test_day_is_counted_from_the_rows_also_after_a_restart(
    database: Database, second: Database
) -> None:
    of_a_day = (Limit(5, timedelta(days=1)),)
    async with database.transaction() as tx:
        for number in range(5):
            await _start(tx, number, at=NOW - timedelta(hours=20) + number * timedelta(hours=1))

    async with second.transaction() as tx:
        assert await _room(tx, of_a_day) == (0, 4 * 3600.0)
        assert await _room(tx, of_a_day, after=4 * 3600) == (1, 0.0)


async def test_clock_that_was_set_back_does_not_stop_the_channel(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(3):
            await _start(tx, number, at=NOW + timedelta(hours=1))
        await _start(tx, 3, at=NOW + timedelta(milliseconds=5))

        assert await _room(tx, THREE_A_SECOND) == (2, 0.0)


async def _start_if_room(database: Database, number: int, *, together: asyncio.Barrier) -> bool:
    async with database.transaction() as tx:
        found = await outbox_pace.room(
            tx, channel="telegram", address=f"{number}", now=NOW, limits=THREE_A_SECOND
        )
        # Whoever got here without waiting for the other gets the chance to overtake.
        try:
            async with asyncio.timeout(0.3):
                await together.wait()
        except (TimeoutError, asyncio.BrokenBarrierError):
            pass
        if found:
            await _start(tx, number)
        return bool(found)


async def _race(database: Database, second: Database) -> int:
    async with database.transaction() as tx:
        await _start(tx, 100)
        await _start(tx, 101)
    together = asyncio.Barrier(2)
    both = [
        _start_if_room(one, number, together=together)
        for number, one in enumerate((database, second))
    ]
    return sum(await asyncio.gather(*both))


async def test_two_processes_never_take_the_same_place(
    database: Database, second: Database
) -> None:
    assert await _race(database, second) == 1


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_processes_take_the_same_place_without_the_lock(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(*_: object) -> None:
        return

    monkeypatch.setattr(outbox_pace, "take_turns", unlocked)

    assert await _race(database, second) == 2
