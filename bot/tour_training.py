"""The story of one training, from the call to the organisations to the certificates.

It has a stage of its own with a small register: five associations and three units of the office.
Everything is tapped and typed, as people would do it, and only the clock is put forward.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.stage import COORDINATOR, SAMPLE, ZONE, Stage, StageClock
from bot.tour_cast import NAMED, SPEAKERS, SWAPPED, Named
from bot.tour_crowd import PATIENCE
from playground.mail import StoredMail
from playground.visitor import Visitor
from programme.deeds import WAIT
from programme.quiet_hours import QuietHours
from programme.wall_time import read, to_moment, to_wall
from storage import events as event_rows
from storage.event_people import count
from storage.events import Session

TRAINING = "aktywne-konsultacje"
NGOS, SEATS = 5, 8
LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]+)")
SESSION_CODE = re.compile(r"\b\d{3} \d{3}\b")
PAPER = (SAMPLE / "karta-zgloszenia.pdf").read_bytes()
A_DAY = timedelta(days=1)


class TrainingBroken(Exception):
    """The story of the training did not go as it must."""


class TrainingTour:
    """One run of the story on its stage."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._clock = StageClock(stage.clock)
        self._clock.stage = stage
        self.event_id = 0
        self._told: dict[int, int] = {}
        self.visitors: dict[int, Visitor] = {}

    async def play(self, *, first: int) -> None:
        """Play every chapter; `first` is the number of the first one."""
        async with self._stage.process.database.reading() as tx:
            found = await event_rows.by_key(tx, TRAINING)
        self.event_id = found.id if found else 0
        for number, (title, chapter) in enumerate(self._chapters().items(), start=first):
            self._tell(f"\n=== {number}. {title}")
            await chapter()
            await self._settle()

    def _chapters(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "Sekretarz prosi 8 organizacji o zgłoszenie osób na szkolenie, 8 miejsc": self._call,
            "Organizacje zgłaszają osoby, jedna zamienia zgłoszoną osobę": self._name,
            "Zgłoszone osoby odpowiadają: szkolenie pełne, dwie osoby czekają": self._answer,
            "Dwa dokumenty wracają do poprawy i przychodzą jeszcze raz": self._hand_in,
            "Ktoś rezygnuje wieczorem: miejsce czeka na odpowiedź do rana": self._pass_on,
            "Szkolenie przesuwa się o dzień": self._move,
            "Obecność w obu dniach": self._attend,
            "Zaświadczenia dla tych, którzy byli oba dni": self._certify,
        }

    # --- what everybody does ---

    def _visitor(self, chat_id: int, name: str) -> Visitor:
        first, last = name.split(" ", 1)
        made = self._stage.playground.visitor(chat_id, first, last)
        return self.visitors.setdefault(chat_id, made)

    def _speaker(self, number: int) -> Visitor:
        return self._visitor(SPEAKERS[number].chat_id, SPEAKERS[number].name)

    def _person(self, person: Named) -> Visitor:
        return self._visitor(person.chat_id, person.name)

    def _staff(self) -> Visitor:
        name = f"{COORDINATOR.first_name} {COORDINATOR.last_name}"
        return self._visitor(COORDINATOR.user_id, name)

    async def _settle(self) -> None:
        if not await self._stage.process.settle(within=60):
            raise TrainingBroken("The bot did not come to rest.")

    async def _say(self, visitor: Visitor, *texts: str) -> None:
        for text in texts:
            await visitor.send(text)
            await self._hear(visitor)

    async def _hear(self, visitor: Visitor) -> None:
        """Wait until the bot has answered, and everybody else who had to be told is told."""
        await visitor.wait_for("", timeout=PATIENCE)
        await self._settle()

    async def _tap(self, visitor: Visitor, *patterns: str) -> None:
        """Press the newest button whose data fits, for one pattern after the other."""
        for pattern in patterns:
            await self._tap_one(visitor, re.compile(pattern))
            await self._hear(visitor)

    async def _tap_one(self, visitor: Visitor, fits: re.Pattern[str]) -> None:
        for message in reversed(visitor.messages):
            for button in [one for row in message.rows for one in row]:
                data = button.get("callback_data", "")
                if fits.fullmatch(data):
                    await visitor.press_data(message.message_id, data, label=button["text"])
                    return
        seen = "\n".join(visitor.transcript[-8:])
        raise TrainingBroken(f"{visitor.name} sees no button {fits.pattern}:\n{seen}")

    def _show(self, visitor: Visitor) -> None:
        """Tell what is new in a chat since it was last told."""
        lines = visitor.transcript
        for line in lines[self._told.get(visitor.user_id, 0) :]:
            self._tell(line)
        self._told[visitor.user_id] = len(lines)

    def _letter(self, mail: StoredMail) -> None:
        self._tell(f"--- {mail.recipients[0]}: {mail.subject}\n{mail.text.rstrip()}")

    def _linked(self, address: str) -> tuple[StoredMail, str]:
        """Give the newest mail with a link to an address, and where the link leads."""
        for mail in reversed(self._stage.playground.mailbox.mails_for(address)):
            found = LINK.search(mail.text)
            if found:
                return mail, found[1]
        raise TrainingBroken(f"There is no mail with a link for {address}.")

    async def _meet(self, visitor: Visitor, wish: str) -> None:
        """Follow a letter's link, which tells for whom one speaks; without an e-mail address."""
        await self._say(visitor, f"/start {wish}")
        await self._tap(visitor, r"q:\d+:accept")
        await self._say(visitor, visitor.name)
        await self._tap(visitor, r"q:\d+:skip")

    async def _desk(self) -> Visitor:
        """Open the training's page as staff."""
        staff = self._staff()
        await self._say(staff, "/wydarzenia")
        await self._tap(staff, rf"se:{self.event_id}")
        return staff

    async def _expect(self, **wanted: int) -> None:
        async with self._stage.process.database.reading() as tx:
            found = await count(tx, self.event_id)
        counts = {name: getattr(found, name) for name in wanted}
        if counts != wanted:
            raise TrainingBroken(f"There should be {wanted}, there are {counts}.")

    async def _half_a_minute(self) -> None:
        """Let the half minute pass in which staff can take back what they confirmed."""
        await self._settle()
        await self._stage.move_to(self._stage.clock() + WAIT)

    async def _sessions(self) -> list[Session]:
        async with self._stage.process.database.reading() as tx:
            return await event_rows.sessions(tx, self.event_id)

    async def _go_to(self, moment: datetime) -> None:
        """Put the clock forward, stopping at everything that is due on the way."""
        while (due := await self._clock.next_due()) is not None and due < moment:
            await self._clock.move_to(max(due, self._stage.clock()))
        await self._clock.move_to(moment)

    def _at(self, day: int, hour: int) -> datetime:
        """Give an hour of the wall so many days from now."""
        zone = "Europe/Warsaw"
        wall = to_wall(self._stage.clock(), zone) + timedelta(days=day)
        return to_moment(wall.replace(hour=hour, minute=0, second=0, microsecond=0), zone)

    # --- chapters ---

    async def _call(self) -> None:
        """Lower the number of seats, then ask every organisation to name people."""
        staff = await self._desk()
        await self._tap(staff, rf"sg:{self.event_id}", rf"sc:{self.event_id}")
        await self._say(staff, str(SEATS))
        await self._desk()
        await self._tap(staff, rf"nc:{self.event_id}", rf"ncc:{self.event_id}")
        await self._half_a_minute()
        self._show(staff)
        self._letter(self._linked(SPEAKERS[0].mailbox)[0])

    async def _name(self) -> None:
        """Open the letter's link for every organisation and name people; swap one."""
        for number, speaker in enumerate(SPEAKERS):
            _, wish = self._linked(speaker.mailbox)
            await self._meet(self._speaker(number), wish)
        for person in (SWAPPED, *NAMED[1:]):
            visitor = self._speaker(person.by)
            await self._say(visitor, "/zglos")
            await self._tap(visitor, rf"nn:{self.event_id}:\d+")
            await self._describe(visitor, person)
        first = self._speaker(SWAPPED.by)
        await self._say(first, "/zglos")
        await self._tap(first, r"nv:\d+", r"nr:\d+")
        await self._describe(first, NAMED[0])
        self._show(first)

    async def _describe(self, visitor: Visitor, person: Named) -> None:
        await self._say(visitor, person.name, person.address)
        await self._tap(visitor, r"q:\d+:send")

    async def _answer(self) -> None:
        """Let everybody named follow their own link and accept."""
        for person in NAMED:
            _, wish = self._linked(person.address)
            visitor = self._person(person)
            await self._say(visitor, f"/start {wish}")
            await self._tap(visitor, r"q:\d+:accept", r"q:\d+:me", r"na:\d+(:.*)?")
        self._letter(self._linked(NAMED[0].address)[0])
        self._show(self._person(NAMED[0]))
        self._show(self._person(NAMED[8]))
        await self._expect(seated=8, in_line=2)

    async def _hand_in(self) -> None:
        """Hand in two papers; staff send them back, and they come again and are accepted."""
        pair = [self._person(person) for person in NAMED[:2]]
        for visitor in pair:
            await self._paper(visitor, b"first")
        staff = await self._desk()
        await self._tap(staff, rf"ds:{self.event_id}")
        for _ in pair:
            await self._tap(staff, rf"dc:{self.event_id}", r"dn:\d+", r"q:\d+:.+")
        for visitor in pair:
            await self._paper(visitor, b"second")
        for _ in pair:
            await self._tap(staff, rf"dc:{self.event_id}", r"dy:\d+")
        self._show(pair[0])
        self._show(staff)

    async def _paper(self, visitor: Visitor, mark: bytes) -> None:
        await self._say(visitor, "/moje")
        await self._tap(visitor, r"d:\d+", r"dh:\d+:\d+")
        await visitor.send_document("karta.pdf", PAPER + b"%" + mark)
        await self._hear(visitor)

    async def _pass_on(self) -> None:
        """Give a seat back in the evening; the first in line sleeps, the second takes it."""
        leaving, sleeping, taking = (self._person(NAMED[at]) for at in (2, 8, 9))
        await self._go_to(self._at(1, 19))
        await self._say(leaving, "/moje")
        await self._tap(leaving, r"x:\d+", r"xx:\d+")
        self._show(leaving)
        self._show(sleeping)
        await self._expect(seated=7, in_line=2, held=1)
        await self._go_to(self._at(1, 9))
        await self._expect(seated=7, in_line=2, held=1)
        await self._go_to(self._at(0, 12))
        self._show(sleeping)
        await self._tap(taking, r"o:\d+")
        self._show(taking)
        await self._expect(seated=8, in_line=0)

    async def _move(self) -> None:
        """Move both days by one; everybody is told once."""
        first = (await self._sessions())[0]
        staff = await self._desk()
        await self._tap(staff, rf"sg:{self.event_id}", rf"sm:{self.event_id}", r"q:\d+:=all")
        await self._say(staff, f"{read(first.starts_wall) + A_DAY:%d.%m.%Y}")
        await self._tap(staff, r"q:\d+:=keep", r"q:\d+:=yes")
        await self._half_a_minute()
        self._show(staff)
        self._show(self._person(NAMED[0]))

    async def _attend(self) -> None:
        """Type the code of each day; one person comes on the first day only."""
        staff = self._staff()
        present = [one for one in NAMED if one not in (NAMED[2], NAMED[8])]
        for number, session in enumerate(await self._sessions()):
            await self._go_to(session.starts_at + timedelta(minutes=5))
            await self._desk()
            await self._tap(staff, rf"as:{self.event_id}", rf"an:{session.id}")
            found = SESSION_CODE.search(staff.last.text)
            for person in present[: len(present) - number]:
                await self._say(self._person(person), found.group() if found else "")
        self._show(self._person(NAMED[0]))
        self._show(staff)

    async def _certify(self) -> None:
        """Issue the certificates after the last day."""
        last = (await self._sessions())[-1]
        await self._go_to(last.ends_at + timedelta(hours=1))
        staff = await self._desk()
        await self._tap(
            staff, rf"c:{self.event_id}", rf"ci:{self.event_id}", rf"cii:{self.event_id}"
        )
        await self._half_a_minute()
        # After a holiday certificates leave in the morning of the next working day.
        await self._go_to(QuietHours().next_working(self._stage.clock(), ZONE.key))
        self._show(staff)
        self._show(self._person(NAMED[0]))
