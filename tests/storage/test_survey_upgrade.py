"""A database that has polls and votes already keeps them all when the survey store grows."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text

from storage import migrate, surveys, waves
from storage.database import Database, open_database
from storage.survey_tables import answer, current_answer, response
from tests.storage.rows import NOW
from tests.storage.test_name_keys import _upgrade_to

A_FORM = "INSERT INTO form (id, key, version, content, created_at) VALUES (1, 'f', 1, '{}', :now)"
A_POLL = """
    INSERT INTO survey (id, key, kind, form_id, wave, created_at)
    VALUES (:id, :key, 'poll', 1, :wave, :now)
"""
A_VOTE = """
    INSERT INTO answer (survey_id, form_version, respondent, question_key, option_keys, text,
                        retracted, door, source_key, source_order, answered_at)
    VALUES (:survey, 1, :who, 'q', :keys, :words, :back, 'chat', :source, :order, :now)
"""
VOTES = [
    (1, "person:1", '["o1"]', "", False, 11),
    (1, "person:1", '["o2", "o3"]', "Bo tak", False, 12),
    (1, "person:2", '["o1"]', "", False, 13),
    (1, "person:2", "[]", "", True, 14),
    (2, "person:1", '["o2"]', "", False, 15),
]


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """Open a database without any table."""
    opened = open_database(empty_database_url)
    yield opened
    await opened.close()


async def test_update_keeps_polls_and_votes_and_counts_them(empty: Database) -> None:
    now = "2027-01-04 10:00:00+00" if not empty.is_sqlite else "2027-01-04 10:00:00.000000"
    async with empty.transaction() as tx:
        await tx.run_sync(_upgrade_to, "0007")
        filled: list[tuple[str, list[dict[str, Any]]]] = [
            (A_FORM, [{}]),
            (A_POLL, [{"id": 1, "key": "p1", "wave": ""}, {"id": 2, "key": "p2", "wave": "later"}]),
            (A_VOTE, [
                {"survey": survey, "who": who, "keys": keys, "words": words, "back": back,
                 "source": f"update:{order}", "order": order}
                for survey, who, keys, words, back, order in VOTES
            ]),
        ]  # fmt: skip
        for statement, values in filled:
            literal = statement.replace(":now", f"'{now}'")
            typed = literal if empty.is_sqlite else literal.replace(":keys", "CAST(:keys AS json)")
            await tx.execute(text(typed), values)

    await migrate.apply(empty, now=NOW)

    async with empty.transaction() as tx:
        rows = (await tx.execute(select(answer).order_by(answer.c.source_order))).all()
        assert [(row.survey_id, row.respondent, row.wave) for row in rows] == [
            (survey, who, "" if survey == 1 else "later") for survey, who, *_ in VOTES
        ]
        first, second = await surveys.get(tx, 1), await surveys.get(tx, 2)
        assert (first.privacy, first.threshold, first.style, first.schedule) == (
            "named", 5, "native", {},
        )  # fmt: skip
        assert len({first.secret, second.secret}) == 2
        assert len(bytes.fromhex(first.secret)) == 32
        [wave] = await waves.of_survey(tx, 2)
        assert (wave.key, wave.state, wave.opens_at, wave.is_public) == (
            "later",
            "open",
            NOW,
            False,
        )
        assert await surveys.tally(tx, 1, wave_key="") == {"q": {"o2 o3": 1}}
        assert await surveys.tally(tx, 2, wave_key="later") == {"q": {"o2": 1}}
        assert await surveys.count_retracted(tx, 1) == 1
        assert len((await tx.execute(select(current_answer))).all()) == 3
        assert len((await tx.execute(select(response))).all()) == 3
        # The next vote of an old poll takes its turn behind the old ones.
        [latest] = await surveys.current_answers(tx, 1)
        assert (latest.option_keys, latest.text) == (("o2", "o3"), "Bo tak")
