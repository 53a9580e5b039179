"""Change an event after people have registered: move its sessions, cancel it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from programme import (
    calendar_notices,
    fair_notices,
    invitations,
    nomination_changes,
    offering,
    reminders,
    seating,
)
from programme.desk_refusals import SessionsOverlap
from programme.facts import session_facts
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown, SessionChanged, TimesWrong
from programme.wall_time import read, to_moment, write
from storage import event_drafts, event_people, events, people, registrations
from storage.database import Tx
from storage.events import Event, Session


@dataclass(frozen=True)
class SessionMove:
    """Where a session shall be; the wall times are of its own zone."""

    session_id: int
    starts_wall: datetime
    ends_wall: datetime
    place: str


async def move_session(
    tx: Tx,
    *,
    session_id: int,
    starts_wall: datetime,
    ends_wall: datetime,
    place: str,
    quiet: QuietHours,
    now: datetime,
) -> int:
    """Move one session of an event, as `move_sessions` does with several."""
    session = await events.get_session(tx, session_id)
    move = SessionMove(session_id, starts_wall, ends_wall, place)
    return await move_sessions(tx, event_id=session.event_id, moves=[move], quiet=quiet, now=now)


async def move_sessions(
    tx: Tx,
    *,
    event_id: int,
    moves: Sequence[SessionMove],
    quiet: QuietHours,
    now: datetime,
) -> int:
    """Move sessions to other times or places, re-plan, and tell everyone concerned once.

    Sessions that are there already are left alone, and when all are, nobody is told, so that a
    repeated command is harmless.

    Those with a seat get a new calendar entry for each session that moved; those in line, or with
    an application or an open offer, are told too. Offers end in time for the new beginning, and
    what has not been said of them yet is said with the new facts. Returns how many people are
    told. Raises TimesWrong, SessionsOverlap, or SessionChanged when somebody else moved a session
    at the same moment; nothing is changed then.
    """
    # Read before the lock: whoever moves at the same moment has looked at what is no longer so.
    before = await events.sessions(tx, event_id)
    check(before, moves, now)
    event = await _published(tx, event_id)
    if await events.sessions(tx, event_id) != before:
        raise SessionChanged
    wanted = _not_there_yet(before, moves)
    if not wanted:
        return 0
    await event_drafts.raise_revision(tx, event_id)
    old = {"place": event.place, "sessions": [session_facts(one) for one in before]}
    for session, move in wanted:
        await _put(tx, session, move)
        await reminders.take_back(tx, session_id=session.id, now=now)
    await reminders.plan_event(tx, event_id=event_id, quiet=quiet, now=now)
    sessions = await events.sessions(tx, event_id)
    if any(move.place != session.place for session, move in wanted):
        event = await _at_one_place(tx, event, sessions)
    await invitations.follow(tx, event=event)
    numbers = {session.id for session, _move in wanted}
    moved = [session for session in sessions if session.id in numbers]
    change = _Change(event, sessions, moved, old)
    starts = [one.starts_at for one in (*(session for session, _move in wanted), *moved)]
    due_at = _leaves_at("event_moved", event, starts, quiet=quiet, now=now)
    told = await _tell_registered(tx, change, quiet=quiet, due_at=due_at, now=now)
    await seating.fill(tx, event=event, sessions=sessions, now=now, quiet=quiet)
    told += await fair_notices.tell_of_move(
        tx, event=event, version=change.version, old=old, due_at=due_at, now=now
    )
    return told + await nomination_changes.event_moved(
        tx, event_id=event_id, version=change.version, old=old, due_at=due_at, now=now
    )


def _leaves_at(
    kind: str, event: Event, starts: Sequence[datetime], *, quiet: QuietHours, now: datetime
) -> datetime:
    """Tell when people hear of a change; `starts` are those of the sessions, before and after."""
    soonest = min((one for one in starts if one >= now), default=now)
    return POLICY[kind].leaves_at(now, quiet=quiet, zone=event.zone, begins=soonest)


@dataclass(frozen=True)
class _Change:
    """An event after a move: all sessions, those that moved, and how everything was before."""

    event: Event
    sessions: list[Session]
    moved: list[Session]
    old: dict[str, Any]

    @property
    def version(self) -> str:
        """Name this move in the keys of its notices, unlike every other move of the event.

        Each move gives each session that moves a revision which it never had and never has again,
        so one of these sessions names the move; all of them would not fit into a key.
        """
        return f"{self.moved[0].id}:{self.moved[0].revision}"


def check(sessions: Sequence[Session], moves: Sequence[SessionMove], now: datetime) -> None:
    """Refuse a move into the past, of an unknown session, or of one session onto another."""
    by_number = {session.id: session for session in sessions}
    spans = {session.id: (session.starts_at, session.ends_at) for session in sessions}
    for move in moves:
        session = by_number.get(move.session_id)
        if session is None:
            raise EventUnknown
        begins = _moment(move.starts_wall, session.zone)
        ends = _moment(move.ends_wall, session.zone)
        if not now < begins < ends:
            raise TimesWrong
        spans[session.id] = (begins, ends)
    for one, other in combinations(sessions, 2):
        # What a programme file has side by side on purpose may stay so.
        side_by_side = one.starts_at < other.ends_at and other.starts_at < one.ends_at
        (begins, ends), (begins_too, ends_too) = spans[one.id], spans[other.id]
        if not side_by_side and begins < ends_too and begins_too < ends:
            raise SessionsOverlap


def _moment(wall: datetime, zone: str) -> datetime:
    try:
        return to_moment(wall, zone)
    except OverflowError:
        raise TimesWrong from None


def _not_there_yet(
    sessions: Sequence[Session], moves: Sequence[SessionMove]
) -> list[tuple[Session, SessionMove]]:
    wanted = {move.session_id: move for move in moves}
    pairs = [(session, wanted[session.id]) for session in sessions if session.id in wanted]
    return [(session, move) for session, move in pairs if not is_there(session, move)]


def is_there(session: Session, move: SessionMove) -> bool:
    """Tell whether a session is already where it shall move."""
    wanted = (write(move.starts_wall), write(move.ends_wall), move.place)
    return wanted == (session.starts_wall, session.ends_wall, session.place)


async def _put(tx: Tx, session: Session, move: SessionMove) -> None:
    changed = await events.move_session(
        tx,
        session,
        starts_at=to_moment(move.starts_wall, session.zone),
        ends_at=to_moment(move.ends_wall, session.zone),
        starts_wall=write(move.starts_wall),
        ends_wall=write(move.ends_wall),
        place=move.place,
    )
    if not changed:
        raise SessionChanged


async def _at_one_place(tx: Tx, event: Event, sessions: list[Session]) -> Event:
    """Let the event itself be where all its sessions are now."""
    places = {session.place for session in sessions}
    if len(places) > 1 or places == {event.place}:
        return event
    await events.set_place(tx, event.id, places.pop())
    return await events.lock(tx, event.id) or event


async def _tell_registered(
    tx: Tx, change: _Change, *, quiet: QuietHours, due_at: datetime, now: datetime
) -> int:
    event = change.event
    concerned = [
        one
        for state in registrations.OPEN
        for one in await registrations.of_event(tx, event.id, state=state)
    ]
    open_offers = await offering.follow(
        tx, event=event, sessions=change.sessions, quiet=quiet, now=now
    )
    for registration in concerned:
        offer = open_offers.get(registration.id)
        # An offer that waits for the morning is not mentioned in the night: it is told by itself.
        is_known = offer is not None and await offering.may_be_known(tx, offer)
        await calendar_notices.move(
            tx,
            event=event,
            person=await people.get(tx, registration.person_id),
            registration=registration,
            sessions=change.sessions,
            moved={session.id for session in change.moved},
            version=change.version,
            old=change.old,
            due_at=due_at,
            now=now,
            offer=offering.facts(event, offer) if offer and is_known else None,
        )
        if offer is not None:
            await offering.tell_again(
                tx,
                event=event,
                registration=registration,
                offer=offer,
                version=change.version,
                quiet=quiet,
                now=now,
            )
    return len(concerned)


async def count_concerned(tx: Tx, *, event_id: int) -> int:
    """Count whom a move or a cancellation would be told now.

    They are those with a seat, in line or applying, exhibitors who do not visit as well, and
    people named who have been asked and have not answered.
    """
    counts = await event_people.count(tx, event_id)
    registered = counts.seated + counts.in_line + counts.applying
    exhibitors = await fair_notices.count_concerned(tx, event_id=event_id)
    return registered + exhibitors + await nomination_changes.count_asked(tx, event_id=event_id)


async def _published(tx: Tx, event_id: int) -> Event:
    event = await events.lock(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    return event


def shifted(session: Session, by: timedelta) -> tuple[datetime, datetime]:
    """Give a session's wall times moved by a span; raises TimesWrong where calendars end."""
    try:
        return read(session.starts_wall) + by, read(session.ends_wall) + by
    except OverflowError:
        raise TimesWrong from None


def shifted_moves(
    sessions: Sequence[Session], by: timedelta, place: str | None = None
) -> list[SessionMove]:
    """Move sessions by one span on the wall, to a place or each where it is."""
    return [
        SessionMove(session.id, *shifted(session, by), session.place if place is None else place)
        for session in sessions
    ]


def ahead(sessions: Sequence[Session], now: datetime) -> list[Session]:
    """Pick the sessions that have not begun; raises TimesWrong when there is none."""
    found = [session for session in sessions if session.starts_at > now]
    if not found:
        raise TimesWrong
    return found


async def cancel_event(
    tx: Tx, *, event_id: int, now: datetime, quiet: QuietHours | None = None
) -> int:
    """Cancel an event, tell everyone with a seat or in line once, and stop its reminders.

    At night people are told in the morning, unless that is too late for them. Open offers are
    withdrawn with it, and what they held is given back. Returns how many people are told.
    """
    event = await _published(tx, event_id)
    if not await events.set_state(tx, event_id, expected="published", state="cancelled"):
        raise EventCancelled
    await event_drafts.raise_revision(tx, event_id)
    sessions = await events.sessions(tx, event_id)
    for session in sessions:
        await reminders.take_back(tx, session_id=session.id, now=now)
    starts = [session.starts_at for session in sessions]
    due_at = _leaves_at("event_cancelled", event, starts, quiet=quiet or QuietHours(), now=now)
    await invitations.withdraw(tx, event_id=event_id, now=now)
    for _ in range(await offering.withdraw_all(tx, event_id, now=now)):
        await events.free_seat(tx, event_id)
    told = 0
    for state in registrations.OPEN:
        for registration in await registrations.of_event(tx, event_id, state=state):
            await calendar_notices.take_back(
                tx,
                kind="event_cancelled",
                event=event,
                person=await people.get(tx, registration.person_id),
                registration=registration,
                due_at=due_at,
                now=now,
            )
            told += 1
    told += await nomination_changes.event_cancelled(tx, event_id=event_id, due_at=due_at, now=now)
    return told + await fair_notices.tell_of_cancellation(tx, event=event, due_at=due_at, now=now)
