"""All that will be sent in the days to come: what is queued, and what time will add.

Time adds reminders, and the news that a seat is held no longer for somebody who does not answer.
Whom it goes to then is decided then.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from programme import (
    deeds,
    digests,
    document_notices,
    fair_notices,
    fair_reminders,
    nomination_reminders,
    summaries,
    survey_schedule,
)
from programme.announcements import HOME_ZONE
from programme.document_notices import Moment
from programme.notices import way
from programme.quiet_hours import QuietHours
from programme.reminders import occurrence_name
from storage import (
    agenda_exceptions,
    broadcast_states,
    events,
    offers,
    outbox_lists,
    people,
    registrations,
    reminders,
)
from storage.database import Tx
from storage.offers import Offer
from storage.outbox_lists import Planned
from storage.reminders import Reminder

AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class AgendaRow:
    """One message to one person, when and how."""

    due_at: datetime
    kind: str
    detail: str
    person: str
    channel: str
    address: str


async def agenda(
    tx: Tx, *, now: datetime, until: datetime, quiet: QuietHours | None = None
) -> list[AgendaRow]:
    """List every message that will be sent up to a moment, the soonest first.

    What is no longer worth sending `now` is left out: it will be missed.
    """
    rows = [_of_row(row) for row in await outbox_lists.planned(tx, until=until, now=now)]
    for reminder in await reminders.planned_until(tx, until=until):
        if reminder.not_after >= now:
            rows += await _of_reminder(tx, reminder)
    for offer in await offers.held_until(tx, until=until):
        rows += await _of_offer(tx, offer)
    rows += [
        AgendaRow(one.due_at, one.kind, one.title, one.name, one.channel, one.address)
        for one in await nomination_reminders.planned(tx, until=until, quiet=quiet)
    ]
    for moment in await document_notices.planned(tx, now=now, until=until, quiet=quiet):
        if moment.not_after >= now:
            rows += await _of_documents(tx, moment)
    for stand in await fair_reminders.coming(tx, now=now, until=until, quiet=quiet):
        way = await fair_notices.way_to(tx, stand.exhibitor)
        if way is not None:
            rows.append(AgendaRow(stand.due_at, "exhibitor_reminder", stand.event.title, *way))
    for letter in await broadcast_states.planned(tx, until=until):
        if letter.state == broadcast_states.PLANNED and letter.starts_at is not None:
            # Whom it goes to is read when it begins; how many that is stands beside its subject.
            subject = letter.content.get("subject") or letter.content.get("question") or ""
            detail = f"{subject} · {letter.people}"
            starts_at = max(letter.starts_at, now)
            rows.append(AgendaRow(starts_at, letter.kind, detail, "", "", ""))
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
    name = occurrence_name(reminder.rule_id, reminder.session_id, reminder.revision)
    left_out = await agenda_exceptions.of(tx, name)
    told = [
        one
        for one in seated
        if one.seated_at and one.seated_at <= reminder.due_at and one.person_id not in left_out
    ]
    contacts = await people.contacts_of_many(tx, [one.person_id for one in told])
    rows = []
    for registration in told:
        person = await people.get(tx, registration.person_id)
        contact = way(person, contacts[registration.person_id])
        if contact is None:
            continue
        detail = f"{event.title} · {reminder.rule_key}"
        rows.append(
            AgendaRow(
                reminder.due_at, "reminder", detail, person.name, contact.channel, contact.address
            )
        )
    return rows


async def _of_offer(tx: Tx, offer: Offer) -> list[AgendaRow]:
    event = await events.get(tx, offer.event_id)
    registration = await registrations.get(tx, offer.registration_id)
    if event is None or registration is None:
        return []
    person = await people.get(tx, registration.person_id)
    known = await people.contacts(tx, person.id)
    contact = way(person, known)
    if contact is None:
        return []
    told = (event.title, person.name, contact.channel, contact.address)
    return [AgendaRow(offer.expires_at, "offer_expired", *told)]


async def _of_documents(tx: Tx, moment: Moment) -> list[AgendaRow]:
    event = await events.get(tx, moment.event_id)
    rows = []
    for registration_id in await document_notices.to_remind(tx, moment):
        registration = await registrations.get(tx, registration_id)
        if event is None or registration is None:
            continue
        person = await people.get(tx, registration.person_id)
        known = await people.contacts(tx, person.id)
        contact = way(person, known)
        if contact is not None:
            told = (event.title, person.name, contact.channel, contact.address)
            rows.append(AgendaRow(moment.due_at, "documents_missing", *told))
    return rows


async def next_due(
    tx: Tx,
    *,
    now: datetime | None = None,
    quiet: QuietHours | None = None,
    zone: str = HOME_ZONE,
    summary_at: time | None = None,
) -> datetime | None:
    """Tell the moment of the next message, whoever will get it; None when none is planned.

    Reminders of missing documents and of stands, and what surveys do by themselves, are known only
    for a moment that is `now`, and so is the next summary at the hour `summary_at` that has
    something new to say.
    """
    moments = [
        await outbox_lists.next_due(tx),
        await reminders.next_due(tx),
        await offers.next_expiry(tx),
        await nomination_reminders.next_due(tx, quiet=quiet),
        await deeds.next_due(tx),
        await broadcast_states.next_start(tx),
        await digests.next_due(tx, zone=zone, quiet=quiet),
    ]
    if now is not None:
        moments.append(await document_notices.next_due(tx, now=now, quiet=quiet))
        stands = await fair_reminders.coming(tx, now=now, until=now + AHEAD, quiet=quiet)
        moments += [one.due_at for one in stands[:1]]
        moments.append(await survey_schedule.next_due(tx, now=now, zone=zone, quiet=quiet))
        moments.append(await summaries.next_due(tx, at=summary_at, zone=zone, now=now, quiet=quiet))
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
