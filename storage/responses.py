"""Responses: one filled-in form of a survey each; what was answered lies in surveys.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.survey_tables import response

_CHANGING = ("form_version", "complete", "link_hash")


@dataclass(frozen=True)
class Response:
    """One filled-in form; `link_hash` ties two waves of one person together, or is empty."""

    survey_id: int
    wave: str
    respondent: str
    form_version: int
    complete: bool
    link_hash: str = ""


_COLUMNS = [response.c[name] for name in Response.__dataclass_fields__]


async def save(tx: Tx, one: Response) -> None:
    """Keep a response; one that is there takes the newer facts."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(response)
    await tx.execute(
        insert.on_conflict_do_update(
            index_elements=["survey_id", "wave", "respondent"],
            set_={name: insert.excluded[name] for name in _CHANGING},
        ),
        vars(one),
    )


async def get(tx: Tx, survey_id: int, *, wave_key: str, respondent: str) -> Response | None:
    """Read one respondent's filled-in form; None when there is none."""
    row = (
        await tx.execute(
            select(*_COLUMNS).where(
                response.c.survey_id == survey_id,
                response.c.wave == wave_key,
                response.c.respondent == respondent,
            )
        )
    ).one_or_none()
    return Response(*row) if row else None


async def count(tx: Tx, survey_id: int, *, wave_key: str) -> tuple[int, int]:
    """Count the responses of a wave, and those that are complete."""
    of_wave = (response.c.survey_id == survey_id, response.c.wave == wave_key)
    is_complete = response.c.complete.is_(True)
    row = (
        await tx.execute(select(func.count(), func.count().filter(is_complete)).where(*of_wave))
    ).one()
    return int(row[0]), int(row[1])


async def count_doubled(tx: Tx, survey_id: int, *, wave_key: str) -> int:
    """Count the responses of a wave whose linking code another one of it has too."""
    shared = (
        select(func.count().label("count"))
        .where(
            response.c.survey_id == survey_id,
            response.c.wave == wave_key,
            response.c.link_hash != "",
        )
        .group_by(response.c.link_hash)
        .having(func.count() > 1)
        .subquery()
    )
    return int(await tx.scalar(select(func.coalesce(func.sum(shared.c.count), 0))) or 0)


async def of_wave(tx: Tx, survey_id: int, *, wave_key: str) -> list[Response]:
    """List a wave's responses by respondent, which tells no order of coming."""
    rows = await tx.execute(
        select(*_COLUMNS)
        .where(response.c.survey_id == survey_id, response.c.wave == wave_key)
        .order_by(response.c.respondent)
    )
    return [Response(*row) for row in rows]


async def pairs(tx: Tx, survey_id: int, waves: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give, by linking code, the respondent of each of these waves; "" codes are left out.

    A code that two responses of one wave share links nobody, because it is no longer one person's.
    """
    rows = await tx.execute(
        select(response.c.link_hash, response.c.wave, func.min(response.c.respondent))
        .where(
            response.c.survey_id == survey_id,
            response.c.wave.in_(list(waves)),
            response.c.link_hash != "",
        )
        .group_by(response.c.link_hash, response.c.wave)
        .having(func.count() == 1)
    )
    found: dict[str, dict[str, str]] = {}
    for link_hash, wave_key, respondent in rows:
        found.setdefault(link_hash, {})[wave_key] = respondent
    return found
