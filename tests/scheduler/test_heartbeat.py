"""Leases live as long as their sender, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy import select

from bot.clock import MovedClock
from playground import faults
from scheduler import heartbeat
from scheduler.heartbeat import Heartbeat, SendingStopped, Work
from storage import outbox, outbox_claims
from storage.database import Database
from storage.outbox import OutboxRow
from storage.tables import outbox as table
from tests.scheduler.post import Post
from tests.storage.rows import LEASE, NOW, claim, entry

THIRD = LEASE / 3
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the clock often enough for a test that moves it."""
    monkeypatch.setattr(heartbeat, "LOOK_SECONDS", 0.01)


class _Beating:
    """A heart, its clock, and what it says is lost."""

    def __init__(self, database: Database, rows: list[OutboxRow]) -> None:
        self.clock = MovedClock(NOW)
        self.rows = rows
        self.lost: asyncio.Queue[set[int]] = asyncio.Queue()

        async def write(work: Work) -> object:
            async with database.transaction() as tx:
                return await work(tx)

        self.task = asyncio.create_task(
            Heartbeat(
                write=write,
                clock=self.clock,
                lease=LEASE,
                held=lambda: self.rows,
                lost=self.lost.put_nowait,
            ).run()
        )

    def wait(self, span: timedelta) -> None:
        self.clock.put_forward(self.clock() + span)

    async def beat(self) -> set[int]:
        """Wait for the next renewal and tell what was lost."""
        async with asyncio.timeout(60):
            return await self.lost.get()


@pytest.fixture
async def rows(database: Database) -> list[OutboxRow]:
    """Lease three rows and start the first of them."""
    async with database.transaction() as tx:
        await outbox.put(tx, [entry(f"{n}", address=f"{n}") for n in range(3)], now=NOW)
        leased = await claim(tx)
        departure = outbox_claims.Departure(leased[0])
        await outbox_claims.start(tx, [departure], now=NOW, until=NOW + LEASE)
    return leased


@pytest.fixture
async def beating(database: Database, rows: list[OutboxRow]) -> AsyncIterator[_Beating]:
    """Let the heart beat for these rows."""
    made = _Beating(database, rows)
    await asyncio.sleep(0)
    yield made
    made.task.cancel()
    with suppress(asyncio.CancelledError, SendingStopped):
        await made.task


async def _leased_until(database: Database) -> list[datetime]:
    async with database.reading() as tx:
        found = await tx.execute(select(table.c.leased_until).order_by(table.c.id))
        return list(found.scalars())


async def test_leases_of_leased_and_started_rows_are_renewed_after_a_third(
    database: Database, beating: _Beating
) -> None:
    beating.wait(THIRD + SECOND)

    lost = await beating.beat()

    assert lost == set()
    assert min(await _leased_until(database)) >= NOW + LEASE + THIRD


async def test_nothing_is_renewed_before_a_third(database: Database, beating: _Beating) -> None:
    beating.wait(THIRD - timedelta(minutes=1))

    await asyncio.sleep(0.2)

    assert await _leased_until(database) == [NOW + LEASE] * 3
    assert beating.lost.empty()


async def test_stolen_and_deleted_rows_are_told(second: Database, beating: _Beating) -> None:
    stolen, deleted, kept = beating.rows
    async with second.transaction() as tx:
        await tx.execute(
            table.update().where(table.c.id == stolen.id).values(lease_token="another")
        )
        await tx.execute(table.delete().where(table.c.id == deleted.id))
    beating.wait(THIRD + SECOND)

    lost = await beating.beat()

    assert lost == {stolen.id, deleted.id}
    assert kept.id not in lost


async def test_database_that_is_away_for_less_than_a_lease_is_borne(
    beating: _Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(outbox_claims, "renew", _refuse)
        beating.wait(THIRD * 2)
        await asyncio.sleep(0.2)

    lost = await beating.beat()

    assert (lost, beating.task.done()) == (set(), False)


async def test_database_that_is_away_for_a_whole_lease_stops_the_sender(
    beating: _Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_claims, "renew", _refuse)
    beating.wait(LEASE + SECOND)

    async with asyncio.timeout(60):
        with pytest.raises(SendingStopped, match="no lease could be renewed since 10:00"):
            await beating.task


async def test_server_that_is_away_is_waited_for_however_long_it_takes(
    beating: _Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(outbox_claims, "renew", _is_away)
        beating.wait(LEASE + SECOND)
        await asyncio.sleep(0.2)

    lost = await beating.beat()

    assert (lost, beating.task.done()) == (set(), False)


async def test_database_that_never_answers_stops_the_sender(
    beating: _Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def hang(*_: object, **__: object) -> NoReturn:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(outbox_claims, "renew", hang)
    beating.wait(THIRD + SECOND)
    await asked.wait()
    beating.wait(THIRD * 2)

    async with asyncio.timeout(60):
        with pytest.raises(SendingStopped):
            await beating.task


async def test_clock_that_jumps_stops_nobody(beating: _Beating) -> None:
    beating.wait(LEASE * 10)

    lost = await beating.beat()

    assert (lost, beating.task.done()) == (set(), False)


async def test_heart_without_rows_has_nothing_to_lose(
    beating: _Beating, monkeypatch: pytest.MonkeyPatch
) -> None:
    beating.rows = []
    monkeypatch.setattr(outbox_claims, "renew", _refuse)
    beating.wait(LEASE * 2)

    await asyncio.sleep(0.2)

    assert not beating.task.done()


async def _is_away(*_: object, **__: object) -> NoReturn:
    raise ConnectionRefusedError(111, "Connection refused")


async def _refuse(*_: object, **__: object) -> NoReturn:
    raise OSError(5, "Input/output error")


async def _fill_a_slow_chat(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.late(2))
    await post.put(*(entry(f"{n}", address="1", facts={"text": f"{n}"}) for n in range(5)))


async def test_rows_stolen_from_a_running_sender_do_not_leave(
    post: Post, second: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await _fill_a_slow_chat(post)

    async with post.open(post.chats()):
        await post.wait_for_state("0", "started")
        async with second.transaction() as tx:
            await tx.execute(
                table.update()
                .where(table.c.key.in_(["1", "2"]))
                .values(lease_token="another", leased_until=NOW + LEASE)
            )
        post.clock.put_forward(post.clock() + timedelta(minutes=1))
        await post.wait_for_state("4", "sent")

    assert post.texts(1) == ["0", "3", "4"]
    assert await post.states() == {
        "0": "sent",
        "1": "leased",
        "2": "leased",
        "3": "sent",
        "4": "sent",
    }
    assert "leases_lost" in caplog.text


async def test_sender_that_cannot_renew_finishes_what_left_and_starts_nothing_more(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill_a_slow_chat(post)
    task = asyncio.create_task(post.chats().run())
    await post.wait_for_state("0", "started")

    monkeypatch.setattr(outbox_claims, "renew", _refuse)
    post.clock.put_forward(post.clock() + timedelta(minutes=3))
    async with asyncio.timeout(60):
        with pytest.raises(SendingStopped):
            await task

    assert await post.states() == {"0": "sent"} | {f"{n}": "retry" for n in range(1, 5)}
    assert post.texts(1) == ["0"]
