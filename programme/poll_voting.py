"""What a button of a quick poll does: it names its answer by a number."""

from datetime import datetime

from programme import poll_ballots
from programme.poll_ballots import Ballot
from programme.poll_refusals import NotAskedHere
from programme.refusals import OptionUnknown
from storage import poll_waves
from storage.database import Tx


async def is_anonymous(tx: Tx, *, survey_id: int) -> bool:
    """Tell whether what is pressed here must be forgotten; raises NotAskedHere for no poll."""
    poll = await poll_waves.find(tx, survey_id)
    if poll is None:
        raise NotAskedHere
    return poll.survey.is_anonymous


async def choose(
    tx: Tx, *, survey_id: int, person_id: int, number: int, door: str, now: datetime
) -> Ballot:
    """Let the option of this number, from 1, count; raises OptionUnknown, and as `cast`."""
    key = await _key(tx, survey_id, person_id, number, now)
    return await poll_ballots.cast(
        tx, survey_id=survey_id, person_id=person_id, option_keys=(key,), door=door, now=now
    )


async def tick(
    tx: Tx, *, survey_id: int, person_id: int, number: int, door: str, now: datetime
) -> Ballot:
    """Tick the option of this number, or take its tick away; raises as poll_ballots.tick."""
    key = await _key(tx, survey_id, person_id, number, now)
    return await poll_ballots.tick(
        tx, survey_id=survey_id, person_id=person_id, option_key=key, door=door, now=now
    )


async def _key(tx: Tx, survey_id: int, person_id: int, number: int, now: datetime) -> str:
    found = await poll_ballots.look(tx, survey_id=survey_id, person_id=person_id, now=now)
    option = found.option(number)
    if option is None:
        raise OptionUnknown
    return option.key
