"""Register for an event, cancel, move up from the waiting list: the one door to a seat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import answers as tidy
from programme import (
    calendar_notices,
    nomination_ends,
    offering,
    own_registration,
    seat_notices,
    seating,
)
from programme.calendar_notices import CANCELLED, Parting
from programme.listing import has_begun, has_ended, is_for
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
    NotRegistered,
)
from programme.seat_refusals import EntryByNomination, EventFull
from storage import events, offers, outbox_sweeps, people, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.people import Person
from storage.registrations import Registration

NOTE_LIMIT = 300


@dataclass(frozen=True)
class Registered:
    """What a person got: a seat, a place in line counted from one, or an open application."""

    registration_id: int
    state: str
    position: int | None


def deadline_of(event: Event, *, nominated: bool) -> datetime | None:
    """Tell until when one may register; somebody whom an organisation named, until the later."""
    if event.deadline_at is None or not nominated or event.nomination_deadline_at is None:
        return event.deadline_at
    return max(event.deadline_at, event.nomination_deadline_at)


def _check_moment(
    event: Event, sessions: list[Session], now: datetime, *, nominated: bool, let_in: bool
) -> None:
    if event.state == "cancelled":
        raise EventCancelled
    # Somebody may walk in while the event goes on, if staff say so.
    if has_ended(sessions, now) or (has_begun(sessions, now) and not let_in):
        raise EventOver
    deadline = deadline_of(event, nominated=nominated)
    is_late = deadline is not None and deadline < now
    if deadline is not None and is_late and event.late == "refuse" and not let_in:
        raise DeadlinePassed(deadline)


def _check_entry(event: Event, person: Person, *, nominated: bool) -> None:
    if event.entry == "nominated" and not nominated:
        raise EntryByNomination
    if not is_for(event, person):
        raise NotInAudience(event.audience)


def needs_approval(event: Event) -> bool:
    """Tell whether staff decide about everybody who wants to come."""
    return event.approval == "staff" or event.selection == "staff"


async def register(
    tx: Tx,
    *,
    event_id: int,
    person_id: int,
    door: str,
    now: datetime,
    organisation_id: int | None = None,
    answered_by: str = "self",
    nominated: bool = False,
    answers: Mapping[str, Any] | None = None,
    form_id: int | None = None,
    let_in: bool = False,
    note: str = "",
    quiet: QuietHours | None = None,
) -> Registered:
    """Give a person a seat, a place in line or an open application, and tell them.

    1. `nominated`: an organisation has named the person. `let_in`: staff's word, which no
       deadline, audience, entry or approval stands against; `note` says why.
    2. Those in line come before a newcomer, a late one too where the event takes late ones.
    3. Where seats were offered to everybody in line, a newcomer is one of those who may be first.

    Raises EventUnknown, EventCancelled, EventOver, DeadlinePassed, EntryByNomination,
    NotInAudience, EventFull (only to somebody let in who could not move up any more) or
    AlreadyRegistered; the last one carries what the person has already.
    """
    event = await events.lock(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    sessions = await events.sessions(tx, event_id)
    # Staff may have found out meanwhile that this is somebody we know.
    person = await people.who_is_now(tx, person_id)
    _check_moment(event, sessions, now, nominated=nominated, let_in=let_in)
    if not let_in:
        _check_entry(event, person, nominated=nominated)
    known = await registrations.open_of(tx, event_id=event_id, person_id=person.id)
    if known is not None:
        raise AlreadyRegistered(known.id, state_of(known))
    values = {
        "organisation_id": person.organisation_id if organisation_id is None else organisation_id,
        "answered_by": answered_by,
        "note": tidy.text(tidy.one_line(note), NOTE_LIMIT) if note else "",
        "form_id": form_id,
        "answers": dict(answers or {}),
    }
    newcomer = _Newcomer(event, sessions, person, door, values)
    if needs_approval(event) and not let_in:
        return await _apply(tx, newcomer, now=now)
    if needs_approval(event):
        values["approval"] = "granted"
    # Seats may have been added: those in line come before a newcomer.
    await seating.fill(tx, event=event, sessions=sessions, now=now, quiet=quiet)
    # The event is locked: what was full when it was read has no seat to try for.
    if not seating.is_full(event) and await events.take_seat(tx, event_id):
        registered = await _sit_down(tx, newcomer, now=now)
        await seating.seat_went(tx, event=event, sessions=sessions, now=now, quiet=quiet)
        return registered
    if event.selection == "staff" or has_begun(sessions, now):
        raise EventFull
    return await _stand_in_line(tx, newcomer, now=now)


def state_of(registration: Registration) -> str:
    """Name what an open registration is: active, waiting or applied."""
    is_applied = registration.state == "waiting" and registration.approval == "asked"
    return "applied" if is_applied else registration.state


@dataclass(frozen=True)
class _Newcomer:
    event: Event
    sessions: list[Session]
    person: Person
    door: str
    values: dict[str, Any]

    async def add(self, tx: Tx, *, state: str, position: int | None, now: datetime) -> int:
        return await registrations.add(
            tx,
            event_id=self.event.id,
            person_id=self.person.id,
            state=state,
            position=position,
            door=self.door,
            now=now,
            **self.values,
        )


async def _sit_down(tx: Tx, newcomer: _Newcomer, *, now: datetime) -> Registered:
    registration_id = await newcomer.add(tx, state="active", position=None, now=now)
    entries = await seating.give_calendar_entries(tx, newcomer.sessions, registration_id)
    await calendar_notices.confirm(
        tx,
        kind="registration_confirmed",
        event=newcomer.event,
        person=newcomer.person,
        registration_id=registration_id,
        now=now,
        sessions=newcomer.sessions,
        entries=entries,
    )
    return Registered(registration_id, "active", None)


async def _stand_in_line(tx: Tx, newcomer: _Newcomer, *, now: datetime) -> Registered:
    event = newcomer.event
    place = await events.next_position(tx, event.id)
    registration_id = await newcomer.add(tx, state="waiting", position=place, now=now)
    ahead = await registrations.count_ahead_of(
        tx,
        event_id=event.id,
        registration_id=registration_id,
        position=place,
        fairness=event.fairness,
    )
    await calendar_notices.put_in_line(
        tx,
        event=event,
        person=newcomer.person,
        registration_id=registration_id,
        position=ahead + 1,
        now=now,
        sessions=newcomer.sessions,
    )
    return Registered(registration_id, "waiting", ahead + 1)


async def _apply(tx: Tx, newcomer: _Newcomer, *, now: datetime) -> Registered:
    # The place is drawn now: whoever is approved later stands where they came.
    place = await events.next_position(tx, newcomer.event.id)
    newcomer.values["approval"] = "asked"
    registration_id = await newcomer.add(tx, state="waiting", position=place, now=now)
    await seat_notices.tell(
        tx,
        kind="application_received",
        event=newcomer.event,
        person=newcomer.person,
        registration_id=registration_id,
        now=now,
    )
    return Registered(registration_id, "applied", None)


async def cancel(
    tx: Tx,
    *,
    registration_id: int,
    person_id: int,
    now: datetime,
    because: str = "",
    reason: str = "",
    withdrawn_by: str = "",
    parting: Parting = CANCELLED,
    quiet: QuietHours | None = None,
) -> Registration:
    """Give a seat, a place in line or an application back, tell the person, and pass it on.

    An open offer ends with it, and so does the nomination that the registration came from.
    `because` is kept; `reason` is what staff, who take somebody off the list, say to the person,
    and `withdrawn_by` the organisation that took its nomination back; `parting` is another notice
    than the confirmation of a wish to cancel. Raises NotRegistered when
    the registration is not this person's or is no longer open, and EventOver after the last
    session: the record of who had a seat stays as it was.
    """
    registration, event = await own_registration.hold(
        tx, registration_id=registration_id, person_id=person_id
    )
    if registration.state == "cancelled":
        raise NotRegistered
    if has_ended(await events.sessions(tx, event.id), now):
        raise EventOver
    if not await registrations.cancel(tx, registration, now=now, because=because):
        raise NotRegistered
    await outbox_sweeps.cancel(tx, keys_from=f"reminder:{registration.id}:", now=now)
    person = await people.get(tx, person_id)
    await calendar_notices.take_back(
        tx,
        kind=parting.kind,
        event=event,
        person=person,
        registration=registration,
        now=now,
        reason=reason,
        withdrawn_by=withdrawn_by,
        version=parting.version,
        more=parting.facts,
    )
    answer = "refused" if reason else "cancelled"
    await nomination_ends.registration_cancelled(
        tx,
        registration_id=registration.id,
        answer=answer,
        version=parting.version,
        now=now,
        quiet=quiet,
    )
    if await _gives_seat_back(tx, registration, now=now):
        await events.free_seat(tx, event.id)
        await promote(tx, event_id=event.id, now=now, quiet=quiet)
    return registration


async def _gives_seat_back(tx: Tx, registration: Registration, *, now: datetime) -> bool:
    """Tell whether a registration that ends had a seat, or had one held by an offer."""
    if registration.state == "active":
        return True
    offer = await offers.open_of(tx, registration.id)
    if offer is None:
        return False
    return await offering.end(tx, offer, state="declined", now=now) and offer.holds_seat


async def promote(tx: Tx, *, event_id: int, now: datetime, quiet: QuietHours | None = None) -> int:
    """Give or offer free seats to the line by the event's rules; return how many heard of it.

    Nobody moves up once the first session has begun, and nobody to a cancelled event.
    """
    event = await events.lock(tx, event_id)
    if event is None:
        return 0
    sessions = await events.sessions(tx, event_id)
    return await seating.fill(tx, event=event, sessions=sessions, now=now, quiet=quiet)
