"""Staff whose rights are taken away in the middle of a dialogue, and of another one."""

import pytest

from handlers.telegram import rights
from handlers.telegram.turn import Desk, Turn
from programme import asking, conversations
from programme.refusals import NotStaff
from storage.database import Database, Tx
from tests.storage.rows import NOW

CHAT = 501


async def turn_in(tx: Tx, flow: str) -> Turn:
    chat = await conversations.open_chat(tx, chat_id=CHAT, locale="pl", now=NOW)
    state = asking.following(asking.fresh(chat.conversation, flow), "reason")
    turn = Turn(tx, NOW, "telegram:1", CHAT, chat, Desk("office@example.org", "bot", "UTC"))
    await turn.keep(state)
    return turn


@pytest.mark.parametrize(("flow", "left"), [("papers", ""), ("invitation", "invitation")])
async def test_allowed_leaves_only_the_dialogue_whose_rights_are_gone(
    database: Database, flow: str, left: str
) -> None:
    async with database.transaction() as tx:
        turn = await turn_in(tx, flow)

        with pytest.raises(NotStaff):
            await rights.allowed(turn, "documents", flow="papers")

        assert turn.state.flow == left
