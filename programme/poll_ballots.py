"""Vote by buttons or on a letter's page, where nobody else may see a vote before or after.

Ticks on their way lie in a draft, which the chat and the page share. A vote with a name may be
changed until the poll closes. An anonymous one is poured into the store with nothing that leads
back, so it is final, and people are told so before.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from programme import survey_filling, surveys
from programme.forms import Option, Question
from programme.poll_refusals import NotAskedHere, NothingTicked, PollClosed, VoteFinal
from programme.refusals import OptionUnknown, PersonUnknown
from programme.survey_filling import Filling
from programme.survey_refusals import AlreadyAnswered, NotAsked, SurveyClosed
from storage import events, people, poll_waves, survey_drafts, survey_recipients
from storage import surveys as store
from storage.database import Tx
from storage.poll_waves import PollWave
from storage.surveys import Answer
from storage.waves import CLOSED, Wave


@dataclass(frozen=True)
class Ballot:
    """A question as one person sees it.

    `chosen` are the keys that count, by whichever door they came, and never known of an anonymous
    vote; `ticked` are those that were ticked and not sent. `closed_at` is set once it is closed.
    """

    survey_id: int
    question: str
    options: tuple[Option, ...]
    event_title: str
    chosen: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    multiple: bool = False
    is_anonymous: bool = False
    is_done: bool = False
    closes_at: datetime | None = None
    closed_at: datetime | None = None

    def option(self, number: int) -> Option | None:
        """Give an option by its number, counted from 1."""
        return self.options[number - 1] if 1 <= number <= len(self.options) else None

    @property
    def answer(self) -> str:
        """The labels that count, in one line."""
        return ", ".join(one.label for one in self.options if one.key in self.chosen)


def closing_of(wave: Wave) -> datetime | None:
    """Tell when a poll closes or closed: by itself, or earlier because staff wanted it."""
    moments = [one for one in (wave.closes_at, wave.closed_at) if one is not None]
    return min(moments, default=None)


def closed_by(wave: Wave, moment: datetime) -> datetime | None:
    """Tell when a poll was closed, seen from what arrived at a moment; None while it was open.

    What arrived before the closing counts, even if it is handled afterwards.
    """
    closing = closing_of(wave)
    return closing if closing is not None and closing <= moment else None


def must_be_open(wave: Wave, moment: datetime) -> None:
    """Raise PollClosed for what arrived after the closing."""
    closing = closed_by(wave, moment)
    if closing is not None:
        raise PollClosed(closing)


async def person_of(tx: Tx, chat_id: int) -> int:
    """Tell who writes from a chat; raises PersonUnknown."""
    person = await people.by_chat(tx, chat_id)
    if person is None:
        raise PersonUnknown
    return person.id


async def look(tx: Tx, *, survey_id: int, person_id: int, now: datetime) -> Ballot:
    """Show a poll to one person as it stands; changes nothing."""
    poll = await poll_waves.get(tx, survey_id)
    survey, wave = poll.survey, poll.wave
    question = (await surveys.form_of(tx, survey)).questions[0]
    owner = survey_filling.person(person_id)
    recipient = await survey_recipients.get(tx, wave.id, owner)
    draft = await survey_drafts.get(tx, wave.id, owner)
    ticked = draft.answers.get(question.key) or () if draft else ()
    chosen: tuple[str, ...] = ()
    if not survey.is_anonymous:
        found = await store.current_of(tx, survey.id, wave_key="", respondent=owner)
        chosen = next((one.option_keys for one in found if one.question_key == question.key), ())
    event = await events.get(tx, survey.event_id) if survey.event_id else None
    return Ballot(
        survey.id,
        question.label,
        question.options,
        event.title if event else "",
        chosen=chosen,
        ticked=(ticked,) if isinstance(ticked, str) else tuple(ticked),
        multiple=question.kind == "multiple",
        is_anonymous=survey.is_anonymous,
        is_done=bool(chosen) or (recipient is not None and recipient.done),
        closes_at=wave.closes_at,
        closed_at=closed_by(wave, now) or (wave.closed_at if wave.state == CLOSED else None),
    )


async def _open(tx: Tx, survey_id: int, person_id: int, now: datetime) -> tuple[PollWave, Filling]:
    """Open the ballot of somebody who may vote now; until the end nobody else votes as they."""
    poll = await poll_waves.get(tx, survey_id)
    must_be_open(poll.wave, now)
    owner = survey_filling.person(await people.hold(tx, person_id))
    try:
        filling = await survey_filling.open_for(tx, wave_id=poll.wave.id, owner=owner, now=now)
    except AlreadyAnswered:
        raise VoteFinal from None
    except NotAsked:
        raise NotAskedHere from None
    except SurveyClosed as refusal:
        raise PollClosed(refusal.closed_at or now) from None
    return poll, filling


def _question(filling: Filling) -> Question:
    return filling.form.questions[0]


async def tick(
    tx: Tx, *, survey_id: int, person_id: int, option_key: str, door: str, now: datetime
) -> Ballot:
    """Tick one of several answers, or take its tick away; it counts once the vote is sent.

    Raises PollClosed, VoteFinal, NotAskedHere and OptionUnknown.
    """
    poll, filling = await _open(tx, survey_id, person_id, now)
    question = _question(filling)
    before = filling.answers.get(question.key) or []
    ticked = set(before) ^ {option_key}
    if question.kind != "multiple" or option_key not in {one.key for one in question.options}:
        raise OptionUnknown
    given = [option.key for option in question.options if option.key in ticked]
    await survey_filling.save(
        tx, filling=filling, given={question.key: given or None}, door=door, now=now
    )
    return await look(tx, survey_id=poll.survey.id, person_id=_person(filling), now=now)


def _person(filling: Filling) -> int:
    return int(filling.owner.partition(":")[2])


async def send_ticks(tx: Tx, *, survey_id: int, person_id: int, door: str, now: datetime) -> Ballot:
    """Send what was ticked as the vote.

    Raises NothingTicked, and what `cast` raises.
    """
    before = await look(tx, survey_id=survey_id, person_id=person_id, now=now)
    keys = before.ticked or before.chosen
    return await cast(
        tx, survey_id=survey_id, person_id=person_id, option_keys=keys, door=door, now=now
    )


async def cast(
    tx: Tx,
    *,
    survey_id: int,
    person_id: int,
    option_keys: tuple[str, ...],
    door: str,
    now: datetime,
) -> Ballot:
    """Let a vote count instead of what the person chose before; the same once more adds nothing.

    Raises PollClosed, VoteFinal for a second anonymous vote, NotAskedHere, NothingTicked, and
    OptionUnknown for an option that the poll does not have.
    """
    poll, filling = await _open(tx, survey_id, person_id, now)
    question = _question(filling)
    if not option_keys:
        raise NothingTicked
    if question.kind != "multiple" and len(option_keys) > 1:
        raise OptionUnknown
    given = list(option_keys) if question.kind == "multiple" else option_keys[0]
    filling = await survey_filling.save(
        tx, filling=filling, given={question.key: given}, door=door, now=now
    )
    try:
        await survey_filling.hand_in(tx, filling=filling, door=door, now=now)
    except AlreadyAnswered:
        raise VoteFinal from None
    return await look(tx, survey_id=poll.survey.id, person_id=_person(filling), now=now)


async def take_back(tx: Tx, *, survey_id: int, person_id: int, door: str, now: datetime) -> Ballot:
    """Take a vote with a name back; nothing counts until another one comes.

    Raises PollClosed, VoteFinal and NotAskedHere.
    """
    poll, filling = await _open(tx, survey_id, person_id, now)
    who = filling.owner
    await survey_drafts.remove(tx, poll.wave.id, who)
    if poll.survey.is_anonymous:
        return await look(tx, survey_id=survey_id, person_id=_person(filling), now=now)
    current = await store.current_of(tx, poll.survey.id, wave_key="", respondent=who)
    before = await store.newest_order(tx, poll.survey.id, wave_key="", respondent=who)
    # The order of pouring: by the clock, and behind all that is there.
    order = max(before + 1, int(now.timestamp() * 1_000_000))
    retractions = [
        Answer(
            survey_id=poll.survey.id,
            form_version=filling.form.version,
            respondent=who,
            question_key=one.question_key,
            option_keys=(),
            text="",
            retracted=True,
            door=door,
            source_key=f"survey:{secrets.token_hex(16)}",
            source_order=order,
            answered_at=now,
        )
        for one in current
    ]
    await store.append(tx, retractions)
    return await look(tx, survey_id=survey_id, person_id=_person(filling), now=now)
