"""Every message to one person or to one organisation's own mailbox: kinds and states, no words.

What was said in a dialogue, answer by answer, is not among them: it belongs to a chat and to
nobody's history. Bodies and facts stay in the outbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union

from storage.database import Tx
from storage.mail_tables import letter_door
from storage.staff_tables import broadcast_recipient
from storage.tables import outbox, person

# When it left, or else when it is to leave.
_AT = func.coalesce(outbox.c.ended_at, outbox.c.due_at)


@dataclass(frozen=True)
class Sent:
    """One message; `at` is when it ended, or for what waits, when it is due."""

    id: int
    kind: str
    channel: str
    address: str
    state: str
    at: datetime
    answer: str


async def selves(tx: Tx, person_id: int) -> list[int]:
    """List the numbers under which somebody was written to: their own and the joined ones."""
    joined = select(person.c.id).where(person.c.merged_into_id == person_id)
    return [person_id, *(await tx.execute(joined)).scalars()]


def _of_people(person_ids: Sequence[int]) -> ColumnElement[bool]:
    return outbox.c.person_id.in_(person_ids)


def _of_organisation(organisation_id: int) -> ColumnElement[bool]:
    carried = union(
        select(letter_door.c.outbox_key).where(
            letter_door.c.organisation_id == organisation_id, letter_door.c.outbox_key != ""
        ),
        select(broadcast_recipient.c.outbox_key).where(
            broadcast_recipient.c.organisation_id == organisation_id,
            broadcast_recipient.c.outbox_key != "",
        ),
    )
    return outbox.c.key.in_(carried)


async def count_of_people(tx: Tx, person_ids: Sequence[int]) -> int:
    """Count the messages to one person under all their numbers."""
    return await _count(tx, _of_people(person_ids))


async def count_of_organisation(tx: Tx, organisation_id: int) -> int:
    """Count the messages to an organisation's own mailbox."""
    return await _count(tx, _of_organisation(organisation_id))


async def _count(tx: Tx, mine: ColumnElement[bool]) -> int:
    return int(await tx.scalar(select(func.count()).select_from(outbox).where(mine)) or 0)


async def page_of_people(
    tx: Tx, person_ids: Sequence[int], *, limit: int, offset: int
) -> list[Sent]:
    """List the messages to one person, the newest first and what waits before it."""
    return await _page(tx, _of_people(person_ids), limit=limit, offset=offset)


async def page_of_organisation(
    tx: Tx, organisation_id: int, *, limit: int, offset: int
) -> list[Sent]:
    """List the messages to an organisation's own mailbox, the newest first."""
    return await _page(tx, _of_organisation(organisation_id), limit=limit, offset=offset)


async def _page(tx: Tx, mine: ColumnElement[bool], *, limit: int, offset: int) -> list[Sent]:
    columns: Select[Any] = select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.channel,
        outbox.c.address,
        outbox.c.state,
        outbox.c.ended_at,
        outbox.c.due_at,
        outbox.c.answer,
    )
    rows = await tx.execute(
        columns.where(mine).order_by(_AT.desc(), outbox.c.id.desc()).limit(limit).offset(offset)
    )
    return [
        Sent(
            row.id,
            row.kind,
            row.channel,
            row.address,
            row.state,
            row.ended_at or row.due_at,
            row.answer or "",
        )
        for row in rows
    ]
