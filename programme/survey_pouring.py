"""Pour what somebody has answered into the survey store, and read it back to be changed."""

import secrets
from datetime import datetime
from typing import Any

from programme import forms, surveys
from programme.fillings import Filling, respondent
from programme.form_values import SEEN
from programme.forms import Form
from programme.questions import MISSING, Question
from storage import forms as form_store
from storage import responses
from storage import surveys as store
from storage.database import Tx
from storage.responses import Response
from storage.surveys import Answer, Survey
from storage.waves import Wave

# Not kept: nobody asked anything.
_SAYS_NOTHING = "info"
_WORDS = ("text", "long_text", "name", "address", "file")
_SEVERAL = ("multiple", "ranking")


async def pour(tx: Tx, *, filling: Filling, complete: bool, door: str, now: datetime) -> None:
    """Put the answers into the store; what was answered before and is gone is retracted.

    A survey that is anonymous gets neither a door nor a moment of the answer.
    """
    survey, wave = filling.survey, filling.wave
    who = respondent(survey, filling.owner)
    before = await store.current_of(tx, survey.id, wave_key=wave.key, respondent=who)
    order = await _order(tx, survey, wave, who, now)
    source = f"survey:{secrets.token_hex(16)}"
    rows = [
        Answer(
            survey_id=survey.id,
            form_version=filling.form.version,
            respondent=who,
            question_key=key,
            option_keys=option_keys,
            text=text,
            retracted=retracted,
            door="" if survey.is_anonymous else door,
            source_key=source,
            source_order=order,
            answered_at=wave.opens_at if survey.is_anonymous else now,
            wave=wave.key,
        )
        for key, option_keys, text, retracted in _changes(filling, before)
    ]
    await store.append(tx, rows, anonymous=survey.is_anonymous)
    await responses.save(
        tx,
        Response(survey.id, wave.key, who, filling.form.version, complete, filling.link_hash),
    )


async def _order(tx: Tx, survey: Survey, wave: Wave, who: str, now: datetime) -> int:
    """Order by the clock, so that the newer counts too when two people turn out to be one.

    A clock that was put back makes no correction older than what it corrects.
    """
    if survey.is_anonymous:
        return 1
    before = await store.newest_order(tx, survey.id, wave_key=wave.key, respondent=who)
    return max(before + 1, int(now.timestamp() * 1_000_000))


def _changes(
    filling: Filling, before: list[store.Current]
) -> list[tuple[str, tuple[str, ...], str, bool]]:
    known = {one.question_key: (one.option_keys, one.text) for one in before}
    rows = []
    for question in filling.asked:
        value = filling.answers.get(question.key)
        if value is None or question.kind == _SAYS_NOTHING:
            continue
        kept = _kept(question, value)
        if known.pop(question.key, None) != kept:
            rows.append((question.key, *kept, False))
    # What another version asked is not this one's to take back.
    gone = [key for key in known if filling.form.question(key) is not None]
    return rows + [(key, (), "", True) for key in gone]


def _kept(question: Question, value: Any) -> tuple[tuple[str, ...], str]:
    if question.kind in _WORDS and value not in question.missing:
        return (), value
    return (tuple(value), "") if isinstance(value, list) else ((value,), "")


async def handed_in(
    tx: Tx, survey: Survey, wave: Wave, owner: str
) -> tuple[Form, dict[str, Any], str]:
    """Read back what somebody handed in: the version they were asked, answers, linking code."""
    who = respondent(survey, owner)
    found = await store.current_of(tx, survey.id, wave_key=wave.key, respondent=who)
    kept = await responses.get(tx, survey.id, wave_key=wave.key, respondent=who)
    form = await form_in(tx, survey, version=kept.form_version if kept else None)
    kinds = {question.key: question.kind for question in forms.flat(form).questions}
    answers = {one.question_key: _value(kinds.get(one.question_key, ""), one) for one in found}
    if kept is not None and kept.complete:
        answers = _passed(form, answers) | answers
    return form, answers, kept.link_hash if kept else ""


def _passed(form: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """Give what was passed over in a form that was handed in: it is open no more."""
    asked = forms.asked(forms.flat(form), answers)
    return {one.key: SEEN if one.kind == _SAYS_NOTHING else None for one in asked}


async def form_in(tx: Tx, survey: Survey, *, version: int | None) -> Form:
    """Read a version of what a survey asks; None is the one that is asked now."""
    newest = await surveys.form_of(tx, survey)
    if version is None or version == newest.version:
        return newest
    versions = {row.version: row for row in await form_store.versions(tx, newest.key)}
    return surveys.read(versions[version])


def _value(kind: str, one: store.Current) -> Any:
    if not one.option_keys:
        return one.text
    if kind in _SEVERAL and one.option_keys[0] not in MISSING:
        return list(one.option_keys)
    return one.option_keys[0]
