from datetime import timedelta

import pytest
from sqlalchemy import select

from programme import alerts, staff
from programme.alerts import Cause
from storage.database import Database, Tx
from storage.tables import outbox as table
from storage.tables import programme
from tests.storage.rows import NOW, make_programme


async def _office(tx: Tx, *, contact: str = "Anna Wzorowa, anna.wzor@gmina.example.org.") -> None:
    await make_programme(tx)
    await tx.execute(programme.update().values(contact=contact))
    for chat, role in ((1, "coordinator"), (2, "assistant"), (3, "coordinator")):
        token = staff.new_token()
        await staff.invite_staff(tx, name=f"Osoba {chat}", role=role, token=token, now=NOW)
        await staff.accept(tx, token=token, chat_id=chat, now=NOW)


async def _told(tx: Tx) -> list[tuple[str, str]]:
    rows = await tx.execute(select(table.c.channel, table.c.address).order_by(table.c.id))
    return [(row.channel, row.address) for row in rows]


async def _tell(tx: Tx, channel: str, cause: Cause, *, after: timedelta = timedelta(0)) -> int:
    return await alerts.tell_staff(tx, channel=channel, cause=cause, now=NOW + after)


@pytest.mark.parametrize("cause", ["login", "broken", "refused"])
async def test_trouble_with_mail_is_told_in_the_chats_of_coordinators(
    database: Database, cause: Cause
) -> None:
    async with database.transaction() as tx:
        await _office(tx)

        assert await _tell(tx, "mail", cause) == 2
        assert await _told(tx) == [("telegram", "1"), ("telegram", "3")]


@pytest.mark.parametrize("cause", ["login", "broken"])
async def test_broken_telegram_is_told_by_mail(database: Database, cause: Cause) -> None:
    async with database.transaction() as tx:
        await _office(tx)

        assert await _tell(tx, "telegram", cause) == 1
        assert await _told(tx) == [("mail", "anna.wzor@gmina.example.org")]


async def test_message_that_telegram_refused_is_told_in_the_chats(database: Database) -> None:
    async with database.transaction() as tx:
        await _office(tx)
        await _tell(tx, "telegram", "refused")

        assert {channel for channel, _ in await _told(tx)} == {"telegram"}


async def test_broken_telegram_without_an_address_is_in_the_log_alone(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as tx:
        await _office(tx, contact="tel. 600 000 000")

        assert await _tell(tx, "telegram", "login") == 0
        assert await _told(tx) == []
    assert "sending_in_trouble" in caplog.text


async def test_each_channel_and_cause_is_told_once_a_day(database: Database) -> None:
    async with database.transaction() as tx:
        await _office(tx)

        told = [
            await _tell(tx, "mail", "login"),
            await _tell(tx, "mail", "login", after=timedelta(hours=13)),
            await _tell(tx, "mail", "refused", after=timedelta(hours=13)),
            await _tell(tx, "mail", "login", after=timedelta(hours=14)),
        ]

    assert told == [2, 0, 2, 2]


async def test_database_without_a_programme_has_nobody_to_tell(database: Database) -> None:
    async with database.transaction() as tx:
        assert await _tell(tx, "mail", "login") == 0
        assert await _tell(tx, "telegram", "login") == 0
