"""Contacts, organisations and people named at the same moment, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from programme import nominations
from programme.nomination_refusals import AlreadyNamed, NominationEnded, QuotaFull
from programme.nominations import Naming
from storage.database import Database, Tx
from storage.seat_tables import nomination as table
from tests.programme.audience import make_organisation
from tests.programme.naming import (
    NamingScene,
    accept,
    make_scene,
    name,
    named_count,
    read,
)
from tests.programme.steps import read_event
from tests.storage.rows import NOW, make_person


async def at_once(
    databases: tuple[Database, Database], steps: list[Callable[[Tx], Awaitable[object]]]
) -> list[object]:
    """Take each step in a transaction of its own, all at once, and give what each came to."""

    async def take(database: Database, step: Callable[[Tx], Awaitable[object]]) -> object:
        async with database.transaction() as tx:
            return await step(tx)

    turns = [take(databases[number % 2], step) for number, step in enumerate(steps)]
    return await asyncio.gather(*turns, return_exceptions=True)


def naming(
    at: NamingScene, full: str, email: str = "", organisation_id: int | None = None
) -> Callable[[Tx], Awaitable[Naming]]:
    return lambda tx: name(tx, at, full, email, organisation_id=organisation_id)


@pytest.mark.parametrize("seats", [1, 3])
async def test_the_last_places_of_a_quota_go_to_as_many_people(
    database: Database, second: Database, seats: int
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=seats)

    got = await at_once(
        (database, second), [naming(at, f"Osoba Numer{number}") for number in range(8)]
    )

    assert sum(isinstance(one, Naming) for one in got) == seats
    assert sum(isinstance(one, QuotaFull) for one in got) == 8 - seats
    async with database.reading() as tx:
        assert await named_count(tx, at) == seats
        assert await tx.scalar(select(func.count()).select_from(table)) == seats


async def _name_without_guard(
    database: Database, at: NamingScene, number: int, all_counted: asyncio.Barrier
) -> None:
    """Count who is named, and name one more if there was a place, once everybody has counted."""
    row = {
        "event_id": at.event_id,
        "organisation_id": at.organisation_id,
        "name": "x",
        "identity": f"name:{number}",
        "state": "named",
        "token_hash": str(number),
        "created_at": NOW,
    }
    async with database.reading() as tx:
        named = await tx.scalar(select(func.count()).select_from(table)) or 0
    await all_counted.wait()
    if named < 1:
        async with database.transaction() as tx:
            await tx.execute(table.insert().values(row))


async def test_the_last_place_goes_to_several_when_the_guard_is_taken_out(
    database: Database, second: Database
) -> None:
    """Show that the test above can fail: places are counted first, and then somebody is named."""
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
    all_counted = asyncio.Barrier(4)

    await asyncio.gather(
        *(
            _name_without_guard(one, at, number, all_counted)
            for number, one in enumerate((database, second) * 2)
        )
    )

    async with database.reading() as tx:
        named = await tx.scalar(select(func.count()).select_from(table))
    assert named == 4


async def test_two_organisations_that_name_one_address_at_once_get_one_of_them(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        other = await make_organisation(tx, "OSP Ruda", email="osp@example.org")

    got = await at_once(
        (database, second),
        [
            naming(at, "Anna Wzorowa", "anna@example.org"),
            naming(at, "Anna W.", "ANNA@example.org", other),
        ],
    )

    kinds = sorted(type(one).__name__ for one in got)
    assert kinds == [AlreadyNamed.__name__, Naming.__name__]
    async with database.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(table)) == 1


async def test_accepting_and_withdrawing_at_once_leave_one_of_both(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, capacity=5)
        anna = await make_person(tx, chat=7)
        named = await name(tx, at)

    got = await at_once(
        (database, second),
        [
            lambda tx: accept(tx, named, anna),
            lambda tx: nominations.withdraw(
                tx, nomination_id=named.nomination_id, speaker=at.contact, now=NOW
            ),
        ],
    )

    async with database.reading() as tx:
        # Whoever comes second sees what the first did: an accepted one may still be withdrawn.
        assert (await read(tx, named.nomination_id)).state == "withdrawn"
        assert (await read_event(tx, at.event_id)).taken == 0
        assert await named_count(tx, at) == 0
    assert not isinstance(got[1], Exception)
    assert isinstance(got[0], NominationEnded) or not isinstance(got[0], Exception)


async def test_two_who_replace_one_person_at_once_leave_one_new(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=1)
        old = await name(tx, at)

    def replacing(full: str) -> Callable[[Tx], Awaitable[Naming]]:
        return lambda tx: name(tx, at, full, replaces_id=old.nomination_id)

    got = await at_once((database, second), [replacing("Ewa Druga"), replacing("Ola Trzecia")])

    kinds = sorted(type(one).__name__ for one in got)
    assert kinds == [Naming.__name__, NominationEnded.__name__]
    async with database.reading() as tx:
        assert await named_count(tx, at) == 1
