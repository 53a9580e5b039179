"""What a trainer sees: the events that are theirs, for their attendance and nothing else."""

from programme import staff
from storage import events, trainers
from storage.database import Tx
from storage.events import Event
from storage.staff import StaffMember


async def own_events(tx: Tx, *, member: StaffMember) -> list[Event]:
    """List a trainer's events, the newest first; drafts and events called off are left out."""
    staff.permit(member, "own events")
    found = [await events.get(tx, number) for number in await trainers.events_of(tx, member.id)]
    return [one for one in reversed(found) if one is not None and one.state == "published"]


__all__ = ["Event", "own_events"]
