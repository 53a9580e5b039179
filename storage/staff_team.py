"""The staff as a team: since when, which events are a trainer's, and the links that are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Tx
from storage.staff_tables import event_trainer
from storage.tables import event, staff, staff_link


@dataclass(frozen=True)
class Colleague:
    """Somebody of staff; `events` are those whose attendance a trainer keeps."""

    id: int
    name: str
    role: str
    chat_id: int
    since: datetime
    events: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class OpenLink:
    """A one-time link that nobody has opened yet."""

    id: int
    name: str
    role: str
    expires_at: datetime
    staff_id: int | None


async def colleagues(tx: Tx) -> list[Colleague]:
    """List who is staff now, coordinators first."""
    rows = (
        await tx.execute(select(staff).where(staff.c.removed_at.is_(None)).order_by(staff.c.id))
    ).all()
    given = await _events_of(tx, [row.id for row in rows])
    return [
        Colleague(row.id, row.name, row.role, row.chat_id, row.granted_at, given.get(row.id, ()))
        for row in rows
    ]


async def _events_of(tx: Tx, ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    rows = await tx.execute(
        select(event_trainer.c.staff_id, event.c.id, event.c.title)
        .join(event, event.c.id == event_trainer.c.event_id)
        .where(event_trainer.c.staff_id.in_(list(ids)))
        .order_by(event.c.id)
    )
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        found[row.staff_id] = (*found.get(row.staff_id, ()), (row.id, row.title))
    return found


async def open_links(tx: Tx, *, now: datetime) -> list[OpenLink]:
    """List the links that still work, the oldest first."""
    rows = await tx.execute(
        select(staff_link)
        .where(staff_link.c.used_at.is_(None), staff_link.c.expires_at >= now)
        .order_by(staff_link.c.expires_at, staff_link.c.id)
    )
    return [OpenLink(row.id, row.name, row.role, row.expires_at, row.staff_id) for row in rows]


async def drop_link(tx: Tx, link_id: int) -> tuple[str, str] | None:
    """Forget a link that nobody has opened; the name and role it had, or None."""
    rows = await tx.execute(
        delete(staff_link)
        .where(staff_link.c.id == link_id, staff_link.c.used_at.is_(None))
        .returning(staff_link.c.name, staff_link.c.role)
    )
    row = rows.one_or_none()
    return (row.name, row.role) if row else None


async def drop_links_of(tx: Tx, staff_id: int) -> int:
    """Forget the open links that somebody made."""
    gone = await tx.execute(
        delete(staff_link).where(staff_link.c.staff_id == staff_id, staff_link.c.used_at.is_(None))
    )
    return gone.rowcount
