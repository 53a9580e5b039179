"""What people are told about their documents, and the reminder of those that are missing.

A document that was sent back is told of with its reason; that all are in order is told once. Who
lacks something is reminded some days before the first session: the moments are computed each
time they are asked for, and a row says which of them are over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme.documents import Papers
from programme.facts import event_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell
from programme.quiet_hours import QuietHours
from programme.wall_time import at, read, to_moment
from storage import agenda_exceptions, documents, events, people, registrations
from storage.database import Tx
from storage.events import Event, Session

DAYS_BEFORE = (7, 3)
HOUR = "09:00"
LAST_CALL = timedelta(minutes=15)


@dataclass(frozen=True)
class Moment:
    """When those who lack documents for an event are reminded, and until when that has sense."""

    event_id: int
    due_at: datetime
    not_after: datetime


async def _tell(
    tx: Tx, kind: str, key: str, papers: Papers, more: dict[str, Any], now: datetime
) -> None:
    policy = POLICY[kind]
    sessions = await events.sessions(tx, papers.event.id)
    facts = await event_facts(tx, papers.event) | {"registration_id": papers.registration.id}
    last = max((session.ends_at for session in sessions), default=now)
    notice = Notice(
        kind,
        f"{kind}:{key}",
        facts | more,
        policy.priority,
        now,
        policy.worth_until(now, last),
    )
    person = await people.get(tx, papers.registration.person_id)
    await tell(tx, notice, person=person, now=now)


async def tell_returned(tx: Tx, papers: Papers, *, version_id: int, now: datetime) -> None:
    """Tell a person which document was sent back and why."""
    paper = next(paper for paper in papers.papers if paper.version_id == version_id)
    more = {
        "document": paper.title,
        "reason": paper.reason,
        "required_document_id": paper.required_id,
    }
    await _tell(tx, "document_returned", str(version_id), papers, more, now)


async def tell_complete(tx: Tx, papers: Papers, *, version_id: int, now: datetime) -> None:
    """Tell a person that all their documents are in order."""
    more = {"documents": [paper.title for paper in papers.papers]}
    await _tell(tx, "documents_complete", str(version_id), papers, more, now)


def moments(sessions: list[Session], quiet: QuietHours) -> list[Moment]:
    """Compute when those who lack documents are reminded: some days before the first session.

    A moment in the quiet hours waits for the morning; it has no sense any more after the evening.
    """
    if not sessions:
        return []
    first = min(sessions, key=lambda session: session.starts_at)
    found = []
    for days in DAYS_BEFORE:
        day = read(first.starts_wall).date() - timedelta(days=days)
        due_at = quiet.next_waking(to_moment(at(day, HOUR), first.zone), first.zone)
        evening = quiet.next_quiet(due_at, first.zone)
        last = first.starts_at - LAST_CALL
        not_after = last if evening is None else min(last, evening - timedelta(seconds=1))
        if due_at <= not_after:
            found.append(Moment(first.event_id, due_at, not_after))
    return found


async def planned(
    tx: Tx, *, now: datetime, until: datetime, quiet: QuietHours | None = None
) -> list[Moment]:
    """List the moments up to one that have not been reminded at, soonest first."""
    quiet = quiet or QuietHours()
    farthest = until + timedelta(days=max(DAYS_BEFORE) + 1)
    event_ids = await documents.events_that_ask(tx, begin_after=now, begin_before=farthest)
    found = [
        moment
        for event_id in event_ids
        for moment in moments(await events.sessions(tx, event_id), quiet)
        if moment.due_at <= until and not await _is_over(tx, moment)
    ]
    return sorted(found, key=lambda moment: (moment.due_at, moment.event_id))


async def _is_over(tx: Tx, moment: Moment) -> bool:
    return await documents.was_reminded(tx, event_id=moment.event_id, due_at=moment.due_at)


async def next_due(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> datetime | None:
    """Tell when somebody will be reminded next, within a month; None when nobody will be."""
    for moment in await planned(tx, now=now, until=now + timedelta(days=31), quiet=quiet):
        if await lacking(tx, moment):
            return moment.due_at
    return None


async def remind(tx: Tx, *, now: datetime, quiet: QuietHours | None = None) -> int:
    """Remind everyone whose documents are missing at a moment that has come; return how many.

    Each moment is noted first, which only one of several tickers succeeds in; one that is over
    is noted and nobody is told.
    """
    told = 0
    due = await planned(tx, now=now, until=now, quiet=quiet)
    for moment in sorted(due, key=lambda moment: moment.event_id):
        # The event first, like everybody; one that was moved meanwhile has other moments.
        event = await events.lock(tx, moment.event_id)
        sessions = await events.sessions(tx, moment.event_id)
        if event is None or moment not in moments(sessions, quiet or QuietHours()):
            continue
        fresh = await documents.note_reminded(tx, event_id=moment.event_id, due_at=moment.due_at)
        if fresh and now <= moment.not_after:
            told += await _tell_all(tx, event, moment, now)
    return told


async def _tell_all(tx: Tx, event: Event, moment: Moment, now: datetime) -> int:
    facts = await event_facts(tx, event)
    told = 0
    for registration_id, titles in (await to_remind(tx, moment)).items():
        told += await _remind_one(tx, registration_id, titles, facts, moment, now)
    return told


def occurrence_name(moment: Moment) -> str:
    """Name the reminders of a moment as the agenda does."""
    return f"d.{moment.event_id}.{moment.due_at:%y%m%d%H%M}"


async def to_remind(tx: Tx, moment: Moment) -> dict[int, list[str]]:
    """Name what is missing for each registration that is reminded, without who is left out."""
    found = await lacking(tx, moment)
    left_out = await agenda_exceptions.of(tx, occurrence_name(moment))
    if not left_out:
        return found
    people_of = await registrations.people_of(tx, list(found))
    return {number: found[number] for number in found if people_of[number] not in left_out}


async def tell_now(tx: Tx, moment: Moment, *, now: datetime) -> int | None:
    """Remind everyone of a moment before it comes; None when a tick was faster."""
    event = await events.lock(tx, moment.event_id)
    if event is None or not await skip(tx, moment):
        return None
    return await _tell_all(tx, event, moment, now)


async def skip(tx: Tx, moment: Moment) -> bool:
    """Let nobody be reminded at a moment; False when they were."""
    return await documents.note_reminded(tx, event_id=moment.event_id, due_at=moment.due_at)


async def hold(tx: Tx, moment: Moment) -> bool:
    """Let no tick remind at a moment until the transaction ends; False when one has."""
    return await events.lock(tx, moment.event_id) is not None and not await _is_over(tx, moment)


async def lacking(tx: Tx, moment: Moment) -> dict[int, list[str]]:
    """Name what is missing for each registration that is reminded at a moment.

    Who got their seat later has just read it.
    """
    return await documents.missing_titles(tx, moment.event_id, seated_before=moment.due_at)


async def _remind_one(
    tx: Tx,
    registration_id: int,
    titles: list[str],
    facts: dict[str, Any],
    moment: Moment,
    now: datetime,
) -> bool:
    registration = await registrations.get(tx, registration_id)
    if registration is None:
        return False
    policy = POLICY["documents_missing"]
    notice = Notice(
        kind=policy.kind,
        key=f"documents_missing:{registration_id}:{moment.due_at:%Y%m%d}",
        facts=facts | {"registration_id": registration_id, "documents": titles},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now, moment.not_after),
    )
    person = await people.get(tx, registration.person_id)
    return await tell(tx, notice, person=person, now=now) is not None
