"""A ticker queues what is due; killed anywhere, the next one goes on where it was."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from programme import broadcast_queue, broadcasting
from programme.broadcasting import HOLD
from programme.quiet_hours import QuietHours
from scheduler.ticks import Ticker
from storage import broadcasts, outbox
from storage.database import Database, Tx
from storage.leases import NotHeld
from storage.staff import StaffMember
from storage.staff_tables import broadcast_recipient
from storage.tables import broadcast
from storage.tables import outbox as rows
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.sending import start
from tests.storage.rows import NOW, entry, make_programme

SOON = NOW + HOLD
PEOPLE = 9
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_queue, "BATCH", 2)


class Hands:
    """A clock that stands still until it is moved, and what the ticker did."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.woken = 0

    def ticker(self) -> Ticker:
        return Ticker(
            database=self.database,
            clock=lambda: self.now,
            wake_outbox=self._wake,
            quiet=QuietHours(),
        )

    def _wake(self) -> None:
        self.woken += 1


async def _plan(database: Database, **changes: Any) -> tuple[StaffMember, int]:
    async with database.transaction() as tx:
        await make_programme(tx)
        for chat in range(1, PEOPLE + 1):
            await make_member(tx, f"Osoba {chat}", chat=chat)
        await make_organisation(tx, "KGW", email="kgw@example.org")
        member = await make_staff(tx)
        return member, (await start(tx, member, **changes)).broadcast_id


async def _count(database: Database) -> tuple[int, int, int]:
    """Count rows, the addresses among them, and recipients."""
    async with database.reading() as tx:
        letters = select(func.count(), func.count(rows.c.address.distinct())).where(
            rows.c.kind == "invitation"
        )
        row = (await tx.execute(letters)).one()
        kept = await tx.scalar(select(func.count()).select_from(broadcast_recipient))
        return row[0], row[1], kept or 0


async def _state(database: Database) -> str:
    async with database.reading() as tx:
        return str(await tx.scalar(select(broadcast.c.state)))


async def test_planned_letter_is_queued_when_its_moment_has_come(database: Database) -> None:
    hands = Hands(database)
    await _plan(database)
    ticker = hands.ticker()

    await ticker.tick()
    before = await _count(database), await _state(database)
    hands.now = SOON
    await ticker.tick()

    assert before == ((0, 0, 0), "planned")
    assert (await _count(database), await _state(database)) == ((10, 10, 10), "running")


async def test_senders_are_woken_at_each_batch(database: Database) -> None:
    hands = Hands(database)
    await _plan(database)
    hands.now = SOON

    await hands.ticker().queue()

    # Organisations, five times people, and the look that finds nobody more.
    assert hands.woken == 7


def _dies_at(number: int, *, before_the_commit: bool) -> Callable[[Tx], Awaitable[None]]:
    """Confirm a lease until a ticker has come to a batch, and lose it there."""
    asked = 0

    async def confirm(_tx: Tx) -> None:
        nonlocal asked
        asked += 1
        if asked > number or (asked == number and before_the_commit):
            raise NotHeld

    return confirm


@pytest.mark.parametrize("before_the_commit", [True, False])
@pytest.mark.parametrize("batch", range(1, 8))
async def test_ticker_that_dies_at_any_batch_is_followed_by_one_that_goes_on(
    database: Database, batch: int, before_the_commit: bool
) -> None:
    hands = Hands(database)
    await _plan(database)
    hands.now = SOON
    with suppress(NotHeld):
        await hands.ticker().queue(_dies_at(batch, before_the_commit=before_the_commit))
    rest = await _count(database)

    await hands.ticker().queue()

    done = batch - before_the_commit
    assert rest[0] == min(10, max(0, 1 + 2 * (done - 1))) if done else rest[0] == 0
    assert (await _count(database), await _state(database)) == ((10, 10, 10), "running")


async def test_other_ticks_have_their_turn_between_two_batches(database: Database) -> None:
    hands = Hands(database)
    await _plan(database)
    hands.now = SOON
    ticker = hands.ticker()
    seen: list[int] = []

    async def report() -> None:
        while not seen or seen[-1] < 10:
            await ticker.report()
            seen.append((await _count(database))[0])

    async with asyncio.timeout(30):
        await asyncio.gather(ticker.queue(), report())

    assert any(0 < count < 10 for count in seen)


async def test_two_planned_letters_leave_one_after_the_other(database: Database) -> None:
    hands = Hands(database)
    member, first = await _plan(database)
    async with database.transaction() as tx:
        second = (await start(tx, member, key="900:2", now=NOW - HOUR)).broadcast_id
    hands.now = SOON

    await hands.ticker().queue()

    async with database.reading() as tx:
        order = await tx.execute(
            select(rows.c.broadcast_id)
            .where(rows.c.kind == "invitation")
            .group_by(rows.c.broadcast_id)
            .order_by(func.min(rows.c.id))
        )
        assert list(order.scalars()) == [second, first]


async def test_late_joiners_are_looked_for_each_hour(database: Database) -> None:
    hands = Hands(database)
    await _plan(database, late_joiners=True)
    hands.now = SOON
    ticker = hands.ticker()
    await ticker.tick()
    async with database.transaction() as tx:
        await make_member(tx, "Olga", chat=99)
    counts = []

    for minutes in (1, 59, 60, 61, 121):
        hands.now = SOON + timedelta(minutes=minutes)
        await ticker.tick()
        counts.append((await _count(database))[0])

    assert counts == [10, 10, 11, 11, 11]


@pytest.mark.parametrize(
    ("deed", "expected"),
    [(broadcasting.pause, ("retry", 130)), (broadcasting.stop, ("cancelled", 30))],
)
async def test_what_comes_back_to_a_letter_that_is_held_back_is_held_back_too(
    database: Database, deed: Callable[..., Awaitable[Any]], expected: tuple[str, int]
) -> None:
    hands = Hands(database)
    member, number = await _plan(database)
    hands.now = SOON
    ticker = hands.ticker()
    await ticker.tick()
    async with database.transaction() as tx:
        await deed(tx, member=member, broadcast_id=number, now=SOON)
        # A chat was closed, so it is said by mail; and a sender gives a row back.
        await outbox.put(
            tx, [entry("late", broadcast_id=number, priority=30, address="x")], now=SOON
        )
        await tx.execute(update(rows).where(rows.c.key == "late").values(state="retry"))

    await ticker.tick()

    async with database.reading() as tx:
        row = (await tx.execute(select(rows).where(rows.c.key == "late"))).one()
        assert (row.state, row.priority) == expected


async def test_letter_that_was_taken_back_is_reported_and_forgotten(database: Database) -> None:
    hands = Hands(database)
    member, number = await _plan(database)
    async with database.transaction() as tx:
        await broadcasting.take_back(tx, member=member, broadcast_id=number, now=NOW)
    hands.now = SOON

    await hands.ticker().tick()
    await hands.ticker().report()

    async with database.reading() as tx:
        assert await broadcasts.unfinished(tx) == []
        said = (await tx.execute(select(rows.c.facts))).scalars().all()
    assert len(said) == 1
    assert said[0]["text"].endswith("Ten list został cofnięty. Nikt go nie dostał.")
