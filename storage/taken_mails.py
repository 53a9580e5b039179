"""Which mails have had their effect: the same one may come by several ways."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.mail_tables import taken_mail

# A mailbox that is read anew gives mails of years; what they ask for has long been over.
KEPT = timedelta(days=400)


async def take(tx: Tx, key: str, *, now: datetime) -> bool:
    """Take a mail for this transaction; False when another one has taken it.

    Two that come at once wait here for each other.
    """
    return await insert_or_ignore(tx, taken_mail, [{"key": key, "at": now}]) == 1


async def forget(tx: Tx, *, now: datetime) -> int:
    """Forget what was taken long ago, and return how many mails they were."""
    result = await tx.execute(delete(taken_mail).where(taken_mail.c.at < now - KEPT))
    return result.rowcount
