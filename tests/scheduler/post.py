"""The two sending loops between a database and the playground's servers, for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from telegram import Bot

from bot.clock import MovedClock
from delivery.pacing import Pace
from delivery.smtp import MailSender, SmtpTimeouts
from delivery.smtp_url import SmtpUrl
from delivery.telegram import ChatSender, make_bot
from playground.playground import Playground
from playground.visitor import Visitor
from programme.notice_policy import WakingHours
from scheduler.carriers import MAIL_CONNECTIONS, ChatCarrier, MailCarrier
from scheduler.sending import Sending
from scheduler.ticks import Ticker
from storage import outbox, outbox_lists, pauses
from storage.database import Database
from storage.outbox import Entry
from storage.tables import contact
from storage.tables import outbox as rows
from tests.storage.rows import NOW, entry

OURS = "Akademia Współpracy <szkolenia@gmina.example.org>"
ANSWER_SECONDS = 2.5
IMPATIENT = SmtpTimeouts(connect=1.5, command=1.5, data=1.5)
LONGEST_WAIT = 60.0
PROGRAMME = {
    "title": "Akademia Współpracy",
    "funder_line": "",
    "organiser": "Urząd Gminy Miłki",
    "contact": "tel. 600 000 000",
}
BASE = {"programme": PROGRAMME, "person": {"name": "Jan Przykładowy"}}
CODE = BASE | {"code": "123456", "minutes": 15}
EVENT = {
    "id": 1,
    "title": "Budowanie partnerstw",
    "kind": "training",
    "place": "Urząd Gminy",
    "sessions": [
        {
            "starts_at": "2027-02-10T08:00:00+00:00",
            "ends_at": "2027-02-10T14:00:00+00:00",
            "zone": "Europe/Warsaw",
            "place": "Urząd Gminy",
        }
    ],
}
INVITATION = BASE | {
    "subject": "Zaproszenie na szkolenie",
    "body": "Zapraszamy.",
    "case_number": None,
    "event": None,
    "link": None,
    "deadline": None,
}


class Post:
    """What leaves: rows put into the outbox go out through real HTTP and SMTP."""

    def __init__(
        self, database: Database, playground: Playground, clock: MovedClock, bot: Bot, login: str
    ) -> None:
        self.database = database
        self.playground = playground
        self.server = playground.server
        self.mailbox = playground.mailbox
        self.clock = clock
        self.bot = bot
        self.login = login
        self.loops: list[Sending] = []

    def chats(
        self,
        database: Database | None = None,
        *,
        pace: Pace | None = None,
        hours: WakingHours | None = None,
    ) -> Sending:
        """Make a loop for Telegram."""
        carrier = ChatCarrier(ChatSender(self.bot), pace=pace, hours=hours)
        return Sending(carrier=carrier, database=database or self.database, clock=self.clock)

    def mails(
        self,
        database: Database | None = None,
        *,
        timeouts: SmtpTimeouts = IMPATIENT,
        pace: Pace | None = None,
        **office: Any,
    ) -> Sending:
        """Make a loop for mail; `office` is what else a carrier is told."""
        user, _, password = self.login.partition(":")
        url = SmtpUrl(
            "127.0.0.1", self.playground.smtp_port, "none", user or None, password or None
        )
        senders = [MailSender(url, timeouts=timeouts) for _ in range(MAIL_CONNECTIONS)]
        carrier = MailCarrier(*senders, mail_from=OURS, pace=pace, **office)
        return Sending(carrier=carrier, database=database or self.database, clock=self.clock)

    def ticker(self) -> Ticker:
        """Make a ticker that wakes the loops."""
        return Ticker(database=self.database, clock=self.clock, wake_outbox=self.wake)

    def wake(self) -> None:
        """Let all loops look now."""
        for loop in self.loops:
            loop.wake()

    async def put(self, *entries: Entry) -> None:
        """Queue entries."""
        async with self.database.transaction() as tx:
            await outbox.put(tx, list(entries), now=NOW)

    @asynccontextmanager
    async def open(self, *loops: Sending) -> AsyncIterator[None]:
        """Let loops run, one for each channel if none are given, and stop them at the end."""
        self.loops = list(loops) or [self.chats(), self.mails()]
        tasks = [asyncio.create_task(loop.run()) for loop in self.loops]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def deliver(self, *loops: Sending, after: timedelta = timedelta(0)) -> None:
        """Put the clock forward and send all that can be sent."""
        self.clock.put_forward(self.clock() + after)
        async with self.open(*loops):
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing is under way and nothing that is due may leave."""
        async with asyncio.timeout(LONGEST_WAIT):
            # Looked at twice: a row that ends may have queued another meanwhile.
            while await self._has_work() or await self._has_work():  # noqa: ASYNC110 -- the database rings no bell
                await asyncio.sleep(0.01)

    async def _has_work(self) -> bool:
        # First what waits, then what is under way: rows go that way between two looks.
        now = self.clock()
        async with self.database.reading() as tx:
            for channel in ("telegram", "mail"):
                resting = await pauses.until(tx, channel, now=now)
                if resting is None and await outbox_lists.has_due(tx, channel=channel, now=now):
                    return True
            under_way = select(rows.c.id).where(rows.c.state.in_(outbox.UNDER_WAY)).limit(1)
            return await tx.scalar(under_way) is not None

    async def row(self, key: str) -> Any:
        """Read one row."""
        async with self.database.reading() as tx:
            return (await tx.execute(select(rows).where(rows.c.key == key))).one()

    async def states(self) -> dict[str, str]:
        """Tell the state of every row by its key."""
        async with self.database.reading() as tx:
            found = await tx.execute(select(rows.c.key, rows.c.state).order_by(rows.c.id))
            return {row.key: row.state for row in found}

    async def wait_for_state(self, key: str, state: str) -> None:
        """Wait until a row is in a state."""
        async with asyncio.timeout(LONGEST_WAIT):
            while (await self.row(key)).state != state:  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.01)

    async def is_reachable(self, address: str) -> bool:
        """Tell whether a contact is thought to be reachable."""
        async with self.database.reading() as tx:
            query = select(contact.c.unreachable_at).where(contact.c.address == address)
            return (await tx.execute(query)).scalar_one() is None

    async def resting(self, channel: str) -> datetime | None:
        """Tell until when a channel rests."""
        async with self.database.reading() as tx:
            return await pauses.until(tx, channel, now=self.clock())

    async def person(self, number: int) -> Visitor:
        """Let a person start a chat with the bot."""
        visitor = self.playground.visitor(number, "Jan", "Przykładowy")
        await visitor.send("/start")
        return visitor

    def texts(self, chat_id: int) -> list[str]:
        """Read what really arrived in a chat."""
        return [message.get("text", "") for message in self.server.delivered(chat_id)]


@asynccontextmanager
async def opened_post(database: Database, login: str = "") -> AsyncIterator[Post]:
    """Start the playground's servers around a database."""
    user, _, password = login.partition(":")
    clock = MovedClock(NOW)
    async with Playground(clock=clock, smtp_user=user, smtp_password=password) as playground:
        token, url = playground.token, playground.api_url
        async with make_bot(token, url, answer_seconds=ANSWER_SECONDS) as bot:
            yield Post(database, playground, clock, bot, login)


def mail(key: str, **changes: Any) -> Entry:
    """Make an entry for a mail."""
    values: dict[str, Any] = {
        "channel": "mail",
        "kind": "email_code",
        "address": "jan@ngo.example.org",
        "facts": CODE,
    }
    return entry(key, **(values | changes))


def seconds_from_now(moment: datetime, now: datetime) -> int:
    """Round a span to whole seconds, upwards for the little time that a test takes."""
    return round((moment - now).total_seconds() + 0.5)
