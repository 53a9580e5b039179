"""Renew the leases of one sender for as long as it lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from storage import outbox_claims
from storage.database import Tx
from storage.outage import is_lost
from storage.outbox import OutboxRow

LOOK_SECONDS = 1.0
Work = Callable[[Tx], Awaitable[Any]]
logger = logging.getLogger(__name__)


class SendingStopped(Exception):
    """The leases could not be renewed in time, so another sender may hold the rows already."""


class Heartbeat:
    """Renews everything that `held` names, in one statement, every third of a lease.

    `write` does a piece of work in a transaction of its own.
    """

    def __init__(
        self,
        *,
        write: Callable[[Work], Awaitable[Any]],
        clock: Callable[[], datetime],
        lease: timedelta,
        held: Callable[[], list[OutboxRow]],
        lost: Callable[[set[int]], None],
    ) -> None:
        self._write = write
        self._clock = clock
        self._lease = lease
        self._held = held
        self._lost = lost
        self._renewed_at = self._tried_at = clock()
        self._failed = False

    async def run(self) -> None:
        """Beat until cancelled; what is no longer ours is told to `lost`.

        Raises SendingStopped when nothing could be renewed for the length of a lease. A server
        that is away is waited for, because without it nobody starts a row or takes one over.
        """
        self._renewed_at = self._clock()
        renewal: asyncio.Task[None] | None = None
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                now, rows = self._clock(), self._held()
                if renewal is not None and not renewal.done():
                    # A database that does not answer is as good as none.
                    self._give_up(since=self._tried_at, after=self._lease * 2 / 3, now=now)
                elif not rows:
                    self._renewed_at, self._failed = now, False
                elif now - self._renewed_at >= self._lease / 3:
                    if self._failed:
                        self._give_up(since=self._renewed_at, after=self._lease, now=now)
                    self._tried_at = now
                    renewal = asyncio.create_task(self._renew(rows, now=now))
        except SendingStopped:
            if renewal is not None:
                renewal.cancel()
            raise
        finally:
            # A transaction that is left alone would keep its connection.
            if renewal is not None:
                await asyncio.wait({renewal})

    def _give_up(self, *, since: datetime, after: timedelta, now: datetime) -> None:
        if now - since >= after:
            last = f"{self._renewed_at:%H:%M:%S} UTC"
            raise SendingStopped(f"no lease could be renewed since {last}")

    async def _renew(self, rows: list[OutboxRow], *, now: datetime) -> None:
        async def renew(tx: Tx) -> set[int]:
            return await outbox_claims.renew(tx, rows, until=now + self._lease)

        try:
            kept = await self._write(renew)
        except Exception as error:
            # A server that is away lets nothing start, so nothing can leave, and the token guards
            # what is noted when it is back: it is waited for, however long that takes.
            self._failed = not is_lost(error)
            if self._failed:
                logger.exception("leases_not_renewed")
            else:
                logger.warning("database_away", extra={"error": type(error).__name__})
        else:
            self._renewed_at, self._failed = now, False
            self._lost({row.id for row in rows} - kept)
