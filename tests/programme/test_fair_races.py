"""Many organisations and two processes at the same moment, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from programme import fair
from programme.fair import Exhibiting
from storage.database import Database, Tx
from storage.seat_tables import exhibitor
from tests.programme.stands import crowd, exhibit, make_fair, make_voice, standing
from tests.programme.steps import read_event, told
from tests.storage.rows import NOW

CROWD = 30


async def _at_once(
    databases: tuple[Database, Database], steps: list[Callable[[Tx], Awaitable[object]]]
) -> list[object]:
    """Take each step in a transaction of its own, all at once, and give what each came to."""

    async def take(number: int, step: Callable[[Tx], Awaitable[object]]) -> object:
        async with databases[number % 2].transaction() as tx:
            return await step(tx)

    taken = (take(*each) for each in enumerate(steps))
    return await asyncio.gather(*taken, return_exceptions=True)


def _exhibiting(event_id: int, pair: tuple[int, int]) -> Callable[[Tx], Awaitable[Exhibiting]]:
    return lambda tx: exhibit(tx, event_id, *pair)


def _cancelling(exhibitor_id: int, person_id: int) -> Callable[[Tx], Awaitable[object]]:
    return lambda tx: fair.cancel(tx, exhibitor_id=exhibitor_id, person_id=person_id, now=NOW)


@pytest.mark.parametrize("stands", [1, 10])
async def test_last_stands_go_to_as_many_organisations_and_the_rest_stand_in_line(
    database: Database, second: Database, stands: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=stands)
        pairs = await crowd(tx, CROWD)

    got = await _at_once((database, second), [_exhibiting(event_id, each) for each in pairs])

    found = [one for one in got if isinstance(one, Exhibiting)]
    numbers = sorted(one.stand for one in found if one.stand is not None)
    in_line = sorted(one.position for one in found if one.position is not None)
    assert numbers == list(range(1, stands + 1))
    assert in_line == list(range(1, CROWD - stands + 1))
    async with database.reading() as tx:
        assert (await read_event(tx, event_id)).stands_taken == stands
        assert len(await told(tx)) == CROWD


async def _exhibit_without_guard(
    database: Database, event_id: int, pair: tuple[int, int], *, one_transaction: bool
) -> None:
    """Count the stands taken, pause, and take one if there was one left."""
    organisation_id, person_id = pair
    taken_stands = select(func.count()).where(exhibitor.c.event_id == event_id)
    row = {
        "event_id": event_id,
        "organisation_id": organisation_id,
        "person_id": person_id,
        "state": "active",
        "power": False,
        "door": "web",
        "created_at": NOW,
    }
    async with database.reading() if not one_transaction else database.transaction() as tx:
        taken = await tx.scalar(taken_stands) or 0
        await asyncio.sleep(0.02)
        if one_transaction and taken < 1:
            await tx.execute(exhibitor.insert().values(**row))
    if not one_transaction and taken < 1:
        async with database.transaction() as tx:
            await tx.execute(exhibitor.insert().values(**row))


@pytest.mark.parametrize("one_transaction", [True, False])
async def test_last_stand_is_given_more_than_once_when_the_guard_is_taken_out(
    backend: str, database: Database, second: Database, *, one_transaction: bool
) -> None:
    """Show that the test above can fail: stands are counted first, and then one is taken.

    On SQLite nobody comes between inside a transaction, so there the fault needs the look before.
    """
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        pairs = await crowd(tx, 4)

    await asyncio.gather(
        *(
            _exhibit_without_guard(one, event_id, pair, one_transaction=one_transaction)
            for one, pair in zip((database, second) * 2, pairs, strict=True)
        )
    )

    async with database.reading() as tx:
        given = len(await standing(tx, event_id))
    assert given == (1 if one_transaction and backend == "sqlite" else 4)


async def test_two_members_of_an_organisation_at_once_get_one_stand(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=5)
        [(organisation_id, person_id)] = await crowd(tx, 1)
        other = await make_voice(tx, organisation_id, chat=2)

    got = await _at_once(
        (database, second),
        [_exhibiting(event_id, (organisation_id, one)) for one in (person_id, other)],
    )

    assert sorted(type(one).__name__ for one in got) == ["AlreadyExhibiting", "Exhibiting"]
    async with database.reading() as tx:
        assert (await read_event(tx, event_id)).stands_taken == 1
        assert len(await told(tx)) == 1


async def test_cancelling_and_coming_at_once_leaves_no_stand_free_beside_a_line(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=5)
        pairs = await crowd(tx, 20)
        early = [await exhibit(tx, event_id, *each) for each in pairs[:10]]
    leaving = [
        _cancelling(one.exhibitor_id, person_id)
        for one, (_, person_id) in zip(early, pairs[:10], strict=True)
    ]
    coming = [_exhibiting(event_id, each) for each in pairs[10:]]

    ends = await _at_once(
        (database, second), [step for both in zip(leaving, coming, strict=True) for step in both]
    )

    assert [one for one in ends if isinstance(one, BaseException)] == []
    async with database.reading() as tx:
        numbers = [stand for _, stand in await standing(tx, event_id)]
        assert (await read_event(tx, event_id)).stands_taken == 5
    assert numbers == [1, 2, 3, 4, 5, None, None, None, None, None]
