"""How often mail must come back, and how soon, until an address is given up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from programme.returned_mail import weight_of
from storage.database import Database
from storage.mail_tables import bounce
from tests.programme.returned import FULL, HERS, come_back, is_reachable, report, write
from tests.storage.rows import NOW, make_person

DAY = timedelta(days=1)


async def _days_full(database: Database, days: list[int]) -> bool:
    """Let a full mailbox send a letter back on each of these days; tell whether it is given up."""
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        for number, day in enumerate(days):
            token = await write(tx, ewa, f"n{number}")
            await come_back(tx, report(token, **FULL), now=NOW + day * DAY)
        return not await is_reachable(tx)


@pytest.mark.parametrize(
    ("days", "is_given_up"),
    [
        ([0], False),
        ([0, 1], False),
        ([0, 1, 2], True),
        ([0, 0, 0, 0, 0], False),
        ([0, 7, 14], False),
        ([0, 7, 14, 21], True),
        ([0, 28, 56, 84, 112, 140], False),
    ],
)
async def test_soft_reports_weigh_less_as_time_goes_by(
    database: Database, days: list[int], *, is_given_up: bool
) -> None:
    assert await _days_full(database, days) is is_given_up


def test_the_weight_halves_every_two_weeks() -> None:
    assert weight_of([NOW], NOW) == 1
    assert weight_of([NOW - 14 * DAY], NOW) == 0.5
    assert weight_of([NOW - 28 * DAY, NOW - 14 * DAY, NOW], NOW) == 1.75
    assert weight_of([], NOW) == 0


async def test_one_letter_that_comes_back_twice_is_counted_once(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        for day in range(6):
            await come_back(tx, report(token, **FULL), now=NOW + day * DAY)

        assert await is_reachable(tx)


async def test_the_same_report_read_twice_is_one(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        token = await write(tx, ewa, "a")
        await come_back(tx, report(token, **FULL))
        number = await tx.scalar(select(bounce.c.inbox_id))

        await come_back(tx, report(token, **FULL), inbox_id=number)

        assert len((await tx.execute(select(bounce))).all()) == 1
