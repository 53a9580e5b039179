"""Let messages leave one after the other, at the pace that the other side takes them.

A message waits a few seconds at most in its lane; one that would have to wait longer goes back
into the outbox until then, so that it holds up nobody.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from delivery.failures import FloodLimited
from delivery.pacing import Limit, Pace, Turn
from programme.notice_policy import POLICY, WakingHours
from scheduler.not_now import NoRoom, Resting
from storage import outbox_pace
from storage.database import Tx
from storage.outbox import OutboxRow

PATIENCE = 3.0
_PATIENCE = timedelta(seconds=PATIENCE)
_SECOND = timedelta(seconds=1)
# A start is dated before its commit, the bytes leave after it; a commit rarely takes longer.
_COMMIT = timedelta(milliseconds=250)
Started = Callable[[str | None, bytes | None], Awaitable[None]]


class Leave:
    """The way out for one row: its turn, and the note that its bytes leave."""

    def __init__(
        self,
        pace: Pace | None,
        row: OutboxRow,
        started: Started,
        *,
        now: datetime,
        seconds: Callable[[], float],
    ) -> None:
        self.turn = Turn()
        self._pace = pace
        self._row = row
        self._started = started
        self._now = now
        self._seconds = seconds
        self._began = seconds()

    async def wait(self) -> None:
        """Wait for a turn; raises Resting when it is far away."""
        if self._pace is None:
            return
        address, priority = self._row.address, self._row.priority
        asked = self._seconds()
        while (wait := self._pace.delay(address, priority, self._seconds())) > 0:
            # Somebody else may take the place meanwhile, so it is asked for again.
            if self._seconds() - asked + wait > PATIENCE:
                booked = self._pace.book(address, priority, self._seconds())
                raise Resting(self._moment(booked))
            await asyncio.sleep(wait)
        self.turn = self._pace.take(address, priority, self._seconds())

    async def now(self, message_id: str | None = None, body: bytes | None = None) -> None:
        """Note the start; what is raised here means that nothing has left.

        Other processes may have taken all places, and this one may have been told to be silent
        while the note was written.
        """
        await self._note(message_id, body)
        self._obey_silence()
        self.turn.leaves(self._seconds())

    async def again(self) -> None:
        """Wait for one more turn, for a second call about the same row."""
        self.turn.end()
        await self.wait()
        self._obey_silence()
        self.turn.leaves(self._seconds())

    async def _note(self, message_id: str | None, body: bytes | None) -> None:
        asked = self._seconds()
        while True:
            try:
                return await self._started(message_id, body)
            except NoRoom as full:
                wait = (full.until - self._moment(0)).total_seconds()
                if self._seconds() - asked + wait > PATIENCE:
                    self._tell_others(wait)
                    raise
                await asyncio.sleep(max(wait, 0.001))

    def _tell_others(self, wait: float) -> None:
        """Keep rows like this one from asking too, unless its own address is what is full."""
        if self._pace is None:
            return
        limits = self._pace.limits(self._row.address, self._row.priority)
        if not any(limit.of_address and limit.length > _PATIENCE for limit in limits):
            self._pace.close(wait, self._seconds(), priority=self._row.priority)

    def _obey_silence(self) -> None:
        if self._pace is None:
            return
        silent = self._pace.closed(self._row.priority, self._seconds())
        if silent > 0:
            raise Resting(self._moment(silent))

    def _moment(self, seconds: float) -> datetime:
        passed = self._seconds() - self._began
        return self._now + timedelta(seconds=passed + seconds)


class Turns:
    """The turns of one channel in this process.

    Limits count real seconds, so they never follow a demo's clock: `seconds` runs forward only.
    """

    def __init__(
        self,
        pace: Pace | None,
        hours: WakingHours | None,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pace = pace
        self._hours = hours
        self._seconds = seconds

    def limits(self, row: OutboxRow) -> list[Limit]:
        """List what limits a row, for whoever counts the starts of all processes."""
        return self._pace.limits(row.address, row.priority) if self._pace else []

    @asynccontextmanager
    async def of(self, row: OutboxRow, *, started: Started, now: datetime) -> AsyncGenerator[Leave]:
        """Wait for a row's turn and give what must be called just before its bytes leave.

        Raises Resting when the turn is far away. A flood error silences the channel here and
        now, before the pause is committed.
        """
        self._wait_for_morning(row, now)
        leave = Leave(self._pace, row, started, now=now, seconds=self._seconds)
        await leave.wait()
        try:
            yield leave
        except FloodLimited as flood:
            if self._pace is not None:
                self._pace.close(flood.retry_after.total_seconds(), self._seconds())
            raise
        finally:
            leave.turn.end()

    def _wait_for_morning(self, row: OutboxRow, now: datetime) -> None:
        if self._hours is None:
            return
        earliest = self._hours.earliest(row.kind, row.facts, now, row.not_after)
        if earliest > now:
            # What is not for a silent day must not keep back what is.
            raise Resting(earliest, alone=POLICY[row.kind].waits_for_working_day)


async def make_sure_of_room(
    tx: Tx, row: OutboxRow, *, limits: Sequence[Limit], now: datetime
) -> None:
    """Raise NoRoom when as many rows have started as the limits allow, those of others too.

    To be called in the transaction that notes the start, before it is noted. Windows of a
    second are kept by each process itself; only on PostgreSQL are there other processes that
    share them. There they are longer by what a commit takes between the start and the bytes.
    """
    alone = tx.dialect.name == "sqlite"
    long = [limit for limit in limits if limit.length > _SECOND]
    short = [] if alone else [limit for limit in limits if limit.length <= _SECOND]
    asked = long + [replace(limit, length=limit.length + _COMMIT) for limit in short]
    if not asked:
        return
    until = await outbox_pace.free_at(
        tx, channel=row.channel, address=row.address, now=now, limits=asked
    )
    if until > now:
        raise NoRoom(until)
