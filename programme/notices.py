"""Tell people something: rows in the outbox, in the transaction of the cause.

A notice goes the one way a person wants, or else the other: to the chat unless they said mail.
Only what belongs into a calendar goes both ways, because the calendar entry travels by mail.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.notice_policy import POLICY
from programme.posting import post
from storage import outbox, people
from storage.database import Tx
from storage.outbox import Entry
from storage.outbox_secrets import SEALED
from storage.people import Contact, Person

CHAT, MAIL = "telegram", "mail"


@dataclass(frozen=True)
class Notice:
    """What is to be said to one person: its kind, its facts, and how urgent it is."""

    kind: str
    key: str
    facts: dict[str, Any]
    priority: int
    due_at: datetime
    not_after: datetime
    broadcast_id: int | None = None


def choose(contacts: list[Contact], channel: str) -> Contact | None:
    """Pick the newest contact of a channel that is verified and can be reached."""
    fitting = [one for one in contacts if one.channel == channel and one.verified and one.reachable]
    return fitting[-1] if fitting else None


def way(person: Person, contacts: list[Contact]) -> Contact | None:
    """Pick the one contact at which a person hears of something; None when nothing reaches them.

    The channel they asked for comes first, or the chat where they asked for none.
    """
    first, other = (MAIL, CHAT) if person.channel == MAIL else (CHAT, MAIL)
    return choose(contacts, first) or choose(contacts, other)


def is_reachable(contacts: list[Contact]) -> bool:
    """Tell whether a person can be written to at all."""
    return any(choose(contacts, channel) for channel in (CHAT, MAIL))


def address_to(notice: Notice, person: Person, contact: Contact) -> Entry:
    """Make the outbox row of a notice for one contact of a person."""
    return Entry(
        key=f"{notice.key}:{contact.channel}",
        channel=contact.channel,
        kind=notice.kind,
        address=contact.address,
        locale=person.locale,
        facts={**notice.facts, "person": {"name": person.name}},
        priority=notice.priority,
        due_at=notice.due_at,
        not_after=notice.not_after,
        person_id=person.id,
        broadcast_id=notice.broadcast_id,
    )


async def tell(tx: Tx, notice: Notice, *, person: Person, now: datetime) -> str | None:
    """Tell a person something by one channel and return which, None when there is none."""
    contacts = await people.contacts(tx, person.id)
    contact = way(person, contacts)
    if contact is None:
        return None
    await post(tx, [address_to(notice, person, contact)], now=now)
    return contact.channel


async def tell_by(
    tx: Tx, channel: str, notices: list[Notice], *, person: Person, now: datetime
) -> bool:
    """Tell a person something by this channel only; False when it does not reach them."""
    contact = choose(await people.contacts(tx, person.id), channel)
    if contact is None:
        return False
    await post(tx, [address_to(notice, person, contact) for notice in notices], now=now)
    return True


async def tell_by_each(
    tx: Tx, notices: dict[str, list[Notice]], *, person: Person, now: datetime
) -> None:
    """Tell a person something by every channel that reaches them; the notices are by channel.

    Whoever asked for mail, and can be reached by it, gets the letters alone: they hold it all.
    """
    contacts = await people.contacts(tx, person.id)
    if person.channel == MAIL and notices.get(MAIL) and choose(contacts, MAIL):
        notices = {MAIL: notices[MAIL]}
    entries = []
    for channel, listed in notices.items():
        contact = choose(contacts, channel)
        if contact is not None:
            entries += [address_to(notice, person, contact) for notice in listed]
    await post(tx, entries, now=now)


async def reply(
    tx: Tx,
    *,
    chat_id: int,
    key: str,
    message: dict[str, Any],
    locale: str,
    now: datetime,
    is_sealed: bool = False,
) -> None:
    """Answer in a chat with a message that the face has composed, given as JSON.

    The words of a sealed one are forgotten once it has left.
    """
    policy = POLICY["reply"]
    entry = Entry(
        key=f"{SEALED}{key}" if is_sealed else key,
        channel=CHAT,
        kind=policy.kind,
        address=str(chat_id),
        locale=locale,
        facts=message,
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
    )
    await outbox.put(tx, [entry], now=now)
