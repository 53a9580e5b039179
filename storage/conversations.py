"""Where each chat stands: which question is open, and what was answered so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import conversation

_CHANGING = ("locale", "flow", "step", "version", "data", "changed_at")


@dataclass(frozen=True)
class Conversation:
    """A chat's state; `version` rises with every question, so that an old button is known."""

    chat_id: int
    locale: str
    flow: str = ""
    step: str = ""
    version: int = 0
    data: dict[str, Any] = field(default_factory=dict)


async def load(tx: Tx, chat_id: int) -> Conversation | None:
    """Read a chat's state; None when nobody has written from it yet."""
    rows = await tx.execute(select(conversation).where(conversation.c.chat_id == chat_id))
    row = rows.one_or_none()
    if row is None:
        return None
    return Conversation(row.chat_id, row.locale, row.flow, row.step, row.version, row.data)


async def save(tx: Tx, state: Conversation, *, now: datetime) -> None:
    """Keep a chat's state."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(conversation)
    fresh = {name: insert.excluded[name] for name in _CHANGING}
    await tx.execute(
        insert.on_conflict_do_update(index_elements=["chat_id"], set_=fresh),
        {
            "chat_id": state.chat_id,
            "locale": state.locale,
            "flow": state.flow,
            "step": state.step,
            "version": state.version,
            "data": state.data,
            "changed_at": now,
        },
    )
