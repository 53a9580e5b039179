"""Staff make an event as a draft, change it, publish it, or throw it away.

A draft is an event in the state `draft`: nobody but staff sees it, and nothing is planned or sent
for it. Publishing makes it visible and plans its reminders; it sends nothing by itself.
"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from programme import event_cards, event_rows, reminders, staff
from programme import event_fields as fields
from programme.event_refusals import (
    DraftInUse,
    EventChanged,
    EventPublished,
    ProgrammeMissing,
    SessionsMissing,
)
from programme.event_rows import Entered
from programme.importing.entries import EventEntry
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown
from storage import event_drafts, programmes
from storage.database import Tx
from storage.staff import StaffMember

KEY_BYTES = 5


async def create(
    tx: Tx,
    *,
    member: StaffMember,
    entry: EventEntry,
    zone: str,
    now: datetime,
    copy_of: int | None = None,
) -> int:
    """Keep a new draft in the newest programme and return its number; raises ProgrammeMissing.

    A copy asks the same questions and for the same documents as the event it was made from.
    """
    staff.permit(member, "events")
    home = await event_drafts.home(tx)
    if home is None:
        raise ProgrammeMissing
    source = await event_rows.entered(tx, copy_of) if copy_of is not None else None
    if copy_of is not None and source is None:
        raise EventUnknown
    values = event_rows.event_row(
        replace(entry, key=f"event-{secrets.token_hex(KEY_BYTES)}"),
        zone=zone,
        programme_id=home.programme_id,
        state="draft",
        form_id=source.kept.event.form_id if source else None,
    )
    event_id = await event_drafts.add(tx, values)
    sessions = event_rows.session_rows(entry, zone)
    await programmes.save_sessions(tx, event_id=event_id, sessions=sessions)
    await programmes.save_rules(tx, event_id=event_id, rules=event_rows.rule_rows(entry.rules))
    if source is not None:
        await event_drafts.copy_documents(tx, from_event_id=source.event_id, to_event_id=event_id)
    detail: dict[str, Any] = {"event": event_id, "title": entry.title}
    detail |= {"copy_of": copy_of} if copy_of is not None else {}
    await staff.record(tx, member, "draft_event", detail=detail, now=now)
    return event_id


async def change(
    tx: Tx,
    *,
    member: StaffMember,
    event_id: int,
    revision: int,
    field: str,
    value: fields.Value,
    now: datetime,
) -> bool:
    """Put a value into a draft that is still as it was shown; False when it is there already.

    Raises EventUnknown, EventPublished, or EventChanged when somebody else changed the draft
    since; nothing is changed then.
    """
    staff.permit(member, "events")
    draft = await _draft(tx, event_id, revision)
    old = fields.value_of(draft.entry, field)
    if old == value:
        return False
    entry = fields.with_value(draft.entry, field, value)
    before = draft.kept.event
    row = event_rows.event_row(
        entry,
        zone=draft.zone,
        programme_id=before.programme_id,
        state=before.state,
        form_id=before.form_id,
    )
    changes = {name: new for name, new in vars(row).items() if new != getattr(before, name)}
    if not await event_drafts.change(
        tx, event_id, revision=revision, state="draft", values=changes
    ):
        raise EventChanged
    if entry.sessions != draft.entry.sessions:
        sessions = event_rows.session_rows(entry, draft.zone)
        await programmes.save_sessions(tx, event_id=event_id, sessions=sessions)
    detail = {"event": event_id, "field": field, "old": old, "new": value}
    await staff.record(tx, member, "change_draft", detail=detail, now=now)
    return True


async def publish(
    tx: Tx,
    *,
    member: StaffMember,
    event_id: int,
    revision: int,
    now: datetime,
    quiet: QuietHours | None = None,
) -> None:
    """Let everybody see a draft and plan its reminders; nothing is sent.

    What was strange about it was shown before and is kept in the record. Raises EventUnknown,
    EventPublished, EventCancelled, SessionsMissing, or EventChanged when it is no longer the
    draft that was shown: whoever presses second publishes nothing a second time.
    """
    staff.permit(member, "events")
    draft = await _draft(tx, event_id, revision)
    if not draft.entry.sessions:
        raise SessionsMissing
    if not await event_drafts.change(
        tx, event_id, revision=revision, state="draft", values={"state": "published"}
    ):
        raise EventChanged
    await reminders.plan_event(tx, event_id=event_id, now=now, quiet=quiet)
    doubts = event_cards.doubts_about(draft, draft.entry, now=now)
    detail = {"event": event_id, "doubts": [type(doubt).__name__ for doubt in doubts]}
    await staff.record(tx, member, "publish_event", detail=detail, now=now)


async def discard(
    tx: Tx, *, member: StaffMember, event_id: int, revision: int, now: datetime
) -> None:
    """Throw a draft away for good.

    Raises EventUnknown, EventPublished, EventChanged, or DraftInUse when something that is kept
    names it: it was published before, or a letter about it is being written.
    """
    staff.permit(member, "events")
    draft = await _draft(tx, event_id, revision)
    if await event_drafts.is_bound(tx, event_id):
        raise DraftInUse
    if not await event_drafts.discard(tx, event_id, revision=revision):
        raise EventChanged
    detail = {"event": event_id, "title": draft.entry.title}
    await staff.record(tx, member, "discard_event", detail=detail, now=now)


async def _draft(tx: Tx, event_id: int, revision: int) -> Entered:
    found = await event_rows.entered(tx, event_id, lock=True)
    if found is None:
        raise EventUnknown
    if found.entry.state == "published":
        raise EventPublished
    if found.entry.state == "cancelled":
        raise EventCancelled
    if found.revision != revision:
        raise EventChanged
    return found
