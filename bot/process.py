"""One process: everything is wired here, started here and stopped here."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import ready_surveys
from bot.alone import beside_others
from bot.clock import real_clock
from bot.holder import Holder
from bot.roles import ALL, Role
from bot.settings import POLLING, WEBHOOK, Settings
from bot.signatures import signer
from delivery.headers import parse_mailbox
from delivery.pacing import Pace, mail_pace
from delivery.smtp import MailSender
from delivery.telegram import ChatSender
from handlers.mail.door import MailDesk
from handlers.mail.imap_url import ImapUrl
from handlers.mail.reception import Reception
from handlers.telegram import deed_desk
from handlers.telegram.door import TelegramDoor
from handlers.telegram.turn import Desk
from handlers.web.pulse import Pulse
from programme.notice_policy import WakingHours
from scheduler.carriers import MAIL_CONNECTIONS, ChatCarrier, MailCarrier
from scheduler.sending import Sending
from scheduler.ticks import Ticker
from storage import inbox, leases, migrate, outbox_lists, restored
from storage.database import Database, open_database
from storage.files import FileStore
from storage.outage import insist

if TYPE_CHECKING:
    from bot.front import Front

RELEASED_LOOK_SECONDS = 1.0
Work = Callable[[], Coroutine[Any, Any, None]]
logger = logging.getLogger(__name__)


class Process:
    """The running bot; `serve` works until cancelled."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        roles: frozenset[Role] = ALL,
        clock: Callable[[], datetime] = real_clock,
        paced: bool = True,
        hold: float = 50,
    ) -> None:
        settings.require("telegram_token", "smtp_url", "mail_from")
        if settings.telegram_door == WEBHOOK:
            settings.require("public_url")
        assert settings.telegram_token and settings.smtp_url and settings.mail_from  # noqa: S101, PT018 -- `require` has just refused anything else; this tells the type checker
        self.database = database
        self.clock = clock
        self.held_since: datetime | None = None
        self._roles = roles
        self._settings = settings
        self._mail_from = settings.mail_from
        self._pulse = Pulse()
        self.door = TelegramDoor(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            database=database,
            clock=clock,
            desk=self._desk,
            wake_outbox=self.wake,
            hold=hold,
            pulse=self._pulse,
        )
        self._reception = self._make_reception()
        self.front = self._make_front()
        contract = mail_pace(per_minute=settings.mail_per_minute, per_day=settings.mail_per_day)
        hours = WakingHours(settings.quiet, settings.timezone.key)
        chats = ChatCarrier(
            ChatSender(self.door.bot),
            pace=Pace() if paced else None,
            hours=hours,
            files=FileStore(settings.files_folder),
        )
        signed_by = signer(settings)
        mails = MailCarrier(
            *(MailSender(settings.smtp_url) for _ in range(MAIL_CONNECTIONS)),
            mail_from=settings.mail_from,
            pace=contract if paced else None,
            hours=hours,
            public_url=settings.public_url,
            plus=settings.mail_plus,
            sign=signed_by.sign if signed_by else None,
            files=FileStore(settings.files_folder),
        )
        told = {"took": self.front.metrics.note_sent} if self.front else {}
        self._sending = [
            Sending(
                carrier=carrier,
                database=database,
                clock=clock,
                alive=self._pulse.watch(f"send_{carrier.channel}"),
                **told,
            )
            for carrier in (chats, mails)
        ]
        self.ticker = Ticker(
            database=database,
            clock=clock,
            wake_outbox=self.wake,
            alive=self._pulse.watch("ticks"),
            quiet=settings.quiet,
            files=FileStore(settings.files_folder),
            deed_words=partial(deed_desk.came_of, zone=settings.timezone.key),
            zone=settings.timezone.key,
            summary_at=settings.summary_at,
            second_eyes=settings.second_eyes,
        )

    def _make_front(self) -> "Front | None":
        wanted = self._roles != ALL or self._settings.has_web_port
        if Role.WEB not in self._roles or not wanted:
            return None
        from bot.front import Front  # noqa: PLC0415 -- most processes have no web port

        return Front(
            self._settings,
            self.database,
            clock=self.clock,
            pulse=self._pulse,
            wake=self.door.wake,
            wake_outbox=self.wake,
            link=lambda: f"https://t.me/{self.door.bot.username}",
        )

    def _make_reception(self) -> Reception:
        settings = self._settings
        mailbox = settings.imap_url
        return Reception(
            mailbox=ImapUrl.parse(mailbox.get_secret_value()) if mailbox else None,
            maildir=settings.maildir,
            database=self.database,
            clock=self.clock,
            desk=self._mail_desk,
            store=FileStore(settings.files_folder),
            wake_outbox=self.wake,
            pulse=self._pulse,
        )

    def _mail_desk(self) -> MailDesk:
        return MailDesk(
            our_address=parse_mailbox(self._mail_from).address,
            public_url=self._settings.public_url or "",
            bot_link=f"https://t.me/{self.door.bot.username}",
            zone=self._settings.timezone.key,
            quiet=self._settings.quiet,
            files=FileStore(self._settings.files_folder),
        )

    def _desk(self, bot_name: str) -> Desk:
        return Desk(
            our_address=parse_mailbox(self._mail_from).address,
            bot_name=bot_name,
            zone=self._settings.timezone.key,
            quiet=self._settings.quiet,
            files=FileStore(self._settings.files_folder),
            public_url=self._settings.public_url,
            second_eyes=self._settings.second_eyes,
            summary_at=self._settings.summary_at,
            ready_surveys=ready_surveys.contents(),
        )

    def wake(self) -> None:
        """Let the sending loops look into the outbox now."""
        for loop in self._sending:
            loop.wake()

    def _parts(self) -> Iterator[Work]:
        """List what the roles of this process do side by side until it is stopped.

        A restored copy listens, so that nothing is lost, and does nothing else until released.
        """
        if Role.SEND in self._roles:
            for loop in self._sending:
                yield partial(self._once_released, loop.run)
        if Role.RECEIVE in self._roles:
            if self._settings.telegram_door == POLLING:
                yield partial(self._holder(leases.POLLER, "poller").run, self.door.poll)
            yield partial(self._once_released, self.door.handle)
            if self._settings.imap_url is not None:
                mailbox = self._holder(leases.MAIL_READER, "mailbox")
                yield partial(mailbox.run, self._reception.read_mailbox)
            if self._settings.maildir is not None:
                maildir = self._holder(leases.MAILDIR_READER, "maildir")
                yield partial(maildir.run, self._reception.read_maildir)
            # What the command `intake` has brought is handled too.
            yield partial(self._once_released, self._reception.handle)
        if self.front is not None:
            yield self.front.run
            if self._public_url is not None:
                yield partial(self.door.keep_aimed, self._public_url)
        if Role.TICK in self._roles:
            ticking = partial(self._holder(leases.TICKER, "ticks").run, self.ticker.run)
            yield partial(self._once_released, ticking)

    def _holder(self, name: str, loop: str) -> Holder:
        alive = self._pulse.watch(loop)
        return Holder(
            name, database=self.database, clock=self.clock, length=leases.LENGTH, alive=alive
        )

    @property
    def _public_url(self) -> str | None:
        """Where Telegram is to deliver; None when it is asked instead."""
        return self._settings.public_url if self._settings.telegram_door == WEBHOOK else None

    async def _once_released(self, work: Work) -> None:
        while self.held_since is not None:
            await asyncio.sleep(RELEASED_LOOK_SECONDS)
            self.held_since = await insist(self._read_held_since)
        await work()

    async def _read_held_since(self) -> datetime | None:
        async with self.database.reading() as tx:
            return await restored.held_since(tx)

    async def serve(self, *, ready: asyncio.Event | None = None) -> None:
        """Do what the roles say until cancelled; what is under way is finished before the end.

        Raises a ChannelBroken when Telegram refuses the token or cannot be reached at the start.
        """
        self.held_since = await restored.look(self.database, now=self.clock())
        async with beside_others(self.database.file, when_alone=self._inherit):
            if self.front is not None:
                self.front.open()
            try:
                if self._roles != {Role.TICK}:
                    await self.door.open()
                if self.front is not None and self._public_url is not None:
                    await self.door.aim(self._public_url)
                if ready is not None:
                    ready.set()
                async with asyncio.TaskGroup() as tasks:
                    for work in self._parts():
                        tasks.create_task(work())
            finally:
                await self.door.close()
                if self.front is not None:
                    await self.front.close()
                await self._note_end()

    async def _note_end(self) -> None:
        """Let a copy be recognised that was made shortly before this end."""
        # The end of a process must not hang on it, and the next one can do without.
        with suppress(Exception):
            await restored.note_progress(self.database)

    async def _inherit(self) -> None:
        """Take up at once what the dead have left, because nobody else is at work."""
        async with self.database.transaction() as tx:
            await leases.free_all(tx)
        if self.held_since is None:
            await self.ticker.begin(alone=True)

    async def settle(self, *, within: float = 30) -> bool:
        """Wait until nothing that is due is left to do; False when that takes too long."""
        deadline = asyncio.get_running_loop().time() + within
        while asyncio.get_running_loop().time() < deadline:
            async with self.database.reading() as tx:
                now = self.clock()
                if not await inbox.is_busy(tx, now=now) and not await outbox_lists.is_busy(
                    tx, now=now
                ):
                    return True
            await asyncio.sleep(0.05)
        return False


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
