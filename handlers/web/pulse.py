"""How the loops of this process show that they live."""

import time
from collections.abc import Callable
from functools import partial

Alive = Callable[[float], None]


class Pulse:
    """Note the signs of life of every loop, each with a promise of the next.

    Each loop knows its own rhythm, and waiting as long as Telegram asked for is no trouble, so
    it says itself within how many seconds it will be heard again.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._heard: dict[str, float] = {}
        self._expected: dict[str, float] = {}

    def watch(self, loop: str) -> Alive:
        """Give a loop what it calls to say that it lives and how soon it will say so again.

        A loop that has not begun is not missed.
        """
        return partial(self._note, loop)

    def silences(self) -> dict[str, float]:
        """Tell for how many seconds each loop has not been heard."""
        now = self._monotonic()
        return {loop: now - heard for loop, heard in self._heard.items()}

    def stuck(self) -> list[str]:
        """Name the loops that have not kept their promise."""
        now = self._monotonic()
        return sorted(loop for loop, expected in self._expected.items() if now > expected)

    def _note(self, loop: str, within: float) -> None:
        self._heard[loop] = self._monotonic()
        self._expected[loop] = self._heard[loop] + within
