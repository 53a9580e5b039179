"""Plan reminders from rules and, at their moment, tell those who were registered by then.

No reminder is a timer: a moment lies in a table, and a tick asks which moments have come.
"""

from datetime import datetime, timedelta
from typing import Any

from programme.facts import event_facts, session_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell
from programme.quiet_hours import QuietHours
from programme.wall_time import at, read, to_moment, to_wall
from storage import agenda_exceptions, events, outbox_sweeps, people, registrations
from storage import reminders as rows
from storage.database import Tx
from storage.events import Session
from storage.outbox_lists import CHANNELS
from storage.reminders import Reminder, Rule

LAST_CALL = timedelta(minutes=15)
REMINDER = POLICY["reminder"]


def moments(rule: Rule, session: Session, quiet: QuietHours) -> tuple[datetime, datetime] | None:
    """Compute when a rule's reminder is due and until when it is worth sending, in UTC.

    A moment in the quiet hours waits for the morning. It is not worth sending after the quiet
    hours of that day begin ("tomorrow" would be wrong), nor in the last quarter of an hour.
    None means that no such moment is left.
    """
    if rule.at_wall is not None:
        day = read(session.starts_wall).date() - timedelta(days=rule.days_before)
        wanted = to_moment(at(day, rule.at_wall), session.zone)
    else:
        wanted = session.starts_at - timedelta(minutes=rule.minutes_before)
    due_at = quiet.next_waking(wanted, session.zone)
    last = session.starts_at - LAST_CALL
    evening = quiet.next_quiet(due_at, session.zone)
    not_after = last if evening is None else min(last, evening - timedelta(seconds=1))
    return (due_at, not_after) if due_at <= not_after else None


async def plan_event(
    tx: Tx, *, event_id: int, now: datetime, quiet: QuietHours | None = None
) -> None:
    """Plan the reminders of all sessions that have not begun, whatever was planned before.

    What has come due stays as it is, and so does what was done, missed or taken back. A moment
    that has passed is not planned: who registers now has just got the same facts.
    A day that follows another day of the same event is no news to those who are there already,
    so rules that count days leave it out, and only the ones that count minutes remind of it.
    """
    quiet = quiet or QuietHours()
    # A session that moves can make the day of another one the first in a row, or a following one.
    await rows.forget_planned(tx, event_id=event_id, after=now)
    sessions = await events.sessions(tx, event_id)
    days = {read(session.starts_wall).date() for session in sessions}
    for session in sessions:
        goes_on = read(session.starts_wall).date() - timedelta(days=1) in days
        for rule in await rows.rules(tx, event_id):
            if goes_on and rule.at_wall is not None:
                continue
            found = moments(rule, session, quiet)
            if found is not None and found[0] > now:
                await rows.plan(
                    tx,
                    rule_id=rule.id,
                    session_id=session.id,
                    revision=session.revision,
                    due_at=found[0],
                    not_after=found[1],
                    state="planned",
                )


async def take_back(tx: Tx, *, session_id: int, now: datetime) -> None:
    """Stop the reminders of a session that moves or is cancelled, those in the outbox too."""
    await rows.cancel_planned(tx, session_id=session_id)
    session = await events.get_session(tx, session_id)
    registration_ids = await registrations.ids_of_event(tx, session.event_id)
    for reminder_id in await rows.done_of_session(tx, session_id):
        keys = [
            f"reminder:{registration_id}:{reminder_id}:{channel}"
            for registration_id in registration_ids
            for channel in CHANNELS
        ]
        await outbox_sweeps.cancel_keys(tx, keys=keys, now=now)


async def remind(tx: Tx, *, now: datetime) -> int:
    """Queue every reminder whose moment has come and return how many people are told.

    1. A reminder that is too late to be worth sending is marked as missed, for staff to see.
    2. The others are ended as done, which only one of several tickers succeeds in.
    3. Everyone who had a seat before the moment is told; unique keys forbid a second time.
    """
    told = 0
    for reminder in await rows.due(tx, now=now):
        late = now > reminder.not_after
        if await rows.end(tx, reminder.id, state="missed" if late else "done") and not late:
            told += await _tell_seated(tx, reminder, now=now)
    return told


def _days_left(session: Session, now: datetime) -> int:
    # Counted on the wall when it is told: a moment in the quiet hours has waited for the morning.
    return (read(session.starts_wall).date() - to_wall(now, session.zone).date()).days


def occurrence_name(rule_id: int, session_id: int, revision: int) -> str:
    """Name a reminder as the agenda does; the same before and after it is planned anew."""
    return f"r.{rule_id}.{session_id}.{revision}"


async def facts(tx: Tx, reminder: Reminder, *, now: datetime) -> dict[str, Any] | None:
    """Gather what a reminder says to everybody, told at a moment; None without its event."""
    event = await events.get(tx, reminder.event_id)
    if event is None:
        return None
    session = await events.get_session(tx, reminder.session_id)
    return await event_facts(tx, event) | {
        "days_left": _days_left(session, now),
        "session_number": reminder.session_number,
        "session": session_facts(session),
    }


async def _tell_seated(tx: Tx, reminder: Reminder, *, now: datetime) -> int:
    known = await facts(tx, reminder, now=now)
    if known is None:
        return 0
    # Read after the reminder has ended in this transaction: who is left out later is too late.
    name = occurrence_name(reminder.rule_id, reminder.session_id, reminder.revision)
    left_out = await agenda_exceptions.of(tx, name)
    told = 0
    for registration in await registrations.of_event(tx, reminder.event_id, state="active"):
        if registration.seated_at is None or registration.seated_at > reminder.due_at:
            continue
        if registration.person_id in left_out:
            continue
        notice = Notice(
            kind=REMINDER.kind,
            key=f"reminder:{registration.id}:{reminder.id}",
            facts=known | {"registration_id": registration.id},
            priority=REMINDER.priority,
            due_at=now,
            not_after=REMINDER.worth_until(now, reminder.not_after),
        )
        person = await people.get(tx, registration.person_id)
        told += await tell(tx, notice, person=person, now=now) is not None
    return told
