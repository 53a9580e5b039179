"""Carry inbox rows to their effects: in order per person, side by side across people.

Any number of processes may do so: each row is the work of whoever locks it first, and the
others leave its lane alone for a moment.

Per row, in one transaction: the inbox row ends, the effect is made, the replies are queued. A
row that fails is tried three times and then put into quarantine, and the person is told that
something went wrong on our side; the rows behind it go on.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.telegram.application import BotApplication
from handlers.telegram.fetching import Arrived, Fetcher
from handlers.telegram.turn import Desk, Turn, current
from programme import conversations, trouble
from programme.refusals import PollUnknown
from storage import inbox
from storage.database import Database, Tx, is_full
from storage.inbox import InboxRow
from storage.outage import Patience, is_lost
from texts.translator import load

AT_ONCE = 16
AHEAD = 64
LONGEST_NAP = 1.0
# A round takes a second; a database that is busy may take longer.
SILENCE = 60.0
# How long a lane is left alone that somebody else is working on.
ELSEWHERE = 0.05
# A passing trouble, such as a deadlock, is over by then; the third try is the last.
PAUSES = (0.2, 1.5)
logger = logging.getLogger(__name__)


class Lanes:
    """The workers that handle what lies in the inbox."""

    def __init__(
        self,
        *,
        application: BotApplication,
        database: Database,
        clock: Callable[[], datetime],
        desk: Desk,
        wake_outbox: Callable[[], None],
        alive: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._application = application
        self._database = database
        self._clock = clock
        self._desk = desk
        self._fetcher = Fetcher(bot=application.bot, database=database, store=desk.files)
        self._wake_outbox = wake_outbox
        self._alive = alive
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._courtesies: set[asyncio.Task[None]] = set()
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
            for courtesy in self._courtesies:
                courtesy.cancel()
            under_way = [*self._busy.values(), *self._courtesies]
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _begin_patiently(self) -> bool:
        try:
            begun = await self._begin_some()
        except Exception as error:  # noqa: BLE001 -- what is no outage is raised again
            await self._patience.bear(error)
            return True
        self._patience.rest()
        return begun

    async def _begin_some(self) -> bool:
        room = AT_ONCE - len(self._busy)
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
        lanes = {*self._busy, *self._elsewhere}
        async with self._database.reading() as tx:
            return await inbox.waiting(tx, now=self._clock(), limit=AHEAD, except_lanes=lanes)

    def _leave(self, lane: str, _task: asyncio.Task[None]) -> None:
        self._busy.pop(lane, None)
        self._awake.set()

    async def _handle(self, row: InboxRow) -> None:
        try:
            await self._take(row)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the row must not be lost
            await self._put_back_surely(row, error)
        self._wake_outbox()

    async def _take(self, row: InboxRow) -> None:
        update = Update.de_json(json.loads(row.payload), self._application.bot)
        arrived = await self._fetcher.fetch(update, now=self._clock())
        try:
            await self._handle_update(row, update, arrived)
        finally:
            await self._fetcher.leave(arrived)

    async def _handle_update(self, row: InboxRow, update: Update, arrived: Arrived | None) -> None:
        now = self._clock()
        async with self._database.transaction() as tx:
            if not await inbox.finish(tx, row.id, now=now):
                self._elsewhere[row.lane] = asyncio.get_running_loop().time() + ELSEWHERE
                return
            self._quiet_button(update)
            chat = update.effective_chat
            if chat is not None and chat.type != ChatType.PRIVATE:
                return
            turn = await self._turn(tx, row, update, now)
            turn.file = arrived
            current.set(turn)
            await self._application.process_update(update)
            if turn.error is not None:
                raise turn.error

    async def _turn(self, tx: Tx, row: InboxRow, update: Update, now: datetime) -> Turn:
        user = update.effective_user
        chat_id = user.id if user else 0
        locale = load(user.language_code or "pl").locale if user else "pl"
        chat = await conversations.open_chat(tx, chat_id=chat_id, locale=locale, now=now)
        return Turn(tx, now, f"{row.source}:{row.key}", chat_id, chat, self._desk)

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
            if isinstance(error, PollUnknown):
                await inbox.keep_orphan(tx, row, now=now)
                return
            logger.error("update_failed", exc_info=error, extra={"inbox_id": row.id})
            reason = f"{type(error).__name__}: {error}"
            poisonous = await inbox.note_failure(
                tx, row, error=reason, now=now, pause=timedelta(seconds=pause)
            )
            if poisonous:
                await trouble.apologise(tx, lane=row.lane, key=row.key, now=now)
        if not poisonous:
            # What the person said later waits its turn, here and in other processes.
            await asyncio.sleep(pause)

    def _quiet_button(self, update: Update) -> None:
        # Without an answer the pressed button shows a clock for half a minute. It is a courtesy
        # without an effect, so it may fail, and it must not wait for the transaction.
        if update.callback_query is not None:
            task = asyncio.create_task(_answer(self._application.bot, update.callback_query.id))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)


async def _answer(bot: Bot | Any, query_id: str) -> None:
    with suppress(TelegramError):
        await bot.answer_callback_query(query_id)
