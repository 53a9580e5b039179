"""What a letter to many is about, read when it is confirmed and again whenever rows are made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.facts import event_facts, programme_facts
from programme.listing import has_begun
from programme.notice_policy import NoticePolicy
from programme.quiet_hours import QuietHours
from programme.refusals import DeadlinePassed, EventCancelled, EventOver, EventUnknown
from storage import events
from storage.database import Tx
from storage.events import Event, Session

HOME_ZONE = "Europe/Warsaw"


@dataclass(frozen=True)
class About:
    """The facts of a letter, when it leaves at the earliest, and until when it is worth sending.

    `begins` is when the event begins, None for a letter about none.
    """

    facts: dict[str, Any]
    due_at: datetime
    not_after: datetime
    zone: str
    begins: datetime | None = None


async def open_event(tx: Tx, event_id: int, now: datetime) -> tuple[Event, list[Session]]:
    """Read an event to which people can still be invited.

    Raises EventUnknown, EventCancelled, EventOver or DeadlinePassed.
    """
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event_id)
    if has_begun(sessions, now):
        raise EventOver
    if event.deadline_at is not None and event.deadline_at <= now:
        raise DeadlinePassed(event.deadline_at)
    return event, sessions


def last_call(event: Event, sessions: list[Session]) -> datetime:
    """Tell until when an invitation to an event is worth reading."""
    return event.deadline_at or min(session.starts_at for session in sessions)


async def read(
    tx: Tx,
    event_id: int | None,
    *,
    policy: NoticePolicy,
    quiet: QuietHours,
    zone: str,
    now: datetime,
) -> About:
    """Read what a letter that is due `now` is about.

    Raises what `open_event` does, and DeadlinePassed when the quiet hours end too late.
    """
    if event_id is None:
        facts = {"programme": await programme_facts(tx), "event": None, "deadline": None}
        due_at = policy.leaves_at(now, quiet=quiet, zone=zone)
        return About(facts, due_at, policy.worth_until(due_at), zone)
    event, sessions = await open_event(tx, event_id, now)
    last = last_call(event, sessions)
    begins = min(session.starts_at for session in sessions)
    due_at = policy.leaves_at(now, quiet=quiet, zone=event.zone, last=last, begins=begins)
    if due_at >= last:
        raise DeadlinePassed(last)
    deadline = event.deadline_at.isoformat() if event.deadline_at else None
    facts = await event_facts(tx, event, sessions) | {"deadline": deadline}
    return About(facts, due_at, policy.worth_until(due_at, last), event.zone, begins)
