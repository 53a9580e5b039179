"""Residents of the tour answer a public survey over real HTTP."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import tour_residents
from bot.tour_residents import NotAnswered, answer_publicly
from programme import survey_posters, survey_public
from storage import responses
from storage import surveys as store
from storage.database import Database
from tests.handlers.web.browsing import served
from tests.handlers.web.survey_gallery import FITTING
from tests.handlers.web.surveys import KEY, make_survey

CODE_PARTS = {"c-mother": "Maria", "c-father": "Jan", "c-birth_day": "7", "c-birth_place": "-"}
SAID = FITTING | CODE_PARTS


async def test_crowd_answers_by_the_public_link(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock of these pages stands still.
    monkeypatch.setattr(tour_residents, "READING", 0)
    monkeypatch.setattr(survey_public, "LEAST_TIME", timedelta())
    async with served(database, tmp_path) as (_house, base):
        async with database.transaction() as tx:
            asked = await make_survey(tx, public_key=KEY, privacy="anonymous", linked=True)
            printed = await survey_posters.code_facts(
                tx, wave_id=asked.wave.id, count=1, base_url=base
            )
        crowd = [answer_publicly(base, KEY, SAID | {"rate": str(n + 1)}) for n in range(5)]
        words = await asyncio.gather(
            *crowd, answer_publicly(base, KEY, SAID, code=printed["codes"][0])
        )
        for answers, code in (({"village": "m"}, ""), (SAID, "ABCD-EFGH")):
            with pytest.raises(NotAnswered):
                await answer_publicly(base, KEY, answers, code=code)
        async with database.reading() as tx:
            counted = await responses.count(tx, asked.survey.id, wave_key="baseline")
            tally = await store.tally(tx, asked.survey.id, wave_key="baseline")

    assert ["Dziękujemy" in each for each in words] == [True] * 6
    assert counted == (6, 6)
    assert dict(tally["rate"]) == {"1": 1, "2": 1, "3": 1, "4": 2, "5": 1}
