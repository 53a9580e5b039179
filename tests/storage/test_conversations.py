from datetime import timedelta

from sqlalchemy import select

from storage import conversations
from storage.conversations import Conversation
from storage.database import Database
from storage.tables import conversation
from tests.storage.rows import NOW


async def test_load_of_a_new_chat_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        assert await conversations.load(tx, 7) is None


async def test_save_and_load_give_the_same_state(database: Database) -> None:
    state = Conversation(
        2**52, "pl", "profile", "name", 3, {"answers": {"name": "Łucja"}, "asked": [1, None]}
    )

    async with database.transaction() as tx:
        await conversations.save(tx, state, now=NOW)
        kept = await conversations.load(tx, state.chat_id)

    assert kept == state


async def test_save_again_replaces_the_state(database: Database) -> None:
    later = NOW + timedelta(minutes=1)
    first = Conversation(7, "pl", "profile", "name", 1, {"name": "Ewa"})
    second = Conversation(7, "en")

    async with database.transaction() as tx:
        await conversations.save(tx, first, now=NOW)
        await conversations.save(tx, second, now=later)
        kept = await conversations.load(tx, 7)
        changed_at = await tx.scalar(select(conversation.c.changed_at))

    assert (kept, changed_at) == (second, later)
