"""What time brings. The timer only wakes; the tables know what is due.

One process ticks at a time. `confirm` is asked just before each commit and raises when the lease
is somebody else's by then, so that a ticker that slept through its end changes nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime, time
from functools import partial
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
    summaries,
    task_notices,
    waiting_list,
)
from programme.broadcast_facts import HOME_ZONE
from programme.quiet_hours import QuietHours
from scheduler import carrying_out, poll_progress, progress, queueing, surveying, uncertain
from storage import outbox_sweeps, restored
from storage.database import Database, Tx
from storage.files import FileStore
from storage.leases import Confirm, NotHeld
from storage.outage import is_lost

TICK_SECONDS = 15
PROGRESS_SECONDS = 2
DEED_SECONDS = 2
QUEUE_SECONDS = 2
LATE_SECONDS = 60
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
        deed_words: carrying_out.Words | None = None,
        zone: str = HOME_ZONE,
        summary_at: time | None = None,
        second_eyes: int = 0,
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake_outbox = wake_outbox
        self._alive = alive
        self._quiet = quiet
        self._files = files
        self._deed_words = deed_words
        self._zone = zone
        self._progress = progress.Progress(zone=zone)
        self._polls = poll_progress.PollProgress(zone=zone)
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self.summary_at = summary_at
        self._second_eyes = second_eyes
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
            (self.turn, TICK_SECONDS),
            (self.report, PROGRESS_SECONDS),
            (self.carry_out, DEED_SECONDS),
            (self.queue, QUEUE_SECONDS),
            (self.look_for_late, LATE_SECONDS),
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
        # What is to be queued, which may take long, comes when everything else works.
        await self.turn()

    async def tick(self, confirm: Confirm = unasked) -> None:
        """Do all that time has brought up to now."""
        await self.turn(confirm)
        await self.queue(confirm)
        await self.look_for_late(confirm)

    async def turn(self, confirm: Confirm = unasked) -> None:
        """Turn what is due into outbox rows, and end what is no longer worth sending."""
        async with self._one_at_a_time:
            now = self._clock()
            # A commit of its own: a reminder that cannot be told must not keep leases from ending.
            async with self._database.transaction() as tx:
                await outbox_sweeps.free_expired(tx, now=now)
                await uncertain.repeat(tx, now=now)
                await outbox_sweeps.miss(tx, now=now)
                await confirm(tx)
            # Before the reminders: an event that is called off now reminds nobody.
            await self._carry_out(confirm)
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
            async with self._database.transaction() as tx:
                await summaries.turn(
                    tx, at=self.summary_at, zone=self._zone, now=now, quiet=self._quiet
                )
                await confirm(tx)
            await surveying.turn(self._database, confirm=confirm, now=now)
            await queueing.hold_back(self._database, confirm=confirm, now=now)
        if self._scheduler.running:
            # A tick that was asked for says nothing of those to come.
            self._alive(SILENCE)
        self._wake_outbox()

    async def queue(self, confirm: Confirm = unasked) -> None:
        """Queue the broadcasts whose moment has come, until nobody is left."""
        await self._step_by_step(partial(queueing.batches, second_eyes=self._second_eyes), confirm)
        await self._step_by_step(queueing.digests, confirm)
        await self._step_by_step(surveying.askings, confirm)

    async def look_for_late(self, confirm: Confirm = unasked) -> None:
        """Look for those who joined an audience since the last look."""
        await self._step_by_step(queueing.late_joiners, confirm)

    async def _step_by_step(self, work: Callable[..., queueing.Batches], confirm: Confirm) -> None:
        """Do one step after the other; between two of them other ticks have their turn."""
        steps = work(
            self._database,
            confirm=confirm,
            quiet=self._quiet,
            zone=self._zone,
            now=self._clock(),
        )
        async with aclosing(steps):
            while True:
                async with self._one_at_a_time:
                    step = await anext(steps, None)
                if step is None:
                    return
                self._wake_outbox()

    async def report(self, confirm: Confirm = unasked) -> None:
        """Bring the messages up to date that show staff how broadcasts and polls stand."""
        async with self._one_at_a_time, self._database.transaction() as tx:
            changed = await self._progress.refresh(tx, now=self._clock())
            await confirm(tx)
        async with self._one_at_a_time, self._database.transaction() as tx:
            changed |= await self._polls.refresh(tx, now=self._clock())
            await confirm(tx)
        if changed:
            self._wake_outbox()

    async def carry_out(self, confirm: Confirm = unasked) -> None:
        """Do what staff confirmed half a minute ago."""
        async with self._one_at_a_time:
            ended = await self._carry_out(confirm)
        if ended:
            self._wake_outbox()

    async def _carry_out(self, confirm: Confirm) -> bool:
        return await carrying_out.turn(
            self._database,
            confirm=confirm,
            words=self._deed_words,
            quiet=self._quiet,
            now=self._clock(),
        )

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
    except asyncio.CancelledError:
        # The scheduler ends, and this was still waiting for its turn; nobody else cancels it.
        return
    except NotHeld:
        logger.warning("tick_not_committed")
    except Exception as error:
        if not is_lost(error):
            raise
        logger.warning("database_away", extra={"error": type(error).__name__})
