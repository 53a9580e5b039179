"""Which native poll in which chat asks which survey's question."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.survey_tables import poll_message
from storage.work_tables import inbox


@dataclass(frozen=True)
class PollMessage:
    """A poll as it was sent to one chat; `poll_id` is Telegram's."""

    poll_id: str
    survey_id: int
    outbox_id: int
    chat_id: int
    message_id: int


def _poll(row: Row[Any]) -> PollMessage:
    return PollMessage(row.poll_id, row.survey_id, row.outbox_id, row.chat_id, row.message_id)


async def add(tx: Tx, poll: PollMessage) -> bool:
    """Keep a poll that was sent; False when it is known."""
    return await insert_or_ignore(tx, poll_message, [vars(poll)]) == 1


async def get(tx: Tx, poll_id: str) -> PollMessage | None:
    """Find a poll by Telegram's id."""
    row = (
        await tx.execute(select(poll_message).where(poll_message.c.poll_id == poll_id))
    ).one_or_none()
    return _poll(row) if row else None


async def newest_arrival(tx: Tx) -> int:
    """Give the number of the update that came last from the chats; 0 before any."""
    found = (
        select(inbox.c.key).where(inbox.c.source == "telegram").order_by(inbox.c.id.desc()).limit(1)
    )
    return int(await tx.scalar(found) or 0)


async def has_unhandled(tx: Tx) -> bool:
    """Tell whether anything has arrived from the chats whose effect is still to come."""
    found = select(inbox.c.id).where(
        inbox.c.source == "telegram", inbox.c.state.in_(("new", "orphan"))
    )
    return await tx.scalar(found.limit(1)) is not None
