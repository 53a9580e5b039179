import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovedClock, real_clock
from bot.process import Process, opened
from bot.settings import WrongSettings
from bot.stage import demo_settings
from delivery.failures import ChannelBroken
from playground import faults, mishaps
from playground.playground import Playground
from storage import outbox, outbox_lists, pauses
from storage.database import Database
from tests.scheduler.post import mail
from tests.storage.rows import NOW, entry


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground() as playground:
        yield playground


@asynccontextmanager
async def _working(process: Process) -> AsyncIterator[None]:
    ready = asyncio.Event()
    task = asyncio.create_task(process.serve(ready=ready))
    await ready.wait()
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _put(database: Database, *entries: outbox.Entry) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, list(entries), now=NOW)


async def test_dead_mail_server_does_not_stop_the_chats(
    playground: Playground, tmp_path: Path
) -> None:
    settings = demo_settings(playground, tmp_path)
    await playground.mailbox.stop()
    visitor = playground.visitor(1, "Jan")
    clock = MovedClock(NOW)

    async with opened(settings, now=NOW) as database:
        process = Process(settings, database, clock=clock, paced=False, hold=1)
        await _put(database, mail("code"))
        async with _working(process):
            await visitor.send("/start")
            await visitor.wait_for()
            async with database.reading() as tx:
                resting = await pauses.until(tx, "mail", now=clock())
            await playground.mailbox.start()
            clock.put_forward(NOW + timedelta(minutes=2))
            process.wake()
            await playground.mailbox.wait_for_mail("jan@ngo.example.org")

    assert resting is not None


async def test_withdrawn_token_ends_the_process_and_keeps_everything(
    playground: Playground, tmp_path: Path
) -> None:
    settings = demo_settings(playground, tmp_path)

    async with opened(settings, now=NOW) as database:
        process = Process(settings, database, clock=MovedClock(NOW), paced=False, hold=1)
        await _put(database, entry("kept", due_at=NOW + timedelta(hours=1)))
        playground.server.fail("getUpdates", with_=faults.unauthorized())
        with pytest.raises(BaseExceptionGroup) as caught:
            await process.serve()
        async with database.reading() as tx:
            kept = await outbox_lists.planned(tx, until=NOW + timedelta(days=1))

    assert caught.group_contains(ChannelBroken)
    assert len(kept) == 1


async def test_settle_gives_up_on_what_cannot_leave(playground: Playground, tmp_path: Path) -> None:
    settings = demo_settings(playground, tmp_path)

    async with opened(settings, now=NOW) as database:
        process = Process(settings, database, clock=MovedClock(NOW))
        nothing = await process.settle(within=0.2)
        await _put(database, entry("due"))
        something = await process.settle(within=0.2)
        await process.door.close()

    assert (nothing, something) == (True, False)


async def test_process_needs_its_settings(playground: Playground, tmp_path: Path) -> None:
    settings = demo_settings(playground, tmp_path, telegram_token=None)

    async with opened(settings, now=NOW) as database:
        with pytest.raises(WrongSettings, match="AKADEMIA_TELEGRAM_TOKEN"):
            Process(settings, database)


def test_moved_clock_runs_on_and_never_goes_back() -> None:
    clock = MovedClock(NOW)

    clock.put_forward(NOW + timedelta(days=1))
    moved = clock()
    clock.put_forward(NOW)

    assert NOW + timedelta(days=1) <= moved <= clock() < NOW + timedelta(days=1, minutes=1)
    assert real_clock().utcoffset() == timedelta(0)


async def test_stopping_twice_still_finishes_the_mail_that_is_leaving(
    playground: Playground, tmp_path: Path
) -> None:
    settings = demo_settings(playground, tmp_path)

    async with opened(settings, now=NOW) as database:
        process = Process(settings, database, clock=MovedClock(NOW), paced=False, hold=1)
        playground.mailbox.behave(mishaps.hang_after_dot())
        await _put(database, mail("leaving"))
        task = asyncio.create_task(process.serve())
        await playground.mailbox.wait_for_mail("jan@ngo.example.org")
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.05)
        playground.mailbox.release()
        with suppress(asyncio.CancelledError):
            await task
        async with database.reading() as tx:
            counted = await outbox_lists.count(tx)

    assert counted == {("email_code", "mail", "sent"): 1}
