"""The lines of the agenda about naming: organisations that are silent, and people named who are.

One line a day for each event and kind. The rows behind a line are counted as things stand.
"""

from collections.abc import Iterable
from datetime import datetime

from programme import nomination_reminders
from programme.agenda_rows import (
    ORGANISATIONS,
    PEOPLE,
    Looked,
    Name,
    Occurrence,
    Sample,
    Source,
    Span,
    Whom,
)
from programme.audiences import Recipient
from programme.nomination_notices import facts, named_recipient, recipients
from programme.nomination_reminders import Coming
from programme.nomination_terms import Place, place
from storage import events, nominations
from storage.database import Tx
from storage.nomination_reminders import SilentPerson
from storage.staff import StaffMember

LETTER = "n"
KINDS = {"o": "nomination_reminder", "p": "nominated_reminder"}
LETTERS = {kind: letter for letter, kind in KINDS.items()}


def _name(one: Coming, span: Span) -> str:
    return f"{LETTER}.{LETTERS[one.kind]}.{one.event_id}.{span.day(one.due_at)}"


async def _coming(tx: Tx, span: Span) -> list[Coming]:
    found = await nomination_reminders.coming(tx, quiet=span.quiet)
    return [one for one in found if one.due_at <= span.until]


async def _of(tx: Tx, name: Name, span: Span) -> list[Coming]:
    wanted = ".".join((LETTER, *name))
    return [one for one in await _coming(tx, span) if _name(one, span) == wanted]


def _line(ones: list[Coming], title: str, span: Span) -> Occurrence:
    first = ones[0]
    return Occurrence(
        _name(first, span),
        max(first.due_at, span.now),
        first.kind,
        title,
        len(ones),
        counted=ORGANISATIONS if first.nomination_id is None else PEOPLE,
    )


async def _titles(tx: Tx, event_ids: Iterable[int]) -> dict[int, str]:
    found = {event_id: await events.get(tx, event_id) for event_id in sorted(set(event_ids))}
    return {event_id: event.title for event_id, event in found.items() if event}


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List who will be asked once more, by event and day."""
    groups: dict[str, list[Coming]] = {}
    for one in await _coming(tx, span):
        groups.setdefault(_name(one, span), []).append(one)
    titles = await _titles(tx, (ones[0].event_id for ones in groups.values()))
    return [_line(ones, titles.get(ones[0].event_id, ""), span) for ones in groups.values()]


def _number(one: Coming) -> int:
    """Name one of the silent behind a button: the number of the person's or the call's row."""
    return one.one.nomination_id if isinstance(one.one, SilentPerson) else one.one.call_id


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one line; those whom nothing reaches are there too."""
    ones = await _of(tx, name, span)
    if not ones:
        return None
    people: list[Whom] = []
    sample = None
    for one in ones[first : first + limit]:
        at = await place(tx, event_id=one.event_id, organisation_id=one.organisation_id)
        known, way = await _way(tx, one, at)
        people.append(
            Whom(
                _number(one),
                known,
                tuple(dict.fromkeys(to.channel for to in way)),
                way[0].address if way else "",
            )
        )
        if sample is None and way:
            sample = await _sample(tx, one, at, way[0])
    titles = await _titles(tx, [ones[0].event_id])
    return Looked(_line(ones, titles.get(ones[0].event_id, ""), span), people, first, sample)


async def _way(tx: Tx, one: Coming, at: Place) -> tuple[str, list[Recipient]]:
    if one.nomination_id is None:
        return at.organisation.name, await recipients(tx, at.organisation, unasked=True)
    nomination = await nominations.get(tx, one.nomination_id)
    if nomination is None:
        return "", []
    return nomination.name, await named_recipient(tx, nomination)


async def _sample(tx: Tx, one: Coming, at: Place, to: Recipient) -> Sample:
    more = {} if one.nomination_id is None else {"nomination_id": one.nomination_id}
    # The link is in the letter that has left, and in nobody else's hands.
    said = await facts(tx, at, link=None, **more)
    return Sample(one.kind, said | {"person": {"name": to.name}}, to.locale, to.channel, to.address)


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let nobody of a line be reminded."""
    del member
    stopped = 0
    for one in await _of(tx, name, span):
        stopped += await nomination_reminders.leave_out(tx, one.one, now=span.now)
    return stopped


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Remind all of a line now."""
    del member
    ones = await _of(tx, name, span)
    if ones:
        # The event first, like everybody.
        await events.lock(tx, ones[0].event_id)
    return sum([await _told(tx, one, span, span.now) for one in ones])


async def _told(tx: Tx, one: Coming, span: Span, now: datetime) -> bool:
    return await nomination_reminders.tell_now(tx, one.one, quiet=span.quiet, now=now)


async def leave_out(tx: Tx, name: Name, row_id: int, span: Span, member: StaffMember | None) -> int:
    """Let one of a line not be reminded."""
    del member
    for one in await _of(tx, name, span):
        if _number(one) == row_id:
            return await nomination_reminders.leave_out(tx, one.one, now=span.now)
    return 0


SOURCE = Source(listed, look, stop, hurry, leave_out)
