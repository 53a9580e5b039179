"""What people of the tour's stories do: write, press buttons, read letters, wait for the clock."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.stage import COORDINATOR, Stage, StageClock
from bot.tour_crowd import PATIENCE
from playground.mail import StoredMail
from playground.visitor import Visitor
from programme.deeds import WAIT
from programme.wall_time import to_moment, to_wall

HOME = "Europe/Warsaw"


class StoryBroken(Exception):
    """The story did not go as it must."""


class Story:
    """A run of chapters on a stage."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._clock = StageClock(stage.clock)
        self._clock.stage = stage
        self._told: dict[int, int] = {}
        self.visitors: dict[int, Visitor] = {}

    async def play(self, *, first: int) -> None:
        """Play every chapter; `first` is the number of the first one."""
        for number, (title, chapter) in enumerate(self._chapters().items(), start=first):
            self._tell(f"\n=== {number}. {title}")
            await chapter()
            await self._settle()

    def _chapters(self) -> dict[str, Callable[[], Awaitable[None]]]:
        raise NotImplementedError

    def _visitor(self, chat_id: int, name: str) -> Visitor:
        first, last = name.split(" ", 1)
        made = self._stage.playground.visitor(chat_id, first, last)
        return self.visitors.setdefault(chat_id, made)

    def _staff(self) -> Visitor:
        name = f"{COORDINATOR.first_name} {COORDINATOR.last_name}"
        return self._visitor(COORDINATOR.user_id, name)

    async def _settle(self) -> None:
        if not await self._stage.process.settle(within=60):
            raise StoryBroken("The bot did not come to rest.")

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
        raise StoryBroken(f"{visitor.name} sees no button {fits.pattern}:\n{seen}")

    def _show(self, visitor: Visitor) -> None:
        """Tell what is new in a chat since it was last told."""
        lines = visitor.transcript
        for line in lines[self._told.get(visitor.user_id, 0) :]:
            self._tell(line)
        self._told[visitor.user_id] = len(lines)

    def _letter(self, mail: StoredMail) -> None:
        self._tell(f"--- {mail.recipients[0]}: {mail.subject}\n{mail.text.rstrip()}")

    async def _half_a_minute(self) -> None:
        """Let the half minute pass in which staff can take back what they confirmed."""
        await self._settle()
        await self._stage.move_to(self._stage.clock() + WAIT)

    async def _go_to(self, moment: datetime) -> None:
        """Put the clock forward, stopping at everything that is due on the way."""
        while (due := await self._clock.next_due()) is not None and due < moment:
            await self._clock.move_to(max(due, self._stage.clock()))
        await self._clock.move_to(moment)

    def _at(self, day: int, hour: int) -> datetime:
        """Give an hour of the wall so many days from now."""
        wall = to_wall(self._stage.clock(), HOME) + timedelta(days=day)
        return to_moment(wall.replace(hour=hour, minute=0, second=0, microsecond=0), HOME)
