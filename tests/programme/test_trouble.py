import pytest

from programme import conversations, trouble
from programme.conversations import Conversation
from storage.database import Database
from tests.programme.audience import queued
from tests.storage.rows import NOW


async def test_person_is_told_once_in_their_language(database: Database) -> None:
    async with database.transaction() as tx:
        await conversations.keep(tx, Conversation(7, "en"), now=NOW)
        await trouble.apologise(tx, lane="telegram:7", key="700", now=NOW)
        await trouble.apologise(tx, lane="telegram:7", key="700", now=NOW)
        (entry,) = await queued(tx)

    assert (entry.key, entry.kind, entry.address) == ("trouble:700", "trouble", "7")
    assert entry.locale == "en"


@pytest.mark.parametrize("lane", ["telegram:0", "telegram:", "telegram:-5", "mail:x@example.org"])
async def test_nobody_is_told_when_nobody_is_known(database: Database, lane: str) -> None:
    async with database.transaction() as tx:
        await trouble.apologise(tx, lane=lane, key="700", now=NOW)
        entries = await queued(tx)

    assert entries == []
