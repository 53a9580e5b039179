"""Answers of the survey store: they are only ever added, and the last one of a respondent counts.

A correction is a newer row, a retraction is a newer row that says so. What is newer is decided
by `source_order`, not by the order of arrival, so that late and repeated arrivals do no harm.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from storage import current_answers as newest
from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import answer, current_answer

# The source's key settles what is equally new the same way whatever arrived first.
_NEWEST_FIRST = (answer.c.source_order.desc(), answer.c.source_key.desc())
# Random numbers of rows begin above any that a database counts up to.
_RANDOM_ABOVE, _RANDOM_SPAN = 2**50, 2**61
# SQLite takes no more than so many values in one statement, whatever its version.
_MOST_KEYS = 900


@dataclass(frozen=True)
class Answer:
    """An answer to one question; `source_key` names the arrival that brought it.

    `option_keys` has whatever can be counted: options (of a ranking in its order), a point of a
    scale, a number, an ISO day, or a code for no answer; `text` has words or a file's number.
    """

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
    wave: str = ""


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
        row.wave,
    )


async def append(tx: Tx, answers: list[Answer], *, anonymous: bool = False) -> int:
    """Add answers, skip those that the same arrival brought before, return how many were new.

    Rows of an anonymous survey get random numbers, which tell nothing of their order.
    """
    rows = [{**vars(one), "option_keys": list(one.option_keys)} for one in answers]
    if anonymous:
        rows = [{**row, "id": _RANDOM_ABOVE + secrets.randbelow(_RANDOM_SPAN)} for row in rows]
    added = await insert_or_ignore(tx, answer, rows)
    # In one order for all, so that two who answer for one respondent never block each other.
    ordered = sorted(answers, key=lambda one: (one.respondent, one.question_key))
    # What an arrival brought first is what counts, also when it says something else now.
    kept = ordered if added == len(rows) else await _brought_by(tx, ordered)
    await newest.keep(tx, [vars(one) for one in kept])
    return added


async def _brought_by(tx: Tx, answers: list[Answer]) -> list[Answer]:
    """Read what is in the store of the arrivals that brought these answers."""
    keys = sorted({one.source_key for one in answers})
    found: list[Answer] = []
    for first in range(0, len(keys), _MOST_KEYS):
        some = answer.c.source_key.in_(keys[first : first + _MOST_KEYS])
        rows = await tx.execute(
            select(answer).where(some).order_by(answer.c.respondent, answer.c.question_key)
        )
        found += [_answer(row) for row in rows]
    return found


async def current_answers(tx: Tx, survey_id: int) -> list[Answer]:
    """List the whole rows of the answers that count, by respondent and question."""
    kept = current_answer.c
    is_current = (
        (kept.survey_id == answer.c.survey_id)
        & (kept.wave == answer.c.wave)
        & (kept.question_key == answer.c.question_key)
        & (kept.respondent == answer.c.respondent)
        & (kept.source_key == answer.c.source_key)
    )
    rows = await tx.execute(
        select(answer)
        .join(current_answer, is_current)
        .where(answer.c.survey_id == survey_id, kept.retracted.is_(False))
        .order_by(answer.c.respondent, answer.c.question_key, answer.c.wave)
    )
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


async def newest_order(tx: Tx, survey_id: int, *, wave_key: str, respondent: str) -> int:
    """Give the highest order of what one respondent has answered in a wave; 0 when nothing."""
    found = select(func.max(current_answer.c.source_order)).where(
        current_answer.c.survey_id == survey_id,
        current_answer.c.wave == wave_key,
        current_answer.c.respondent == respondent,
    )
    return int(await tx.scalar(found) or 0)


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
