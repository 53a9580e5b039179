"""Read a survey's answers out, however many there are: respondent by respondent, in batches.

Respondents are numbered in the order of their first row, which is random where the survey is
anonymous. Rows are never taken away, so a respondent has the same number in every file.
"""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Text, cast, func, select

from storage.database import Tx
from storage.survey_tables import answer, answer_tag, current_answer, response

# So many respondents' answers are in memory at once; SQLite takes no more than 900 of them.
AT_ONCE = 300


# The columns of Given.
Row = tuple[str, tuple[str, ...], str, int, datetime | None]


class Given(NamedTuple):
    """An answer that counts; `answered_at` is None where no moments were asked for."""

    question_key: str
    option_keys: tuple[str, ...]
    text: str
    form_version: int
    answered_at: datetime | None


class Sheet(NamedTuple):
    """All answers of a respondent in a wave, each column of them as the database packed it.

    `number` stands for the respondent and says nothing of them. A million answers taken one by
    one would spend most of their time as rows of a driver; so they come as JSON.
    """

    number: int
    wave: str
    respondent: str
    n: int
    columns: tuple[str, ...]

    def answers(self) -> list[Given]:
        """Unpack the answers, by question."""
        return [Given._make(row) for row in self.rows()]

    def rows(self) -> list[Row]:
        """Unpack the answers as bare rows."""
        keys, chosen, words, versions, *moments = map(json.loads, self.columns)
        at = map(_moment, moments[0]) if moments else repeat(None, self.n)
        # Sorted here, because the two databases have orders of letters of their own.
        return sorted(zip(keys, map(_options, chosen), words, versions, at, strict=True))


@lru_cache(maxsize=4_096)
def _options(chosen: str) -> tuple[str, ...]:
    return tuple(chosen.split())


@lru_cache(maxsize=4_096)
def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    # SQLite keeps them without the offset, which is none.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True)
class Filled:
    """What is kept of a whole filled-in form."""

    form_version: int
    complete: bool
    link_hash: str


async def batches(
    tx: Tx, survey_id: int, *, waves: Sequence[str] | None, with_moments: bool
) -> AsyncGenerator[list[Sheet]]:
    """Give the answers that count, all of some respondents at a time, by number and wave.

    `waves` leaves out all others.
    """
    first_rows = (
        select(answer.c.respondent)
        .where(answer.c.survey_id == survey_id)
        .group_by(answer.c.respondent)
        .order_by(func.min(answer.c.id))
        .execution_options(yield_per=AT_ONCE)
    )
    number = 0
    stream = await tx.stream(first_rows)
    async for some in stream.scalars().partitions(AT_ONCE):
        numbers = dict(zip(some, range(number + 1, number + 1 + len(some)), strict=True))
        number += len(some)
        found = await _of(tx, survey_id, numbers, waves, with_moments=with_moments)
        if found:
            yield found


async def _of(
    tx: Tx,
    survey_id: int,
    numbers: dict[str, int],
    waves: Sequence[str] | None,
    *,
    with_moments: bool,
) -> list[Sheet]:
    table = current_answer.c
    pack = _pack_sqlite if tx.dialect.name == "sqlite" else _pack_postgresql
    packed = [table.question_key, table.chosen, table.text, table.form_version]
    if with_moments:
        packed.append(table.answered_at)
    query = (
        select(table.respondent, table.wave, func.count(), *map(pack, packed))
        .where(
            table.survey_id == survey_id,
            table.respondent.in_(list(numbers)),
            table.retracted.is_(False),
        )
        .group_by(table.respondent, table.wave)
    )
    if waves is not None:
        query = query.where(table.wave.in_(list(waves)))
    return sorted(
        Sheet(numbers[who], wave, who, count, tuple(columns))
        for who, wave, count, *columns in await tx.execute(query)
    )


def _pack_sqlite(column: Column[Any]) -> ColumnElement[str]:
    return func.json_group_array(column, type_=Text)


def _pack_postgresql(column: Column[Any]) -> ColumnElement[str]:
    return cast(func.json_agg(column), Text)


async def filled(
    tx: Tx, survey_id: int, respondents: Sequence[str]
) -> dict[tuple[str, str], Filled]:
    """Give what is kept of the forms of these respondents, by respondent and wave."""
    table = response.c
    waves = select(table.wave).where(table.survey_id == survey_id).distinct()
    rows = await tx.execute(
        select(
            table.respondent, table.wave, table.form_version, table.complete, table.link_hash
        ).where(
            table.survey_id == survey_id,
            table.wave.in_(waves),
            table.respondent.in_(list(respondents)),
        )
    )
    return {(row[0], row[1]): Filled(*row[2:]) for row in rows}


async def question_keys(tx: Tx, survey_id: int) -> list[str]:
    """List the keys of the questions that have answers, also such that no form has any more."""
    table = current_answer.c
    rows = await tx.execute(
        select(table.question_key).where(table.survey_id == survey_id).distinct()
    )
    return sorted(rows.scalars())


async def respondents_by_wave(tx: Tx, survey_id: int) -> dict[str, int]:
    """Count, by wave, whoever has an answer that counts."""
    table = current_answer.c
    rows = await tx.execute(
        select(table.wave, func.count(table.respondent.distinct()))
        .where(table.survey_id == survey_id, table.retracted.is_(False))
        .group_by(table.wave)
    )
    return {row[0]: int(row[1]) for row in rows}


@dataclass(frozen=True)
class Words:
    """What somebody wrote, with what staff say it is about; nothing tells who wrote it."""

    wave: str
    question_key: str
    text: str
    tags: tuple[str, ...]


async def words(tx: Tx, survey_id: int) -> list[Words]:
    """List the written answers that count, in the order of the alphabet."""
    table, tag = current_answer.c, answer_tag.c
    is_of_it = (
        (tag.survey_id == table.survey_id)
        & (tag.wave == table.wave)
        & (tag.question_key == table.question_key)
        & (tag.respondent == table.respondent)
    )
    rows = await tx.execute(
        select(table.wave, table.question_key, table.respondent, table.text, tag.tag)
        .outerjoin(answer_tag, is_of_it)
        .where(table.survey_id == survey_id, table.retracted.is_(False), table.text != "")
    )
    tags: dict[tuple[str, str, str, str], list[str]] = {}
    for wave, question_key, respondent, text, label in rows:
        tags.setdefault((wave, question_key, respondent, text), []).extend([label] if label else [])
    found = [
        Words(wave, question_key, text, tuple(sorted(labels)))
        for (wave, question_key, _respondent, text), labels in tags.items()
    ]
    return sorted(found, key=lambda one: (one.wave, one.question_key, one.text.casefold()))
