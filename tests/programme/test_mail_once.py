"""A mail has its effect once, and is forgotten when nothing depends on it any more."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from programme import mail_once
from storage.database import Database
from tests.storage.rows import NOW


async def test_same_mail_at_once_is_taken_once(database: Database, second: Database) -> None:
    async def take(where: Database) -> bool:
        async with where.transaction() as tx:
            return await mail_once.take(tx, key="a", now=NOW)

    assert sorted(await asyncio.gather(take(database), take(second))) == [False, True]


async def test_mail_whose_effect_failed_is_taken_again(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await mail_once.take(tx, key="a", now=NOW)
            await tx.exec_driver_sql("SELECT * FROM nothing_of_the_kind")

    with pytest.raises(SQLAlchemyError):
        await fail()

    async with database.transaction() as tx:
        assert await mail_once.take(tx, key="a", now=NOW) is True


async def test_old_mails_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        await mail_once.take(tx, key="a", now=NOW)

        assert await mail_once.forget(tx, now=NOW + timedelta(days=399)) == 0
        assert await mail_once.forget(tx, now=NOW + timedelta(days=401)) == 1
