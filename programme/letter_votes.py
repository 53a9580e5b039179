"""Vote in a quick poll by a letter: the vote lies beside those from the chat; the last counts."""

from dataclasses import dataclass
from datetime import datetime

from programme import surveys
from programme.forms import Option, Question
from programme.letter_doors import Door, DoorClosed
from programme.refusals import OptionUnknown
from storage import events, people, poll_messages
from storage import surveys as store
from storage.database import Tx
from storage.surveys import Answer, Survey

SURVEY = "survey"
DOOR = "web"


@dataclass(frozen=True)
class Ballot:
    """A question as one person sees it; `chosen` is their answer so far, by whichever door."""

    question: str
    options: tuple[Option, ...]
    event_title: str
    chosen: Option | None

    def option(self, number: int) -> Option | None:
        """Give an option by its number, counted from 1."""
        return self.options[number - 1] if 1 <= number <= len(self.options) else None


async def ballot(tx: Tx, *, door: Door) -> Ballot:
    """Show the question of a letter to whom it was sent; raises DoorClosed for another letter."""
    survey, question = await _asked(tx, door)
    newest = await store.newest_of(
        tx, survey.id, respondent=f"person:{door.person_id}", question_key=question.key
    )
    event = await events.get(tx, survey.event_id) if survey.event_id else None
    return Ballot(
        question.label, question.options, event.title if event else "", _chosen(question, newest)
    )


async def _asked(tx: Tx, door: Door) -> tuple[Survey, Question]:
    key = door.subject.get(SURVEY)
    survey = await store.by_key(tx, str(key)) if key and door.person_id else None
    if survey is None or survey.kind != "poll":
        raise DoorClosed
    return survey, (await surveys.form_of(tx, survey)).questions[0]


def _chosen(question: Question, newest: Answer | None) -> Option | None:
    if newest is None or newest.retracted:
        return None
    return next((one for one in question.options if one.key in newest.option_keys), None)


async def vote(
    tx: Tx, *, door: Door, option_key: str, now: datetime, by: str = DOOR
) -> Option | None:
    """Keep the vote of whom a letter was sent to; an empty key takes it back.

    Returns the option that counts from now on. The same vote once more adds nothing. Raises
    OptionUnknown, and DoorClosed for a letter that asks nothing.
    """
    survey, question = await _asked(tx, door)
    options = {option.key: option for option in question.options}
    if option_key and option_key not in options:
        raise OptionUnknown
    person_id = await people.hold(tx, door.person_id or 0)
    respondent = f"person:{person_id}"
    newest = await store.newest_of(tx, survey.id, respondent=respondent, question_key=question.key)
    before = _chosen(question, newest)
    if (before.key if before else "") == option_key:
        return before
    form_version = (await surveys.form_of(tx, survey)).version
    # Chats number their arrivals. A letter's vote stands behind all that have arrived, and
    # before the next one: its key sorts behind that of a chat's vote of the same number.
    order = max(await poll_messages.newest_arrival(tx), newest.source_order if newest else 0)
    serial = await store.count_of(tx, survey.id, respondent=respondent)
    answer = Answer(
        survey_id=survey.id,
        form_version=form_version,
        respondent=respondent,
        question_key=question.key,
        option_keys=(option_key,) if option_key else (),
        text="",
        retracted=not option_key,
        door=by,
        source_key=f"web:{serial:06d}:{door.id}",
        source_order=order,
        answered_at=now,
    )
    await store.append(tx, [answer])
    return options.get(option_key)
