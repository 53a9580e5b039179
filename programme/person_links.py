"""The link to the chat in a letter to one person: it joins the chat with whom the letter was to.

Whoever opens it reads the mailbox that the letter came to. It is asked all the same whether they
are the one: a letter is passed on more often than a code.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import identity, letter_doors
from programme.letter_doors import NARROW, PAGE, Door, DoorClosed
from programme.quiet_hours import QuietHours
from storage import people
from storage.database import Tx
from storage.people import Person


@dataclass(frozen=True)
class KnownPerson:
    """Somebody we know who has no chat, and the address that the letter came to."""

    person: Person
    address: str

    @property
    def name(self) -> str:
        """Give the name that they are asked by."""
        return self.person.name

    @property
    def organisation(self) -> str:
        """Give the organisation that they are asked by."""
        return self.person.organisation

    @property
    def answers(self) -> dict[str, Any]:
        """What need not be asked of somebody who says that it is they."""
        person = self.person
        unlisted = person.organisation if person.organisation_id is None else ""
        return {
            "name": person.name,
            "role": person.role,
            "organisation": person.organisation,
            "organisation_id": person.organisation_id,
            "organisation_text": unlisted,
            "mail": self.address,
            "address": self.address,
            "mail_code": "proved",
            "verified": True,
            "person_id": person.id,
        }


async def behind(tx: Tx, token: str, *, now: datetime) -> KnownPerson | None:
    """Find whom a letter was to; None when the link is no good or they have a chat already."""
    door = await _door(tx, token, now)
    if door is None or door.person_id is None or await identity.has_chat(tx, door.person_id):
        return None
    person = await people.get(tx, door.person_id)
    mails = [one for one in await people.contacts(tx, person.id) if one.channel == "mail"]
    proved = [one for one in mails if one.verified and one.address == door.address]
    return KnownPerson(person, door.address) if proved else None


async def _door(tx: Tx, token: str, now: datetime) -> Door | None:
    try:
        return await _found(tx, token, now) if token else None
    except DoorClosed:
        return None


async def _found(tx: Tx, token: str, now: datetime) -> Door:
    door = await letter_doors.find(tx, token=token, purpose=PAGE, now=now)
    if NARROW in door.subject:
        raise DoorClosed
    return door


@dataclass(frozen=True)
class Opened:
    """What came of a link that somebody opened who has a chat.

    `meant` is the name of somebody else whom the letter was to; empty when it is nobody else's.
    """

    joined: bool
    meant: str


async def open_link(
    tx: Tx, *, token: str, person: Person, now: datetime, quiet: QuietHours | None = None
) -> Opened:
    """Join whoever opened a link with whom the letter was to, if that is one person.

    Raises DoorClosed for a link that is no good.
    """
    door = await _found(tx, token, now)
    if door.person_id is None or door.person_id == person.id:
        return Opened(joined=False, meant="")
    known = await behind(tx, token, now=now)
    if known is None:
        return Opened(joined=False, meant=(await people.get(tx, door.person_id)).name)
    joined = await identity.join_with(
        tx, person_id=person.id, other_id=known.person.id, now=now, quiet=quiet
    )
    return Opened(joined, "" if joined else known.person.name)
