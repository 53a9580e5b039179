"""Reminders of a survey: to those who have not answered, on its days, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from programme import survey_reminders, survey_waves
from programme.wave_refusals import NobodyToRemind, WaveClosed
from storage import organisations, waves
from storage.database import Database, Tx, open_database
from storage.outbox import Entry
from storage.waves import Wave
from tests.programme.at_once import at_once
from tests.programme.audience import make_member, make_organisation, make_staff, queued
from tests.programme.waving import answer, ask_all, make_survey, make_wave
from tests.storage.rows import NOW

DAY = timedelta(days=1)
EVERYONE = {"kind": "everyone"}
REMINDED = "survey_reminder"


async def _asked(
    tx: Tx, *, privacy: str = "named", people: int = 3, closes_at: datetime | None = None
) -> tuple[Wave, list[int]]:
    persons = [await make_member(tx, f"Osoba {n}", chat=n) for n in range(1, people + 1)]
    survey = await make_survey(tx, privacy=privacy)
    wave = await make_wave(tx, survey, EVERYONE, reminder_days=(3, 7), closes_at=closes_at)
    await ask_all(tx, wave.id)
    found = await waves.get(tx, wave.id)
    assert found is not None
    return found, persons


async def _remind(tx: Tx, wave_id: int, now: datetime) -> None:
    while await survey_reminders.remind_next(tx, wave_id=wave_id, now=now):
        pass


async def _reminders(tx: Tx) -> list[Entry]:
    return [one for one in await queued(tx) if one.kind == REMINDED]


@pytest.mark.parametrize("privacy", ["named", "anonymous"])
async def test_only_who_has_not_answered_is_reminded_on_each_day(
    database: Database, privacy: str
) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx, privacy=privacy)
        await answer(tx, wave.id, f"person:{persons[0]}")
        await answer(tx, wave.id, f"person:{persons[1]}", only=1)
        ahead = await survey_reminders.coming(tx)
        reminded = []
        for day in (2.9, 3, 3.1, 6.9, 7, 7.5, 30):
            await _remind(tx, wave.id, NOW + day * DAY)
            reminded.append([entry.address for entry in await _reminders(tx)])

        assert [(one.due_at, one.number, len(one.silent)) for one in ahead] == [
            (NOW + 3 * DAY, 1, 2),
            (NOW + 7 * DAY, 2, 2),
        ]
        once, twice = ["2", "3"], ["2", "3", "2", "3"]
        assert reminded == [[], once, once, once, twice, twice, twice]


async def test_days_that_passed_while_nothing_ran_remind_once(database: Database) -> None:
    async with database.transaction() as tx:
        wave, _ = await _asked(tx, people=1)

        await _remind(tx, wave.id, NOW + 8 * DAY)

        assert len(await _reminders(tx)) == 1
        assert await survey_reminders.due(tx, now=NOW + 9 * DAY) == []


async def test_nobody_is_reminded_at_or_after_the_closing(database: Database) -> None:
    async with database.transaction() as tx:
        wave, _ = await _asked(tx, closes_at=NOW + 7 * DAY)

        moments = survey_reminders.moments(wave, zone="Europe/Warsaw")
        await _remind(tx, wave.id, NOW + 7 * DAY)

        assert moments == [NOW + 3 * DAY]
        assert await _reminders(tx) == []
        with pytest.raises(WaveClosed):
            await survey_reminders.remind_now(tx, wave_id=wave.id, member=None, now=NOW + 7 * DAY)


async def test_staff_remind_now_and_the_day_reminds_nobody_twice(database: Database) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx)
        member = await make_staff(tx)
        unit = await make_organisation(tx, "KGW", email="kgw@example.org")
        await organisations.change(tx, unit, invitations=False)
        await answer(tx, wave.id, f"person:{persons[0]}")
        remind: dict[str, Any] = {"wave_id": wave.id, "member": member}

        count = await survey_reminders.remind_now(tx, **remind, now=NOW + 3 * DAY)
        with pytest.raises(NobodyToRemind):
            await survey_reminders.remind_now(tx, **remind, now=NOW + 3.2 * DAY)
        await _remind(tx, wave.id, NOW + 3.3 * DAY)

        assert count == 2
        assert [entry.address for entry in await _reminders(tx)] == ["2", "3"]


async def test_reminders_wait_for_a_working_day_and_end_with_the_wave(database: Database) -> None:
    async with database.transaction() as tx:
        # NOW is a Monday; the sixth day after it is a Sunday.
        await make_member(tx, "Anna", chat=1)
        wave = await make_wave(tx, await make_survey(tx), EVERYONE, reminder_days=(6,))
        await ask_all(tx, wave.id)

        (ahead,) = await survey_reminders.coming(tx)
        monday = datetime.fromisoformat("2027-01-11T07:00:00+00:00")
        await _remind(tx, wave.id, NOW + 6 * DAY)
        silent = await _reminders(tx)
        await _remind(tx, wave.id, monday)

        assert (ahead.due_at, silent) == (monday, [])
        assert len(await _reminders(tx)) == 1


async def test_two_that_remind_at_once_remind_once(database: Database, database_url: str) -> None:
    async with database.transaction() as tx:
        wave, _ = await _asked(tx)
    other = open_database(database_url)

    async def step(tx: Tx) -> object:
        return await survey_reminders.remind_next(tx, wave_id=wave.id, now=NOW + 3 * DAY)

    try:
        done = await at_once((database, other), (step, step))
    finally:
        await other.close()

    async with database.reading() as tx:
        assert sorted(map(str, done)) == ["False", "True"]
        assert [entry.address for entry in await _reminders(tx)] == ["1", "2", "3"]


async def test_who_answered_meanwhile_is_not_reminded_by_what_still_waits(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx)
        await _remind(tx, wave.id, NOW + 3 * DAY)
        await answer(tx, wave.id, f"person:{persons[0]}")

        kept_back = await survey_waves.keep_back_answered(tx, wave_id=wave.id, now=NOW + 3 * DAY)

        # Both the request, which nothing has sent in this test, and the reminder.
        assert kept_back == 2
        assert await survey_waves.answered_meanwhile(tx, wave_id=wave.id) == []


async def test_one_can_be_left_out_of_a_reminding(database: Database) -> None:
    async with database.transaction() as tx:
        wave, persons = await _asked(tx)
        owner = f"person:{persons[1]}"

        left = await survey_reminders.leave_out(tx, wave.id, [owner, "person:999"], number=1)
        await _remind(tx, wave.id, NOW + 3 * DAY)

        assert left == 1
        assert [entry.address for entry in await _reminders(tx)] == ["1", "3"]
