"""Loading a survey's file: once, again, changed, and while people answer."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from programme import survey_filling, survey_loading, surveys
from programme.forms import Form, Option, Question
from programme.importing.problems import FileRefused
from programme.importing.survey_definition import SurveyDefinition, WaveDefinition
from programme.importing.survey_file import read_survey
from programme.importing.survey_problems import EventNowhere, KindChanged, SurveyKeyTaken
from programme.refusals import NotStaff
from programme.survey_loading import LoadedSurvey
from programme.survey_refusals import PrivacyFixed
from storage import audit_trail, events, survey_recipients, waves
from storage import surveys as store
from storage.database import Database, Tx
from storage.surveys import Survey
from storage.waves import Wave
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, ZONE, make_event, make_person

SURVEYS = Path(__file__).parents[2] / "bot" / "sample" / "surveys"
TRUST = Question("trust", "scale", "Jak bardzo?")
WORDS = Question("words", "text", "Dlaczego?", required=False)
BASELINE = WaveDefinition(
    "baseline",
    datetime.fromisoformat("2027-01-11T09:00"),
    "everyone",
    closes=datetime.fromisoformat("2027-01-25T20:00"),
    reminder_days=(3,),
)
DEFINITION = SurveyDefinition(Form("s", 1, (TRUST, WORDS)), "named", 5, waves=(BASELINE,))
SAME = LoadedSurvey("s", "same", 1, new_version=False, added=(), changed=(), running=())


async def _load(tx: Tx, definition: SurveyDefinition, **member: Any) -> LoadedSurvey:
    return await survey_loading.load(tx, definition=definition, zone=ZONE, now=NOW, **member)


async def _only_wave(tx: Tx, key: str = "s") -> tuple[Survey, Wave]:
    survey = await surveys.find(tx, key)
    (wave,) = await waves.of_survey(tx, survey.id)
    return survey, wave


async def begin(tx: Tx, *, opened: bool | None = None) -> tuple[str, Wave]:
    """Open the wave and let somebody answer one question, in two steps or, with None, in both."""
    _, wave = await _only_wave(tx)
    if not opened:
        person_id = await make_person(tx)
        owner = survey_filling.person(person_id)
        await waves.open_now(tx, wave.id)
        row = {"owner": owner, "person_id": person_id, "organisation_id": None}
        await survey_recipients.add(tx, wave.id, [row])
    if opened is not False:
        (recipient,) = await survey_recipients.missing(tx, wave.id)
        owner = recipient.owner
        filling = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=NOW)
        await survey_filling.save(tx, filling=filling, given={"trust": "4"}, door="chat", now=NOW)
    return owner, wave


async def _answer(tx: Tx) -> None:
    owner, wave = await begin(tx)
    filling = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=NOW)
    filling = await survey_filling.save(
        tx, filling=filling, given={"words": None}, door="chat", now=NOW
    )
    await survey_filling.hand_in(tx, filling=filling, door="chat", now=NOW)


async def test_loading_twice_changes_nothing_the_second_time(database: Database) -> None:
    async with database.transaction() as tx:
        first = await _load(tx, DEFINITION)
        before = await _only_wave(tx)
    async with database.transaction() as tx:
        second = await _load(tx, DEFINITION)

        survey, wave = await _only_wave(tx)
        form = await surveys.form_of(tx, survey)
    assert first == replace(SAME, outcome="added", added=("baseline",))
    assert second == SAME
    assert (survey, wave) == before
    assert (survey.kind, survey.privacy, survey.threshold) == ("survey", "named", 5)
    assert (wave.state, wave.opens_at, wave.audience, wave.reminder_days) == (
        "planned",
        datetime.fromisoformat("2027-01-11T08:00:00+00:00"),
        {"kind": "everyone"},
        [3],
    )
    assert form == replace(DEFINITION.form, key="survey:s")


async def test_changed_questions_are_a_new_version_and_old_answers_keep_theirs(
    database: Database,
) -> None:
    more = Question("more", "choice", "Co jeszcze?", (Option("a", "A"),), required=False)
    changed = replace(DEFINITION, form=Form("s", 1, (TRUST, more)))
    async with database.transaction() as tx:
        await _load(tx, DEFINITION)
        owner, wave = await begin(tx)

        loaded = await _load(tx, changed)

        begun = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=NOW)
        form = await surveys.form_of(tx, begun.survey)
    assert loaded == replace(SAME, outcome="changed", version=2, new_version=True)
    assert [one.key for one in begun.form.questions] == ["trust", "words"]
    assert (form.version, [one.key for one in form.questions]) == (2, ["trust", "more"])


async def test_privacy_may_change_until_somebody_has_begun(database: Database) -> None:
    anonymous = replace(DEFINITION, privacy="anonymous")
    async with database.transaction() as tx:
        await _load(tx, DEFINITION)
        loaded = await _load(tx, anonymous)
        await _load(tx, DEFINITION)
        await begin(tx)

        with pytest.raises(PrivacyFixed):
            await _load(tx, anonymous)

        rules = await _load(tx, replace(DEFINITION, threshold=9, schedule={"after": "event"}))
        survey, _ = await _only_wave(tx)
    assert (loaded.outcome, rules.outcome) == ("changed", "changed")
    assert (survey.privacy, survey.threshold, survey.schedule) == ("named", 9, {"after": "event"})


async def test_question_with_answers_keeps_its_kind(database: Database) -> None:
    changed = replace(DEFINITION, form=Form("s", 1, (replace(TRUST, kind="number"),)))
    async with database.transaction() as tx:
        await _load(tx, DEFINITION)
        await _answer(tx)

        with pytest.raises(FileRefused) as refused:
            await _load(tx, changed)

    assert refused.value.problems == (KindChanged("trust", "scale", "number"),)


async def test_wave_changes_while_it_is_planned_and_stays_once_it_is_open(
    database: Database,
) -> None:
    public = replace(DEFINITION, waves=(replace(BASELINE, audience="public"),))
    longer = replace(
        DEFINITION,
        waves=(
            replace(BASELINE, audience="public", closes=None),
            replace(
                BASELINE, key="endline", opens=BASELINE.opens + timedelta(days=60), closes=None
            ),
        ),
    )
    async with database.transaction() as tx:
        await _load(tx, DEFINITION)
        planned = await _load(tx, public)
        _, wave = await _only_wave(tx)
        await waves.open_now(tx, wave.id)

        running = await _load(tx, longer)

        kept = await waves.get(tx, wave.id)
    assert planned == replace(SAME, outcome="changed", changed=("baseline",))
    assert running == replace(SAME, outcome="changed", added=("endline",), running=("baseline",))
    assert (wave.is_public, wave.audience, len(wave.public_key or "")) == (True, None, 7)
    assert kept == replace(wave, state="open")


async def test_wave_asks_the_participants_of_an_event(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        event = await events.get(tx, event_id)
        assert event is not None
        wanted = replace(BASELINE, audience=f"participants:{event.key}", line=12)
        nowhere = replace(BASELINE, audience="participants:nic", line=12)

        await _load(tx, replace(DEFINITION, waves=(wanted,)))
        _, wave = await _only_wave(tx)
        with pytest.raises(FileRefused) as refused:
            await _load(tx, replace(DEFINITION, waves=(nowhere,)))

    assert (wave.event_id, wave.audience) == (
        event_id,
        {"kind": "participants", "event_id": event_id},
    )
    (problem,) = refused.value.problems
    assert isinstance(problem, EventNowhere)
    assert (problem.value, problem.line) == ("nic", 12)


async def test_key_of_a_quick_poll_is_taken(database: Database) -> None:
    async with database.transaction() as tx:
        kept = await surveys.keep_form(tx, DEFINITION.form, now=NOW)
        await store.add(tx, key="s", kind="poll", form_id=kept.id, event_id=None, wave="", now=NOW)

        with pytest.raises(FileRefused) as refused:
            await _load(tx, DEFINITION)

    assert refused.value.problems == (SurveyKeyTaken("s"),)


async def test_member_loads_with_the_right_and_it_is_recorded_once(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, role="assistant")
        viewer = replace(member, role="viewer")
        with pytest.raises(NotStaff):
            await _load(tx, DEFINITION, member=viewer)
        await _load(tx, DEFINITION, member=member)
        await _load(tx, DEFINITION, member=member)

        recorded = await audit_trail.page(tx, limit=9)
    assert [(one.action, one.detail) for one in recorded] == [
        ("survey loaded", {"survey": "s", "version": 1})
    ]


async def test_two_load_the_same_survey_at_the_same_moment(
    database: Database, second: Database
) -> None:
    async def load(one: Database) -> str:
        async with one.transaction() as tx:
            return (await _load(tx, DEFINITION)).outcome

    outcomes = await asyncio.gather(load(database), load(second))

    assert sorted(outcomes) == ["added", "same"]


@pytest.mark.parametrize("file", sorted(SURVEYS.glob("*.toml")), ids=lambda file: file.stem)
async def test_ready_survey_loads_and_is_the_same_when_loaded_again(
    database: Database, file: Path
) -> None:
    definition = read_survey(file.read_bytes(), today=date(2027, 1, 4))
    async with database.transaction() as tx:
        first = await _load(tx, definition)
        second = await _load(tx, definition)

    assert (first.outcome, second.outcome, first.survey_key) == ("added", "same", file.stem)
