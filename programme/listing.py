"""What one person can see: events ahead, one event's card, their own registrations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.facts import programme_facts, session_facts
from programme.refusals import EventUnknown, NotRegistered
from storage import documents, events, offers, registrations
from storage.database import Tx
from storage.documents import DocumentStanding
from storage.events import Event, Session
from storage.offers import Offer
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
    # The person's application waits for the office.
    applied: bool = False
    # A seat is offered to the person, who stands in line.
    offer: Offer | None = None
    by_nomination: bool = False
    # The deadline has passed, but whoever comes late may still have a seat or stand in line.
    late: bool = False
    needs_approval: bool = False
    # The event has questions to whoever registers.
    asks: bool = False
    # How the documents of a seat, or of an application for one, stand.
    papers: DocumentStanding | None = None

    @property
    def asks_first(self) -> bool:
        """Whether the event's questions come before a registration that is possible now."""
        return self.asks and self.can_register

    @property
    def can_register(self) -> bool:
        """Whether the person can register by themselves now, for a seat or a place in line."""
        barred = self.meant_for_others or self.by_nomination
        return self.mine is None and self.open_now and not barred


async def _view(tx: Tx, event: Event, person: Person | None, now: datetime) -> EventView:
    sessions = await events.sessions(tx, event.id)
    mine = None
    if person is not None:
        mine = await registrations.open_of(tx, event_id=event.id, person_id=person.id)
    applied = mine is not None and mine.approval == "asked"
    waits = mine is not None and mine.state == "waiting" and not applied
    offer = await offers.open_of(tx, mine.id) if mine and waits else None
    stands = waits and (offer is None or not offer.holds_seat)
    counts = await registrations.count_open(tx, event.id)
    late = event.deadline_at is not None and event.deadline_at < now
    takes_late = late and event.late == "line"
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
        event.state == "published" and not has_begun(sessions, now) and (takes_late or not late),
        mine,
        await _place(tx, event, mine) if mine and stands else None,
        not is_for(event, person),
        has_ended(sessions, now),
        applied,
        offer,
        event.entry == "nominated",
        takes_late,
        "staff" in (event.approval, event.selection),
        event.form_id is not None,
        await documents.standing(tx, mine) if mine and (applied or not waits) else None,
    )


async def _place(tx: Tx, event: Event, waiting: Registration) -> int:
    return await registrations.count_ahead(tx, waiting, fairness=event.fairness) + 1


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
    if event.audience == "register":
        return person.organisation_id is not None
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
        if event is None or event.state != "published":
            continue
        if not has_ended(sessions, now):
            begins = min(session.starts_at for session in sessions)
            found.append((begins, event.id, await _view(tx, event, person, now)))
    return [view for _, _, view in sorted(found, key=lambda one: one[:2])]
