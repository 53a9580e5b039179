"""Several processes of the bot on one database, killed and started again."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.stage import load_sample
from playground.playground import Playground
from storage.database import Database, open_database
from tests.handlers.test_kill import introduce_and_register

ROOT = Path(__file__).parents[2]
EVENT = "wspolpraca-jst-ngo"


class Crew:
    """Processes, each named by what it does."""

    def __init__(self, playground: Playground, url: str, folder: Path) -> None:
        self._folder = folder
        self.playground = playground
        self.database: Database = open_database(url)
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._env = {
            **{name: value for name, value in os.environ.items() if "AKADEMIA" not in name},
            "AKADEMIA_TELEGRAM_TOKEN": playground.token,
            "AKADEMIA_TELEGRAM_API_URL": playground.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{playground.smtp_port}",
            "AKADEMIA_MAIL_FROM": "Akademia <sekretarz@milki.example.org>",
            "AKADEMIA_DATA_DIR": str(folder),
            # The clock is the real one: whether a summary is due depends on the day.
            "AKADEMIA_SUMMARY_AT": "no",
            "AKADEMIA_DATABASE_URL": url,
            "PYTHONPATH": str(ROOT),
            "LANG": "en_GB.UTF-8",
        }

    async def load(self) -> int:
        """Load the sample programme, make room for everyone, and give the event's id."""
        await load_sample(self.database, now=datetime.now(UTC))
        async with self.database.transaction() as tx:
            await tx.execute(text("UPDATE event SET capacity = NULL"))
            query = text("SELECT id FROM event WHERE key = :key")
            return int(await tx.scalar(query, {"key": EVENT}) or 0)

    async def start(self, name: str, role: str) -> None:
        """Start a process and wait until it says that it is ready."""
        log = self._folder / f"{name}.log"
        log.touch()
        before = log.stat().st_size
        with log.open("ab") as out:
            self._running[name] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bot.hasty", "run", "--role", role),
                cwd=self._folder,
                env=self._env,
                stdout=out,
                stderr=out,
            )
        async with asyncio.timeout(60):
            while not said_ready(log.read_bytes()[before:]):
                assert self._running[name].returncode is None, self.logs
                await asyncio.sleep(0.02)

    async def end(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal and wait for the end."""
        process = self._running.pop(name)
        assert process.returncode is None, self.logs
        process.send_signal(how)
        async with asyncio.timeout(60):
            return await process.wait()

    @property
    def names(self) -> list[str]:
        """Name the processes that run."""
        return list(self._running)

    @property
    def logs(self) -> str:
        """What all processes have written."""
        return "\n".join(file.read_text() for file in sorted(self._folder.glob("*.log")))

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        async with self.database.reading() as tx:
            return [tuple(row) for row in await tx.execute(text(query))]

    async def until_idle(self) -> None:
        """Wait until nothing is left to handle and to send."""
        async with asyncio.timeout(60):
            while await self._is_busy():  # noqa: ASYNC110 -- the database rings no bell
                await asyncio.sleep(0.05)

    async def _is_busy(self) -> bool:
        return bool(
            self.playground.server.state.updates.pending
            or await self.rows(
                "SELECT 1 FROM inbox WHERE state = 'new' UNION ALL SELECT 1 FROM outbox "
                "WHERE state IN ('queued', 'retry', 'leased', 'started')"
            )
        )

    async def register(self, people: int, event_id: int) -> list[asyncio.Task[None]]:
        """Let so many people introduce themselves and register, all at once."""
        visitors = [self.playground.visitor(n, f"Osoba {n}") for n in range(1, people + 1)]
        return [asyncio.create_task(introduce_and_register(one, event_id)) for one in visitors]

    async def assert_everybody_is_registered_once(self, people: int) -> None:
        """Compare the database with what Telegram has delivered."""
        accepted = self.playground.server.state.updates.confirmed
        assert await self.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [
            ("done", len(accepted))
        ]
        assert await self.rows("SELECT count(*), count(DISTINCT name) FROM person") == [
            (people, people)
        ]
        assert await self.rows(
            "SELECT state, count(*), count(DISTINCT person_id) FROM registration GROUP BY state"
        ) == [("active", people, people)]
        assert await self.rows(
            "SELECT kind, count(*) FROM outbox WHERE kind <> 'reply' GROUP BY kind"
        ) == [("registration_confirmed", people)]
        assert await self.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert await self.lanes_out_of_order() == []

    async def lanes_out_of_order(self) -> list[str]:
        """Name the people of whom something later was handled before something earlier."""
        handled = await self.rows("SELECT lane, done_at FROM inbox ORDER BY lane, id")
        pairs = itertools.pairwise(handled)
        return [one[0] for one, next_ in pairs if one[0] == next_[0] and one[1] > next_[1]]


def said_ready(log: bytes) -> bool:
    """Tell whether a process has said that it works, or that it is held back."""
    return b"Ready:" in log or b"restored copy" in log


@asynccontextmanager
async def opened_crew(url: str, folder: Path) -> AsyncIterator[Crew]:
    """Start the servers that the processes talk to; end everything at the end."""
    async with Playground() as playground:
        crew = Crew(playground, url, folder)
        try:
            yield crew
        finally:
            for name in crew.names:
                await crew.end(name)
            await crew.database.close()
