"""Which organisations and people named have not answered, and who was reminded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, text, update

from storage.database import Tx
from storage.seat_tables import NOMINATION_NAMED, nomination, nomination_call
from storage.tables import event, session

# In the very words of the partial index.
_WAITS = text(f"nomination.{NOMINATION_NAMED}")
_begins = (
    select(session.c.event_id, func.min(session.c.starts_at).label("begins"))
    .group_by(session.c.event_id)
    .subquery()
)
_deadline = func.coalesce(
    nomination_call.c.deadline_at,
    event.c.nomination_deadline_at,
    event.c.deadline_at,
    _begins.c.begins,
)


@dataclass(frozen=True)
class SilentOrganisation:
    """An organisation that was asked, has named nobody and was not reminded."""

    call_id: int
    event_id: int
    organisation_id: int
    called_at: datetime
    deadline_at: datetime
    zone: str


@dataclass(frozen=True)
class SilentPerson:
    """Somebody who was named, has not answered and was not reminded."""

    nomination_id: int
    event_id: int
    organisation_id: int
    created_at: datetime
    deadline_at: datetime
    begins: datetime
    zone: str


def _organisations() -> Select[Any]:
    return (
        select(
            nomination_call.c.id,
            nomination_call.c.event_id,
            nomination_call.c.organisation_id,
            nomination_call.c.called_at,
            _deadline.label("deadline_at"),
            event.c.zone,
        )
        .join(event, event.c.id == nomination_call.c.event_id)
        .join(_begins, _begins.c.event_id == event.c.id)
        .where(
            nomination_call.c.called_at.is_not(None),
            nomination_call.c.reminded_at.is_(None),
            nomination_call.c.named == 0,
            event.c.state == "published",
        )
        .order_by(nomination_call.c.id)
    )


async def organisations(
    tx: Tx, *, called_by: datetime | None = None, deadline_by: datetime | None = None
) -> list[SilentOrganisation]:
    """List the organisations that were neither reminded nor passed over.

    With moments only those that were called, and whose deadline is, by then.
    """
    query = _organisations()
    if called_by is not None:
        query = query.where(nomination_call.c.called_at <= called_by)
    if deadline_by is not None:
        query = query.where(_deadline <= deadline_by)
    return [SilentOrganisation(*row) for row in await tx.execute(query)]


@dataclass(frozen=True)
class Long:
    """How long somebody has waited: named by a moment, and long ago or near to a deadline."""

    named_by: datetime
    named_long_ago: datetime
    deadline_by: datetime


async def people(tx: Tx, *, long: Long | None = None) -> list[SilentPerson]:
    """List the people named who have not answered and were not reminded.

    Of a thousand few are to be reminded at one moment, so a tick asks for these alone.
    """
    query = _people()
    if long is not None:
        late = nomination.c.created_at <= long.named_long_ago
        query = query.where(
            nomination.c.created_at <= long.named_by, or_(late, _deadline <= long.deadline_by)
        )
    return [SilentPerson(*row) for row in await tx.execute(query)]


def _people() -> Select[Any]:
    return (
        select(
            nomination.c.id,
            nomination.c.event_id,
            nomination.c.organisation_id,
            nomination.c.created_at,
            _deadline.label("deadline_at"),
            _begins.c.begins,
            event.c.zone,
        )
        .join(event, event.c.id == nomination.c.event_id)
        .join(_begins, _begins.c.event_id == event.c.id)
        .join(
            nomination_call,
            (nomination_call.c.event_id == nomination.c.event_id)
            & (nomination_call.c.organisation_id == nomination.c.organisation_id),
        )
        .where(_WAITS, nomination.c.reminded_at.is_(None), event.c.state == "published")
        .order_by(nomination.c.event_id, nomination.c.id)
    )


async def note_organisation(tx: Tx, call_id: int, *, now: datetime) -> bool:
    """Note that an organisation is reminded; False when it was, or has named somebody."""
    result = await tx.execute(
        update(nomination_call)
        .where(
            nomination_call.c.id == call_id,
            nomination_call.c.reminded_at.is_(None),
            nomination_call.c.named == 0,
        )
        .values(reminded_at=now)
    )
    return result.rowcount == 1


async def note_person(tx: Tx, nomination_id: int, *, now: datetime) -> bool:
    """Note that a person is reminded; False when they were, or have answered."""
    result = await tx.execute(
        update(nomination)
        .where(
            nomination.c.id == nomination_id,
            nomination.c.state == "named",
            nomination.c.reminded_at.is_(None),
        )
        .values(reminded_at=now)
    )
    return result.rowcount == 1


async def expire(tx: Tx, *, now: datetime) -> int:
    """End what nobody answered before the event began; the quota stays as it was."""
    begun = select(_begins.c.event_id).where(_begins.c.begins <= now)
    result = await tx.execute(
        update(nomination)
        .where(_WAITS, nomination.c.event_id.in_(begun))
        .values(state="expired", ended_at=now)
    )
    return result.rowcount
