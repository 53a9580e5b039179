"""Reminder rules and the moments computed from them; a tick asks which are due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.tables import event, registration, reminder, reminder_rule, session


@dataclass(frozen=True)
class Rule:
    """When to remind: days before at a wall time, or minutes before."""

    id: int
    event_id: int
    key: str
    days_before: int
    at_wall: str | None
    minutes_before: int


@dataclass(frozen=True)
class Reminder:
    """One rule for one session: its moment, and until when it is worth sending."""

    id: int
    event_id: int
    session_id: int
    session_number: int
    rule_key: str
    revision: int
    due_at: datetime
    not_after: datetime
    rule_id: int


async def rules(tx: Tx, event_id: int) -> list[Rule]:
    """List an event's rules."""
    rows = await tx.execute(
        select(reminder_rule)
        .where(reminder_rule.c.event_id == event_id)
        .order_by(reminder_rule.c.id)
    )
    return [
        Rule(row.id, row.event_id, row.key, row.days_before, row.at_wall, row.minutes_before)
        for row in rows
    ]


async def plan(
    tx: Tx,
    *,
    rule_id: int,
    session_id: int,
    revision: int,
    due_at: datetime,
    not_after: datetime,
    state: str,
) -> None:
    """Keep the moment of a rule for a session; a known (rule, session, revision) stays."""
    row = {
        "rule_id": rule_id,
        "session_id": session_id,
        "revision": revision,
        "due_at": due_at,
        "not_after": not_after,
        "state": state,
    }
    await insert_or_ignore(tx, reminder, [row])


async def cancel_planned(tx: Tx, *, session_id: int) -> None:
    """Take back what is planned for a session, because it moved or was cancelled."""
    await tx.execute(
        update(reminder)
        .where(reminder.c.session_id == session_id, reminder.c.state == "planned")
        .values(state="cancelled")
    )


async def forget_planned(tx: Tx, *, event_id: int, after: datetime) -> None:
    """Delete what is planned for an event after a moment, so that it can be planned anew.

    A row that is cancelled would keep its rule, session and revision from being planned again.
    """
    numbers = select(session.c.id).where(session.c.event_id == event_id)
    await tx.execute(
        delete(reminder).where(
            reminder.c.session_id.in_(numbers),
            reminder.c.state == "planned",
            reminder.c.due_at > after,
        )
    )


async def done_of_session(tx: Tx, session_id: int) -> list[int]:
    """List the reminders of a session that have gone to the outbox."""
    rows = await tx.execute(
        select(reminder.c.id).where(reminder.c.session_id == session_id, reminder.c.state == "done")
    )
    return list(rows.scalars())


def _planned() -> Select[Any]:
    return (
        select(
            reminder.c.id,
            session.c.event_id,
            reminder.c.session_id,
            session.c.number,
            reminder_rule.c.key,
            reminder.c.revision,
            reminder.c.due_at,
            reminder.c.not_after,
            reminder.c.rule_id,
        )
        .join(reminder_rule, reminder_rule.c.id == reminder.c.rule_id)
        .join(session, session.c.id == reminder.c.session_id)
        .join(event, event.c.id == session.c.event_id)
        .where(reminder.c.state == "planned", event.c.state == "published")
        .order_by(reminder.c.due_at, reminder.c.id)
    )


def _reminder(row: Row[Any]) -> Reminder:
    return Reminder(
        row.id,
        row.event_id,
        row.session_id,
        row.number,
        row.key,
        row.revision,
        row.due_at,
        row.not_after,
        row.rule_id,
    )


async def get(tx: Tx, reminder_id: int) -> Reminder | None:
    """Read one planned reminder; None when it is planned no longer."""
    row = (await tx.execute(_planned().where(reminder.c.id == reminder_id))).one_or_none()
    return _reminder(row) if row else None


async def due(tx: Tx, *, now: datetime) -> list[Reminder]:
    """List planned reminders whose moment has come."""
    return [_reminder(row) for row in await tx.execute(_planned().where(reminder.c.due_at <= now))]


async def planned_until(tx: Tx, *, until: datetime) -> list[Reminder]:
    """List planned reminders up to a moment, for the agenda."""
    rows = await tx.execute(_planned().where(reminder.c.due_at <= until))
    return [_reminder(row) for row in rows]


async def end(tx: Tx, reminder_id: int, *, state: str) -> bool:
    """End a planned reminder as done or missed; False when it was ended before."""
    result = await tx.execute(
        update(reminder)
        .where(reminder.c.id == reminder_id, reminder.c.state == "planned")
        .values(state=state)
    )
    return result.rowcount == 1


async def next_due(tx: Tx) -> datetime | None:
    """Tell when the next reminder that somebody will get is due."""
    somebody = (
        select(registration.c.id)
        .where(
            registration.c.event_id == session.c.event_id,
            registration.c.state == "active",
            registration.c.seated_at <= reminder.c.due_at,
        )
        .exists()
    )
    moments = (
        select(func.min(reminder.c.due_at))
        .join(session, session.c.id == reminder.c.session_id)
        .join(event, event.c.id == session.c.event_id)
        .where(reminder.c.state == "planned", event.c.state == "published", somebody)
    )
    earliest: datetime | None = await tx.scalar(moments)
    return earliest
