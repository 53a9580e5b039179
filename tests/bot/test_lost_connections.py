"""PostgreSQL goes away in the middle of the work; the process waits and nothing is lost."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import migrate
from storage.database import open_database
from tests import postgres
from tests.bot.crew import Crew, opened_crew
from tests.conftest import MIGRATED_AT

PEOPLE = 12
END_ALL_OTHERS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def _end_all_connections(crew: Crew) -> int:
    async with crew.database.transaction() as tx:
        return int(await tx.scalar(END_ALL_OTHERS) or 0)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_connections_that_are_ended_in_the_middle_of_work_lose_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async with opened_crew(database_url, tmp_path) as crew:
        event_id = await crew.load()
        await crew.start("all", "all")

        stories = await crew.register(PEOPLE, event_id)
        ended = []
        for _ in range(4):
            await asyncio.sleep(0.7)
            ended.append(await _end_all_connections(crew))
        async with asyncio.timeout(90):
            await asyncio.gather(*stories)
        await crew.until_idle()
        stopped = await crew.end("all", signal.SIGTERM)

        assert min(ended) > 0
        assert stopped == 0, crew.logs
        await crew.assert_everybody_is_registered_once(PEOPLE)
        # Nobody was told anything twice either.
        assert await crew.rows("SELECT count(*) FROM outbox WHERE doubted > 0") == [(0,)]


@contextmanager
def _own_server() -> Iterator[postgres.Server]:
    server, keeper = postgres.start()
    try:
        yield server
    finally:
        postgres.stop(keeper)


def _stop(server: postgres.Server) -> None:
    pid = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGINT)


@contextmanager
def _started_again(server: postgres.Server) -> Iterator[None]:
    words = (server.programs / "postgres", "-D", server.folder / "data", "-k", server.folder)
    again = subprocess.Popen(
        (*words, *postgres.QUICK),
        cwd=server.folder,
        user="nobody" if os.geteuid() == 0 else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        again.send_signal(signal.SIGINT)
        again.wait()


async def test_server_that_is_restarted_is_waited_for(tmp_path: Path) -> None:
    with _own_server() as server:
        server.create("restarted")
        url = server.url("restarted")
        database = open_database(url)
        await migrate.apply(database, now=MIGRATED_AT)
        await database.close()
        async with opened_crew(url, tmp_path) as crew:
            await crew.load()
            await crew.start("all", "all")
            visitor = crew.playground.visitor(1, "Anna")
            await visitor.send("/pomoc")
            await visitor.wait_for(timeout=30)

            _stop(server)
            await visitor.send("/pomoc")
            # Longer than the duties are leased, so that they are lost and taken again.
            await asyncio.sleep(2.5)
            with _started_again(server):
                await visitor.wait_for(timeout=60)
                await crew.database.close()
                await crew.until_idle()
                states = await crew.rows("SELECT state, count(*) FROM outbox GROUP BY state")
                ended = await crew.end("all", signal.SIGTERM)
                await crew.database.close()

    assert ended == 0, crew.logs
    assert states == [("sent", 2)]
    assert "database_away" in crew.logs
    assert "Traceback" not in crew.logs
