"""How long `akademia run` takes to its first question for updates, and what it needs idle."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.measure import Row
from benchmarks.peer import TOKEN, Peer

COMMAND = "import sys; from bot.cli import main; sys.argv[0] = 'akademia'; main()"
MOST_SECONDS, MOST_MEGABYTES = 1.5, 120
IDLE_SECONDS = 3


async def measure(*, scale: float) -> list[Row]:
    """Start twice, the first time with a new database; the second start is what counts."""
    del scale
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        await _start(Path(name))
        seconds, megabytes = await _start(Path(name))
    return [
        Row(
            "start to the first getUpdates",
            "–",
            f"{seconds:.2f} s",
            "–",
            f"{seconds:.2f} s",
            f"<= {MOST_SECONDS} s",
            seconds <= MOST_SECONDS,
        ),
        Row(
            "memory when idle",
            "–",
            f"{megabytes:.0f} MB",
            "–",
            f"{megabytes:.0f} MB",
            f"<= {MOST_MEGABYTES} MB",
            megabytes <= MOST_MEGABYTES,
        ),
    ]


async def _start(folder: Path) -> tuple[float, float]:
    async with Peer() as peer:
        env = {
            **os.environ,
            "AKADEMIA_TELEGRAM_TOKEN": TOKEN,
            "AKADEMIA_TELEGRAM_API_URL": peer.api_url,
            "AKADEMIA_SMTP_URL": f"smtp://127.0.0.1:{peer.smtp_port}",
            "AKADEMIA_MAIL_FROM": "akademia@bench.example.org",
            "AKADEMIA_DATA_DIR": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", COMMAND, "run"),
            cwd=folder,
            env=env,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await peer.ask("polled")
            seconds = time.perf_counter() - begun
            await asyncio.sleep(IDLE_SECONDS)
            return seconds, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()
            await process.wait()
