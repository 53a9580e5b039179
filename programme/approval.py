"""Staff say yes or no to those who want to come, where an event asks for it."""

from datetime import datetime

from programme import (
    answers,
    calendar_notices,
    nomination_ends,
    registration,
    seat_notices,
    seating,
    staff,
)
from programme.listing import has_begun, has_ended
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventOver, EventUnknown
from programme.registration import Registered
from programme.seat_refusals import EventFull, NothingToDecide
from storage import events, offers, people, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.registrations import Registration
from storage.staff import StaffMember

REASON_LIMIT = 300


async def approve(
    tx: Tx,
    *,
    registration_id: int,
    member: StaffMember,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Registered:
    """Say yes to an application, and tell the person once what they have got by it.

    Where staff pick, that is a seat, or EventFull. Elsewhere the person now stands in line where
    they came, and gets a seat, an offer or the position. Raises NothingToDecide, EventCancelled
    or EventOver.
    """
    staff.permit(member, "registrations")
    found, event, sessions = await _undecided(tx, registration_id)
    if has_begun(sessions, now):
        raise EventOver
    if event.selection == "staff":
        got = await _pick(tx, event, sessions, found, now=now)
    else:
        got = await _let_into_line(tx, event, sessions, found, quiet=quiet, now=now)
    await staff.record(tx, member, "approve", detail=_detail(found), now=now)
    return got


async def refuse(
    tx: Tx,
    *,
    registration_id: int,
    reason: str,
    member: StaffMember,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Registration:
    """Say no to an application, with a reason that the person reads.

    Raises AnswerEmpty or AnswerTooLong for the reason, NothingToDecide, EventCancelled or
    EventOver.
    """
    staff.permit(member, "registrations")
    words = answers.text(answers.one_line(reason), REASON_LIMIT)
    found, event, sessions = await _undecided(tx, registration_id)
    if has_ended(sessions, now):
        raise EventOver
    if not await registrations.cancel(tx, found, now=now, because=words):
        raise NothingToDecide
    await seat_notices.tell(
        tx,
        kind="application_refused",
        event=event,
        person=await people.get(tx, found.person_id),
        registration_id=found.id,
        now=now,
        reason=words,
    )
    await nomination_ends.registration_cancelled(
        tx, registration_id=found.id, answer="refused", now=now, quiet=quiet
    )
    await staff.record(tx, member, "refuse", detail=_detail(found), now=now)
    return found


def _detail(found: Registration) -> dict[str, int]:
    return {"event": found.event_id, "registration": found.id}


async def _undecided(tx: Tx, registration_id: int) -> tuple[Registration, Event, list[Session]]:
    found = await registrations.get(tx, registration_id)
    if found is None:
        raise NothingToDecide
    event = await events.lock(tx, found.event_id)
    if event is None:
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    # Read again under the lock: somebody else may have decided, or the person left.
    found = await registrations.get(tx, registration_id)
    if found is None or found.state != "waiting":
        raise NothingToDecide
    # Where staff pick, a line from before they did waits for them too.
    if found.approval != "asked" and event.selection != "staff":
        raise NothingToDecide
    return found, event, await events.sessions(tx, event.id)


async def _pick(
    tx: Tx, event: Event, sessions: list[Session], found: Registration, *, now: datetime
) -> Registered:
    if not await events.take_seat(tx, event.id):
        raise EventFull
    await registrations.grant(tx, found)
    await seating.seat(
        tx,
        event=event,
        sessions=sessions,
        registration=found,
        kind="registration_confirmed",
        now=now,
    )
    return Registered(found.id, "active", None)


async def _let_into_line(
    tx: Tx,
    event: Event,
    sessions: list[Session],
    found: Registration,
    *,
    quiet: QuietHours | None,
    now: datetime,
) -> Registered:
    await registrations.grant(tx, found)
    await seating.fill(tx, event=event, sessions=sessions, now=now, quiet=quiet, approved=found.id)
    after = await registrations.get(tx, found.id)
    if after is None:
        raise NothingToDecide
    if after.state == "active":
        return Registered(after.id, registration.state_of(after), None)
    ahead = await registrations.count_ahead(tx, after, fairness=event.fairness)
    if await offers.open_of(tx, after.id) is None:
        await calendar_notices.put_in_line(
            tx,
            event=event,
            person=await people.get(tx, after.person_id),
            registration_id=after.id,
            position=ahead + 1,
            now=now,
        )
    return Registered(after.id, "waiting", ahead + 1)
