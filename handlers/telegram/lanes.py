"""Let Telegram's updates have their effect: the reply is a row, and nothing is sent from here."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers import lanes
from handlers.telegram.application import BotApplication
from handlers.telegram.arrivals import SOURCE
from handlers.telegram.fetching import Arrived, Fetcher
from handlers.telegram.turn import Desk, Turn, current
from programme import conversations, trouble
from programme.refusals import PollUnknown
from storage import inbox
from storage.database import Database, Tx
from storage.inbox import InboxRow
from texts.translator import load

AT_ONCE = 16


class UpdateTaker:
    """Hands an update to the handlers in the transaction in which its inbox row ends."""

    source = SOURCE
    at_once = AT_ONCE

    def __init__(
        self,
        *,
        application: BotApplication,
        database: Database,
        clock: Callable[[], datetime],
        desk: Desk,
    ) -> None:
        self._application = application
        self._database = database
        self._clock = clock
        self._desk = desk
        self._fetcher = Fetcher(bot=application.bot, database=database, store=desk.files)
        self._courtesies: set[asyncio.Task[None]] = set()
        # The keys of arrivals whose turns were sealed and failed.
        self._sealed: set[str] = set()

    async def take(self, row: InboxRow) -> bool:
        """Handle one update; its file is fetched before the transaction begins."""
        update = Update.de_json(json.loads(row.payload), self._application.bot)
        arrived = await self._fetcher.fetch(update, now=self._clock())
        try:
            return await self._handle_update(row, update, arrived)
        finally:
            await self._fetcher.leave(arrived)

    async def settle(self, tx: Tx, row: InboxRow, error: Exception, *, now: datetime) -> bool:
        """Put a vote aside until its poll is known."""
        if isinstance(error, PollUnknown):
            await inbox.keep_orphan(tx, row, now=now)
            return True
        return False

    async def give_up(self, tx: Tx, row: InboxRow, *, now: datetime) -> None:
        """Tell the person that something went wrong on our side.

        What they said in a sealed turn is forgotten even so; they are asked to say it again.
        """
        if row.key in self._sealed:
            self._sealed.discard(row.key)
            await inbox.blank(tx, source=row.source, key=row.key)
        await trouble.apologise(tx, lane=row.lane, key=row.key, now=now)

    async def close(self) -> None:
        """Leave the courtesies undone."""
        for courtesy in self._courtesies:
            courtesy.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _handle_update(self, row: InboxRow, update: Update, arrived: Arrived | None) -> bool:
        now = self._clock()
        async with self._database.transaction() as tx:
            if not await inbox.finish(tx, row.id, now=now):
                return False
            self._quiet_button(update)
            chat = update.effective_chat
            if chat is not None and chat.type != ChatType.PRIVATE:
                return True
            turn = await self._turn(tx, row, update, now)
            turn.file, turn.received_at = arrived, row.received_at
            current.set(turn)
            await self._application.process_update(update)
            if turn.error is not None:
                if turn.is_sealed:
                    self._sealed.add(row.key)
                raise turn.error
        return True

    async def _turn(self, tx: Tx, row: InboxRow, update: Update, now: datetime) -> Turn:
        user = update.effective_user
        chat_id = user.id if user else 0
        locale = load(user.language_code or "pl").locale if user else "pl"
        chat = await conversations.open_chat(tx, chat_id=chat_id, locale=locale, now=now)
        return Turn(tx, now, f"{row.source}:{row.key}", chat_id, chat, self._desk)

    def _quiet_button(self, update: Update) -> None:
        # Without an answer the pressed button shows a clock for half a minute. It is a courtesy
        # without an effect, so it may fail, and it must not wait for the transaction.
        if update.callback_query is not None:
            task = asyncio.create_task(_answer(self._application.bot, update.callback_query.id))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)


class Lanes(lanes.Lanes):
    """The workers that handle what Telegram brought."""

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
        taker = UpdateTaker(application=application, database=database, clock=clock, desk=desk)
        super().__init__(
            taker, database=database, clock=clock, wake_outbox=wake_outbox, alive=alive
        )


async def _answer(bot: Bot | Any, query_id: str) -> None:
    with suppress(TelegramError):
        await bot.answer_callback_query(query_id)
