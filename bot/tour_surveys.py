"""The story of the surveys: after a training, residents before and after, what has changed.

Residents answer on the page behind the poster's address before the training's story begins; the
participants are asked on the day after it ends, one of them by mail.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import tour_survey_crowd as crowd
from bot.stage import ZONE, Stage
from bot.tour_cast import NAMED
from bot.tour_crowd import PATIENCE
from bot.tour_residents import answer_by_letter, answer_publicly
from bot.tour_story import Story, StoryBroken
from bot.tour_training import TRAINING as EVENT
from delivery import programme_report_sheets
from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import survey_reports
from storage import responses, waves
from storage import surveys as store
from storage.waves import Wave
from texts.translator import load

TRAINING, RESIDENTS = "po-szkoleniu", "mieszkancy-ngo"
# Some of those who were at the training, and one who reads the question in a letter.
IN_CHAT, BY_MAIL = (0, 1, 4, 5), 3
MOST_QUESTIONS, MOST_STOPS, AT_ONCE = 40, 60, 20
PAGE = re.compile(r"http://127\.0\.0\.1:\d+/l/[\w-]+")
GOOD = {"now": "5", "use": "soon", "length": "right", "recommend": "9"}


class SurveyTour(Story):
    """One run of the surveys' story on the stage of the training."""

    def __init__(
        self,
        stage: Stage,
        tell: Callable[[str], None],
        visitors: dict[int, Visitor],
        out: Path,
    ) -> None:
        super().__init__(stage, tell)
        self.visitors = visitors
        self._out = out
        out.mkdir(parents=True, exist_ok=True)

    async def begin(self, *, number: int) -> None:
        """Ask residents before anything else happens."""
        self._tell(f"\n=== {number}. Mieszkańcy przed programem: plakat z kodem QR, 60 odpowiedzi")
        await self._before_programme()
        await self._settle()

    async def play(self, *, first: int) -> None:
        """Play what comes after the training."""
        self._told = {chat_id: len(one.transcript) for chat_id, one in self.visitors.items()}
        await super().play(first=first)

    def _chapters(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "Dzień po szkoleniu: ankieta w czacie, a komu czat nie działa – e-mailem": self._after,
            "Te same pytania po programie: 45 odpowiedzi, 40 osób odpowiada drugi raz": self._again,
            "Porównanie: co się zmieniło": self._compare,
            "Raport z ewaluacji programu w PDF": self._report,
        }

    # --- after the training ---

    async def _after(self) -> None:
        """Let the participants answer on the day after, one of them by mail."""
        absent = self._visitor(NAMED[BY_MAIL].chat_id, NAMED[BY_MAIL].name)
        await absent.block()
        await self._settle()
        people = [self._visitor(NAMED[at].chat_id, NAMED[at].name) for at in IN_CHAT]
        await self._until(lambda: all(_asked(person) for person in people))
        await asyncio.gather(*(self._answer_in_chat(person) for person in people))
        self._show(people[0])
        mail = next(
            one
            for one in reversed(self._stage.playground.mailbox.mails_for(NAMED[BY_MAIL].address))
            if PAGE.search(one.text)
        )
        self._letter(mail)
        found = PAGE.search(mail.text)
        said = await answer_by_letter(found.group() if found else "", _good_answers())
        self._tell(f"--- {NAMED[BY_MAIL].name}, strona: {said}")
        await self._expect(TRAINING, EVENT, complete=len(IN_CHAT) + 1)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        """Put the clock from one message to the next until something has been said."""
        for _ in range(MOST_STOPS):
            if is_so():
                return
            due = await self._clock.next_due()
            if due is None:
                break
            await self._clock.move_to(max(due, self._stage.clock()))
            await self._settle()
        raise StoryBroken("Nobody was asked what the training was like.")

    async def _answer_in_chat(self, visitor: Visitor) -> None:
        """Press one answer after another, to the button that sends them."""
        pattern = r"ga:\d+.*"
        for _ in range(MOST_QUESTIONS):
            await self._tap_one(visitor, re.compile(pattern))
            await visitor.wait_for("", timeout=PATIENCE)
            if pattern.endswith(r"=\.send"):
                return
            pattern = re.escape(_next_press(visitor))
        raise StoryBroken(f"{visitor.name} never came to the end:\n{visitor.last.text}")

    # --- residents ---

    async def _before_programme(self) -> None:
        """Print the poster, and let sixty residents answer by its address."""
        wave = await self._opened(RESIDENTS, crowd.BASELINE)
        staff = self._staff()
        await self._say(staff, "/ankiety")
        await self._tap(staff, rf"qv:{wave.survey_id}:0", rf"qw:{wave.id}", rf"qf:{wave.id}")
        self._show(staff)
        await self._crowd(wave)

    async def _again(self) -> None:
        """Go to the endline and ask the same questions."""
        wave = await self._wave(RESIDENTS, crowd.ENDLINE)
        await self._go_to(wave.opens_at + timedelta(hours=1))
        await self._crowd(await self._opened(RESIDENTS, crowd.ENDLINE))

    # --- what has come of it ---

    async def _compare(self) -> None:
        """Let the secretary compare what residents said before and after."""
        before = await self._wave(RESIDENTS, crowd.BASELINE)
        after = await self._wave(RESIDENTS, crowd.ENDLINE)
        # Results of an anonymous survey are compared once nobody can add to them.
        await self._go_to((after.closes_at or self._stage.clock()) + timedelta(hours=1))
        staff = self._staff()
        await self._say(staff, "/ankiety")
        await self._tap(
            staff,
            rf"qv:{after.survey_id}:0",
            rf"qw:{after.id}",
            rf"ma:{after.id}:0",
            rf"mw:{after.id}",
            rf"mc:{after.id}:{before.id}:0|mc:{before.id}:{after.id}:0|mc:{after.id}:{before.id}",
        )
        self._show(staff)

    async def _report(self) -> None:
        """Write the evaluation report and the file for researchers."""
        now = self._stage.clock()
        async with self._stage.process.database.transaction() as tx:
            found = await survey_reports.of_programme(tx, locale="pl", member=None)
        pdf = programme_report_sheets.programme_pdf(found, load("pl"), now=now, zone=ZONE.key)
        file = self._out / "raport-z-ewaluacji.pdf"
        file.write_bytes(pdf)
        self._tell(f"{file.name}: {len(pdf) // 1024} kB")

    # --- what all of them do ---

    async def _crowd(self, wave: Wave) -> None:
        """Let all residents of a wave answer, some at once."""
        few = asyncio.Semaphore(AT_ONCE)

        async def answer(said: Mapping[str, Any]) -> str:
            async with few:
                return await answer_publicly(self._stage.url, str(wave.public_key), said)

        thanks = await asyncio.gather(*(answer(one) for one in crowd.residents(wave.key)))
        await self._settle()
        self._tell(f"{len(thanks)} osób odpowiedziało. Ostatnia strona:\n{thanks[-1]}")
        await self._expect(RESIDENTS, wave.key, complete=len(thanks))

    async def _opened(self, survey_key: str, wave_key: str) -> Wave:
        wave = await self._wave(survey_key, wave_key)
        if wave.state == waves.PLANNED:
            await self._go_to(max(wave.opens_at, self._stage.clock()) + timedelta(minutes=1))
            wave = await self._wave(survey_key, wave_key)
        return wave

    async def _wave(self, survey_key: str, wave_key: str) -> Wave:
        async with self._stage.process.database.reading() as tx:
            survey = await store.by_key(tx, survey_key)
            wave = await waves.by_key(tx, survey.id if survey else 0, wave_key)
        if wave is None:
            raise StoryBroken(f"There is no wave {wave_key} of {survey_key}.")
        return wave

    async def _expect(self, survey_key: str, wave_key: str, *, complete: int) -> None:
        """Compare how many have answered with how many should have."""
        wave = await self._wave(survey_key, wave_key)
        async with self._stage.process.database.reading() as tx:
            _, found = await responses.count(tx, wave.survey_id, wave_key=wave.key)
        if found != complete:
            raise StoryBroken(f"{survey_key} should have {complete} answers, it has {found}.")


def _asked(visitor: Visitor) -> bool:
    return any(
        button.get("callback_data", "").startswith("ga:")
        for message in visitor.messages
        for row in message.rows
        for button in row
    )


def _next_press(visitor: Visitor) -> str:
    """Choose what somebody who liked the training presses."""
    seen = next(one for one in reversed(visitor.messages) if one.from_bot and one.rows)
    datas = _datas(seen)
    answers = [data for data in datas if re.fullmatch(r"q:\d+:=[^._].*", data)]
    liked = [data for data in answers if data.rpartition("=")[2] in GOOD.values()]
    ways = [
        data
        for end in ("=.send", "=.begin", "=.done", "=.skip")
        for data in datas
        if data.endswith(end)
    ]
    return next(iter((*liked, *answers[-2:], *ways)), "")


def _datas(seen: SeenMessage) -> list[str]:
    return [button.get("callback_data", "") for row in seen.rows for button in row]


def _good_answers() -> Mapping[str, Any]:
    rated = {f"rating.{row}": "4" for row in ("topic", "trainer", "materials", "place")}
    return {"useful": "5", "before": "2", **rated, **GOOD, "improve": "Więcej ćwiczeń w grupach."}
