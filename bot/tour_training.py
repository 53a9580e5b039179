"""The story of one training, from the call to the organisations to the certificates.

It has a stage of its own with a small register: five associations and three units of the office.
Everything is tapped and typed, as people would do it, and only the clock is put forward.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.stage import SAMPLE, ZONE, Stage
from bot.tour_cast import NAMED, SPEAKERS, SWAPPED, Named
from bot.tour_story import Story, StoryBroken
from playground.mail import StoredMail
from playground.visitor import Visitor
from programme.quiet_hours import QuietHours
from programme.wall_time import read
from storage import events as event_rows
from storage.event_people import count
from storage.events import Session

TRAINING = "aktywne-konsultacje"
NGOS, SEATS = 5, 8
LINK = re.compile(r"https://t\.me/\w+\?start=([\w-]+)")
SESSION_CODE = re.compile(r"\b\d{3} \d{3}\b")
PAPER = (SAMPLE / "karta-zgloszenia.pdf").read_bytes()
A_DAY = timedelta(days=1)


class TrainingTour(Story):
    """One run of the story on its stage."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        super().__init__(stage, tell)
        self.event_id = 0

    async def play(self, *, first: int) -> None:
        """Play every chapter; `first` is the number of the first one."""
        async with self._stage.process.database.reading() as tx:
            found = await event_rows.by_key(tx, TRAINING)
        self.event_id = found.id if found else 0
        await super().play(first=first)

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

    def _speaker(self, number: int) -> Visitor:
        return self._visitor(SPEAKERS[number].chat_id, SPEAKERS[number].name)

    def _person(self, person: Named) -> Visitor:
        return self._visitor(person.chat_id, person.name)

    def _linked(self, address: str) -> tuple[StoredMail, str]:
        """Give the newest mail with a link to an address, and where the link leads."""
        for mail in reversed(self._stage.playground.mailbox.mails_for(address)):
            found = LINK.search(mail.text)
            if found:
                return mail, found[1]
        raise StoryBroken(f"There is no mail with a link for {address}.")

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
            raise StoryBroken(f"There should be {wanted}, there are {counts}.")

    async def _sessions(self) -> list[Session]:
        async with self._stage.process.database.reading() as tx:
            return await event_rows.sessions(tx, self.event_id)

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
