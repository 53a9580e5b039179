"""The bot between a Telegram server, a mail server and a database, all of them real."""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from bot.clock import MovedClock
from bot.process import Process
from bot.settings import Settings
from bot.stage import demo_settings
from bot.web_bind import WebBind
from handlers.telegram.words import refused
from playground.playground import Playground
from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import staff
from programme.refusals import Refusal
from programme.summaries import SUMMARY_AT
from storage import conversations, events
from storage.conversations import Conversation
from storage.database import Database, open_database
from storage.events import Event
from storage.tables import event as event_table
from storage.tables import registration
from texts.translator import Translator, load

NOW = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
ZONE = "Europe/Warsaw"
PATIENCE = 30.0
# Long enough that no test runs into the end of a poll by itself.
HOLD = 20


class Scene:
    """A bot that can be stopped and started again, and the people who talk to it."""

    def __init__(self, playground: Playground, url: str, folder: Path) -> None:
        self.clock = MovedClock(NOW)
        self.playground = playground
        settings: Settings = demo_settings(playground, folder, database_url=url)
        # A coordinator's summary of the day would come between a question and its answer.
        self.settings = settings.model_copy(update={"summary_at": None})
        self.database: Database = open_database(url)
        self.process = self._process()
        self._task: asyncio.Task[None] | None = None

    def use_door(self, door: str) -> None:
        """Let Telegram bring updates to a web port, or be asked for them, from the next start."""
        bind = free_bind()
        changes = {"telegram_door": door, "web_bind": bind, "public_url": f"http://{bind}"}
        if door != self.settings.telegram_door:
            self.settings = self.settings.model_copy(update=changes)

    async def use_summary(self) -> None:
        """Tell coordinators each day at the usual hour how the programme stands, from now on."""
        self.settings = self.settings.model_copy(update={"summary_at": SUMMARY_AT})
        await self.restart()

    def _process(self) -> Process:
        return Process(self.settings, self.database, clock=self.clock, paced=False, hold=HOLD)

    async def start(self) -> None:
        """Start the bot and wait until it listens."""
        self.process = self._process()
        ready = asyncio.Event()
        self._task = asyncio.create_task(self.process.serve(ready=ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            task, self._task = self._task, None
            await task

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def restart(self) -> None:
        """Stop the bot and start it again."""
        await self.stop()
        await self.start()

    async def close(self) -> None:
        """Stop the bot and give the database back."""
        await self.stop()
        await self.database.close()

    @property
    def ended(self) -> bool:
        """Whether the bot has given up by itself."""
        return self._task is not None and self._task.done()

    async def settle(self) -> None:
        """Wait until everything that was written to the bot has had its effect and answer."""
        await self.until(self._is_quiet)

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE
        while not await holds():
            if self.ended and self._task is not None:
                await self._task
            assert time.monotonic() < deadline, "waited too long"
            await asyncio.sleep(0.005)

    async def _is_quiet(self) -> bool:
        if self.playground.server.state.updates.pending:
            return False
        # Whatever is not ended counts, also what is put back at this moment.
        return not await self.rows(
            "SELECT 1 FROM inbox WHERE state = 'new' UNION ALL SELECT 1 FROM outbox "
            "WHERE state IN ('queued', 'retry', 'leased', 'started') LIMIT 1"
        )

    def visitor(self, user_id: int = 1, name: str = "Anna", language: str = "pl") -> Visitor:
        """Give a person; the same number is the same chat."""
        return self.playground.visitor(user_id, name, language_code=language)

    async def say(self, visitor: Visitor, words: str) -> list[SeenMessage]:
        """Write to the bot and give everything it answers."""
        before = heard(visitor)
        await visitor.send(words)
        await self.settle()
        return heard(visitor)[len(before) :]

    async def tap(self, visitor: Visitor, data: str) -> list[SeenMessage]:
        """Press the newest button whose data begin like this and give what the bot answers."""
        message_id, found = button(visitor, data)
        return await self.press(visitor, message_id, found)

    async def choose(self, visitor: Visitor, value: str) -> list[SeenMessage]:
        """Answer the open question by its button."""
        state = await self.state(visitor)
        return await self.tap(visitor, f"q:{state.version}:{value}")

    async def press(self, visitor: Visitor, message_id: int, data: str) -> list[SeenMessage]:
        """Press a button by its data and give what the bot answers."""
        before = heard(visitor)
        await visitor.press_data(message_id, data)
        await self.settle()
        return heard(visitor)[len(before) :]

    async def state(self, visitor: Visitor) -> Conversation:
        """Read where a conversation stands."""
        async with self.database.reading() as tx:
            found = await conversations.load(tx, visitor.user_id)
        assert found is not None
        return found

    async def step(self, visitor: Visitor) -> str:
        """Read which question is open; empty when none is."""
        return (await self.state(visitor)).step

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Read rows of any tables."""
        async with self.database.reading() as tx:
            return [tuple(row) for row in await tx.execute(text(query), values)]

    async def event(self, key: str) -> Event:
        """Read an event of the sample programme."""
        async with self.database.reading() as tx:
            found = await events.by_key(tx, key)
        assert found is not None
        return found

    async def resize(self, key: str, seats: int) -> int:
        """Give an event so many seats and return its id."""
        event = await self.event(key)
        async with self.database.transaction() as tx:
            await tx.execute(
                event_table.update().where(event_table.c.id == event.id).values(capacity=seats)
            )
        return event.id

    async def registrations(self, event_id: int) -> list[tuple[str, int]]:
        """List the states of an event's registrations with their people."""
        async with self.database.reading() as tx:
            rows = await tx.execute(
                select(registration.c.state, registration.c.person_id)
                .where(registration.c.event_id == event_id)
                .order_by(registration.c.id)
            )
            return [(row.state, row.person_id) for row in rows]

    async def make_staff(self, visitor: Visitor, role: str = "coordinator") -> None:
        """Make a chat a staff member's by a one-time link."""
        token = await self.staff_token(role)
        await self.say(visitor, f"/start s_{token}")

    async def staff_token(self, role: str = "coordinator") -> str:
        """Make a one-time link and give its token."""
        token = staff.new_token()
        async with self.database.transaction() as tx:
            await staff.invite_staff(tx, name="Maria", role=role, token=token, now=self.clock())
        return token

    async def introduce(
        self,
        visitor: Visitor,
        *,
        start: str = "/start",
        name: str = "Anna Wzorowa",
        role: str = "ngo",
        organisation: str = "KGW Milki",
    ) -> list[SeenMessage]:
        """Answer all questions about a person, without an e-mail address."""
        await self.say(visitor, start)
        await self.choose(visitor, "accept")
        await self.say(visitor, name)
        await self.choose(visitor, role)
        await self.say(visitor, organisation)
        await self.choose(visitor, "org:")
        return await self.choose(visitor, "skip")

    async def register(self, visitor: Visitor, event_id: int) -> list[SeenMessage]:
        """Register a person who is known for an event."""
        await self.say(visitor, f"/start e_{event_id}")
        return await self.tap(visitor, f"r:{event_id}")


def free_bind() -> WebBind:
    """Find a port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return WebBind("127.0.0.1", taken.getsockname()[1])


def heard(visitor: Visitor) -> list[SeenMessage]:
    """List what the bot has said in a chat."""
    return [message for message in visitor.messages if message.from_bot]


def all_buttons(visitor: Visitor) -> list[tuple[int, str]]:
    """List every button of the whole conversation: the message's number and the data."""
    return [
        (message.message_id, one["callback_data"])
        for message in heard(visitor)
        for row in message.rows
        for one in row
        if "callback_data" in one
    ]


def button(visitor: Visitor, data: str) -> tuple[int, str]:
    """Find the newest button whose data are these or else begin like this."""
    known = list(reversed(all_buttons(visitor)))
    exact = [found for found in known if found[1] == data]
    likely = exact or [found for found in known if found[1].startswith(data)]
    assert likely, f"no button {data!r} among {known}"
    newest = likely[0][0]
    return next(found for found in reversed(likely) if found[0] == newest)


def sentence(refusal: Refusal, locale: str = "pl") -> str:
    """Say what the bot says for a refusal."""
    return refused(load(locale), refusal, zone=ZONE)


BOTH_DOORS = ("polling", "webhook")
POLISH: Translator = load("pl")
ENGLISH: Translator = load("en")


def push(scene: Scene, update: dict[str, Any]) -> int:
    """Let Telegram deliver an update as it stands and return its number."""
    queue = scene.playground.server.state.updates
    number = queue._next_id
    queue._next_id += 1
    queue.pending.append({"update_id": number, **update})
    queue.arrivals.announce()
    return number
