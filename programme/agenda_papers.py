"""The lines of the agenda about missing documents: one for each moment before an event."""

from programme import document_notices
from programme.agenda_rows import Looked, Name, Occurrence, Sample, Source, Span, Whom
from programme.document_notices import Moment, occurrence_name
from programme.facts import event_facts
from programme.notices import way
from storage import agenda_exceptions, events, people, registrations
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "d"
KIND = "documents_missing"


async def _moments(tx: Tx, span: Span) -> list[Moment]:
    found = await document_notices.planned(tx, now=span.now, until=span.until, quiet=span.quiet)
    return [one for one in found if one.not_after >= span.now]


async def _of(tx: Tx, name: Name, span: Span) -> Moment | None:
    wanted = ".".join((LETTER, *name))
    return next((one for one in await _moments(tx, span) if occurrence_name(one) == wanted), None)


async def _line(tx: Tx, moment: Moment, count: int, span: Span) -> Occurrence:
    event = await events.get(tx, moment.event_id)
    title = event.title if event else ""
    due_at = max(moment.due_at, span.now)
    return Occurrence(occurrence_name(moment), due_at, KIND, title, count)


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the moments at which somebody is reminded of documents."""
    lines = []
    for moment in await _moments(tx, span):
        count = len(await document_notices.to_remind(tx, moment))
        if count:
            lines.append(await _line(tx, moment, count, span))
    return lines


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one moment; those whom nothing reaches are there too."""
    moment = await _of(tx, name, span)
    if moment is None:
        return None
    missing = await document_notices.to_remind(tx, moment)
    shown, sample = [], None
    page = list(missing)[first : first + limit]
    owners = await registrations.people_of(tx, page)
    contacts = await people.contacts_of_many(tx, list(owners.values()))
    for registration_id in page:
        person = await people.get(tx, owners[registration_id])
        contact = way(person, contacts[person.id])
        channels = (contact.channel,) if contact else ()
        whom = Whom(person.id, person.name, channels, contact.address if contact else "")
        shown.append(whom)
        if sample is None and contact is not None:
            facts = await _facts(tx, moment, registration_id, missing[registration_id])
            said = facts | {"person": {"name": person.name}}
            sample = Sample(KIND, said, person.locale, contact.channel, contact.address)
    return Looked(await _line(tx, moment, len(missing), span), shown, first, sample)


async def _facts(
    tx: Tx, moment: Moment, registration_id: int, titles: list[str]
) -> dict[str, object]:
    event = await events.get(tx, moment.event_id)
    about = await event_facts(tx, event) if event else {}
    return about | {"registration_id": registration_id, "documents": titles}


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let nobody be reminded at this moment."""
    del member
    moment = await _of(tx, name, span)
    if moment is None or not await document_notices.hold(tx, moment):
        return 0
    count = len(await document_notices.to_remind(tx, moment))
    return max(1, count) if await document_notices.skip(tx, moment) else 0


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Remind everyone of this moment now."""
    del member
    moment = await _of(tx, name, span)
    if moment is None:
        return 0
    told = await document_notices.tell_now(tx, moment, now=span.now)
    return 0 if told is None else max(1, told)


async def leave_out(
    tx: Tx, name: Name, person_id: int, span: Span, member: StaffMember | None
) -> int:
    """Keep that one person is not reminded at this moment."""
    moment = await _of(tx, name, span)
    if moment is None or not await document_notices.hold(tx, moment):
        return 0
    lacking = await document_notices.to_remind(tx, moment)
    if person_id not in (await registrations.people_of(tx, list(lacking))).values():
        return 0
    return await agenda_exceptions.add(
        tx,
        occurrence=occurrence_name(moment),
        person_id=person_id,
        staff_id=member.id if member else None,
        now=span.now,
    )


SOURCE = Source(listed, look, stop, hurry, leave_out)
