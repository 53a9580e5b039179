"""Let the half minute of a deed pass, in tests of what staff confirm."""

from datetime import datetime

from programme import deeds
from programme.deeds import WAIT, Ended
from storage.database import Tx
from tests.storage.rows import NOW

LATER = NOW + WAIT


async def carry_out(tx: Tx, *, now: datetime = LATER) -> list[Ended]:
    """Do all that is due, in this transaction; a refusal comes through."""
    found = [await deeds.carry_out(tx, deed=deed, now=now) for deed in await deeds.due(tx, now=now)]
    return [ended for ended in found if ended is not None]
