"""What letters to many ask of other tables: words of their readers, and what was sent before."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storage.database import Tx
from storage.tables import organisation, outbox, person

CHAT = "telegram"
# Databases limit the number of values in one statement.
ASKED_AT_ONCE = 5_000


@dataclass(frozen=True)
class Lengths:
    """How long the longest words are that can stand for a reader."""

    person: int
    organisation: int
    locality: int


@dataclass(frozen=True)
class SentChat:
    """A message of a broadcast as it stands in somebody's chat."""

    key: str
    address: str
    locale: str
    facts: dict[str, Any]
    message_id: int
    captioned: bool


async def units(tx: Tx, organisation_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Give name and locality of organisations."""
    found: dict[int, tuple[str, str]] = {}
    ids = sorted(organisation_ids)
    for start in range(0, len(ids), ASKED_AT_ONCE):
        rows = await tx.execute(
            select(organisation.c.id, organisation.c.name, organisation.c.locality).where(
                organisation.c.id.in_(ids[start : start + ASKED_AT_ONCE])
            )
        )
        found |= {row.id: (row.name, row.locality) for row in rows}
    return found


async def longest(tx: Tx) -> Lengths:
    """Measure the longest words that we know of anybody."""
    people = await tx.execute(
        select(
            func.max(func.length(person.c.name)), func.max(func.length(person.c.organisation_text))
        )
    )
    name, typed = people.one()
    own = await tx.execute(
        select(
            func.max(func.length(organisation.c.name)),
            func.max(func.length(organisation.c.locality)),
        )
    )
    registered, locality = own.one()
    # A letter to an organisation's own mailbox names the organisation for the person.
    units_longest = max(typed or 0, registered or 0)
    return Lengths(max(name or 0, registered or 0), units_longest, locality or 0)


async def message_ids(tx: Tx, broadcast_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Give the Message-IDs of a broadcast's mails that their rows still know."""
    found: dict[int, str] = {}
    ids = sorted(person_ids)
    for start in range(0, len(ids), ASKED_AT_ONCE):
        rows = await tx.execute(
            select(outbox.c.person_id, outbox.c.message_id).where(
                outbox.c.broadcast_id == broadcast_id,
                outbox.c.channel == "mail",
                outbox.c.message_id.is_not(None),
                outbox.c.person_id.in_(ids[start : start + ASKED_AT_ONCE]),
            )
        )
        found |= {row.person_id: row.message_id for row in rows}
    return found


async def sent_to_chat(tx: Tx, broadcast_id: int, *, person_id: int) -> SentChat | None:
    """Find the message of a broadcast that a person has in the chat; None when there is none."""
    rows = await tx.execute(
        select(outbox)
        .where(
            outbox.c.broadcast_id == broadcast_id,
            outbox.c.person_id == person_id,
            outbox.c.channel == CHAT,
            outbox.c.state == "sent",
        )
        .order_by(outbox.c.id)
        .limit(1)
    )
    row = rows.one_or_none()
    known = (row.result or {}).get("message_id") if row is not None else None
    if row is None or known is None:
        return None
    captioned = bool(row.result.get("captioned"))
    return SentChat(row.key, row.address, row.locale, row.facts, int(known), captioned)


async def was_sent_to_chat(tx: Tx, broadcast_id: int, *, chat_id: int) -> bool:
    """Tell whether a broadcast was sent to this chat."""
    found = await tx.scalar(
        select(outbox.c.id)
        .where(
            outbox.c.broadcast_id == broadcast_id,
            outbox.c.channel == CHAT,
            outbox.c.address == str(chat_id),
            outbox.c.state.in_(("sent", "uncertain")),
        )
        .limit(1)
    )
    return found is not None
