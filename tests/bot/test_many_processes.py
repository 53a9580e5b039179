"""Several processes share the work; killing one of each loses nothing and doubles nothing."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.bot.crew import opened_crew

PEOPLE = 40
ROLES = ("send", "receive", "tick")


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_three_roles_on_one_postgresql_survive_the_kill_of_each(
    database_url: str, tmp_path: Path
) -> None:
    async with opened_crew(database_url, tmp_path) as crew:
        event_id = await crew.load()
        await asyncio.gather(*(crew.start(role, role) for role in ROLES))

        stories = await crew.register(PEOPLE, event_id)
        for role in ("receive", "send", "tick"):
            await asyncio.sleep(0.7)
            assert not all(story.done() for story in stories)
            assert await crew.end(role) == -signal.SIGKILL
            await crew.start(role, role)
        async with asyncio.timeout(90):
            await asyncio.gather(*stories)
        await crew.until_idle()
        ended = [await crew.end(role, signal.SIGTERM) for role in ROLES]

        assert ended == [0, 0, 0], crew.logs
        await crew.assert_everybody_is_registered_once(PEOPLE)


async def test_two_full_processes_on_one_database_do_everything_once(
    database_url: str, tmp_path: Path
) -> None:
    people = 10
    async with opened_crew(database_url, tmp_path) as crew:
        event_id = await crew.load()
        await asyncio.gather(*(crew.start(name, "all") for name in ("one", "other")))

        stories = await crew.register(people, event_id)
        async with asyncio.timeout(90):
            await asyncio.gather(*stories)
        await crew.until_idle()
        held = await crew.rows("SELECT name, owner <> '' FROM lease ORDER BY name")
        await crew.end("one", signal.SIGTERM)
        visitor = crew.playground.visitor(1000, "Ostatnia")
        await visitor.send("/pomoc")
        await visitor.wait_for(timeout=60)
        await crew.until_idle()

        assert held == [("poller", True), ("ticker", True)]
        await crew.assert_everybody_is_registered_once(people)
