"""What people in line answer to an offer, and what time does to offers and to the line."""

from datetime import datetime

from programme import (
    nomination_ends,
    offering,
    own_registration,
    registration,
    seat_notices,
    seating,
)
from programme.listing import has_begun
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventOver,
    NotRegistered,
)
from programme.registration import Registered
from programme.seat_refusals import OfferOver, SeatGone
from storage import events, line, offers, people, registrations
from storage.database import Tx
from storage.events import Event
from storage.offers import Offer
from storage.registrations import Registration

EXPIRED = "offer_expired"
DECLINED = "offer_declined"


async def accept_offer(
    tx: Tx,
    *,
    registration_id: int,
    person_id: int,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Registered:
    """Turn the offer that a person was made into their seat, and confirm it once.

    Raises NotRegistered, AlreadyRegistered (the seat is theirs already), EventCancelled,
    EventOver, OfferOver, or SeatGone when it held no seat and others were faster: then the person
    stays in line.
    """
    found, event = await _held(tx, registration_id, person_id)
    if found.state == "active":
        raise AlreadyRegistered(found.id, found.state)
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event.id)
    if has_begun(sessions, now):
        raise EventOver
    offer = await _open_offer(tx, found, now)
    if not offer.holds_seat and not await events.take_seat(tx, event.id):
        raise SeatGone
    await offering.end(tx, offer, state="taken", now=now)
    await seating.seat(
        tx,
        event=event,
        sessions=sessions,
        registration=found,
        kind="registration_confirmed",
        now=now,
    )
    if not offer.holds_seat:
        await seating.seat_went(tx, event=event, sessions=sessions, now=now, quiet=quiet)
    return Registered(found.id, "active", None)


async def _held(tx: Tx, registration_id: int, person_id: int) -> tuple[Registration, Event]:
    """Read a person's open registration under the lock of its event."""
    found, event = await own_registration.hold(
        tx, registration_id=registration_id, person_id=person_id
    )
    if found.state == "cancelled":
        raise OfferOver if found.ended_because == EXPIRED else NotRegistered
    return found, event


async def _open_offer(tx: Tx, found: Registration, now: datetime) -> Offer:
    offer = await offers.newest_of(tx, found.id)
    if offer is not None and offer.state == "withdrawn" and not offer.holds_seat:
        raise SeatGone
    # The tick may come seconds later than the moment.
    if offer is None or offer.state != "open" or offer.expires_at <= now:
        raise OfferOver
    return offer


async def decline_offer(
    tx: Tx,
    *,
    registration_id: int,
    person_id: int,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Registration:
    """Leave the line instead of taking the offer; a held seat passes on at once.

    Raises NotRegistered, AlreadyRegistered, EventOver or OfferOver.
    """
    found, _ = await _held(tx, registration_id, person_id)
    if found.state == "active":
        raise AlreadyRegistered(found.id, found.state)
    offer = await offers.open_of(tx, found.id)
    if offer is None or offer.expires_at <= now:
        raise OfferOver
    return await registration.cancel(
        tx,
        registration_id=registration_id,
        person_id=person_id,
        now=now,
        because=DECLINED,
        quiet=quiet,
    )


async def turn(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> int:
    """Do what time brings to the waiting lists and return how many people heard of it.

    1. An offer whose time is up ends. If it held a seat, the person has left the line, is told
       once, and the seat passes on in the same transaction. Whom we could not tell of the offer
       in time keeps their place, and is offered a seat once more when it is their turn.
    2. Free seats beside a line, however they came about, are given or offered.
    """
    told = 0
    due = set(await offers.due_events(tx, now=now))
    # By rising number, as everybody locks who needs several events.
    for event_id in sorted(due | set(await line.events_with_room(tx, now=now))):
        if event_id in due:
            told += await _expire(tx, event_id, now=now, quiet=quiet)
        told += await registration.promote(tx, event_id=event_id, now=now, quiet=quiet)
    return told


async def _expire(tx: Tx, event_id: int, *, now: datetime, quiet: QuietHours | None) -> int:
    event = await events.lock(tx, event_id)
    if event is None:
        return 0
    told = 0
    for offer in await offers.of_event(tx, event_id):
        if offer.expires_at > now:
            continue
        in_vain = offer.holds_seat and await offering.was_in_vain(tx, offer)
        state = "withdrawn" if in_vain else "expired"
        if not await offering.end(tx, offer, state=state, now=now) or not offer.holds_seat:
            continue
        await events.free_seat(tx, event_id)
        if in_vain:
            continue
        found = await registrations.get(tx, offer.registration_id)
        if found is None or not await registrations.cancel(tx, found, now=now, because=EXPIRED):
            continue
        await seat_notices.tell(
            tx,
            kind="offer_expired",
            event=event,
            person=await people.get(tx, found.person_id),
            registration_id=found.id,
            now=now,
        )
        await nomination_ends.registration_cancelled(
            tx, registration_id=found.id, answer="unanswered", now=now, quiet=quiet
        )
        told += 1
    return told
