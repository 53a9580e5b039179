"""The answers that count: the newest row of each respondent and question, kept beside all rows.

They are kept in the transaction that adds an answer, so that a million can be counted at once.
docs/decisions/0037-answers-without-names.md tells why they lie in a table of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.survey_tables import current_answer


@dataclass(frozen=True)
class Current:
    """What a respondent answers to a question as things stand now."""

    wave: str
    respondent: str
    question_key: str
    option_keys: tuple[str, ...]
    text: str
    form_version: int


async def keep(tx: Tx, answers: Sequence[Mapping[str, Any]]) -> None:
    """Let these rows of answers count where they are newer than what counted before."""
    await keep_rows(tx, [_kept(one) for one in answers])


async def keep_rows(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let rows like those that count be kept where they are newer than what is there."""
    if rows:
        await tx.execute(_keeping(tx.dialect.name), rows)


def _kept(one: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name in current_answer.c}
    return {**kept, "chosen": " ".join(one["option_keys"])}


@cache
def _keeping(dialect: str) -> Any:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(current_answer)
    new, old = insert.excluded, current_answer.c
    changing = [one.name for one in current_answer.c if not one.primary_key]
    is_newer = or_(
        new.source_order > old.source_order,
        (new.source_order == old.source_order) & (new.source_key > old.source_key),
    )
    return insert.on_conflict_do_update(
        index_elements=[one.name for one in current_answer.primary_key],
        set_={name: new[name] for name in changing},
        where=is_newer,
    )


async def current(
    tx: Tx, survey_id: int, *, wave_key: str | None = None, question_key: str | None = None
) -> list[Current]:
    """List the answers that count, by wave, question and respondent: the one reading function."""
    table = current_answer.c
    query = select(current_answer).where(table.survey_id == survey_id, table.retracted.is_(False))
    if wave_key is not None:
        query = query.where(table.wave == wave_key)
    if question_key is not None:
        query = query.where(table.question_key == question_key)
    rows = await tx.execute(query.order_by(table.wave, table.question_key, table.respondent))
    return [_current(row) for row in rows]


async def current_of(tx: Tx, survey_id: int, *, wave_key: str, respondent: str) -> list[Current]:
    """List what one respondent answers in a wave as things stand, by question key."""
    table = current_answer.c
    rows = await tx.execute(
        select(current_answer)
        .where(
            table.survey_id == survey_id,
            table.wave == wave_key,
            table.respondent == respondent,
            table.retracted.is_(False),
        )
        .order_by(table.question_key)
    )
    return [_current(row) for row in rows]


def _current(row: Row[Any]) -> Current:
    keys = tuple(row.chosen.split())
    return Current(row.wave, row.respondent, row.question_key, keys, row.text, row.form_version)
