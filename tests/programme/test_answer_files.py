"""A file as the answer of a survey stays, and an anonymous survey takes none."""

from datetime import timedelta

import pytest

from programme import answer_files, survey_filling
from programme.documents import Kept
from programme.fillings import Filling, person
from programme.survey_refusals import FileNamesSender
from storage import files
from storage.database import Database, Tx
from storage.files import Bytes
from tests.programme.filled import make_survey, make_wave
from tests.storage.rows import NOW, make_person

FILE = Kept(Bytes("a" * 40, 3, "b" * 64), "zdjecie.jpg", "image/jpeg")


async def filling_of(tx: Tx, privacy: str) -> Filling:
    anna = await make_person(tx)
    wave = await make_wave(tx, await make_survey(tx, privacy=privacy), asked=[anna])
    return await survey_filling.open_for(tx, wave_id=wave.id, owner=person(anna), now=NOW)


async def test_held_file_is_not_swept_away(database: Database) -> None:
    async with database.transaction() as tx:
        held = await answer_files.hold(
            tx, filling=await filling_of(tx, "pseudonymous"), file=FILE, now=NOW
        )
        # One that nobody named goes in the same sweep.
        await files.add(
            tx, Bytes("c" * 40, 3, "d" * 64), original_name="", content_type="x", now=NOW
        )

        swept = await files.forget_unused(tx, now=NOW + timedelta(days=30))
        kept = await files.get(tx, int(held))

    assert (swept, kept is not None) == (1, True)


async def test_anonymous_survey_takes_no_file(database: Database) -> None:
    async with database.transaction() as tx:
        filling = await filling_of(tx, "anonymous")

        with pytest.raises(FileNamesSender):
            await answer_files.hold(tx, filling=filling, file=FILE, now=NOW)
