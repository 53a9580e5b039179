"""Staff change the words, the deadline or the audience of an event that everybody can see.

A slip of the pen is mended without a word to anybody; of a new title or description people are
told when staff say so. Times, place and seats are changed in `programme.events` and `capacity`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import event_fields as fields
from programme import event_news, event_rows, invitations, staff
from programme.event_news import Reach
from programme.event_refusals import EventChanged, SameValue
from programme.event_rows import Entered
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown
from storage import event_drafts, events
from storage.database import Tx
from storage.staff import StaffMember

EDITED = (fields.TITLE, fields.DESCRIPTION, fields.DEADLINE, fields.NAMING, fields.AUDIENCE)
# What people may want to hear of; the rest they meet where they look or are asked.
TOLD = (fields.TITLE, fields.DESCRIPTION)
_COLUMNS = {
    fields.TITLE: ("title",),
    fields.DESCRIPTION: ("description",),
    fields.DEADLINE: ("deadline_at", "deadline_wall"),
    fields.NAMING: ("nomination_deadline_at", "nomination_deadline_wall"),
    fields.AUDIENCE: ("audience",),
}


@dataclass(frozen=True)
class Edited:
    """What was saved: how many people are told, and how many waiting letters say it anew."""

    people: int
    letters: int


async def reach(tx: Tx, *, event_id: int) -> Reach:
    """Count whom staff could tell of a change of words, by the way each of them would hear."""
    return await event_news.reach(tx, event_id=event_id)


async def save(
    tx: Tx,
    *,
    member: StaffMember,
    event_id: int,
    revision: int,
    field: str,
    value: fields.Value,
    tell: bool,
    quiet: QuietHours,
    now: datetime,
) -> Edited:
    """Change one field of a published event that is still as it was shown.

    Letters that wait say what is so now, and are worth sending until the new deadline. With `tell`
    everybody with a seat, in line or with a stand is told; calendar entries keep their SEQUENCE,
    because time and place stay. Raises EventUnknown, EventCancelled, SameValue, or
    EventChanged when somebody else changed the event since; nothing is changed then.
    """
    staff.permit(member, "events")
    found = await _published(tx, event_id, revision)
    old = fields.value_of(found.entry, field)
    if old == value:
        raise SameValue
    row = event_rows.event_row(
        fields.with_value(found.entry, field, value),
        zone=found.zone,
        programme_id=found.kept.event.programme_id,
        state=found.entry.state,
        form_id=found.kept.event.form_id,
    )
    values = {name: getattr(row, name) for name in _COLUMNS[field]}
    if not await event_drafts.change(
        tx, event_id, revision=revision, state="published", values=values
    ):
        raise EventChanged
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    letters = await invitations.follow(tx, event=event)
    letters += await event_news.restate_calls(tx, event_id=event_id)
    people = 0
    if tell and field in TOLD:
        news = _news(field, old, value)
        people = await event_news.tell(
            tx, event=event, version=revision + 1, news=news, quiet=quiet, now=now
        )
    detail = {"event": event_id, "field": field, "old": old, "new": value, "people": people}
    await staff.record(tx, member, "edit_event", detail=detail, now=now)
    return Edited(people, letters)


def _news(field: str, old: Any, value: Any) -> dict[str, str]:
    if field == fields.TITLE:
        return {"former_title": str(old), "body": ""}
    return {"former_title": "", "body": str(value)}


async def _published(tx: Tx, event_id: int, revision: int) -> Entered:
    found = await event_rows.entered(tx, event_id, lock=True)
    if found is None or found.entry.state == "draft":
        raise EventUnknown
    if found.entry.state == "cancelled":
        raise EventCancelled
    if found.revision != revision:
        raise EventChanged
    return found
