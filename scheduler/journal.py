"""Write down what many senders ask for in as few commits as possible.

While one commit runs, everything that is asked gathers and goes into the next: the starts of many
rows in one statement, their ends in another. Whoever asked gets the answer after the commit and
never before, so `started` is on the disk when the bytes leave. With one message at a time each
step has a small commit of its own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from delivery.pacing import Limit
from scheduler.not_now import ChannelRests, LeaseLost, NotAllowed
from scheduler.turns import make_sure_of_room
from storage import outbox_claims, outbox_pace, pauses
from storage.database import Database, Tx
from storage.outage import Patience, is_lost
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival, Departure

Work = Callable[[Tx], Awaitable[Any]]
# How a waiter's question ended: with a value, or with what is raised at the one who waits.
Answer = tuple["asyncio.Future[Any]", Any]
logger = logging.getLogger(__name__)


class JournalClosed(Exception):
    """Nothing is written any more."""


@dataclass
class _Batch:
    """What is written in one transaction."""

    starts: list[tuple[Departure, "asyncio.Future[Any]"]] = field(default_factory=list)
    ends: list[Arrival] = field(default_factory=list)
    steps: list[tuple[Work, "asyncio.Future[Any]"]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts) + len(self.ends) + len(self.steps)

    def forget_the_cancelled(self) -> None:
        """Leave out starts that nobody waits for any more: nobody would send those rows."""
        self.starts = [one for one in self.starts if not one[1].done()]


class Journal:
    """The pen of one sending loop: `run` writes until `close`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        lease: timedelta,
        limits: Callable[[OutboxRow], Sequence[Limit]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._limits = limits
        self._next = _Batch()
        self._asked = asyncio.Event()
        self._pen = asyncio.Lock()
        self._closing = self._over = self._impatient = False
        self._patience = Patience()

    async def start(self, departure: Departure) -> None:
        """Return once the start is committed; only then may the bytes leave.

        Raises LeaseLost, ChannelRests or NoRoom when the row may not leave, and the database's
        error when the start could not be written.
        """
        answer = self._ask()
        self._next.starts.append((departure, answer))
        await answer

    def end_sent(self, arrival: Arrival) -> None:
        """Note that a row was taken, with the next commit; nobody waits for that.

        Should it fail, the row's lease runs out and the row becomes uncertain.
        """
        self._next.ends.append(arrival)
        self._asked.set()

    async def write(self, work: Work) -> Any:
        """Do `work` in the next transaction and give what it returns, or raise what it raises.

        What it raises undoes its own changes alone. It may be done twice, the first time in a
        transaction that is rolled back.
        """
        answer = self._ask()
        self._next.steps.append((work, answer))
        return await answer

    async def write_apart(self, work: Work) -> Any:
        """Do `work` in a transaction of its own, between two of the others, and only once.

        Two transactions of one process that change the same rows would wait for each other for
        ever on PostgreSQL.
        """
        async with self._pen, self._database.transaction() as tx:
            return await work(tx)

    def _ask(self) -> "asyncio.Future[Any]":
        if self._over:
            raise JournalClosed
        self._asked.set()
        return asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Write until closed and all that was asked is written.

        However it ends, everybody who waits gets an answer.
        """
        try:
            while not self._closing or len(self._next):
                await self._asked.wait()
                self._asked.clear()
                batch, self._next = self._next, _Batch()
                batch.forget_the_cancelled()
                if len(batch):
                    await self._write_or_refuse(batch)
        finally:
            self._over = True
            _fail(self._next, JournalClosed())

    def lose_patience(self) -> None:
        """Wait no longer for a database that is away."""
        self._impatient = True

    def close(self) -> None:
        """Let `run` return after what is asked until then."""
        self._closing = True
        self._asked.set()

    async def _write_or_refuse(self, batch: _Batch) -> None:
        try:
            await self._write(batch)
        except BaseException:  # cancelled at the end of the loop, in the middle of a commit
            _fail(batch, JournalClosed())
            raise

    async def _write(self, batch: _Batch) -> None:
        try:
            answers = await self._commit(batch)
        except Exception as error:  # noqa: BLE001 -- whatever it is, those who wait must hear of it
            await self._try_again(batch, error)
        else:
            self._patience.rest()
            _tell(answers)

    async def _commit(self, batch: _Batch) -> list[Answer]:
        answers: list[Answer] = []
        async with self._pen, self._database.transaction() as tx:
            await outbox_claims.end_sent(tx, batch.ends, now=self._clock())
            answers += await self._start_all(tx, batch.starts)
            for work, answer in batch.steps:
                answers.append((answer, await _alone(tx, work)))
        return answers

    async def _start_all(
        self, tx: Tx, starts: Sequence[tuple[Departure, "asyncio.Future[Any]"]]
    ) -> list[Answer]:
        """Start what has no limits in one statement; the others count each other."""
        limited = {one.row.channel for one, _ in starts if self._limits(one.row)}
        for channel in sorted(limited):
            # Before the clock is read: waiting for other processes must not date a start back.
            await outbox_pace.take_turns(tx, channel)
        now, free, answers = self._clock(), [], []
        for departure, answer in starts:
            limits = self._limits(departure.row)
            if not limits:
                free.append((departure, answer))
                continue
            try:
                await make_sure_of_room(tx, departure.row, limits=limits, now=now)
            except NotAllowed as reason:
                answers.append((answer, reason))
            else:
                answers += await self._start(tx, [(departure, answer)], now=now)
        return answers + (await self._start(tx, free, now=now) if free else [])

    async def _start(
        self, tx: Tx, starts: Sequence[tuple[Departure, "asyncio.Future[Any]"]], *, now: datetime
    ) -> list[Answer]:
        departures = [departure for departure, _ in starts]
        started = await outbox_claims.start(tx, departures, now=now, until=now + self._lease)
        if len(started) == len(starts):
            return [(answer, None) for _, answer in starts]
        until = await pauses.until(tx, departures[0].row.channel, now=now)
        refusal = LeaseLost if until is None else lambda: ChannelRests(until)
        return [
            (answer, None if departure.row.id in started else refusal())
            for departure, answer in starts
        ]

    async def _try_again(self, batch: _Batch, error: Exception) -> None:
        """Write one by one what could not be written together, so that one bad row spoils none.

        While the database is away outcomes are kept for when it is back; a start is not, because
        what may leave now need not be right later.
        """
        batch.forget_the_cancelled()
        if len(batch) > 1 and not is_lost(error):
            try:
                answers = await self._commit_one_by_one(batch)
            except Exception as again:  # noqa: BLE001 -- as above
                error = again
            else:
                _tell(answers)
                return
        if is_lost(error) and not self._impatient:
            _tell([(answer, error) for _, answer in batch.starts])
            await self._patience.bear(error)
            self._next.ends[:0] = batch.ends
            self._next.steps[:0] = batch.steps
            self._asked.set()
        else:
            _fail(batch, error)

    async def _commit_one_by_one(self, batch: _Batch) -> list[Answer]:
        answers: list[Answer] = []
        lost: list[tuple[Arrival, Exception]] = []
        async with self._pen, self._database.transaction() as tx:
            now = self._clock()
            for arrival in batch.ends:

                async def end(tx: Tx, arrival: Arrival = arrival) -> None:
                    await outbox_claims.end_sent(tx, [arrival], now=now)

                failure = await _alone(tx, end)
                if failure is not None:
                    lost.append((arrival, failure))
            for departure, answer in batch.starts:

                async def start(
                    tx: Tx,
                    one: tuple[Departure, "asyncio.Future[Any]"] = (departure, answer),
                ) -> list[Answer]:
                    return await self._start_all(tx, [one])

                found = await _alone(tx, start)
                answers += [(answer, found)] if isinstance(found, Exception) else found
            for work, answer in batch.steps:
                answers.append((answer, await _alone(tx, work)))
        for arrival, failure in lost:
            _report(arrival, failure)
        return answers


async def _alone(tx: Tx, work: Work) -> Any:
    """Do one piece of work that is undone alone, and give what it returns or raises."""
    savepoint = await tx.begin_nested()
    try:
        result = await work(tx)
    except Exception as error:  # noqa: BLE001 -- handed to the one who asked
        # SQLite ends the whole transaction when the disk is full. Then this fails, and with it
        # everything that the transaction held, which is the truth.
        await savepoint.rollback()
        return error
    await savepoint.commit()
    return result


def _tell(answers: Sequence[Answer]) -> None:
    for future, answer in answers:
        if future.done():
            continue  # whoever asked was cancelled meanwhile
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)


def _fail(batch: _Batch, error: Exception) -> None:
    _tell([(answer, error) for _, answer in (*batch.starts, *batch.steps)])
    for arrival in batch.ends:
        _report(arrival, error)


def _report(arrival: Arrival, error: Exception) -> None:
    logger.error("outcome_not_noted", exc_info=error, extra={"outbox_id": arrival.row.id})
