"""What time brings. The timer only wakes; the tables know what is due.

One process ticks at a time. `confirm` is asked just before each commit and raises when the lease
is somebody else's by then, so that a ticker that slept through its end changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from programme import (
    document_notices,
    documents,
    fair_reminders,
    mail_once,
    nomination_reminders,
    reminders,
    returned_mail,
    task_notices,
    waiting_list,
)
from programme.quiet_hours import QuietHours
from scheduler import progress, uncertain
from storage import outbox_sweeps, restored
from storage.database import Database, Tx
from storage.files import FileStore
from storage.leases import Confirm, NotHeld
from storage.outage import is_lost

TICK_SECONDS = 15
PROGRESS_SECONDS = 2
SWEEP_SECONDS = 3600
# A tick that fails says nothing, so some in a row may fail.
SILENCE = 90.0
logger = logging.getLogger(__name__)


async def unasked(_tx: Tx) -> None:
    """Confirm without a lease, where no other process can be at work."""


class Ticker:
    """Ask the tables what is due, every quarter of a minute and whenever told."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        wake_outbox: Callable[[], None],
        alive: Callable[[float], None] = lambda _: None,
        quiet: QuietHours | None = None,
        files: FileStore | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._alive = alive
        self._quiet = quiet
        self._files = files
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._one_at_a_time = asyncio.Lock()

    async def run(self, confirm: Confirm) -> None:
        """Tick until cancelled; a tick that has begun is finished first."""
        self.start(confirm)
        try:
            await asyncio.Event().wait()
        finally:
            await self.stop()

    def start(self, confirm: Confirm = unasked) -> None:
        """Begin to tick at once; a late tick still comes, several late ones come as one."""
        self._alive(SILENCE)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        options: dict[str, Any] = {"max_instances": 1, "coalesce": True}
        # The scheduler has a clock of its own, the real one.
        options |= {"misfire_grace_time": None, "next_run_time": datetime.now(UTC)}
        for job, seconds in (
            (self.tick, TICK_SECONDS),
            (self.report, PROGRESS_SECONDS),
            (self.note_progress, TICK_SECONDS),
            (self.sweep, SWEEP_SECONDS),
        ):
            args = (job, confirm)
            self._scheduler.add_job(_quietly, "interval", args=args, seconds=seconds, **options)
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
            await outbox_sweeps.free_expired(tx, now=now, all_leases=alone)
            await uncertain.repeat(tx, now=now, after_restart=alone)
        await self.tick()

    async def tick(self, confirm: Confirm = unasked) -> None:
        """Turn what is due into outbox rows, and end what is no longer worth sending."""
        async with self._one_at_a_time:
            now = self._clock()
            # A commit of its own: a reminder that cannot be told must not keep leases from ending.
            async with self._database.transaction() as tx:
                await outbox_sweeps.free_expired(tx, now=now)
                await uncertain.repeat(tx, now=now)
                await outbox_sweeps.miss(tx, now=now)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await reminders.remind(tx, now=now)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await waiting_list.turn(tx, now=now, quiet=self._quiet)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await document_notices.remind(tx, now=now, quiet=self._quiet)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await fair_reminders.remind(tx, now=now, quiet=self._quiet)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await nomination_reminders.remind(tx, now=now, quiet=self._quiet)
                await confirm(tx)
            async with self._database.transaction() as tx:
                await returned_mail.turn(tx, now=now)
                await task_notices.turn(tx, now=now, quiet=self._quiet)
                await confirm(tx)
        if self._scheduler.running:
            # A tick that was asked for says nothing of those to come.
            self._alive(SILENCE)
        self._wake_outbox()

    async def report(self, confirm: Confirm = unasked) -> None:
        """Bring the progress message of every broadcast up to date."""
        async with self._one_at_a_time, self._database.transaction() as tx:
            changed = await progress.refresh(tx, now=self._clock())
            await confirm(tx)
        if changed:
            self._wake_outbox()

    async def sweep(self, confirm: Confirm = unasked) -> None:
        """Take away old marks, files that nobody handed in, and bytes that no row names."""
        async with self._one_at_a_time:
            async with self._database.transaction() as tx:
                await mail_once.forget(tx, now=self._clock())
                await returned_mail.forget(tx, now=self._clock())
                await confirm(tx)
            if self._files is None:
                return
            async with self._database.transaction() as tx:
                nameless = await documents.sweep(tx, self._files, now=self._clock())
                await confirm(tx)
            await self._files.drop(nameless)

    async def note_progress(self, _confirm: Confirm = unasked) -> None:
        """Write down how far the work has come, by which a restored copy is recognised."""
        async with self._one_at_a_time:
            await restored.note_progress(self._database)


async def _quietly(job: Callable[[Confirm], Awaitable[None]], confirm: Confirm) -> None:
    """Do a job; what will be done by the next one, or by another process, is one line."""
    try:
        await job(confirm)
    except NotHeld:
        logger.warning("tick_not_committed")
    except Exception as error:
        if not is_lost(error):
            raise
        logger.warning("database_away", extra={"error": type(error).__name__})
