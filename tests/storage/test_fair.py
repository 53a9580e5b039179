import pytest
from sqlalchemy.exc import IntegrityError

from storage import fair
from storage.database import Database, Tx
from tests.programme.stands import OFFER, crowd, exhibit, join, make_fair, read
from tests.storage.rows import NOW


async def _add(
    tx: Tx, event_id: int, organisation_id: int, *, stand: int | None, state: str = "active"
) -> int:
    return await fair.add(
        tx,
        event_id=event_id,
        organisation_id=organisation_id,
        person_id=None,
        state=state,
        position=None,
        stand=stand,
        offer=OFFER,
        door="staff",
        now=NOW,
    )


@pytest.mark.parametrize(
    ("taken", "free"), [((), 1), ((1, 2), 3), ((2, 3), 1), ((1, 3), 2), ((1, 2, 9), 3)]
)
async def test_lowest_free_fills_the_first_gap(
    database: Database, taken: tuple[int, ...], free: int
) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_fair(tx), await make_fair(tx)
        pairs = await crowd(tx, 4)
        for (organisation_id, _), stand in zip(pairs, taken, strict=False):
            await _add(tx, event_id, organisation_id, stand=stand)
        await _add(tx, other, pairs[0][0], stand=free)

        assert await fair.lowest_free(tx, event_id) == free


async def test_number_belongs_to_one_stand(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        pairs = await crowd(tx, 2)
        await _add(tx, event_id, pairs[0][0], stand=1)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await _add(tx, event_id, pairs[1][0], stand=1)


@pytest.mark.parametrize("state", ["active", "waiting"])
async def test_organisation_is_open_once_at_an_event(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(organisation_id, _)] = await crowd(tx, 1)
        await _add(tx, event_id, organisation_id, stand=1)

    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await _add(tx, event_id, organisation_id, stand=None, state=state)


async def test_change_of_state_expects_the_one_that_was_read(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        before = await read(tx, 1)

        assert not await fair.seat(tx, before, stand=2)
        assert await fair.cancel(tx, before, now=NOW)
        assert not await fair.cancel(tx, before, now=NOW)
        assert not await fair.note_reminded(tx, 1, now=NOW)


async def test_contact_of_is_who_was_named_last(database: Database) -> None:
    async with database.transaction() as tx:
        [(organisation_id, first), (other, second), (_, third)] = await crowd(tx, 3)
        nobody = await fair.contact_of(tx, organisation_id)
        await join(tx, first, organisation_id, is_contact=True)
        await join(tx, second, organisation_id, is_contact=True)
        await join(tx, third, organisation_id, is_contact=False)

        assert (nobody, await fair.contact_of(tx, organisation_id)) == (None, second)
        assert await fair.contact_of(tx, other) is None


async def test_organisations_of_a_person_are_listed_once_by_name(database: Database) -> None:
    async with database.transaction() as tx:
        [(second, person_id), (third, _), (_, stranger)] = await crowd(tx, 3)
        await join(tx, person_id, second, is_contact=True)
        await join(tx, person_id, third, is_contact=False)

        found = await fair.organisations_of(tx, person_id)

        assert [(one.id, one.is_contact) for one in found] == [(second, True), (third, False)]
        assert len(await fair.organisations_of(tx, stranger)) == 1
