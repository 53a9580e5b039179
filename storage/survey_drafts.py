"""Answers on their way: kept with whoever gives them until they are handed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage import waves
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import survey_draft, survey_file

_CHANGING = ("form_version", "answers", "link_hash", "door", "changed_at")


@dataclass(frozen=True)
class Draft:
    """What somebody has answered so far, by question key, of the version that they were asked.

    `owner` is "person:12", "organisation:5", "device:<hash>" or "code:<hash>".
    """

    wave_id: int
    owner: str
    form_version: int
    answers: dict[str, Any]
    link_hash: str
    door: str
    changed_at: datetime


_COLUMNS = [survey_draft.c[name] for name in Draft.__dataclass_fields__]


async def get(tx: Tx, wave_id: int, owner: str, *, hold: bool = False) -> Draft | None:
    """Read a draft; with `hold` whoever else changes it waits, and so does the wave's end.

    The end of a wave holds the wave and then its drafts; in any other order two would wait for
    each other.
    """
    if hold and tx.dialect.name == "postgresql":
        await waves.share(tx, wave_id)
    query = select(*_COLUMNS).where(
        survey_draft.c.wave_id == wave_id, survey_draft.c.owner == owner
    )
    row = (await tx.execute(query.with_for_update() if hold else query)).one_or_none()
    return Draft(*row) if row else None


async def save(tx: Tx, draft: Draft) -> None:
    """Keep a draft as it stands now."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(survey_draft)
    await tx.execute(
        insert.on_conflict_do_update(
            index_elements=["wave_id", "owner"],
            set_={name: insert.excluded[name] for name in _CHANGING},
        ),
        vars(draft),
    )


async def begin(tx: Tx, draft: Draft) -> Draft:
    """Keep a draft unless its owner has one, and hold the one that they have."""
    await insert_or_ignore(tx, survey_draft, [vars(draft)])
    return await get(tx, draft.wave_id, draft.owner, hold=True) or draft


async def remove(tx: Tx, wave_id: int, owner: str) -> bool:
    """Take a draft away; False when there is none, as when it was handed in meanwhile."""
    gone = await tx.execute(
        delete(survey_draft).where(survey_draft.c.wave_id == wave_id, survey_draft.c.owner == owner)
    )
    return gone.rowcount == 1


async def of_wave(tx: Tx, wave_id: int) -> list[Draft]:
    """List the drafts of a wave."""
    rows = await tx.execute(
        select(*_COLUMNS).where(survey_draft.c.wave_id == wave_id).order_by(survey_draft.c.owner)
    )
    return [Draft(*row) for row in rows]


async def has_any(tx: Tx, wave_id: int) -> bool:
    """Tell whether answers of a wave are on their way, or wait to be poured in behind its end."""
    found = select(survey_draft.c.owner).where(survey_draft.c.wave_id == wave_id).limit(1)
    return (await tx.execute(found)).first() is not None


async def count(tx: Tx, wave_id: int, *, owners: str) -> int:
    """Count the drafts of a wave whose owners' names begin like this."""
    found = select(func.count()).where(
        survey_draft.c.wave_id == wave_id, survey_draft.c.owner.startswith(owners)
    )
    return int(await tx.scalar(found) or 0)


async def forget(tx: Tx, wave_id: int, *, owners: str, before: datetime) -> int:
    """Take away drafts of such owners that nobody has changed since, and count them."""
    gone = await tx.execute(
        delete(survey_draft).where(
            survey_draft.c.wave_id == wave_id,
            survey_draft.c.owner.startswith(owners),
            survey_draft.c.changed_at < before,
        )
    )
    return gone.rowcount


async def name_file(tx: Tx, *, survey_id: int, file_id: int) -> None:
    """Note that a file is an answer of a survey, so that it stays."""
    await tx.execute(insert(survey_file), {"survey_id": survey_id, "file_id": file_id})
