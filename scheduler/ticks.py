"""What time brings. The timer only wakes; the tables know what is due."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from programme import reminders
from scheduler import progress, uncertain
from storage import outbox
from storage.database import Database

TICK_SECONDS = 15
PROGRESS_SECONDS = 2


class Ticker:
    """Ask the tables what is due, every quarter of a minute and whenever told."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        wake_outbox: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._one_at_a_time = asyncio.Lock()

    def start(self) -> None:
        """Begin to tick; a late tick still comes, several late ones come as one."""
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS, **options)
        self._scheduler.add_job(self.report, "interval", seconds=PROGRESS_SECONDS, **options)
        self._scheduler.start()

    async def stop(self) -> None:
        """Stop ticking, once a tick that has begun is over; nothing is kept here."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        # The scheduler cancels what still runs, be it in the middle of a commit.
        async with self._one_at_a_time:
            self._scheduler.shutdown(wait=False)
            # It asks the loop to do it, so the loop must come round once.
            await asyncio.sleep(0)

    async def begin(self, *, alone: bool) -> None:
        """Take up what an earlier process left; `alone` says that no other one can be alive."""
        now = self._clock()
        async with self._database.transaction() as tx:
            await outbox.free_expired(tx, now=now, all_leases=alone)
            await uncertain.repeat(tx, now=now, after_restart=alone)
        await self.tick()

    async def tick(self) -> None:
        """Turn what is due into outbox rows, and end what is no longer worth sending."""
        async with self._one_at_a_time:
            now = self._clock()
            # A commit of its own: a reminder that cannot be told must not keep leases from ending.
            async with self._database.transaction() as tx:
                await outbox.free_expired(tx, now=now)
                await uncertain.repeat(tx, now=now)
                await outbox.miss(tx, now=now)
            async with self._database.transaction() as tx:
                await reminders.remind(tx, now=now)
        self._wake_outbox()

    async def report(self) -> None:
        """Bring the progress message of every broadcast up to date."""
        async with self._one_at_a_time, self._database.transaction() as tx:
            changed = await progress.refresh(tx, now=self._clock())
        if changed:
            self._wake_outbox()
