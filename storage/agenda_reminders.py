"""The reminders that are planned, with whom they are for, as the agenda shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, update

from storage.database import Tx
from storage.staff_tables import agenda_exception
from storage.tables import (
    contact,
    event,
    person,
    registration,
    reminder,
    reminder_rule,
    session,
)


@dataclass(frozen=True)
class Reminding:
    """A reminder that is planned: of which session, when, and for how many people as things are."""

    id: int
    rule_id: int
    session_id: int
    revision: int
    event_id: int
    title: str
    rule_key: str
    due_at: datetime
    not_after: datetime
    people: int


def _occurrence() -> ColumnElement[str]:
    parts = (reminder.c.rule_id, reminder.c.session_id, reminder.c.revision)
    name: ColumnElement[str] = literal("r")
    for part in parts:
        name = name + literal(".") + cast(part, String)
    return name


_REACHED = (
    select(contact.c.id)
    .where(
        contact.c.person_id == registration.c.person_id,
        contact.c.verified_at.is_not(None),
        contact.c.unreachable_at.is_(None),
    )
    .exists()
)


def _told() -> ColumnElement[bool]:
    """Say of a registration that a reminder of its event will be told to this person."""
    excepted = (
        select(agenda_exception.c.id)
        .where(
            agenda_exception.c.occurrence == _occurrence(),
            agenda_exception.c.person_id == registration.c.person_id,
        )
        # Said, because the count below is one query deeper: there it would mean any reminder.
        .correlate(reminder, registration)
        .exists()
    )
    return and_(
        registration.c.event_id == session.c.event_id,
        registration.c.state == "active",
        registration.c.seated_at <= reminder.c.due_at,
        _REACHED,
        ~excepted,
    )


def _reminders() -> Any:
    people = (
        select(func.count(registration.c.id))
        .where(_told())
        .correlate(reminder, session)
        .scalar_subquery()
    )
    return (
        select(
            reminder.c.id,
            reminder.c.rule_id,
            reminder.c.session_id,
            reminder.c.revision,
            session.c.event_id,
            event.c.title,
            reminder_rule.c.key,
            reminder.c.due_at,
            reminder.c.not_after,
            people,
        )
        .join(reminder_rule, reminder_rule.c.id == reminder.c.rule_id)
        .join(session, session.c.id == reminder.c.session_id)
        .join(event, event.c.id == session.c.event_id)
        .where(reminder.c.state == "planned", event.c.state == "published")
    )


async def reminders(tx: Tx, *, now: datetime, until: datetime) -> list[Reminding]:
    """List the planned reminders up to a moment, with how many people they are for."""
    rows = await tx.execute(
        _reminders()
        .where(reminder.c.due_at <= until, reminder.c.not_after >= now)
        .order_by(reminder.c.due_at, reminder.c.id)
    )
    return [Reminding(*row) for row in rows]


def _named(rule_id: int, session_id: int, revision: int) -> ColumnElement[bool]:
    return and_(
        reminder.c.rule_id == rule_id,
        reminder.c.session_id == session_id,
        reminder.c.revision == revision,
    )


async def reminder_of(tx: Tx, *, rule_id: int, session_id: int, revision: int) -> Reminding | None:
    """Read one planned reminder; None when it is planned no longer."""
    found = await tx.execute(_reminders().where(_named(rule_id, session_id, revision)))
    row = found.one_or_none()
    return Reminding(*row) if row else None


@dataclass(frozen=True)
class RemindedPerson:
    """Somebody who will be reminded, by number and name, with their registration."""

    person_id: int
    registration_id: int
    name: str


async def reminded_people(
    tx: Tx, reminder_id: int, *, first: int, limit: int
) -> list[RemindedPerson]:
    """Give a page of those whom a reminder is for, as things stand."""
    rows = await tx.execute(
        select(registration.c.person_id, registration.c.id, person.c.name)
        .select_from(reminder)
        .join(session, session.c.id == reminder.c.session_id)
        .join(registration, _told())
        .join(person, person.c.id == registration.c.person_id)
        .where(reminder.c.id == reminder_id)
        .order_by(registration.c.id)
        .offset(first)
        .limit(limit)
    )
    return [RemindedPerson(*row) for row in rows]


async def is_reminded(tx: Tx, reminder_id: int, person_id: int) -> bool:
    """Tell whether a reminder is for this person, as things stand."""
    found = await tx.scalar(
        select(registration.c.id)
        .select_from(reminder)
        .join(session, session.c.id == reminder.c.session_id)
        .join(registration, _told())
        .where(reminder.c.id == reminder_id, registration.c.person_id == person_id)
    )
    return found is not None


async def hold_reminder(tx: Tx, reminder_id: int) -> bool:
    """Let no tick take a planned reminder until the transaction ends; False when one has."""
    result = await tx.execute(
        update(reminder)
        .where(reminder.c.id == reminder_id, reminder.c.state == "planned")
        .values(state="planned")
    )
    return result.rowcount == 1


async def hurry_reminder(tx: Tx, reminder_id: int, *, now: datetime) -> bool:
    """Let a planned reminder be due now; False when it is or was."""
    result = await tx.execute(
        update(reminder)
        .where(
            reminder.c.id == reminder_id,
            reminder.c.state == "planned",
            reminder.c.due_at > now,
        )
        .values(due_at=now)
    )
    return result.rowcount == 1
