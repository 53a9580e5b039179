"""Many steps in few commits: nobody hears of a step before it is on the disk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.pacing import Limit
from scheduler.journal import Journal, JournalClosed
from scheduler.not_now import ChannelRests, LeaseLost, NoRoom
from storage import outbox, pauses
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival, Departure
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry

# No database can keep half of a character.
UNWRITABLE = "\ud800"
Transaction = Callable[[], AbstractAsyncContextManager[Tx]]


@asynccontextmanager
async def _open(database: Database, *, limits: tuple[Limit, ...] = ()) -> AsyncIterator[Journal]:
    journal = Journal(database=database, clock=lambda: NOW, lease=LEASE, limits=lambda _row: limits)
    task = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        journal.close()
        await task


async def _claimed(database: Database, count: int) -> list[OutboxRow]:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry(f"{n}", address=f"{n}") for n in range(count)], now=NOW)
        return await claim(tx, limit=count)


async def _states(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(select(table.c.state).order_by(table.c.id))).scalars())


def _count_commits(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    commits: list[None] = []
    begin: Transaction = database.transaction

    def counted() -> AbstractAsyncContextManager[Tx]:
        commits.append(None)
        return begin()

    monkeypatch.setattr(database, "transaction", counted)
    return commits


def _slow_commits_down(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    begin: Transaction = database.transaction

    @asynccontextmanager
    async def slow() -> AsyncIterator[Tx]:
        async with begin() as tx:
            yield tx
            await asyncio.sleep(0.2)

    monkeypatch.setattr(database, "transaction", slow)


def _fail_commits(
    database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception, *, times: int
) -> None:
    begin: Transaction = database.transaction
    left = [error] * times

    @asynccontextmanager
    async def failing() -> AsyncIterator[Tx]:
        async with begin() as tx:
            yield tx
            if left:
                raise left.pop()

    monkeypatch.setattr(database, "transaction", failing)


async def test_steps_asked_for_together_share_a_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = await _claimed(database, 20)
    commits = _count_commits(database, monkeypatch)

    async with _open(database) as journal:
        await asyncio.gather(*(journal.start(Departure(row)) for row in rows))
        for row in rows:
            journal.end_sent(Arrival(row, "ok", {}))

    assert await _states(database) == ["sent"] * 20
    assert len(commits) == 2


async def test_start_returns_when_others_can_read_it(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = await _claimed(database, 5)
    _slow_commits_down(database, monkeypatch)
    seen: list[str] = []

    async with _open(database) as journal:

        async def leave(row: OutboxRow) -> None:
            await journal.start(Departure(row))
            async with second.reading() as tx:
                state = await tx.scalar(select(table.c.state).where(table.c.id == row.id))
            seen.append(str(state))

        await asyncio.gather(*(leave(row) for row in rows))

    assert seen == ["started"] * 5


async def test_outcome_that_cannot_be_written_spoils_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good, late = await _claimed(database, 3)

    async with _open(database) as journal:
        await asyncio.gather(*(journal.start(Departure(row)) for row in (bad, good)))
        journal.end_sent(Arrival(bad, UNWRITABLE, {}))
        journal.end_sent(Arrival(good, "ok", {}))
        await journal.start(Departure(late))

    assert await _states(database) == ["started", "sent", "started"]
    assert [record.message for record in caplog.records] == ["outcome_not_noted"]


async def test_start_that_cannot_be_written_is_refused_alone(database: Database) -> None:
    bad, good = await _claimed(database, 2)

    async with _open(database) as journal:
        answers = await asyncio.gather(
            journal.start(Departure(bad, UNWRITABLE, b"x")),
            journal.start(Departure(good, "<1@example.org>", b"x")),
            return_exceptions=True,
        )

    assert (isinstance(answers[0], Exception), answers[1]) == (True, None)
    assert await _states(database) == ["leased", "started"]


async def test_step_that_raises_undoes_itself_alone(database: Database) -> None:
    (row,) = await _claimed(database, 1)

    async def put(tx: Tx, key: str) -> int:
        return await outbox.put(tx, [entry(key)], now=NOW)

    async def put_and_break(tx: Tx) -> None:
        await put(tx, "broken")
        raise LookupError

    async with _open(database) as journal:
        answers = await asyncio.gather(
            journal.write(lambda tx: put(tx, "before")),
            journal.write(put_and_break),
            journal.start(Departure(row)),
            journal.write(lambda tx: put(tx, "after")),
            return_exceptions=True,
        )

    assert [answers[0], type(answers[1]), answers[2], answers[3]] == [1, LookupError, None, 1]
    async with database.reading() as tx:
        keys = (await tx.execute(select(table.c.key).order_by(table.c.id))).scalars()
        assert list(keys) == ["0", "before", "after"]


async def test_everybody_hears_of_a_commit_that_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended, *rows = await _claimed(database, 4)
    async with _open(database) as journal:
        await journal.start(Departure(ended))
        _fail_commits(database, monkeypatch, OSError(28, "No space left on device"), times=99)
        journal.end_sent(Arrival(ended, "ok", {}))

        answers = await asyncio.gather(
            *(journal.start(Departure(row)) for row in rows), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [OSError] * 3
    assert await _states(database) == ["started", "leased", "leased", "leased"]
    assert "outcome_not_noted" in caplog.text


async def test_outcomes_wait_for_a_database_that_is_away_and_starts_do_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, row = await _claimed(database, 2)
    async with _open(database) as journal:
        await journal.start(Departure(ended))
        _fail_commits(database, monkeypatch, ConnectionResetError(), times=2)
        journal.end_sent(Arrival(ended, "ok", {}))

        with pytest.raises(ConnectionResetError):
            await journal.start(Departure(row))
        wrote = await journal.write(lambda tx: outbox.put(tx, [entry("later")], now=NOW))

    assert (wrote, await _states(database)) == (1, ["sent", "leased", "queued"])


async def test_outcomes_do_not_wait_for_a_database_when_the_process_stops(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (row,) = await _claimed(database, 1)
    async with _open(database) as journal:
        await journal.start(Departure(row))
        _fail_commits(database, monkeypatch, ConnectionResetError(), times=99)
        journal.lose_patience()
        journal.end_sent(Arrival(row, "ok", {}))

    assert await _states(database) == ["started"]
    assert "outcome_not_noted" in caplog.text


async def test_cancelled_waiter_starts_nothing_and_breaks_nothing(database: Database) -> None:
    cancelled, row = await _claimed(database, 2)
    gate = asyncio.Event()
    at_the_gate = asyncio.Event()

    async def block(_tx: Tx) -> None:
        at_the_gate.set()
        await gate.wait()

    async with _open(database) as journal:
        blocked = asyncio.create_task(journal.write(block))
        await at_the_gate.wait()
        waiters = [asyncio.create_task(journal.start(Departure(one))) for one in (cancelled, row)]
        await asyncio.sleep(0)
        waiters[0].cancel()
        gate.set()
        await asyncio.gather(blocked, waiters[1])

    with suppress(asyncio.CancelledError):
        await waiters[0]
    assert await _states(database) == ["leased", "started"]


async def test_waiter_cancelled_during_the_commit_breaks_nothing(database: Database) -> None:
    cancelled, row = await _claimed(database, 2)
    waiters: list[asyncio.Task[None]] = []

    async def cancel_the_first(_tx: Tx) -> None:
        waiters[0].cancel()
        await asyncio.sleep(0)

    async with _open(database) as journal:
        waiters = [asyncio.create_task(journal.start(Departure(one))) for one in (cancelled, row)]
        await asyncio.gather(asyncio.create_task(journal.write(cancel_the_first)), waiters[1])

    assert (waiters[0].cancelled(), await _states(database)) == (True, ["started", "started"])


async def test_lost_lease_refuses_that_row_alone(database: Database) -> None:
    lost, row = await _claimed(database, 2)
    async with database.transaction() as tx:
        await tx.execute(table.update().where(table.c.id == lost.id).values(lease_token="another"))

    async with _open(database) as journal:
        answers = await asyncio.gather(
            *(journal.start(Departure(one)) for one in (lost, row)), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [LeaseLost, type(None)]
    assert await _states(database) == ["leased", "started"]


async def test_channel_that_rests_lets_nothing_start(database: Database) -> None:
    rows = await _claimed(database, 3)
    until = NOW + timedelta(seconds=30)
    async with database.transaction() as tx:
        await pauses.pause(tx, "telegram", until=until, because="flood")

    async with _open(database) as journal:
        answers = await asyncio.gather(
            *(journal.start(Departure(row)) for row in rows), return_exceptions=True
        )

    assert [one.until for one in answers if isinstance(one, ChannelRests)] == [until] * 3
    assert await _states(database) == ["leased"] * 3


async def test_starts_of_one_commit_count_each_other(database: Database) -> None:
    rows = await _claimed(database, 5)
    limit = Limit(3, timedelta(minutes=1))

    async with _open(database, limits=(limit,)) as journal:
        answers = await asyncio.gather(
            *(journal.start(Departure(row)) for row in rows), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [type(None)] * 3 + [NoRoom] * 2
    assert await _states(database) == ["started"] * 3 + ["leased"] * 2


async def test_closed_journal_refuses(database: Database) -> None:
    (row,) = await _claimed(database, 1)
    async with _open(database) as journal:
        pass

    with pytest.raises(JournalClosed):
        await journal.start(Departure(row))


async def test_journal_that_is_cancelled_answers_everybody(database: Database) -> None:
    (row,) = await _claimed(database, 1)
    journal = Journal(database=database, clock=lambda: NOW, lease=LEASE, limits=lambda _row: ())
    task = asyncio.create_task(journal.run())
    writing = asyncio.Event()

    async def hang(_tx: Tx) -> None:
        writing.set()
        await asyncio.Event().wait()

    waiters = [
        asyncio.create_task(journal.start(Departure(row))),
        asyncio.create_task(journal.write(hang)),
    ]
    await writing.wait()
    waiters.append(asyncio.create_task(journal.write(hang)))
    await asyncio.sleep(0)
    task.cancel()

    async with asyncio.timeout(60):
        answers = await asyncio.gather(*waiters, return_exceptions=True)
    with suppress(asyncio.CancelledError):
        await task
    assert [type(answer) for answer in answers] == [JournalClosed] * 3
    assert await _states(database) == ["leased"]
