from typing import Any

import pytest

from programme import open_answers
from programme.questions import Question
from programme.result_refusals import AnswerGone, AnswersLater
from programme.survey_refusals import TooFewAnswers
from storage import waves
from storage.database import Database
from tests.programme.answered import make_survey, make_wave
from tests.programme.audience import make_staff
from tests.storage.rows import NOW

WORD = Question("uwagi", "long_text", "Co jeszcze?")


async def test_answers_are_paged_tagged_and_found_by_tag(database: Database) -> None:
    said = {f"a:{n}": {"uwagi": f"Uwaga {n}"} for n in range(7)}
    async with database.transaction() as tx:
        member = await make_staff(tx)
        survey = await make_survey(tx, WORD, privacy="anonymous")
        wave = await make_wave(tx, survey, said)
        about: dict[str, Any] = {"wave_id": wave.id, "place": 0}
        first = await open_answers.page(tx, **about, member=member)
        second = await open_answers.page(tx, **about, number=1, member=member)
        handle = second.answers[0].handle
        added = await open_answers.switch_tag(
            tx, **about, handle=handle, tag=" drogi\n gminne ", member=member, now=NOW
        )
        tagged = await open_answers.page(tx, **about, tag=0, member=member)
        taken = await open_answers.switch_tag(
            tx, **about, handle=handle, tag="drogi gminne", member=member, now=NOW
        )
        after = await open_answers.page(tx, **about, member=member)
        with pytest.raises(AnswerGone):
            await open_answers.one(tx, **about, handle="nothing", member=member)

    read = [one.text for one in first.answers + second.answers]
    assert sorted(read) == [f"Uwaga {n}" for n in range(7)]
    assert read != sorted(read)
    assert (len(first.answers), first.pages, first.total) == (5, 2, 7)
    assert (added, taken) == (True, False)
    assert tagged.tags == (("drogi gminne", 1),)
    assert [(one.handle, one.tags) for one in tagged.answers] == [(handle, ("drogi gminne",))]
    assert (after.tags, after.answers) == ((), first.answers)


async def test_anonymous_answers_wait_for_the_end_and_for_enough_people(
    database: Database,
) -> None:
    said = {f"a:{n}": {"uwagi": "Proszę o chodnik"} for n in range(4)}
    async with database.transaction() as tx:
        member = await make_staff(tx)
        survey = await make_survey(tx, WORD, privacy="anonymous")
        wave = await make_wave(tx, survey, said, state=waves.OPEN)
        with pytest.raises(AnswersLater):
            await open_answers.page(tx, wave_id=wave.id, place=0, member=member)
        await waves.close(tx, wave.id, now=NOW)
        with pytest.raises(TooFewAnswers):
            await open_answers.page(tx, wave_id=wave.id, place=0, member=member)
