"""A duty is done by one process at a time, and stops when its lease is gone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.clock import MovedClock
from bot.holder import Holder
from storage import leases
from storage.database import Database, Tx
from storage.leases import Confirm
from tests.storage.rows import NOW

LENGTH = timedelta(seconds=0.9)
PATIENCE = 60


class Worker:
    """A duty that writes its name again and again, as a process would."""

    def __init__(self, name: str, database: Database, *, length: timedelta = LENGTH) -> None:
        self.name = name
        self.database = database
        self.effects = 0
        self.stops = 0
        self.refused = 0
        clock = MovedClock(NOW)
        self.holder = Holder("poller", database=database, clock=clock, length=length)

    async def work(self, confirm: Confirm) -> None:
        """Make one effect after the other."""
        try:
            while True:
                await self._effect(confirm)
                await asyncio.sleep(0.01)
        finally:
            self.stops += 1

    async def _effect(self, confirm: Confirm) -> None:
        try:
            async with self.database.transaction() as tx:
                await confirm(tx)
        except leases.NotHeld:
            self.refused += 1
            raise
        self.effects += 1

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Let it run, and stop it as SIGTERM does."""
        task = asyncio.create_task(self.holder.run(self.work))
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 -- the database rings no bell
            await asyncio.sleep(0.01)


async def test_second_worker_waits_and_takes_over_at_once_after_a_clean_end(
    database: Database, second: Database
) -> None:
    minute = timedelta(minutes=1)
    first, other = Worker("a", database, length=minute), Worker("b", second, length=minute)

    async with AsyncExitStack() as stack:
        async with first.running():
            await _until(lambda: first.effects > 0)
            await stack.enter_async_context(other.running())
            await asyncio.sleep(0.1)
            waited = other.effects
        await _until(lambda: other.effects > 0)

    assert (waited, first.refused) == (0, 0)


async def test_lease_is_kept_for_much_longer_than_its_length(
    database: Database, second: Database
) -> None:
    first, other = Worker("a", database), Worker("b", second)

    async with first.running(), other.running():
        await _until(lambda: first.effects + other.effects > 0)
        await asyncio.sleep(3 * LENGTH.total_seconds())

    assert sorted([first.effects > 0, other.effects > 0]) == [False, True]
    assert first.stops + other.stops == 1


async def test_worker_after_a_dead_one_begins_when_the_lease_has_run_out(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await leases.take(tx, "poller", owner="dead", now=NOW, length=LENGTH)
    worker = Worker("a", database)

    async with worker.running():
        await asyncio.sleep(LENGTH.total_seconds() / 3)
        early = worker.effects
        await _until(lambda: worker.effects > 0)

    assert early == 0


async def test_stolen_lease_stops_the_worker_before_its_next_effect(
    database: Database, second: Database
) -> None:
    worker = Worker("a", database, length=timedelta(seconds=30))

    async with worker.running():
        await _until(lambda: worker.effects > 0)
        async with second.transaction() as tx:
            await tx.execute(text("UPDATE lease SET owner = 'thief', epoch = epoch + 1"))
            made = worker.effects
        await _until(lambda: worker.stops > 0)
        await asyncio.sleep(0.1)

    # On PostgreSQL one effect may have been confirmed just before the theft was committed.
    assert worker.effects - made in (0, 1)
    assert (worker.stops, worker.refused) == (1, 1)


async def test_lease_that_cannot_be_renewed_stops_the_worker_by_its_own_clock(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object, **__: object) -> bool:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    worker = Worker("a", database)
    async with worker.running():
        await _until(lambda: worker.effects > 0)
        monkeypatch.setattr(leases, "renew", fail)
        before = asyncio.get_running_loop().time()
        await _until(lambda: worker.stops > 0)
        took = asyncio.get_running_loop().time() - before
        effects = worker.effects
        monkeypatch.undo()
        await _until(lambda: worker.effects > effects)

    assert took < LENGTH.total_seconds() * 3
    assert "lease_not_renewed" in caplog.text
    assert "lease_lost" in caplog.text


async def test_renewal_that_hangs_stops_the_worker_too(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object, **__: object) -> bool:
        await asyncio.Event().wait()
        return True

    worker = Worker("a", database)
    async with worker.running():
        await _until(lambda: worker.effects > 0)
        monkeypatch.setattr(leases, "renew", hang)
        await _until(lambda: worker.stops > 0)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_holder_that_is_paused_just_before_its_commit_is_waited_for(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, tries = leases.take, list[str]()

    async def hurry(tx: Tx, name: str, **kwargs: Any) -> int | None:
        tries.append(name)
        await tx.execute(text("SET LOCAL lock_timeout = '50ms'"))
        return await take(tx, name, **kwargs)

    worker, long_ago = Worker("b", database), NOW - LENGTH
    async with second.transaction() as tx:
        epoch = await take(tx, "poller", owner="a", now=long_ago, length=LENGTH)
    monkeypatch.setattr(leases, "take", hurry)

    async with worker.running() as task:
        async with second.transaction() as tx:
            await leases.confirm(tx, leases.Grant("poller", "a", epoch or 0))
            await _until(lambda: len(tries) > 1 or task.done())
        await _until(lambda: worker.effects > 0 or task.done())

    assert worker.effects > 0


async def test_error_of_the_work_is_raised_and_the_lease_given_back(database: Database) -> None:
    async def fail(_confirm: Confirm) -> None:
        raise ZeroDivisionError

    worker = Worker("a", database, length=timedelta(seconds=30))
    with pytest.raises(ZeroDivisionError):
        await worker.holder.run(fail)

    async with database.reading() as tx:
        assert await leases.is_free(tx, "poller", now=NOW)
