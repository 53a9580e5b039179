"""What one more row costs when few or very many are waiting before it."""

import asyncio
import gc
import tempfile
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.crowded import NOW, fill_outbox, migrated, sqlite_address
from benchmarks.measure import Row
from delivery.pacing import Limit
from scheduler.carriers import Carried
from scheduler.sending import Sending
from scheduler.turns import Started
from storage.outbox import OutboxRow

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TAKEN = 1_000
ROUNDS = 3
MOST_TIME, MOST_MEGABYTES = 1.2, 50


class NoCarrier:
    """A channel that takes every message at once, so that only our own work is measured."""

    channel = "telegram"
    at_once = 20
    broadcasts_at_once = 16
    ahead = 200
    lease = timedelta(minutes=2)

    def __init__(self, count: int) -> None:
        self._left = count
        self.done = asyncio.Event()

    def limits(self, _row: OutboxRow) -> list[Limit]:
        """Limit nothing."""
        return []

    async def carry(self, _row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Take one row."""
        del now
        await started(None, None)
        self._left -= 1
        if self._left == 0:
            self.done.set()
        return Carried("ok", {"message_id": 1, "poll_id": None})

    async def close(self) -> None:
        """Do nothing."""


async def measure(*, scale: float) -> list[Row]:
    """Send a thousand rows of a growing backlog."""
    sizes = [size for size in SIZES if size <= SIZES[-1] * scale or size == SIZES[0]]
    memory = psutil.Process()
    rows, first, first_memory = [], 0.0, 0
    for size in sizes:
        cost, used = await _cost(size, memory)
        first, first_memory = first or cost, first_memory or used
        ratio, grown = cost / first, (used - first_memory) / 1e6
        rows.append(
            Row(
                f"one more row, {size} waiting",
                f"itself at {sizes[0]}",
                f"{cost:.3f} ms",
                f"{first:.3f} ms",
                f"{ratio:.2f}x, {grown:+.0f} MB",
                f"<= {MOST_TIME}x, < {MOST_MEGABYTES} MB",
                ratio <= MOST_TIME and grown < MOST_MEGABYTES,
            )
        )
    return rows


async def _cost(size: int, memory: psutil.Process) -> tuple[float, int]:
    """Tell the milliseconds of the quickest of some rounds, and the memory used at its end."""
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        async with migrated(sqlite_address(Path(name))) as database:
            await fill_outbox(database, size + ROUNDS * TAKEN, state="queued")
        gc.collect()
        async with migrated(sqlite_address(Path(name))) as database:
            costs = []
            for _ in range(ROUNDS):
                carrier = NoCarrier(TAKEN)
                sending = Sending(carrier=carrier, database=database, clock=lambda: NOW)
                begun = time.perf_counter()
                task = asyncio.create_task(sending.run())
                await carrier.done.wait()
                costs.append((time.perf_counter() - begun) / TAKEN * 1000)
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            return min(costs), memory.memory_info().rss
