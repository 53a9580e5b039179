"""The poster of a public survey and printed codes, on both databases."""

from typing import Any

import pytest

from programme import survey_posters, survey_public
from programme.survey_page_refusals import PrintedCodesTooMany, WaveNotPublic
from programme.survey_refusals import SurveyClosed, WaveUnknown
from storage import survey_recipients, waves
from storage.database import Database
from tests.handlers.web.surveys import KEY, make_survey
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, make_programme

BASE = "https://gmina.example.org/akademia/"


async def test_poster_tells_the_address_as_it_is_typed(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        asked = await make_survey(tx, public_key=KEY, privacy="anonymous")
        facts = await survey_posters.poster(
            tx, await make_staff(tx), wave_id=asked.wave.id, base_url=BASE
        )

    assert facts["link"] == f"https://gmina.example.org/akademia/a/{KEY}"
    assert facts["address"] == f"gmina.example.org/akademia/a/{KEY}"
    assert (facts["title"], facts["privacy"]) == ("Mieszkańcy o organizacjach", "anonymous")
    assert facts["programme"]["contact"] == "Anna Wzorowa, tel. 600 000 000"


async def test_codes_are_shown_once_and_kept_as_hashes(database: Database) -> None:
    async with database.transaction() as tx:
        asked = await make_survey(tx, public_key=KEY)
        facts = await survey_posters.print_codes(
            tx, await make_staff(tx), wave_id=asked.wave.id, count=30, base_url=BASE, now=NOW
        )
        found = await survey_public.find(tx, KEY)
        is_open = [
            await survey_recipients.code_is_open(
                tx, asked.wave.id, survey_public.code_hash(found, code.lower())
            )
            for code in facts["codes"]
        ]

    assert (len(set(facts["codes"])), is_open) == (30, [True] * 30)


@pytest.mark.parametrize(
    ("wave", "count", "refusal"),
    [
        ({}, 1, WaveNotPublic),
        ({"public_key": KEY, "state": waves.CLOSED}, 1, SurveyClosed),
        ({"public_key": KEY}, survey_posters.MOST_CODES + 1, PrintedCodesTooMany),
        ({"public_key": KEY}, 0, PrintedCodesTooMany),
        (None, 1, WaveUnknown),
    ],
    ids=["by name", "closed", "too many", "none", "unknown"],
)
async def test_nothing_is_printed_for_a_wave_that_takes_no_answers(
    database: Database, wave: dict[str, Any] | None, count: int, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        wave_id = 999 if wave is None else (await make_survey(tx, **wave)).wave.id
        with pytest.raises(refusal):
            await survey_posters.code_facts(tx, wave_id=wave_id, count=count, base_url=BASE)
