"""One tick when nothing is due, over a million registrations and as many messages sent."""

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.crowded import (
    NOW,
    fill_outbox,
    fill_registrations,
    migrated,
    postgres_address,
    sqlite_address,
)
from benchmarks.measure import Row
from scheduler.ticks import Ticker

REGISTRATIONS = 1_000_000
TICKS = 21
MOST_MS = 10.0


async def measure(*, scale: float) -> list[Row]:
    """Tick over full tables on both databases."""
    count = max(1_000, int(REGISTRATIONS * scale))
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        rows = [await _row("SQLite", sqlite_address(Path(name)), count)]
    with postgres_address() as address:
        rows.append(await _row("PostgreSQL", address, count))
    return rows


async def _row(name: str, address: str, count: int) -> Row:
    async with migrated(address) as database:
        await fill_registrations(database, count)
        await fill_outbox(database, count, state="sent")
        ticker = Ticker(database=database, clock=lambda: NOW, wake_outbox=lambda: None)
        took = []
        for _ in range(TICKS):
            begun = time.perf_counter()
            await ticker.tick()
            await ticker.report()
            took.append((time.perf_counter() - begun) * 1000)
    median = statistics.median(took)
    work = f"a tick with nothing due, {count} registrations"
    return Row(
        work,
        name,
        f"{median:.1f} ms",
        "–",
        f"{median:.1f} ms",
        f"<= {MOST_MS} ms",
        median <= MOST_MS,
    )
