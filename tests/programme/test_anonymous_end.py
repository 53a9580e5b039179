"""What the end of an anonymous wave leaves, and what it rubs out."""

from typing import Any

import pytest
from sqlalchemy import select, text

from programme import survey_export, survey_results, survey_waves
from programme.fillings import person
from programme.survey_refusals import SurveyStillOpen
from storage import responses, survey_drafts, survey_traces, wave_asking
from storage.database import Database, Tx
from storage.survey_tables import answer, current_answer, response, survey_recipient
from storage.surveys import Survey
from storage.waves import Wave
from tests.handlers.joins import written_together
from tests.programme.filled import LATER, fill, give, make_survey, make_wave
from tests.storage.rows import make_person

TABLES = (answer, current_answer, response, survey_recipient)


async def answered(database: Database, privacy: str = "anonymous") -> tuple[Survey, Wave]:
    """Let three people hand in, each in a transaction of their own."""
    async with database.transaction() as tx:
        people = [await make_person(tx) for _ in range(4)]
        survey = await make_survey(tx, privacy=privacy)
        wave = await make_wave(tx, survey, asked=people, public_key="abc")
        other = await make_wave(tx, survey, "other", asked=people)
        await fill(tx, other, person(people[0]))
    for one in people[:3]:
        async with database.transaction() as tx:
            await fill(tx, wave, person(one))
    return survey, wave


async def rows(tx: Tx) -> list[list[Any]]:
    return [
        sorted((tuple(row) for row in await tx.execute(select(table))), key=repr)
        for table in TABLES
    ]


async def test_rows_are_the_same_after_their_order_was_rubbed_out(database: Database) -> None:
    survey, wave = await answered(database)
    async with database.transaction() as tx:
        before = await rows(tx)
        told = (
            []
            if database.is_sqlite
            else await written_together(tx, survey.id, ["survey_recipient"])
        )

        await survey_traces.rub_out(tx, survey_id=survey.id, wave_key=wave.key, wave_id=wave.id)

        assert await rows(tx) == before
        # Without it PostgreSQL would tell which answers came with whose being noted as in.
        assert told == ([] if database.is_sqlite else ["survey_recipient"])
    if not database.is_sqlite:
        async with database.reading() as tx:
            for table in TABLES:
                mine = "wave_id = :wave" if table is survey_recipient else "wave = 'baseline'"
                marks = f"SELECT count(DISTINCT CAST(xmin AS text)) FROM {table.name} WHERE {mine}"  # noqa: S608 -- the names are ours
                values = {"wave": wave.id} if table is survey_recipient else {}
                assert await tx.scalar(text(marks), values) == 1


async def test_end_forgets_what_people_began_and_keeps_what_devices_began(
    database: Database,
) -> None:
    survey, wave = await answered(database)
    async with database.transaction() as tx:
        [late, *_] = [one.owner for one in await _missing(tx, wave)]
        await give(tx, wave, late, {"trust": "2"})
        await give(tx, wave, "device:0f", {"trust": "3"})

        await survey_waves.close(tx, wave_id=wave.id, member=None, now=LATER)

        assert await survey_drafts.of_wave(tx, wave.id) == []
        assert await responses.count(tx, survey.id, wave_key=wave.key) == (4, 3)
        trust = select(current_answer.c.chosen).where(
            current_answer.c.wave == wave.key, current_answer.c.question_key == "trust"
        )
        assert sorted((await tx.execute(trust)).scalars()) == ["3", "4", "4", "4"]


async def test_end_rubs_out_the_order_when_the_last_batch_of_drafts_is_full(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_waves, "POURED", 1)
    _survey, wave = await answered(database)
    async with database.transaction() as tx:
        await give(tx, wave, "device:0f", {"trust": "3"})
    async with database.transaction() as tx:
        await survey_waves.close(tx, wave_id=wave.id, member=None, now=LATER)

    async with database.reading() as tx:
        assert await wave_asking.with_leftovers(tx) == []
        if not database.is_sqlite:
            marks = (
                "SELECT count(DISTINCT CAST(xmin AS text)) FROM response WHERE wave = 'baseline'"
            )
            assert await tx.scalar(text(marks)) == 1


async def _missing(tx: Tx, wave: Wave) -> list[Any]:
    rows = await tx.execute(
        select(survey_recipient).where(
            survey_recipient.c.wave_id == wave.id, survey_recipient.c.done.is_(False)
        )
    )
    return list(rows.all())


async def test_end_of_a_named_wave_keeps_what_people_began(database: Database) -> None:
    survey, wave = await answered(database, "named")
    async with database.transaction() as tx:
        [late, *_] = [one.owner for one in await _missing(tx, wave)]
        await give(tx, wave, late, {"trust": "2"})

        await survey_waves.close(tx, wave_id=wave.id, member=None, now=LATER)

        assert await responses.count(tx, survey.id, wave_key=wave.key) == (4, 3)


async def test_nothing_of_an_anonymous_wave_is_told_while_drafts_are_poured_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey_waves, "POURED", 4)
    survey, wave = await answered(database)
    about: dict[str, Any] = {"survey_key": survey.key, "wave_key": wave.key, "member": None}
    files: dict[str, Any] = {**about, "words": str}
    async with database.transaction() as tx:
        for number in range(5):
            await give(tx, wave, f"device:{number}", {"trust": "3"})
        await survey_waves.close(tx, wave_id=wave.id, member=None, now=LATER)

        between = await survey_results.results(tx, **about)
        with pytest.raises(SurveyStillOpen):
            await survey_export.plan(tx, **files)
        await survey_waves.pour_begun(tx, wave_id=wave.id, now=LATER)
        after = await survey_results.results(tx, **about)
        plan = await survey_export.plan(tx, **files)

        # Else the second look less the first would be what one device said.
        trust = [one.question("trust") for one in (between, after)]
        assert [(one.n, one.is_hidden) for one in trust if one] == [(0, False), (8, False)]
        assert (between.is_live, after.is_live, plan.waves) == (True, False, (wave.key,))
