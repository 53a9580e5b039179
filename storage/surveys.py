"""The survey store: answers are only ever added, and the last one of a respondent counts.

A correction is a newer row, a retraction is a newer row that says so. What is newer is decided
by `source_order`, not by the order of arrival, so that late and repeated arrivals do no harm.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, Text, cast, func, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import answer, survey

# The source's key settles what is equally new the same way whatever arrived first.
_NEWEST_FIRST = (answer.c.source_order.desc(), answer.c.source_key.desc())


@dataclass(frozen=True)
class Survey:
    """One asking of a form; `wave` tells baseline from endline and is empty for polls."""

    id: int
    key: str
    kind: str
    form_id: int
    event_id: int | None
    wave: str
    created_at: datetime


@dataclass(frozen=True)
class Answer:
    """An answer to one question; `source_key` names the arrival that brought it."""

    survey_id: int
    form_version: int
    respondent: str
    question_key: str
    option_keys: tuple[str, ...]
    text: str
    retracted: bool
    door: str
    source_key: str
    source_order: int
    answered_at: datetime


def _survey(row: Row[Any]) -> Survey:
    return Survey(row.id, row.key, row.kind, row.form_id, row.event_id, row.wave, row.created_at)


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        row.survey_id,
        row.form_version,
        row.respondent,
        row.question_key,
        tuple(row.option_keys),
        row.text,
        row.retracted,
        row.door,
        row.source_key,
        row.source_order,
        row.answered_at,
    )


async def add(
    tx: Tx,
    *,
    key: str,
    kind: str,
    form_id: int,
    event_id: int | None,
    wave: str,
    now: datetime,
) -> Survey | None:
    """Add a survey; None when its key is taken."""
    row = {
        "key": key,
        "kind": kind,
        "form_id": form_id,
        "event_id": event_id,
        "wave": wave,
        "created_at": now,
    }
    return await by_key(tx, key) if await insert_or_ignore(tx, survey, [row]) else None


async def get(tx: Tx, survey_id: int) -> Survey:
    """Read one survey; an unknown id raises NoResultFound."""
    return _survey((await tx.execute(select(survey).where(survey.c.id == survey_id))).one())


async def by_key(tx: Tx, key: str) -> Survey | None:
    """Find the survey with this key."""
    row = (await tx.execute(select(survey).where(survey.c.key == key))).one_or_none()
    return _survey(row) if row else None


async def newest(tx: Tx, *, kind: str | None = None, limit: int | None = None) -> list[Survey]:
    """List surveys, the newest first."""
    query = select(survey).order_by(survey.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(survey.c.kind == kind)
    return [_survey(row) for row in await tx.execute(query)]


async def append(tx: Tx, answers: list[Answer]) -> int:
    """Add answers, skip those that the same arrival brought before, return how many were new."""
    rows = [{**vars(one), "option_keys": list(one.option_keys)} for one in answers]
    return await insert_or_ignore(tx, answer, rows)


def _ranked(survey_id: int) -> Subquery:
    rank = func.row_number().over(
        partition_by=(answer.c.respondent, answer.c.question_key), order_by=_NEWEST_FIRST
    )
    return select(answer, rank.label("rank")).where(answer.c.survey_id == survey_id).subquery()


def _current(survey_id: int, *, retracted: bool) -> tuple[Subquery, Select[Any]]:
    ranked = _ranked(survey_id)
    is_current = (ranked.c.rank == 1, ranked.c.retracted.is_(retracted))
    return ranked, select(ranked).where(*is_current)


async def current_answers(tx: Tx, survey_id: int) -> list[Answer]:
    """List the answers that count, by respondent and question; retracted ones do not."""
    ranked, query = _current(survey_id, retracted=False)
    rows = await tx.execute(query.order_by(ranked.c.respondent, ranked.c.question_key))
    return [_answer(row) for row in rows]


async def newest_of(tx: Tx, survey_id: int, *, respondent: str, question_key: str) -> Answer | None:
    """Read the newest answer of one respondent to a question, also when it is a retraction."""
    rows = await tx.execute(
        select(answer)
        .where(
            answer.c.survey_id == survey_id,
            answer.c.respondent == respondent,
            answer.c.question_key == question_key,
        )
        .order_by(*_NEWEST_FIRST)
        .limit(1)
    )
    row = rows.one_or_none()
    return _answer(row) if row else None


async def count_of(tx: Tx, survey_id: int, *, respondent: str) -> int:
    """Count all that one respondent has answered, corrections and retractions too."""
    found = select(func.count()).where(
        answer.c.survey_id == survey_id, answer.c.respondent == respondent
    )
    return int(await tx.scalar(found) or 0)


async def count_retracted(tx: Tx, survey_id: int) -> int:
    """Count the questions whose last answer is a retraction, over all respondents."""
    _, query = _current(survey_id, retracted=True)
    return int(await tx.scalar(select(func.count()).select_from(query.subquery())) or 0)


async def count_options(tx: Tx, survey_id: int, question_key: str) -> tuple[dict[str, int], int]:
    """Count how often each option of a question is chosen, and how many people answered it."""
    ranked, query = _current(survey_id, retracted=False)
    # PostgreSQL cannot group by JSON itself.
    chosen = cast(ranked.c.option_keys, Text)
    rows = await tx.execute(
        query.with_only_columns(chosen, func.count())
        .where(ranked.c.question_key == question_key)
        .group_by(chosen)
    )
    counts: dict[str, int] = {}
    answered = 0
    for keys, count in rows:
        answered += count
        for key in json.loads(keys):
            counts[key] = counts.get(key, 0) + count
    return counts, answered


async def respondents(tx: Tx, survey_id: int) -> list[str]:
    """List respondents in the order of their first answer, retracted or not.

    Rows are never taken away, so a respondent's place in the list does not change.
    """
    rows = await tx.execute(
        select(answer.c.respondent)
        .where(answer.c.survey_id == survey_id)
        .group_by(answer.c.respondent)
        .order_by(func.min(answer.c.id))
    )
    return list(rows.scalars())
