"""A row of the table, and how a speed is taken."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One kind of work: our speed and the plain way's, in pieces per second."""

    work: str
    ours: float
    against: str
    theirs: float


async def speed(work: Callable[[], Awaitable[None]], pieces: int) -> float:
    """Do the work once and tell how many pieces a second that is."""
    begun = time.perf_counter()
    await work()
    return pieces / (time.perf_counter() - begun)
