"""Let rows of a broadcast wait aside, at their old place in the line.

A parked row keeps all it has, its `due_at` too; only its priority is one that no sender asks for.
So senders find nothing of a paused broadcast, however many rows wait, and ask nothing more.
"""

from sqlalchemy import update

from storage.database import Tx
from storage.outbox import IS_UNDER_WAY, IS_WAITING
from storage.tables import outbox

ASIDE = 100  # above every priority of `outbox.PRIORITIES`


async def park(tx: Tx, broadcast_id: int) -> int:
    """Set aside what has not left of a broadcast, and return how many rows.

    What a sender holds and has not started is taken from it. What is just being started is passed
    over, as in `outbox_sweeps.cancel_those`: it leaves, or comes back and is parked then.
    """
    mine = outbox.c.broadcast_id == broadcast_id
    leased = (
        outbox.select()
        .with_only_columns(outbox.c.id)
        .where(mine, IS_UNDER_WAY, outbox.c.state == "leased")
        .with_for_update(skip_locked=True)
    )
    taken = await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(leased), IS_UNDER_WAY)
        .values(
            state="retry",
            leased_until=None,
            # The claim counted an attempt that is none.
            attempts=outbox.c.attempts - 1,
            priority=outbox.c.priority + ASIDE,
        )
    )
    waiting = await tx.execute(
        update(outbox)
        .where(mine, IS_WAITING, outbox.c.priority < ASIDE)
        .values(priority=outbox.c.priority + ASIDE)
    )
    return taken.rowcount + waiting.rowcount


async def unpark(tx: Tx, broadcast_id: int) -> int:
    """Put what was set aside back where it was in the line, and return how many rows."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.broadcast_id == broadcast_id, IS_WAITING, outbox.c.priority >= ASIDE)
        .values(priority=outbox.c.priority - ASIDE)
    )
    return result.rowcount
