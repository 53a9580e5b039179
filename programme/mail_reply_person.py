"""What a person's answer to a letter of their own does: a seat, an offer, a seat given back."""

from datetime import datetime

from programme import giving_up, nomination_answers, registration, waiting_list
from programme.importing.spelling import fold
from programme.listing import has_begun
from programme.mail_outcomes import Done, Known, Outcome, refused
from programme.mail_reply import Answered, Effect, page_needed, read_from
from programme.refusals import (
    AlreadyRegistered,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotRegistered,
    Refusal,
)
from storage import answers_to_events, events, nominations, offers, people, registrations
from storage.database import Tx
from storage.events import Event
from storage.nominations import Nomination
from storage.people import Person
from storage.registrations import Registration

# To these a yes or a no says something of a seat; what else we write tells what is over.
ABOUT_A_SEAT = frozenset(
    {
        *("invitation", "correction"),
        "registration_confirmed",
        "promoted",
        "waiting_listed",
        "application_received",
        "seat_offered",
        "offer_expired",
        "event_moved",
        "reminder",
        "documents_missing",
        "document_returned",
        "seat_given_up",
    }
)
_GOT: dict[str, Done] = {"active": "registered", "waiting": "waiting", "applied": "applied"}
_HAS: dict[str, Known] = {"active": "has_seat", "waiting": "in_line", "applied": "has_applied"}


async def answer(tx: Tx, asked: Answered) -> Effect:
    """Do what a person answers for themselves; anything else is left to staff."""
    number = asked.door.person_id
    assert number is not None  # noqa: S101 -- only such letters come here
    person = await people.who_is_now(tx, number)
    others = [one for one in asked.wish.people if fold(one.name) != fold(person.name)]
    fits = asked.event_id is not None and asked.door.kind in ABOUT_A_SEAT
    if others or not fits or not (asked.wish.answer or asked.wish.people):
        return Effect(read_from(asked.wish), for_staff=True, unclear=True)
    if asked.wish.answer == "no":
        return await no(tx, asked, person)
    return await yes(tx, asked, person)


async def yes(
    tx: Tx, asked: Answered, person: Person, *, organisation_id: int | None = None
) -> Effect:
    """Take the seat: the one offered, the one they were named for, or a new one."""
    event_id = asked.event_id
    assert event_id is not None  # noqa: S101 -- whoever calls has looked
    try:
        async with tx.begin_nested():
            event = await events.lock(tx, event_id)
            mine = await registrations.open_of(tx, event_id=event_id, person_id=person.id)
            if mine is not None:
                return await _has_already(tx, asked, mine)
            if event is None:
                raise EventUnknown
            back = await _taken_back(tx, asked, person)
            if back is not None:
                return back
            if event.form_id is not None:
                await check_open(tx, event, asked.now)
                return page_needed(asked, person.name, questions=True)
            named = await _named(tx, asked, person)
            if named is not None:
                return await accept(tx, asked, named, person.id)
            got = await registration.register(
                tx,
                event_id=event_id,
                person_id=person.id,
                organisation_id=organisation_id,
                door="mail",
                now=asked.now,
                quiet=asked.quiet,
            )
    except AlreadyRegistered as already:
        return Effect((Outcome(_HAS[already.state], person.name),))
    except Refusal as refusal:
        return Effect((refused(refusal, person.name),))
    return _registered(got.state, got.position, person.name)


async def check_open(tx: Tx, event: Event, now: datetime) -> None:
    """Refuse an event for which nobody registers any more, before somebody is sent to a page."""
    if event.state == "cancelled":
        raise EventCancelled
    if has_begun(await events.sessions(tx, event.id), now):
        raise EventOver
    deadline = registration.deadline_of(event, nominated=True)
    if deadline is not None and deadline < now and event.late == "refuse":
        raise DeadlinePassed(deadline)


async def _taken_back(tx: Tx, asked: Answered, person: Person) -> Effect | None:
    """Undo the "no" of the person's calendar, where the letter tells of it and there is time."""
    number = asked.door.subject.get("registration")
    if asked.door.kind != "seat_given_up" or number is None:
        return None
    if await giving_up.can_undo_until(tx, registration_id=number, now=asked.now) is None:
        return None
    got = await giving_up.undo(
        tx, registration_id=number, person_id=person.id, now=asked.now, quiet=asked.quiet
    )
    return _registered(got.state, got.position, person.name)


async def _has_already(tx: Tx, asked: Answered, mine: Registration) -> Effect:
    person = await people.get(tx, mine.person_id)
    offer = await offers.open_of(tx, mine.id) if mine.state == "waiting" else None
    if offer is None:
        return Effect((Outcome(_HAS[registration.state_of(mine)], person.name),))
    got = await waiting_list.accept_offer(
        tx,
        registration_id=mine.id,
        person_id=person.id,
        now=asked.now,
        quiet=asked.quiet,
    )
    return _registered(got.state, got.position, person.name)


async def _named(tx: Tx, asked: Answered, person: Person) -> Nomination | None:
    assert asked.event_id is not None  # noqa: S101 -- whoever calls has looked
    found = await nominations.open_with(tx, event_id=asked.event_id, identity=f"person:{person.id}")
    return found if found is not None and found.state == "named" else None


async def accept(tx: Tx, asked: Answered, named: Nomination, person_id: int) -> Effect:
    """Say yes to a nomination; raises what nomination_answers.accept raises."""
    after = await nomination_answers.accept(
        tx,
        nomination_id=named.id,
        person_id=person_id,
        is_proved=True,
        door="mail",
        now=asked.now,
        quiet=asked.quiet,
    )
    if after.registration_id is None:
        return Effect((Outcome("has_seat", named.name),))
    found = await registrations.get(tx, after.registration_id)
    assert found is not None  # noqa: S101 -- it was made a moment ago
    return _registered(registration.state_of(found), None, named.name)


def _registered(state: str, position: int | None, name: str) -> Effect:
    detail = "" if position is None else str(position)
    return Effect((Outcome(_GOT[state], name, detail),))


async def no(tx: Tx, asked: Answered, person: Person) -> Effect:
    """Give back what the person has: an offer, a seat, a place in line, a nomination."""
    assert asked.event_id is not None  # noqa: S101 -- whoever calls has looked
    try:
        async with tx.begin_nested():
            await events.lock(tx, asked.event_id)
            mine = await registrations.open_of(tx, event_id=asked.event_id, person_id=person.id)
            if mine is not None:
                return await give_back(tx, asked, mine.id, person)
            named = await _named(tx, asked, person)
            if named is not None:
                await nomination_answers.decline(
                    tx,
                    nomination_id=named.id,
                    person_id=person.id,
                    now=asked.now,
                    quiet=asked.quiet,
                )
                return Effect((Outcome("declined", person.name),))
    except NotRegistered:
        return await _noted(tx, asked, person)
    except Refusal as refusal:
        return Effect((refused(refusal, person.name),))
    return await _noted(tx, asked, person)


async def _noted(tx: Tx, asked: Answered, person: Person) -> Effect:
    """Keep the no of somebody who has nothing to give back, so that nobody reminds them."""
    assert asked.event_id is not None  # noqa: S101 -- whoever calls has looked
    await answers_to_events.refuse(tx, event_id=asked.event_id, person_id=person.id, now=asked.now)
    return Effect((Outcome("no_noted", person.name),))


async def give_back(tx: Tx, asked: Answered, registration_id: int, person: Person) -> Effect:
    """Cancel a registration, with its offer; raises what registration.cancel raises."""
    await registration.cancel(
        tx,
        registration_id=registration_id,
        person_id=person.id,
        now=asked.now,
        quiet=asked.quiet,
    )
    return Effect((Outcome("cancelled", person.name),))
