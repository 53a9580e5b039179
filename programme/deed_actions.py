"""What each deed that waits does: the right it needs, and the use case that does it.

A deed's arguments are plain values, because they lie in a row; here they become what the use
case takes. What comes back is shown by the face, plain values too.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import (
    agenda_desk,
    approval,
    capacity,
    certificates,
    event_desk,
    fair,
    merging,
    nomination_calls,
    registration,
    staff,
    survey_reminders,
    survey_waves,
)
from programme import events as changes
from programme.agenda_rows import Span
from programme.events import SessionMove
from programme.notices import is_reachable
from programme.quiet_hours import QuietHours
from programme.refusals import SessionChanged
from programme.wall_time import read, write
from storage import events, people
from storage.database import Tx
from storage.staff import StaffMember

CANCEL_EVENT, MOVE_SESSIONS = "cancel_event", "move_sessions"
CALL, MERGE, CAPACITY = "nomination_call", "merge", "capacity"
ISSUE, REVOKE, REISSUE = "certificates", "certificate_revoke", "certificate_reissue"
TAKE_OFF, REFUSE, CANCEL_STAND = "take_off", "refuse_application", "cancel_stand"
SEND_NOW = "agenda_now"
SURVEY_OPEN, SURVEY_CLOSE, SURVEY_REMIND = "survey_open", "survey_close", "survey_remind"
Facts = dict[str, Any]
Do = Callable[[Tx, Facts, StaffMember, QuietHours, datetime], Awaitable[Facts]]


@dataclass(frozen=True)
class Action:
    """The right that a deed needs, when it is asked for and when it is done, and what does it."""

    right: str
    do: Do


async def _cancel_event(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    count = await changes.cancel_event(tx, event_id=told["event_id"], quiet=quiet, now=now)
    detail = {"event": told["event_id"], "people": count}
    await staff.record(tx, member, "cancel_event", detail=detail, now=now)
    return {"people": count}


async def _move_sessions(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    event_id = told["event_id"]
    await events.lock(tx, event_id)
    stood = {one.id: one for one in await events.sessions(tx, event_id)}
    revisions = {number: one.revision for number, one in stood.items()}
    # Whoever confirmed it has seen the sessions as they were then.
    if any(revisions.get(one["session_id"]) != one["revision"] for one in told["moves"]):
        raise SessionChanged
    moves = [
        SessionMove(one["session_id"], read(one["starts"]), read(one["ends"]), one["place"])
        for one in told["moves"]
    ]
    count = await changes.move_sessions(tx, event_id=event_id, moves=moves, quiet=quiet, now=now)
    first = min(moves, key=lambda one: one.starts_wall)
    detail = {
        "event": event_id,
        "sessions": [one.session_id for one in moves],
        "people": count,
        "before": stood[first.session_id].starts_wall.replace("T", " "),
        "after": write(first.starts_wall).replace("T", " "),
    }
    await staff.record(tx, member, "move_session", detail=detail, now=now)
    return {"people": count}


async def _capacity(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    done = await capacity.change(
        tx,
        event_id=told["event_id"],
        capacity=told["seats"],
        member=member,
        now=now,
        quiet=quiet,
        shown=told["shown"],
    )
    return {"seats": told["seats"], "moved": done.moved}


async def _call(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    sent = await nomination_calls.send(
        tx, event_id=told["event_id"], member=member, link=told["link"], quiet=quiet, now=now
    )
    return {
        "organisations": sent.organisations,
        "nowhere": [{"name": one.name, "phone": one.phone} for one in sent.nowhere],
    }


async def _merge(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    done = await merging.merge(
        tx,
        kept_id=told["kept_id"],
        gone_id=told["gone_id"],
        member=member,
        now=now,
        quiet=quiet,
    )
    return {"kept_id": done.kept_id, "ended": len(done.moved["ended"])}


async def _issue(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    done = await certificates.issue(
        tx, event_id=told["event_id"], member=member, now=now, bot=told["bot"]
    )
    return {
        "count": done.count,
        "already": done.already,
        "not_enough": done.not_enough,
        "to_print": done.to_print,
    }


async def _revoke(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    found = await certificates.revoke(
        tx,
        certificate_id=told["certificate_id"],
        reason=told["reason"],
        member=member,
        now=now,
    )
    return {"certificate_id": found.id}


async def _reissue(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    new = await certificates.reissue(
        tx, certificate_id=told["certificate_id"], member=member, now=now, bot=told["bot"]
    )
    return {"certificate_id": new.id, "number": new.number}


async def _take_off(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    number, reason = told["registration_id"], told["reason"]
    found = (await event_desk.person(tx, registration_id=number, member=member)).attending
    await registration.cancel(
        tx,
        registration_id=number,
        person_id=found.person_id,
        because=reason,
        reason=reason,
        quiet=quiet,
        now=now,
    )
    detail = {"event": found.event_id, "registration": number}
    await staff.record(tx, member, "take_off", detail=detail, now=now)
    return {"told": is_reachable(await people.contacts(tx, found.person_id))}


async def _refuse(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    found = await approval.refuse(
        tx,
        registration_id=told["registration_id"],
        reason=told["reason"],
        member=member,
        quiet=quiet,
        now=now,
    )
    return {"told": is_reachable(await people.contacts(tx, found.person_id))}


async def _cancel_stand(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    gone = await fair.cancel(tx, exhibitor_id=told["exhibitor_id"], member=member, now=now)
    return {"event_id": gone.event_id}


async def _send_now(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    span = Span(now, told["zone"], quiet)
    count = await agenda_desk.hurry(tx, member=member, name=told["occurrence"], span=span)
    return {"count": count}


async def _open_survey(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    wave = await survey_waves.open_now(tx, wave_id=told["wave_id"], member=member, now=now)
    return {"is_public": wave.is_public}


async def _close_survey(
    tx: Tx, told: Facts, member: StaffMember, _quiet: QuietHours, now: datetime
) -> Facts:
    await survey_waves.close(tx, wave_id=told["wave_id"], member=member, now=now)
    return {}


async def _remind_survey(
    tx: Tx, told: Facts, member: StaffMember, quiet: QuietHours, now: datetime
) -> Facts:
    count = await survey_reminders.remind_now(
        tx, wave_id=told["wave_id"], member=member, quiet=quiet, now=now
    )
    return {"count": count}


ACTIONS: Mapping[str, Action] = {
    CANCEL_EVENT: Action("registrations", _cancel_event),
    MOVE_SESSIONS: Action("registrations", _move_sessions),
    CAPACITY: Action("registrations", _capacity),
    CALL: Action("nominations", _call),
    MERGE: Action("people", _merge),
    ISSUE: Action("certificates", _issue),
    REVOKE: Action("certificates", _revoke),
    REISSUE: Action("certificates", _reissue),
    TAKE_OFF: Action("registrations", _take_off),
    REFUSE: Action("registrations", _refuse),
    CANCEL_STAND: Action("fair", _cancel_stand),
    SEND_NOW: Action("agenda change", _send_now),
    SURVEY_OPEN: Action("surveys", _open_survey),
    SURVEY_CLOSE: Action("surveys", _close_survey),
    SURVEY_REMIND: Action("surveys", _remind_survey),
}
