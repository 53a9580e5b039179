"""Staff change how many seats an event has."""

from dataclasses import dataclass
from datetime import datetime

from programme import registration, staff
from programme.event_refusals import EventChanged
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown
from programme.seat_refusals import CapacityWrong
from storage import event_drafts, events
from storage.database import Tx
from storage.events import Event
from storage.staff import StaffMember

MOST_SEATS = 10_000


@dataclass(frozen=True)
class Changed:
    """How many people in line heard of new seats, and how many seats are now too many."""

    moved: int
    overbooked: int


def overbooked(event: Event) -> int:
    """Count the seats that are taken or held beyond the event's capacity."""
    return 0 if event.capacity is None else max(0, event.taken - event.capacity)


async def change(
    tx: Tx,
    *,
    event_id: int,
    capacity: int | None,
    member: StaffMember,
    now: datetime,
    quiet: QuietHours | None = None,
    shown: int | None = None,
) -> Changed:
    """Give an event another number of seats; None means that there is room for everyone.

    Fewer than are taken throws nobody out and holds no offer back: the event is overbooked until
    people cancel. More go to the line at once. Raises EventUnknown, EventCancelled, CapacityWrong,
    or EventChanged when the event is no longer at the revision that was `shown`.
    """
    staff.permit(member, "registrations")
    if capacity is not None and not 0 <= capacity <= MOST_SEATS:
        raise CapacityWrong(MOST_SEATS)
    event = await events.lock(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    if capacity == event.capacity:
        return Changed(0, overbooked(event))
    if not await event_drafts.raise_revision(tx, event_id, shown=shown):
        raise EventChanged
    await events.set_capacity(tx, event_id, capacity)
    moved = await registration.promote(tx, event_id=event_id, now=now, quiet=quiet)
    detail = {"event": event_id, "before": event.capacity, "after": capacity}
    await staff.record(tx, member, "capacity", detail=detail, now=now)
    after = await events.get(tx, event_id)
    return Changed(moved, overbooked(after) if after else 0)
