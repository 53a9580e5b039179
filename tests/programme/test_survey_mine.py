"""As whom somebody answers, and which surveys wait for them."""

from datetime import timedelta
from typing import Any

import pytest

from programme import memberships, survey_mine
from programme.fillings import organisation, person
from programme.survey_refusals import NotAsked, WaveUnknown
from storage import survey_recipients
from storage.database import Database, Tx
from storage.waves import Wave
from tests.programme.audience import make_organisation
from tests.programme.filled import fill, give, make_survey, make_wave
from tests.programme.polling import NAMED_BUTTONS, make_poll
from tests.storage.rows import NOW, make_person


async def speaks(tx: Tx, *, is_contact: bool = True) -> tuple[int, int]:
    """Make a person who belongs to an organisation, and speaks for it or does not."""
    person_id, unit = await make_person(tx), await make_organisation(tx, "KGW")
    await memberships.join(
        tx, person_id=person_id, organisation_id=unit, now=NOW, is_contact=is_contact
    )
    return person_id, unit


async def ask_unit(tx: Tx, wave: Wave, unit: int) -> None:
    await survey_recipients.add(
        tx, wave.id, [{"owner": organisation(unit), "organisation_id": unit}]
    )


async def test_owner_is_the_organisation_only_for_who_speaks_for_it(database: Database) -> None:
    async with database.transaction() as tx:
        anna, unit = await speaks(tx)
        jan = await make_person(tx)
        wave = await make_wave(tx, await make_survey(tx), asked=[anna])
        await ask_unit(tx, wave, unit)
        about = {"wave_id": wave.id, "organisation_id": unit}

        named = await survey_mine.owner(tx, person_id=anna, **about)
        own = await survey_mine.owner(tx, wave_id=wave.id, person_id=anna, organisation_id=None)

        assert (named, own) == (organisation(unit), person(anna))
        with pytest.raises(NotAsked):
            await survey_mine.owner(tx, person_id=jan, **about)


async def test_a_quick_poll_is_no_survey_that_waits(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=NAMED_BUTTONS)

        found = await survey_mine.open_for_person(
            tx, person_id=poll.people[0], locale="pl", now=NOW
        )

        # It has its own message, and no title by which it could stand in a list.
        assert found == []


async def test_owner_of_a_public_wave_is_anybody_and_of_another_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        survey = await make_survey(tx)
        public = await make_wave(tx, survey, "public", public_key="abc")
        closed = await make_wave(tx, survey, "asked")
        about: dict[str, Any] = {"person_id": anna, "organisation_id": None}

        assert await survey_mine.owner(tx, wave_id=public.id, **about) == person(anna)
        with pytest.raises(NotAsked):
            await survey_mine.owner(tx, wave_id=closed.id, **about)
        with pytest.raises(WaveUnknown):
            await survey_mine.owner(tx, wave_id=99, **about)


async def test_open_for_person_has_begun_ones_first_and_answered_ones_last(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna, unit = await speaks(tx)
        survey, hidden = await make_survey(tx), await make_survey(tx, privacy="anonymous")
        sent = await make_wave(tx, survey, "sent", asked=[anna])
        fresh = await make_wave(tx, survey, "fresh", closes_at=NOW + timedelta(days=9))
        begun = await make_wave(tx, survey, "begun", asked=[anna])
        gone = await make_wave(tx, hidden, "gone", asked=[anna])
        await ask_unit(tx, fresh, unit)
        await give(tx, begun, person(anna))
        for wave in (sent, gone):
            await fill(tx, wave, person(anna))

        found = await survey_mine.open_for_person(tx, person_id=anna, locale="pl", now=NOW)

    assert [(one.wave_id, one.organisation_id, one.begun, one.done) for one in found] == [
        (begun.id, None, True, False),
        (fresh.id, unit, False, False),
        (sent.id, None, False, True),
    ]


async def test_open_for_person_has_nothing_of_an_organisation_that_they_only_belong_to(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        anna, unit = await speaks(tx, is_contact=False)
        await ask_unit(tx, await make_wave(tx, await make_survey(tx)), unit)

        assert await survey_mine.open_for_person(tx, person_id=anna, locale="pl", now=NOW) == []
