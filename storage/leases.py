"""Who does what only one process may do: a row per duty, held for a while and prolonged.

A process that dies lets its lease run out. One that is stopped for a while (a paused machine, a
slow disk) may wake up and still believe that it holds the lease; so each change of owner makes
the epoch grow, and what must not come from such a one asks `confirm` in its own transaction.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.work_tables import lease

POLLER, TICKER, MAIL_READER, MAILDIR_READER = "poller", "ticker", "imap", "maildir"
LENGTH = timedelta(seconds=30)
NOBODY = ""
# Asked just before a commit; raises NotHeld.
Confirm = Callable[[Tx], Awaitable[None]]


class NotHeld(Exception):
    """The lease belongs to somebody else by now, so nothing of this may be committed."""


@dataclass(frozen=True)
class Grant:
    """A lease that was given: nobody else has the same name and epoch."""

    name: str
    owner: str
    epoch: int


async def take(
    tx: Tx, name: str, *, owner: str, now: datetime, length: timedelta = LENGTH
) -> int | None:
    """Take a lease that nobody holds and return its epoch; None when somebody has it.

    `owner` is a new name for each process.
    """
    taken = await tx.execute(
        update(lease)
        .where(lease.c.name == name, _is_free(now))
        .values(
            owner=owner,
            epoch=lease.c.epoch + 1,
            beat=lease.c.beat + 1,
            expires_at=now + length,
        )
        .returning(lease.c.epoch)
    )
    epoch = taken.scalar_one_or_none()
    if epoch is not None:
        return int(epoch)
    row = {"name": name, "owner": owner, "epoch": 1, "beat": 1, "expires_at": now + length}
    return 1 if await insert_or_ignore(tx, lease, [row]) else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(lease.c.owner == NOBODY, lease.c.expires_at <= now)


def _is(grant: Grant) -> ColumnElement[bool]:
    return and_(
        lease.c.name == grant.name, lease.c.owner == grant.owner, lease.c.epoch == grant.epoch
    )


async def is_free(tx: Tx, name: str, *, now: datetime) -> bool:
    """Tell whether taking a lease is worth a try, without touching the writer."""
    row = await tx.execute(select(_is_free(now)).where(lease.c.name == name))
    free = row.scalar_one_or_none()
    return free is None or bool(free)


async def renew(tx: Tx, grant: Grant, *, now: datetime, length: timedelta = LENGTH) -> bool:
    """Prolong a lease; False means that it was lost and its work must stop at once."""
    result = await tx.execute(
        update(lease).where(_is(grant)).values(beat=lease.c.beat + 1, expires_at=now + length)
    )
    return result.rowcount == 1


async def confirm(tx: Tx, grant: Grant) -> None:
    """Make sure that a lease is ours until the transaction ends; raises NotHeld.

    Asked last before the commit: while that takes, nobody else can take the lease.
    """
    held = await tx.execute(select(lease.c.epoch).where(_is(grant)).with_for_update(read=True))
    if held.scalar_one_or_none() is None:
        raise NotHeld(grant.name)


async def give_back(tx: Tx, grant: Grant) -> None:
    """Let somebody else take the lease at once; one that was lost already stays as it is."""
    await tx.execute(update(lease).where(_is(grant)).values(owner=NOBODY, beat=lease.c.beat + 1))


async def free_all(tx: Tx) -> None:
    """Take every lease back, at a moment when no other process can be alive."""
    await tx.execute(update(lease).values(owner=NOBODY, beat=lease.c.beat + 1))
