"""Carry out the deeds of staff whose half minute is over, a transaction each."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from programme import deeds, notices
from programme.deed_refusals import DeedFailed
from programme.deeds import Deed, Ended
from programme.quiet_hours import QuietHours
from programme.refusals import Refusal
from storage import conversations
from storage.database import Database, Tx
from storage.leases import Confirm, NotHeld
from storage.outage import is_lost

# What fails for another reason than the programme's own rules is tried so long.
PATIENCE = timedelta(minutes=2)
# What came of a deed and the language of whoever asked for it, as a chat message in JSON.
Words = Callable[[Ended, str], dict[str, Any]]
logger = logging.getLogger(__name__)


async def turn(
    database: Database,
    *,
    confirm: Confirm,
    words: Words | None,
    quiet: QuietHours | None,
    now: datetime,
) -> bool:
    """Do what is due and say to whoever asked for it what came of it; tell if anything ended.

    `words` is what the face says; without it nothing is said.
    """
    async with database.reading() as tx:
        found = await deeds.due(tx, now=now)
    ended = False
    for deed in found:
        refusal = await _carry_out(database, deed, confirm, words, quiet, now)
        if refusal is not None:
            async with database.transaction() as tx:
                refused = await deeds.refuse(tx, deed=deed, because=refusal, now=now)
                await _tell(tx, refused, words, now)
                await confirm(tx)
        ended = True
    return ended


async def _carry_out(
    database: Database,
    deed: Deed,
    confirm: Confirm,
    words: Words | None,
    quiet: QuietHours | None,
    now: datetime,
) -> Refusal | None:
    try:
        async with database.transaction() as tx:
            done = await deeds.carry_out(tx, deed=deed, quiet=quiet, now=now)
            await _tell(tx, done, words, now)
            await confirm(tx)
    except Refusal as refusal:
        return refusal
    except NotHeld:
        raise
    except Exception as error:
        if is_lost(error):
            raise
        # One deed that cannot be done must keep neither the others nor the reminders from it.
        kind = type(error).__name__
        logger.exception("deed_failed", extra={"action": deed.action, "error": kind})
        return DeedFailed() if now >= deed.due_at + PATIENCE else None
    return None


async def _tell(tx: Tx, ended: Ended | None, words: Words | None, now: datetime) -> None:
    if ended is None or words is None:
        return
    chat = await conversations.load(tx, ended.deed.chat_id)
    locale = chat.locale if chat else "pl"
    await notices.reply(
        tx,
        chat_id=ended.deed.chat_id,
        key=f"reply:deed:{ended.deed.id}",
        message=words(ended, locale),
        locale=locale,
        now=now,
    )
