import asyncio
from datetime import timedelta

from storage import mail_codes
from storage.database import Database, Tx
from storage.mail_codes import MailCode
from tests.storage.rows import NOW

SOON = NOW + timedelta(minutes=15)


async def _add(tx: Tx, *, chat_id: int = 7, minutes: int = 0) -> int:
    return await mail_codes.add(
        tx,
        chat_id=chat_id,
        address="jan@example.org",
        code_hash="f" * 64,
        expires_at=SOON,
        now=NOW + timedelta(minutes=minutes),
    )


async def test_open_code_is_the_chats_newest(database: Database) -> None:
    async with database.transaction() as tx:
        old = await _add(tx)
        new = await _add(tx)
        await _add(tx, chat_id=8)
        found = await mail_codes.open_code(tx, chat_id=7)
        old_again = await mail_codes.use(tx, old, now=NOW)

    assert found == MailCode(new, "jan@example.org", "f" * 64, 0, SOON)
    assert old_again is False


async def test_open_code_of_a_chat_without_any_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        await _add(tx, chat_id=8)

        assert await mail_codes.open_code(tx, chat_id=7) is None


async def test_note_wrong_try_counts(database: Database) -> None:
    async with database.transaction() as tx:
        code_id = await _add(tx)
        for _ in range(2):
            await mail_codes.note_wrong_try(tx, code_id)
        found = await mail_codes.open_code(tx, chat_id=7)

    assert found is not None
    assert found.wrong_tries == 2


async def test_count_since_leaves_out_older_codes_and_other_chats(database: Database) -> None:
    async with database.transaction() as tx:
        for minutes in (0, 10, 20):
            await _add(tx, minutes=minutes)
        await _add(tx, chat_id=8, minutes=20)
        count = await mail_codes.count_since(tx, chat_id=7, since=NOW + timedelta(minutes=10))

    assert count == 2


async def test_count_to_counts_what_many_chats_had_sent_to_one_address(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        for chat_id in (7, 8, 9):
            await _add(tx, chat_id=chat_id)
        count = await mail_codes.count_to(tx, address="Jan@example.org", since=NOW)

    assert count == 3


async def test_code_is_used_once_by_two_connections_at_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        code_id = await _add(tx)

    async def use(one: Database) -> bool:
        async with one.transaction() as tx:
            used = await mail_codes.use(tx, code_id, now=NOW)
            await asyncio.sleep(0.01)
            return used

    assert sorted(await asyncio.gather(use(database), use(second))) == [False, True]
