"""A letter asks for one organisation: what its reader answers is that one's, whoever else asks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from programme import memberships
from storage import survey_recipients
from storage import surveys as store
from storage.database import Database
from tests.handlers.web.house import ADDRESS, House, open_house
from tests.handlers.web.surveys import SHORT, make_survey
from tests.programme.audience import make_organisation
from tests.storage.rows import NOW, make_person, make_programme


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database, tmp_path) as opened:
        yield opened


async def _ask_both(house: House) -> tuple[int, list[str], dict[str, str]]:
    """Ask two organisations that one person speaks for; give the pages of the letters."""
    async with house.database.transaction() as tx:
        await make_programme(tx)
        survey = await make_survey(tx, questions=SHORT)
        anna = await make_person(tx, mail=ADDRESS)
        units = [await make_organisation(tx, name) for name in ("KGW", "OSP")]
        owners = [f"organisation:{unit}" for unit in units]
        for unit, owner in zip(units, owners, strict=True):
            await memberships.join(
                tx, person_id=anna, organisation_id=unit, now=NOW, is_contact=True
            )
            row = {"owner": owner, "organisation_id": unit}
            await survey_recipients.add(tx, survey.wave.id, [row])
    tokens = [
        await house.door(
            "survey_asked",
            person_id=anna,
            wave=survey.wave.id,
            owner=owner,
            organisation=unit,
        )
        for unit, owner in zip(units, owners, strict=True)
    ]
    return survey.survey.id, owners, dict(zip(owners, (f"/l/{one}" for one in tokens), strict=True))


async def _answer(house: House, path: str, said: str) -> str:
    fields = {"step": "1", "version": "1", "deed": "next", "q-know": said}
    await house.post(f"{path}?page=1", **fields)
    await house.post(f"{path}?page=2", **{**fields, "step": "2"})
    await house.post(f"{path}?page=check", step="check", version="1", deed="hand_in")
    return (await house.get(f"{path}?page=thanks")).text


async def test_each_letter_answers_for_its_own_organisation(house: House) -> None:
    survey_id, owners, paths = await _ask_both(house)
    first, second = owners

    thanked = [
        await _answer(house, paths[second], "no"),
        await _answer(house, paths[first], "yes"),
    ]

    async with house.database.reading() as tx:
        found = await store.current(tx, survey_id)
    assert {one.respondent: one.option_keys for one in found if one.question_key == "know"} == {
        first: ("yes",),
        second: ("no",),
    }
    assert ["Dziękujemy, mamy Państwa odpowiedzi" in text for text in thanked] == [True, True]


async def test_letter_opens_nothing_for_who_no_longer_speaks(house: House) -> None:
    survey_id, owners, paths = await _ask_both(house)
    async with house.database.transaction() as tx:
        unit = int(owners[1].partition(":")[2])
        (anna,) = await memberships.members(tx, organisation_id=unit)
        await memberships.leave(tx, person_id=anna.person_id, organisation_id=unit, now=NOW)

    await _answer(house, paths[owners[1]], "no")

    async with house.database.reading() as tx:
        assert await store.current(tx, survey_id) == []
