"""Put what people are told into the outbox; letters get the doors by which they are answered."""

from datetime import datetime

from programme import letter_doors
from programme.letter_doors import Posted
from storage import outbox
from storage.database import Tx
from storage.outbox import Entry


async def post(tx: Tx, entries: list[Entry], *, now: datetime) -> int:
    """Queue what goes to people we know, skip known keys, and return how many were new."""
    return await post_to(tx, [Posted(entry) for entry in entries], now=now)


async def post_to(tx: Tx, posted: list[Posted], *, now: datetime) -> int:
    """Queue what goes to people and to organisations' own mailboxes."""
    return await outbox.put(tx, await letter_doors.open_for(tx, posted, now=now), now=now)
