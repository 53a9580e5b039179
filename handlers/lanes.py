"""Carry inbox rows to their effects: in order per person, side by side across people.

Each source has lanes of its own, so that a thousand mails never stand before somebody's tap. Any
number of processes may work on them: each row is the work of whoever locks it first, and the
others leave its lane alone for a moment.

Per row, in one transaction: the inbox row ends, the effect is made, the replies are queued. A
row that fails is tried three times and then put into quarantine, and somebody is told; the rows
behind it go on.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from storage import inbox
from storage.database import Database, Tx, is_full
from storage.inbox import InboxRow
from storage.outage import Patience, is_lost

AHEAD = 64
LONGEST_NAP = 1.0
# A round takes a second; a database that is busy may take longer.
SILENCE = 60.0
# How long a lane is left alone that somebody else is working on.
ELSEWHERE = 0.05
# A passing trouble, such as a deadlock, is over by then; the third try is the last.
PAUSES = (0.2, 1.5)
logger = logging.getLogger(__name__)


class Taker(Protocol):
    """What one source asks of its rows."""

    source: str
    at_once: int

    async def take(self, row: InboxRow) -> bool:
        """Let a row have its effect; False when somebody else has it in hand."""
        ...

    async def settle(self, tx: Tx, row: InboxRow, error: Exception, *, now: datetime) -> bool:
        """Deal with an error that is no failure of the row; False when it is one."""
        ...

    async def give_up(self, tx: Tx, row: InboxRow, *, now: datetime) -> None:
        """Tell somebody of a row that was just put into quarantine."""
        ...

    async def close(self) -> None:
        """Finish what goes on beside the rows."""
        ...


class Lanes:
    """The workers that handle what lies in the inbox from one source."""

    def __init__(
        self,
        taker: Taker,
        *,
        database: Database,
        clock: Callable[[], datetime],
        wake_outbox: Callable[[], None],
        alive: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._taker = taker
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._alive = alive
        self._busy: dict[str, asyncio.Task[None]] = {}
        # One of each lane, none of a busy one; whoever else takes them first leaves them ended.
        self._seen: deque[InboxRow] = deque()
        self._awake = asyncio.Event()
        self._elsewhere: dict[str, float] = {}
        self._patience = Patience()

    def wake(self) -> None:
        """Look into the inbox now instead of at the next round."""
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled; what was begun is finished first."""
        try:
            while True:
                self._alive(SILENCE)
                self._awake.clear()
                if not await self._begin_patiently():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(ELSEWHERE if self._elsewhere else LONGEST_NAP):
                            await self._awake.wait()
        finally:
            await asyncio.gather(self._taker.close(), *self._busy.values(), return_exceptions=True)

    async def _begin_patiently(self) -> bool:
        try:
            begun = await self._begin_some()
        except Exception as error:  # noqa: BLE001 -- what is no outage is raised again
            await self._patience.bear(error)
            return True
        self._patience.rest()
        return begun

    async def _begin_some(self) -> bool:
        room = self._taker.at_once - len(self._busy)
        if room <= 0:
            return False
        if not self._seen:
            self._seen.extend(await self._look())
        fresh = [self._seen.popleft() for _ in range(min(room, len(self._seen)))]
        for row in fresh:
            task = asyncio.create_task(self._handle(row))
            self._busy[row.lane] = task
            task.add_done_callback(partial(self._leave, row.lane))
        return bool(fresh)

    async def _look(self) -> list[InboxRow]:
        seconds = asyncio.get_running_loop().time()
        self._elsewhere = {lane: end for lane, end in self._elsewhere.items() if end > seconds}
        async with self._database.reading() as tx:
            return await inbox.waiting(
                tx,
                source=self._taker.source,
                now=self._clock(),
                limit=AHEAD,
                except_lanes={*self._busy, *self._elsewhere},
            )

    def _leave(self, lane: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(lane, None)
        self._awake.set()

    async def _handle(self, row: InboxRow) -> None:
        try:
            if not await self._taker.take(row):
                self._elsewhere[row.lane] = asyncio.get_running_loop().time() + ELSEWHERE
        except Exception as error:  # noqa: BLE001 -- whatever it is, the row must not be lost
            await self._put_back_surely(row, error)
        self._wake_outbox()

    async def _put_back_surely(self, row: InboxRow, error: Exception) -> None:
        try:
            await self._put_back(row, error)
        except Exception:
            # The row is as it was; the lane rests, so that a sick database is not hammered.
            logger.exception("inbox_not_written", extra={"inbox_id": row.id})
            await asyncio.sleep(LONGEST_NAP)

    async def _put_back(self, row: InboxRow, error: Exception) -> None:
        if is_full(error):
            raise error
        if is_lost(error):
            # The row is as it was, or its effect is committed; the update has no part in it.
            logger.warning("database_away", extra={"error": type(error).__name__})
            await asyncio.sleep(LONGEST_NAP)
            return
        now = self._clock()
        pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
        async with self._database.transaction() as tx:
            if await self._taker.settle(tx, row, error, now=now):
                return
            logger.error("update_failed", exc_info=error, extra={"inbox_id": row.id})
            reason = f"{type(error).__name__}: {error}"
            poisonous = await inbox.note_failure(
                tx, row, error=reason, now=now, pause=timedelta(seconds=pause)
            )
            if poisonous:
                await self._taker.give_up(tx, row, now=now)
        if not poisonous:
            # What the person said later waits its turn, here and in other processes.
            await asyncio.sleep(pause)
