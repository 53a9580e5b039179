"""Calendars that people's programs read again and again: one's own seats, and all events.

A feed is a copy to look at, not an invitation: its UIDs are made from what everybody may know, so
they stay the same for ever and prove nothing. The secret ones of invitations stand in no feed.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import letter_doors
from programme.facts import event_facts
from programme.letter_doors import FEED
from storage import events, feed_doors, people, registrations
from storage.database import Tx
from storage.events import Event

# RFC 7986 section 5.3 wants a UID that tells nothing; this one tells a key, a number and no more.
_NAMES = uuid.UUID("7d9a4c1e-52a3-4f0b-8f6e-1c7b2f8e90d4")


@dataclass(frozen=True)
class FeedEntry:
    """One session as a feed shows it; `facts` describe its event, `number` counts its sessions."""

    uid: str
    sequence: int
    facts: dict[str, Any]
    number: int


@dataclass(frozen=True)
class Feed:
    """All that a feed shows; `name` is the person's, empty for the feed of the programme."""

    title: str
    name: str
    entries: tuple[FeedEntry, ...]


async def address_of(tx: Tx, *, person_id: int, now: datetime) -> str:
    """Make the address of a person's own feed and give its path; the one before ends with it.

    Only its hash is kept, so it can be shown this once.
    """
    person = await people.get(tx, person_id)
    await feed_doors.hold(tx, person.id)
    await feed_doors.end(tx, person_id=person.id, now=now)
    token = await letter_doors.make(
        tx,
        purpose=FEED,
        kind="feed",
        address="",
        locale=person.locale,
        subject={},
        now=now,
        lasts=None,
        person_id=person.id,
    )
    return f"/k/{token}.ics"


async def end(tx: Tx, *, person_id: int, now: datetime) -> bool:
    """End a person's own feed; False when there was none."""
    return await feed_doors.end(tx, person_id=person_id, now=now)


async def has_one(tx: Tx, *, person_id: int) -> bool:
    """Tell whether a person's own feed has an address that works."""
    return await feed_doors.is_open(tx, person_id)


async def personal(tx: Tx, *, person_id: int) -> Feed:
    """Give all the sessions that a person has a seat for, those gone by too."""
    person = await people.who_is_now(tx, person_id)
    entries = []
    for registration in await registrations.of_person(tx, person.id):
        event = await events.get(tx, registration.event_id)
        if event is not None and event.state == "published" and registration.state == "active":
            entries += await _entries(tx, event)
    return Feed(await _title(tx), person.name, tuple(entries))


async def public(tx: Tx, *, now: datetime) -> Feed:
    """Give the sessions of all published events, those ahead and those of the last sixty days."""
    entries = []
    for event in await events.recent(tx, now=now):
        entries += await _entries(tx, event)
    return Feed(await _title(tx), "", tuple(entries))


async def _title(tx: Tx) -> str:
    programme = await events.get_programme(tx)
    return programme.title if programme is not None else ""


async def _entries(tx: Tx, event: Event) -> list[FeedEntry]:
    sessions = await events.sessions(tx, event.id)
    programme = await events.get_programme(tx, event.programme_id)
    facts = await event_facts(tx, event, sessions)
    key = f"{programme.key if programme else ''}/{event.key}"
    return [
        FeedEntry(
            str(uuid.uuid5(_NAMES, f"{key}/{session.number}")), session.revision, facts, number
        )
        for number, session in enumerate(sessions, start=1)
    ]
