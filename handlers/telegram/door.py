"""The door to Telegram: the bot's own account, the poller and the lanes behind it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from delivery.failures import ChannelBroken
from delivery.redaction import redact
from delivery.telegram import make_bot
from handlers.telegram.application import build, show_menu
from handlers.telegram.lanes import Lanes
from handlers.telegram.polling import Poller
from handlers.telegram.turn import Desk
from storage.database import Database


class TokenWrong(ChannelBroken):
    """Telegram does not know this token."""


class TelegramUnreachable(ChannelBroken):
    """Telegram does not answer."""


class TelegramDoor:
    """Everything that listens to Telegram."""

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        database: Database,
        clock: Callable[[], datetime],
        desk: Callable[[str], Desk],
        wake_outbox: Callable[[], None],
        hold: float = 50,
    ) -> None:
        self.bot: Bot = make_bot(token, api_url)
        self._desk = desk
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._hold = hold
        self._application = build(self.bot)

    async def open(self) -> str:
        """Ask Telegram who we are and return the bot's user name.

        Raises TokenWrong or TelegramUnreachable; neither loses anything.
        """
        try:
            await self._application.initialize()
            await show_menu(self.bot)
        except TelegramError as error:
            await self.close()
            kind = TokenWrong if isinstance(error, InvalidToken) else TelegramUnreachable
            raise kind(redact(str(error))) from None
        return str(self.bot.username)

    async def run(self) -> None:
        """Listen until cancelled. Raises TokenWrong when the token is withdrawn meanwhile."""
        lanes = Lanes(
            application=self._application,
            database=self._database,
            clock=self._clock,
            desk=self._desk(str(self.bot.username)),
            wake_outbox=self._wake_outbox,
        )
        poller = Poller(
            bot=self.bot,
            request=self.bot.request,
            database=self._database,
            clock=self._clock,
            wake=lanes.wake,
            hold=self._hold,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(lanes.run())
                tasks.create_task(poller.run())
        except ExceptionGroup as errors:
            if errors.subgroup(InvalidToken) is None:
                raise
            raise TokenWrong("InvalidToken") from None

    async def close(self) -> None:
        """Give connections back, also those of a door that could not be opened."""
        await self._application.shutdown()
        await self.bot.shutdown()
