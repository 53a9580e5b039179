"""The doors of calendar feeds: one person has at most one that is open."""

from datetime import datetime

from sqlalchemy import select

from storage import letter_doors
from storage.database import Tx
from storage.mail_tables import letter_door
from storage.tables import person

FEED = "feed"


async def hold(tx: Tx, person_id: int) -> None:
    """Let nobody else make a feed of this person until the transaction ends."""
    await tx.execute(select(person.c.id).where(person.c.id == person_id).with_for_update())


async def is_open(tx: Tx, person_id: int) -> bool:
    """Tell whether a person has a feed."""
    whose = letter_door.c.purpose == FEED, letter_door.c.person_id == person_id
    found = select(letter_door.c.id).where(*whose, letter_door.c.ended_at.is_(None)).limit(1)
    return await tx.scalar(found) is not None


async def end(tx: Tx, *, person_id: int, now: datetime) -> bool:
    """Close a person's feed; False when there was none."""
    return await letter_doors.end(tx, purpose=FEED, person_id=person_id, now=now) > 0
