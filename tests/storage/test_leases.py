"""One of all processes has a lease, and who has lost it changes nothing any more."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, true

from storage import leases
from storage.database import Database
from storage.leases import LENGTH, Grant, NotHeld
from storage.work_tables import cursor, lease
from tests.storage.rows import NOW

AFTER = NOW + LENGTH
JUST_BEFORE = AFTER - timedelta(milliseconds=1)


async def _take(database: Database, owner: str, *, now: datetime = NOW) -> int | None:
    async with database.transaction() as tx:
        epoch = await leases.take(tx, "poller", owner=owner, now=now)
        await asyncio.sleep(0.01)
        return epoch


async def _renew(database: Database, grant: Grant, *, now: datetime = NOW) -> bool:
    async with database.transaction() as tx:
        return await leases.renew(tx, grant, now=now)


async def _effect(database: Database, grant: Grant) -> None:
    async with database.transaction() as tx:
        await tx.execute(cursor.insert().values(name=grant.owner, value=grant.epoch))
        await leases.confirm(tx, grant)


async def _effects(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list(await tx.scalars(select(cursor.c.name)))


async def test_one_of_two_who_race_for_a_new_lease_gets_it(
    database: Database, second: Database
) -> None:
    epochs = await asyncio.gather(_take(database, "a"), _take(second, "b"))

    assert sorted(epochs, key=str) == [1, None]


async def test_one_of_two_who_race_for_a_lease_that_ran_out_gets_it(
    database: Database, second: Database
) -> None:
    await _take(database, "dead")

    epochs = await asyncio.gather(_take(database, "a", now=AFTER), _take(second, "b", now=AFTER))

    assert sorted(epochs, key=str) == [2, None]


async def test_without_the_guard_both_get_it(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _take(database, "dead")
    monkeypatch.setattr(leases, "_is_free", lambda _now: true())

    epochs = await asyncio.gather(_take(database, "a", now=AFTER), _take(second, "b", now=AFTER))

    assert sorted(epochs, key=str) == [2, 3]


async def test_lease_is_taken_over_when_it_has_run_out_and_not_before(
    database: Database, second: Database
) -> None:
    first = await _take(database, "a")

    early = await _take(second, "b", now=JUST_BEFORE)
    late = await _take(second, "b", now=AFTER)

    assert (first, early, late) == (1, None, 2)


async def test_renewed_lease_lasts_longer(database: Database, second: Database) -> None:
    await _take(database, "a")

    renewed = await _renew(database, Grant("poller", "a", 1), now=JUST_BEFORE)
    taken = await _take(second, "b", now=AFTER)

    assert (renewed, taken) == (True, None)


async def test_lease_that_was_given_back_is_free_at_once(
    database: Database, second: Database
) -> None:
    await _take(database, "a")
    async with database.transaction() as tx:
        await leases.give_back(tx, Grant("poller", "a", 1))

    async with second.reading() as tx:
        free = await leases.is_free(tx, "poller", now=NOW)
    taken = await _take(second, "b")

    assert (free, taken) == (True, 2)


async def test_lease_of_somebody_else_is_neither_renewed_nor_given_back(
    database: Database, second: Database
) -> None:
    await _take(database, "a")
    await _take(second, "b", now=AFTER)
    stale = Grant("poller", "a", 1)

    renewed = await _renew(database, stale, now=AFTER)
    async with database.transaction() as tx:
        await leases.give_back(tx, stale)

    async with second.reading() as tx:
        row = (await tx.execute(select(lease.c.owner, lease.c.epoch))).one()
    assert (renewed, tuple(row)) == (False, ("b", 2))


async def test_effect_of_the_holder_is_committed(database: Database) -> None:
    await _take(database, "a")

    await _effect(database, Grant("poller", "a", 1))

    assert await _effects(database) == ["a"]


async def test_effect_of_a_stale_holder_is_not_committed(
    database: Database, second: Database
) -> None:
    await _take(database, "a")
    await _take(second, "b", now=AFTER)

    with pytest.raises(NotHeld):
        await _effect(database, Grant("poller", "a", 1))

    assert await _effects(database) == []


async def test_owner_who_lost_a_lease_and_has_it_again_is_another_holder(
    database: Database, second: Database
) -> None:
    await _take(database, "a")
    await _take(second, "b", now=AFTER)
    again = await _take(database, "a", now=AFTER + LENGTH)

    with pytest.raises(NotHeld):
        await _effect(database, Grant("poller", "a", 1))

    assert (again, await _effects(database)) == (3, [])


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_lease_is_not_taken_between_the_confirmation_and_the_commit(
    database: Database, second: Database
) -> None:
    await _take(database, "a")
    order = []

    async with database.transaction() as tx:
        await leases.confirm(tx, Grant("poller", "a", 1))
        taking = asyncio.create_task(_take(second, "b", now=AFTER))
        taking.add_done_callback(lambda _: order.append("taken"))
        await asyncio.sleep(0.1)
        order.append("commit")

    assert (await taking, order) == (2, ["commit", "taken"])


async def test_beat_grows_with_every_step_and_never_goes_back(database: Database) -> None:
    grant = Grant("poller", "a", 1)
    beats = []

    async def note() -> None:
        async with database.reading() as tx:
            beats.append((await tx.execute(select(lease.c.beat))).scalar_one())

    await _take(database, "a")
    await note()
    await _renew(database, grant)
    await note()
    async with database.transaction() as tx:
        await leases.give_back(tx, grant)
    await note()
    await _take(database, "b")
    await note()

    assert beats == [1, 2, 3, 4]


async def test_all_leases_are_free_once_nobody_else_can_be_alive(database: Database) -> None:
    await _take(database, "dead")
    async with database.transaction() as tx:
        await leases.free_all(tx)

    assert await _take(database, "a") == 2
