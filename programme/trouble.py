"""Tell a person that something went wrong on our side."""

from datetime import datetime

from programme.facts import programme_facts
from programme.notice_policy import POLICY
from storage import conversations, outbox
from storage.database import Tx
from storage.outbox import Entry


async def apologise(tx: Tx, *, lane: str, key: str, now: datetime) -> None:
    """Say in the chat of a lane that the last message could not be handled, and who helps."""
    chat = lane.removeprefix("telegram:")
    if not chat.isdecimal() or chat == "0":
        return
    known = await conversations.load(tx, int(chat))
    policy = POLICY["trouble"]
    entry = Entry(
        key=f"trouble:{key}",
        channel="telegram",
        kind=policy.kind,
        address=chat,
        locale=known.locale if known else "pl",
        facts={"programme": await programme_facts(tx), "person": {"name": ""}},
        priority=policy.priority,
        due_at=now,
        not_after=policy.worth_until(now),
    )
    await outbox.put(tx, [entry], now=now)
