"""An event on one card, as staff who make or change it see it, and what has changed on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from programme import event_fields as fields
from programme import staff
from programme.doubts import Doubt, Span, about_event
from programme.event_rows import Entered, entered
from programme.events import SessionMove
from programme.importing.entries import EventEntry, SessionEntry
from programme.refusals import EventUnknown
from programme.wall_time import read
from storage import documents, event_drafts, events
from storage.database import Tx
from storage.event_drafts import Draft
from storage.staff import StaffMember

# In the order in which a card shows them.
SHOWN = (
    fields.TITLE,
    fields.DAYS,
    fields.PLACE,
    fields.SEATS,
    fields.STANDS,
    fields.DEADLINE,
    fields.NAMING,
    fields.AUDIENCE,
    fields.CERTIFICATE,
    fields.DESCRIPTION,
)
STATE = "state"


@dataclass(frozen=True)
class EventCard:
    """An event with what is strange about it; `papers` counts the documents it asks for."""

    event: Entered
    doubts: tuple[Doubt, ...]
    papers: int = 0

    @property
    def entry(self) -> EventEntry:
        """What the event says."""
        return self.event.entry


@dataclass(frozen=True)
class Difference:
    """One field of an event, as it was shown and as it is."""

    field: str
    old: Any
    new: Any


def doubts_about(event: Entered, entry: EventEntry, *, now: datetime) -> tuple[Doubt, ...]:
    """List what would be strange if an event were so; the import asks the same."""
    if not entry.sessions:
        return ()
    return tuple(about_event(entry, Span(event.starts_on, event.ends_on, event.zone), now=now))


async def look(tx: Tx, *, event_id: int, member: StaffMember, now: datetime) -> EventCard:
    """Look at an event, draft or not; an unknown number raises EventUnknown."""
    staff.permit(member, "desk")
    event = await entered(tx, event_id)
    if event is None:
        raise EventUnknown
    papers = await documents.required_of_event(tx, event_id)
    return EventCard(event, doubts_about(event, event.entry, now=now), len(papers))


async def drafts(tx: Tx, *, member: StaffMember) -> list[Draft]:
    """List what has been begun and nobody else has seen yet, the newest first."""
    staff.permit(member, "desk")
    return await event_drafts.drafts(tx)


async def count_drafts(tx: Tx, *, member: StaffMember) -> int:
    """Count the drafts."""
    staff.permit(member, "desk")
    return await event_drafts.count(tx)


async def doubts_of_move(
    tx: Tx, event_id: int, moves: Sequence[SessionMove], *, now: datetime
) -> tuple[Doubt, ...]:
    """List what would be strange about an event after a move and is not strange now."""
    event = await entered(tx, event_id)
    if event is None:
        return ()
    wanted = {move.session_id: move for move in moves}
    listed = []
    for one in await events.sessions(tx, event_id):
        move = wanted.get(one.id)
        starts, ends = (
            (move.starts_wall, move.ends_wall)
            if move
            else (read(one.starts_wall), read(one.ends_wall))
        )
        listed.append(SessionEntry(starts, ends, one.place))
    moved = replace(event.entry, sessions=tuple(listed))
    known = doubts_about(event, event.entry, now=now)
    return tuple(one for one in doubts_about(event, moved, now=now) if one not in known)


async def shown(tx: Tx, event_id: int) -> dict[str, Any]:
    """Write down how an event is shown now; an unknown number raises EventUnknown."""
    event = await entered(tx, event_id)
    if event is None:
        raise EventUnknown
    return snapshot(event)


def snapshot(event: Entered) -> dict[str, Any]:
    """Write down what is shown, as plain values, to be compared with what is there later."""
    values = {field: fields.value_of(event.entry, field) for field in SHOWN}
    return {**values, STATE: event.entry.state, "revision": event.revision}


def differences(shown: Mapping[str, Any], event: Entered) -> list[Difference]:
    """List what is no longer as it was shown."""
    now = snapshot(event)
    return [
        Difference(field, shown[field], now[field])
        for field in (*SHOWN, STATE)
        if shown[field] != now[field]
    ]


__all__ = [
    "SHOWN",
    "STATE",
    "Difference",
    "Draft",
    "EventCard",
    "count_drafts",
    "differences",
    "doubts_about",
    "doubts_of_move",
    "drafts",
    "look",
    "shown",
    "snapshot",
]
