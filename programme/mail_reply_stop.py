"""Somebody asks by mail for no more invitations."""

from programme import preferences
from programme.mail_outcomes import Outcome
from programme.mail_reply import Answered, Effect, read_from
from storage.database import Tx


async def stop(tx: Tx, asked: Answered) -> Effect:
    """Send the mailbox no more invitations; with names beside it, it is unclear what is meant."""
    if asked.wish.people:
        return Effect(read_from(asked.wish), for_staff=True, unclear=True)
    await preferences.want_by_letter(tx, door=asked.door, wanted=False, now=asked.now)
    return Effect((Outcome("stopped"),))
