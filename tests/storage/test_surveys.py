import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from storage import forms, surveys
from storage.database import Database, Tx
from storage.survey_tables import answer as table
from storage.surveys import Answer, Survey
from tests.storage.rows import NOW

CHOICES: tuple[tuple[str, ...], ...] = ((), ("o1",), ("o2",), ("o1", "o3"))
_numbers = itertools.count(1)


async def _survey(tx: Tx, key: str = "poll-1", kind: str = "poll") -> Survey:
    form = await forms.save(tx, key=key, content={"questions": []}, now=NOW)
    survey = await surveys.add(
        tx, key=key, kind=kind, form_id=form.id, event_id=None, wave="", now=NOW
    )
    assert survey is not None
    return survey


def _vote(
    survey_id: int, order: int, *options: str, respondent: str = "person:1", **changes: Any
) -> Answer:
    values: dict[str, Any] = {
        "survey_id": survey_id,
        "form_version": 1,
        "respondent": respondent,
        "question_key": "q",
        "option_keys": options,
        "text": "",
        "retracted": not options,
        "door": "chat",
        "source_key": f"telegram:update:{order}",
        "source_order": order,
        "answered_at": NOW,
    }
    return Answer(**(values | changes))


async def test_add_gives_the_survey(database: Database) -> None:
    async with database.transaction() as tx:
        form = await forms.save(tx, key="residents", content={}, now=NOW)
        survey = await surveys.add(
            tx,
            key="residents-2027",
            kind="survey",
            form_id=form.id,
            event_id=None,
            wave="baseline",
            now=NOW,
        )

        assert survey is not None
        assert replace(survey, secret="") == Survey(
            survey.id, "residents-2027", "survey", form.id, None, "baseline", NOW
        )
        assert len(bytes.fromhex(survey.secret)) == 32
        assert await surveys.by_key(tx, "residents-2027") == survey
        assert await surveys.get(tx, survey.id) == survey


async def test_add_with_a_taken_key_gives_none(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        again = await surveys.add(
            tx,
            key=survey.key,
            kind="poll",
            form_id=survey.form_id,
            event_id=None,
            wave="",
            now=NOW,
        )

        assert again is None


async def test_unknown_survey(database: Database) -> None:
    async with database.reading() as tx:
        assert await surveys.by_key(tx, "nothing") is None
        with pytest.raises(NoResultFound):
            await surveys.get(tx, 1)


async def test_newest_lists_the_last_first(database: Database) -> None:
    async with database.transaction() as tx:
        one = await _survey(tx, "a")
        two = await _survey(tx, "b", "survey")
        three = await _survey(tx, "c")

        assert await surveys.newest(tx) == [three, two, one]
        assert await surveys.newest(tx, kind="poll") == [three, one]
        assert await surveys.newest(tx, kind="poll", limit=1) == [three]


async def test_current_answers_are_the_last_by_source(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        other = await _survey(tx, "poll-2")
        last = _vote(survey.id, 12, "o2")
        text = _vote(survey.id, 5, question_key="why", text="Bo tak", retracted=False)
        second = _vote(survey.id, 6, "o1", respondent="person:2")
        elsewhere = _vote(other.id, 20, "o1")

        added = await surveys.append(
            tx, [last, _vote(survey.id, 11, "o1"), text, second, elsewhere]
        )

        assert added == 5
        assert await surveys.current_answers(tx, survey.id) == [last, text, second]
        assert await surveys.current_answers(tx, other.id) == [elsewhere]


async def test_retraction_is_kept_and_counted(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        back = _vote(survey.id, 4, "o3", respondent="person:2")
        await surveys.append(
            tx,
            [
                _vote(survey.id, 1, "o1"),
                _vote(survey.id, 2),
                _vote(survey.id, 3, respondent="person:2"),
                back,
            ],
        )

        assert await surveys.current_answers(tx, survey.id) == [back]
        assert await surveys.count_retracted(tx, survey.id) == 1
        assert await surveys.count_options(tx, survey.id, "q") == ({"o3": 1}, 1)
        assert await tx.scalar(select(func.count()).select_from(table)) == 4


async def test_append_skips_what_the_same_arrival_brought(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        first = _vote(survey.id, 1, "o1")

        assert await surveys.append(tx, [first]) == 1
        assert await surveys.append(tx, [_vote(survey.id, 1, "o2")]) == 0
        assert await surveys.current_answers(tx, survey.id) == [first]


async def test_count_options_counts_people_once(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        await surveys.append(
            tx,
            [
                _vote(survey.id, 1, "o1", "o2"),
                _vote(survey.id, 2, "o2", respondent="person:2"),
                _vote(survey.id, 3, "o2", respondent="person:3"),
                _vote(survey.id, 4, "o1", respondent="person:4", question_key="other"),
            ],
        )

        assert await surveys.count_options(tx, survey.id, "q") == ({"o1": 1, "o2": 3}, 3)
        assert await surveys.count_options(tx, survey.id, "nothing") == ({}, 0)


async def test_respondents_keep_their_places(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)
        await surveys.append(tx, [_vote(survey.id, 9, "o1", respondent="person:9")])
        await surveys.append(tx, [_vote(survey.id, 1, "o1", respondent="person:1")])
        await surveys.append(tx, [_vote(survey.id, 10, respondent="person:9")])

        assert await surveys.respondents(tx, survey.id) == ["person:9", "person:1"]


async def test_append_in_two_processes_at_once_adds_one_row(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        survey = await _survey(tx)

    async def add(where: Database) -> int:
        async with where.transaction() as tx:
            return await surveys.append(tx, [_vote(survey.id, 1, "o1")])

    assert sorted(await asyncio.gather(add(database), add(second))) == [0, 1]


# A vote is a person, an update's number and the options; the same number is the same update.
UPDATES = st.dictionaries(
    st.integers(1, 12),
    st.tuples(st.sampled_from(("person:1", "person:2", "person:3")), st.sampled_from(CHOICES)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(updates=UPDATES, data=st.data())
async def test_any_order_of_arrival_gives_the_same_answers(
    database: Database, updates: dict[int, tuple[str, tuple[str, ...]]], data: st.DataObject
) -> None:
    in_order = sorted(updates)
    repeated = in_order + data.draw(st.lists(st.sampled_from(in_order or [0]), max_size=5))
    arrivals = [order for order in data.draw(st.permutations(repeated)) if order]
    last = {updates[order][0]: updates[order][1] for order in in_order}
    expected = {person: options for person, options in last.items() if options}

    async with database.transaction() as tx:
        number = next(_numbers)
        survey = await _survey(tx, f"any-{number}")
        for order in arrivals:
            person, options = updates[order]
            vote = _vote(survey.id, order, *options, respondent=person)
            await surveys.append(tx, [replace(vote, source_key=f"{number}:{order}")])
        current = await surveys.current_answers(tx, survey.id)
        retracted = await surveys.count_retracted(tx, survey.id)
        _, answered = await surveys.count_options(tx, survey.id, "q")

    assert {one.respondent: one.option_keys for one in current} == expected
    assert retracted == len(last) - len(expected)
    assert answered == len(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(updates=UPDATES)
async def test_a_row_of_the_store_never_changes(
    database: Database, updates: dict[int, tuple[str, tuple[str, ...]]]
) -> None:
    async with database.transaction() as tx:
        number = next(_numbers)
        survey = await _survey(tx, f"kept-{number}")
        ids = select(table).where(table.c.survey_id == survey.id).order_by(table.c.id)
        before: list[Any] = []
        for order, (person, options) in updates.items():
            vote = _vote(survey.id, order, *options, respondent=person)
            await surveys.append(tx, [replace(vote, source_key=f"{number}:{order}")] * 2)
            rows = [tuple(row) for row in await tx.execute(ids)]

            assert rows[:-1] == before
            before = rows
