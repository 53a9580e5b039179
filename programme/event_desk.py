"""How one event stands, for those who look after it: counts, and lists of its people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import calendar_standing, staff
from programme.desk_refusals import PersonGone
from programme.facts import session_facts
from programme.forms import Form, asked
from programme.listing import has_ended
from programme.polish_order import by_surname
from programme.refusals import EventUnknown
from storage import event_people, events, forms
from storage.database import Tx
from storage.event_people import APPLYING, IN_LINE, SEATED, Attending, Counts
from storage.events import Event
from storage.staff import StaffMember

ROWS = 15


@dataclass(frozen=True)
class EventDesk:
    """An event with its sessions and how many people stand where."""

    event: Event
    sessions: list[dict[str, Any]]
    counts: Counts
    over: bool = False

    @property
    def overbooked(self) -> int:
        """How many seats more are taken than there are, since the capacity was lowered."""
        capacity = self.event.capacity
        return 0 if capacity is None else max(0, self.event.taken - capacity)


@dataclass(frozen=True)
class Page:
    """One page of an event's people; `first` is the place of its first row, from one."""

    event: Event
    group: str
    people: list[Attending]
    number: int
    pages: int
    first: int
    total: int


@dataclass(frozen=True)
class PersonDesk:
    """One registration as staff see it, with what the person answered to the event."""

    event: Event
    attending: Attending
    answers: list[tuple[str, str]]
    # What their calendar says, in a word of `calendar_standing`.
    calendar: str = calendar_standing.NONE


async def events_in_care(tx: Tx, *, member: StaffMember, now: datetime) -> list[Event]:
    """List published events: those ahead, the soonest first, then those of the last sixty days."""
    staff.permit(member, "desk")
    ahead = await events.upcoming(tx, now=now)
    numbers = {event.id for event in ahead}
    over = [event for event in await events.recent(tx, now=now) if event.id not in numbers]
    return [*ahead, *reversed(over)]


async def events_ahead(tx: Tx, *, member: StaffMember, now: datetime) -> list[Event]:
    """List the published events that lie ahead, the soonest first."""
    staff.permit(member, "desk")
    return await events.upcoming(tx, now=now)


async def one(tx: Tx, *, event_id: int, member: StaffMember, now: datetime) -> EventDesk:
    """Look at one event; an unknown number raises EventUnknown."""
    staff.permit(member, "desk")
    event = await _event(tx, event_id)
    sessions = await events.sessions(tx, event_id)
    facts = [session_facts(session) for session in sessions]
    counts = await event_people.count(tx, event_id)
    return EventDesk(event, facts, counts, has_ended(sessions, now))


async def page(tx: Tx, *, event_id: int, group: str, number: int, member: StaffMember) -> Page:
    """Give one page of those with a seat, in line or applying; a number too large, the last.

    Those in line come in the order in which they will be asked, first those who are being asked.
    """
    staff.permit(member, "desk")
    event = await _event(tx, event_id)
    people = await event_people.of_event(tx, event_id, group)
    if group == SEATED:
        people = sorted(people, key=lambda each: by_surname(each.name))
    if group == IN_LINE:
        people = in_order(people, fairness=event.fairness)
    pages = max(1, -(-len(people) // ROWS))
    number = min(max(0, number), pages - 1)
    first = number * ROWS
    return Page(event, group, people[first : first + ROWS], number, pages, first + 1, len(people))


def in_order(people: list[Attending], *, fairness: str) -> list[Attending]:
    """Order a line, given by position, as it will move; a held seat comes before everybody."""
    if fairness != "one_each":
        return sorted(people, key=lambda each: not _is_held(each))
    ordered: list[tuple[int, Attending]] = []
    seen: set[int] = set()
    for each in people:
        if _is_held(each):
            ordered.append((0, each))
            continue
        second = each.has_a_share or each.organisation_id in seen
        ordered.append((2 if second else 1, each))
        if each.organisation_id is not None:
            seen.add(each.organisation_id)
    return [each for _turn, each in sorted(ordered, key=lambda one: one[0])]


def _is_held(each: Attending) -> bool:
    return each.offer_until is not None and each.offer_holds_seat


async def person(tx: Tx, *, registration_id: int, member: StaffMember) -> PersonDesk:
    """Look at one open registration; anything else raises PersonGone."""
    staff.permit(member, "desk")
    attending = await event_people.one(tx, registration_id)
    if attending is None:
        raise PersonGone
    event = await _event(tx, attending.event_id)
    calendar = await calendar_standing.of_registration(tx, registration_id)
    return PersonDesk(event, attending, await _answers(tx, attending), calendar)


async def _answers(tx: Tx, attending: Attending) -> list[tuple[str, str]]:
    if attending.form_id is None:
        return []
    row = await forms.get(tx, attending.form_id)
    form = Form.from_json({"key": row.key, "version": row.version, **row.content})
    given = []
    for question in asked(form, attending.answers):
        value = attending.answers.get(question.key)
        if value is not None:
            labels = {option.key: option.label for option in question.options}
            chosen = [value] if isinstance(value, str) else value
            given.append((question.label, ", ".join(labels.get(each, each) for each in chosen)))
    return given


async def _event(tx: Tx, event_id: int) -> Event:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    return event


__all__ = [
    "APPLYING",
    "IN_LINE",
    "SEATED",
    "Attending",
    "Counts",
    "Event",
    "EventDesk",
    "Page",
    "PersonDesk",
    "events_ahead",
    "events_in_care",
    "in_order",
    "one",
    "page",
    "person",
]
