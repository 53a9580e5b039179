"""Attendance: who was at which session, by a code, a QR, staff's tick or a paper list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import attendance_codes, staff
from programme.attendance_refusals import (
    CodeNotOurs,
    CodeOfAnotherSession,
    CodesGuessed,
    NotedAbsent,
    NotOnTheList,
    SeatUnknown,
    SessionUnknown,
    StillInLine,
    TooEarly,
    TooLate,
)
from programme.refusals import EventCancelled, EventUnknown
from storage import attendance, events, registrations
from storage.attendance import Attendance
from storage.database import Tx
from storage.events import Event, Session
from storage.staff import StaffMember

# People come early and talk afterwards; before and after, a code says nothing.
OPENS_BEFORE = timedelta(minutes=60)
CLOSES_AFTER = timedelta(minutes=30)
MOST_WRONG = 10
WRONG_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class CheckedIn:
    """What was noted: which sitting of how many, since when, and whether it is new."""

    title: str
    number: int
    sessions: int
    days: int
    noted_at: datetime
    zone: str
    fresh: bool


async def code_of(tx: Tx, *, session_id: int, now: datetime) -> str:
    """Give a session's code, which is made when it is first asked for and never changes."""
    while (known := await attendance.code_of(tx, session_id)) is None:
        await attendance.add_code(tx, session_id=session_id, code=attendance_codes.draw(), now=now)
    return known


async def check_in(tx: Tx, *, code: str, person_id: int, door: str, now: datetime) -> CheckedIn:
    """Note by a session's code that a person with a seat is there.

    Who is noted already stays noted as they were. Raises CodesGuessed, CodeNotOurs,
    CodeOfAnotherSession, TooEarly, TooLate, NotOnTheList, StillInLine, NotedAbsent or
    EventCancelled; a wrong code is counted in the same transaction, so the caller commits it
    although the answer is a refusal.
    """
    since = now - WRONG_WITHIN
    if await attendance.wrong_tries(tx, person_id, since=since) >= MOST_WRONG:
        raise CodesGuessed
    session_id = await attendance.session_of_code(tx, code)
    if session_id is None:
        await attendance.add_wrong_try(tx, person_id, since=since, now=now)
        raise CodeNotOurs
    event, session = await _locked(tx, session_id)
    mine = await registrations.open_of(tx, event_id=event.id, person_id=person_id)
    if mine is None and not is_open(session, now):
        await attendance.add_wrong_try(tx, person_id, since=since, now=now)
        raise CodeNotOurs
    if event.state == "cancelled":
        raise EventCancelled
    if mine is None:
        raise NotOnTheList(event.title)
    sittings = in_order(await events.sessions(tx, event.id))
    _check_time(event, session, sittings, now)
    if mine.state != "active":
        raise StillInLine(event.title)
    fresh = await attendance.note(
        tx,
        session_id=session.id,
        registration_id=mine.id,
        present=True,
        door=door,
        staff_id=None,
        now=now,
    )
    kept = await attendance.get(tx, session_id=session.id, registration_id=mine.id)
    if kept is None or not kept.present:
        raise NotedAbsent(event.title)
    return _checked_in(event, session, sittings, kept, fresh=fresh)


def _check_time(event: Event, session: Session, sittings: list[Session], now: datetime) -> None:
    if is_open(session, now):
        return
    if any(is_open(other, now) for other in sittings):
        raise CodeOfAnotherSession(event.title, session.starts_at, session.ends_at, session.zone)
    if now < session.starts_at:
        raise TooEarly(event.title, session.starts_at - OPENS_BEFORE, session.zone)
    raise TooLate(event.title, session.ends_at + CLOSES_AFTER, session.zone)


def _checked_in(
    event: Event, session: Session, sittings: list[Session], kept: Attendance, *, fresh: bool
) -> CheckedIn:
    number = [each.id for each in sittings].index(session.id) + 1
    days = len({each.starts_wall[:10] for each in sittings})
    return CheckedIn(
        event.title, number, len(sittings), days, kept.noted_at, session.zone, fresh=fresh
    )


def is_open(session: Session, now: datetime) -> bool:
    """Tell whether a session's code is valid at a moment."""
    return session.starts_at - OPENS_BEFORE <= now <= session.ends_at + CLOSES_AFTER


def in_order(sessions: list[Session]) -> list[Session]:
    """Order sittings by their beginning: a moved one keeps its number."""
    return sorted(sessions, key=lambda each: (each.starts_at, each.number))


async def session_of(tx: Tx, session_id: int) -> Session:
    """Read a session; an unknown number raises SessionUnknown."""
    if await attendance.event_of_session(tx, session_id) is None:
        raise SessionUnknown
    return await events.get_session(tx, session_id)


async def session_for(tx: Tx, *, session_id: int, member: StaffMember, now: datetime) -> Session:
    """Read a session for staff who may keep its attendance; raises NotStaff or SessionUnknown."""
    staff.permit(member, "attendance")
    session = await session_of(tx, session_id)
    await staff.permit_event(tx, member, "attendance", event_id=session.event_id, now=now)
    return session


async def _locked(tx: Tx, session_id: int) -> tuple[Event, Session]:
    before = await session_of(tx, session_id)
    event = await events.lock(tx, before.event_id)
    if event is None:
        raise EventUnknown
    # Read again under the lock: it may just have been moved.
    return event, await session_of(tx, session_id)


async def correct(
    tx: Tx,
    *,
    session_id: int,
    registration_id: int,
    present: bool,
    member: StaffMember,
    now: datetime,
    door: str = "staff",
) -> bool:
    """Note or change by staff's word whether somebody was there; True when that changed anything.

    Whoever noted it first stays on record, and each change is audited. Somebody who cancelled
    afterwards can still be corrected; somebody who never had a seat raises SeatUnknown, and
    nobody was at a session that has not come, which raises TooEarly.
    """
    await session_for(tx, session_id=session_id, member=member, now=now)
    event, session = await _locked(tx, session_id)
    if present and now < session.starts_at - OPENS_BEFORE:
        raise TooEarly(event.title, session.starts_at - OPENS_BEFORE, session.zone)
    mine = await registrations.get(tx, registration_id)
    kept = await attendance.get(tx, session_id=session.id, registration_id=registration_id)
    if mine is None or mine.event_id != event.id or (mine.state != "active" and kept is None):
        raise SeatUnknown
    if kept is None and not present:
        return False
    changed = await attendance.note(
        tx,
        session_id=session.id,
        registration_id=registration_id,
        present=present,
        door=door,
        staff_id=member.id,
        now=now,
    ) or await attendance.correct(
        tx, session_id=session.id, registration_id=registration_id, present=present
    )
    if changed:
        detail = {"session": session.id, "registration": registration_id, "present": present}
        await staff.record(tx, member, "attendance", detail={**detail, "door": door}, now=now)
    return changed


async def of_event(tx: Tx, *, event_id: int) -> list[Attendance]:
    """List everything noted at an event, also that somebody was not there."""
    return await attendance.of_event(tx, event_id)


async def attended_sessions(tx: Tx, *, event_id: int) -> dict[int, set[int]]:
    """Give for each registration that was ever present the ids of the sessions it was at."""
    attended: dict[int, set[int]] = {}
    for one in await attendance.of_event(tx, event_id):
        if one.present:
            attended.setdefault(one.registration_id, set()).add(one.session_id)
    return attended


async def attended_minutes(tx: Tx, *, event_id: int) -> dict[int, int]:
    """Give for each registration that was ever present the minutes of the sessions it was at."""
    lengths = {
        each.id: (each.ends_at - each.starts_at) // timedelta(minutes=1)
        for each in await events.sessions(tx, event_id)
    }
    return {
        registration_id: sum(lengths[each] for each in session_ids)
        for registration_id, session_ids in (await attended_sessions(tx, event_id=event_id)).items()
    }
