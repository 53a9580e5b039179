"""Queue the broadcasts whose moment has come, batch after batch, each in its own transaction.

Between two batches everybody else may write, and what is queued leaves already. What is left when
a process dies is found in the tables by the next one.
"""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime

from programme import broadcast_queue
from programme import digests as weekly
from programme.quiet_hours import QuietHours
from storage import broadcast_states, broadcasts, outbox_parking
from storage.database import Database
from storage.leases import Confirm

Batches = AsyncGenerator[bool]


async def batches(
    database: Database,
    *,
    confirm: Confirm,
    quiet: QuietHours | None,
    zone: str,
    second_eyes: int = 0,
    now: datetime,
) -> Batches:
    """Queue a batch at each step and tell whether it was one of people; ends when none is left."""
    async with database.reading() as tx:
        found = await broadcast_queue.to_queue(tx, now=now)
    for broadcast_id in found:
        more = True
        while more:
            async with database.transaction() as tx:
                more = await broadcast_queue.queue_next(
                    tx,
                    broadcast_id=broadcast_id,
                    quiet=quiet,
                    zone=zone,
                    second_eyes=second_eyes,
                    now=now,
                )
                await confirm(tx)
            yield more
            # Whoever waits for the writer gets it before the next batch.
            await asyncio.sleep(0)


async def digests(
    database: Database,
    *,
    confirm: Confirm,
    quiet: QuietHours | None,
    zone: str,
    now: datetime,
) -> Batches:
    """Queue the weekly digest whose moment has come, a batch of people at each step."""
    more = True
    while more:
        async with database.reading() as tx:
            due = await weekly.next_due(tx, zone=zone, quiet=quiet)
        if due is None or due > now:
            return
        async with database.transaction() as tx:
            more = await weekly.turn(tx, now=now, zone=zone, quiet=quiet)
            await confirm(tx)
        yield more
        await asyncio.sleep(0)


async def late_joiners(
    database: Database,
    *,
    confirm: Confirm,
    quiet: QuietHours | None,
    zone: str,
    now: datetime,
) -> Batches:
    """Look for those who joined an audience, some hundred people at each step."""
    async with database.reading() as tx:
        found = await broadcast_queue.to_look_at(tx, now=now)
    for broadcast_id in found:
        after: int | None = 0
        while after is not None:
            async with database.transaction() as tx:
                after = await broadcast_queue.look_for_late(
                    tx,
                    broadcast_id=broadcast_id,
                    after=after,
                    quiet=quiet,
                    zone=zone,
                    now=now,
                )
                await confirm(tx)
            yield after is not None
            await asyncio.sleep(0)


async def hold_back(database: Database, *, confirm: Confirm, now: datetime) -> None:
    """Set aside, or cancel, what came back to the line of a broadcast that must not leave.

    A sender gives rows back, and what a closed chat refused is said by mail; none of these is
    allowed to start meanwhile (`outbox_claims.start`).
    """
    async with database.reading() as tx:
        found = await broadcast_states.resting(tx)
    for broadcast in found:
        async with database.transaction() as tx:
            held = await broadcast_states.hold(tx, broadcast.id)
            if held is not None and held.state == broadcast_states.PAUSED:
                await outbox_parking.park(tx, broadcast.id)
            elif held is not None and held.state == broadcast_states.STOPPED:
                await broadcasts.cancel_rows(tx, broadcast.id, now=now)
            await confirm(tx)
