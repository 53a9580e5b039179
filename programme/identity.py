"""Join the chat and the mail of one person, once an address is proved.

Only a mailbox that both have proved joins two entries, and only where the names fit: a small
organisation shares one mailbox among all its people. Whatever is less certain is left to staff,
who see the pair in their list of doubles.
"""

from datetime import datetime

from programme import merging
from programme.importing.spelling import fold
from programme.people_refusals import AlreadyMerged, PeopleChanged, SamePerson
from programme.quiet_hours import QuietHours
from storage import mailboxes, people
from storage.database import Tx


def same_name(one: str, other: str) -> bool:
    """Tell whether two names have the same words, in whatever order and spelling of letters."""
    words = sorted(fold(one).split())
    return bool(words) and words == sorted(fold(other).split())


async def join_readers(
    tx: Tx, *, person_id: int, address: str, now: datetime, quiet: QuietHours | None = None
) -> int:
    """Join whoever has just proved an address with themselves; give who they are from now on.

    There must be exactly one other person of the same name who has proved it too, and only one
    of the two may have a chat: that one stays. Call this before the address is kept for them.
    """
    me = await people.get(tx, person_id)
    namesakes = [
        one
        for one in await mailboxes.others(tx, address=address, person_id=person_id)
        if same_name(one.name, me.name)
    ]
    if len(namesakes) != 1:
        return person_id
    other = namesakes[0]
    in_chat = await has_chat(tx, person_id)
    if in_chat and other.in_chat:
        return person_id
    kept_id, gone_id = (other.id, person_id) if other.in_chat else (person_id, other.id)
    return await _join(tx, kept_id=kept_id, gone_id=gone_id, now=now, quiet=quiet)


async def has_chat(tx: Tx, person_id: int) -> bool:
    """Tell whether a person has a chat with us, reachable or not."""
    return any(one.channel == "telegram" for one in await people.contacts(tx, person_id))


async def join_with(
    tx: Tx, *, person_id: int, other_id: int, now: datetime, quiet: QuietHours | None = None
) -> bool:
    """Join the person in a chat with the one whose letter they have; False when they stay two.

    The letter proves the mailbox. Two names, or two chats, are two people.
    """
    me, other = await people.get(tx, person_id), await people.get(tx, other_id)
    if await has_chat(tx, other_id) or not same_name(me.name, other.name):
        return False
    if await mailboxes.told_apart(tx, person_id, other_id):
        return False
    await _join(tx, kept_id=person_id, gone_id=other_id, now=now, quiet=quiet)
    return (await people.who_is_now(tx, other_id)).id == person_id


async def _join(
    tx: Tx, *, kept_id: int, gone_id: int, now: datetime, quiet: QuietHours | None
) -> int:
    try:
        await merging.merge(tx, kept_id=kept_id, gone_id=gone_id, member=None, now=now, quiet=quiet)
    except (AlreadyMerged, PeopleChanged, SamePerson):
        # Somebody joined or registered one of them at this moment; nothing was written.
        return (await people.who_is_now(tx, kept_id)).id
    return kept_id
