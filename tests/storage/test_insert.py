import pytest
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.insert import insert_id, insert_or_ignore
from storage.tables import cursor, session
from tests.storage.rows import NOW


async def test_insert_or_ignore_counts_the_new_rows_alone(database: Database) -> None:
    async with database.transaction() as tx:
        first = await insert_or_ignore(tx, cursor, [{"name": "a", "value": 1}])
        second = await insert_or_ignore(
            tx, cursor, [{"name": "a", "value": 2}, {"name": "b", "value": 3}]
        )
        nothing = await insert_or_ignore(tx, cursor, [])

    assert (first, second, nothing) == (1, 1, 0)


async def test_insert_or_ignore_keeps_the_known_row(database: Database) -> None:
    async with database.transaction() as tx:
        await insert_or_ignore(tx, cursor, [{"name": "a", "value": 1}])
        await insert_or_ignore(tx, cursor, [{"name": "a", "value": 2}])
        rows = (await tx.execute(cursor.select())).all()

    assert [tuple(row) for row in rows] == [("a", 1)]


async def test_insert_id_of_a_row_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await insert_id(
                tx,
                session,
                event_id=404,
                number=1,
                starts_at=NOW,
                ends_at=NOW,
                starts_wall="2027-01-04T11:00",
                ends_wall="2027-01-04T11:00",
                zone="Europe/Warsaw",
                place="",
            )
