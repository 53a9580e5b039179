"""Forms as they were asked: every version is kept, because answers refer to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import form


@dataclass(frozen=True)
class StoredForm:
    """One version of a form; `content` is the form's own JSON."""

    id: int
    key: str
    version: int
    content: dict[str, Any]


def _form(row: Row[Any]) -> StoredForm:
    return StoredForm(row.id, row.key, row.version, row.content)


async def save(tx: Tx, *, key: str, content: dict[str, Any], now: datetime) -> StoredForm:
    """Keep a form and return the version that has this content, a new one only if it changed."""
    while True:
        last = await newest(tx, key)
        if last is not None and last.content == content:
            return last
        # Somebody else may add the same version at this moment; then the turn begins anew.
        version = last.version + 1 if last else 1
        row = {"key": key, "version": version, "content": content, "created_at": now}
        await insert_or_ignore(tx, form, [row])


async def get(tx: Tx, form_id: int) -> StoredForm:
    """Read one version; an unknown id raises NoResultFound."""
    return _form((await tx.execute(select(form).where(form.c.id == form_id))).one())


async def newest(tx: Tx, key: str) -> StoredForm | None:
    """Read the newest version of a form."""
    rows = await tx.execute(
        select(form).where(form.c.key == key).order_by(form.c.version.desc()).limit(1)
    )
    row = rows.one_or_none()
    return _form(row) if row else None


async def versions(tx: Tx, key: str) -> list[StoredForm]:
    """List all versions of a form, the oldest first."""
    rows = await tx.execute(select(form).where(form.c.key == key).order_by(form.c.version))
    return [_form(row) for row in rows]
