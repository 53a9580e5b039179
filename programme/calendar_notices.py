"""Notices that change a person's calendar: by chat with a file, by mail one per session."""

from datetime import datetime
from typing import Any

from programme.facts import event_facts, session_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell, tell_by
from storage import events, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.people import Person
from storage.registrations import CalendarEntry, Registration


async def _last_moment(tx: Tx, event: Event) -> datetime:
    sessions = await events.sessions(tx, event.id)
    return max(session.ends_at for session in sessions)


def _entries(entries: list[CalendarEntry]) -> list[dict[str, Any]]:
    return [{"uid": entry.uid, "sequence": entry.sequence} for entry in entries]


def _notice(kind: str, key: str, facts: dict[str, Any], *, last: datetime, now: datetime) -> Notice:
    policy = POLICY[kind]
    return Notice(kind, key, facts, policy.priority, now, policy.worth_until(now, last))


def _mail_facts(
    facts: dict[str, Any], session: Session, entry: CalendarEntry, method: str
) -> dict[str, Any]:
    return {
        **facts,
        "session_number": session.number,
        "session": session_facts(session),
        "calendar": {"uid": entry.uid, "sequence": entry.sequence, "method": method},
    }


async def confirm(
    tx: Tx, *, kind: str, event: Event, person: Person, registration_id: int, now: datetime
) -> None:
    """Tell a person that they have a seat, with a calendar entry for every session."""
    entries = await registrations.calendar_entries(tx, registration_id)
    facts = await event_facts(tx, event) | {"registration_id": registration_id}
    await _send(
        tx,
        kind=kind,
        key=f"{kind}:{registration_id}",
        facts=facts,
        event=event,
        entries=entries,
        method="REQUEST",
        person=person,
        now=now,
    )


async def put_in_line(
    tx: Tx, *, event: Event, person: Person, registration_id: int, position: int, now: datetime
) -> None:
    """Tell a person that all seats are taken and where they stand in line."""
    facts = await event_facts(tx, event)
    policy = POLICY["waiting_listed"]
    notice = Notice(
        kind=policy.kind,
        key=f"waiting_listed:{registration_id}",
        facts=facts | {"position": position, "registration_id": registration_id},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now, await _last_moment(tx, event)),
    )
    await tell(tx, notice, person=person, now=now)


async def take_back(
    tx: Tx,
    *,
    kind: str,
    event: Event,
    person: Person,
    registration: Registration,
    now: datetime,
) -> None:
    """Tell a person that their seat or place in line is gone, and clear their calendar."""
    before = await registrations.calendar_entries(tx, registration.id)
    entries = [await registrations.raise_sequence(tx, entry, method="CANCEL") for entry in before]
    facts = await event_facts(tx, event) | {"registration_id": registration.id}
    key = f"{kind}:{registration.id}"
    if entries:
        await _send(
            tx,
            kind=kind,
            key=key,
            facts=facts,
            event=event,
            entries=entries,
            method="CANCEL",
            person=person,
            now=now,
        )
        return
    notice = _notice(kind, key, facts, last=await _last_moment(tx, event), now=now)
    await tell(tx, notice, person=person, now=now)


async def move(
    tx: Tx,
    *,
    event: Event,
    person: Person,
    registration: Registration,
    moved: Session,
    old: dict[str, Any],
    now: datetime,
) -> None:
    """Tell a person the old and the new time and place, and move the calendar entry.

    Somebody in line has no calendar entry and is only told.
    """
    before = await registrations.calendar_entries(tx, registration.id)
    entries = [
        await registrations.raise_sequence(tx, entry, method="REQUEST")
        if entry.session_id == moved.id
        else entry
        for entry in before
    ]
    facts = await event_facts(tx, event) | {"registration_id": registration.id, "old": old}
    key = f"event_moved:{registration.id}:{moved.id}:{moved.revision}"
    if not entries:
        last = await _last_moment(tx, event)
        notice = _notice("event_moved", key, facts, last=last, now=now)
        await tell(tx, notice, person=person, now=now)
        return
    await _send(
        tx,
        kind="event_moved",
        key=key,
        facts=facts,
        event=event,
        entries=entries,
        method="REQUEST",
        person=person,
        now=now,
        only_session=moved.id,
    )


async def _send(
    tx: Tx,
    *,
    kind: str,
    key: str,
    facts: dict[str, Any],
    event: Event,
    entries: list[CalendarEntry],
    method: str,
    person: Person,
    now: datetime,
    only_session: int | None = None,
) -> None:
    last = await _last_moment(tx, event)
    in_chat = facts | {"calendar_entries": _entries(entries)}
    chat = _notice(kind, key, in_chat, last=last, now=now)
    await tell_by(tx, "telegram", [chat], person=person, now=now)
    sessions = {session.id: session for session in await events.sessions(tx, event.id)}
    letters = [
        _notice(
            kind,
            f"{key}:{entry.session_id}",
            _mail_facts(facts, sessions[entry.session_id], entry, method),
            last=last,
            now=now,
        )
        for entry in entries
        if only_session in (None, entry.session_id)
    ]
    await tell_by(tx, "mail", letters, person=person, now=now)
