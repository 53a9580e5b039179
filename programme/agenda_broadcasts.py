"""The lines of the agenda for letters to many that have not begun.

Nothing of them is in the outbox yet. Once one has begun it has doors of its own, which pause and
stop it.
"""

from programme import audience_reading, broadcast_facts, placeholders
from programme.agenda_rows import Looked, Name, Occurrence, Sample, Source, Span, Whom
from programme.asking import number
from programme.audience_choice import Choice
from programme.audience_reading import ROWS
from programme.audience_reading import Name as AudienceName
from programme.broadcasting import TAKEN_BACK
from programme.notice_policy import POLICY
from programme.notices import CHAT, MAIL
from programme.refusals import Refusal
from storage import agenda
from storage import broadcast_states as states
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "b"


def _line(one: Broadcast, span: Span) -> Occurrence:
    about = one.content.get("subject") or one.content.get("question") or ""
    starts_at = one.starts_at or span.now
    return Occurrence(
        f"{LETTER}.{one.id}", max(starts_at, span.now), one.kind, str(about), one.people
    )


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List what is planned; what is paused does not begin by itself."""
    found = await states.planned(tx, until=span.until)
    return [_line(one, span) for one in found if one.state == states.PLANNED]


async def _of(tx: Tx, name: Name, span: Span) -> Broadcast | None:
    wanted = ".".join((LETTER, *name))
    found = await states.planned(tx)
    return next((one for one in found if _line(one, span).name == wanted), None)


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one letter: whom it means as things stand, also those who will not get it."""
    del limit
    one = await _of(tx, name, span)
    if one is None:
        return None
    page = await audience_reading.page(tx, Choice.from_json(one.audience), first // ROWS)
    people = [
        Whom(
            _number(each.person_id, each.organisation_id),
            each.name,
            (each.state,) if each.state in (CHAT, MAIL) else (),
            "",
        )
        for each in page.names
    ]
    told = next((each for each in page.names if each.state in (CHAT, MAIL)), None)
    sample = await _sample(tx, one, told, span) if told else None
    return Looked(_line(one, span), people, page.number * ROWS, sample)


async def _sample(tx: Tx, one: Broadcast, whom: AudienceName, span: Span) -> Sample | None:
    begins = max(one.starts_at or span.now, span.now)
    try:
        about = await broadcast_facts.read(
            tx,
            one.event_id,
            policy=POLICY[one.kind],
            quiet=span.quiet,
            zone=span.zone,
            now=begins,
        )
    except Refusal:
        # Nothing will leave by then, and whoever queues it says so to its author.
        return None
    texts = tuple(str(one.content.get(name) or "") for name in ("subject", "body"))
    own = placeholders.of_reader(
        texts, person=whom.name, organisation=whom.organisation, locality="…"
    )
    facts = {**about.facts, **one.content, "placeholders": own, "person": {"name": whom.name}}
    return Sample(one.kind, facts, "pl", whom.state, "")


def _number(person_id: int | None, organisation_id: int | None) -> int:
    """Tell people and organisations apart behind a button: even and odd."""
    return 2 * person_id if person_id is not None else 2 * (organisation_id or 0) + 1


async def _held(tx: Tx, name: Name) -> Broadcast | None:
    known = number(name[0]) if len(name) == 1 else None
    one = await states.hold(tx, known) if known is not None else None
    if one is None or one.state != states.PLANNED or one.ceiling:
        return None
    return one


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Take a letter back of which nothing has left."""
    del span, member
    one = await _held(tx, name)
    if one is None:
        return 0
    await states.change(
        tx, one.id, expected=(states.PLANNED,), state=states.STOPPED, because=TAKEN_BACK
    )
    return max(1, one.people)


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let a letter begin now."""
    del member
    one = await _held(tx, name)
    if one is None or (one.starts_at is not None and one.starts_at <= span.now):
        return 0
    await states.change(
        tx, one.id, expected=(states.PLANNED,), state=states.PLANNED, starts_at=span.now
    )
    return max(1, one.people)


async def leave_out(tx: Tx, name: Name, whom: int, span: Span, member: StaffMember | None) -> int:
    """Leave one person or organisation out of a letter that has not begun."""
    del member
    one = await _held(tx, name)
    if one is None:
        return 0
    choice = Choice.from_json(one.audience)
    key = "excluded_organisations" if whom % 2 else "excluded_people"
    if whom // 2 in getattr(choice, key):
        return 0
    fewer = choice.toggled(key, whom // 2)
    count = await audience_reading.count(tx, fewer, span.now)
    await agenda.change_audience(
        tx, broadcast_id=one.id, audience=fewer.to_json(), people=count.messages
    )
    return 1


SOURCE = Source(listed, look, stop, hurry, leave_out)
