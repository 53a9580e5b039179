"""Handing in at the same moment as somebody else, on two connections; and without the guards.

SQLite has one writer at a time, so there nobody comes between even without them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from programme import survey_filling
from programme.fillings import person
from programme.survey_refusals import AlreadyAnswered, SurveyClosed, SurveyFull
from storage import responses, survey_drafts, survey_recipients, waves
from storage import surveys as store
from storage.database import Database, Tx
from storage.survey_tables import survey as survey_table
from storage.waves import Wave
from tests.programme.at_once import at_once
from tests.programme.filled import FULL, LATER, fill, give, make_survey, make_wave
from tests.storage.rows import make_person

DEVICE = "device:0f"


async def hand_in(tx: Tx, wave: Wave, owner: str) -> None:
    filling = await survey_filling.open_for(tx, wave_id=wave.id, owner=owner, now=LATER)
    await survey_filling.hand_in(tx, filling=filling, door="web", now=LATER)


async def count(database: Database, wave: Wave) -> int:
    async with database.reading() as tx:
        found, _ = await responses.count(tx, wave.survey_id, wave_key=wave.key)
        return found


async def _begun_by_device(database: Database) -> Wave:
    async with database.transaction() as tx:
        wave = await make_wave(tx, await make_survey(tx, privacy="anonymous"), public_key="abc")
        await give(tx, wave, DEVICE)
    return wave


async def test_one_owner_who_hands_in_twice_at_once_is_taken_once(
    database: Database, second: Database
) -> None:
    wave = await _begun_by_device(database)

    ends = await at_once((database, second), [partial(_step, wave, DEVICE)] * 4)

    assert [type(one) for one in ends].count(AlreadyAnswered) == 3
    assert ends.count(None) == 1
    assert await count(database, wave) == 1


async def _step(wave: Wave, owner: str, tx: Tx) -> None:
    await hand_in(tx, wave, owner)


async def test_one_owner_is_taken_twice_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = await _begun_by_device(database)
    both_have_looked = asyncio.Barrier(2)
    look = survey_drafts.get

    async def look_at(tx: Tx, wave_id: int, owner: str, *, hold: bool = False) -> Any:
        found = await look(tx, wave_id, owner)
        if hold and backend == "postgresql":
            await both_have_looked.wait()
        return found

    monkeypatch.setattr(survey_drafts, "get", look_at)

    await at_once((database, second), [partial(_step, wave, DEVICE)] * 2)

    assert await count(database, wave) == (2 if backend == "postgresql" else 1)


async def _wanting_one(database: Database) -> tuple[Wave, list[str]]:
    async with database.transaction() as tx:
        people = [await make_person(tx) for _ in range(4)]
        wave = await make_wave(tx, await make_survey(tx), asked=people, most_responses=1)
        for one in people:
            await give(tx, wave, person(one))
    return wave, [person(one) for one in people]


async def test_last_place_is_taken_once(database: Database, second: Database) -> None:
    wave, owners = await _wanting_one(database)

    ends = await at_once((database, second), [partial(_step, wave, one) for one in owners])

    assert [type(one) for one in ends].count(SurveyFull) == 3
    assert await count(database, wave) == 1


async def test_last_place_is_taken_by_all_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, owners = await _wanting_one(database)
    all_have_counted = asyncio.Barrier(4)
    count_them = responses.count

    async def count_then_wait(*asked: Any, **how: Any) -> tuple[int, int]:
        found = await count_them(*asked, **how)
        if backend == "postgresql":
            await all_have_counted.wait()
        return found

    async def count_together(_tx: Tx, _wave_id: int) -> None:
        """Keep nobody from counting."""

    monkeypatch.setattr(waves, "count_alone", count_together)
    monkeypatch.setattr(responses, "count", count_then_wait)

    await at_once((database, second), [partial(_step, wave, one) for one in owners])

    monkeypatch.setattr(responses, "count", count_them)
    assert await count(database, wave) == (4 if backend == "postgresql" else 1)


async def _one_begun(database: Database) -> tuple[Wave, str]:
    async with database.transaction() as tx:
        anna = await make_person(tx)
        wave = await make_wave(tx, await make_survey(tx), asked=[anna])
        await give(tx, wave, person(anna))
    return wave, person(anna)


def _closing(wave: Wave, after: asyncio.Event | None = None) -> Callable[[Tx], Awaitable[int]]:
    async def close(tx: Tx) -> int:
        """Close the wave and count what is in."""
        await waves.close(tx, wave.id, now=LATER)
        found, _ = await responses.count(tx, wave.survey_id, wave_key=wave.key)
        if after is not None:
            after.set()
        return found

    return close


async def test_end_of_the_wave_waits_for_a_hand_in_that_was_first(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, owner = await _one_begun(database)
    holds = asyncio.Event()
    share = waves.share

    async def share_and_say_so(tx: Tx, wave_id: int) -> Any:
        found = await share(tx, wave_id)
        holds.set()
        return found

    monkeypatch.setattr(waves, "share", share_and_say_so)

    async def close_behind() -> int:
        await holds.wait()
        async with second.transaction() as tx:
            return await _closing(wave)(tx)

    closer = asyncio.create_task(close_behind())
    async with database.transaction() as tx:
        await hand_in(tx, wave, owner)

    assert await closer == await count(database, wave) == 1


async def test_hand_in_behind_the_end_of_the_wave_is_refused(
    database: Database, second: Database
) -> None:
    wave, owner = await _one_begun(database)
    closing = asyncio.Event()

    async def hand_in_behind() -> None:
        await closing.wait()
        async with second.transaction() as tx:
            await hand_in(tx, wave, owner)

    late = asyncio.create_task(hand_in_behind())
    async with database.transaction() as tx:
        await _closing(wave, after=closing)(tx)

    with pytest.raises(SurveyClosed):
        await late
    assert await count(database, wave) == 0
    async with database.reading() as tx:
        assert len(await survey_drafts.of_wave(tx, wave.id)) == 1


async def test_hand_in_slips_in_behind_the_end_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, owner = await _one_begun(database)
    looked, closed = asyncio.Event(), asyncio.Event()
    looks: list[int] = []

    async def look_then_wait(tx: Tx, wave_id: int) -> Wave | None:
        found = await waves.get(tx, wave_id)
        looks.append(wave_id)
        # The draft is held first; the second look decides. SQLite needs no first one.
        if len(looks) == (2 if backend == "postgresql" else 1):
            looked.set()
            if backend == "postgresql":
                await closed.wait()
        return found

    monkeypatch.setattr(waves, "share", look_then_wait)

    async def close_meanwhile() -> int:
        await looked.wait()
        async with second.transaction() as tx:
            found = await _closing(wave)(tx)
        closed.set()
        return found

    closer = asyncio.create_task(close_meanwhile())
    async with database.transaction() as tx:
        await hand_in(tx, wave, owner)

    seen = await closer
    assert (seen, await count(database, wave)) == ((0 if backend == "postgresql" else 1), 1)


async def _change_behind(
    second: Database, wave: Wave, poured: asyncio.Event, changed: asyncio.Event
) -> bool:
    await poured.wait()
    async with second.transaction() as tx:
        done = await store.set_privacy(tx, wave.survey_id, privacy="anonymous")
    changed.set()
    return done


async def test_privacy_is_not_changed_while_the_first_answer_comes_in(
    database: Database, second: Database
) -> None:
    wave, owner = await _one_begun(database)
    poured, changed = asyncio.Event(), asyncio.Event()
    change = asyncio.create_task(_change_behind(second, wave, poured, changed))

    async with database.transaction() as tx:
        await hand_in(tx, wave, owner)
        poured.set()

    assert await change is False


async def test_names_are_in_an_anonymous_survey_when_the_guards_are_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave, owner = await _one_begun(database)
    poured, changed = asyncio.Event(), asyncio.Event()

    async def change_unseen(tx: Tx, survey_id: int, *, privacy: str) -> bool:
        if await store.current(tx, survey_id):
            return False
        of_survey = survey_table.c.id == survey_id
        await tx.execute(update(survey_table).where(of_survey).values(privacy=privacy))
        return True

    monkeypatch.setattr(store, "share", store.get)
    monkeypatch.setattr(store, "set_privacy", change_unseen)
    change = asyncio.create_task(_change_behind(second, wave, poured, changed))

    async with database.transaction() as tx:
        await hand_in(tx, wave, owner)
        poured.set()
        if backend == "postgresql":
            await changed.wait()

    assert await change is (backend == "postgresql")
    async with database.reading() as tx:
        [answer, *_] = await store.current(tx, wave.survey_id)
    assert answer.respondent == owner


async def test_people_who_hand_in_at_once_are_all_taken(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        people = [await make_person(tx) for _ in range(8)]
        survey = await make_survey(tx)
        wave = await make_wave(tx, survey, asked=people, quotas={"group": {"village": 8}})

    steps = [partial(_fill, wave, person(one)) for one in people]
    assert await at_once((database, second), steps) == [None] * 8

    async with database.reading() as tx:
        tally = await store.tally(tx, survey.id, wave_key=wave.key)
        assert tally["group"] == {"village": 8}
        assert await survey_recipients.missing(tx, wave.id) == []


async def _fill(wave: Wave, owner: str, tx: Tx) -> None:
    await fill(tx, wave, owner, FULL)
