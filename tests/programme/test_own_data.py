import dataclasses

import pytest
from sqlalchemy import select

from programme import own_data
from programme.fillings import person
from programme.own_answers import KeptSurvey
from programme.own_data import ADD, CHANGE, Changed
from programme.people_refusals import LastOrganisation
from programme.refusals import OptionUnknown, QuestionPassed
from storage import people
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.seat_tables import membership
from storage.tables import organisation
from tests.programme.filled import fill, give, make_survey, make_wave
from tests.storage.rows import NOW, make_person

OURS = "akademia@example.org"


async def _units(tx: Tx, *names: str) -> list[int]:
    return [
        await insert_id(tx, organisation, key=name, name=name, kind="ngo", areas=[])
        for name in names
    ]


async def _choose(tx: Tx, person_id: int, what: str, unit: int) -> own_data.Changed:
    """Change or add an organisation by its button."""
    person = await people.get(tx, person_id)
    asked = await own_data.begin(tx, state=Conversation(1, "pl"), person=person, what=what)
    got = await own_data.answer(
        tx,
        state=asked.conversation,
        person=person,
        raw=f"org:{unit}",
        our_address=OURS,
        now=NOW,
    )
    assert isinstance(got, Changed)
    return got


async def _open(tx: Tx, person_id: int) -> list[int]:
    rows = await tx.execute(
        select(membership.c.organisation_id)
        .where(membership.c.person_id == person_id, membership.c.until.is_(None))
        .order_by(membership.c.id)
    )
    return list(rows.scalars())


async def test_a_change_ends_the_earlier_membership_and_a_second_does_not(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        one, two, three = await _units(tx, "KGW", "OSP", "LZS")
        person_id = await make_person(tx)

        await _choose(tx, person_id, CHANGE, one)
        await _choose(tx, person_id, CHANGE, two)
        await _choose(tx, person_id, ADD, three)

        assert await _open(tx, person_id) == [two, three]
        assert (await people.get(tx, person_id)).organisation == "OSP"


async def test_leaving_the_first_of_two_makes_the_other_the_first(database: Database) -> None:
    async with database.transaction() as tx:
        one, two = await _units(tx, "KGW", "OSP")
        person_id = await make_person(tx)
        await _choose(tx, person_id, CHANGE, one)
        await _choose(tx, person_id, ADD, two)
        person = await people.get(tx, person_id)

        await own_data.leave(tx, person=person, organisation_id=one, now=NOW)

        person = await people.get(tx, person_id)
        assert (person.organisation, await _open(tx, person_id)) == ("OSP", [two])
        with pytest.raises(LastOrganisation):
            await own_data.leave(tx, person=person, organisation_id=two, now=NOW)
        with pytest.raises(OptionUnknown):
            await own_data.leave(tx, person=person, organisation_id=one, now=NOW)


async def test_a_question_that_has_passed_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        person = await people.get(tx, await make_person(tx))
        asked = await own_data.begin(tx, state=Conversation(1, "pl"), person=person, what="name")
        lost = dataclasses.replace(asked.conversation, step="poem")

        with pytest.raises(QuestionPassed):
            await own_data.answer(tx, state=lost, person=person, raw="x", our_address=OURS, now=NOW)


async def test_surveys_in_which_a_person_is_found_are_among_their_data(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        titles = {}
        for privacy in ("named", "pseudonymous", "anonymous"):
            survey = await make_survey(tx, privacy=privacy)
            for key, deed in (("handed-in", fill), ("begun", give), ("asked", None)):
                wave = await make_wave(tx, survey, key, asked=[anna])
                if deed is not None and (privacy, key) != ("named", "begun"):
                    await deed(tx, wave, person(anna))
            titles[privacy] = survey.key

        view = await own_data.of(tx, person=await people.get(tx, anna))

        # Of the anonymous one only what is not handed in is known to be hers.
        assert view.surveys == (
            KeptSurvey(titles["named"], is_begun=False),
            KeptSurvey(titles["pseudonymous"], is_begun=True),
            KeptSurvey(titles["anonymous"], is_begun=True),
        )
