"""The agenda as staff work with it: what will be sent, looked at, stopped, hurried, thinned out.

Each line comes from one of several sources, by the letter its name begins with. Whatever is done
is decided by the rows behind the line at that moment: a tick that was faster has made the
messages for everybody, and one that comes later makes them for nobody.
docs/decisions/0033-deeds-that-wait.md tells what can be stopped and what cannot.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from programme import (
    agenda_broadcasts,
    agenda_naming,
    agenda_news,
    agenda_offers,
    agenda_outbox,
    agenda_papers,
    agenda_reminders,
    agenda_stands,
    agenda_summaries,
    agenda_surveys,
    staff,
)
from programme.agenda_refusals import OccurrenceFixed, OccurrenceGone, OccurrenceUnknown
from programme.agenda_rows import (
    ANNOUNCEMENTS,
    ASKED,
    DAYS,
    ELSEWHERE,
    OFFER,
    OPENING,
    ORGANISATIONS,
    OWN,
    PEOPLE,
    PER_PAGE,
    Looked,
    Occurrence,
    Sample,
    Source,
    Span,
    Whom,
)
from programme.notice_policy import POLICY
from storage import staff as staff_rows
from storage.database import Tx
from storage.staff import StaffMember

SOURCES: Mapping[str, Source] = {
    agenda_outbox.LETTER: agenda_outbox.SOURCE,
    agenda_reminders.LETTER: agenda_reminders.SOURCE,
    agenda_naming.LETTER: agenda_naming.SOURCE,
    agenda_papers.LETTER: agenda_papers.SOURCE,
    agenda_stands.LETTER: agenda_stands.SOURCE,
    agenda_offers.LETTER: agenda_offers.SOURCE,
    agenda_broadcasts.LETTER: agenda_broadcasts.SOURCE,
    agenda_news.LETTER: agenda_news.SOURCE,
    agenda_summaries.LETTER: agenda_summaries.SOURCE,
    agenda_surveys.LETTER: agenda_surveys.SOURCE,
}
DOOR = "command line"


async def occurrences(tx: Tx, *, member: StaffMember | None, span: Span) -> list[Occurrence]:
    """List all that will be sent in a span, the soonest first, a line for each occurrence.

    The order is the same each time, so that pages do not change places. `member` is None for
    whoever works on the command line, as everywhere here.
    """
    _permit(member, "agenda")
    found = [line for source in SOURCES.values() for line in await source.listed(tx, span)]
    return sorted(found, key=lambda line: (line.due_at, line.kind, line.about, line.name))


async def look(
    tx: Tx, *, member: StaffMember | None, name: str, span: Span, first: int = 0
) -> Looked:
    """Look at one line with a page of those whom it is for; raises OccurrenceUnknown or Gone."""
    _permit(member, "agenda")
    source, parts = _source(name)
    found = await source.look(tx, parts, span, max(0, first), PER_PAGE)
    if found is None:
        raise OccurrenceGone
    line = found.occurrence
    if not line.fixed and source.stop is None:
        found = dataclasses.replace(found, occurrence=dataclasses.replace(line, fixed=ELSEWHERE))
    return found


async def stop(tx: Tx, *, member: StaffMember | None, name: str, span: Span) -> int:
    """Let nothing of a line be sent, and return for how many that is.

    Raises OccurrenceFixed, or OccurrenceGone when a tick or somebody else was faster.
    """
    _permit(member, "agenda change")
    source, parts = _source(name)
    before = await look(tx, member=member, name=name, span=span)
    if before.occurrence.fixed or source.stop is None:
        raise OccurrenceFixed
    count = await source.stop(tx, parts, span, member)
    return await _done(tx, member, "stop", name, count, span.now)


async def check_hurry(tx: Tx, *, member: StaffMember | None, name: str, span: Span) -> Looked:
    """Look at a line that shall be sent sooner; raises OccurrenceFixed or what `look` does."""
    _permit(member, "agenda change")
    found = await look(tx, member=member, name=name, span=span)
    if found.occurrence.fixed or _source(name)[0].hurry is None:
        raise OccurrenceFixed
    return found


async def hurry(tx: Tx, *, member: StaffMember | None, name: str, span: Span) -> int:
    """Let a line be sent now, and return to how many; at night it waits for the morning.

    Raises what `stop` does.
    """
    _permit(member, "agenda change")
    source, parts = _source(name)
    await check_hurry(tx, member=member, name=name, span=span)
    count = await source.hurry(tx, parts, span, member) if source.hurry else 0
    return await _done(tx, member, "now", name, count, span.now)


async def leave_out(
    tx: Tx, *, member: StaffMember | None, name: str, number: int, span: Span
) -> int:
    """Let one of those whom a line is for not get it; raises what `stop` does."""
    _permit(member, "agenda change")
    source, parts = _source(name)
    before = await look(tx, member=member, name=name, span=span)
    if before.occurrence.fixed or source.leave_out is None:
        raise OccurrenceFixed
    count = await source.leave_out(tx, parts, number, span, member)
    return await _done(tx, member, "without", name, count, span.now, number=number)


async def find_whom(
    tx: Tx, *, member: StaffMember | None, name: str, number: int, first: int, span: Span
) -> tuple[Looked, Whom]:
    """Find one of those on a page, by the number behind their button; raises OccurrenceGone."""
    found = await look(tx, member=member, name=name, span=span, first=first)
    for whom in found.people:
        if whom.number == number:
            return found, whom
    raise OccurrenceGone


def leaves_at(line: Occurrence, span: Span) -> datetime:
    """Tell when a line leaves that is hurried now: at night, the morning it waits for."""
    policy = POLICY.get(line.kind)
    if policy is None:
        return span.now
    return policy.leaves_at(span.now, quiet=span.quiet, zone=span.zone)


def can_hurry(name: str) -> bool:
    """Tell whether lines of this name can be sent sooner at all."""
    return _source(name)[0].hurry is not None


def _source(name: str) -> tuple[Source, list[str]]:
    letter, *parts = name.split(".")
    source = SOURCES.get(letter)
    if source is None:
        raise OccurrenceUnknown
    return source, parts


def _permit(member: StaffMember | None, action: str) -> None:
    if member is not None:
        staff.permit(member, action)


async def _done(
    tx: Tx,
    member: StaffMember | None,
    deed: str,
    name: str,
    count: int,
    now: datetime,
    **more: int,
) -> int:
    if not count:
        raise OccurrenceGone
    detail: dict[str, Any] = {"deed": deed, "occurrence": name, "count": count, **more}
    if member is not None:
        await staff.record(tx, member, "agenda change", detail=detail, now=now)
        return count
    await staff_rows.log(
        tx,
        chat_id=None,
        staff_id=None,
        action="agenda change",
        allowed=True,
        detail=detail | {"door": DOOR},
        now=now,
    )
    return count


__all__ = [
    "ANNOUNCEMENTS",
    "ASKED",
    "DAYS",
    "ELSEWHERE",
    "OFFER",
    "OPENING",
    "ORGANISATIONS",
    "OWN",
    "PEOPLE",
    "PER_PAGE",
    "Looked",
    "Occurrence",
    "Sample",
    "Span",
    "Whom",
    "can_hurry",
    "check_hurry",
    "find_whom",
    "hurry",
    "leave_out",
    "leaves_at",
    "look",
    "occurrences",
    "stop",
]
