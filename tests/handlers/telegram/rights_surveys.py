"""A survey that asks Jan alone, half answered, for the table of rights."""

from datetime import timedelta
from typing import Any

from programme import open_answers, survey_filling
from programme.fillings import person
from storage import staff, wave_asking, waves
from storage.database import Tx
from tests.handlers.telegram.survey_scene import AREAS, KNOWS, REMARKS, WORD, add_survey
from tests.programme.answered import make_survey, make_wave
from tests.storage.rows import NOW


async def make_surveys(tx: Tx, know: dict[str, Any], *, chat: int) -> None:
    """Make it; what he has said so far is a secret."""
    owner = person(know["jan"])
    wave_id = await add_survey(tx, WORD, AREAS, KNOWS, now=NOW, owner=owner, privacy="named")
    know["own_wave"] = wave_id
    filling = await survey_filling.open_for(tx, wave_id=wave_id, owner=owner, now=NOW)
    said = {WORD.key: "Sekretne potrzeby", AREAS.key: ["sport"]}
    await survey_filling.save(tx, filling=filling, given=said, door="telegram", now=NOW)
    await wave_asking.finish(tx, wave_id, now=NOW)
    wave = await waves.get(tx, wave_id)
    assert wave is not None
    know["own_survey"] = wave.survey_id
    planned = await waves.add(
        tx,
        survey_id=wave.survey_id,
        key="planned",
        opens_at=NOW + timedelta(days=9),
        audience={"kind": "everyone"},
        now=NOW,
    )
    assert planned is not None
    know["planned_wave"] = planned.id
    public = await waves.add(
        tx,
        survey_id=wave.survey_id,
        key="public",
        opens_at=NOW,
        state=waves.OPEN,
        public_key="sekret7",
        now=NOW,
    )
    assert public is not None
    know["public_wave"] = public.id
    await make_results(tx, know, chat=chat)


async def make_results(tx: Tx, know: dict[str, Any], *, chat: int) -> None:
    """Keep two closed waves of another survey; what Jan wrote in the first is a secret."""
    survey = await make_survey(tx, KNOWS, REMARKS, key="wyniki")
    said = {f"person:{know['jan']}": {KNOWS.key: "yes", REMARKS.key: "Sekretne potrzeby"}}
    seen = await make_wave(tx, survey, said, key="first")
    later = await make_wave(tx, survey, said, key="second", days=1)
    know |= {"seen_survey": survey.id, "seen_wave": seen.id, "later_wave": later.id}
    member = await staff.by_chat(tx, chat)
    assert member is not None
    found = await open_answers.page(tx, wave_id=seen.id, place=0, member=member)
    know["handle"] = found.answers[0].handle
