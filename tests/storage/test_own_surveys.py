"""The open waves that ask somebody."""

from datetime import timedelta

from programme.fillings import person
from storage import own_surveys, survey_recipients, waves
from storage.database import Database
from storage.own_surveys import AskedHere
from tests.programme.filled import give, make_survey, make_wave
from tests.storage.rows import NOW, make_person


async def test_of_owners_lists_open_waves_by_their_end(database: Database) -> None:
    async with database.transaction() as tx:
        anna, jan = [await make_person(tx) for _ in range(2)]
        survey = await make_survey(tx)
        endless = await make_wave(tx, survey, "endless", asked=[anna, jan])
        late = await make_wave(tx, survey, "late", asked=[anna], closes_at=NOW + timedelta(days=9))
        soon = await make_wave(tx, survey, "soon", asked=[anna], closes_at=NOW + timedelta(days=1))
        await make_wave(tx, survey, "over", asked=[anna], closes_at=NOW)
        await make_wave(tx, survey, "ahead", asked=[anna], state=waves.PLANNED)
        await make_wave(tx, survey, "other", asked=[jan])
        await give(tx, late, person(anna))
        # The draft of somebody else of the same wave is not Anna's.
        await give(tx, endless, person(jan))
        await survey_recipients.finish(tx, soon.id, person(anna))

        found = await own_surveys.of_owners(tx, [person(anna), "organisation:9"], now=NOW)

    who = person(anna)
    assert found == [
        AskedHere(soon.id, survey.id, who, begun=False, done=True, closes_at=soon.closes_at),
        AskedHere(late.id, survey.id, who, begun=True, done=False, closes_at=late.closes_at),
        AskedHere(endless.id, survey.id, who, begun=False, done=False, closes_at=None),
    ]
