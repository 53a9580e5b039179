"""Registration by mail over a real Postfix and a real Dovecot, from the call to the last seat.

Everybody reads their own mailbox and answers as Gmail does; only the bot's clock is moved.
"""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from bot.clock import MovedClock
from bot.process import Process, opened
from bot.stage import COORDINATOR, ZONE, Stage, demo_settings, first_morning
from bot.tour_crowd import PATIENCE, press, say
from playground.playground import Playground
from playground.visitor import Visitor
from programme import staff
from programme.broadcasting import HOLD
from programme.deeds import WAIT
from programme.importing.load import load_programme, load_register
from programme.importing.programme_file import read_programme
from programme.importing.register_file import read_register
from storage import event_people
from storage import events as event_rows
from storage.database import Database
from tests.mail_servers import Mailbox, MailServers
from tests.mail_story import forms
from tests.mail_story.clients import Reader, text_of

OURS = "akademia"
PROGRAMME = Path(__file__).with_name("programme.toml")
CODE = re.compile(r"\b\d{6}\b")
PAGE = re.compile(r"http://127\.0\.0\.1:\d+/l/\w+")
REGISTER = """nazwa;rodzaj;e-mail;telefon;miejscowość
Koło Gospodyń Wiejskich w Staświnach;NGO;kgw@ngo.example.org;600 000 104;Staświny
Ochotnicza Straż Pożarna w Miłkach;NGO;osp@ngo.example.org;600 000 105;Miłki
"""


class StoryBroken(Exception):
    """The story did not go as it must."""


class MailStory:
    """One run of the story."""

    def __init__(
        self,
        stage: Stage,
        servers: MailServers,
        own: Mailbox,
        tell: Callable[[str], None],
    ) -> None:
        self._stage, self._servers, self._own, self._tell = stage, servers, own, tell
        self._database: Database = stage.process.database
        self.event_id = 0
        self._heard: dict[int, int] = {}
        self.kgw = self._reader("Zofia Jagodna", "kgw")
        self.osp = self._reader("Stanisław Dębowy", "osp")
        self.jan = self._reader("Jan Kowalski", "jan.kowalski")
        self.anna = self._reader("Anna Nowak", "anna.nowak")
        self.piotr = self._reader("Piotr Zieliński", "piotr.zielinski")
        self.ewa = self._reader("Ewa Kwiatowa", "ewa")
        self.readers = (self.kgw, self.osp, self.jan, self.anna, self.piotr, self.ewa)
        self.irena = stage.playground.visitor(
            COORDINATOR.user_id, COORDINATOR.first_name, COORDINATOR.last_name
        )
        self.ewa_chat = stage.playground.visitor(103, "Ewa", "Kwiatowa")

    def _reader(self, name: str, local: str) -> Reader:
        mailbox = self._servers.add_mailbox(f"{local}@ngo.example.org")
        return Reader(name, mailbox, self._servers, self._stage.clock)

    async def play(self) -> None:
        """Play every chapter."""
        async with self._database.reading() as tx:
            event = await event_rows.by_key(tx, "konsultacje")
        self.event_id = event.id if event else 0
        chapters: dict[str, Callable[[], Awaitable[None]]] = {
            "Urząd prosi organizacje o zgłoszenie osób na szkolenie z dwoma miejscami": self._call,
            "Koło gospodyń odpowiada na list i zgłasza dwie osoby": self._name,
            "Obie osoby potwierdzają: jedna odpowiedzią i stroną, druga samą stroną": self._confirm,
            "Straż zgłasza jeszcze jedną osobę, która staje w kolejce": self._queue,
            "Jan przyjmuje zaproszenie w kalendarzu, Anna je odrzuca": self._calendar,
            "Wolne miejsce przechodzi na Piotra, który odpowiada TAK": self._pass_on,
            "List wraca jako niedoręczony, a wiadomość idzie czatem": self._bounce,
        }
        for number, (title, chapter) in enumerate(chapters.items(), start=1):
            self._tell(f"\n=== {number}. {title}")
            await chapter()

    # --- what everybody does ---

    async def _rest(self) -> None:
        if not await self._stage.process.settle(within=60):
            raise StoryBroken("The bot did not come to rest.")

    async def _letter(self, reader: Reader, kind: str) -> EmailMessage:
        """Wait until a letter of this kind has come, and read it aloud."""
        await self._rest()
        seen = len(reader.told)
        async with asyncio.timeout(PATIENCE):
            while not (new := self._unread(reader, kind)):
                await reader.mailbox.wait_for(seen)
                await asyncio.sleep(0.05)
        reader.told.add(str(new[0]["Message-ID"]))
        self._tell(f"\n--- do: {reader.address}\n    temat: {new[0]['Subject']}")
        self._tell(_indented(text_of(new[0])))
        return new[0]

    def _unread(self, reader: Reader, kind: str) -> list[EmailMessage]:
        return [
            letter
            for letter in reader.letters()
            if letter["X-Akademia-Kind"] == kind and str(letter["Message-ID"]) not in reader.told
        ]

    async def _reply(self, reader: Reader, letter: EmailMessage, words: str) -> None:
        answer = reader.reply(letter, words)
        self._tell(f"\n--- od: {reader.address}\n    temat: {answer['Subject']}")
        self._tell(_indented(words))

    async def _open(self, letter: EmailMessage) -> forms.Page:
        found = PAGE.search(text_of(letter))
        if found is None:
            raise StoryBroken("The letter has no link to its page.")
        page = await forms.open_page(found.group())
        self._show_page(page)
        return page

    def _show_page(self, page: forms.Page) -> None:
        self._tell(f"\n--- strona ({page.status})")
        self._tell(_indented(page.words))

    def _show(self, visitor: Visitor) -> None:
        lines = visitor.transcript
        for line in lines[self._heard.get(visitor.user_id, 0) :]:
            self._tell(line)
        self._heard[visitor.user_id] = len(lines)

    async def _until(self, **wanted: int) -> None:
        """Wait until so many have a seat, wait in line or have one held."""
        counts: dict[str, int] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while counts != wanted:
                    await asyncio.sleep(0.05)
                    async with self._database.reading() as tx:
                        found = await event_people.count(tx, self.event_id)
                    counts = {name: getattr(found, name) for name in wanted}
        if counts != wanted:
            raise StoryBroken(f"There should be {wanted}, there are {counts}.")
        self._tell(f"\n    stan szkolenia: {_counted(wanted)}")

    # --- chapters ---

    async def _call(self) -> None:
        await self.irena.send("/wydarzenia")
        await press(self.irena, rf"se:{self.event_id}")
        await press(self.irena, rf"nc:{self.event_id}")
        await press(self.irena, rf"ncc:{self.event_id}")
        await self.irena.wait_for("", timeout=PATIENCE)
        await self._rest()
        # So long it can be taken back.
        await self._stage.move_to(self._stage.clock() + WAIT)
        await self._rest()
        self._show(self.irena)

    async def _name(self) -> None:
        letter = await self._letter(self.kgw, "nomination_call")
        await self._reply(
            self.kgw,
            letter,
            "Dzień dobry,\n\nzgłaszamy Jana Kowalskiego, jan.kowalski@ngo.example.org,\n"
            "oraz Annę Nowak (anna.nowak@ngo.example.org).\n\nPozdrawiam serdecznie\n"
            "Zofia Jagodna\nprzewodnicząca koła",
        )
        await self._letter(self.kgw, "mail_understood")

    async def _confirm(self) -> None:
        named = await self._letter(self.jan, "nominated")
        await self._reply(self.jan, named, "TAK, chętnie przyjdę.")
        asked = await self._letter(self.jan, "mail_understood")
        await self._agree(asked)
        await self._letter(self.jan, "registration_confirmed")
        await self._agree(await self._letter(self.anna, "nominated"))
        await self._letter(self.anna, "registration_confirmed")
        await self._until(seated=2, in_line=0)

    async def _agree(self, letter: EmailMessage) -> None:
        page = await self._open(letter)
        self._tell("    [x] Tak, znam informację o moich danych. [Przyjdę]")
        self._show_page(await forms.press(page, "Przyjdę", read="yes"))

    async def _queue(self) -> None:
        letter = await self._letter(self.osp, "nomination_call")
        await self._reply(
            self.osp, letter, "Zgłaszam: Piotr Zieliński, piotr.zielinski@ngo.example.org"
        )
        await self._letter(self.osp, "mail_understood")
        await self._agree(await self._letter(self.piotr, "nominated"))
        await self._letter(self.piotr, "waiting_listed")
        await self._until(seated=2, in_line=1)

    async def _calendar(self) -> None:
        for reader, partstat in ((self.jan, "ACCEPTED"), (self.anna, "DECLINED")):
            invitation = reader.newest("registration_confirmed")
            reader.answer_calendar(invitation, partstat)
            self._tell(f"\n--- kalendarz: {reader.address} odpowiada {partstat}")
        await self._letter(self.anna, "seat_given_up")
        await self._until(seated=1, in_line=1, held=1)

    async def _pass_on(self) -> None:
        offered = await self._letter(self.piotr, "seat_offered")
        await self._reply(self.piotr, offered, "TAK")
        await self._letter(self.piotr, "registration_confirmed")
        await self._until(seated=2, in_line=0, held=0)

    async def _bounce(self) -> None:
        await self._meet()
        self._servers.remove_mailbox(self.ewa.address)
        self._tell(f"\n    skrzynka {self.ewa.address} już nie istnieje")
        await self._invite()
        self._show(self.irena)
        self._show(self.ewa_chat)
        async with asyncio.timeout(PATIENCE):
            while not any("Zapraszam" in line for line in self.ewa_chat.transcript):  # noqa: ASYNC110 -- a report of non-delivery comes by itself, from another program
                await asyncio.sleep(0.05)
        await self._rest()
        self._show(self.ewa_chat)
        await self.irena.send("/zadania")
        await self.irena.wait_for("", timeout=PATIENCE)
        self._show(self.irena)

    async def _meet(self) -> None:
        """Let Ewa meet the bot in the chat and choose to be written to by mail."""
        await self.ewa_chat.send("/start")
        await press(self.ewa_chat, r"q:\d+:accept")
        await say(self.ewa_chat, self.ewa.name)
        await press(self.ewa_chat, r"q:\d+:ngo")
        await say(self.ewa_chat, "straż")
        await press(self.ewa_chat, r"q:\d+:org:\d+")
        await say(self.ewa_chat, self.ewa.address)
        code = CODE.search(text_of(await self._letter(self.ewa, "email_code")))
        await self.ewa_chat.send(code.group() if code else "")
        await self.ewa_chat.wait_for("", timeout=PATIENCE)
        await self._rest()
        await self.ewa_chat.send("/dane")
        await press(self.ewa_chat, r"pf:.*mail.*")
        await self.ewa_chat.wait_for("", timeout=PATIENCE)
        await self._rest()

    async def _invite(self) -> None:
        await self.irena.send("/zaproszenie")
        await press(self.irena, r"q:\d+:(none|skip|0)")
        await say(self.irena, "SK.523.4.2027")
        await say(self.irena, "Zapraszam na wycieczkę do Giżycka.")
        await press(self.irena, r"q:\d+:ngo")
        await press(self.irena, r"q:\d+:send")
        await self.irena.wait_for("", timeout=PATIENCE)
        await self._rest()
        await self._stage.move_to(self._stage.clock() + HOLD)
        await self._rest()


def _indented(text: str) -> str:
    return "\n".join(f"    | {line}" for line in text.strip().splitlines())


def _counted(wanted: dict[str, int]) -> str:
    words = {"seated": "z miejscem", "in_line": "w kolejce", "held": "miejsc zaproponowanych"}
    return ", ".join(f"{number} {words[name]}" for name, number in wanted.items())


@asynccontextmanager
async def staged(servers: MailServers, folder: Path) -> AsyncGenerator[tuple[Stage, Mailbox]]:
    """Run the bot against the real mail servers, our Telegram server and a web port."""
    clock = MovedClock(first_morning(date(2027, 6, 28)))
    own = servers.add_mailbox(OURS)
    async with Playground(clock=clock) as playground:
        port = _port()
        settings = demo_settings(
            playground,
            folder,
            smtp_url=servers.smtp_url,
            mail_from=f"Akademia Współpracy <{own.address}>",
            imap_url=own.imap_url,
            mail_plus="yes",
            web_bind=f"127.0.0.1:{port}",
            public_url=f"http://127.0.0.1:{port}",
        )
        async with opened(settings, now=clock()) as database:
            await _load(database, clock)
            process = Process(settings, database, clock=clock, paced=False)
            ready = asyncio.Event()
            task = asyncio.create_task(process.serve(ready=ready))
            async with asyncio.timeout(PATIENCE):
                await ready.wait()
            try:
                yield Stage(playground, process, clock), own
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def _load(database: Database, clock: MovedClock) -> None:
    now = clock()
    today = now.astimezone(ZONE).date()
    file = read_programme(PROGRAMME.read_bytes(), today=today, default_zone=ZONE.key)
    register = read_register(REGISTER.encode(), filename="organisations.csv")
    async with database.transaction() as tx:
        await load_register(tx, entries=list(register.entries))
        await load_programme(tx, file=file, now=now, blanks=None)
        token = staff.new_token()
        name = COORDINATOR.first_name
        await staff.invite_staff(tx, name=name, role="coordinator", token=token, now=now)
        await staff.accept(tx, token=token, chat_id=COORDINATOR.user_id, now=now)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
