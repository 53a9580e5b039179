"""Send one word to many: confirmed, half a minute to take it back, then queued batch by batch.

Whoever confirms makes one row, in no time, however many people there are; `broadcast_queue`
turns the audience into rows when the moment has come. Here is what staff do with a broadcast.
docs/decisions/0029-broadcasts-in-batches.md tells why.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import audience_reading, broadcast_facts, staff, tasks
from programme.audience_choice import Choice
from programme.broadcast_facts import HOME_ZONE
from programme.broadcast_growth import GROWN
from programme.broadcast_refusals import (
    BroadcastBegun,
    BroadcastNotPaused,
    BroadcastOver,
    BroadcastPaused,
    BroadcastStopped,
    BroadcastUnknown,
)
from programme.invitation_refusals import OwnLetter
from programme.notice_policy import POLICY
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, NotStaff
from storage import broadcast_states as states
from storage import broadcasts, outbox_parking
from storage import staff as staff_rows
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.staff import StaffMember

HOLD = timedelta(seconds=30)
# Why a broadcast is paused or stopped.
BY_STAFF, TAKEN_BACK, AUTHOR_LEFT = "staff", "taken_back", "author_left"
EVENT_CANCELLED, TOO_LATE = "event_cancelled", "too_late"


@dataclass(frozen=True)
class Started:
    """A broadcast that will leave: to how many messages it comes, and when it begins.

    For one that is known already, `people` is what was told then.
    """

    broadcast_id: int
    people: int
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Stopped:
    """What was held back for good, and what had left, or may have, before."""

    held_back: int
    left: int


async def start(
    tx: Tx,
    *,
    member: StaffMember,
    key: str,
    kind: str = "invitation",
    event_id: int | None,
    choice: Choice,
    content: dict[str, Any],
    file: dict[str, Any] | None = None,
    starts_at: datetime | None = None,
    late_joiners: bool = False,
    second: StaffMember | None = None,
    about: int | None = None,
    quiet: QuietHours,
    now: datetime,
    zone: str = HOME_ZONE,
) -> Started:
    """Plan a broadcast for `starts_at`, or for now; in the next 30 seconds it can be taken back.

    1. `key` names the confirmation: confirmed again, it starts nothing and gives the same answer.
    2. `kind` is a kind of notice. The rows have `content`, and `file` under that name, among
       their facts; `about` is the broadcast that a correction is about.
    3. Everything that can be refused is refused before anything is written: AudienceEmpty,
       DeadlinePassed, and what an event that nobody can be invited to raises.
    """
    staff.permit(member, "invite")
    known = await broadcasts.by_key(tx, key)
    if known is not None:
        return _started(known)
    await _still_staff(tx, member, second)
    begins = max(starts_at or now, now + HOLD)
    policy = POLICY[kind]
    await broadcast_facts.read(tx, event_id, policy=policy, quiet=quiet, zone=zone, now=begins)
    found = await audience_reading.count(tx, choice, now)
    # A letter that is only printed, for those whom the post alone reaches, is one as well.
    if found.is_nobody:
        raise AudienceEmpty
    more = {"file": file, "about": about}
    # The key comes first: whoever confirms at the same moment waits here and then sees it.
    broadcast = await broadcasts.add(
        tx,
        key=key,
        kind=kind,
        staff_id=member.id,
        event_id=event_id,
        audience=choice.to_json(),
        content=content | {name: one for name, one in more.items() if one is not None},
        people=found.messages,
        state=states.PLANNED,
        starts_at=begins,
        late_joiners=late_joiners,
        second_staff_id=second.id if second else None,
        now=now,
    )
    if broadcast is None:
        return _started(await broadcasts.get_by_key(tx, key))
    detail = {
        "broadcast": broadcast.id,
        "audience": broadcast.audience,
        "messages": found.messages,
        "starts_at": begins.isoformat(),
        "second": second.id if second else None,
    }
    await staff.record(tx, member, "invite", detail=detail, now=now)
    return _started(broadcast)


async def _still_staff(tx: Tx, member: StaffMember, second: StaffMember | None) -> None:
    """Let whoever takes somebody's rights away come before this letter, or find it planned."""
    wanted = {member.id: "invite"} | ({second.id: "second look"} if second else {})
    held = {one.id: one for one in await staff_rows.hold(tx, wanted)}
    for number, action in wanted.items():
        if number not in held:
            raise NotStaff
        staff.permit(held[number], action)


def _started(broadcast: Broadcast) -> Started:
    return Started(broadcast.id, broadcast.people, broadcast.starts_at)


async def take_back(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> Broadcast:
    """Take back a broadcast of which nothing has left; raises BroadcastBegun when it is too late.

    Whoever opens it at this moment waits, or we wait for them and it has begun.
    """
    staff.permit(member, "broadcast control")
    broadcast = await _alive(tx, broadcast_id)
    if broadcast.ceiling or not broadcast.starts_at:
        raise BroadcastBegun
    await states.change(
        tx,
        broadcast_id,
        expected=(states.PLANNED, states.PAUSED),
        state=states.STOPPED,
        because=TAKEN_BACK,
    )
    await _record(tx, member, "take back", broadcast, now=now)
    return broadcast


async def pause(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> int:
    """Let nothing more of a broadcast leave for now; return how many messages wait for that.

    What is on its way at this very moment still arrives. Raises BroadcastPaused, BroadcastOver
    or BroadcastStopped.
    """
    staff.permit(member, "broadcast control")
    broadcast = await _alive(tx, broadcast_id)
    if broadcast.state == states.PAUSED:
        raise BroadcastPaused
    return await _pause(tx, member, broadcast, now=now)


async def rest(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> int:
    """Pause a broadcast while somebody thinks about it, or leave it paused, as `pause` does."""
    staff.permit(member, "broadcast control")
    broadcast = await _alive(tx, broadcast_id)
    if broadcast.state == states.PAUSED:
        return await _waiting(tx, broadcast)
    return await _pause(tx, member, broadcast, now=now)


async def _pause(tx: Tx, member: StaffMember, broadcast: Broadcast, *, now: datetime) -> int:
    await states.change(
        tx, broadcast.id, expected=states.GOING, state=states.PAUSED, because=BY_STAFF
    )
    parked = await outbox_parking.park(tx, broadcast.id)
    await _record(tx, member, "pause", broadcast, now=now, parked=parked)
    return await _waiting(tx, broadcast)


async def go_on(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> int:
    """Let a paused broadcast go on where it was; return how many messages are ahead.

    What has grown too much for its author alone waits for another coordinator. Raises
    BroadcastNotPaused, BroadcastStopped, NotStaff or OwnLetter.
    """
    staff.permit(member, "broadcast control")
    broadcast = await _alive(tx, broadcast_id)
    if broadcast.state != states.PAUSED:
        raise BroadcastNotPaused
    if broadcast.because == GROWN:
        await _be_second(tx, member, broadcast)
    await states.change(
        tx,
        broadcast_id,
        expected=(states.PAUSED,),
        state=_next(broadcast),
        # One that never began can be taken back once more.
        starts_at=max(broadcast.starts_at or now, now + HOLD) if _is_planned(broadcast) else None,
    )
    await outbox_parking.unpark(tx, broadcast_id)
    await _record(tx, member, "go on", broadcast, now=now)
    return await _waiting(tx, broadcast)


async def _be_second(tx: Tx, member: StaffMember, broadcast: Broadcast) -> None:
    staff.permit(member, "second look")
    if member.id == broadcast.staff_id:
        raise OwnLetter
    await states.note_second(tx, broadcast.id, staff_id=member.id)


def _is_planned(broadcast: Broadcast) -> bool:
    return broadcast.starts_at is not None and not broadcast.ceiling


def _next(broadcast: Broadcast) -> str:
    if _is_planned(broadcast):
        return states.PLANNED
    return states.RUNNING if broadcast.cursor >= broadcast.ceiling else states.QUEUEING


async def stop(tx: Tx, *, member: StaffMember, broadcast_id: int, now: datetime) -> Stopped:
    """End a broadcast for good: what has not left does not leave; what has left has left.

    Raises BroadcastOver, BroadcastStopped or BroadcastUnknown.
    """
    staff.permit(member, "broadcast control")
    broadcast = await _alive(tx, broadcast_id)
    stopped = await end(tx, broadcast, because=BY_STAFF, now=now)
    await _record(tx, member, "stop", broadcast, now=now, **vars(stopped))
    return stopped


async def end(tx: Tx, broadcast: Broadcast, *, because: str, now: datetime) -> Stopped:
    """Stop a broadcast that the transaction holds, and tell what was held back."""
    meant = await _waiting(tx, broadcast)
    await states.change(
        tx, broadcast.id, expected=states.ALIVE, state=states.STOPPED, because=because
    )
    await broadcasts.cancel_rows(tx, broadcast.id, now=now)
    still = await broadcasts.count_open(tx, broadcast.id)
    left = await broadcasts.count_left(tx, broadcast.id)
    return Stopped(held_back=max(0, meant - still), left=left)


async def _waiting(tx: Tx, broadcast: Broadcast) -> int:
    """Count the messages that have not left, those that are not queued yet among them."""
    rows = await broadcasts.count_all(tx, broadcast.id)
    unqueued = 0 if _next(broadcast) == states.RUNNING else max(0, broadcast.people - rows)
    return unqueued + await broadcasts.count_open(tx, broadcast.id)


async def _alive(tx: Tx, broadcast_id: int) -> Broadcast:
    broadcast = await states.hold(tx, broadcast_id)
    if broadcast is None:
        raise BroadcastUnknown
    if broadcast.state == states.STOPPED:
        raise BroadcastStopped
    if broadcast.reported_at is not None and not broadcast.late_joiners:
        raise BroadcastOver
    return broadcast


async def author_left(tx: Tx, *, member: StaffMember, now: datetime) -> int:
    """Pause what somebody who is staff no longer has planned, and ask the others about it.

    What has begun goes on to its end, so that nothing stays half sent. To be called by whoever
    removes a member of staff, in the same transaction; returns how many were paused.
    """
    paused = 0
    for broadcast in await states.planned_of(tx, member.id):
        if not await states.change(
            tx,
            broadcast.id,
            expected=(states.PLANNED,),
            state=states.PAUSED,
            because=AUTHOR_LEFT,
        ):
            continue
        paused += 1
        subject = broadcast.content.get("subject") or broadcast.content.get("question") or ""
        await tasks.ask(
            tx,
            key=f"broadcast:{broadcast.id}:author",
            kind="broadcast",
            facts={
                "broadcast_id": broadcast.id,
                "subject": str(subject),
                "author": member.name,
                "people": broadcast.people,
            },
            event_id=broadcast.event_id,
            now=now,
        )
    return paused


async def _record(
    tx: Tx, member: StaffMember, deed: str, broadcast: Broadcast, *, now: datetime, **more: int
) -> None:
    detail = {"broadcast": broadcast.id, "deed": deed, **more}
    await staff.record(tx, member, "broadcast control", detail=detail, now=now)


__all__ = [
    "AUTHOR_LEFT",
    "BY_STAFF",
    "EVENT_CANCELLED",
    "HOLD",
    "HOME_ZONE",
    "TAKEN_BACK",
    "TOO_LATE",
    "Started",
    "Stopped",
    "author_left",
    "end",
    "go_on",
    "pause",
    "rest",
    "start",
    "stop",
    "take_back",
]
