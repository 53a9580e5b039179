"""Notices that change a person's calendar: by chat with a file, by mail one per session."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme.facts import event_facts, session_facts
from programme.notice_policy import POLICY
from programme.notices import Notice, tell, tell_by_each
from storage import documents, events, nominations, outbox_sweeps, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.people import Person
from storage.registrations import CalendarEntry, Registration


@dataclass(frozen=True)
class Parting:
    """How a person is told that their registration has ended.

    `version` begins with a colon and tells one end of a registration from the next one of the
    same; `facts` are what the kind says beside those of the event.
    """

    kind: str
    version: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


CANCELLED = Parting("registration_cancelled")


def _last_moment(sessions: list[Session]) -> datetime:
    return max(session.ends_at for session in sessions)


def _entries(entries: list[CalendarEntry]) -> list[dict[str, Any]]:
    return [{"uid": entry.uid, "sequence": entry.sequence} for entry in entries]


def _notice(
    kind: str, key: str, facts: dict[str, Any], *, last: datetime, due_at: datetime
) -> Notice:
    policy = POLICY[kind]
    return Notice(kind, key, facts, policy.priority, due_at, policy.worth_until(due_at, last))


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
    tx: Tx,
    *,
    kind: str,
    event: Event,
    person: Person,
    registration_id: int,
    now: datetime,
    sessions: list[Session] | None = None,
    entries: list[CalendarEntry] | None = None,
) -> None:
    """Tell a person that they have a seat, with a calendar entry for every session.

    Whoever has read the sessions or made the entries a moment ago hands them over.
    """
    if sessions is None:
        sessions = await events.sessions(tx, event.id)
    if entries is None:
        entries = await registrations.calendar_entries(tx, registration_id)
    # A seat that was given up and is had again is confirmed once more, under raised sequences.
    times = max((entry.sequence for entry in entries), default=0)
    version = f":r{times}" if times else ""
    facts = await event_facts(tx, event, sessions) | {"registration_id": registration_id}
    facts |= await _wanted_documents(tx, event.id, registration_id)
    await _send(
        tx,
        kind=kind,
        key=f"{kind}:{registration_id}{version}",
        facts=facts,
        sessions=sessions,
        entries=entries,
        method="REQUEST",
        person=person,
        now=now,
    )


async def _wanted_documents(tx: Tx, event_id: int, registration_id: int) -> dict[str, Any]:
    """Name the documents that are to be handed in, if any."""
    standing = await documents.standing_of(tx, event_id=event_id, registration_id=registration_id)
    return {"documents": list(standing.missing)} if standing and standing.missing else {}


async def put_in_line(
    tx: Tx,
    *,
    event: Event,
    person: Person,
    registration_id: int,
    position: int,
    now: datetime,
    sessions: list[Session] | None = None,
    version: str = "",
) -> None:
    """Tell a person that all seats are taken and where they stand in line.

    `version` begins with a colon and tells it once more to somebody who stood in line before.
    """
    if sessions is None:
        sessions = await events.sessions(tx, event.id)
    # Somebody in line of an event with offers must answer in time.
    facts = await event_facts(tx, event, sessions) | {"offers": event.offer_hours > 0}
    policy = POLICY["waiting_listed"]
    notice = Notice(
        kind=policy.kind,
        key=f"waiting_listed:{registration_id}{version}",
        facts=facts | {"position": position, "registration_id": registration_id},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now, _last_moment(sessions)),
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
    reason: str = "",
    withdrawn_by: str = "",
    version: str = "",
    more: dict[str, Any] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Tell a person that their seat or place in line is gone, and clear their calendar.

    `reason` is what staff say to somebody whom they take off the list, `withdrawn_by` the
    organisation that took its nomination back. `version` and `more` are those of a `Parting`.
    The notice and the calendar's letters leave at `due_at`, or now.
    """
    sessions = await events.sessions(tx, event.id)
    before = await registrations.calendar_entries(tx, registration.id, standing=True)
    entries = [await registrations.raise_sequence(tx, entry, method="CANCEL") for entry in before]
    facts = await event_facts(tx, event, sessions) | {"registration_id": registration.id}
    facts |= {"reason": reason} if reason else {}
    facts |= {"withdrawn_by": withdrawn_by} if withdrawn_by else {}
    facts |= more or {}
    key = f"{kind}:{registration.id}{version}"
    # News of a move that waits for the morning would come after this, and ask to come.
    for kind_before in ("documents_missing", "event_moved", "event_changed"):
        await outbox_sweeps.cancel(tx, keys_from=f"{kind_before}:{registration.id}:", now=now)
    if entries:
        await _send(
            tx,
            kind=kind,
            key=key,
            facts=facts,
            sessions=sessions,
            entries=entries,
            method="CANCEL",
            person=person,
            due_at=due_at,
            now=now,
        )
        return
    notice = _notice(kind, key, facts, last=_last_moment(sessions), due_at=due_at or now)
    await tell(tx, notice, person=person, now=now)


async def move(
    tx: Tx,
    *,
    event: Event,
    person: Person,
    registration: Registration,
    sessions: list[Session],
    moved: Collection[int],
    version: str,
    old: dict[str, Any],
    now: datetime,
    offer: dict[str, Any] | None = None,
    due_at: datetime | None = None,
) -> None:
    """Tell a person the old and the new times and places, and move the calendar entries.

    `moved` are the numbers of the sessions that moved, and `version` names the move. Somebody in
    line has no calendar entry and is only told; an open `offer` may end earlier now. All leave at
    `due_at`, or now.
    """
    before = await registrations.calendar_entries(tx, registration.id, standing=True)
    entries = [
        await registrations.raise_sequence(tx, entry, method="REQUEST")
        if entry.session_id in moved
        else entry
        for entry in before
    ]
    facts = await event_facts(tx, event, sessions)
    await nominations.restate(tx, keys_from=f"documents_missing:{registration.id}:", facts=facts)
    facts |= {"registration_id": registration.id, "old": old}
    facts |= {"offer": offer} if offer else {}
    key = f"event_moved:{registration.id}:{version}"
    if not entries:
        last = _last_moment(sessions)
        notice = _notice("event_moved", key, facts, last=last, due_at=due_at or now)
        await tell(tx, notice, person=person, now=now)
        return
    await _send(
        tx,
        kind="event_moved",
        key=key,
        facts=facts,
        sessions=sessions,
        entries=entries,
        method="REQUEST",
        person=person,
        due_at=due_at,
        now=now,
        only_sessions=moved,
    )


async def retell(
    tx: Tx,
    *,
    event: Event,
    person: Person,
    registration: Registration,
    sessions: list[Session],
    version: int,
    news: dict[str, Any],
    due_at: datetime,
    now: datetime,
) -> None:
    """Tell a person of other words about an event; `version` is the revision that has them.

    A new title goes into the calendar under the same SEQUENCE, because time and place stay.
    """
    entries = await registrations.calendar_entries(tx, registration.id, standing=True)
    facts = await event_facts(tx, event, sessions) | {"registration_id": registration.id, **news}
    key = f"event_changed:{registration.id}:{version}"
    if not entries or not news["former_title"]:
        last = _last_moment(sessions)
        await tell(
            tx,
            _notice("event_changed", key, facts, last=last, due_at=due_at),
            person=person,
            now=now,
        )
        return
    await _send(
        tx,
        kind="event_changed",
        key=key,
        facts=facts,
        sessions=sessions,
        entries=entries,
        method="REQUEST",
        person=person,
        due_at=due_at,
        now=now,
    )


async def _send(
    tx: Tx,
    *,
    kind: str,
    key: str,
    facts: dict[str, Any],
    sessions: list[Session],
    entries: list[CalendarEntry],
    method: str,
    person: Person,
    now: datetime,
    only_sessions: Collection[int] | None = None,
    due_at: datetime | None = None,
) -> None:
    last, leaves = _last_moment(sessions), due_at or now
    in_chat = facts | {"calendar_entries": _entries(entries)}
    chat = _notice(kind, key, in_chat, last=last, due_at=leaves)
    by_id = {session.id: session for session in sessions}
    letters = [
        _notice(
            kind,
            f"{key}:{entry.session_id}",
            _mail_facts(facts, by_id[entry.session_id], entry, method),
            last=last,
            due_at=leaves,
        )
        for entry in entries
        if only_sessions is None or entry.session_id in only_sessions
    ]
    await tell_by_each(tx, {"telegram": [chat], "mail": letters}, person=person, now=now)
