"""Change an event after people have registered: move a session, cancel the event."""

from datetime import datetime, timedelta

from programme import calendar_notices, invitations, reminders
from programme.facts import session_facts
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown, SessionChanged, TimesWrong
from programme.wall_time import read, to_moment, write
from storage import events, people, registrations
from storage.database import Tx
from storage.events import Event, Session


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
    """Move a session to another time or place, re-plan, and tell everyone concerned once.

    Nobody is told when the session is there already, so that a repeated command is harmless.

    Those with a seat get a new calendar entry; those in line are told too. The wall times are
    of the session's own zone. Returns how many people are told. Raises TimesWrong, or
    SessionChanged when somebody else moved it at the same moment.
    """
    before = await events.get_session(tx, session_id)
    begins = to_moment(starts_wall, before.zone)
    if not now < begins < to_moment(ends_wall, before.zone):
        raise TimesWrong
    event = await _published(tx, before.event_id)
    wanted = (write(starts_wall), write(ends_wall), place)
    if wanted == (before.starts_wall, before.ends_wall, before.place):
        return 0
    old_sessions = await events.sessions(tx, event.id)
    old = {"place": before.place, "sessions": [session_facts(one) for one in old_sessions]}
    changed = await events.move_session(
        tx,
        before,
        starts_at=begins,
        ends_at=to_moment(ends_wall, before.zone),
        starts_wall=wanted[0],
        ends_wall=wanted[1],
        place=place,
    )
    if not changed:
        raise SessionChanged
    await reminders.take_back(tx, session_id=session_id, now=now)
    await reminders.plan_event(tx, event_id=event.id, quiet=quiet, now=now)
    await invitations.follow(tx, event=event)
    moved = await events.get_session(tx, session_id)
    concerned = [
        one
        for state in registrations.OPEN
        for one in await registrations.of_event(tx, event.id, state=state)
    ]
    for registration in concerned:
        await calendar_notices.move(
            tx,
            event=event,
            person=await people.get(tx, registration.person_id),
            registration=registration,
            moved=moved,
            old=old,
            now=now,
        )
    return len(concerned)


async def _published(tx: Tx, event_id: int) -> Event:
    event = await events.lock(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    return event


def shifted(session: Session, by: timedelta) -> tuple[datetime, datetime]:
    """Give a session's wall times moved by a span, e.g. one hour later."""
    return read(session.starts_wall) + by, read(session.ends_wall) + by


async def cancel_event(tx: Tx, *, event_id: int, now: datetime) -> int:
    """Cancel an event, tell everyone with a seat or in line once, and stop its reminders.

    Returns how many people are told.
    """
    event = await _published(tx, event_id)
    if not await events.set_state(tx, event_id, expected="published", state="cancelled"):
        raise EventCancelled
    for session in await events.sessions(tx, event_id):
        await reminders.take_back(tx, session_id=session.id, now=now)
    await invitations.withdraw(tx, event_id=event_id, now=now)
    told = 0
    for state in registrations.OPEN:
        for registration in await registrations.of_event(tx, event_id, state=state):
            await calendar_notices.take_back(
                tx,
                kind="event_cancelled",
                event=event,
                person=await people.get(tx, registration.person_id),
                registration=registration,
                now=now,
            )
            told += 1
    return told
