"""All that will be sent in the days to come: what is queued, and what reminders will add."""

from dataclasses import dataclass
from datetime import datetime

from programme.notices import choose
from storage import events, outbox_lists, people, registrations, reminders
from storage.database import Tx
from storage.outbox_lists import Planned
from storage.reminders import Reminder


@dataclass(frozen=True)
class AgendaRow:
    """One message to one person, when and how."""

    due_at: datetime
    kind: str
    detail: str
    person: str
    channel: str
    address: str


async def agenda(tx: Tx, *, now: datetime, until: datetime) -> list[AgendaRow]:
    """List every message that will be sent up to a moment, the soonest first.

    What is no longer worth sending `now` is left out: it will be missed.
    """
    rows = [_of_row(row) for row in await outbox_lists.planned(tx, until=until, now=now)]
    for reminder in await reminders.planned_until(tx, until=until):
        if reminder.not_after >= now:
            rows += await _of_reminder(tx, reminder)
    return sorted(rows, key=lambda row: (row.due_at, row.kind, row.person))


def _of_row(row: Planned) -> AgendaRow:
    # The facts of a reply are a finished message, which is nobody else's business.
    facts = row.facts if row.kind != "reply" else {}
    event = facts.get("event") or {}
    person = facts.get("person") or {}
    detail = event.get("title") or facts.get("subject") or facts.get("question") or ""
    return AgendaRow(
        row.due_at, row.kind, str(detail), str(person.get("name", "")), row.channel, row.address
    )


async def _of_reminder(tx: Tx, reminder: Reminder) -> list[AgendaRow]:
    event = await events.get(tx, reminder.event_id)
    if event is None:
        return []
    seated = await registrations.of_event(tx, event.id, state="active")
    told = [one for one in seated if one.seated_at and one.seated_at <= reminder.due_at]
    contacts = await people.contacts_of_many(tx, [one.person_id for one in told])
    rows = []
    for registration in told:
        known = contacts[registration.person_id]
        contact = choose(known, "telegram") or choose(known, "mail")
        if contact is None:
            continue
        person = await people.get(tx, registration.person_id)
        detail = f"{event.title} · {reminder.rule_key}"
        rows.append(
            AgendaRow(
                reminder.due_at, "reminder", detail, person.name, contact.channel, contact.address
            )
        )
    return rows


async def next_due(tx: Tx) -> datetime | None:
    """Tell the moment of the next message, whoever will get it; None when none is planned."""
    moments = [await outbox_lists.next_due(tx), await reminders.next_due(tx)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
