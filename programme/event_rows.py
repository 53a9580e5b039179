"""An event as staff or a file say it, and the rows that it is kept in.

An `EventEntry` is the same for the import and for the chat, so both keep an event in one way and
the same questions can be asked of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from programme.importing.entries import EventEntry, RuleEntry, SessionEntry, TermsEntry
from programme.wall_time import read, to_moment, to_wall, write
from storage import event_drafts, events, programmes, reminders
from storage.database import Tx
from storage.event_drafts import KeptDraft


@dataclass(frozen=True)
class Entered:
    """An event as it is kept, with its programme's dates; `revision` rises with every change."""

    event_id: int
    revision: int
    entry: EventEntry
    zone: str
    starts_on: date
    ends_on: date
    kept: KeptDraft


def event_row(
    entry: EventEntry, *, zone: str, programme_id: int, state: str, form_id: int | None
) -> programmes.Event:
    """Give the row of an event; wall times become moments of the zone."""
    terms = entry.terms
    naming = terms.nomination_deadline
    return programmes.Event(
        key=entry.key,
        programme_id=programme_id,
        title=entry.title,
        kind=entry.kind,
        place=entry.place,
        description=entry.description,
        capacity=entry.capacity,
        audience=entry.audience,
        deadline_at=to_moment(entry.deadline, zone) if entry.deadline else None,
        deadline_wall=write(entry.deadline) if entry.deadline else None,
        zone=zone,
        state=state,
        entry=terms.entry,
        seats_per_organisation=terms.seats_per_organisation,
        nomination_deadline_at=to_moment(naming, zone) if naming else None,
        nomination_deadline_wall=write(naming) if naming else None,
        approval=terms.approval,
        selection=terms.selection,
        fairness=terms.fairness,
        late=terms.late,
        offer_hours=terms.offer_hours,
        last_minute_hours=terms.last_minute_hours,
        certificate_sessions=terms.certificate_sessions,
        form_id=form_id,
        stands=terms.stands,
    )


def session_rows(entry: EventEntry, zone: str) -> tuple[programmes.Session, ...]:
    """Give the rows of an event's sessions, numbered in their order."""
    return tuple(
        programmes.Session(
            number=number,
            starts_at=to_moment(each.starts, zone),
            ends_at=to_moment(each.ends, zone),
            starts_wall=write(each.starts),
            ends_wall=write(each.ends),
            zone=zone,
            place=each.place,
        )
        for number, each in enumerate(entry.sessions, start=1)
    )


def rule_rows(rules: Iterable[RuleEntry]) -> list[programmes.Rule]:
    """Give the rows of reminder rules."""
    return [
        programmes.Rule(
            rule.key,
            rule.days_before,
            f"{rule.at:%H:%M}" if rule.at else None,
            rule.minutes_before,
        )
        for rule in rules
    ]


async def entered(tx: Tx, event_id: int, *, lock: bool = False) -> Entered | None:
    """Read an event as it could be entered again; its questions and papers stay with the rows.

    With `lock` nobody else changes it until the transaction ends.
    """
    if lock and await events.lock(tx, event_id) is None:
        return None
    kept = await event_drafts.get(tx, event_id)
    if kept is None:
        return None
    row = kept.event
    sessions = await programmes.list_sessions(tx, event_id=event_id)
    entry = EventEntry(
        key=row.key,
        title=row.title,
        kind=row.kind,
        place=row.place,
        description=row.description,
        capacity=row.capacity,
        audience=row.audience,
        deadline=_wall(row.deadline_wall, row.deadline_at, row.zone),
        state=row.state,
        sessions=tuple(
            SessionEntry(read(one.starts_wall), read(one.ends_wall), one.place) for one in sessions
        ),
        rules=tuple(
            RuleEntry(
                one.key,
                one.days_before,
                time.fromisoformat(one.at_wall) if one.at_wall else None,
                one.minutes_before,
            )
            for one in await reminders.rules(tx, event_id)
        ),
        terms=_terms(row),
    )
    return Entered(event_id, kept.revision, entry, row.zone, kept.starts_on, kept.ends_on, kept)


def _terms(row: programmes.Event) -> TermsEntry:
    return TermsEntry(
        entry=row.entry,
        seats_per_organisation=row.seats_per_organisation,
        nomination_deadline=_wall(
            row.nomination_deadline_wall, row.nomination_deadline_at, row.zone
        ),
        approval=row.approval,
        selection=row.selection,
        fairness=row.fairness,
        late=row.late,
        offer_hours=row.offer_hours,
        last_minute_hours=row.last_minute_hours,
        certificate_sessions=row.certificate_sessions,
        stands=row.stands,
    )


def _wall(text: str | None, moment: datetime | None, zone: str) -> datetime | None:
    """Give the wall time that was meant, or the one that the moment shows."""
    if text:
        return read(text)
    return to_wall(moment, zone) if moment else None
