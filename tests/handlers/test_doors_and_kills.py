"""The doors are exchanged while people write and the bot is killed: one answer to each of them."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from playground.playground import Playground
from playground.visitor import Visitor
from storage.database import Database
from tests.handlers.scene import free_bind, heard

ROOT = Path(__file__).parents[2]
AKADEMIA = "import sys; from bot.cli import main; sys.argv[0] = 'akademia'; main()"
PATIENCE = 60
AT_A_TIME = 5
WAITING = (
    "SELECT 1 FROM outbox WHERE state IN ('queued', 'retry', 'leased', 'started') "
    "UNION ALL SELECT 1 FROM inbox WHERE state = 'new'"
)


class Bot:
    """`akademia run` as a process of its own, behind one door or the other."""

    def __init__(self, playground: Playground, folder: Path, **variables: str) -> None:
        self._folder = folder
        self._playground = playground
        self._bind = str(free_bind())
        self._env = {
            **{name: value for name, value in os.environ.items() if "AKADEMIA" not in name},
            "AKADEMIA_TELEGRAM_TOKEN": playground.token,
            "AKADEMIA_TELEGRAM_API_URL": playground.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{playground.smtp_port}",
            "AKADEMIA_MAIL_FROM": "Akademia <sekretarz@milki.example.org>",
            "AKADEMIA_DATA_DIR": str(folder),
            # The clock is the real one: whether a summary is due depends on the day.
            "AKADEMIA_SUMMARY_AT": "no",
            "AKADEMIA_WEB_BIND": self._bind,
            "AKADEMIA_PUBLIC_URL": f"http://{self._bind}",
            "PYTHONPATH": str(ROOT),
            **variables,
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self, door: str, *roles: str) -> None:
        """Start the bot without waiting until it listens."""
        with (self._folder / "log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", AKADEMIA, "run"),
                *(word for role in roles for word in ("--role", role)),
                cwd=self._folder,
                env=self._env | {"AKADEMIA_TELEGRAM_DOOR": door},
                stdout=log,
                stderr=log,
            )

    async def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        assert self._running is not None
        if self._running.returncode is None:
            self._running.send_signal(how)
        return await self._running.wait()

    async def confirms(self, number: int) -> None:
        """Wait until so many updates in all were taken from Telegram."""
        async with asyncio.timeout(PATIENCE):
            while len(self._playground.server.state.updates.confirmed) < number:
                assert self._running is not None
                assert self._running.returncode is None, self.log
                await asyncio.sleep(0.01)

    async def is_idle(self) -> None:
        """Wait until nothing is left to be done."""
        async with asyncio.timeout(PATIENCE):
            updates = self._playground.server.state.updates
            while updates.pending or self.rows(WAITING):  # noqa: ASYNC110 -- another process's work
                await asyncio.sleep(0.05)

    async def health(self) -> bytes:
        """Ask the web port whether the process works."""
        host, _, port = self._bind.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    @property
    def log(self) -> str:
        """What the processes have written."""
        return (self._folder / "log").read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        with closing(sqlite3.connect(self._folder / "akademia.db")) as connection:
            return list(connection.execute(query))


class Crowd:
    """People who come one after the other and each say one thing."""

    def __init__(self, playground: Playground) -> None:
        self.people: list[Visitor] = []
        self._playground = playground

    async def come(self) -> None:
        """Let some more people write."""
        for _ in range(AT_A_TIME):
            number = len(self.people) + 1
            visitor = self._playground.visitor(number, f"Osoba {number}")
            self.people.append(visitor)
            await visitor.send("/pomoc")
            await asyncio.sleep(0.01)


# Each starts four or five processes, one after the other.
@pytest.mark.timeout(300)
async def test_everybody_is_answered_once_whichever_door_is_open(tmp_path: Path) -> None:
    async with Playground() as playground:
        playground.server.webhook.first_pause = 0.05
        bot, crowd = Bot(playground, tmp_path), Crowd(playground)
        for door, how in (
            ("polling", signal.SIGKILL),
            ("webhook", signal.SIGKILL),
            ("polling", signal.SIGTERM),
            ("webhook", signal.SIGKILL),
        ):
            await crowd.come()
            before = len(playground.server.state.updates.confirmed)
            await bot.start(door)
            await bot.confirms(before + 1)
            writing = asyncio.create_task(crowd.come())
            await bot.confirms(before + AT_A_TIME)
            ended = await bot.end(how)
            await writing
            assert ended == (-how if how == signal.SIGKILL else 0), bot.log
        await bot.start("webhook")
        await bot.confirms(len(crowd.people))
        await bot.is_idle()
        health = await bot.health()
        assert await bot.end(signal.SIGTERM) == 0, bot.log

        number = len(crowd.people)
        assert bot.rows(
            "SELECT state, count(*), count(DISTINCT key) FROM inbox GROUP BY state"
        ) == [("done", number, number)]
        assert bot.rows(
            "SELECT state, count(*), count(DISTINCT address) FROM outbox GROUP BY state"
        ) == [("sent", number, number)]
        assert [person.user_id for person in crowd.people if not heard(person)] == []
        assert health.startswith(b"HTTP/1.1 200 OK")
        assert playground.token not in bot.log
        assert playground.server.count("deleteWebhook") == 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_killed_web_process_loses_nothing_while_another_works(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    async with Playground() as playground:
        playground.server.webhook.first_pause = 0.05
        shared = {"AKADEMIA_DATABASE_URL": database_url}
        web, working = (Bot(playground, tmp_path, **shared) for _ in range(2))
        crowd = Crowd(playground)
        await working.start("webhook", "receive", "send", "tick")
        for how in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
            before = len(playground.server.state.updates.confirmed)
            await web.start("webhook", "web")
            await crowd.come()
            await web.confirms(before + 1)
            writing = asyncio.create_task(crowd.come())
            if how == signal.SIGTERM:
                await writing
                await web.confirms(len(crowd.people))
            ended = await web.end(how)
            await writing
            assert ended == (-how if how == signal.SIGKILL else 0), web.log
        async with asyncio.timeout(PATIENCE):
            for person in crowd.people:
                await person.wait_for(timeout=PATIENCE)
        assert await working.end(signal.SIGTERM) == 0, working.log

        number = len(crowd.people)
        async with database.reading() as tx:
            found = await tx.execute(text("SELECT state, count(*) FROM inbox GROUP BY state"))
            assert [tuple(row) for row in found] == [("done", number)]
        assert [len(heard(person)) for person in crowd.people] == [1] * number
        assert playground.server.count("getUpdates") == 0
