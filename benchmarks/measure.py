"""What a row of the table is, and how time is taken.

Ratios hold from machine to machine, seconds do not; so both sides of a row run now, on this
machine, one after the other.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.peer import TOKEN, Peer

# For a row that shows a price and has nothing to reach.
NO_GOAL = "–"


@dataclass(frozen=True)
class Speed:
    """So many pieces a second, and how many milliseconds of processor each one took."""

    a_second: float
    cpu_ms: float


@dataclass(frozen=True)
class Row:
    """One line: what was done, against what, what came out, and what it should be."""

    work: str
    against: str
    ours: str
    theirs: str
    found: str
    goal: str
    reached: bool


def faster(
    work: str, against: str, ours: Speed, theirs: Speed, *, least: float, cpu: float | None = None
) -> Row:
    """Compare two speeds: ours must be `least` times theirs, its processor time at most `cpu`."""
    ratio, cpu_ratio = ours.a_second / theirs.a_second, ours.cpu_ms / theirs.cpu_ms
    found, goal = f"{ratio:.2f}x", f">= {least:.2f}x"
    reached = ratio >= least
    if cpu is not None:
        found, goal = f"{found}, CPU {cpu_ratio:.2f}x", f"{goal}, CPU <= {cpu:.2f}x"
        reached = reached and cpu_ratio <= cpu
    return Row(work, against, _shown(ours), _shown(theirs), found, goal, reached)


def _shown(speed: Speed) -> str:
    return f"{speed.a_second:.0f}/s, {speed.cpu_ms:.2f} ms CPU"


async def speed(work: Callable[[], Awaitable[None]], pieces: int) -> Speed:
    """Do the work once in this process."""
    begun, cpu = time.perf_counter(), time.process_time()
    await work()
    seconds = time.perf_counter() - begun
    return Speed(pieces / seconds, (time.process_time() - cpu) / pieces * 1000)


@asynccontextmanager
async def program(
    module: str, peer: Peer, folder: Path, **more: str
) -> AsyncGenerator[psutil.Process]:
    """Run a bot of ours in a process of its own until the end of the block."""
    env = {
        **os.environ,
        "API": peer.api_url,
        "SMTP": str(peer.smtp_port),
        "FOLDER": str(folder),
        "TOKEN": TOKEN,
        **more,
    }
    with (folder / f"{module}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, env=env, stdout=log, stderr=log
        )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        await process.wait()


def cpu_seconds(process: psutil.Process) -> float:
    """Tell how much processor time a process has used so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
