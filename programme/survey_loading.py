"""Load a survey's file: a new survey, or what has changed in one that is there.

Loading the same once more changes nothing. What was answered stays as it was asked: other
questions become a new version of the form. How names are kept may change until somebody has
begun to answer, and a wave until it is opened.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from programme import forms, staff, survey_audiences, surveys
from programme.forms import Form
from programme.importing.problems import FileRefused, Place
from programme.importing.survey_definition import (
    EVERYONE,
    ORGANISATIONS,
    PUBLIC,
    SurveyDefinition,
    WaveDefinition,
)
from programme.importing.survey_problems import EventNowhere, KindChanged, SurveyKeyTaken
from programme.survey_public import new_public_key
from programme.survey_refusals import PrivacyFixed
from programme.wall_time import to_moment
from storage import events, survey_changes, waves
from storage import forms as form_store
from storage import surveys as store
from storage.database import Tx
from storage.staff import StaffMember
from storage.surveys import Survey
from storage.waves import Wave

KIND = "survey"
_WORDS = {ORGANISATIONS: survey_audiences.ORGANISATIONS, EVERYONE: survey_audiences.EVERYONE}


@dataclass(frozen=True)
class LoadedSurvey:
    """What loading did; `outcome` is added, changed or same, as of any file.

    `running` names the waves that the file has otherwise and that stay as they are, because they
    are open or closed.
    """

    survey_key: str
    outcome: str
    version: int
    new_version: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    running: tuple[str, ...]


def form_key(survey_key: str) -> str:
    """Name the form of a survey; no event and no poll has a form of such a name."""
    return f"{KIND}:{survey_key}"


async def load(
    tx: Tx,
    *,
    definition: SurveyDefinition,
    zone: str,
    now: datetime,
    member: StaffMember | None = None,
) -> LoadedSurvey:
    """Keep a survey's file; `member` is None for the operator of the machine.

    Raises FileRefused when the file is sound and what is kept stands against it, and PrivacyFixed;
    the caller's transaction must then end without a commit.
    """
    if member is not None:
        staff.permit(member, "surveys")
    loaded = await _load(tx, definition, zone, now)
    if member is not None and loaded.outcome != "same":
        detail = {"survey": loaded.survey_key, "version": loaded.version}
        await staff.record(tx, member, "survey loaded", detail=detail, now=now)
    return loaded


async def _load(tx: Tx, definition: SurveyDefinition, zone: str, now: datetime) -> LoadedSurvey:
    before = await form_store.newest(tx, form_key(definition.key))
    form = replace(definition.form, key=form_key(definition.key))
    kept = await surveys.keep_form(tx, form, now=now)
    survey = await store.add(
        tx,
        key=definition.key,
        kind=KIND,
        form_id=kept.id,
        event_id=None,
        wave="",
        now=now,
        privacy=definition.privacy,
        threshold=definition.threshold,
    )
    is_new = survey is not None
    if survey is None:
        survey = await surveys.find(tx, definition.key)
    await survey_changes.hold(tx, survey.id)
    survey = await store.get(tx, survey.id)
    if survey.kind != KIND:
        raise FileRefused((SurveyKeyTaken(definition.key),))
    has_changed = await _save(tx, survey, definition, kept.id)
    if not is_new and survey.form_id != kept.id:
        await _keep_kinds(tx, survey, form)
    added, changed, running = await _save_waves(tx, survey.id, definition, zone, now)
    same = "changed" if has_changed or added or changed else "same"
    return LoadedSurvey(
        survey_key=definition.key,
        outcome="added" if is_new else same,
        version=kept.version,
        new_version=before is not None and before.id != kept.id,
        added=tuple(added),
        changed=tuple(changed),
        running=tuple(running),
    )


async def _save(tx: Tx, survey: Survey, definition: SurveyDefinition, form_id: int) -> bool:
    """Bring a survey up to date; tell whether anything was otherwise."""
    has_changed = False
    if survey.privacy != definition.privacy:
        is_begun = await survey_changes.is_begun(tx, survey.id)
        if is_begun or not await store.set_privacy(tx, survey.id, privacy=definition.privacy):
            raise PrivacyFixed
        has_changed = True
    rules = (definition.threshold, definition.schedule)
    if (survey.threshold, survey.schedule) != rules:
        threshold, schedule = rules
        await store.set_rules(
            tx, survey.id, threshold=threshold, schedule=schedule, style=survey.style
        )
        has_changed = True
    if survey.form_id != form_id:
        await store.set_form(tx, survey.id, form_id=form_id)
        has_changed = True
    return has_changed


async def _keep_kinds(tx: Tx, survey: Survey, form: Form) -> None:
    """Refuse another kind for a question with answers: nobody could count them together."""
    answered = await survey_changes.answered_keys(tx, survey.id)
    wanted = {question.key: question.kind for question in forms.flat(form).questions}
    earlier: dict[str, str] = {}
    for row in await form_store.versions(tx, form.key):
        old = forms.flat(surveys.read(row)).questions
        earlier = {question.key: question.kind for question in old} | earlier
    faults = tuple(
        KindChanged(key, earlier[key], kind)
        for key, kind in wanted.items()
        if key in answered and earlier.get(key, kind) != kind
    )
    if faults:
        raise FileRefused(faults)


async def _save_waves(
    tx: Tx, survey_id: int, definition: SurveyDefinition, zone: str, now: datetime
) -> tuple[list[str], list[str], list[str]]:
    added: list[str] = []
    changed: list[str] = []
    running: list[str] = []
    for number, wanted in enumerate(definition.waves, start=1):
        values = await _values(tx, wanted, number, zone)
        kept = await waves.by_key(tx, survey_id, wanted.key)
        if kept is None:
            await _add(tx, survey_id, wanted, values, now)
            added.append(wanted.key)
        elif _differs(kept, values, is_public=wanted.audience == PUBLIC):
            is_public = wanted.audience == PUBLIC
            public_key = (kept.public_key or new_public_key()) if is_public else None
            public = {"is_public": is_public, "public_key": public_key}
            is_planned = await survey_changes.change_wave(tx, kept.id, values | public)
            (changed if is_planned else running).append(wanted.key)
    return added, changed, running


async def _values(tx: Tx, wave: WaveDefinition, number: int, zone: str) -> dict[str, Any]:
    """Give the columns of a wave; raises FileRefused for an event that is not there."""
    audience: dict[str, Any] | None = None
    event_id = None
    if wave.event_key:
        event = await events.by_key(tx, wave.event_key)
        if event is None:
            place = Place("wave", number, wave.key)
            fault = EventNowhere(place, "audience", wave.event_key, line=wave.line)
            raise FileRefused((fault,))
        event_id, audience = event.id, survey_audiences.participants(event.id)
    elif wave.audience in _WORDS:
        audience = {"kind": _WORDS[wave.audience]}
    return {
        "event_id": event_id,
        "opens_at": to_moment(wave.opens, zone),
        "closes_at": to_moment(wave.closes, zone) if wave.closes else None,
        "audience": audience,
        "reminder_days": list(wave.reminder_days),
        "most_responses": wave.most_responses,
        "quotas": wave.quotas,
    }


async def _add(
    tx: Tx, survey_id: int, wave: WaveDefinition, values: dict[str, Any], now: datetime
) -> None:
    public_key = new_public_key() if wave.audience == PUBLIC else None
    await waves.add(tx, survey_id=survey_id, key=wave.key, now=now, public_key=public_key, **values)


def _differs(kept: Wave, values: dict[str, Any], *, is_public: bool) -> bool:
    return kept.is_public != is_public or any(
        getattr(kept, name) != value for name, value in values.items()
    )
