"""Let a mail have its effect once, whatever ways it comes by."""

from datetime import datetime

from storage import mail_answers, taken_mails
from storage.database import Tx


async def take(tx: Tx, *, key: str, now: datetime) -> bool:
    """Take a mail for this transaction; False when it has had its effect, or is having it.

    Two that come at once wait for each other, and the second has none.
    """
    return await taken_mails.take(tx, key, now=now)


async def forget(tx: Tx, *, now: datetime) -> int:
    """Forget mails and answers of which nothing depends any more; return how many they were."""
    return await taken_mails.forget(tx, now=now) + await mail_answers.forget(tx, now=now)
