import asyncio

from playground.changes import Changes


async def test_waiter_wakes_at_the_next_change() -> None:
    changes = Changes()
    waiting = [asyncio.create_task(changes.wait(0)) for _ in range(2)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    changes.announce()

    assert await waiting[1]


async def test_change_before_the_wait_is_not_lost() -> None:
    changes = Changes()
    seen = changes.number

    changes.announce()

    assert await changes.wait(seen)
    assert not await changes.wait(changes.number, 0.01)
