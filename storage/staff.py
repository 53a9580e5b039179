"""Staff, the one-time links that make them staff, and the record of what they did."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.tables import audit, staff, staff_link


@dataclass(frozen=True)
class StaffMember:
    """A person of the office who works with the bot from one chat."""

    id: int
    name: str
    role: str
    chat_id: int


@dataclass(frozen=True)
class StaffLink:
    """What a one-time link will give."""

    id: int
    name: str
    role: str
    event_ids: tuple[int, ...] = ()


async def add_link(
    tx: Tx,
    *,
    token_hash: str,
    name: str,
    role: str,
    expires_at: datetime,
    staff_id: int | None = None,
    event_ids: Sequence[int] = (),
) -> int:
    """Keep a one-time link, by the hash of its token; `staff_id` is who made it in a chat."""
    return await insert_id(
        tx,
        staff_link,
        token_hash=token_hash,
        name=name,
        role=role,
        expires_at=expires_at,
        staff_id=staff_id,
        event_ids=list(event_ids),
    )


async def use_link(tx: Tx, *, token_hash: str, now: datetime) -> StaffLink | None:
    """Use a link up; None when it is unknown, used or too old."""
    rows = await tx.execute(
        update(staff_link)
        .where(
            staff_link.c.token_hash == token_hash,
            staff_link.c.used_at.is_(None),
            staff_link.c.expires_at >= now,
        )
        .values(used_at=now)
        .returning(staff_link.c.id, staff_link.c.name, staff_link.c.role, staff_link.c.event_ids)
    )
    row = rows.one_or_none()
    return StaffLink(row.id, row.name, row.role, tuple(row.event_ids)) if row else None


async def is_link_open(tx: Tx, *, token_hash: str, now: datetime) -> bool:
    """Tell whether somebody could still use a link."""
    found = await tx.scalar(
        select(staff_link.c.id).where(
            staff_link.c.token_hash == token_hash,
            staff_link.c.used_at.is_(None),
            staff_link.c.expires_at >= now,
        )
    )
    return found is not None


def _member(row: Row[Any]) -> StaffMember:
    return StaffMember(row.id, row.name, row.role, row.chat_id)


async def by_chat(tx: Tx, chat_id: int) -> StaffMember | None:
    """Find the staff member of a chat; somebody removed is nobody."""
    rows = await tx.execute(
        select(staff).where(staff.c.chat_id == chat_id, staff.c.removed_at.is_(None))
    )
    row = rows.one_or_none()
    return _member(row) if row else None


async def get(tx: Tx, staff_id: int) -> StaffMember:
    """Read one staff member, removed or not; an unknown id raises NoResultFound."""
    return _member((await tx.execute(select(staff).where(staff.c.id == staff_id))).one())


async def hold(tx: Tx, staff_ids: Collection[int]) -> list[StaffMember]:
    """Read who of these is staff, and let nobody change their rights until the transaction ends.

    By rising number, as `hold_coordinators` does.
    """
    rows = await tx.execute(
        select(staff)
        .where(staff.c.id.in_(sorted(staff_ids)), staff.c.removed_at.is_(None))
        .order_by(staff.c.id)
        .with_for_update(read=True)
    )
    return [_member(row) for row in rows]


async def everyone(tx: Tx) -> list[StaffMember]:
    """List who is staff now."""
    rows = await tx.execute(select(staff).where(staff.c.removed_at.is_(None)).order_by(staff.c.id))
    return [_member(row) for row in rows]


async def grant(tx: Tx, *, name: str, role: str, chat_id: int, now: datetime) -> int:
    """Make a chat a staff member's, anew if it was removed before."""
    result = await tx.execute(
        update(staff)
        .where(staff.c.chat_id == chat_id)
        .values(name=name, role=role, granted_at=now, removed_at=None)
        .returning(staff.c.id)
    )
    known = result.scalar_one_or_none()
    if known is not None:
        return int(known)
    return await insert_id(tx, staff, name=name, role=role, chat_id=chat_id, granted_at=now)


async def remove(tx: Tx, *, chat_id: int, now: datetime) -> bool:
    """End a chat's staff rights at once; False when it had none."""
    result = await tx.execute(
        update(staff)
        .where(staff.c.chat_id == chat_id, staff.c.removed_at.is_(None))
        .values(removed_at=now)
    )
    return result.rowcount == 1


async def set_role(tx: Tx, staff_id: int, *, role: str) -> bool:
    """Give somebody of staff another role; False for somebody removed."""
    result = await tx.execute(
        update(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None)).values(role=role)
    )
    return result.rowcount == 1


async def hold_coordinators(tx: Tx) -> set[int]:
    """Read who is a coordinator, and let nobody end that before this transaction does."""
    rows = await tx.execute(
        select(staff.c.id)
        .where(staff.c.role == "coordinator", staff.c.removed_at.is_(None))
        .order_by(staff.c.id)
        # Rows that only point at these need not wait.
        .with_for_update(key_share=True)
    )
    return {row.id for row in rows}


async def log(
    tx: Tx,
    *,
    chat_id: int | None,
    staff_id: int | None,
    action: str,
    allowed: bool,
    detail: dict[str, Any],
    now: datetime,
) -> None:
    """Record who did what, or tried to."""
    await tx.execute(
        audit.insert().values(
            at=now,
            chat_id=chat_id,
            staff_id=staff_id,
            action=action,
            allowed=allowed,
            detail=detail,
        )
    )


@dataclass(frozen=True)
class AuditRecord:
    """One thing that somebody did or tried to do."""

    at: datetime
    chat_id: int | None
    staff_id: int | None
    action: str
    allowed: bool
    detail: dict[str, Any]


async def audit_trail(tx: Tx, *, limit: int) -> list[AuditRecord]:
    """List the newest records first."""
    rows = await tx.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    return [
        AuditRecord(row.at, row.chat_id, row.staff_id, row.action, row.allowed, row.detail)
        for row in rows
    ]
