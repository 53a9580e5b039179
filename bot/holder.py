"""Do something only while this process holds the lease for it."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from storage import leases
from storage.database import Database
from storage.leases import Confirm, Grant, NotHeld
from storage.outage import Patience, is_refused

LOOK_SECONDS = 1.0
SILENCE = 60.0
logger = logging.getLogger(__name__)
Work = Callable[[Confirm], Coroutine[Any, Any, None]]


class Holder:
    """One duty of this process among all processes on the same database.

    The lease is renewed every third of its length. When that does not succeed until the lease
    has run out by our own monotonic clock, the work is stopped at once: somebody else may
    already be at it. Then this process waits for the lease again, like all the others.
    """

    def __init__(
        self,
        name: str,
        *,
        database: Database,
        clock: Callable[[], datetime],
        length: timedelta,
        alive: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._name = name
        self._database = database
        self._clock = clock
        self._length = length
        self._alive = alive
        self._owner = str(uuid.uuid4())

    async def run(self, work: Work) -> None:
        """Wait for the lease, work, and begin again when it is lost; until cancelled.

        The lease is given back when the work ends or raises, or when this is cancelled.
        """
        while True:
            grant, until = await self._take()
            logger.info("lease_taken", extra={"lease": self._name, "epoch": grant.epoch})
            async with self._given_back(grant):
                if await self._work_while_held(work, grant, until):
                    return
            logger.warning("lease_lost", extra={"lease": self._name, "epoch": grant.epoch})

    async def _take(self) -> tuple[Grant, float]:
        patience = Patience()
        while True:
            try:
                self._alive(SILENCE)
                begun = self._seconds()
                epoch = await self._try_to_take()
                if epoch is not None:
                    return Grant(self._name, self._owner, epoch), begun + self._long
                patience.rest()
            except Exception as error:  # noqa: BLE001 -- what is no outage is raised again
                await patience.bear(error)
            await asyncio.sleep(min(LOOK_SECONDS, self._long / 3))

    async def _try_to_take(self) -> int | None:
        now = self._clock()
        async with self._database.reading() as tx:
            if not await leases.is_free(tx, self._name, now=now):
                return None
        async with self._database.transaction() as tx:
            return await leases.take(
                tx, self._name, owner=self._owner, now=self._clock(), length=self._length
            )

    @asynccontextmanager
    async def _given_back(self, grant: Grant) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            # A database that is away gives nothing back; then the lease runs out by itself.
            try:
                async with asyncio.timeout(self._long), self._database.transaction() as tx:
                    await leases.give_back(tx, grant)
            except Exception as error:  # noqa: BLE001 -- the end of a process must not hang on it
                logger.warning(
                    "lease_not_given_back",
                    extra={"lease": self._name, "error": type(error).__name__},
                )

    async def _work_while_held(self, work: Work, grant: Grant, until: float) -> bool:
        """Work until it ends (True) or the lease is lost (False); what the work raises is raised.

        Whatever happens, nothing of the work goes on afterwards.
        """
        working = asyncio.create_task(work(partial(leases.confirm, grant=grant)))
        beating = asyncio.create_task(self._beat(grant, until))
        done: set[asyncio.Task[None]] = set()
        try:
            done, _ = await asyncio.wait({working, beating}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (working, beating):
                task.cancel()
            await asyncio.wait({working, beating})
        if working in done:
            with suppress(NotHeld):
                await working
                return True
        else:
            await beating
            await asyncio.gather(working, return_exceptions=True)
        return False

    async def _beat(self, grant: Grant, until: float) -> None:
        """Renew the lease again and again; return when it is lost or has run out."""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout_at(until):
                    await asyncio.sleep(self._long / 3)
                    begun = self._seconds()
                    if not await self._renew_surely(grant):
                        return
                until = begun + self._long

    async def _renew_surely(self, grant: Grant) -> bool:
        while True:
            try:
                async with self._database.transaction() as tx:
                    return await leases.renew(tx, grant, now=self._clock(), length=self._length)
            except Exception as error:
                if is_refused(error):
                    raise
                logger.warning(
                    "lease_not_renewed",
                    extra={"lease": self._name, "error": type(error).__name__},
                )
                await asyncio.sleep(self._long / 30)

    @property
    def _long(self) -> float:
        return self._length.total_seconds()

    def _seconds(self) -> float:
        return asyncio.get_running_loop().time()
