"""The lines of the agenda that wait in the outbox: one a day for each kind and event."""

from datetime import datetime, timedelta
from typing import Any

from programme import survey_asking, survey_missing
from programme.agenda_rows import (
    ASKED,
    ELSEWHERE,
    OFFER,
    Looked,
    Name,
    Occurrence,
    Sample,
    Source,
    Span,
    Whom,
)
from programme.asking import number
from programme.letter_doors import TO_MANY
from programme.notice_policy import POLICY
from programme.wall_time import to_moment
from storage import agenda, outbox_desk
from storage.agenda import Group, Queued, QueuedPerson
from storage.database import Tx
from storage.staff import StaffMember

LETTER = "o"
NO_EVENT = "-"
# A seat is held meanwhile, or has just passed on: whoever it is about must learn of it.
OFFERS = ("seat_offered", "offer_expired")


def _name(row: Queued, span: Span) -> str:
    about = NO_EVENT
    if row.broadcast_id is not None:
        about = f"b{row.broadcast_id}"
    elif row.event_id is not None:
        about = f"e{row.event_id}"
    return f"{LETTER}.{row.kind}.{about}.{span.day(row.due_at)}"


def _group(name: Name, span: Span) -> Group | None:
    """Read the name back; None for what no line is called."""
    if len(name) != 3 or name[0] not in POLICY:  # noqa: PLR2004 -- kind, what it is about, day
        return None
    kind, about, day = name
    try:
        wall = datetime.strptime(day, "%y%m%d")  # noqa: DTZ007 -- a day on the wall
        ends = to_moment(wall + timedelta(days=1), span.zone)
        begins = None if day == span.day(span.now) else to_moment(wall, span.zone)
    except (ValueError, OverflowError):
        return None
    known = number(about[1:])
    if about == NO_EVENT:
        return Group(kind, None, None, begins, ends)
    if known is None or about[0] not in "be":
        return None
    if about[0] == "b":
        return Group(kind, None, known, begins, ends)
    return Group(kind, known, None, begins, ends)


def _fixed(kind: str, broadcast_id: int | None) -> str:
    if kind in OFFERS:
        return OFFER
    policy = POLICY.get(kind)
    if policy is None or policy.is_answer:
        return ASKED
    return ELSEWHERE if broadcast_id is not None else ""


def _about(kind: str, facts: dict[str, Any]) -> str:
    if _fixed(kind, None) == ASKED:
        # A reply is a finished message, which is nobody else's business.
        return ""
    event = facts.get("event") or {}
    said = facts.get("title") or event.get("title") or facts.get("subject")
    return str(said or facts.get("question") or "")


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List what waits."""
    rows = await agenda.queued(tx, now=span.now, days=span.ends())
    open_to_all = [row.first_id for row in rows if _fixed(row.kind, None) != ASKED]
    said = await agenda.facts(tx, open_to_all) if open_to_all else {}
    return [
        Occurrence(
            _name(row, span),
            max(row.due_at, span.now),
            row.kind,
            _about(row.kind, said.get(row.first_id, {})),
            row.people,
            fixed=_fixed(row.kind, row.broadcast_id),
            broadcast_id=row.broadcast_id,
        )
        for row in rows
    ]


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one line; answers to somebody's own question are only counted."""
    group = _group(name, span)
    if group is None:
        return None
    people, count, due_at = await agenda.queued_people(
        tx, group, first=first, limit=limit, now=span.now
    )
    if not count or due_at is None:
        return None
    fixed = _fixed(group.kind, group.broadcast_id)
    facts: dict[str, Any] = {}
    sample = None
    if people and fixed != ASKED:
        facts = (await agenda.facts(tx, [people[0].outbox_id]))[people[0].outbox_id]
        people = await _nameable(tx, group.kind, people)
        sample = await _sample(tx, people[0]) if people else None
    occurrence = Occurrence(
        ".".join((LETTER, *name)),
        max(due_at, span.now),
        group.kind,
        _about(group.kind, facts),
        count,
        fixed=fixed,
        broadcast_id=group.broadcast_id,
    )
    shown = [] if fixed == ASKED else [_whom(one) for one in people]
    return Looked(occurrence, shown, first, sample)


async def _nameable(tx: Tx, kind: str, people: list[QueuedPerson]) -> list[QueuedPerson]:
    """Leave out whom a survey writes to where that would tell who has answered and who has not."""
    if kind not in (survey_asking.ASKED, survey_asking.REMINDED):
        return people
    said = await agenda.facts(tx, [one.outbox_id for one in people])
    waves = {one: int(said[one]["wave_id"]) for one in said}
    may = {one: await survey_missing.may_name_of(tx, one) for one in {*waves.values()}}
    return [one for one in people if may[waves[one.outbox_id]]]


def _whom(one: QueuedPerson) -> Whom:
    return Whom(one.outbox_id, one.name or one.address, one.channels, one.address)


async def _sample(tx: Tx, one: QueuedPerson) -> Sample | None:
    row = await outbox_desk.get(tx, one.outbox_id)
    if row is None:
        return None
    return Sample(row.kind, _shown(row.kind, row.facts), row.locale, row.channel, row.address)


def _shown(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Leave out what lets whoever reads a letter act in the place of its reader."""
    kept = {name: fact for name, fact in facts.items() if name != "doors"}
    # In a letter to many the link is everybody's; elsewhere it is the reader's own.
    return kept if kind in TO_MANY or "link" not in kept else kept | {"link": None}


async def stop(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Cancel all that still waits."""
    del member
    group = _group(name, span)
    return await agenda.stop(tx, group, now=span.now) if group else 0


async def hurry(tx: Tx, name: Name, span: Span, member: StaffMember | None) -> int:
    """Let all that waits leave now."""
    del member
    group = _group(name, span)
    return await agenda.hurry(tx, group, now=span.now) if group else 0


async def leave_out(
    tx: Tx, name: Name, outbox_id: int, span: Span, member: StaffMember | None
) -> int:
    """Cancel what waits for one person, on whatever channel."""
    del member
    group = _group(name, span)
    if group is None:
        return 0
    return await agenda.leave_out(tx, group, outbox_id=outbox_id, now=span.now)


SOURCE = Source(listed, look, stop, hurry, leave_out)
