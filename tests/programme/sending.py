"""Letters to many in tests: confirmed half a minute ago, and queued at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from programme import broadcast_queue, broadcasting, invitations
from programme.audience_choice import EVERYBODY, preset
from programme.broadcasting import Started
from programme.invitations import Sent
from programme.quiet_hours import QuietHours
from storage.database import Tx
from storage.staff import StaffMember
from storage.staff_tables import broadcast_recipient
from tests.storage.rows import NOW

QUIET = QuietHours()
WORDS = {"case_number": "", "subject": "Szkolenie", "body": "Zapraszamy.", "link": None}


async def queue_all(
    tx: Tx,
    broadcast_id: int,
    *,
    quiet: QuietHours = QUIET,
    now: datetime = NOW,
    most: int = 1_000,
) -> int:
    """Queue everybody in one transaction, as a ticker does in many; count the batches.

    The first batch is that of the organisations; with `most` there are no more than that.
    """
    for count in range(most):
        if not await broadcast_queue.queue_next(
            tx, broadcast_id=broadcast_id, quiet=quiet, now=now
        ):
            return count
    return most


async def send_now(tx: Tx, *, now: datetime = NOW, **letter: Any) -> Sent:
    """Send an invitation that was confirmed half a minute before `now`."""
    quiet = letter.get("quiet", QUIET)
    sent = await invitations.send(tx, now=now - broadcasting.HOLD, **letter)
    await queue_all(tx, sent.broadcast_id, quiet=quiet, now=now)
    return sent


async def start(tx: Tx, member: StaffMember, **changes: Any) -> Started:
    """Confirm a letter to everybody, or as the changes say."""
    values: dict[str, Any] = {
        "key": "900:1",
        "event_id": None,
        "choice": preset(EVERYBODY),
        "content": WORDS,
        "quiet": QUIET,
        "now": NOW,
    }
    return await broadcasting.start(tx, member=member, **(values | changes))


async def recipients_of(tx: Tx, broadcast_id: int) -> dict[str, str]:
    """Name everybody of a broadcast, as "p" or "o" and the number, with their state."""
    rows = await tx.execute(
        select(broadcast_recipient).where(broadcast_recipient.c.broadcast_id == broadcast_id)
    )
    return {
        f"p{row.person_id}" if row.person_id else f"o{row.organisation_id}": row.state
        for row in rows
    }
