"""The agenda as the database counts it: what waits in the outbox.

A page of the agenda shows some lines, however many people each of them is for. So the database
groups and counts, and rows of single people are read only for those that are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    update,
)

from storage.database import Tx
from storage.outbox import IS_WAITING
from storage.outbox_secrets import FORGOTTEN
from storage.tables import broadcast, outbox, person

_EVENT = outbox.c.facts[("event", "id")].as_integer()
# A person whom two channels reach is one person.
_WHOM = case(
    (outbox.c.person_id.is_not(None), literal("#") + cast(outbox.c.person_id, String)),
    else_=outbox.c.address,
)


@dataclass(frozen=True)
class Queued:
    """What waits in the outbox: one kind about one event, or of one broadcast, on one day.

    `day` counts from zero; `first_id` is the number of one of its rows.
    """

    day: int
    kind: str
    event_id: int | None
    broadcast_id: int | None
    people: int
    due_at: datetime
    first_id: int


@dataclass(frozen=True)
class Group:
    """Names the rows of one `Queued`; a moment that is None is as early as can be."""

    kind: str
    event_id: int | None
    broadcast_id: int | None
    begins: datetime | None
    ends: datetime


def _worth(now: datetime) -> ColumnElement[bool]:
    return and_(IS_WAITING, outbox.c.not_after >= now)


async def queued(tx: Tx, *, now: datetime, days: Sequence[datetime]) -> list[Queued]:
    """Count who is told what on which day; `days` are the ends of the days, the first one today's.

    What is overdue belongs to today.
    """
    numbered = [(outbox.c.due_at < end, number) for number, end in enumerate(days)]
    day = case(*numbered, else_=len(days)).label("day")
    event_id = case((outbox.c.broadcast_id.is_(None), _EVENT), else_=None).label("event_id")
    rows = await tx.execute(
        select(
            day,
            outbox.c.kind,
            event_id,
            outbox.c.broadcast_id,
            func.count(_WHOM.distinct()),
            func.min(outbox.c.due_at),
            func.min(outbox.c.id),
        )
        .where(_worth(now), outbox.c.due_at < days[-1])
        .group_by(day, outbox.c.kind, event_id, outbox.c.broadcast_id)
    )
    return [Queued(*row) for row in rows]


def _of(group: Group, now: datetime) -> ColumnElement[bool]:
    if group.broadcast_id is not None:
        about: ColumnElement[bool] = outbox.c.broadcast_id == group.broadcast_id
    else:
        # The number may be in no table any more, so it is compared as it stands in the facts.
        same = group.event_id == _EVENT if group.event_id is not None else _EVENT.is_(None)
        about = and_(outbox.c.broadcast_id.is_(None), same)
    parts = [_worth(now), outbox.c.kind == group.kind, outbox.c.due_at < group.ends, about]
    if group.begins is not None:
        parts.append(outbox.c.due_at >= group.begins)
    return and_(*parts)


async def facts(tx: Tx, outbox_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Read what some rows of the outbox say."""
    rows = await tx.execute(select(outbox.c.id, outbox.c.facts).where(outbox.c.id.in_(outbox_ids)))
    return {row.id: row.facts for row in rows}


@dataclass(frozen=True)
class QueuedPerson:
    """Somebody who is told something that waits; `channels` are one or both."""

    outbox_id: int
    person_id: int | None
    name: str
    address: str
    channels: tuple[str, ...]


async def queued_people(
    tx: Tx, group: Group, *, first: int, limit: int, now: datetime
) -> tuple[list[QueuedPerson], int, datetime | None]:
    """Give a page of those whom a group is for, how many they are, and when the first is due."""
    whole = select(func.count(_WHOM.distinct()), func.min(outbox.c.due_at)).where(_of(group, now))
    count, due_at = (await tx.execute(whole)).one()
    page = (
        select(
            func.min(outbox.c.id).label("id"),
            func.min(outbox.c.channel).label("one"),
            func.max(outbox.c.channel).label("other"),
        )
        .where(_of(group, now))
        .group_by(_WHOM)
        .order_by(func.min(outbox.c.id))
        .offset(first)
        .limit(limit)
        .subquery()
    )
    rows = await tx.execute(
        select(
            page.c.id,
            page.c.one,
            page.c.other,
            outbox.c.person_id,
            outbox.c.address,
            func.coalesce(person.c.name, "").label("name"),
        )
        .join(outbox, outbox.c.id == page.c.id)
        .outerjoin(person, person.c.id == outbox.c.person_id)
        .order_by(page.c.id)
    )
    people = [
        QueuedPerson(
            row.id,
            row.person_id,
            row.name,
            row.address,
            tuple(sorted({row.one, row.other}, reverse=True)),
        )
        for row in rows
    ]
    return people, count, due_at


async def stop(tx: Tx, group: Group, *, now: datetime) -> int:
    """Cancel what waits of a group, and return how many messages that were."""
    result = await tx.execute(
        update(outbox).where(_of(group, now)).values(state="cancelled", ended_at=now, **FORGOTTEN)
    )
    return result.rowcount


async def hurry(tx: Tx, group: Group, *, now: datetime) -> int:
    """Let what waits of a group be due now, and return how many messages that are."""
    result = await tx.execute(
        update(outbox).where(_of(group, now), outbox.c.due_at > now).values(due_at=now)
    )
    return result.rowcount


async def leave_out(tx: Tx, group: Group, *, outbox_id: int, now: datetime) -> int:
    """Cancel what waits of a group for the person or address of a row; return how many rows."""
    mine = select(outbox.c.person_id, outbox.c.address).where(outbox.c.id == outbox_id)
    row = (await tx.execute(mine)).one_or_none()
    if row is None:
        return 0
    same = (
        outbox.c.person_id == row.person_id
        if row.person_id is not None
        else and_(outbox.c.person_id.is_(None), outbox.c.address == row.address)
    )
    result = await tx.execute(
        update(outbox)
        .where(_of(group, now), same)
        .values(state="cancelled", ended_at=now, **FORGOTTEN)
    )
    return result.rowcount


async def change_audience(
    tx: Tx, *, broadcast_id: int, audience: dict[str, Any], people: int
) -> None:
    """Let a broadcast that has not begun, and that the transaction holds, be for others."""
    await tx.execute(
        update(broadcast)
        .where(broadcast.c.id == broadcast_id, broadcast.c.state == "planned")
        .values(audience=audience, people=people)
    )
