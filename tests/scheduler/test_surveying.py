"""Ticks hold a survey from the day after an event to its closing, also over restarts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.ticks import Ticker
from storage import events, responses, survey_drafts, survey_recipients, waves
from storage.database import Database
from storage.survey_drafts import Draft
from tests.programme.audience import make_member, queued
from tests.programme.waving import answer, make_survey, make_wave, note_present
from tests.storage.rows import make_event

DAY = timedelta(days=1)
STARTS = datetime.fromisoformat("2027-02-10T08:00:00+00:00")
OPENS = datetime.fromisoformat("2027-02-11T09:00:00+00:00")
RULE = {
    "after": "event",
    "kinds": ["training"],
    "days": 1,
    "at": "10:00",
    "open_days": 14,
    "reminder_days": [4, 7],
}


async def test_survey_after_an_event_is_asked_reminded_of_and_closed(database: Database) -> None:
    now = [STARTS]
    async with database.transaction() as tx:
        survey = await make_survey(tx, privacy="anonymous", schedule=RULE)
        event_id = await make_event(tx, sessions=(STARTS,))
        (session,) = await events.sessions(tx, event_id)
        persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in (1, 2)]
        for number in persons:
            await note_present(tx, event_id, number, session.id)
    heard = []
    for moment in (OPENS - DAY, OPENS, OPENS + 4 * DAY, OPENS + 7 * DAY, OPENS + 14 * DAY):
        now[0] = moment
        # Each time a bot that has just been started, which ticks more than once.
        ticker = Ticker(database=database, clock=lambda: now[0], wake_outbox=lambda: None)
        for _ in range(2):
            await ticker.tick()
        async with database.transaction() as tx:
            heard.append([f"{one.kind} {one.address}" for one in await queued(tx)])
            if moment == OPENS:
                (wave,) = await waves.of_survey(tx, survey.id)
                await answer(tx, wave.id, f"person:{persons[0]}", now=moment)

    asked = ["survey_asked 1", "survey_asked 2"]
    reminded = "survey_reminder 2"
    assert heard == [
        [],
        asked,
        [*asked, reminded],
        [*asked, reminded, reminded],
        [*asked, reminded, reminded],
    ]
    async with database.reading() as tx:
        (wave,) = await waves.of_survey(tx, survey.id)
        assert (wave.state, wave.closed_at) == ("closed", OPENS + 14 * DAY)
        assert await responses.count(tx, survey.id, wave_key=wave.key) == (1, 1)


async def test_wave_that_cannot_be_moved_on_holds_up_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx)
        person_id = await make_member(tx, "Anna", chat=1)
        # Whom the first asks and what was begun in the second cannot be read any more.
        bad = await make_wave(tx, survey, {"kind": "participants"}, opens_at=STARTS)
        worse = await make_wave(
            tx, survey, {"kind": "public"}, key="w2", state="open", opens_at=STARTS, closes_at=OPENS
        )
        lost = Draft(worse.id, "device:1", 99, {"useful": "yes"}, "", "public", STARTS)
        await survey_drafts.save(tx, lost)
        terms: dict[str, Any] = {"opens_at": STARTS, "closes_at": OPENS}
        good = await make_wave(tx, survey, {"kind": "everyone"}, key="w3", **terms)
    now = [STARTS]
    ticker = Ticker(database=database, clock=lambda: now[0], wake_outbox=lambda: None)
    with caplog.at_level("CRITICAL", logger="scheduler.surveying"):
        await ticker.tick()
        now[0] = OPENS
        await ticker.tick()

    async with database.reading() as tx:
        held = [await waves.get(tx, one.id) for one in (bad, worse, good)]
        asked = await survey_recipients.get(tx, good.id, f"person:{person_id}")
        drafts = await survey_drafts.of_wave(tx, worse.id)
    assert [one.state for one in held if one] == ["planned", "open", "closed"]
    assert asked is not None
    assert drafts == [lost]
