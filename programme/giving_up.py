"""Give a seat up because a calendar says so, and take it back while there is still time.

Somebody's thumb slips on a telephone, so the seat can be taken back for a while. It passes on at
once all the same: those in line have waited, and a day more may be too late for them. Whoever
takes back a seat that has passed on stands first in line, since they came before everybody there.
"""

from datetime import datetime, timedelta

from programme import (
    calendar_notices,
    nomination_notices,
    own_registration,
    registration,
    seating,
)
from programme.calendar_notices import Parting
from programme.giving_up_refusals import NamedInstead, UndoOver
from programme.listing import has_begun
from programme.nomination_terms import place
from programme.offering import AFTER_QUIET
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventOver,
    NotRegistered,
)
from programme.registration import Registered
from storage import calendar_answers, events, nominations, outbox_sweeps, people, registrations
from storage.calendar_answers import GivenUp
from storage.database import Tx
from storage.events import Event, Session
from storage.nominations import Nomination
from storage.registrations import Registration

BECAUSE = "calendar"
TIME_TO_UNDO = timedelta(hours=24)


def undo_until(
    event: Event, sessions: list[Session], *, quiet: QuietHours, now: datetime
) -> datetime:
    """Compute until when a seat that is given up now can be taken back.

    1. The hours are counted from the next waking moment, when the person hears of it.
    2. An end in the quiet hours moves to two hours after them.
    3. It is never later than the beginning of the event. The deadline for registrations does not
       matter: who takes a seat back has registered in time.
    """
    until = quiet.next_waking(now, event.zone) + TIME_TO_UNDO
    if quiet.cover(until, event.zone):
        until = quiet.next_waking(until, event.zone) + AFTER_QUIET
    return min(until, *(session.starts_at for session in sessions))


async def give_up(
    tx: Tx,
    *,
    event: Event,
    sessions: list[Session],
    registration_id: int,
    person_id: int,
    reply_id: int,
    quiet: QuietHours,
    now: datetime,
) -> datetime:
    """End a registration as its person's calendar wishes, and say until when it can be undone.

    The event is locked and has not begun; `reply_id` is the answer that did it.
    """
    until = undo_until(event, sessions, quiet=quiet, now=now)
    undo = {"until": until.isoformat(), "zone": event.zone}
    await outbox_sweeps.cancel(tx, keys_from=f"day_declined:{registration_id}:", now=now)
    await registration.cancel(
        tx,
        registration_id=registration_id,
        person_id=person_id,
        because=BECAUSE,
        parting=Parting("seat_given_up", f":{reply_id}", {"undo": undo}),
        now=now,
        quiet=quiet,
    )
    await calendar_answers.let_undo(tx, reply_id, until=until)
    return until


async def can_undo_until(tx: Tx, *, registration_id: int, now: datetime) -> datetime | None:
    """Tell until when a seat that was given up can be taken back; None when it cannot."""
    found = await registrations.get(tx, registration_id)
    given = await calendar_answers.newest_given_up(tx, registration_id)
    if found is None or found.state != "cancelled" or found.ended_because != BECAUSE:
        return None
    if given is None or given.undone_at is not None or given.until <= now:
        return None
    return given.until


async def undo(
    tx: Tx,
    *,
    registration_id: int,
    person_id: int,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Registered:
    """Take back a seat that was given up: the same seat, or else the first place in line.

    The registration is the one it was, with its answers, its documents and its nomination, and
    keeps its UIDs. Raises NotRegistered, AlreadyRegistered (also for a second tap), UndoOver,
    EventCancelled, EventOver or NamedInstead; nothing is changed then.
    """
    found, event = await _given_up(tx, registration_id, person_id)
    given = await calendar_answers.newest_given_up(tx, found.id)
    if given is None or found.ended_because != BECAUSE:
        raise NotRegistered
    sessions = await events.sessions(tx, event.id)
    if event.state == "cancelled":
        raise EventCancelled
    if has_begun(sessions, now):
        raise EventOver
    other = await registrations.open_of(tx, event_id=event.id, person_id=person_id)
    if other is not None:
        raise AlreadyRegistered(other.id, registration.state_of(other))
    quiet = quiet or QuietHours()
    # A refusal after the seat was taken must give it back.
    async with tx.begin_nested():
        if not await calendar_answers.mark_undone(tx, given.reply_id, now=now):
            raise UndoOver
        named = await _name_again(tx, event, found)
        got = await _come_back(tx, event, sessions, found, given, quiet=quiet, now=now)
    if named is not None:
        await _tell_contact(tx, named, given, quiet=quiet, now=now)
    return got


async def _given_up(tx: Tx, registration_id: int, person_id: int) -> tuple[Registration, Event]:
    """Read a registration that has ended, under the lock of its event."""
    found, event = await own_registration.hold(
        tx, registration_id=registration_id, person_id=person_id
    )
    if found.state != "cancelled":
        raise AlreadyRegistered(found.id, registration.state_of(found))
    return found, event


async def _come_back(
    tx: Tx,
    event: Event,
    sessions: list[Session],
    found: Registration,
    given: GivenUp,
    *,
    quiet: QuietHours,
    now: datetime,
) -> Registered:
    person = await people.get(tx, found.person_id)
    if await events.take_seat(tx, event.id):
        await calendar_answers.reopen(
            tx, found.id, state="active", position=found.position, now=now
        )
        entries = await seating.give_calendar_entries(tx, sessions, found.id)
        await calendar_notices.confirm(
            tx,
            kind="registration_confirmed",
            event=event,
            person=person,
            registration_id=found.id,
            now=now,
            sessions=sessions,
            entries=entries,
        )
        await seating.seat_went(tx, event=event, sessions=sessions, now=now, quiet=quiet)
        return Registered(found.id, "active", None)
    position = await _place_in_front(tx, event, found)
    await calendar_answers.reopen(tx, found.id, state="waiting", position=position, now=now)
    ahead = await registrations.count_ahead_of(
        tx,
        event_id=event.id,
        registration_id=found.id,
        position=position,
        fairness=event.fairness,
    )
    await calendar_notices.put_in_line(
        tx,
        event=event,
        person=person,
        registration_id=found.id,
        position=ahead + 1,
        now=now,
        sessions=sessions,
        version=f":{given.reply_id}",
    )
    return Registered(found.id, "waiting", ahead + 1)


async def _place_in_front(tx: Tx, event: Event, found: Registration) -> int:
    """Give the place before everybody in line: who had a seat came before them."""
    first = await calendar_answers.first_position(tx, event.id)
    if first is None:
        return found.position or await events.next_position(tx, event.id)
    if found.position is not None and found.position < first:
        return found.position
    return first - 1


async def _name_again(tx: Tx, event: Event, found: Registration) -> Nomination | None:
    """Open the nomination that ended with a registration, where its place is still free."""
    number = await calendar_answers.nomination_ended_with(tx, found.id)
    ended = await nominations.get(tx, number) if number is not None else None
    if ended is None:
        return None
    call = await nominations.ensure_call(
        tx, event_id=event.id, organisation_id=ended.organisation_id
    )
    by_another = await nominations.open_with(tx, event_id=event.id, identity=ended.identity)
    has_place = by_another is None and await nominations.take_place(
        tx, call.id, default=event.seats_per_organisation
    )
    if has_place:
        await nominations.move(tx, ended, state="accepted", ended_at=None)
        return ended
    if event.entry == "nominated" and by_another is None:
        raise NamedInstead
    return None


async def _tell_contact(
    tx: Tx, named: Nomination, given: GivenUp, *, quiet: QuietHours, now: datetime
) -> None:
    """Tell whoever named the person that they come after all, unless they heard nothing else."""
    word = f"nomination_answered:{named.id}:cancelled:{given.reply_id}:"
    if await outbox_sweeps.cancel(tx, keys_from=word, now=now):
        return
    at = await place(tx, event_id=named.event_id, organisation_id=named.organisation_id)
    await nomination_notices.tell_contact(
        tx,
        at,
        named,
        answer="accepted",
        version=f":{given.reply_id}",
        quiet=quiet,
        now=now,
    )
