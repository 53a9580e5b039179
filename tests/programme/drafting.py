"""Steps that tests of events made by staff share."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from programme import event_cards, event_drafts, event_rows
from programme import event_fields as fields
from programme.event_rows import Entered
from programme.event_templates import blank
from programme.importing.entries import EventEntry
from storage.database import Tx
from storage.staff import StaffMember
from storage.tables import audit, reminder
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, ZONE, make_programme

MEETING_DAY = [["2027-02-10T16:00", "2027-02-10T18:00"]]
TWO_DAYS = [["2027-02-10T09:00", "2027-02-10T15:00"], ["2027-02-11T09:00", "2027-02-11T15:00"]]


def filled(kind: str = "meeting", **values: Any) -> EventEntry:
    """Give an event of a kind with a title, a place and days, or what `values` say of fields."""
    entry = blank(kind)
    known = {fields.TITLE: "Spotkanie robocze", fields.DAYS: MEETING_DAY, fields.PLACE: "GOK"}
    for field, value in {**known, **values}.items():
        entry = fields.with_value(entry, field, value)
    return entry


async def make_draft(
    tx: Tx, kind: str = "meeting", *, member: StaffMember | None = None, **values: Any
) -> tuple[int, StaffMember]:
    """Keep a draft in a programme of its own; give its number and who made it."""
    await make_programme(tx)
    member = member or await make_staff(tx)
    event_id = await event_drafts.create(
        tx, member=member, entry=filled(kind, **values), zone=ZONE, now=NOW
    )
    return event_id, member


async def publish(tx: Tx, event_id: int, member: StaffMember, *, now: datetime = NOW) -> None:
    """Publish a draft as it is now."""
    found = await read(tx, event_id)
    await event_drafts.publish(
        tx, member=member, event_id=event_id, revision=found.revision, now=now
    )


async def read(tx: Tx, event_id: int) -> Entered:
    """Read an event that is there."""
    found = await event_rows.entered(tx, event_id)
    assert found is not None
    return found


async def deeds(tx: Tx) -> list[tuple[str, dict[str, Any]]]:
    """List what staff did, with the details."""
    rows = await tx.execute(select(audit.c.action, audit.c.detail).order_by(audit.c.id))
    return [(row.action, row.detail) for row in rows]


async def planned(tx: Tx) -> list[str]:
    """List the moments of planned reminders, in their order."""
    rows = await tx.execute(
        select(reminder.c.due_at).where(reminder.c.state == "planned").order_by(reminder.c.due_at)
    )
    return [f"{row.due_at:%m-%d %H:%M}" for row in rows]


async def doubts_of(tx: Tx, event_id: int, member: StaffMember) -> list[str]:
    """Name the kinds of doubts about an event."""
    card = await event_cards.look(tx, event_id=event_id, member=member, now=NOW)
    return [type(doubt).__name__ for doubt in card.doubts]


def without_key(entry: EventEntry) -> EventEntry:
    """Leave out the key, which is made by chance."""
    return replace(entry, key="")


async def change(
    tx: Tx, event_id: int, member: StaffMember, field: str, value: Any, *, revision: int = 0
) -> bool:
    """Change one field of a draft that is seen at this revision."""
    return await event_drafts.change(
        tx,
        member=member,
        event_id=event_id,
        revision=revision,
        field=field,
        value=value,
        now=NOW,
    )
