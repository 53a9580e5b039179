"""Deeds that wait half a minute: asked for, taken back, or done by a tick.

Whatever concerns many people, or cannot be undone, is confirmed by a button and then lies here
as a row. What it does is a use case of its own, named in `deed_actions`; the row ends in the
transaction of the effect, so that a crash neither loses nor repeats it.
docs/decisions/0033-deeds-that-wait.md tells why.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import staff
from programme.deed_actions import ACTIONS
from programme.deed_refusals import DeedDone, DeedRefused, DeedTakenBack, DeedUnknown
from programme.quiet_hours import QuietHours
from programme.refusals import NotStaff, Refusal
from storage import deeds
from storage import staff as staff_rows
from storage.database import Tx
from storage.deeds import Deed
from storage.staff import StaffMember

WAIT = timedelta(seconds=30)
PENDING, DONE, UNDONE, REFUSED = "pending", "done", "undone", "refused"
ENDED: dict[str, type[Refusal]] = {
    DONE: DeedDone,
    UNDONE: DeedTakenBack,
    REFUSED: DeedRefused,
}


@dataclass(frozen=True)
class Ended:
    """A deed that a tick ended: what came of it, or why it was refused."""

    deed: Deed
    refusal: Refusal | None = None


async def ask(
    tx: Tx,
    *,
    key: str,
    member: StaffMember,
    action: str,
    arguments: dict[str, Any],
    now: datetime,
) -> Deed:
    """Let a confirmed deed wait its half minute; `key` names the confirmation.

    `arguments` are plain values: what the use case needs, and under "about" what the face shows.
    Confirmed twice it is one deed; one that was taken back or refused can be asked for anew.
    """
    staff.permit(member, ACTIONS[action].right)
    attempt, tried = key, 1
    while True:
        row = {
            "key": attempt,
            "staff_id": member.id,
            "chat_id": member.chat_id,
            "action": action,
            "arguments": arguments,
            "state": PENDING,
            "asked_at": now,
            "due_at": now + WAIT,
        }
        fresh = await deeds.add(tx, row)
        deed = await deeds.by_key(tx, attempt)
        if fresh:
            await _record(tx, member, "deed", deed, now=now)
        if fresh or deed.state in (PENDING, DONE):
            return deed
        tried += 1
        attempt = f"{key}:{tried}"


async def take_back(tx: Tx, *, member: StaffMember, deed_id: int, now: datetime) -> Deed:
    """Take back what still waits; whoever confirmed it may, and a coordinator.

    Raises DeedUnknown, DeedDone, DeedTakenBack or DeedRefused.
    """
    deed = await deeds.get(tx, deed_id)
    if deed is None:
        raise DeedUnknown
    staff.permit(member, ACTIONS[deed.action].right)
    if deed.staff_id != member.id and member.role not in staff.COORDINATORS:
        raise NotStaff
    if not await deeds.end(tx, deed.id, state=UNDONE, now=now):
        ended = await deeds.get(tx, deed_id)
        raise ENDED[ended.state if ended else DONE]
    await _record(tx, member, "deed taken back", deed, now=now)
    return dataclasses.replace(deed, state=UNDONE, ended_at=now)


async def due(tx: Tx, *, now: datetime) -> list[Deed]:
    """List the deeds whose half minute is over."""
    return await deeds.due(tx, now=now)


async def next_due(tx: Tx) -> datetime | None:
    """Tell when the next deed will be done; None when none waits."""
    return await deeds.next_due(tx)


async def carry_out(
    tx: Tx, *, deed: Deed, quiet: QuietHours | None = None, now: datetime
) -> Ended | None:
    """Do what was confirmed, in this transaction; None when it was ended meanwhile.

    The row ends first: whoever takes it back at this moment waits, and then finds it done. A
    refusal of the use case leaves the transaction unusable: the caller lets it go and calls
    `refuse` in another one. Raises NotStaff when the rights were taken away meanwhile.
    """
    if not await deeds.end(tx, deed.id, state=DONE, now=now):
        return None
    member = await staff_rows.by_chat(tx, deed.chat_id)
    if member is None or member.id != deed.staff_id:
        raise NotStaff
    action = ACTIONS[deed.action]
    staff.permit(member, action.right)
    outcome = await action.do(tx, deed.arguments, member, quiet or QuietHours(), now)
    await deeds.note_outcome(tx, deed.id, outcome)
    return Ended(dataclasses.replace(deed, state=DONE, outcome=outcome, ended_at=now))


async def refuse(tx: Tx, *, deed: Deed, because: Refusal, now: datetime) -> Ended | None:
    """End a deed that cannot be done; None when it was ended meanwhile."""
    outcome = {"refused": type(because).__name__}
    if not await deeds.end(tx, deed.id, state=REFUSED, outcome=outcome, now=now):
        return None
    member = await staff_rows.get(tx, deed.staff_id)
    await _record(tx, member, "deed refused", deed, now=now, **outcome)
    return Ended(dataclasses.replace(deed, state=REFUSED, outcome=outcome, ended_at=now), because)


async def _record(
    tx: Tx, member: StaffMember, action: str, deed: Deed, *, now: datetime, **more: str
) -> None:
    detail = {"deed": deed.id, "action": deed.action, **more}
    await staff.record(tx, member, action, detail=detail, now=now)


__all__ = [
    "DONE",
    "PENDING",
    "REFUSED",
    "UNDONE",
    "WAIT",
    "Deed",
    "Ended",
    "ask",
    "carry_out",
    "due",
    "next_due",
    "refuse",
    "take_back",
]
