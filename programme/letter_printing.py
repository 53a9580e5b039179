"""Letters to print: for the organisations that nothing but the post reaches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import letter_facts, placeholders, staff
from programme.broadcast_refusals import BroadcastUnknown
from programme.report_refusals import NothingToPrint
from storage import audience_units, broadcast_results, broadcasts
from storage.database import Tx
from storage.organisations import Organisation
from storage.staff import StaffMember


@dataclass(frozen=True)
class Printed:
    """What the printer needs, as plain facts; `number` is how many letters there are."""

    facts: dict[str, Any]
    number: int


async def letters(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> Printed:
    """Give the letters of a broadcast that go by post; raises BroadcastUnknown or NothingToPrint.

    What they say of the event is as it stands now.
    """
    staff.permit(member, "broadcast control")
    found = await of_broadcast(tx, broadcast_id=broadcast_id)
    detail = {"broadcast": broadcast_id, "letters": found.number}
    await staff.record(tx, member, "letters printed", detail=detail, now=now)
    return found


async def of_broadcast(tx: Tx, *, broadcast_id: int) -> Printed:
    """Give the same for the command line, where whoever may read the database may print."""
    broadcast = await broadcasts.find(tx, broadcast_id)
    if broadcast is None or broadcast.kind not in broadcasts.LETTERS:
        raise BroadcastUnknown
    numbers = await broadcast_results.postal(tx, broadcast_id)
    if not numbers:
        raise NothingToPrint
    units = await audience_units.of_numbers(tx, numbers)
    content = broadcast.content
    facts = await letter_facts.about(tx, broadcast.event_id) | content
    texts = str(content.get("subject") or ""), str(content.get("body") or "")
    to = [_to(unit, texts) for unit in units]
    return Printed({"broadcast_id": broadcast_id, "facts": facts, "to": to}, len(to))


def _to(unit: Organisation, texts: tuple[str, str]) -> dict[str, Any]:
    own = placeholders.of_reader(texts, person="", organisation=unit.name, locality=unit.locality)
    return {"name": unit.name, "address": unit.postal_address, "placeholders": own}


async def mark_posted(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> int:
    """Note that the printed letters were posted; return how many were not before.

    Raises BroadcastUnknown.
    """
    staff.permit(member, "broadcast control")
    if await broadcasts.find(tx, broadcast_id) is None:
        raise BroadcastUnknown
    count = await broadcast_results.mark_posted(tx, broadcast_id, now=now)
    if count:
        detail = {"broadcast": broadcast_id, "letters": count}
        await staff.record(tx, member, "letters posted", detail=detail, now=now)
    return count
