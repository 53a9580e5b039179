"""What one person can see: events ahead, one event's card, their own registrations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.facts import programme_facts, session_facts
from programme.refusals import EventUnknown, NotRegistered
from storage import events, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.people import Person
from storage.registrations import Registration


@dataclass(frozen=True)
class EventView:
    """An event as one person sees it; `free` None means that there is room for everyone."""

    event_id: int
    title: str
    kind: str
    place: str
    description: str
    sessions: list[dict[str, Any]]
    zone: str
    state: str
    free: int | None
    waiting: int
    deadline_at: datetime | None
    open_now: bool
    mine: Registration | None
    position: int | None
    meant_for_others: bool = False
    over: bool = False


async def _view(tx: Tx, event: Event, person: Person | None, now: datetime) -> EventView:
    sessions = await events.sessions(tx, event.id)
    mine = None
    if person is not None:
        mine = await registrations.open_of(tx, event_id=event.id, person_id=person.id)
    waits = mine is not None and mine.state == "waiting"
    counts = await registrations.count_open(tx, event.id)
    late = event.deadline_at is not None and event.deadline_at < now
    return EventView(
        event.id,
        event.title,
        event.kind,
        event.place,
        event.description,
        [session_facts(session) for session in sessions],
        event.zone,
        event.state,
        None if event.capacity is None else max(0, event.capacity - event.taken),
        counts["waiting"],
        event.deadline_at,
        event.state == "published" and not has_begun(sessions, now) and not late,
        mine,
        await registrations.count_ahead(tx, mine) + 1 if mine and waits else None,
        not is_for(event, person),
        has_ended(sessions, now),
    )


def has_begun(sessions: list[Session], now: datetime) -> bool:
    """Tell whether the first sitting has begun; an event without any counts as begun."""
    # A moved session keeps its number, so the first number need not be the first day.
    return not sessions or min(session.starts_at for session in sessions) <= now


def has_ended(sessions: list[Session], now: datetime) -> bool:
    """Tell whether the last sitting has ended."""
    return all(session.ends_at <= now for session in sessions)


def is_for(event: Event, person: Person | None) -> bool:
    """Tell whether an event is meant for a person; somebody unknown sees all of them."""
    if person is None or event.audience == "all":
        return True
    return event.audience == ("office" if person.role == "clerk" else "ngo")


async def ahead(tx: Tx, *, person: Person | None, now: datetime) -> list[EventView]:
    """List the events ahead that are meant for a person, the soonest first."""
    upcoming = await events.upcoming(tx, now=now)
    return [await _view(tx, event, person, now) for event in upcoming if is_for(event, person)]


async def one(tx: Tx, *, event_id: int, person: Person | None, now: datetime) -> EventView:
    """Look at one event; a draft or an unknown number raises EventUnknown."""
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    return await _view(tx, event, person, now)


async def of_registration(
    tx: Tx, *, registration_id: int, person: Person, now: datetime
) -> EventView:
    """Look at the event of one's own open registration; anything else raises NotRegistered."""
    registration = await registrations.get(tx, registration_id)
    own = registration is not None and registration.person_id == person.id
    if registration is None or not own or registration.state not in registrations.OPEN:
        raise NotRegistered
    return await one(tx, event_id=registration.event_id, person=person, now=now)


async def contact(tx: Tx) -> str:
    """Name the person or office that helps, as the programme gives it."""
    return str((await programme_facts(tx))["contact"])


async def mine(tx: Tx, *, person: Person, now: datetime) -> list[EventView]:
    """List what a person is registered for or waits for, soonest first.

    What has ended or was cancelled is left out.
    """
    found = []
    for registration in await registrations.of_person(tx, person.id):
        event = await events.get(tx, registration.event_id)
        sessions = await events.sessions(tx, registration.event_id)
        if event is None or event.state == "cancelled":
            continue
        if not has_ended(sessions, now):
            begins = min(session.starts_at for session in sessions)
            found.append((begins, event.id, await _view(tx, event, person, now)))
    return [view for _, _, view in sorted(found, key=lambda one: one[:2])]
