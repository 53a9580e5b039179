"""Any survey, answered in the chat in any order: handed in is what was asked and nothing else."""

import asyncio
import itertools
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from programme import survey_steps, surveys
from programme.asking import Asked
from programme.fillings import person
from programme.forms import Condition, Form, Option, Question, asked
from programme.questions import NO, YES, parts
from programme.refusals import AnswerRefused
from programme.survey_look import Look
from programme.survey_steps import BACK, DONE, HandedIn, Left
from storage import survey_recipients, waves
from storage import surveys as store
from storage.conversations import Conversation
from storage.database import Database, Tx, open_database
from tests.programme import any_survey
from tests.storage.rows import NOW, make_person

CHAT = 501
STEPS = 20
MANY = tuple(Option(key, key.upper()) for key in ("a", "b", "c"))
BRANCHING = (
    Question("one", "yes_no", "Raz?", (Option(YES, "Tak"), Option(NO, "Nie")), hard_to_say=True),
    Question("read", "info", "Proszę przeczytać.", when=Condition("one", ("yes",))),
    Question("two", "multiple", "Dwa?", MANY, when=Condition("one", ("yes",)), at_least=2),
    Question("three", "ranking", "Trzy?", MANY, when=Condition("two", ("a",))),
    Question("four", "matrix", "Cztery?", rows=MANY[:2], no_answer=True),
    Question("five", "text", "Pięć?", required=False, when=Condition("four.a", ("1", "5"))),
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Give the folder in which every example has a database of its own."""
    folder = tmp_path_factory.mktemp("steps")
    shutil.copyfile(sqlite_template, folder / "template.db")
    return folder


async def _asked_to(tx: Tx, questions: tuple[Question, ...]) -> tuple[int, int, int]:
    person_id = await make_person(tx)
    form = await surveys.keep_form(tx, Form("survey:any", 1, questions), now=NOW)
    made = await store.add(
        tx, key="any", kind="survey", form_id=form.id, event_id=None, wave="", now=NOW
    )
    assert made is not None
    wave = await waves.add(tx, survey_id=made.id, key="w", opens_at=NOW, state=waves.OPEN, now=NOW)
    assert wave is not None
    row = {"owner": person(person_id), "person_id": person_id}
    await survey_recipients.add(tx, wave.id, [row])
    return person_id, made.id, wave.id


def _choices(look: Look) -> st.SearchStrategy[str]:
    """Draw what somebody presses or types at a question, sometimes what does not fit."""
    question = look.question
    assert question is not None
    keys = [f"={one.key}" for one in question.options]
    if question.kind in ("multiple", "ranking"):
        answers = st.sampled_from([*keys, *[DONE] * 4])
    else:
        answers = any_survey.answers_to(question).map(lambda raw: str(raw or survey_steps.SKIP))
        if keys or question.points:
            answers = st.sampled_from(keys or [f"={point}" for point in question.points])
    missing = [f"={code}" for code in question.missing]
    more = [BACK, survey_steps.SKIP, survey_steps.KEEP, "nie wiem", *missing]
    return st.one_of(answers, answers, answers, st.sampled_from(more))


async def _answer(database: Database, data: st.DataObject, questions: tuple[Question, ...]) -> None:
    async with database.transaction() as tx:
        person_id, survey_id, wave_id = await _asked_to(tx, questions)
    who: dict[str, Any] = {"person_id": person_id, "now": NOW + timedelta(hours=1)}
    about: dict[str, Any] = {"wave_id": wave_id, "organisation_id": None}
    async with database.transaction() as tx:
        begun = await survey_steps.begin(tx, state=Conversation(CHAT, "pl"), **about, **who)
    state, raw = begun.conversation, survey_steps.BEGIN
    look: Look
    for step in itertools.count():
        async with database.transaction() as tx:
            open_now = await survey_steps.ask(tx, state=state, **who)
            done: Asked | Left | HandedIn = open_now
            # What does not fit changes nothing, and the question is open as before.
            with suppress(AnswerRefused):
                done = await survey_steps.answer(tx, asked=open_now, raw=raw, now=who["now"])
        if isinstance(done, HandedIn):
            break
        assert isinstance(done, Asked)
        state, look = done.conversation, done.facts["look"]
        if state.step == "question" and step > STEPS:
            raw = _straight(look)
        elif state.step == "question":
            raw = data.draw(_choices(look))
        elif state.step == "pick":
            raw = f"=.q{data.draw(st.integers(1, len(look.listed)))}" if look.listed else "=.look"
        else:
            mends = look.listed and step < STEPS and data.draw(st.booleans())
            raw = survey_steps.MEND if mends else survey_steps.SEND
    await _compare(database, survey_id, look)


def _straight(look: Look) -> str:
    """Answer so that the end comes near."""
    question = look.question
    assert question is not None
    if question.missing:
        return f"={question.missing[0]}"
    if not question.required:
        return survey_steps.SKIP
    if question.kind in ("multiple", "ranking"):
        left = [one.key for one in question.options if one.key not in look.picked]
        return DONE if len(look.picked) >= question.at_least else f"={left[0]}"
    fitting = {"number": "0", "date": "2027-01-15", "address": "jan@example.org"}
    keys = [*(one.key for one in question.options), *question.points]
    return f"={keys[0]}" if keys else fitting.get(question.kind, "słowo")


async def _compare(database: Database, survey_id: int, look: Look) -> None:
    form, answers = look.filling.form, look.filling.answers
    wanted = {
        one.key: any_survey.expected(one, answers[one.key])
        for one in asked(form, answers)
        if one.kind != "info" and answers.get(one.key) is not None
    }
    async with database.reading() as tx:
        found = await store.current(tx, survey_id, wave_key="w")
    assert {one.question_key: (one.option_keys, one.text) for one in found} == wanted
    assert not any("=" in key for key in wanted)


@given(
    data=st.data(),
    questions=st.one_of(st.just(BRANCHING), any_survey.questions()),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=12,
)
def test_handed_in_is_what_the_answers_lead_to(
    template: Path, data: st.DataObject, questions: tuple[Question, ...]
) -> None:
    plain = tuple(one for one in questions if one.kind != "file")
    kept = {part.key for one in plain for part in parts(one)}
    fitting = tuple(one for one in plain if all(each.question in kept for each in one.conditions))
    assume(fitting)
    file = template / f"{next(_numbers)}.db"
    shutil.copyfile(template / "template.db", file)

    async def run() -> None:
        database = open_database(f"sqlite+aiosqlite:///{file}")
        try:
            await _answer(database, data, fitting)
        finally:
            await database.close()

    asyncio.run(run())
    for one in template.glob(f"{file.name}*"):
        one.unlink()
