"""Fill in a survey: open it, keep answers as they come, hand it in. Every face does it here.

Answers on their way lie in a draft with whoever gives them, so that somebody can stop and go on
days later, by another face. Handing in pours the draft into the survey store; where the survey is
anonymous nothing in the store then leads back: no owner, door, moment or order.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from programme import forms
from programme.fillings import PERSON, Filling, hashed, organisation, person, respondent
from programme.form_values import check
from programme.refusals import QuestionPassed
from programme.survey_pouring import form_in, handed_in, pour
from programme.survey_refusals import (
    AlreadyAnswered,
    NotAsked,
    SurveyClosed,
    SurveyFull,
    SurveyNotOpen,
    SurveyUnfinished,
    WaveUnknown,
)
from storage import people, responses, survey_drafts, survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from storage.survey_drafts import Draft
from storage.surveys import Survey
from storage.waves import Wave

__all__ = [
    "Filling",
    "hand_in",
    "hashed",
    "link",
    "open_for",
    "organisation",
    "person",
    "pour",
    "respondent",
    "save",
]


async def open_for(tx: Tx, *, wave_id: int, owner: str, now: datetime) -> Filling:
    """Open a survey where its owner left it.

    Raises WaveUnknown, SurveyNotOpen, SurveyClosed, NotAsked for who was not asked by a survey
    without a public link, and AlreadyAnswered where nobody could find the earlier answers.
    """
    wave = await waves.get(tx, wave_id)
    if wave is None:
        raise WaveUnknown
    survey = await store.get(tx, wave.survey_id)
    _see_open(wave, now)
    recipient = await survey_recipients.get(tx, wave_id, owner)
    if recipient is None and not wave.is_public:
        raise NotAsked
    is_done = recipient is not None and recipient.done
    if is_done and survey.is_anonymous:
        raise AlreadyAnswered
    draft = await survey_drafts.get(tx, wave_id, owner)
    if draft is None and is_done:
        form, answers, link_hash = await handed_in(tx, survey, wave, owner)
        return Filling(survey, wave, forms.flat(form), owner, answers, link_hash, is_done)
    form = await form_in(tx, survey, version=draft.form_version if draft else None)
    answers, link_hash = (draft.answers, draft.link_hash) if draft else ({}, "")
    return Filling(survey, wave, forms.flat(form), owner, answers, link_hash, is_done)


def _see_open(wave: Wave, now: datetime) -> None:
    if wave.state == waves.PLANNED:
        raise SurveyNotOpen(wave.opens_at)
    if wave.state == waves.CLOSED or (wave.closes_at is not None and wave.closes_at <= now):
        raise SurveyClosed(wave.closed_at or wave.closes_at)


async def save(
    tx: Tx,
    *,
    filling: Filling,
    given: Mapping[str, str | Sequence[str] | None],
    door: str,
    now: datetime,
) -> Filling:
    """Keep answers by question key; None skips a question, what does not fit raises AnswerRefused.

    Raises QuestionPassed for a question that the version does not have. What another face has
    kept meanwhile stays.
    """
    answers: dict[str, Any] = {}
    for key, raw in given.items():
        question = filling.form.question(key)
        if question is None:
            raise QuestionPassed
        value = None if raw is None else check(question, raw)
        answers[key] = list(value) if isinstance(value, tuple) else value
    return await _keep(tx, filling, answers, None, door, now)


async def link(tx: Tx, *, filling: Filling, link_hash: str, door: str, now: datetime) -> Filling:
    """Keep the hashed code by which the waves of one person are found to be one person's."""
    return await _keep(tx, filling, {}, link_hash, door, now)


async def _keep(
    tx: Tx,
    filling: Filling,
    answers: dict[str, Any],
    link_hash: str | None,
    door: str,
    now: datetime,
) -> Filling:
    owner = await _who_now(tx, filling.owner)
    begun = await survey_drafts.begin(tx, _draft(filling, owner, door, now))
    filling = await _as_kept(tx, filling, begun)
    # What a face notes beside the answers is as that face says.
    said = {key: one for key, one in begun.answers.items() if filling.form.question(key)}
    filling = dataclasses.replace(
        filling,
        owner=owner,
        answers={**filling.answers, **said, **answers},
        link_hash=begun.link_hash if link_hash is None else link_hash,
    )
    await survey_drafts.save(tx, _draft(filling, owner, door, now))
    return filling


def _draft(filling: Filling, owner: str, door: str, now: datetime) -> Draft:
    version = filling.form.version
    return Draft(filling.wave.id, owner, version, filling.answers, filling.link_hash, door, now)


async def _as_kept(tx: Tx, filling: Filling, draft: Draft) -> Filling:
    """Give the version that the draft was begun with."""
    if draft.form_version == filling.form.version:
        return filling
    form = await form_in(tx, filling.survey, version=draft.form_version)
    return dataclasses.replace(filling, form=forms.flat(form))


async def _who_now(tx: Tx, owner: str) -> str:
    """Give who the owner is now, and let nobody join them to somebody until the end."""
    if not owner.startswith(PERSON):
        return owner
    return person(await people.hold(tx, int(owner.removeprefix(PERSON))))


async def hand_in(tx: Tx, *, filling: Filling, door: str, now: datetime) -> None:
    """Pour the answers into the survey store, once, before the wave is closed or not at all.

    Raises SurveyClosed, SurveyUnfinished, SurveyFull, and AlreadyAnswered when they were handed
    in meanwhile; nothing is written before the last of these is known. Handing in once more what
    is in already changes nothing, where the survey knows its people.
    """
    owner, wave_id = await _who_now(tx, filling.owner), filling.wave.id
    draft = await survey_drafts.get(tx, wave_id, owner, hold=True)
    wave, survey = await _fixed(tx, filling)
    _see_open(wave, now)
    recipient = await survey_recipients.get(tx, wave_id, owner)
    is_done = recipient is not None and recipient.done
    if is_done and (draft is None or survey.is_anonymous):
        if survey.is_anonymous:
            raise AlreadyAnswered
        return
    if draft is None:
        raise AlreadyAnswered
    filling = dataclasses.replace(
        await _as_kept(tx, filling, draft),
        survey=survey,
        wave=wave,
        owner=owner,
        answers={**filling.answers, **draft.answers},
        link_hash=draft.link_hash,
    )
    question = filling.open
    if question is not None:
        raise SurveyUnfinished(question.key)
    if not is_done:
        await _fits_quota(tx, filling)
    await survey_drafts.remove(tx, wave_id, owner)
    await survey_recipients.finish(tx, wave_id, owner)
    await pour(tx, filling=filling, complete=True, door=door, now=now)


async def _fixed(tx: Tx, filling: Filling) -> tuple[Wave, Survey]:
    """Read the wave and the survey as they are now and stay until the end of the transaction."""
    wave = await waves.share(tx, filling.wave.id)
    if wave is None:
        raise WaveUnknown
    return wave, await store.share(tx, wave.survey_id)


async def _fits_quota(tx: Tx, filling: Filling) -> None:
    """Be the only one who counts the wave's responses, so that the last place is taken once."""
    most, quotas = filling.wave.most_responses, filling.wave.quotas
    if most is None and not quotas:
        return
    survey_id, wave_key = filling.survey.id, filling.wave.key
    await waves.count_alone(tx, filling.wave.id)
    _, complete = await responses.count(tx, survey_id, wave_key=wave_key)
    if most is not None and complete >= most:
        raise SurveyFull
    counted = await store.tally(tx, survey_id, wave_key=wave_key) if quotas else {}
    asked = {question.key for question in filling.asked}
    for question_key, wanted in quotas.items():
        # What is asked no more stays in the draft and takes no place.
        given = filling.answers.get(question_key) if question_key in asked else None
        said = given if isinstance(given, list) else [given]
        counts = _by_option(counted.get(question_key, Counter()))
        if any(counts[option] >= wanted[option] for option in said if option in wanted):
            raise SurveyFull


def _by_option(counted: Counter[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for chosen, count in counted.items():
        counts.update(dict.fromkeys(chosen.split(), count))
    return counts
