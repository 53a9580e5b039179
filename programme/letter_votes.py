"""Vote in a quick poll by a letter: the vote lies beside those from the chat; the last counts."""

from datetime import datetime

from programme import poll_ballots, surveys
from programme.forms import Question
from programme.letter_doors import Door, DoorClosed
from programme.poll_ballots import Ballot
from programme.poll_manner import BUTTONS
from programme.refusals import OptionUnknown
from storage import people, poll_messages, poll_waves
from storage import surveys as store
from storage.database import Tx
from storage.poll_waves import PollWave
from storage.surveys import Answer

SURVEY = "survey"
DOOR = "web"


async def ballot(tx: Tx, *, door: Door, now: datetime) -> Ballot:
    """Show the question of a letter to whom it was sent; raises DoorClosed for another letter."""
    poll = await _asked(tx, door)
    return await poll_ballots.look(
        tx, survey_id=poll.survey.id, person_id=door.person_id or 0, now=now
    )


async def _asked(tx: Tx, door: Door) -> PollWave:
    key = door.subject.get(SURVEY)
    survey = await store.by_key(tx, str(key)) if key and door.person_id else None
    if survey is None or survey.kind != "poll":
        raise DoorClosed
    return await poll_waves.get(tx, survey.id)


async def vote(
    tx: Tx, *, door: Door, option_keys: tuple[str, ...], now: datetime, by: str = DOOR
) -> Ballot:
    """Keep the vote of whom a letter was sent to; no option takes it back.

    Returns the ballot as it is from now on. The same vote once more adds nothing. Raises
    OptionUnknown, PollClosed, VoteFinal for a second anonymous vote, and DoorClosed for a letter
    that asks nothing.
    """
    poll = await _asked(tx, door)
    survey_id, person_id = poll.survey.id, door.person_id or 0
    if poll.survey.style != BUTTONS:
        poll_ballots.must_be_open(poll.wave, now)
        person_id = await people.hold(tx, person_id)
        await _beside_the_chat(tx, poll, person_id, option_keys, f"{by}:{door.id}", now)
        return await poll_ballots.look(tx, survey_id=survey_id, person_id=person_id, now=now)
    if not option_keys:
        return await poll_ballots.take_back(
            tx, survey_id=survey_id, person_id=person_id, door=by, now=now
        )
    return await poll_ballots.cast(
        tx, survey_id=survey_id, person_id=person_id, option_keys=option_keys, door=by, now=now
    )


async def _beside_the_chat(
    tx: Tx,
    poll: PollWave,
    person_id: int,
    option_keys: tuple[str, ...],
    by: str,
    now: datetime,
) -> None:
    """Keep a vote in its place among those that a native poll brings."""
    survey = poll.survey
    form = await surveys.form_of(tx, survey)
    question = form.questions[0]
    keys = _fitting(question, option_keys)
    respondent = f"person:{person_id}"
    newest = await store.newest_of(tx, survey.id, respondent=respondent, question_key=question.key)
    before = newest.option_keys if newest is not None and not newest.retracted else ()
    if before == keys and not await poll_messages.has_unhandled(tx):
        # Else a vote of an earlier moment may still be on its way, and would undo this one.
        return
    # Chats number their arrivals. A letter's vote stands behind all that have arrived, and
    # before the next one: its key sorts behind that of a chat's vote of the same number.
    order = max(await poll_messages.newest_arrival(tx), newest.source_order if newest else 0)
    serial = await store.count_of(tx, survey.id, respondent=respondent)
    door, _, number = by.partition(":")
    answer = Answer(
        survey_id=survey.id,
        form_version=form.version,
        respondent=respondent,
        question_key=question.key,
        option_keys=keys,
        text="",
        retracted=not keys,
        door=door,
        source_key=f"web:{serial:06d}:{number}",
        source_order=order,
        answered_at=now,
    )
    await store.append(tx, [answer])


def _fitting(question: Question, option_keys: tuple[str, ...]) -> tuple[str, ...]:
    known = [option.key for option in question.options]
    if not set(option_keys) <= set(known):
        raise OptionUnknown
    if question.kind != "multiple" and len(option_keys) > 1:
        raise OptionUnknown
    return tuple(key for key in known if key in option_keys)
