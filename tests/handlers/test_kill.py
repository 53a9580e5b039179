"""The bot is killed in the middle of registrations; nothing is lost and nothing doubled."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground.playground import Playground
from playground.visitor import Visitor
from tests.handlers.scene import heard

SAMPLE = Path(__file__).parents[2] / "bot" / "sample"
PEOPLE = 25
AKADEMIA = "import sys; from bot.cli import main; sys.argv[0] = 'akademia'; main()"
KILL_AFTER = (1.0, 0.4, 1.6)


class Bot:
    """`akademia` as a process of its own."""

    def __init__(self, playground: Playground, folder: Path) -> None:
        self._folder = folder
        self._playground = playground
        self._env = {
            **{name: value for name, value in os.environ.items() if "AKADEMIA" not in name},
            "AKADEMIA_TELEGRAM_TOKEN": playground.token,
            "AKADEMIA_TELEGRAM_API_URL": playground.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{playground.smtp_port}",
            "AKADEMIA_MAIL_FROM": "Akademia <sekretarz@milki.example.org>",
            "AKADEMIA_DATA_DIR": str(folder),
            # The clock is the real one: whether a summary is due depends on the day.
            "AKADEMIA_SUMMARY_AT": "no",
            "PYTHONPATH": str(SAMPLE.parents[1]),
        }
        self._running: asyncio.subprocess.Process | None = None

    async def tell(self, *words: str) -> asyncio.subprocess.Process:
        """Start a command."""
        with (self._folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", AKADEMIA, *words),
                cwd=self._folder,
                env=self._env,
                stdout=log,
                stderr=log,
            )

    async def load(self) -> None:
        """Import the register and the programme."""
        for name in ("organisations.csv", "akademia.toml"):
            done = await self.tell("import", str(SAMPLE / name), "--accept-warnings")
            assert await done.wait() == 0, self.log

    async def start(self) -> None:
        """Start the bot and wait until it listens."""
        calls = self._playground.server.calls
        before = len(calls)
        self._running = await self.tell("run")
        async with asyncio.timeout(60):
            while not any(call.method == "getUpdates" for call in calls[before:]):
                assert self._running.returncode is None, self.log
                await asyncio.sleep(0.02)

    async def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        assert self._running is not None
        if self._running.returncode is None:
            self._running.send_signal(how)
        return await self._running.wait()

    @property
    def log(self) -> str:
        """What the processes have written."""
        return (self._folder / "log").read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        with closing(sqlite3.connect(self._folder / "akademia.db")) as connection:
            return list(connection.execute(query))


async def test_killed_bot_registers_everyone_exactly_once(tmp_path: Path) -> None:
    async with Playground() as playground:
        bot = Bot(playground, tmp_path)
        await bot.load()
        event_id = bot.rows("SELECT id FROM event WHERE key = 'wspolpraca-jst-ngo'")[0][0]
        people = [playground.visitor(number, f"Osoba {number}") for number in range(1, PEOPLE + 1)]

        await bot.start()
        stories = [asyncio.create_task(introduce_and_register(one, event_id)) for one in people]
        for moment in KILL_AFTER:
            await asyncio.sleep(moment)
            assert not all(story.done() for story in stories)
            assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
            await bot.start()
        async with asyncio.timeout(40):
            await asyncio.gather(*stories)
        await until_idle(bot, playground)
        ended = await bot.end(signal.SIGTERM)

        assert ended == 0, bot.log
        accepted = playground.server.state.updates.confirmed
        assert bot.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [
            ("done", len(accepted))
        ]
        assert bot.rows("SELECT count(*), count(DISTINCT name) FROM person") == [(PEOPLE, PEOPLE)]
        assert bot.rows(
            "SELECT state, count(*), count(DISTINCT person_id) FROM registration GROUP BY state"
        ) == [("active", PEOPLE, PEOPLE)]
        assert bot.rows("SELECT taken FROM event WHERE key = 'wspolpraca-jst-ngo'") == [(PEOPLE,)]
        assert bot.rows(
            "SELECT kind, count(*) FROM outbox WHERE kind <> 'reply' GROUP BY kind"
        ) == [("registration_confirmed", PEOPLE)]
        assert bot.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert bot.rows("SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL") == [(0,)]


async def introduce_and_register(visitor: Visitor, event_id: int) -> None:
    """Answer each question once, as soon as it is seen; nothing is ever said twice."""
    answers: list[tuple[str, str]] = [
        ("press", ":accept"),
        ("write", full_name(visitor.user_id)),
        ("press", ":ngo"),
        ("write", "KGW Milki"),
        ("press", ":org:"),
        ("press", ":skip"),
        ("press", f"r:{event_id}"),
    ]
    await visitor.send(f"/start e_{event_id}")
    seen = 0
    for kind, what in answers:
        seen = await asked(visitor, seen, what if kind == "press" else "")
        message = heard(visitor)[seen - 1]
        if kind == "write":
            await visitor.send(what)
        else:
            data = next(one for one in buttons(message.rows) if what in one)
            await visitor.press_data(message.message_id, data, within=0)
    await visitor.wait_for(timeout=40)


def full_name(number: int) -> str:
    """Give somebody a name without digits, which no name may have."""
    first, second = divmod(number, 26)
    return f"Osoba Numer {chr(ord('A') + first)}{chr(ord('a') + second)}"


def buttons(rows: list[list[dict[str, Any]]]) -> list[str]:
    return [one["callback_data"] for row in rows for one in row if "callback_data" in one]


async def asked(visitor: Visitor, seen: int, data: str) -> int:
    """Wait for the next question and give how many messages there are up to it.

    A message that came again after a crash has the words of one that is there already.
    """
    async with asyncio.timeout(40):
        while True:
            known = {words(message.text) for message in heard(visitor)[:seen]}
            for number, message in enumerate(heard(visitor)[seen:], start=seen + 1):
                fresh = words(message.text) not in known
                if fresh and (not data or any(data in one for one in buttons(message.rows))):
                    return number
            await asyncio.sleep(0.02)


def words(text: str) -> str:
    """Give a message's words without the mark that it was sent again."""
    first, _, rest = text.partition("\n")
    return rest if first.startswith("(") else text


async def until_idle(bot: Bot, playground: Playground) -> None:
    async with asyncio.timeout(60):
        while True:
            waiting = bot.rows(
                "SELECT 1 FROM outbox WHERE state NOT IN ('sent', 'uncertain', 'failed') "
                "UNION ALL SELECT 1 FROM inbox WHERE state = 'new'"
            )
            if not waiting and not playground.server.state.updates.pending:
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_stopped_bot_ends_with_zero_and_soon(tmp_path: Path, how: signal.Signals) -> None:
    async with Playground() as playground:
        bot = Bot(playground, tmp_path)
        await bot.start()
        await playground.visitor(1, "Anna").send("/pomoc")

        async with asyncio.timeout(5):
            ended = await bot.end(how)

        assert ended == 0, bot.log
        assert playground.token not in bot.log
