"""The mayor's letter of 5 February to sixty organisations with 180 people, from words to report.

The secretary writes it on a phone, a second coordinator looks at it and lets it leave, people
register from it, and the report says who got it and who is silent. Only the clock is moved.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import update

from bot.stage import COORDINATOR, SAMPLE, SECOND_COORDINATOR, Stage, set_up
from bot.tour_crowd import PATIENCE, press, register
from playground import faults, mishaps
from playground.persona import Persona
from playground.visitor import Visitor
from programme import events
from programme.quiet_hours import QuietHours
from programme.wall_time import to_moment
from storage import broadcasts
from storage import events as event_rows
from storage.database import Tx
from storage.tables import event as table
from tests.letter_story.town import Reader, settle_in

# The day before, so that the story begins on the morning of 5 February.
EVE = date(2027, 2, 4)
MEETING = "spotkanie-program-konsultacji"
CASE = "SK.523.3.2015"
WORDS = (
    "{osoba},\n\nzapraszam na kolejne spotkanie, na którym dokończymy projekt programu aktywnych "
    "konsultacji społecznych. Głos każdej organizacji jest dla nas ważny, także głos Państwa "
    "organizacji: {organizacja}.\n\nProjekt dołączam do listu. Proszę o przeczytanie go przed "
    "spotkaniem."
)
PROJECT = (SAMPLE / "karta-zgloszenia.pdf").read_bytes()
HOLD = timedelta(seconds=30)
BLOCKING, REFUSED, COMING = 3, 2, 8


class StoryBroken(Exception):
    """The story did not go as it must."""


@asynccontextmanager
async def staged() -> AsyncGenerator[tuple[Stage, list[Reader]]]:
    """Set the stage with the office and the sixty organisations; give everybody in them."""
    personas = (COORDINATOR, SECOND_COORDINATOR)
    async with set_up(personas=personas, today=EVE, ngos=0, by_mail=True) as stage:
        async with stage.process.database.transaction() as tx:
            readers = await settle_in(tx, now=stage.clock())
            await _meet_on_the_tenth(tx, now=stage.clock())
        yield stage, readers


async def _meet_on_the_tenth(tx: Tx, *, now: datetime) -> None:
    """Put the meeting where it was: on 10 February at 16:00; who comes says so a day before."""
    event = await event_rows.by_key(tx, MEETING)
    if event is None:
        raise StoryBroken("The programme has no meeting.")
    (session,) = await event_rows.sessions(tx, event.id)
    begins = datetime(EVE.year, 2, 10, 16)  # noqa: DTZ001 - wall time
    deadline = to_moment(begins - timedelta(days=1, hours=1), event.zone)
    await tx.execute(update(table).where(table.c.id == event.id).values(deadline_at=deadline))
    await events.move_session(
        tx,
        session_id=session.id,
        starts_wall=begins,
        ends_wall=begins + timedelta(hours=3),
        place=session.place,
        quiet=QuietHours(),
        now=now,
    )


class LetterStory:
    """One run of the story; `look` is called where a picture of a chat may be taken."""

    def __init__(
        self,
        stage: Stage,
        readers: list[Reader],
        tell: Callable[[str], None],
        look: Callable[[str, Persona], Awaitable[None]] | None = None,
    ) -> None:
        self._stage, self._readers, self._tell, self._look = stage, readers, tell, look
        self.event_id = 0
        self._heard: dict[int, int] = {}
        self.irena = self._staff(COORDINATOR)
        self.adam = self._staff(SECOND_COORDINATOR)
        self.chats = {one.chat: self._chat(one.chat, one.name) for one in readers if one.chat}

    def _staff(self, persona: Persona) -> Visitor:
        playground = self._stage.playground
        return playground.visitor(persona.user_id, persona.first_name, persona.last_name)

    def _chat(self, chat: int, name: str) -> Visitor:
        first, last = name.split(" ", 1)
        return self._stage.playground.visitor(chat, first, last)

    async def play(self) -> None:
        """Play every chapter."""
        async with self._stage.process.database.reading() as tx:
            event = await event_rows.by_key(tx, MEETING)
        self.event_id = event.id if event else 0
        chapters = {
            "Wszyscy, którzy mają Telegram, zaglądają do bota": self._arrive,
            "Sekretarz pisze list": self._write,
            "Sekretarz ogląda list i wysyła próbę do siebie": self._try_out,
            "Druga osoba z urzędu sprawdza list i go wysyła": self._confirm,
            "List wychodzi po 30 sekundach": self._leave,
            "Kilka osób zapisuje się na spotkanie": self._come,
            "Raport: kto dostał, kto się zapisał, kto milczy": self._report,
        }
        for number, (title, chapter) in enumerate(chapters.items(), start=1):
            self._tell(f"\n=== {number}. {title}")
            await chapter()

    async def _rest(self) -> None:
        if not await self._stage.process.settle(within=120):
            raise StoryBroken("The bot did not come to rest.")

    async def _say(self, visitor: Visitor, *texts: str) -> None:
        for text in texts:
            await visitor.send(text)
            await visitor.wait_for("", timeout=PATIENCE)
            await self._rest()

    async def _tap(self, visitor: Visitor, *patterns: str) -> None:
        for pattern in patterns:
            await press(visitor, pattern)
            await self._rest()

    async def _show(self, visitor: Visitor, picture: str = "") -> None:
        lines = visitor.transcript
        for line in lines[self._heard.get(visitor.user_id, 0) :]:
            self._tell(line)
        self._heard[visitor.user_id] = len(lines)
        if picture and self._look is not None:
            persona = COORDINATOR if visitor is self.irena else SECOND_COORDINATOR
            await self._look(picture, persona)

    # --- chapters ---

    async def _arrive(self) -> None:
        await self._say(self.adam, "/start")
        self._heard[self.adam.user_id] = len(self.adam.transcript)
        for visitor in self.chats.values():
            await visitor.send("/szkolenia")
        for chat, visitor in self.chats.items():
            await visitor.wait_for("", timeout=PATIENCE)
            self._heard[chat] = len(visitor.transcript)
        await self._rest()
        self._tell(f"    {len(self.chats)} osób ma czat z botem")

    async def _write(self) -> None:
        await self._say(self.irena, "/zaproszenie")
        await self._tap(self.irena, rf"q:\d+:{self.event_id}")
        await self._say(self.irena, CASE, WORDS)
        await self._tap(self.irena, r"q:\d+:ngo")
        await self._tap(self.irena, r"q:\d+:file")
        await self.irena.send_document("projekt-programu.pdf", PROJECT)
        await self.irena.wait_for("", timeout=PATIENCE)
        await self._rest()
        await self._show(self.irena, "last-look")

    async def _try_out(self) -> None:
        await self._tap(self.irena, r"q:\d+:test")
        await self._show(self.irena, "test")
        await self._tap(self.irena, r"q:\d+:preview")
        await self._show(self.irena)

    async def _confirm(self) -> None:
        await self._tap(self.irena, r"q:\d+:send")
        await self._show(self.irena, "proposed")
        await self._tap(self.adam, r"il:.*")
        await self._show(self.adam, "second-look")
        await self._tap(self.adam, r"ic:.*")
        await self._show(self.adam)
        await self._show(self.irena, "planned")

    async def _leave(self) -> None:
        self._disturb()
        await self._stage.move_to(self._stage.clock() + HOLD)
        await self._until_reported()
        await self._show(self.irena, "report")

    def _disturb(self) -> None:
        """Let some close their chats, and some mailboxes be gone, without our knowing."""
        chats = [reader.chat for reader in self._readers if reader.chat][:BLOCKING]
        for chat in chats:
            self._stage.playground.server.fail(with_=faults.blocked(), chat_id=chat, times=None)
        mails = [reader.mail for reader in self._readers if reader.mail][:REFUSED]
        for mail in mails:
            self._stage.playground.mailbox.behave(mishaps.refuse(mail), times=None)

    async def _until_reported(self) -> None:
        async with asyncio.timeout(PATIENCE * 4):
            while True:
                await self._rest()
                async with self._stage.process.database.reading() as tx:
                    if not await broadcasts.unfinished(tx):
                        return
                await self._stage.move_to(self._stage.clock() + timedelta(seconds=2))

    async def _come(self) -> None:
        coming = list(self.chats.values())[BLOCKING : BLOCKING + COMING]
        for visitor in coming:
            await register(visitor, self.event_id)
        await self._rest()
        await self._show(coming[0])
        by_mail = [reader.mail for reader in self._readers if reader.mail][-1]
        letter = self._stage.playground.mailbox.mails_for(by_mail)[-1]
        self._tell(f"--- {by_mail}: {letter.subject}\n{letter.text.rstrip()}")

    async def _report(self) -> None:
        await self._tap(self.irena, r"yr:\d+.*")
        await self._show(self.irena, "who")
