"""What only a person of the office can do: a row until somebody has done it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update

from storage import mail_tables
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.mail_tables import staff_task, staff_task_file

# In the very words of the partial index.
IS_OPEN = text(f"staff_task.{mail_tables.TASK_OPEN}")


@dataclass(frozen=True)
class Task:
    """One thing to do; `original` is what somebody wrote, whole and as they wrote it."""

    id: int
    key: str
    kind: str
    state: str
    person_id: int | None
    organisation_id: int | None
    event_id: int | None
    facts: dict[str, Any]
    original: str
    created_at: datetime
    ended_at: datetime | None
    ended_by_staff_id: int | None


_COLUMNS = [staff_task.c[name] for name in Task.__dataclass_fields__]


async def add(
    tx: Tx,
    *,
    key: str,
    kind: str,
    facts: dict[str, Any],
    original: str = "",
    person_id: int | None = None,
    organisation_id: int | None = None,
    event_id: int | None = None,
    now: datetime,
) -> bool:
    """Ask for something to be done; a key that is known asks for nothing and gives False."""
    row = {
        "key": key,
        "kind": kind,
        "person_id": person_id,
        "organisation_id": organisation_id,
        "event_id": event_id,
        "facts": facts,
        "original": original,
        "created_at": now,
    }
    return await insert_or_ignore(tx, staff_task, [row]) == 1


async def get(tx: Tx, task_id: int) -> Task | None:
    """Read one task, also one that is done."""
    row = (await tx.execute(select(*_COLUMNS).where(staff_task.c.id == task_id))).one_or_none()
    return Task(*row) if row else None


async def by_key(tx: Tx, key: str) -> Task | None:
    """Read the task of a key, also one that is done."""
    row = (await tx.execute(select(*_COLUMNS).where(staff_task.c.key == key))).one_or_none()
    return Task(*row) if row else None


async def open_ones(tx: Tx, *, limit: int, offset: int = 0) -> list[Task]:
    """List what is to be done, the oldest first."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(IS_OPEN)
        .order_by(staff_task.c.created_at, staff_task.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [Task(*row) for row in rows]


async def count_open(tx: Tx) -> int:
    """Count what is to be done."""
    return int(await tx.scalar(select(func.count()).select_from(staff_task).where(IS_OPEN)) or 0)


async def end(tx: Tx, task_id: int, *, staff_id: int | None, now: datetime) -> bool:
    """Note that it is done, by somebody of staff or by itself; False when it was before."""
    result = await tx.execute(
        update(staff_task)
        .where(staff_task.c.id == task_id, IS_OPEN)
        .values(state="done", ended_at=now, ended_by_staff_id=staff_id)
    )
    return result.rowcount == 1


async def reopen(tx: Tx, task_id: int) -> bool:
    """Put back what somebody of staff called done; False for what is open or ended by itself."""
    result = await tx.execute(
        update(staff_task)
        .where(
            staff_task.c.id == task_id,
            staff_task.c.state == "done",
            staff_task.c.ended_by_staff_id.is_not(None),
        )
        .values(state="open", ended_at=None, ended_by_staff_id=None)
    )
    return result.rowcount == 1


async def untold(tx: Tx, *, limit: int) -> list[Task]:
    """List what is to be done and staff were not told of, the oldest first."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(IS_OPEN, staff_task.c.told_at.is_(None))
        .order_by(staff_task.c.created_at, staff_task.c.id)
        .limit(limit)
    )
    return [Task(*row) for row in rows]


async def set_told(tx: Tx, *, now: datetime) -> None:
    """Note that staff were told of everything that is to be done."""
    await tx.execute(
        update(staff_task).where(IS_OPEN, staff_task.c.told_at.is_(None)).values(told_at=now)
    )


async def add_file(tx: Tx, *, task_id: int, file_id: int) -> None:
    """Keep a file with a task, so that nobody sweeps it away."""
    await insert_or_ignore(tx, staff_task_file, [{"staff_task_id": task_id, "file_id": file_id}])


async def files_of(tx: Tx, task_id: int) -> list[int]:
    """List the numbers of the files that came with a task."""
    mine = staff_task_file.c.staff_task_id == task_id
    rows = await tx.execute(
        select(staff_task_file.c.file_id).where(mine).order_by(staff_task_file.c.id)
    )
    return list(rows.scalars())
