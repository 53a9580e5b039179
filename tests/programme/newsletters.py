"""Announcements for tests, and what became of the digest."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from programme import announcements, digests
from programme.audience_choice import Choice
from programme.quiet_hours import QuietHours
from storage import invitations
from storage.database import Tx
from storage.staff import StaffMember
from storage.tables import outbox
from tests.storage.rows import NOW, ZONE

# NOW is a Monday; its Friday, and ten o'clock in Warsaw on it.
FRIDAY = date(2027, 1, 8)
TEN = datetime(2027, 1, 8, 9, tzinfo=UTC)
EVERYBODY = Choice(kinds=("ngo", "office"))
QUIET = QuietHours()


async def announce(
    tx: Tx,
    member: StaffMember,
    subject: str,
    *,
    choice: Choice = EVERYBODY,
    event_id: int | None = None,
    body: str = "Szanowni Państwo, przypominamy.",
    now: datetime = NOW,
) -> int:
    """Write an announcement, put it into the digest, and return its number."""
    letter = await invitations.add(
        tx,
        staff_id=member.id,
        content={"subject": subject, "body": body},
        audience=choice.to_json(),
        event_id=event_id,
        now=now,
    )
    await announcements.add(tx, member=member, invitation_id=letter.id, now=now, zone=ZONE)
    known = await announcements.waiting(tx, member=member)
    return next(one.id for one in known if one.invitation_id == letter.id)


async def make_digest(tx: Tx, *, now: datetime = TEN, quiet: QuietHours = QUIET) -> int:
    """Queue the whole digest that is due, and count its batches."""
    count = 0
    while await digests.turn(tx, now=now, zone=ZONE, quiet=quiet):
        count += 1
    return count


async def digests_told(tx: Tx) -> dict[str, list[str]]:
    """Read whom the digests go to, and the subjects of each."""
    rows = await tx.execute(
        select(outbox.c.address, outbox.c.facts).where(outbox.c.kind == "digest")
    )
    return {row.address: [one["subject"] for one in row.facts["announcements"]] for row in rows}


async def facts_to(tx: Tx, address: str) -> dict[str, Any]:
    """Read what the digest to an address says."""
    found = select(outbox.c.facts).where(outbox.c.kind == "digest", outbox.c.address == address)
    facts: dict[str, Any] = (await tx.execute(found)).scalar_one()
    return facts
