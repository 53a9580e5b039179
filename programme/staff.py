"""Who of the office may do what, by which one-time link they became staff, and a record of it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from programme.refusals import LinkSpent, NotStaff
from storage import staff
from storage.database import Tx
from storage.staff import StaffMember

LINK_LIFE = timedelta(hours=48)
ROLES = ("coordinator", "assistant", "viewer")
MAY_SEND = ("coordinator", "assistant")
# Each thing that staff do, and the roles that may do it.
ACTIONS = {
    "invite": MAY_SEND,
    "poll": MAY_SEND,
    "results": ROLES,
    "report": ROLES,
    "desk": ROLES,
    "registrations": MAY_SEND,
    "nominations": MAY_SEND,
    "documents": MAY_SEND,
    "attendance": MAY_SEND,
    "certificates": MAY_SEND,
    "people": MAY_SEND,
    "fair": MAY_SEND,
    "task list": ROLES,
    "tasks": MAY_SEND,
}


def new_token() -> str:
    """Make the secret of a one-time link; 22 characters fit a deep link."""
    return secrets.token_urlsafe(16)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def invite_staff(tx: Tx, *, name: str, role: str, token: str, now: datetime) -> None:
    """Keep a link that makes the first chat that opens it staff, within 48 hours."""
    await staff.add_link(
        tx, token_hash=_hash(token), name=name, role=role, expires_at=now + LINK_LIFE
    )


async def accept(tx: Tx, *, token: str, chat_id: int, now: datetime) -> StaffMember:
    """Make a chat a staff member's by a one-time link; raises LinkSpent."""
    link = await staff.use_link(tx, token_hash=_hash(token), now=now)
    if link is None:
        await _refuse(tx, "accept", chat_id=chat_id, member=None, now=now)
        raise LinkSpent
    staff_id = await staff.grant(tx, name=link.name, role=link.role, chat_id=chat_id, now=now)
    member = await staff.get(tx, staff_id)
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
    tx: Tx, action: str, *, chat_id: int, member: StaffMember | None, now: datetime
) -> None:
    await staff.log(
        tx,
        chat_id=chat_id,
        staff_id=member.id if member else None,
        action=action,
        allowed=False,
        detail={"role": member.role} if member else {},
        now=now,
    )
