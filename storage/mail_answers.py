"""To whom we have written answers by ourselves, so that two machines do not write to each other.

An address has a few slots in a span of time. A slot is a row with a unique key: two answers that
are made at once cannot have the same one, and whoever finds none left writes nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.mail_tables import mail_answer
from storage.tables import outbox

KEPT = timedelta(days=30)


async def take_slot(
    tx: Tx, *, address: str, kind: str, most: int, span: timedelta, now: datetime
) -> bool:
    """Note an answer of a kind to an address, unless it had `most` of them within `span`."""
    address = address.casefold()
    window = int(now.timestamp() // span.total_seconds())
    while (number := await _count(tx, address, kind, now - span)) < most:
        row = {
            "address": address,
            "kind": kind,
            "slot": f"{kind}:{window}:{number}:{address}",
            "at": now,
        }
        if await insert_or_ignore(tx, mail_answer, [row]):
            return True
        if await _count(tx, address, kind, now - span) == number:
            # Somebody has it whom this span does not reach: the clock was set.
            return False
    return False


async def _count(tx: Tx, address: str, kind: str, after: datetime) -> int:
    mine = (mail_answer.c.address == address, mail_answer.c.kind == kind, mail_answer.c.at > after)
    return int(await tx.scalar(select(func.count()).select_from(mail_answer).where(*mine)) or 0)


async def forget(tx: Tx, *, now: datetime) -> int:
    """Forget answers that limit nothing any more, and return how many they were."""
    result = await tx.execute(delete(mail_answer).where(mail_answer.c.at < now - KEPT))
    return result.rowcount


async def count_letters(tx: Tx, *, person_id: int) -> int:
    """Count the letters that were ever put into the outbox for a person."""
    theirs = (outbox.c.person_id == person_id, outbox.c.channel == "mail")
    return int(await tx.scalar(select(func.count()).select_from(outbox).where(*theirs)) or 0)
