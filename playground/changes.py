import asyncio


class Changes:
    """Count changes and wake everyone who waits for the next one.

    Each waiter remembers the number it has seen, so that a change between two waits is never lost.
    """

    def __init__(self) -> None:
        self.number = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def announce(self) -> int:
        """Record one more change, wake the waiters and return the change's number."""
        self.number += 1
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        return self.number

    async def wait(self, seen: int, seconds: float | None = None) -> bool:
        """Return True as soon as there is a change after `seen`, False when the time is over."""
        if self.number > seen:
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True
