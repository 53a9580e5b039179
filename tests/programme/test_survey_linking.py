from typing import Any

from programme.fillings import person
from programme.survey_linking import Matched, matched, partners
from storage import responses
from storage.database import Database
from storage.responses import Response
from tests.programme.filled import fill, make_survey, make_wave
from tests.storage.rows import make_person

WAVES = ("baseline", "endline")


async def test_codes_find_each_other_unless_two_share_one(database: Database) -> None:
    codes = {
        "baseline": ["a", "b", "c", "c", "-", "x"],
        "endline": ["b", "a", "c", "d", "-", "-", "x", "x"],
    }
    async with database.transaction() as tx:
        survey = await make_survey(tx, privacy="anonymous")
        for wave_key, made in codes.items():
            for number, code in enumerate(made):
                who = f"a:{wave_key}{number}"
                made_by: dict[str, Any] = {
                    "form_version": 1,
                    "complete": True,
                    "link_hash": code.strip("-"),
                }
                await responses.save(tx, Response(survey.id, wave_key, who, **made_by))

        pairs = await partners(tx, survey, WAVES)
        found = await matched(tx, survey, WAVES)

    assert pairs == {"a:baseline0": "a:endline1", "a:baseline1": "a:endline0"}
    assert found == Matched(pairs=2, only_first=2, only_second=4, doubled=4)
    assert 2 * found.pairs + found.only_first + found.only_second + found.doubled == 14


async def test_names_find_each_other_without_a_code(database: Database) -> None:
    async with database.transaction() as tx:
        anna, jan, ewa = [await make_person(tx) for _ in range(3)]
        survey = await make_survey(tx, privacy="pseudonymous")
        first = await make_wave(tx, survey, "baseline", asked=[anna, jan])
        second = await make_wave(tx, survey, "endline", asked=[anna, ewa])
        for wave, one in ((first, anna), (first, jan), (second, anna), (second, ewa)):
            await fill(tx, wave, person(one))

        assert await matched(tx, survey, WAVES) == Matched(1, 1, 1, 0)
        [(before, after)] = (await partners(tx, survey, WAVES)).items()
        assert before == after
