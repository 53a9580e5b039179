"""How often somebody has asked for an address to be checked by a link."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from storage.database import Tx
from storage.mail_tables import letter_door


async def count_of(tx: Tx, *, person_id: int, since: datetime) -> int:
    """Count the links asked for by one person, so that they write to few mailboxes."""
    return await _count(tx, letter_door.c.person_id == person_id, since)


async def count_to(tx: Tx, *, address: str, since: datetime) -> int:
    """Count the links mailed to an address, so that many people do not flood one mailbox."""
    return await _count(tx, func.lower(letter_door.c.address) == address.lower(), since)


async def _count(tx: Tx, which: ColumnElement[bool], since: datetime) -> int:
    found = select(func.count()).where(
        which, letter_door.c.purpose == "address", letter_door.c.created_at >= since
    )
    return int(await tx.scalar(found) or 0)
