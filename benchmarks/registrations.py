"""200 people register at once: from the update to the committed registration and its mail."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.measure import Row, Speed, cpu_seconds, faster, program
from benchmarks.peer import Peer

PEOPLE = 200
TUTORIAL, OURS = "benchmarks.tutorial_bot", "benchmarks.our_bot"
EVENT, OTHER_EVENT = "spotkanie-program-konsultacji", "dzien-organizacji"
PATIENCE = 240


async def measure(*, scale: float) -> list[Row]:
    """Let the same crowd register with the tutorial's bot and with ours, twice with ours."""
    people = max(20, int(PEOPLE * scale))
    theirs = await _tutorial(people)
    first, again = await _ours(people)
    work, against = f"{people} people register at once", "tutorial's bot, 5 steps"
    return [
        faster(f"{work}, 9 steps", against, first, theirs, least=3.0, cpu=0.5),
        faster(f"{work}, known already, 2 steps", against, again, theirs, least=3.0, cpu=0.5),
    ]


async def _tutorial(people: int) -> Speed:
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        async with Peer() as peer, program(TUTORIAL, peer, Path(name)) as process:
            await peer.ask("polled")
            before = cpu_seconds(process)
            async with asyncio.timeout(PATIENCE):
                took = await peer.ask("crowd", people=people, steps="tutorial", mails=1)
            return _speed(people, took["seconds"], cpu_seconds(process) - before)


async def _ours(people: int) -> tuple[Speed, Speed]:
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        async with Peer() as peer, program(OURS, peer, Path(name)) as process:
            await peer.ask("polled")
            speeds = []
            for steps, event, mails in (("ours", EVENT, 2), ("ours again", OTHER_EVENT, 1)):
                before = cpu_seconds(process)
                number = _event_id(Path(name), event)
                async with asyncio.timeout(PATIENCE):
                    took = await peer.ask(
                        "crowd",
                        people=people,
                        steps=steps,
                        event=number,
                        mails=mails,
                        offered=["e:{event}"] if steps == "ours again" else [],
                    )
                speeds.append(_speed(people, took["seconds"], cpu_seconds(process) - before))
    return speeds[0], speeds[1]


def _speed(people: int, seconds: float, cpu: float) -> Speed:
    return Speed(people / seconds, cpu / people * 1000)


def _event_id(folder: Path, key: str) -> int:
    with closing(sqlite3.connect(folder / "ours.db")) as connection:
        found: int = connection.execute("SELECT id FROM event WHERE key = ?", (key,)).fetchone()[0]
        return found
