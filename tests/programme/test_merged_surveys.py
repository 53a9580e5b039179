"""What two entries of one person have answered becomes one person's, and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from programme import survey_filling
from programme.fillings import hashed, organisation, person
from storage import forms, responses, survey_drafts, survey_recipients, waves
from storage import surveys as store
from storage.database import Database, Tx
from storage.survey_tables import answer, answer_tag, current_answer, survey_recipient
from storage.surveys import Answer, Survey
from storage.waves import Wave
from tests.programme.audience import make_organisation, make_staff
from tests.programme.filled import FULL, LATER, fill, give, make_survey, make_wave, said
from tests.programme.joined import merge
from tests.storage.rows import NOW, make_person
from tests.storage.test_answers import counting, ranked

SOONER, HOUR = LATER - timedelta(minutes=5), timedelta(hours=1)


async def make_two(tx: Tx, privacy: str) -> tuple[int, int, Survey, Wave]:
    kept, gone = await make_person(tx), await make_person(tx)
    survey = await make_survey(tx, privacy=privacy)
    return kept, gone, survey, await make_wave(tx, survey, asked=[kept, gone])


@pytest.mark.parametrize("privacy", ["named", "pseudonymous"])
@pytest.mark.parametrize("kept_first", [True, False])
async def test_newer_answer_of_two_counts_and_both_stay(
    database: Database, privacy: str, *, kept_first: bool
) -> None:
    async with database.transaction() as tx:
        kept, gone, survey, wave = await make_two(tx, privacy)
        first, later = (kept, gone) if kept_first else (gone, kept)
        await fill(tx, wave, person(first), FULL, now=SOONER, link_hash="c0de")
        await fill(tx, wave, person(later), {"trust": "1", "group": "town", "topics": None})
        member = await make_staff(tx)
        gone_as = await _name(survey, gone)
        tag = {"survey_id": survey.id, "wave": wave.key, "question_key": "why", "tag": "droga"}
        await tx.execute(
            answer_tag.insert(), [tag | {"respondent": gone_as, "staff_id": member.id}]
        )

        await merge(tx, kept, gone)

        who = await _name(survey, kept)
        assert await said(tx, survey, wave) == {
            who: {"trust": "1", "group": "town", "topics": "roads", "why": "Bo blisko"}
        }
        assert await counting(tx, survey.id) == await ranked(tx, survey.id)
        [form] = await responses.of_wave(tx, survey.id, wave_key=wave.key)
        assert (form.respondent, form.complete, form.link_hash) == (who, True, "c0de")
        assert await tx.scalar(select(func.count()).select_from(answer)) == 6
        assert await tx.scalar(select(answer_tag.c.respondent)) == who
        assert await survey_recipients.count(tx, wave.id) == (1, 1)
        # What is changed from now on is newer than what either said.
        await fill(tx, wave, person(kept), {"trust": "5"}, now=SOONER)
        assert (await said(tx, survey, wave))[who]["trust"] == "5"


async def _name(survey: Survey, person_id: int) -> str:
    if survey.privacy == "named":
        return person(person_id)
    return f"p:{hashed(survey, person(person_id))}"


@pytest.mark.parametrize("privacy", ["named", "pseudonymous"])
async def test_form_without_any_answer_goes_over_too(database: Database, privacy: str) -> None:
    async with database.transaction() as tx:
        kept, gone, survey, wave = await make_two(tx, privacy)
        empty = responses.Response(survey.id, wave.key, await _name(survey, gone), 1, complete=True)
        await responses.save(tx, empty)

        await merge(tx, kept, gone)

        [form] = await responses.of_wave(tx, survey.id, wave_key=wave.key)
        assert (form.respondent, form.complete) == (await _name(survey, kept), True)


async def test_drafts_become_one_and_the_newer_says_more(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone, _, wave = await make_two(tx, "named")
        await give(tx, wave, person(gone), {"trust": "2", "group": "town"}, now=LATER)
        await give(tx, wave, person(kept), {"trust": "1", "topics": ["lakes"]}, now=SOONER)

        moved = (await merge(tx, kept, gone)).moved

        [draft] = await survey_drafts.of_wave(tx, wave.id)
        assert draft.owner == person(kept)
        assert draft.answers == {"trust": "2", "group": "town", "topics": ["lakes"]}
        assert (moved["survey_draft"], moved["survey_recipient"]) == ([wave.id], [wave.id])


async def test_draft_of_the_one_who_goes_is_the_ones_who_stays(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone, survey, wave = await make_two(tx, "named")
        filling = await give(tx, wave, person(gone))

        await merge(tx, kept, gone)
        # The page that was open before goes on for who they are now.
        await survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)

        assert set(await said(tx, survey, wave)) == {person(kept)}
        assert await survey_recipients.missing(tx, wave.id) == []


async def test_anonymous_answers_stay_as_they_are_and_nobody_answers_twice(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        kept, gone, survey, wave = await make_two(tx, "anonymous")
        await fill(tx, wave, person(gone))
        await give(tx, wave, person(kept), {"trust": "1"})
        before = await _rows(tx)

        await merge(tx, kept, gone)

        assert await _rows(tx) == before
        assert await survey_drafts.of_wave(tx, wave.id) == []
        assert await survey_recipients.count(tx, wave.id) == (1, 1)
        assert len(await said(tx, survey, wave)) == 1


async def _rows(tx: Tx) -> list[list[tuple[Any, ...]]]:
    return [
        sorted(tuple(row) for row in await tx.execute(select(table.c.respondent, table.c.wave)))
        for table in (answer, current_answer)
    ]


async def test_whom_an_organisation_answers_by_moves_and_reminders_are_counted(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        kept, gone, _, wave = await make_two(tx, "named")
        unit = await make_organisation(tx, "Koło")
        asked = {"owner": organisation(unit), "person_id": gone, "organisation_id": unit}
        await survey_recipients.add(tx, wave.id, [asked])
        await survey_recipients.remind(tx, wave.id, person(gone), before=0)

        await merge(tx, kept, gone)

        rows = await tx.execute(select(survey_recipient).order_by(survey_recipient.c.owner))
        assert [(row.owner, row.person_id, row.reminders) for row in rows] == [
            (organisation(unit), kept, 0),
            (person(kept), kept, 1),
        ]


async def test_votes_in_polls_of_old_move_too(database: Database) -> None:
    async with database.transaction() as tx:
        kept, gone = await make_person(tx), await make_person(tx)
        form = await forms.save(tx, key="poll", content={}, now=NOW)
        poll = await store.add(
            tx, key="poll", kind="poll", form_id=form.id, event_id=None, wave="", now=NOW
        )
        assert poll is not None
        await waves.add(tx, survey_id=poll.id, key="", opens_at=NOW, now=NOW)
        for who, order, key in ((kept, 7, "o1"), (gone, 9, "o2")):
            vote = Answer(
                survey_id=poll.id,
                form_version=1,
                respondent=person(who),
                question_key="q",
                option_keys=(key,),
                text="",
                retracted=False,
                door="chat",
                source_key=f"u:{order}",
                source_order=order,
                answered_at=NOW + HOUR,
            )
            await store.append(tx, [vote])

        moved = (await merge(tx, kept, gone)).moved

        assert await store.count_options(tx, poll.id, "q") == ({"o2": 1}, 1)
        assert len(moved["answer"]) == 1
