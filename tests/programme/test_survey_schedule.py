"""Waves that come by themselves after events."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from programme import survey_schedule, survey_waves
from programme.agenda import next_due
from storage import events, waves
from storage import surveys as store
from storage.database import Database
from storage.events import Event
from storage.waves import Wave
from tests.programme.waving import make_survey, make_wave
from tests.storage.rows import NOW, make_event

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RULE = {
    "after": "event",
    "kinds": ["training"],
    "days": 1,
    "at": "10:00",
    "open_days": 14,
    "reminder_days": [3, 7],
}
# Wednesday in Warsaw, nine to three.
STARTS = datetime.fromisoformat("2027-02-10T08:00:00+00:00")
# The day after at ten.
OPENS = datetime.fromisoformat("2027-02-11T09:00:00+00:00")


def _shown(wave: Wave) -> dict[str, Any]:
    names = ("event_id", "state", "opens_at", "closes_at", "audience", "reminder_days")
    return {name: getattr(wave, name) for name in names}


async def test_wave_comes_once_on_the_day_after_an_event(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, schedule=RULE)
        event_id = await make_event(tx, sessions=(STARTS - DAY, STARTS))
        await make_event(tx, sessions=(STARTS,), state="cancelled")
        await make_event(tx, sessions=(STARTS,), state="draft")
        moments = (OPENS - HOUR, OPENS, OPENS + HOUR)
        made = [await survey_schedule.make_due(tx, now=now) for now in moments]

        (wave,) = await waves.of_survey(tx, survey.id)
        event = await events.get(tx, event_id)
        assert event is not None
        assert (made, wave.key) == ([0, 1, 0], event.key)
        assert _shown(wave) == {
            "event_id": event_id,
            "state": "planned",
            "opens_at": OPENS,
            "closes_at": OPENS + 14 * DAY,
            "audience": {"kind": "participants", "event_id": event_id},
            "reminder_days": [3, 7],
        }


async def test_wave_comes_after_each_session_where_the_rule_says_so(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, schedule=RULE | {"after": "session", "kinds": []})
        event_id = await make_event(tx, sessions=(STARTS, STARTS + 7 * DAY))
        sessions = await events.sessions(tx, event_id)

        await survey_schedule.make_due(tx, now=OPENS)
        await survey_schedule.make_due(tx, now=OPENS + 7 * DAY)

        found = await waves.of_survey(tx, survey.id)
        assert [(one.opens_at, (one.audience or {})["session_id"]) for one in found] == [
            (OPENS, sessions[0].id),
            (OPENS + 7 * DAY, sessions[1].id),
        ]


@pytest.mark.parametrize(
    ("loaded_at", "now"),
    [
        pytest.param(STARTS + 7 * HOUR, OPENS, id="loaded after the event"),
        pytest.param(NOW, OPENS + 15 * DAY, id="over long ago"),
    ],
)
async def test_no_wave_comes_for_what_the_rule_does_not_reach(
    database: Database, loaded_at: datetime, now: datetime
) -> None:
    async with database.transaction() as tx:
        await make_survey(tx, schedule=RULE, now=loaded_at)
        await make_event(tx, sessions=(STARTS,))

        assert await survey_schedule.coming(tx, now=now) == []


async def test_wave_follows_an_event_that_is_moved_or_called_off(database: Database) -> None:
    async with database.transaction() as tx:
        await make_survey(tx, schedule=RULE)
        event_id = await make_event(tx, sessions=(STARTS,))
        (session,) = await events.sessions(tx, event_id)
        later = STARTS + 2 * DAY
        await events.move_session(
            tx,
            session,
            starts_at=later,
            ends_at=later + 6 * HOUR,
            starts_wall="2027-02-12T09:00",
            ends_wall="2027-02-12T15:00",
            place="",
        )

        moved = await survey_schedule.coming(tx, now=NOW)
        await events.set_state(tx, event_id, expected="published", state="cancelled")

        assert [one.opens_at for one in moved] == [OPENS + 2 * DAY]
        assert await survey_schedule.coming(tx, now=NOW) == []


async def test_next_message_is_where_surveys_do_something(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx, schedule=RULE)
        await make_event(tx, sessions=(STARTS,))
        by_rule = await next_due(tx, now=NOW)
        wave = await make_wave(
            tx, survey, {"kind": "public"}, opens_at=NOW + DAY, closes_at=NOW + 9 * DAY
        )
        planned = await next_due(tx, now=NOW)
        await survey_waves.ask_next(tx, wave_id=wave.id, now=NOW + DAY)

        assert (by_rule, planned) == (OPENS, NOW + DAY)
        assert await next_due(tx, now=NOW + DAY) == NOW + 9 * DAY


async def test_waves_of_long_keys_are_told_apart(database: Database) -> None:
    async with database.transaction() as tx:
        event = await events.get(tx, await make_event(tx))
        assert event is not None

    keys = [_key(event, "x" * 45 + end) for end in "ab"]

    assert [len(key) for key in keys] == [40, 40]
    assert keys[0] != keys[1]


def _key(event: Event, key: str) -> str:
    return survey_schedule.key_of(replace(event, key=key))


async def test_survey_without_a_rule_has_no_waves_of_its_own(database: Database) -> None:
    async with database.transaction() as tx:
        survey = await make_survey(tx)
        await make_event(tx, sessions=(STARTS,))

        assert survey_schedule.rule_of(await store.get(tx, survey.id)) is None
        assert await survey_schedule.coming(tx, now=OPENS) == []
