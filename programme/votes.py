"""Votes in quick polls: taken as answers of the survey store, counted for staff.

Votes in native polls come here; those by buttons and letters come by poll_ballots.py.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import poll_ballots, surveys
from programme.forms import Question
from programme.refusals import NotInAudience, OptionUnknown, PersonUnknown, PollUnknown
from storage import broadcasts, events, inbox, people, poll_messages, poll_waves
from storage import surveys as store
from storage.database import Tx
from storage.poll_messages import PollMessage
from storage.surveys import Answer, Survey
from storage.waves import CLOSED, Wave


@dataclass(frozen=True)
class OptionCount:
    """How many people chose an option."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Results:
    """Where a poll stands: every option, also those nobody chose.

    With `hidden` the options are not counted: an anonymous poll runs, so that each single vote
    could be seen to come, or so few have answered that their answers would give them away.
    """

    survey_id: int
    survey_key: str
    question: str
    options: tuple[OptionCount, ...]
    people_asked: int
    people_answered: int
    multiple: bool = False
    is_anonymous: bool = False
    hidden: bool = False
    threshold: int = 0
    closes_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class PollSummary:
    """A poll as staff choose it from a list."""

    survey_id: int
    survey_key: str
    question: str
    event_title: str
    asked_at: datetime


async def note_sent(
    tx: Tx,
    *,
    outbox_id: int,
    survey_key: str,
    poll_id: str,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Keep which native poll asks a survey's question; votes that came too early try again.

    Raises SurveyUnknown. Noting the same poll again does no harm.
    """
    survey = await surveys.find(tx, survey_key)
    poll = PollMessage(poll_id, survey.id, outbox_id, chat_id, message_id)
    if await poll_messages.add(tx, poll):
        await inbox.wake_orphans(tx, now=now)


async def answer(
    tx: Tx,
    *,
    poll_id: str,
    chat_id: int,
    option_indexes: list[int],
    update_id: int,
    now: datetime,
    arrived_at: datetime | None = None,
) -> None:
    """Keep the vote of the person who writes from `chat_id`; no option takes the vote back.

    Raises PollUnknown for a poll that is not known yet: the vote must wait. A poll can be
    passed on to others, so PersonUnknown is raised for a stranger and NotInAudience for
    somebody who was not asked; neither vote counts. Raises PollClosed when it arrived after the
    closing: what arrived before counts, however long it had to wait. Raises OptionUnknown for an
    option that the poll does not have.
    """
    poll = await poll_messages.get(tx, poll_id)
    if poll is None:
        raise PollUnknown(poll_id)
    person = await people.by_chat(tx, chat_id)
    if person is None:
        raise PersonUnknown
    survey = await store.get(tx, poll.survey_id)
    broadcast = await broadcasts.by_survey(tx, survey.id)
    if broadcast is None or not await broadcasts.was_sent_to(tx, broadcast.id, person_id=person.id):
        raise NotInAudience("participants")
    poll_ballots.must_be_open((await poll_waves.get(tx, survey.id)).wave, arrived_at or now)
    form = await surveys.form_of(tx, survey)
    question = form.questions[0]
    vote = Answer(
        survey_id=survey.id,
        form_version=form.version,
        respondent=f"person:{person.id}",
        question_key=question.key,
        option_keys=_keys(question, option_indexes),
        text="",
        retracted=not option_indexes,
        door="chat",
        source_key=f"telegram:update:{update_id}",
        source_order=update_id,
        answered_at=now,
    )
    await store.append(tx, [vote])


def _keys(question: Question, indexes: list[int]) -> tuple[str, ...]:
    most = len(question.options) if question.kind == "multiple" else 1
    if len(indexes) > most or not all(0 <= index < len(question.options) for index in indexes):
        raise OptionUnknown
    return tuple(question.options[index].key for index in sorted(set(indexes)))


async def results(tx: Tx, *, survey_key: str) -> Results:
    """Count a poll's current votes; raises SurveyUnknown."""
    return await _results(tx, await surveys.find(tx, survey_key))


async def results_of(tx: Tx, *, survey_id: int) -> Results:
    """Count the current votes of the poll behind a button."""
    return await _results(tx, await store.get(tx, survey_id))


async def _results(tx: Tx, survey: Survey) -> Results:
    question = (await surveys.form_of(tx, survey)).questions[0]
    counts, answered = await store.count_options(tx, survey.id, question.key)
    broadcast = await broadcasts.by_survey(tx, survey.id)
    wave = (await poll_waves.get(tx, survey.id)).wave
    hidden = _is_hidden(survey, wave, answered)
    options = tuple(
        OptionCount(option.key, option.label, 0 if hidden else counts.get(option.key, 0))
        for option in question.options
    )
    asked = 0
    if broadcast is not None:
        # Whoever wanted no more questions before theirs had left was not asked.
        asked = broadcast.people - await broadcasts.count_taken_back(tx, broadcast.id)
    return Results(
        survey.id,
        survey.key,
        question.label,
        options,
        asked,
        answered,
        multiple=question.kind == "multiple",
        is_anonymous=survey.is_anonymous,
        hidden=hidden,
        threshold=survey.threshold if survey.is_anonymous else 0,
        closes_at=wave.closes_at,
        closed_at=poll_ballots.closing_of(wave) if wave.state == CLOSED else None,
    )


def _is_hidden(survey: Survey, wave: Wave, answered: int) -> bool:
    """Tell whether counts are withheld, so that no vote can be seen by itself or by difference."""
    return survey.is_anonymous and (wave.state != CLOSED or answered < survey.threshold)


async def recent(tx: Tx, *, limit: int) -> list[PollSummary]:
    """List the newest polls first."""
    return [
        await _summary(tx, survey) for survey in await store.newest(tx, kind="poll", limit=limit)
    ]


async def _summary(tx: Tx, survey: Survey) -> PollSummary:
    form = await surveys.form_of(tx, survey)
    event = await events.get(tx, survey.event_id) if survey.event_id else None
    title = event.title if event else ""
    return PollSummary(survey.id, survey.key, form.questions[0].label, title, survey.created_at)
