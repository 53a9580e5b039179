"""A survey in the hands of those who answer it: every refusal, and what the store holds after."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from programme import survey_filling
from programme.fillings import hashed, organisation, person
from programme.forms import Condition
from programme.refusals import AnswerRefused, OptionUnknown, QuestionPassed
from programme.survey_refusals import (
    AlreadyAnswered,
    NotAsked,
    SurveyClosed,
    SurveyFull,
    SurveyNotOpen,
    SurveyUnfinished,
    WaveUnknown,
)
from storage import responses, survey_drafts, survey_recipients, waves
from storage import surveys as store
from storage.database import Database, Tx
from storage.survey_tables import answer
from tests.programme.filled import (
    FULL,
    GROUP,
    LATER,
    QUESTIONS,
    TOPICS,
    TRUST,
    fill,
    give,
    make_survey,
    make_wave,
    new_version,
    said,
)
from tests.storage.rows import NOW, make_person

WORDS = {"trust": "4", "group": "village", "topics": "roads", "why": "Bo blisko"}
DEVICE = "device:0f"


async def rows_of(tx: Tx) -> list[Any]:
    return list((await tx.execute(select(answer).order_by(answer.c.source_order))).all())


async def test_named_answers_are_kept_with_door_and_moment(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])

        await fill(tx, wave, person(anna))

        assert await said(tx, survey, wave) == {person(anna): WORDS}
        assert {(row.door, row.answered_at, row.wave) for row in await rows_of(tx)} == {
            ("web", LATER, "baseline")
        }
        assert await responses.count(tx, survey.id, wave_key=wave.key) == (1, 1)
        assert await survey_recipients.missing(tx, wave.id) == []
        assert await survey_drafts.of_wave(tx, wave.id) == []


async def test_pseudonymous_answers_have_the_same_hash_each_time(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx, privacy="pseudonymous")
        first = await make_wave(tx, survey, "baseline", asked=[anna])
        second = await make_wave(tx, survey, "endline", asked=[anna])

        for wave in (first, second):
            await fill(tx, wave, person(anna))

        who = f"p:{hashed(survey, person(anna))}"
        assert [await said(tx, survey, one) for one in (first, second)] == [{who: WORDS}] * 2


async def test_anonymous_answers_have_neither_name_nor_door_nor_moment(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx, privacy="anonymous")
        wave = await make_wave(tx, survey, asked=[anna])

        await fill(tx, wave, person(anna))

        [(who, words)] = (await said(tx, survey, wave)).items()
        assert words == WORDS
        assert who.startswith("a:")
        kept = {(row.door, row.answered_at, row.source_order) for row in await rows_of(tx)}
        assert kept == {("", wave.opens_at, 1)}
        assert all(row.id > 2**50 for row in await rows_of(tx))
        with pytest.raises(AlreadyAnswered):
            await survey_filling.open_for(tx, wave_id=wave.id, owner=person(anna), now=LATER)


async def test_device_answers_a_named_survey_under_a_hash(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, public_key="abc")

        await fill(tx, wave, DEVICE)

        assert await said(tx, survey, wave) == {f"p:{hashed(survey, DEVICE)}": WORDS}


async def test_correction_after_handing_in_adds_rows_and_takes_back_what_is_gone(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])
        await fill(tx, wave, person(anna))

        again = await survey_filling.open_for(tx, wave_id=wave.id, owner=person(anna), now=LATER)
        assert (again.is_done, again.open, again.answers) == (True, None, FULL)
        # A clock that was put back makes the correction no older.
        await fill(tx, wave, person(anna), {"group": "town", "topics": None}, now=NOW)

        assert await said(tx, survey, wave) == {person(anna): {"trust": "4", "group": "town"}}
        changed = [row for row in await rows_of(tx) if row.answered_at == NOW]
        assert {row.question_key: row.retracted for row in changed} == {
            "group": False,
            "topics": True,
            "why": True,
        }
        assert await responses.count(tx, survey.id, wave_key=wave.key) == (1, 1)
        once_more = await survey_filling.open_for(
            tx, wave_id=wave.id, owner=person(anna), now=LATER
        )
        assert (once_more.open, once_more.answers) == (
            None,
            {"trust": "4", "group": "town", "topics": None},
        )


async def test_correction_keeps_the_linking_code_and_the_version(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])
        await fill(tx, wave, person(anna), link_hash="c0de")
        await new_version(tx, survey, (TRUST,))

        await fill(tx, wave, person(anna), {"trust": "_hard_to_say"})

        assert await said(tx, survey, wave) == {person(anna): WORDS | {"trust": "_hard_to_say"}}
        [kept] = await responses.of_wave(tx, survey.id, wave_key=wave.key)
        assert (kept.form_version, kept.link_hash, kept.complete) == (1, "c0de", True)


async def test_draft_of_an_older_version_is_asked_to_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        anna, jan = await make_person(tx), await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna, jan])
        begun = await give(tx, wave, person(anna), {"trust": "2"})
        assert await new_version(tx, survey, (*QUESTIONS, replace(TRUST, key="hope"))) == 2

        fresh = await survey_filling.open_for(tx, wave_id=wave.id, owner=person(jan), now=LATER)
        await fill(tx, wave, person(anna), {"group": "town", "topics": ["lakes", "school"]})

        assert (begun.form.version, fresh.form.version) == (1, 2)
        expected = {"trust": "2", "group": "town", "topics": "lakes school"}
        assert await said(tx, survey, wave) == {person(anna): expected}
        [row] = await responses.of_wave(tx, survey.id, wave_key=wave.key)
        assert row.form_version == 1


async def test_answers_by_two_faces_at_once_are_both_kept(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])
        page = await survey_filling.open_for(tx, wave_id=wave.id, owner=person(anna), now=NOW)
        chat = await survey_filling.open_for(tx, wave_id=wave.id, owner=person(anna), now=NOW)

        await survey_filling.save(tx, filling=page, given={"trust": "1"}, door="web", now=NOW)
        both = await survey_filling.save(
            tx, filling=chat, given={"group": "town"}, door="telegram", now=NOW
        )

        assert both.answers == {"trust": "1", "group": "town"}


async def test_what_is_passed_or_unfit_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        wave = await make_wave(tx, await make_survey(tx), asked=[anna])
        filling = await give(tx, wave, person(anna), {"trust": "3"})

        refused: list[tuple[dict[str, Any], type[Exception]]] = [
            ({"nothing": "1"}, QuestionPassed),
            ({"trust": "6"}, OptionUnknown),
            ({"topics": []}, AnswerRefused),
        ]
        for given, refusal in refused:
            with pytest.raises(refusal):
                await survey_filling.save(tx, filling=filling, given=given, door="web", now=LATER)
        with pytest.raises(SurveyUnfinished) as unfinished:
            await survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)

        assert unfinished.value.question_key == "group"
        [draft] = await survey_drafts.of_wave(tx, wave.id)
        assert draft.answers == {"trust": "3"}
        assert len(await survey_recipients.missing(tx, wave.id)) == 1


async def test_wave_that_is_not_open_refuses(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        planned = await make_wave(tx, survey, "a", asked=[anna], state=waves.PLANNED)
        ending = await make_wave(tx, survey, "b", asked=[anna], closes_at=LATER)
        closed = await make_wave(tx, survey, "c", asked=[anna])
        await waves.close(tx, closed.id, now=LATER)

        async def refuses(wave_id: int, refusal: type[Exception]) -> Any:
            with pytest.raises(refusal) as refused:
                await survey_filling.open_for(tx, wave_id=wave_id, owner=person(anna), now=LATER)
            return refused.value

        assert (await refuses(planned.id, SurveyNotOpen)).opens_at == NOW
        assert (await refuses(ending.id, SurveyClosed)).closed_at == LATER
        assert (await refuses(closed.id, SurveyClosed)).closed_at == LATER
        await refuses(closed.id + 100, WaveUnknown)


async def test_whoever_was_not_asked_is_refused_unless_anybody_may(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, "a", asked=[anna])
        public = await make_wave(tx, survey, "b", public_key="xyz")

        for owner in (person(anna + 1), organisation(5), DEVICE):
            with pytest.raises(NotAsked):
                await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=LATER)
            filling = await survey_filling.open_for(tx, wave_id=public.id, owner=owner, now=LATER)
            assert filling.answers == {}


async def test_page_that_stood_open_past_the_end_is_refused_and_keeps_the_draft(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna], closes_at=LATER)
        filling = await give(tx, wave, person(anna), now=NOW)

        with pytest.raises(SurveyClosed):
            await survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)

        assert len(await survey_drafts.of_wave(tx, wave.id)) == 1
        assert await said(tx, survey, wave) == {}


Terms = dict[str, Any]
FULL_UP: list[tuple[Terms, list[dict[str, Any]], dict[str, Any]]] = [
    ({"most_responses": 1}, [FULL], FULL),
    ({"quotas": {"group": {"village": 2}}}, [FULL, FULL], FULL),
    (
        {"quotas": {"topics": {"lakes": 1}}},
        [FULL | {"topics": ["roads", "lakes"]}],
        FULL | {"topics": ["lakes"]},
    ),
]


@pytest.mark.parametrize(("terms", "before", "last"), FULL_UP)
async def test_full_wave_refuses_the_next_one_and_writes_nothing(
    database: Database, terms: Terms, before: list[dict[str, Any]], last: dict[str, Any]
) -> None:
    async with database.transaction() as tx:
        people = [await make_person(tx) for _ in range(len(before) + 2)]
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=people, **terms)
        for one, answers in zip(people, before, strict=False):
            await fill(tx, wave, person(one), answers)
        *_, late, other = people

        with pytest.raises(SurveyFull):
            await fill(tx, wave, person(late), last)

        # Even where the face that was refused keeps what was written before.
        assert {one.owner for one in await survey_drafts.of_wave(tx, wave.id)} == {person(late)}
        assert {one.owner for one in await survey_recipients.missing(tx, wave.id)} == {
            person(late),
            person(other),
        }
        if "quotas" in terms:
            await fill(tx, wave, person(other), {"trust": "1", "group": "town", "topics": None})
            assert len(await said(tx, survey, wave)) == len(before) + 1
        # Whoever is in may still change what they said.
        await fill(tx, wave, person(people[0]), {"trust": "5"})


async def test_what_is_asked_no_more_takes_no_place(database: Database) -> None:
    topics = replace(TOPICS, when=Condition("group", ("village",)))
    async with database.transaction() as tx:
        first, second = [await make_person(tx) for _ in range(2)]
        survey = await make_survey(tx, questions=(GROUP, topics))
        terms: Terms = {"quotas": {"topics": {"lakes": 1}}, "asked": [first, second]}
        wave = await make_wave(tx, survey, **terms)
        lakes = {"group": "village", "topics": ["lakes"]}
        await fill(tx, wave, person(first), lakes)
        await give(tx, wave, person(second), lakes)

        await fill(tx, wave, person(second), {"group": "town"})

        assert (await said(tx, survey, wave))[person(second)] == {"group": "town"}


async def _twice(tx: Tx, privacy: str) -> Callable[[], Awaitable[None]]:
    anna = await make_person(tx)
    wave = await make_wave(tx, await make_survey(tx, privacy=privacy), asked=[anna])
    filling = await give(tx, wave, person(anna))
    await survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)
    return lambda: survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)


async def test_handing_in_what_is_in_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        again = await _twice(tx, "named")
        before = await tx.scalar(select(func.count()).select_from(answer))

        await again()

        assert await tx.scalar(select(func.count()).select_from(answer)) == before == len(FULL)


async def test_handing_in_an_anonymous_survey_twice_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        again = await _twice(tx, "anonymous")

        with pytest.raises(AlreadyAnswered):
            await again()

        assert await tx.scalar(select(func.count()).select_from(answer)) == len(FULL)


async def test_privacy_is_fixed_by_the_first_answer(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])

        before = await store.set_privacy(tx, survey.id, privacy="pseudonymous")
        await fill(tx, wave, person(anna))
        after = await store.set_privacy(tx, survey.id, privacy="anonymous")

        assert (before, after) == (True, False)
        assert (await store.get(tx, survey.id)).privacy == "pseudonymous"


async def test_what_was_promised_to_those_who_were_asked_is_not_taken_back(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, privacy="anonymous")
        wave = await make_wave(tx, survey, state=waves.PLANNED)

        planned = [
            await store.set_privacy(tx, survey.id, privacy=one) for one in ("named", "pseudonymous")
        ]
        await waves.open_now(tx, wave.id)
        opened = [
            await store.set_privacy(tx, survey.id, privacy=one)
            for one in ("named", "pseudonymous", "anonymous", "pseudonymous", "named")
        ]

        assert (planned, opened) == ([True, True], [False, True, True, False, False])


async def test_privacy_that_changed_while_the_page_stood_open_holds(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=[anna])
        filling = await give(tx, wave, person(anna))
        await store.set_privacy(tx, survey.id, privacy="anonymous")

        await survey_filling.hand_in(
            tx, filling=filling, door="web", now=LATER + timedelta(minutes=1)
        )

        [who] = await said(tx, survey, wave)
        assert who.startswith("a:")
