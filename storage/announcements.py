"""News that waits for a weekly digest, each a letter of staff with its words and its audience."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, text, update

from storage import staff_tables
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.staff_tables import announcement, invitation

WAITING, TOLD, WITHDRAWN = "waiting", "told", "withdrawn"
# In the words of the partial index, which holds only those that wait.
_IS_WAITING = text(f"announcement.{staff_tables.UNDIGESTED}")


@dataclass(frozen=True)
class News:
    """An announcement; `cursor` is up to which person the digest with it is queued."""

    id: int
    invitation_id: int
    state: str
    digest_on: date
    cursor: int
    written_at: datetime
    staff_id: int
    event_id: int | None
    file_id: int | None
    content: dict[str, Any]
    audience: dict[str, Any]

    @property
    def subject(self) -> str:
        """What it is called, with its placeholders still in it."""
        return str(self.content.get("subject", ""))


_ITS = [announcement.c[n] for n in ("id", "invitation_id", "state", "digest_on", "cursor")]
_WORDS = [invitation.c[n] for n in ("staff_id", "event_id", "file_id", "content", "audience")]


def _news() -> Select[Any]:
    return (
        select(*_ITS, announcement.c.written_at, *_WORDS)
        .join(invitation, invitation.c.id == announcement.c.invitation_id)
        .order_by(announcement.c.digest_on, announcement.c.id)
    )


def _read(row: Row[Any]) -> News:
    return News(*tuple(row))


async def add(tx: Tx, *, invitation_id: int, digest_on: date, now: datetime) -> bool:
    """Keep a letter for a digest; False when it is kept for one already."""
    row = {"invitation_id": invitation_id, "digest_on": digest_on, "written_at": now}
    return await insert_or_ignore(tx, announcement, [row]) == 1


async def of_invitation(tx: Tx, invitation_id: int) -> News:
    """Read the announcement of a letter; NoResultFound when it is none."""
    asked = _news().where(announcement.c.invitation_id == invitation_id)
    return _read((await tx.execute(asked)).one())


async def find(tx: Tx, announcement_id: int) -> News | None:
    """Look for one, whatever became of it."""
    row = (await tx.execute(_news().where(announcement.c.id == announcement_id))).one_or_none()
    return _read(row) if row else None


async def waiting(tx: Tx) -> list[News]:
    """List what waits, by the day of its digest."""
    return [_read(row) for row in await tx.execute(_news().where(_IS_WAITING))]


async def count_on(tx: Tx, day: date) -> int:
    """Count what waits for the digest of a day."""
    asked = select(func.count()).select_from(announcement)
    return int(await tx.scalar(asked.where(_IS_WAITING, announcement.c.digest_on == day)) or 0)


async def first_day(tx: Tx) -> date | None:
    """Tell the day of the next digest that has something to say."""
    found: date | None = await tx.scalar(
        select(func.min(announcement.c.digest_on)).where(_IS_WAITING)
    )
    return found


async def hold_for(tx: Tx, day: date) -> list[News]:
    """List what the digest of a day says; nobody can withdraw it until the transaction ends."""
    asked = _news().where(_IS_WAITING, announcement.c.digest_on == day)
    rows = await tx.execute(asked.with_for_update(of=announcement))
    return [_read(row) for row in rows]


async def advance(tx: Tx, ids: list[int], *, cursor: int) -> None:
    """Note up to which person the digest is queued."""
    await tx.execute(update(announcement).where(announcement.c.id.in_(ids)).values(cursor=cursor))


async def end(tx: Tx, ids: list[int], *, state: str, now: datetime) -> None:
    """Say what became of announcements that were held."""
    await tx.execute(
        update(announcement)
        .where(announcement.c.id.in_(ids), _IS_WAITING)
        .values(state=state, ended_at=now)
    )


async def withdraw(tx: Tx, announcement_id: int, *, now: datetime) -> bool:
    """Take one back of which nobody has been told; False when that is too late."""
    result = await tx.execute(
        update(announcement)
        .where(announcement.c.id == announcement_id, _IS_WAITING, announcement.c.cursor == 0)
        .values(state=WITHDRAWN, ended_at=now)
    )
    return result.rowcount == 1


async def put_back(tx: Tx, announcement_id: int) -> bool:
    """Let one wait again that was withdrawn; False when it is not withdrawn."""
    result = await tx.execute(
        update(announcement)
        .where(announcement.c.id == announcement_id, announcement.c.state == WITHDRAWN)
        .values(state=WAITING, ended_at=None)
    )
    return result.rowcount == 1
