"""One process: everything is wired here, started here and stopped here."""

import asyncio
import fcntl
import logging
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from bot.clock import real_clock
from bot.settings import Settings
from delivery.headers import parse_mailbox
from delivery.pacing import Pace
from delivery.smtp import MailSender
from delivery.telegram import ChatSender
from handlers.telegram.door import TelegramDoor
from handlers.telegram.turn import Desk
from scheduler.carriers import ChatCarrier, MailCarrier
from scheduler.sending import Sending
from scheduler.ticks import Ticker
from storage import inbox, migrate, outbox
from storage.database import Database, open_database

logger = logging.getLogger(__name__)


class Process:
    """The running bot; `serve` works until cancelled."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime] = real_clock,
        paced: bool = True,
        hold: float = 50,
    ) -> None:
        settings.require("telegram_token", "smtp_url", "mail_from")
        assert settings.telegram_token and settings.smtp_url and settings.mail_from  # noqa: S101, PT018 -- `require` has just refused anything else; this tells the type checker
        self.database = database
        self.clock = clock
        self._settings = settings
        self._mail_from = settings.mail_from
        self.door = TelegramDoor(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            database=database,
            clock=clock,
            desk=self._desk,
            wake_outbox=self.wake,
            hold=hold,
        )
        pace = Pace() if paced else None
        chats = ChatCarrier(ChatSender(self.door.bot), pace=pace)
        mails = MailCarrier(MailSender(settings.smtp_url), mail_from=settings.mail_from)
        self._sending = [
            Sending(carrier=carrier, database=database, clock=clock) for carrier in (chats, mails)
        ]
        self.ticker = Ticker(database=database, clock=clock, wake_outbox=self.wake)

    def _desk(self, bot_name: str) -> Desk:
        return Desk(
            our_address=parse_mailbox(self._mail_from).address,
            bot_name=bot_name,
            zone=self._settings.timezone.key,
            quiet=self._settings.quiet_hours,
        )

    def wake(self) -> None:
        """Let the sending loops look into the outbox now."""
        for loop in self._sending:
            loop.wake()

    async def serve(self, *, ready: asyncio.Event | None = None) -> None:
        """Listen, send and tick until cancelled; what is under way is finished before the end.

        Raises a ChannelBroken when Telegram refuses the token or cannot be reached at the start.
        """
        with _one_process(self.database.file) as alone:
            await self.door.open()
            try:
                await self.ticker.begin(alone=alone)
                self.ticker.start()
                if ready is not None:
                    ready.set()
                async with asyncio.TaskGroup() as tasks:
                    for loop in self._sending:
                        tasks.create_task(loop.run())
                    tasks.create_task(self.door.run())
            finally:
                await self.ticker.stop()
                await self.door.close()

    async def settle(self, *, within: float = 30) -> bool:
        """Wait until nothing that is due is left to do; False when that takes too long."""
        deadline = asyncio.get_running_loop().time() + within
        while asyncio.get_running_loop().time() < deadline:
            async with self.database.reading() as tx:
                now = self.clock()
                if not await inbox.is_busy(tx, now=now) and not await outbox.is_busy(tx, now=now):
                    return True
            await asyncio.sleep(0.05)
        return False


class _one_process:  # noqa: N801 -- read as a statement: with _one_process(file) as alone
    """Hold the lock that tells whether another process works on the same SQLite file.

    The kernel frees it when a process dies, however it dies, so holding it proves that every
    lease found in the outbox belongs to nobody. On PostgreSQL leases simply run out.
    """

    def __init__(self, database_file: Path | None) -> None:
        self._path = database_file.with_suffix(".lock") if database_file else None
        self._handle: int | None = None

    def __enter__(self) -> bool:
        if self._path is None:
            return False
        self._handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(OSError):
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def __exit__(self, *_error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)


@asynccontextmanager
async def opened(settings: Settings, *, now: datetime) -> AsyncGenerator[Database]:
    """Open the database, bring it to the newest schema, and close it at the end."""
    database = open_database(settings.database_url.get_secret_value())
    try:
        await database.probe()
        copy = await migrate.apply(database, now=now)
        if copy is not None:
            logger.info("database_copied", extra={"copy": str(copy)})
        yield database
    finally:
        await database.close()
