"""The lines of the agenda that reminder rules plan: one for each rule and session."""

from programme import reminders
from programme.agenda_rows import Looked, Name, Occurrence, Sample, Source, Span, Whom
from programme.asking import number
from programme.notices import way
from programme.reminders import occurrence_name
from storage import agenda_exceptions, people
from storage import agenda_reminders as planned
from storage import reminders as rows
from storage.agenda_reminders import RemindedPerson, Reminding
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "r"


def _line(one: Reminding, span: Span) -> Occurrence:
    return Occurrence(
        occurrence_name(one.rule_id, one.session_id, one.revision),
        max(one.due_at, span.now),
        "reminder",
        one.title,
        one.people,
        rule=one.rule_key,
    )


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the reminders that somebody will get."""
    found = await planned.reminders(tx, now=span.now, until=span.until)
    return [_line(one, span) for one in found if one.people]


async def _planned(tx: Tx, name: Name) -> Reminding | None:
    numbers = [found for part in name if (found := number(part)) is not None]
    if len(numbers) != 3 or len(name) != 3:  # noqa: PLR2004 -- rule, session, revision
        return None
    rule_id, session_id, revision = numbers
    return await planned.reminder_of(tx, rule_id=rule_id, session_id=session_id, revision=revision)


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one reminder."""
    one = await _planned(tx, name)
    if one is None:
        return None
    found = await planned.reminded_people(tx, one.id, first=first, limit=limit)
    contacts = await people.contacts_of_many(tx, [each.person_id for each in found])
    persons = {each.person_id: await people.get(tx, each.person_id) for each in found}
    shown = []
    for each in found:
        contact = way(persons[each.person_id], contacts[each.person_id])
        if contact is not None:
            shown.append(Whom(each.person_id, each.name, (contact.channel,), contact.address))
    sample = await _sample(tx, one, found[0], shown[0], span) if shown else None
    return Looked(_line(one, span), shown, first, sample)


async def _sample(
    tx: Tx, one: Reminding, who: RemindedPerson, whom: Whom, span: Span
) -> Sample | None:
    reminder = await rows.get(tx, one.id)
    facts = await reminders.facts(tx, reminder, now=max(one.due_at, span.now)) if reminder else None
    if facts is None:
        return None
    person = await people.get(tx, who.person_id)
    more = {"registration_id": who.registration_id, "person": {"name": person.name}}
    return Sample("reminder", facts | more, person.locale, whom.channels[0], whom.address)


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Take the reminder back; a tick that was faster has told everybody."""
    del span, member
    one = await _planned(tx, name)
    if one is None or not await rows.end(tx, one.id, state="cancelled"):
        return 0
    return max(1, one.people)


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let the reminder be due now; the next tick tells everybody."""
    del member
    one = await _planned(tx, name)
    if one is None or not await planned.hurry_reminder(tx, one.id, now=span.now):
        return 0
    return max(1, one.people)


async def leave_out(
    tx: Tx, name: Name, person_id: int, span: Span, member: StaffMember | None
) -> int:
    """Keep that one person is not reminded; a tick that was faster has reminded them."""
    one = await _planned(tx, name)
    if one is None or not await planned.hold_reminder(tx, one.id):
        return 0
    if not await planned.is_reminded(tx, one.id, person_id):
        return 0
    return await agenda_exceptions.add(
        tx,
        occurrence=occurrence_name(one.rule_id, one.session_id, one.revision),
        person_id=person_id,
        staff_id=member.id if member else None,
        now=span.now,
    )


SOURCE = Source(listed, look, stop, hurry, leave_out)
