"""Make the tokens that letters carry, and find what the reader of one may do.

Whoever has a letter may act on it, whatever address they write from: the token is the proof, not
the From line, which anybody can forge (RFC 5322 says nothing of who wrote it). A token opens one
purpose only and expires. The database keeps its hash; the token itself lies in the facts of the
outbox row until the letter has left.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme.memberships import hash_of
from programme.refusals import Refusal
from storage import letter_doors
from storage.database import Tx
from storage.letter_doors import Door, NewDoor
from storage.outbox import Entry

REPLY, PAGE, OUT = "reply", "page", "out"
ADDRESS, FEED, REGISTER = "address", "feed", "register"
# Somebody finds the letter weeks later and wants to know what became of it.
AFTERLIFE = timedelta(days=60)
# A way out must work as long as the letter may lie in a mailbox.
WAY_OUT = timedelta(days=3 * 365)
# These say nothing that could be answered.
_WITHOUT = frozenset(
    {
        *("address_check", "address_changed", "email_code"),
        *("alert", "reply", "trouble", "mail_taken_note"),
        *("letter_test", "letter_amended"),
    }
)
# Whoever writes these gives them the doors of what they are about.
_WITH_DOORS_OF_ANOTHER = frozenset({"mail_understood", "mail_unclear", "registration_asked"})
# In the subject of a door that leads to one matter and to nothing else of its person: whoever
# reads an organisation's letter may register people by their names, and is none of them.
NARROW = "narrow"
# Sent because staff want to, and not because of something the reader has done.
TO_MANY = frozenset({"invitation", "correction"})
UNASKED = TO_MANY | {
    *("nomination_call", "nomination_reminder", "poll", "digest"),
    *("survey_asked", "survey_reminder"),
}


class DoorClosed(Refusal):
    """The link is not known, or no longer valid."""


@dataclass(frozen=True)
class Posted:
    """An outbox entry, and the organisation whose own mailbox it goes to, if any."""

    entry: Entry
    organisation_id: int | None = None


def new_token() -> str:
    """Make a secret of 128 bits in letters and digits that survive a change of case."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def purposes(kind: str) -> tuple[str, ...]:
    """Tell which doors a letter of this kind has."""
    if kind in _WITHOUT | _WITH_DOORS_OF_ANOTHER:
        return ()
    return (REPLY, PAGE, OUT) if kind in UNASKED else (REPLY, PAGE)


def subject_of(facts: dict[str, Any]) -> dict[str, Any]:
    """Take from the facts of a notice the numbers that say what it is about."""
    event, organisation = facts.get("event") or {}, facts.get("organisation") or {}
    found = {
        "event": event.get("id"),
        "organisation": organisation.get("id"),
        "registration": facts.get("registration_id"),
        "nomination": facts.get("nomination_id"),
        "exhibitor": facts.get("exhibitor_id"),
        "required_document": facts.get("required_document_id"),
        "survey": facts.get("survey_key"),
        "wave": facts.get("wave_id"),
        "owner": facts.get("owner"),
    }
    return {name: value for name, value in found.items() if value is not None}


async def open_for(tx: Tx, posted: list[Posted], *, now: datetime) -> list[Entry]:
    """Give letters their doors and return the entries as they go into the outbox.

    An entry that is in the outbox already keeps the doors it has: both are kept under its key.
    """
    doors: list[NewDoor] = []
    entries = []
    for one in posted:
        made, entry = _with_doors(one)
        doors += made
        entries.append(entry)
    await letter_doors.add(tx, doors, now=now)
    return entries


async def renew_for(tx: Tx, entry: Entry, *, now: datetime) -> dict[str, str]:
    """Give a letter that has ended and leaves anew other tokens, and return them by purpose."""
    if entry.kind in _WITH_DOORS_OF_ANOTHER:
        tokens = {}
        for door in await letter_doors.of_letter(tx, entry.key):
            tokens[door.purpose] = new_token()
            await letter_doors.retoken(tx, door.id, token_hash=hash_of(tokens[door.purpose]))
        return tokens
    made, entry = _with_doors(Posted(entry))
    await letter_doors.renew(tx, made, now=now)
    return dict(entry.facts.get("doors", {}))


def _with_doors(posted: Posted) -> tuple[list[NewDoor], Entry]:
    entry = posted.entry
    wanted = purposes(entry.kind) if entry.channel == "mail" else ()
    if not wanted:
        return [], entry
    tokens = {purpose: new_token() for purpose in wanted}
    subject = subject_of(entry.facts)
    made = [
        NewDoor(
            token_hash=hash_of(token),
            purpose=purpose,
            kind=entry.kind,
            address=entry.address,
            locale=entry.locale,
            subject=subject,
            outbox_key=entry.key,
            person_id=entry.person_id,
            organisation_id=posted.organisation_id,
            expires_at=entry.not_after + (WAY_OUT if purpose == OUT else AFTERLIFE),
        )
        for purpose, token in tokens.items()
    ]
    values = {**vars(entry), "facts": {**entry.facts, "doors": tokens}}
    return made, Entry(**values)


async def make(
    tx: Tx,
    *,
    purpose: str,
    kind: str,
    address: str,
    locale: str,
    subject: dict[str, Any],
    now: datetime,
    lasts: timedelta | None,
    person_id: int | None = None,
    organisation_id: int | None = None,
    outbox_key: str = "",
) -> str:
    """Make a door by itself, and return its token; `outbox_key` names the letter it goes with."""
    token = new_token()
    door = NewDoor(
        token_hash=hash_of(token),
        purpose=purpose,
        kind=kind,
        address=address,
        locale=locale,
        subject=subject,
        outbox_key=outbox_key,
        person_id=person_id,
        organisation_id=organisation_id,
        expires_at=None if lasts is None else now + lasts,
    )
    await letter_doors.add(tx, [door], now=now)
    return token


async def find(tx: Tx, *, token: str, purpose: str, now: datetime, hold: bool = False) -> Door:
    """Find what a token opens; raises DoorClosed for one of another purpose, too.

    With `hold` whoever else acts through the same door waits until the transaction ends.
    """
    door = await letter_doors.find(tx, token_hash=hash_of(token.lower()), hold=hold)
    if door is None or door.purpose != purpose or door.ended_at is not None:
        raise DoorClosed
    if door.expires_at is not None and door.expires_at <= now:
        raise DoorClosed
    return door


async def use(tx: Tx, door: Door, *, now: datetime) -> bool:
    """Note that a door was used for the first time; False when it was before."""
    return await letter_doors.use(tx, door.id, now=now)


__all__ = [
    "ADDRESS",
    "FEED",
    "OUT",
    "PAGE",
    "REGISTER",
    "REPLY",
    "Door",
    "DoorClosed",
    "NewDoor",
    "Posted",
    "find",
    "make",
    "new_token",
    "open_for",
    "purposes",
    "subject_of",
    "use",
]
