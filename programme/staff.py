"""Who of the office may do what, by which one-time link they became staff, and a record of it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from programme.refusals import LinkSpent, NotStaff
from programme.staff_refusals import StaffAlready
from storage import staff, trainers
from storage.database import Tx
from storage.staff import StaffMember

LINK_LIFE = timedelta(hours=48)
OFFICE = ("coordinator", "assistant", "viewer")
TRAINER = "trainer"
ROLES = (*OFFICE, TRAINER)
MAY_SEND = ("coordinator", "assistant")
COORDINATORS = ("coordinator",)
# Each thing that staff do, and the roles that may do it.
ACTIONS = {
    "invite": MAY_SEND,
    "poll": MAY_SEND,
    "results": OFFICE,
    "report": OFFICE,
    "desk": OFFICE,
    "registrations": MAY_SEND,
    "nominations": MAY_SEND,
    "documents": MAY_SEND,
    # A trainer only at the events that are theirs: `permit_event`.
    "attendance": (*MAY_SEND, TRAINER),
    "own events": (TRAINER,),
    "certificates": MAY_SEND,
    "people": MAY_SEND,
    "fair": MAY_SEND,
    "task list": OFFICE,
    "tasks": MAY_SEND,
    # Letters to many: write and send; confirm what another wrote to many; pause, go on, stop.
    "second look": COORDINATORS,
    "broadcasts": OFFICE,
    "broadcast control": MAY_SEND,
    "announcements": MAY_SEND,
    # Events made and changed in the chat.
    "events": MAY_SEND,
    "agenda": OFFICE,
    "agenda change": MAY_SEND,
    "search": OFFICE,
    "notes": MAY_SEND,
    "staff": COORDINATORS,
    "audit": COORDINATORS,
    "summary": COORDINATORS,
    # Load, open and close surveys, remind, print posters and codes.
    "surveys": MAY_SEND,
    "survey results": OFFICE,
    # What people wrote in their own words, tags, and files with single answers.
    "survey answers": MAY_SEND,
}


def new_token() -> str:
    """Make the secret of a one-time link; 22 characters fit a deep link."""
    return secrets.token_urlsafe(16)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def invite_staff(
    tx: Tx,
    *,
    name: str,
    role: str,
    token: str,
    now: datetime,
    by: StaffMember | None = None,
    event_ids: Sequence[int] = (),
) -> None:
    """Keep a link that makes the first chat that opens it staff, within 48 hours.

    `by` is None for the operator of the machine; `event_ids` are what a trainer will look after.
    """
    await staff.add_link(
        tx,
        token_hash=_hash(token),
        name=name,
        role=role,
        expires_at=now + LINK_LIFE,
        staff_id=by.id if by else None,
        event_ids=event_ids,
    )


async def accept(tx: Tx, *, token: str, chat_id: int, now: datetime) -> StaffMember:
    """Make a chat a staff member's by a one-time link; raises LinkSpent or StaffAlready.

    Whoever is staff and opens a link, to see whether it works or by mistake, does not use it up:
    a coordinator would become what the link says.
    """
    known, token_hash = await staff.by_chat(tx, chat_id), _hash(token)
    if known is not None and await staff.is_link_open(tx, token_hash=token_hash, now=now):
        raise StaffAlready(known.role)
    link = None if known else await staff.use_link(tx, token_hash=token_hash, now=now)
    if link is None:
        await _refuse(tx, "accept", chat_id=chat_id, member=known, now=now)
        raise LinkSpent
    staff_id = await staff.grant(tx, name=link.name, role=link.role, chat_id=chat_id, now=now)
    member = await staff.get(tx, staff_id)
    await trainers.take(tx, staff_id=staff_id)
    if link.role == TRAINER:
        await trainers.give(tx, staff_id=staff_id, event_ids=link.event_ids, now=now)
    await record(tx, member, "accept", detail={"role": member.role}, now=now)
    return member


async def require(tx: Tx, *, chat_id: int, action: str, now: datetime) -> StaffMember:
    """Give the staff member behind a chat if they may do this; raises NotStaff.

    A refused attempt is recorded in the same transaction, so the caller commits it although
    the answer is a refusal.
    """
    member = await staff.by_chat(tx, chat_id)
    if member is None or member.role not in ACTIONS[action]:
        await _refuse(tx, action, chat_id=chat_id, member=member, now=now)
        raise NotStaff
    return member


async def permit_event(
    tx: Tx, member: StaffMember, action: str, *, event_id: int, now: datetime
) -> None:
    """Refuse a deed at an event that is not this member's to do there; raises NotStaff.

    A trainer's rights end at their own events. A refused attempt is recorded, as in `require`.
    """
    permit(member, action)
    if member.role == TRAINER and not await trainers.is_trainer(
        tx, event_id=event_id, staff_id=member.id
    ):
        await _refuse(tx, action, chat_id=member.chat_id, member=member, now=now, event=event_id)
        raise NotStaff


def may(member: StaffMember, action: str) -> bool:
    """Tell whether a deed is this member's to do, so that a button can be left out."""
    return member.role in ACTIONS[action]


def permit(member: StaffMember, action: str) -> None:
    """Refuse a deed that is not this member's to do; raises NotStaff.

    Every use case of staff begins with this, whatever the button said: the member comes from
    `require`, read in the same transaction.
    """
    if member.role not in ACTIONS[action]:
        raise NotStaff


async def remove(tx: Tx, *, chat_id: int, now: datetime) -> None:
    """End a chat's staff rights at once; raises NotStaff when it has none."""
    member = await staff.by_chat(tx, chat_id)
    if member is None or not await staff.remove(tx, chat_id=chat_id, now=now):
        raise NotStaff
    await record(tx, member, "remove", detail={"role": member.role}, now=now)


async def record(
    tx: Tx, member: StaffMember, action: str, *, detail: dict[str, Any], now: datetime
) -> None:
    """Record what a staff member did, in the transaction of the deed."""
    await staff.log(
        tx,
        chat_id=member.chat_id,
        staff_id=member.id,
        action=action,
        allowed=True,
        detail=detail,
        now=now,
    )


async def _refuse(
    tx: Tx,
    action: str,
    *,
    chat_id: int,
    member: StaffMember | None,
    now: datetime,
    **about: int,
) -> None:
    await staff.log(
        tx,
        chat_id=chat_id,
        staff_id=member.id if member else None,
        action=action,
        allowed=False,
        detail={"role": member.role, **about} if member else {},
        now=now,
    )
