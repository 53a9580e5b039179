"""The lines of the agenda about stands: one for each fair whose exhibitors are reminded."""

from programme import fair_notices, fair_reminders
from programme.agenda_rows import (
    ORGANISATIONS,
    Looked,
    Name,
    Occurrence,
    Sample,
    Source,
    Span,
    Whom,
)
from programme.facts import event_facts
from programme.fair_reminders import Coming
from programme.wall_time import read, to_wall
from storage import events
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "s"
KIND = "exhibitor_reminder"


def _name(one: Coming, span: Span) -> str:
    return f"{LETTER}.{one.event.id}.{span.day(one.due_at)}"


async def _coming(tx: Tx, span: Span) -> list[Coming]:
    return await fair_reminders.coming(tx, now=span.now, until=span.until, quiet=span.quiet)


async def _of(tx: Tx, name: Name, span: Span) -> list[Coming]:
    wanted = ".".join((LETTER, *name))
    return [one for one in await _coming(tx, span) if _name(one, span) == wanted]


def _line(ones: list[Coming], span: Span) -> Occurrence:
    first = ones[0]
    return Occurrence(
        _name(first, span),
        max(first.due_at, span.now),
        KIND,
        first.event.title,
        len(ones),
        counted=ORGANISATIONS,
    )


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the fairs whose exhibitors are reminded."""
    groups: dict[str, list[Coming]] = {}
    for one in await _coming(tx, span):
        groups.setdefault(_name(one, span), []).append(one)
    return [_line(ones, span) for ones in groups.values()]


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one fair's reminder; those whom nothing reaches are there too."""
    ones = await _of(tx, name, span)
    if not ones:
        return None
    people, sample = [], None
    for one in ones[first : first + limit]:
        way = await fair_notices.way_to(tx, one.exhibitor)
        _who, channel, address = way or ("", "", "")
        channels = (channel,) if way else ()
        people.append(Whom(one.exhibitor.id, one.exhibitor.organisation, channels, address))
        if sample is None and way is not None:
            sample = await _sample(tx, one, way)
    return Looked(_line(ones, span), people, first, sample)


async def _sample(tx: Tx, one: Coming, way: tuple[str, str, str]) -> Sample:
    name, channel, address = way
    sessions = await events.sessions(tx, one.event.id)
    first = min(sessions, key=lambda session: session.starts_at)
    days = (read(first.starts_wall).date() - to_wall(one.due_at, first.zone).date()).days
    facts = await event_facts(tx, one.event) | fair_notices.stand_facts(one.exhibitor)
    said = facts | {"days_left": days, "person": {"name": name}}
    return Sample(KIND, said, "pl", channel, address)


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let no exhibitor of a fair be reminded."""
    del member
    stopped = 0
    for one in await _of(tx, name, span):
        stopped += await fair_reminders.leave_out(tx, one.exhibitor.id, now=span.now)
    return stopped


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Remind the exhibitors of a fair now; whom nothing reaches counts as reminded."""
    del member
    ones = await _of(tx, name, span)
    if not ones:
        return 0
    told = await fair_reminders.tell_now(tx, ones[0].event.id, quiet=span.quiet, now=span.now)
    return 0 if told is None else max(1, told)


async def leave_out(
    tx: Tx, name: Name, exhibitor_id: int, span: Span, member: StaffMember | None
) -> int:
    """Let one exhibitor not be reminded."""
    del member
    for one in await _of(tx, name, span):
        if one.exhibitor.id == exhibitor_id:
            return await fair_reminders.leave_out(tx, exhibitor_id, now=span.now)
    return 0


SOURCE = Source(listed, look, stop, hurry, leave_out)
