"""Register for an event, cancel, move up from the waiting list."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from programme import calendar_notices
from programme.listing import has_begun, has_ended, is_for
from programme.refusals import (
    AlreadyRegistered,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
    NotRegistered,
)
from storage import events, outbox_sweeps, people, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.people import Person
from storage.registrations import Registration


@dataclass(frozen=True)
class Registered:
    """What a person got: a seat, or a place in line counted from one."""

    registration_id: int
    state: str
    position: int | None


def _check_time(event: Event, sessions: list[Session], now: datetime) -> None:
    if event.state == "cancelled":
        raise EventCancelled
    if has_begun(sessions, now):
        raise EventOver
    if event.deadline_at is not None and event.deadline_at < now:
        raise DeadlinePassed(event.deadline_at)


async def register(
    tx: Tx, *, event_id: int, person_id: int, door: str, now: datetime
) -> Registered:
    """Give a person a seat, or a place in line when all seats are taken, and tell them.

    Raises EventUnknown, EventCancelled, EventOver, DeadlinePassed, NotInAudience or
    AlreadyRegistered; the last one carries what the person has already.
    """
    event = await events.lock(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    sessions = await events.sessions(tx, event_id)
    person = await people.get(tx, person_id)
    _check_time(event, sessions, now)
    if not is_for(event, person):
        raise NotInAudience(event.audience)
    known = await registrations.open_of(tx, event_id=event_id, person_id=person_id)
    if known is not None:
        raise AlreadyRegistered(known.id, known.state)
    # Seats may have been added: those in line come before a newcomer.
    await promote(tx, event_id=event_id, now=now)
    if await events.take_seat(tx, event_id):
        return await _sit_down(tx, event, person, door=door, now=now)
    return await _stand_in_line(tx, event, person, door=door, now=now)


async def _sit_down(
    tx: Tx, event: Event, person: Person, *, door: str, now: datetime
) -> Registered:
    registration_id = await registrations.add(
        tx,
        event_id=event.id,
        person_id=person.id,
        state="active",
        position=None,
        door=door,
        now=now,
    )
    await _give_calendar_entries(tx, event.id, registration_id)
    await calendar_notices.confirm(
        tx,
        kind="registration_confirmed",
        event=event,
        person=person,
        registration_id=registration_id,
        now=now,
    )
    return Registered(registration_id, "active", None)


async def _stand_in_line(
    tx: Tx, event: Event, person: Person, *, door: str, now: datetime
) -> Registered:
    registration_id = await registrations.add(
        tx,
        event_id=event.id,
        person_id=person.id,
        state="waiting",
        position=await events.next_position(tx, event.id),
        door=door,
        now=now,
    )
    waiting = await registrations.get(tx, registration_id)
    if waiting is None:
        raise NotRegistered
    position = await registrations.count_ahead(tx, waiting) + 1
    await calendar_notices.put_in_line(
        tx,
        event=event,
        person=person,
        registration_id=registration_id,
        position=position,
        now=now,
    )
    return Registered(registration_id, "waiting", position)


async def _give_calendar_entries(tx: Tx, event_id: int, registration_id: int) -> None:
    for session in await events.sessions(tx, event_id):
        # RFC 7986 section 5.3: a UID is random and tells nothing about its host; an
        # unguessable one also proves later that a calendar reply comes from this person.
        await registrations.add_calendar_entry(
            tx, registration_id=registration_id, session_id=session.id, uid=str(uuid.uuid4())
        )


async def cancel(tx: Tx, *, registration_id: int, person_id: int, now: datetime) -> Registration:
    """Give a seat or a place in line back, tell the person, and seat the first in line.

    Raises NotRegistered when the registration is not this person's or is no longer open, and
    EventOver after the last session: the record of who had a seat stays as it was.
    """
    registration = await registrations.get(tx, registration_id)
    if registration is None or registration.person_id != person_id:
        raise NotRegistered
    event = await events.lock(tx, registration.event_id)
    if event is None:
        raise EventUnknown
    # Read again under the lock: a place in line may have become a seat meanwhile.
    registration = await registrations.get(tx, registration_id)
    if registration is None or registration.state == "cancelled":
        raise NotRegistered
    if has_ended(await events.sessions(tx, event.id), now):
        raise EventOver
    if not await registrations.cancel(tx, registration, now=now):
        raise NotRegistered
    await outbox_sweeps.cancel(tx, keys_from=f"reminder:{registration.id}:", now=now)
    person = await people.get(tx, person_id)
    await calendar_notices.take_back(
        tx,
        kind="registration_cancelled",
        event=event,
        person=person,
        registration=registration,
        now=now,
    )
    if registration.state == "active":
        await events.free_seat(tx, event.id)
        await promote(tx, event_id=event.id, now=now)
    return registration


async def promote(tx: Tx, *, event_id: int, now: datetime) -> int:
    """Seat people from the waiting list while there are free seats; return how many moved up.

    Nobody moves up once the first session has begun, and nobody to a cancelled event.
    """
    event = await events.lock(tx, event_id)
    if event is None or has_begun(await events.sessions(tx, event_id), now):
        return 0
    moved = 0
    while (first := await registrations.first_waiting(tx, event_id)) is not None:
        if not await events.take_seat(tx, event_id):
            break
        if not await registrations.seat(tx, first, now=now):
            await events.free_seat(tx, event_id)
            continue
        await _give_calendar_entries(tx, event_id, first.id)
        person = await people.get(tx, first.person_id)
        await calendar_notices.confirm(
            tx, kind="promoted", event=event, person=person, registration_id=first.id, now=now
        )
        moved += 1
    return moved
