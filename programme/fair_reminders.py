"""Remind exhibitors of their stand on the day before the fair."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import fair_notices
from programme.quiet_hours import QuietHours
from programme.reminders import moments
from programme.wall_time import read, to_wall
from storage import events, fair
from storage.database import Tx
from storage.events import Event, Session
from storage.fair import Exhibitor
from storage.reminders import Rule

DAY_BEFORE = Rule(0, 0, "stand", days_before=1, at_wall="09:00", minutes_before=0)
SOON = timedelta(days=2)


async def remind(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> int:
    """Remind those whose fair is tomorrow of their number and needs; return how many are told."""
    told = 0
    for event_id in await fair.to_remind(tx, now=now, until=now + SOON):
        event = await events.lock(tx, event_id)
        sessions = await events.sessions(tx, event_id)
        if event is None or not sessions:
            continue
        first = min(sessions, key=lambda session: session.starts_at)
        found = moments(DAY_BEFORE, first, quiet or QuietHours())
        if found is not None and found[0] <= now <= found[1]:
            told += await _remind_all(tx, event, first, not_after=found[1], now=now)
    return told


@dataclass(frozen=True)
class Coming:
    """One reminder that lies ahead: when it is due, about which fair, for which stand."""

    due_at: datetime
    event: Event
    exhibitor: Exhibitor


async def coming(
    tx: Tx, *, now: datetime, until: datetime, quiet: QuietHours | None = None
) -> list[Coming]:
    """List the reminders up to a moment, as things stand, the soonest first."""
    found = []
    for event_id in await fair.to_remind(tx, now=now, until=until + SOON):
        event = await events.get(tx, event_id)
        first = min(await events.sessions(tx, event_id), key=lambda session: session.starts_at)
        moment = moments(DAY_BEFORE, first, quiet or QuietHours())
        if event is None or moment is None or not (moment[0] <= until and now <= moment[1]):
            continue
        found += [
            Coming(moment[0], event, one)
            for one in await fair.of_event(tx, event_id, state="active")
            if one.reminded_at is None
        ]
    return sorted(found, key=lambda one: one.due_at)


def reminded_at(sessions: list[Session], now: datetime) -> datetime | None:
    """Tell when somebody who gets a stand now counts as reminded: at once, after the moment.

    The confirmation has just told them the same.
    """
    first = min(sessions, key=lambda session: session.starts_at)
    found = moments(DAY_BEFORE, first, QuietHours())
    return now if found is None or found[0] <= now else None


async def tell_now(
    tx: Tx, event_id: int, *, quiet: QuietHours | None = None, now: datetime
) -> int | None:
    """Remind the stands of a fair before their moment; return how many are told.

    None when there is nothing to remind of any more.
    """
    event = await events.lock(tx, event_id)
    sessions = await events.sessions(tx, event_id)
    if event is None or not sessions:
        return None
    first = min(sessions, key=lambda session: session.starts_at)
    found = moments(DAY_BEFORE, first, quiet or QuietHours())
    if found is None or now > found[1]:
        return None
    return await _remind_all(tx, event, first, not_after=found[1], now=now)


async def leave_out(tx: Tx, exhibitor_id: int, *, now: datetime) -> bool:
    """Let one stand not be reminded; False when it was, or was given up."""
    return await fair.note_reminded(tx, exhibitor_id, now=now)


async def _remind_all(
    tx: Tx, event: Event, first: Session, *, not_after: datetime, now: datetime
) -> int:
    days_left = (read(first.starts_wall).date() - to_wall(now, first.zone).date()).days
    told = 0
    for one in await fair.of_event(tx, event.id, state="active"):
        if await fair.note_reminded(tx, one.id, now=now):
            # An earlier one that waits still has the number from before.
            await fair_notices.hush_reminder(tx, one.id, now=now)
            told += await fair_notices.say(
                tx,
                kind="exhibitor_reminder",
                event=event,
                exhibitor=one,
                now=now,
                key=f"exhibitor_reminder:{one.id}:{now:%Y%m%d%H%M%S}",
                not_after=not_after,
                days_left=days_left,
            )
    return told
