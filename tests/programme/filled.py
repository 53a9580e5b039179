"""Surveys with waves, and people who fill them in, for the tests that need some."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from programme import survey_filling, surveys
from programme.fillings import person
from programme.forms import Condition, Form, Option, Question
from programme.survey_filling import Filling
from storage import survey_recipients, waves
from storage import surveys as store
from storage.database import Tx
from storage.surveys import Survey
from storage.waves import Wave
from tests.storage.rows import NOW

LATER = NOW + timedelta(hours=1)
TRUST = Question("trust", "scale", "Zaufanie?", hard_to_say=True)
GROUP = Question(
    "group", "choice", "Skąd?", (Option("town", "Miłki"), Option("village", "Inna wieś"))
)
TOPICS = Question(
    "topics",
    "multiple",
    "O czym?",
    (Option("roads", "Drogi"), Option("lakes", "Jeziora"), Option("school", "Szkoła")),
    required=False,
)
WHY = Question(
    "why", "long_text", "Dlaczego?", required=False, when=Condition("group", ("village",))
)
QUESTIONS = (TRUST, GROUP, TOPICS, WHY)
FULL: dict[str, Any] = {"trust": "4", "group": "village", "topics": ["roads"], "why": "Bo blisko"}
_numbers = itertools.count(1)


async def make_survey(
    tx: Tx, *, privacy: str = "named", questions: Sequence[Question] = QUESTIONS
) -> Survey:
    """Add a survey of its own."""
    key = f"survey-{next(_numbers)}"
    form = await surveys.keep_form(tx, Form(key, 1, tuple(questions)), now=NOW)
    survey = await store.add(
        tx,
        key=key,
        kind="survey",
        form_id=form.id,
        event_id=None,
        wave="",
        now=NOW,
        privacy=privacy,
    )
    assert survey is not None
    return survey


async def new_version(tx: Tx, survey: Survey, questions: Sequence[Question]) -> int:
    """Ask other questions from now on; give the version."""
    form = await surveys.keep_form(tx, Form(survey.key, 1, tuple(questions)), now=NOW)
    await store.set_form(tx, survey.id, form_id=form.id)
    return form.version


async def make_wave(
    tx: Tx,
    survey: Survey,
    key: str = "baseline",
    *,
    asked: Sequence[int] = (),
    state: str = waves.OPEN,
    **terms: Any,
) -> Wave:
    """Add a wave that asks these people."""
    wave = await waves.add(
        tx, survey_id=survey.id, key=key, opens_at=NOW, state=state, now=NOW, **terms
    )
    assert wave is not None
    rows = [{"owner": person(one), "person_id": one} for one in asked]
    await survey_recipients.add(tx, wave.id, rows)
    return wave


async def give(
    tx: Tx,
    wave: Wave,
    owner: str,
    answers: Mapping[str, Any] = FULL,
    *,
    now: datetime = LATER,
    door: str = "web",
) -> Filling:
    """Answer without handing in."""
    filling = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=now)
    return await survey_filling.save(tx, filling=filling, given=answers, door=door, now=now)


async def fill(
    tx: Tx,
    wave: Wave,
    owner: str,
    answers: Mapping[str, Any] = FULL,
    *,
    now: datetime = LATER,
    door: str = "web",
    link_hash: str = "",
) -> None:
    """Answer and hand in."""
    filling = await give(tx, wave, owner, answers, now=now, door=door)
    if link_hash:
        filling = await survey_filling.link(
            tx, filling=filling, link_hash=link_hash, door=door, now=now
        )
    await survey_filling.hand_in(tx, filling=filling, door=door, now=now)


async def said(tx: Tx, survey: Survey, wave: Wave) -> dict[str, dict[str, str]]:
    """Give what counts in a wave, by respondent and question, options with spaces between."""
    found: dict[str, dict[str, str]] = {}
    for one in await store.current(tx, survey.id, wave_key=wave.key):
        words = " ".join(one.option_keys) or one.text
        found.setdefault(one.respondent, {})[one.question_key] = words
    return found
