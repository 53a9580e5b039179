"""Carry inbox rows to their effects: in order per person, side by side across people.

Per row, in one transaction: the inbox row ends, the effect is made, the replies are queued. A
row that fails is tried three times and then put into quarantine, and the person is told that
something went wrong on our side; the rows behind it go on.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.telegram.application import BotApplication
from handlers.telegram.turn import Desk, Turn, current
from programme import conversations, trouble
from programme.refusals import PollUnknown
from storage import inbox
from storage.database import Database, Tx
from storage.inbox import InboxRow
from texts.translator import load

AT_ONCE = 16
LONGEST_NAP = 1.0
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
    ) -> None:
        self._application = application
        self._database = database
        self._clock = clock
        self._desk = desk
        self._wake_outbox = wake_outbox
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._courtesies: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Look into the inbox now instead of at the next round."""
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled; what was begun is finished first."""
        try:
            while True:
                self._awake.clear()
                if not await self._begin_some():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LONGEST_NAP):
                            await self._awake.wait()
        finally:
            for courtesy in self._courtesies:
                courtesy.cancel()
            under_way = [*self._busy.values(), *self._courtesies]
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _begin_some(self) -> bool:
        room = AT_ONCE - len(self._busy)
        if room <= 0:
            return False
        async with self._database.reading() as tx:
            rows = await inbox.waiting(
                tx, now=self._clock(), limit=room, except_lanes=set(self._busy)
            )
        fresh = [row for row in rows if row.lane not in self._busy]
        for row in fresh:
            if row.lane not in self._busy:
                task = asyncio.create_task(self._handle(row))
                self._busy[row.lane] = task
                task.add_done_callback(partial(self._leave, row.lane))
        return bool(fresh)

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
        self._quiet_button(update)
        now = self._clock()
        async with self._database.transaction() as tx:
            if not await inbox.finish(tx, row.id, now=now):
                return
            chat = update.effective_chat
            if chat is not None and chat.type != ChatType.PRIVATE:
                return
            turn = await self._turn(tx, row, update, now)
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
        now = self._clock()
        async with self._database.transaction() as tx:
            if isinstance(error, PollUnknown):
                await inbox.keep_orphan(tx, row, now=now)
                return
            logger.error("update_failed", exc_info=error, extra={"inbox_id": row.id})
            reason = f"{type(error).__name__}: {error}"
            poisonous = await inbox.note_failure(tx, row, error=reason, now=now)
            if poisonous:
                await trouble.apologise(tx, lane=row.lane, key=row.key, now=now)
        if not poisonous:
            # The lane stays busy meanwhile, so what the person said later waits its turn.
            await asyncio.sleep(PAUSES[min(row.attempts, len(PAUSES) - 1)])

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
