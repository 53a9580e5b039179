"""How often an address is answered: slots that nobody takes twice."""

import asyncio
from datetime import timedelta

from storage import mail_answers
from storage.database import Database
from tests.storage.rows import NOW

HOUR = timedelta(hours=1)


async def take(where: Database, *, after: timedelta = timedelta(0), most: int = 1) -> bool:
    async with where.transaction() as tx:
        return await mail_answers.take_slot(
            tx, address="Jan@Example.org", kind="x", most=most, span=HOUR, now=NOW + after
        )


async def test_one_slot_is_taken_once_at_the_same_moment(
    database: Database, second: Database
) -> None:
    assert sorted(await asyncio.gather(take(database), take(second))) == [False, True]


async def test_slot_is_free_again_after_its_span(database: Database) -> None:
    taken = [await take(database, after=HOUR * part / 4) for part in (0, 2, 3, 5)]

    assert taken == [True, False, False, True]


async def test_slots_are_so_many_as_are_allowed(database: Database) -> None:
    assert [await take(database, most=3) for _ in range(5)] == [True, True, True, False, False]


async def test_old_answers_are_forgotten(database: Database) -> None:
    await take(database)
    async with database.transaction() as tx:
        assert await mail_answers.forget(tx, now=NOW + timedelta(days=29)) == 0
        assert await mail_answers.forget(tx, now=NOW + timedelta(days=31)) == 1
