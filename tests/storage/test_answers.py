"""Whatever comes in whatever order, what counts is the newest row of the append-only table."""

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import forms, surveys
from storage.database import Database, Tx
from storage.survey_tables import answer, current_answer
from storage.surveys import Answer
from tests.storage.rows import NOW

_numbers = itertools.count(1)
# Few names, so that they meet: an arrival that comes again may say something else.
ROWS = st.tuples(
    st.sampled_from(["person:1", "a:2", "p:3"]),
    st.sampled_from(["", "endline"]),
    st.sampled_from(["q", "w.r"]),
    st.sampled_from(["", "o1", "o1 o3", "_no_answer"]),
    st.sampled_from(["", "Bo tak", "żółw"]),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from(["s1", "s2", "S3", "ł4"]),
    st.integers(1, 2),
)


def _answer(survey_id: int, prefix: str, row: tuple[Any, ...]) -> Answer:
    who, wave, question, chosen, words, retracted, order, source, version = row
    return Answer(
        survey_id=survey_id,
        form_version=version,
        respondent=who,
        question_key=question,
        option_keys=tuple(chosen.split()),
        text=words,
        retracted=retracted,
        door="chat",
        source_key=f"{prefix}:{source}:{who}:{wave}",
        source_order=order,
        answered_at=NOW,
        wave=wave,
    )


async def ranked(tx: Tx, survey_id: int) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Work out from the append-only rows alone what counts."""
    rows = await tx.execute(
        select(answer)
        .where(answer.c.survey_id == survey_id)
        .order_by(answer.c.source_order, answer.c.source_key)
    )
    return {
        (row.wave, row.question_key, row.respondent): (
            " ".join(row.option_keys), row.text, row.form_version, row.retracted,
            row.source_order, row.source_key,
        )
        for row in rows
    }  # fmt: skip


async def counting(tx: Tx, survey_id: int) -> dict[tuple[str, ...], tuple[Any, ...]]:
    rows = await tx.execute(select(current_answer).where(current_answer.c.survey_id == survey_id))
    return {
        (row.wave, row.question_key, row.respondent): (
            row.chosen, row.text, row.form_version, row.retracted, row.source_order, row.source_key,
        )
        for row in rows
    }  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(ROWS, max_size=4), max_size=6), anonymous=st.booleans())
async def test_any_interleaving_gives_what_the_rows_say(
    database: Database, batches: list[list[tuple[Any, ...]]], *, anonymous: bool
) -> None:
    number = next(_numbers)
    async with database.transaction() as tx:
        form = await forms.save(tx, key=f"f{number}", content={}, now=NOW)
        survey = await surveys.add(
            tx, key=f"s{number}", kind="survey", form_id=form.id, event_id=None, wave="", now=NOW
        )
        assert survey is not None
        for batch in batches:
            rows = [_answer(survey.id, str(number), row) for row in batch]
            await surveys.append(tx, rows, anonymous=anonymous)

        expected = await ranked(tx, survey.id)
        read = {
            (one.wave, one.question_key, one.respondent): " ".join(one.option_keys)
            for one in await surveys.current(tx, survey.id)
        }
        tallies = [await surveys.tally(tx, survey.id, wave_key=key) for key in ("", "endline")]
        whole = await surveys.current_answers(tx, survey.id)

        assert await counting(tx, survey.id) == expected
        assert read == {key: one[0] for key, one in expected.items() if not one[3]}
        assert sum(one.total() for tally in tallies for one in tally.values()) == len(read)
        assert {(one.wave, one.question_key, one.respondent): one.source_key for one in whole} == {
            key: one[5] for key, one in expected.items() if not one[3]
        }
