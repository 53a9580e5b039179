"""The whole story without a person: letters, registrations, a full event, reminders, a poll."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot import tour_crowd, tour_files, tour_training
from bot.stage import COORDINATOR, Stage, StageClock, set_up
from bot.tour_crowd import Guest, press, say
from bot.tour_story import StoryBroken
from bot.tour_surveys import SurveyTour
from bot.tour_training import TrainingTour
from playground.visitor import Visitor
from programme import events
from programme.broadcasting import HOLD
from programme.quiet_hours import QuietHours
from storage import events as event_rows
from storage import registrations

TRAINING = "lider-spolecznosci"
MEETING = "spotkanie-program-konsultacji"
AT_TRAINING = 10
VOTERS = 18
LETTER = """Szanowni Państwo,

serdecznie zapraszam na szkolenie „NGO jako lider społeczności lokalnej”.
Proszę, aby każda organizacja zgłosiła swojego przedstawiciela.

Z poważaniem
Wójt Gminy Miłki"""
QUESTION = "Czy projekt programu współpracy jest dla Państwa zrozumiały?"
OPTIONS = "Tak\nRaczej tak\nRaczej nie\nNie"


class Tour:
    """One run of the story on a stage."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._guests = tour_crowd.guests()
        self.visitors: dict[int, Visitor] = {}
        self._events: dict[str, int] = {}

    async def play(self) -> None:
        """Play every chapter."""
        async with self._stage.process.database.reading() as tx:
            for key in (TRAINING, MEETING):
                event = await event_rows.by_key(tx, key)
                self._events[key] = event.id if event else 0
        for number, (title, chapter) in enumerate(self._chapters().items(), start=1):
            self._tell(f"\n=== {number}. {title}")
            await chapter()
            await self._settle()

    def _chapters(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "Sekretarz zaprasza wszystkie organizacje pozarządowe na szkolenie": self._invite,
            "Wszyscy poznają bota i zapisują się na spotkanie robocze": self._meet,
            "Szkolenie ma 8 miejsc: dwie osoby czekają w kolejce": self._fill,
            "Jedna osoba rezygnuje, pierwsza z kolejki dostaje miejsce": self._give_back,
            "Pierwszy dzień szkolenia zaczyna się godzinę później": self._move,
            "Zegar idzie naprzód: przypomnienia tydzień i dzień wcześniej": self._remind,
            "Po spotkaniu: szybkie pytanie do uczestników i wyniki": self._ask,
        }

    def visitor(self, guest: Guest) -> Visitor:
        """Give the person's side of the chat."""
        first, last = guest.name.split(" ", 1)
        made = self._stage.playground.visitor(guest.chat_id, first, last)
        return self.visitors.setdefault(guest.chat_id, made)

    def _staff(self) -> Visitor:
        made = self._stage.playground.visitor(
            COORDINATOR.user_id, COORDINATOR.first_name, COORDINATOR.last_name
        )
        return self.visitors.setdefault(COORDINATOR.user_id, made)

    async def _settle(self) -> None:
        if not await self._stage.process.settle(within=60):
            raise StoryBroken("The bot did not come to rest.")

    def _show(self, visitor: Visitor, since: int = 0) -> None:
        for line in visitor.transcript[since:]:
            self._tell(line)

    async def _invite(self) -> None:
        """Let the secretary invite all NGOs to the training."""
        staff = self._staff()
        await staff.send("/zaproszenie")
        await press(staff, rf"q:\d+:{self._events[TRAINING]}")
        await say(staff, "SK.523.3.2015")
        await say(staff, LETTER)
        await press(staff, r"q:\d+:ngo")
        await press(staff, r"q:\d+:send")
        await staff.wait_for("", timeout=tour_crowd.PATIENCE)
        await self._settle()
        # For half a minute she could still take it back.
        await self._stage.move_to(self._stage.clock() + HOLD)
        await self._stage.process.ticker.report()
        await self._settle()
        self._show(staff)

    async def _meet(self) -> None:
        """Let everyone meet the bot and register for the working meeting."""
        await asyncio.gather(*(self._introduce(guest) for guest in self._guests))
        await self._settle()
        self._show(self.visitors[self._guests[1].chat_id])

    async def _introduce(self, guest: Guest) -> None:
        visitor = self.visitor(guest)
        meeting = self._events[MEETING]
        mailbox = self._stage.playground.mailbox
        await tour_crowd.introduce(visitor, guest, mailbox, wish=f"e_{meeting}")
        await press(visitor, rf"r:{meeting}")
        await visitor.wait_for("", timeout=tour_crowd.PATIENCE)

    async def _fill(self) -> None:
        """Fill the eight seats of the training; two people wait."""
        for guest in self._guests[:AT_TRAINING]:
            await tour_crowd.register(self.visitor(guest), self._events[TRAINING])
            await self._settle()
        for guest in (self._guests[7], self._guests[8], self._guests[9]):
            self._tell(f"{guest.name}: {self.visitor(guest).last.text}")
        await self._expect(active=8, waiting=2)

    async def _give_back(self) -> None:
        """Let one person give a seat back, so that the first in line gets it."""
        leaving, promoted = self.visitor(self._guests[2]), self.visitor(self._guests[8])
        seen = len(leaving.transcript)
        await leaving.send(f"/start e_{self._events[TRAINING]}")
        await press(leaving, r"x:\d+")
        await press(leaving, r"xx:\d+")
        await promoted.wait_for("", timeout=tour_crowd.PATIENCE)
        await self._settle()
        self._show(leaving, seen)
        self._tell(f"{self._guests[8].name}: {promoted.last.text}")
        await self._expect(active=8, waiting=1)

    async def _move(self) -> None:
        """Move the first day of the training by an hour."""
        now = self._stage.clock()
        async with self._stage.process.database.transaction() as tx:
            session = (await event_rows.sessions(tx, self._events[TRAINING]))[0]
            starts, ends = events.shifted(session, timedelta(hours=1))
            await events.move_session(
                tx,
                session_id=session.id,
                starts_wall=starts,
                ends_wall=ends,
                place=session.place,
                quiet=QuietHours(),
                now=now,
            )
        self._stage.process.wake()
        await self._settle()
        self._tell(f"{self._guests[0].name}: {self.visitor(self._guests[0]).last.text}")

    async def _remind(self) -> None:
        """Put the clock forward through the reminders."""
        clock = StageClock(self._stage.clock)
        clock.stage = self._stage
        async with self._stage.process.database.reading() as tx:
            sessions = await event_rows.sessions(tx, self._events[TRAINING])
        visitor = self.visitor(self._guests[1])
        seen = len(visitor.transcript)
        while (due := await clock.next_due()) is not None and due < sessions[0].starts_at:
            await clock.move_to(due)
        self._show(visitor, seen)

    async def _ask(self) -> None:
        """Ask the participants of the meeting one question and show the answers."""
        staff = self._staff()
        seen = len(staff.transcript)
        await staff.send("/pytanie")
        await press(staff, rf"q:\d+:{self._events[MEETING]}")
        await say(staff, QUESTION)
        await say(staff, OPTIONS)
        await press(staff, r"q:\d+:send")
        await staff.wait_for("", timeout=tour_crowd.PATIENCE)
        await self._settle()
        voters = [self.visitor(guest) for guest in self._guests[:VOTERS]]
        for number, voter in enumerate(voters):
            await voter.vote(min(3, number % 5))
        await voters[0].vote(1)
        await voters[1].retract()
        await self._settle()
        await self._stage.process.ticker.report()
        await self._settle()
        await staff.send("/wyniki")
        await staff.wait_for("", timeout=tour_crowd.PATIENCE)
        await self._settle()
        self._show(staff, seen)

    async def _expect(self, **wanted: int) -> None:
        async with self._stage.process.database.reading() as tx:
            counts = await registrations.count_open(tx, self._events[TRAINING])
        if counts != wanted:
            raise StoryBroken(f"The training should have {wanted}, it has {counts}.")


async def play(out: Path, tell: Callable[[str], None], *, today: date | None = None) -> None:
    """Play the tour, write its files, and raise StoryBroken when something is not as it must be."""
    begun = time.monotonic()
    async with set_up(today=today) as stage:
        tour = Tour(stage, tell)
        await tour.play()
        summary = await tour_files.write(stage, tour.visitors, out)
    training = await _play_training(out / "training", tell, today=today)
    summary |= {"training": training, "seconds": round(time.monotonic() - begun, 1)}
    tour_files.keep_summary(summary, out)
    tell("\n=== Podsumowanie")
    for line in tour_files.lines(summary):
        tell(line)
    tell(f"\n{out.resolve()}")
    tour_files.check(summary)


async def _play_training(
    out: Path, tell: Callable[[str], None], *, today: date | None
) -> dict[str, Any]:
    """Play the training's story on a stage of its own."""
    async with set_up(today=today, ngos=tour_training.NGOS, by_mail=True) as stage:
        story = TrainingTour(stage, tell)
        asking = SurveyTour(stage, tell, story.visitors, out)
        await asking.begin(number=8)
        await story.play(first=9)
        async with stage.process.database.reading() as tx:
            summary = await tour_files.training_summary(tx, story.event_id)
        await asking.play(first=17)
        tour_files.keep_messages(stage, story.visitors, out)
        return summary
