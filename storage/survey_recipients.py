"""Whom a wave asks and whether they have answered, apart from what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import survey_code, survey_recipient


@dataclass(frozen=True)
class SurveyRecipient:
    """Somebody a wave asks; devices and codes are here once they have answered."""

    wave_id: int
    owner: str
    person_id: int | None
    organisation_id: int | None
    done: bool
    reminders: int


_AT_ONCE = 1_000  # owners in one statement
_COLUMNS = [survey_recipient.c[name] for name in SurveyRecipient.__dataclass_fields__]


async def add(tx: Tx, wave_id: int, rows: list[dict[str, Any]]) -> int:
    """Note whom a wave asks (owner, person_id, organisation_id); returns how many were new."""
    return await insert_or_ignore(
        tx,
        survey_recipient,
        [{"wave_id": wave_id, "person_id": None, "organisation_id": None, **row} for row in rows],
    )


async def get(tx: Tx, wave_id: int, owner: str) -> SurveyRecipient | None:
    """Read whether this wave asks somebody, and whether they have answered."""
    table = survey_recipient.c
    row = (
        await tx.execute(select(*_COLUMNS).where(table.wave_id == wave_id, table.owner == owner))
    ).one_or_none()
    return SurveyRecipient(*row) if row else None


async def finish(tx: Tx, wave_id: int, owner: str) -> bool:
    """Note that somebody has answered; False when they had before. Adds who was not asked."""
    await add(tx, wave_id, [{"owner": owner}])
    table = survey_recipient.c
    changed = await tx.execute(
        update(survey_recipient)
        .where(table.wave_id == wave_id, table.owner == owner, table.done.is_(False))
        .values(done=True)
    )
    return changed.rowcount == 1


async def missing(tx: Tx, wave_id: int) -> list[SurveyRecipient]:
    """List who was asked and has not answered."""
    table = survey_recipient.c
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(table.wave_id == wave_id, table.done.is_(False))
        .order_by(table.owner)
    )
    return [SurveyRecipient(*row) for row in rows]


async def known(
    tx: Tx, wave_id: int, owners: Sequence[str], *, done: bool | None = None
) -> set[str]:
    """Name those of these whom a wave has asked; with `done` those who have answered, or not."""
    table, found = survey_recipient.c, set[str]()
    for first in range(0, len(owners), _AT_ONCE):
        part = list(owners[first : first + _AT_ONCE])
        query = select(table.owner).where(table.wave_id == wave_id, table.owner.in_(part))
        if done is not None:
            query = query.where(table.done.is_(done))
        found |= set((await tx.execute(query)).scalars())
    return found


async def remind(
    tx: Tx, wave_id: int, owner: str, *, before: int, counted: int | None = None
) -> bool:
    """Count a reminder, or up to so many; False when it was counted or an answer has come."""
    table = survey_recipient.c
    changed = await tx.execute(
        update(survey_recipient)
        .where(
            table.wave_id == wave_id,
            table.owner == owner,
            table.done.is_(False),
            table.reminders == before,
        )
        .values(reminders=before + 1 if counted is None else counted)
    )
    return changed.rowcount == 1


async def has_silent(tx: Tx, wave_id: int, *, below: int) -> bool:
    """Tell whether anybody has not answered whose reminders are fewer than so many."""
    table = survey_recipient.c
    query = select(table.owner).where(
        table.wave_id == wave_id, table.done.is_(False), table.reminders < below
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def count(tx: Tx, wave_id: int) -> tuple[int, int]:
    """Count who was asked by name, and who of all has answered."""
    table = survey_recipient.c
    is_named = (table.person_id.is_not(None)) | (table.organisation_id.is_not(None))
    row = (
        await tx.execute(
            select(
                func.count().filter(is_named),
                func.count().filter(table.done.is_(True)),
            ).where(table.wave_id == wave_id)
        )
    ).one()
    return int(row[0]), int(row[1])


async def add_codes(tx: Tx, wave_id: int, hashes: list[str]) -> int:
    """Keep the hashes of printed codes."""
    rows = [{"wave_id": wave_id, "code_hash": each} for each in hashes]
    return await insert_or_ignore(tx, survey_code, rows)


async def count_codes(tx: Tx, wave_id: int) -> int:
    """Count the printed codes of a wave, used or not."""
    found = select(func.count()).where(survey_code.c.wave_id == wave_id)
    return int(await tx.scalar(found) or 0)


async def code_is_open(tx: Tx, wave_id: int, code_hash: str) -> bool:
    """Tell whether a printed code is known and unused."""
    table = survey_code.c
    found = select(table.used).where(table.wave_id == wave_id, table.code_hash == code_hash)
    return (await tx.scalar(found)) is False


async def use_code(tx: Tx, wave_id: int, code_hash: str) -> bool:
    """Use a printed code; False when it is unknown or used."""
    table = survey_code.c
    changed = await tx.execute(
        update(survey_code)
        .where(table.wave_id == wave_id, table.code_hash == code_hash, table.used.is_(False))
        .values(used=True)
    )
    return changed.rowcount == 1
