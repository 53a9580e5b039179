"""`akademia run` as processes of their own, between the playground's servers and one database."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Table, inspect, select, update
from sqlalchemy.engine import Connection

from playground.playground import Playground
from storage.columns import metadata
from storage.database import Database, Tx, open_database
from storage.tables import channel_pause, outbox

ROOT = Path(__file__).parents[2]
AKADEMIA = "import sys; from bot.cli import main; sys.argv[0] = 'akademia'; main()"
PATIENCE = 60.0
LONG_AGO = timedelta(hours=1)


class Installation:
    """One database, the servers, and any number of processes that can be killed."""

    def __init__(
        self, playground: Playground, database_url: str, folder: Path, *, processes: int = 1
    ) -> None:
        self.playground = playground
        self.processes = processes
        self.database: Database = open_database(database_url)
        self.kills = 0
        self._folder = folder
        self._running: list[asyncio.subprocess.Process] = []
        self._env = {
            **{name: value for name, value in os.environ.items() if "AKADEMIA" not in name},
            "AKADEMIA_TELEGRAM_TOKEN": playground.token,
            "AKADEMIA_TELEGRAM_API_URL": playground.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{playground.smtp_port}",
            "AKADEMIA_MAIL_FROM": "Akademia <szkolenia@gmina.example.org>",
            "AKADEMIA_DATA_DIR": str(folder),
            # The clock is the real one: whether a summary is due depends on the day.
            "AKADEMIA_SUMMARY_AT": "no",
            "AKADEMIA_DATABASE_URL": database_url.replace("+aiosqlite", "").replace("+asyncpg", ""),
            # Nobody sleeps, and no contract makes the mails wait for the next minute.
            "AKADEMIA_QUIET_HOURS": "00:00-00:00",
            "AKADEMIA_MAIL_PER_MINUTE": "100000",
            "AKADEMIA_MAIL_PER_DAY": "100000",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def log(self) -> str:
        """What the processes have written, the end of it."""
        return (self._folder / "log").read_text()[-6000:]

    async def start(self) -> None:
        """Start as many processes as are missing, without waiting until they listen."""
        while len(self._running) < self.processes:
            with (self._folder / "log").open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-c", AKADEMIA, "run"),
                    cwd=self._folder,
                    env=self._env,
                    stdout=log,
                    stderr=log,
                )
            self._running.append(process)

    async def listen(self) -> None:
        """Wait until somebody asks Telegram for updates."""
        calls = self.playground.server.calls
        before = len(calls)
        async with asyncio.timeout(PATIENCE):
            while not any(call.method == "getUpdates" for call in calls[before:]):
                for process in self._running:
                    assert process.returncode is None, self.log
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """Pull the plug on the process that has run longest."""
        process = self._running.pop(0)
        assert process.returncode is None, self.log
        process.send_signal(signal.SIGKILL)
        await process.wait()
        self.kills += 1

    async def kill_all(self) -> None:
        """Pull the plug on all processes, and let their leases run out."""
        while self._running:
            await self.kill()
        await self.age()

    async def stop(self) -> list[int]:
        """Ask all processes to end and give their exit codes."""
        for process in self._running:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            codes = [await process.wait() for process in self._running]
        self._running.clear()
        return codes

    async def close(self) -> None:
        """Leave nothing running."""
        for process in self._running:
            if process.returncode is None:
                process.kill()
                await process.wait()
        self._running.clear()
        await self.database.close()

    async def age(self) -> None:
        """Let an hour pass for leases, doubts, retries and pauses while nobody is alive."""
        async with self.database.transaction() as tx:
            await _back_date(tx, outbox, "leased_until", outbox.c.leased_until.is_not(None))
            await _back_date(tx, outbox, "ended_at", outbox.c.state == "uncertain")
            await _back_date(tx, outbox, "due_at", outbox.c.state == "retry")
            await _back_date(tx, channel_pause, "until", channel_pause.c.channel.is_not(None))
            for table in await tx.run_sync(_tables_of_leases):
                await _back_date(tx, table, "expires_at", table.c.expires_at.is_not(None))


def _tables_of_leases(connection: Connection) -> list[Table]:
    known = inspect(connection).get_table_names()
    return [
        table
        for table in metadata.sorted_tables
        if table.name in known and "lease" in table.name and "expires_at" in table.c
    ]


async def _back_date(tx: Tx, table: Table, column: str, where: object) -> None:
    key, moment = next(iter(table.primary_key.columns)), table.c[column]
    for row in await tx.execute(select(key, moment).where(where)):  # type: ignore[arg-type]
        await tx.execute(update(table).where(key == row[0]).values({column: row[1] - LONG_AGO}))
