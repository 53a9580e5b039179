"""What went wrong and waits for a person to look at it: messages, reminders, arrivals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.database import Tx
from storage.tables import event, inbox, outbox, person, reminder, reminder_rule, session

UNDELIVERED = ("failed", "uncertain", "missed")


@dataclass(frozen=True)
class Undelivered:
    """A message that did not leave, or of which nobody knows; `why` is the other side's answer."""

    id: int
    at: datetime
    kind: str
    state: str
    channel: str
    address: str
    person: str
    why: str


@dataclass(frozen=True)
class MissedReminder:
    """A reminder whose moment passed while nobody could send it; nobody was told."""

    at: datetime
    event: str
    rule_key: str


@dataclass(frozen=True)
class Quarantined:
    """An arrival that failed three times; `lane` says from whom it came."""

    at: datetime
    lane: str
    key: str
    why: str


async def undelivered(tx: Tx, *, since: datetime) -> list[Undelivered]:
    """List messages that ended without being delivered for sure, the oldest first.

    What staff have settled is left out.
    """
    rows = await tx.execute(
        select(outbox, person.c.name)
        .outerjoin(person, person.c.id == outbox.c.person_id)
        .where(
            outbox.c.state.in_(UNDELIVERED),
            outbox.c.ended_at >= since,
            outbox.c.settled_at.is_(None),
        )
        .order_by(outbox.c.ended_at, outbox.c.id)
    )
    return [
        Undelivered(
            row.id,
            row.ended_at,
            row.kind,
            row.state,
            row.channel,
            row.address,
            row.name or _name(row.facts),
            row.answer or "",
        )
        for row in rows
    ]


def _name(facts: dict[str, Any]) -> str:
    return str((facts.get("person") or {}).get("name", ""))


async def missed_reminders(tx: Tx, *, since: datetime) -> list[MissedReminder]:
    """List reminders that were missed as a whole, the oldest first."""
    rows = await tx.execute(
        select(reminder.c.due_at, event.c.title, reminder_rule.c.key)
        .join(reminder_rule, reminder_rule.c.id == reminder.c.rule_id)
        .join(session, session.c.id == reminder.c.session_id)
        .join(event, event.c.id == session.c.event_id)
        .where(reminder.c.state == "missed", reminder.c.due_at >= since)
        .order_by(reminder.c.due_at, reminder.c.id)
    )
    return [MissedReminder(*row) for row in rows]


async def quarantined(tx: Tx, *, since: datetime) -> list[Quarantined]:
    """List arrivals that were set aside, the oldest first."""
    rows = await tx.execute(
        select(inbox.c.received_at, inbox.c.lane, inbox.c.key, inbox.c.error)
        .where(inbox.c.state == "quarantined", inbox.c.received_at >= since)
        .order_by(inbox.c.id)
    )
    return [Quarantined(row.received_at, row.lane, row.key, row.error or "") for row in rows]
