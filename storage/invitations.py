"""What staff write to many, from the first word on: a row that only its author changes.

Every change raises `revision` and names the one it was made from, so that two taps, or two
people, never undo each other: whoever comes second changes nothing and is told so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.staff_tables import invitation
from storage.tables import broadcast

DRAFT, PROPOSED, CONFIRMED, WITHDRAWN = ("draft", "proposed", "confirmed", "withdrawn")
OPEN = (DRAFT, PROPOSED)
# What a change may set; the rest are steps of their own.
_CHANGING = frozenset(
    {"purpose", "event_id", "content", "audience", "file_id", "starts_at", "late_joiners"}
)


@dataclass(frozen=True)
class Invitation:
    """A letter to many as it is kept; `content` and `audience` are plain JSON."""

    id: int
    staff_id: int
    purpose: str
    about_broadcast_id: int | None
    event_id: int | None
    state: str
    content: dict[str, Any]
    audience: dict[str, Any]
    file_id: int | None
    starts_at: datetime | None
    late_joiners: bool
    revision: int
    created_at: datetime
    changed_at: datetime
    proposed_at: datetime | None
    broadcast_id: int | None


_COLUMNS = [invitation.c[name] for name in Invitation.__dataclass_fields__]


async def add(
    tx: Tx,
    *,
    staff_id: int,
    content: dict[str, Any],
    audience: dict[str, Any],
    now: datetime,
    purpose: str = "invitation",
    event_id: int | None = None,
    about_broadcast_id: int | None = None,
) -> Invitation:
    """Begin a draft."""
    new = await insert_id(
        tx,
        invitation,
        staff_id=staff_id,
        purpose=purpose,
        about_broadcast_id=about_broadcast_id,
        event_id=event_id,
        content=content,
        audience=audience,
        created_at=now,
        changed_at=now,
    )
    return await get(tx, new)


async def get(tx: Tx, invitation_id: int) -> Invitation:
    """Read one; an unknown id raises NoResultFound."""
    rows = await tx.execute(select(*_COLUMNS).where(invitation.c.id == invitation_id))
    return _read(rows.one())


async def find(tx: Tx, invitation_id: int, *, hold: bool = False) -> Invitation | None:
    """Look for one; None when there is none. `hold` keeps others from changing it meanwhile."""
    asked = select(*_COLUMNS).where(invitation.c.id == invitation_id)
    row = (await tx.execute(asked.with_for_update() if hold else asked)).one_or_none()
    return _read(row) if row else None


async def of_broadcast(tx: Tx, broadcast_id: int) -> Invitation | None:
    """Find what a broadcast was written as."""
    asked = select(*_COLUMNS).where(invitation.c.broadcast_id == broadcast_id)
    row = (await tx.execute(asked)).one_or_none()
    return _read(row) if row else None


async def open_of(tx: Tx, staff_id: int) -> list[Invitation]:
    """List what a member of staff has begun and neither sent nor given up, the newest first."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(invitation.c.state.in_(OPEN), invitation.c.staff_id == staff_id)
        .order_by(invitation.c.changed_at.desc(), invitation.c.id.desc())
    )
    return [_read(row) for row in rows]


async def proposed(tx: Tx) -> list[Invitation]:
    """List what waits for another coordinator's look, the oldest first."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(invitation.c.state == PROPOSED)
        .order_by(invitation.c.changed_at, invitation.c.id)
    )
    return [_read(row) for row in rows]


async def change(
    tx: Tx, invitation_id: int, *, revision: int, now: datetime, **values: Any
) -> bool:
    """Change a draft from the revision that was seen; False when it is another by now."""
    unknown = values.keys() - _CHANGING
    if unknown:
        raise ValueError(sorted(unknown))
    return await _step(
        tx, invitation_id, revision, (DRAFT,), revision=revision + 1, changed_at=now, **values
    )


async def propose(tx: Tx, invitation_id: int, *, revision: int, now: datetime) -> bool:
    """Lay a draft before the other coordinators, as it was seen."""
    return await _step(
        tx, invitation_id, revision, (DRAFT,), state=PROPOSED, proposed_at=now, changed_at=now
    )


async def give_back(tx: Tx, invitation_id: int, *, revision: int, now: datetime) -> bool:
    """Make a draft of what was proposed; its revision rises, so that old buttons end."""
    return await _step(
        tx,
        invitation_id,
        revision,
        (PROPOSED,),
        state=DRAFT,
        proposed_at=None,
        revision=revision + 1,
        changed_at=now,
    )


async def confirm(
    tx: Tx, invitation_id: int, *, revision: int, broadcast_id: int | None, now: datetime
) -> bool:
    """Say that this very revision leaves, as this broadcast if it is one."""
    return await _step(
        tx,
        invitation_id,
        revision,
        OPEN,
        state=CONFIRMED,
        broadcast_id=broadcast_id,
        changed_at=now,
    )


async def withdraw(tx: Tx, invitation_id: int, *, revision: int, now: datetime) -> bool:
    """Give up what has not left."""
    return await _step(tx, invitation_id, revision, OPEN, state=WITHDRAWN, changed_at=now)


async def reopen(tx: Tx, broadcast_id: int, *, now: datetime) -> bool:
    """Make a draft again of what was sent and taken back before anything left."""
    result = await tx.execute(
        update(invitation)
        .where(
            invitation.c.broadcast_id == broadcast_id,
            invitation.c.state == CONFIRMED,
            select(broadcast.c.id)
            .where(
                broadcast.c.id == broadcast_id,
                broadcast.c.state == "stopped",
                # Nobody was queued, so nothing of it can have left.
                broadcast.c.ceiling == 0,
            )
            .exists(),
        )
        .values(
            state=DRAFT,
            broadcast_id=None,
            proposed_at=None,
            revision=invitation.c.revision + 1,
            changed_at=now,
        )
    )
    return result.rowcount == 1


async def _step(
    tx: Tx, invitation_id: int, seen: int, expected: tuple[str, ...], **values: Any
) -> bool:
    result = await tx.execute(
        update(invitation)
        .where(
            invitation.c.id == invitation_id,
            invitation.c.revision == seen,
            invitation.c.state.in_(expected),
        )
        .values(**values)
    )
    return result.rowcount == 1


def _read(row: Row[Any]) -> Invitation:
    return Invitation(**row._mapping)  # noqa: SLF001 -- its name is public, whatever it looks like
