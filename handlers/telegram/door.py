"""The door to Telegram: the bot's own account, the poller and the lanes behind it."""

from collections.abc import Callable
from datetime import datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from delivery.failures import ChannelBroken
from delivery.redaction import redact
from delivery.telegram import make_bot
from handlers.telegram import webhook
from handlers.telegram.application import build, show_menu
from handlers.telegram.lanes import Lanes
from handlers.telegram.polling import Poller
from handlers.telegram.turn import Desk
from handlers.web.pulse import Pulse
from storage.database import Database
from storage.leases import Confirm


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
        pulse: Pulse | None = None,
    ) -> None:
        self.bot: Bot = make_bot(token, api_url)
        self._desk = desk
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._hold = hold
        self._pulse = pulse or Pulse()
        self._application = build(self.bot)
        self._lanes: Lanes | None = None

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
        self._lanes = Lanes(
            application=self._application,
            database=self._database,
            clock=self._clock,
            desk=self._desk(str(self.bot.username)),
            wake_outbox=self._wake_outbox,
            alive=self._pulse.watch("lanes"),
        )
        return str(self.bot.username)

    def wake(self) -> None:
        """Let what has arrived be handled now instead of at the next look."""
        if self._lanes is not None:
            self._lanes.wake()

    async def handle(self) -> None:
        """Carry what has arrived to its effects until cancelled; any number may, once open."""
        assert self._lanes is not None  # noqa: S101 -- a door that was not opened is our mistake
        await self._lanes.run()

    async def poll(self, confirm: Confirm) -> None:
        """Ask for updates until cancelled; only one may at a time, which `confirm` makes sure of.

        Raises TokenWrong when the token is withdrawn meanwhile.
        """
        poller = Poller(
            bot=self.bot,
            request=self.bot.request,
            database=self._database,
            clock=self._clock,
            wake=self.wake,
            confirm=confirm,
            hold=self._hold,
            alive=self._pulse.watch("poller"),
        )
        try:
            await poller.run()
        except InvalidToken:
            raise TokenWrong("InvalidToken") from None

    async def aim(self, public_url: str) -> None:
        """Let Telegram bring updates to our web port.

        Raises TokenWrong, TelegramUnreachable, or WebhookRefused when it does not like the address.
        """
        try:
            await webhook.aim(self.bot, public_url=public_url)
        except TelegramError as error:
            kind = TokenWrong if isinstance(error, InvalidToken) else TelegramUnreachable
            raise kind(redact(str(error))) from None

    async def keep_aimed(self, public_url: str) -> None:
        """See to it that Telegram goes on doing so until cancelled; raises TokenWrong."""
        try:
            await webhook.keep_aimed(self.bot, public_url=public_url)
        except InvalidToken:
            raise TokenWrong("InvalidToken") from None

    async def close(self) -> None:
        """Give connections back, also those of a door that could not be opened."""
        await self._application.shutdown()
        await self.bot.shutdown()
