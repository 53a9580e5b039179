"""Two at the same moment at one letter to many, on both databases, each with its guard taken out.

SQLite has one writer at a time, so there the second one waits by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from programme import audience_reading, broadcast_queue, broadcasting, events, posting
from programme.broadcast_refusals import BroadcastBegun
from programme.broadcasting import HOLD, Started
from storage import broadcast_states as states
from storage import broadcasts, outbox_claims
from storage.broadcasts import FOUND, Broadcast, from_row
from storage.database import Database, Tx
from storage.outbox_claims import Departure
from storage.people import Person
from storage.staff import StaffMember
from storage.staff_tables import broadcast_recipient
from storage.tables import broadcast as table
from storage.tables import outbox, session
from tests.programme.audience import make_member, make_staff
from tests.programme.sending import QUIET, queue_all, start
from tests.storage.rows import FIRST_DAY, LEASE, NOW, make_event, make_programme

SOON = NOW + HOLD
PEOPLE = 6
Step = Callable[[Tx], Awaitable[Any]]


async def _planned(database: Database, **changes: Any) -> tuple[StaffMember, int]:
    async with database.transaction() as tx:
        await make_programme(tx)
        for chat in range(1, PEOPLE + 1):
            await make_member(tx, f"Osoba {chat}", chat=chat)
        member = await make_staff(tx)
        return member, (await start(tx, member, **changes)).broadcast_id


async def _steps(database: Database, number: int, most: int) -> None:
    async with database.transaction() as tx:
        await queue_all(tx, number, now=SOON, most=most)


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


def _in(database: Database, step: Step) -> asyncio.Task[Any]:
    async def take() -> Any:
        async with database.transaction() as tx:
            return await step(tx)

    return asyncio.create_task(take())


async def _unheld(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """Read a broadcast as `states.hold` does, and hold nothing."""
    row = (await tx.execute(FOUND.where(table.c.id == broadcast_id))).one_or_none()
    return from_row(row) if row else None


def _meanwhile(
    monkeypatch: pytest.MonkeyPatch, begin: Callable[[], Awaitable[asyncio.Task[Any]]]
) -> list[asyncio.Task[Any]]:
    """Let somebody else begin when a batch has been read and is about to be written."""
    begun: list[asyncio.Task[Any]] = []
    post_to = posting.post_to

    async def interrupted(*asked: Any, **more: Any) -> int:
        if not begun:
            begun.append(await begin())
        return await post_to(*asked, **more)

    monkeypatch.setattr(broadcast_queue, "post_to", interrupted)
    return begun


async def _may_leave(database: Database) -> int:
    """Count the rows that a sender would find."""
    async with database.transaction() as tx:
        found = await outbox_claims.claim(
            tx, channel="telegram", token="look", now=SOON, lease=LEASE, limit=99
        )
        return len(found)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_pause_while_a_batch_is_queued_parks_that_batch_too(
    database: Database,
    second: Database,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    member, number = await _planned(database)
    await _steps(database, number, 1)
    if not guarded:
        monkeypatch.setattr(states, "hold", _unheld)

    async def begin() -> asyncio.Task[Any]:
        task = _in(
            second,
            lambda tx: broadcasting.pause(tx, member=member, broadcast_id=number, now=SOON),
        )
        await _has_begun_to_wait(database, task)
        return task

    begun = _meanwhile(monkeypatch, begin)
    await _steps(database, number, 1)
    await asyncio.gather(*begun)

    slips = 0 if guarded or backend == "sqlite" else PEOPLE
    assert await _may_leave(database) == slips


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_take_back_while_it_begins_says_that_it_is_too_late(
    database: Database,
    second: Database,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    member, number = await _planned(database)
    if not guarded:
        monkeypatch.setattr(states, "hold", _unheld)

    def take_back(tx: Tx) -> Awaitable[Any]:
        return broadcasting.take_back(tx, member=member, broadcast_id=number, now=SOON)

    async with database.transaction() as tx:
        await broadcast_queue.queue_next(tx, broadcast_id=number, quiet=QUIET, now=SOON)
        task = _in(second, take_back)
        await _has_begun_to_wait(database, task)
    said: object = (await asyncio.gather(task, return_exceptions=True))[0]
    await _steps(database, number, 99)

    is_told_the_truth = guarded or backend == "sqlite"
    assert isinstance(said, BroadcastBegun) == is_told_the_truth
    assert await _may_leave(database) == PEOPLE


async def test_take_back_just_before_it_begins_lets_nothing_leave(
    database: Database, second: Database
) -> None:
    member, number = await _planned(database)

    async with database.transaction() as tx:
        await broadcasting.take_back(tx, member=member, broadcast_id=number, now=SOON)
        task = _in(
            second,
            lambda tx: broadcast_queue.queue_next(tx, broadcast_id=number, quiet=QUIET, now=SOON),
        )
        await _has_begun_to_wait(database, task)

    assert await task is False
    assert await _may_leave(database) == 0


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_two_tickers_queue_everybody_once(
    database: Database,
    second: Database,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    """Without the guard both take the same people, and the unique keys alone keep them apart."""
    monkeypatch.setattr(broadcast_queue, "BATCH", 2)
    _, number = await _planned(database)
    await _steps(database, number, 1)
    if not guarded:
        monkeypatch.setattr(states, "hold", _unheld)
    sizes: list[int] = []
    persons = audience_reading.persons

    async def counted(*asked: Any, **more: Any) -> list[Person]:
        sizes.append(asked[2])
        return await persons(*asked, **more)

    monkeypatch.setattr(audience_reading, "persons", counted)

    async with database.transaction() as tx:
        await broadcast_queue.queue_next(tx, broadcast_id=number, quiet=QUIET, now=SOON)
        task = _in(
            second,
            lambda tx: broadcast_queue.queue_next(tx, broadcast_id=number, quiet=QUIET, now=SOON),
        )
        await _has_begun_to_wait(database, task)
    await task
    await _steps(database, number, 99)

    async with database.reading() as tx:
        people = select(func.count(), func.count(outbox.c.person_id.distinct()))
        assert tuple((await tx.execute(people.select_from(outbox))).one()) == (PEOPLE, PEOPLE)
        kept = await tx.scalar(select(func.count()).select_from(broadcast_recipient))
        assert kept == PEOPLE
    assert (len(set(sizes)) == len(sizes)) == (guarded or backend == "sqlite")


async def test_two_confirmations_at_once_start_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_member(tx, "Anna", chat=1)
        members = [await make_staff(tx), await make_staff(tx, chat_id=901)]

    async def confirm(where: Database, member: StaffMember) -> Started:
        async with where.transaction() as tx:
            return await start(tx, member)

    first, other = await asyncio.gather(confirm(database, members[0]), confirm(second, members[1]))

    assert first == other
    async with database.reading() as tx:
        assert len(await broadcasts.unfinished(tx)) == 1


async def test_two_confirmations_that_share_no_key_start_twice(
    database: Database, second: Database
) -> None:
    """Show that the key is what makes one of two confirmations."""
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_member(tx, "Anna", chat=1)
        member = await make_staff(tx)

    await asyncio.gather(
        _in(database, lambda tx: start(tx, member, key="900:1")),
        _in(second, lambda tx: start(tx, member, key="900:2")),
    )

    async with database.reading() as tx:
        assert len(await broadcasts.unfinished(tx)) == 2


@pytest.mark.parametrize("deed", [broadcasting.pause, broadcasting.stop])
async def test_row_that_its_sender_starts_while_it_is_held_back_does_not_leave(
    database: Database, second: Database, deed: Callable[..., Awaitable[Any]]
) -> None:
    member, number = await _planned(database)
    await _steps(database, number, 99)
    rows = await _claim(database)

    async with database.transaction() as tx:
        await deed(tx, member=member, broadcast_id=number, now=SOON)
        task = _in(second, lambda tx: _start(tx, rows))
        await _has_begun_to_wait(database, task)

    assert await task == set()
    assert await _may_leave(database) == 0


async def test_row_that_is_just_started_leaves_and_is_counted_so(
    database: Database, second: Database
) -> None:
    member, number = await _planned(database)
    await _steps(database, number, 99)
    rows = await _claim(database)

    async with database.transaction() as tx:
        started = await _start(tx, rows[:1])
        task = _in(
            second,
            lambda tx: broadcasting.stop(tx, member=member, broadcast_id=number, now=SOON),
        )
        # The sender's row is passed over, so nobody waits but for the one writer of SQLite.
        await _has_begun_to_wait(database, task)
    stopped = await task

    assert started == {rows[0].id}
    assert (stopped.held_back, stopped.left) == (PEOPLE - 1, 1)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_row_that_came_back_after_the_pause_does_not_start(
    database: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    member, number = await _planned(database)
    await _steps(database, number, 99)
    async with database.transaction() as tx:
        await broadcasting.pause(tx, member=member, broadcast_id=number, now=SOON)
        # Whatever puts a row back knows nothing of the pause.
        await tx.execute(outbox.update().values(state="retry", priority=30))
    if not guarded:
        monkeypatch.setattr(outbox_claims, "_START", _unguarded_start())
    rows = await _claim(database)

    async with database.transaction() as tx:
        started = await _start(tx, rows)

    assert len(started) == (0 if guarded else PEOPLE)


def _unguarded_start() -> Any:
    return (
        outbox.update()
        .where(outbox.c.id.in_(select(outbox.c.id)), outbox.c.state == "leased")
        .values(state="started", started_at=SOON)
        .returning(outbox.c.id)
    )


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without the guard"])
async def test_event_that_moves_while_a_batch_is_queued_is_told_as_it_is(
    database: Database,
    second: Database,
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        session_id = await tx.scalar(select(session.c.id)) or 0
    _, number = await _planned(database, event_id=event_id)
    await _steps(database, number, 1)
    if not guarded:
        monkeypatch.setattr(states, "hold", _unheld)

        async def unheld_ones(*_asked: Any) -> list[Broadcast]:
            return []

        monkeypatch.setattr(states, "hold_of_event", unheld_ones)

    async def begin() -> asyncio.Task[Any]:
        task = _in(second, lambda tx: _move(tx, session_id))
        await _has_begun_to_wait(database, task)
        return task

    begun = _meanwhile(monkeypatch, begin)
    await _steps(database, number, 99)
    await asyncio.gather(*begun)

    async with database.reading() as tx:
        told = (await tx.execute(select(outbox.c.facts))).scalars()
        places = {facts["event"]["place"] for facts in told}
    assert (places == {"Remiza"}) == (guarded or backend == "sqlite")


async def _move(tx: Tx, session_id: int) -> int:
    day = FIRST_DAY.replace(tzinfo=None) + timedelta(days=1)
    return await events.move_session(
        tx,
        session_id=session_id,
        starts_wall=day,
        ends_wall=day + timedelta(hours=2),
        place="Remiza",
        quiet=QUIET,
        now=SOON,
    )


async def _claim(database: Database) -> list[Any]:
    async with database.transaction() as tx:
        return await outbox_claims.claim(
            tx, channel="telegram", token="t", now=SOON, lease=LEASE, limit=99
        )


async def _start(tx: Tx, rows: list[Any]) -> set[int]:
    departures = [Departure(row) for row in rows]
    return await outbox_claims.start(tx, departures, now=SOON, until=SOON + LEASE)
