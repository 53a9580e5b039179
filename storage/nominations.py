"""Whom organisations have named for an event, and how many each may name.

    named → accepted | declined | withdrawn | replaced | expired
    accepted → declined (the person cancelled) | withdrawn | replaced

The quota is `nomination_call.named`; one conditional UPDATE takes a place in it. Of one event and
one identity there is at most one nomination that is named or accepted, whoever named it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.outbox import IS_WAITING, WAITING
from storage.prefix import begins_with
from storage.seat_tables import nomination, nomination_call
from storage.tables import outbox, registration

OPEN = ("named", "accepted")


@dataclass(frozen=True)
class Call:
    """What one organisation may do for one event; None means: as the event says."""

    id: int
    event_id: int
    organisation_id: int
    seats: int | None
    named: int
    deadline_at: datetime | None
    called_at: datetime | None
    reminded_at: datetime | None


@dataclass(frozen=True)
class Nomination:
    """One person named by one organisation for one event."""

    id: int
    event_id: int
    organisation_id: int
    name: str
    email: str
    phone: str
    identity: str
    person_id: int | None
    registration_id: int | None
    state: str
    named_by_person_id: int | None
    named_by_staff_id: int | None
    answered_by: str | None
    created_at: datetime


def _call(row: Row[Any]) -> Call:
    return Call(**{name: getattr(row, name) for name in Call.__dataclass_fields__})


def _nomination(row: Row[Any]) -> Nomination:
    return Nomination(**{name: getattr(row, name) for name in Nomination.__dataclass_fields__})


async def ensure_call(tx: Tx, *, event_id: int, organisation_id: int) -> Call:
    """Read an organisation's row for an event; it is made when it is not there yet."""
    row = {"event_id": event_id, "organisation_id": organisation_id, "named": 0}
    await insert_or_ignore(tx, nomination_call, [row])
    found = await call(tx, event_id=event_id, organisation_id=organisation_id)
    assert found is not None  # noqa: S101 -- it was made a line above
    return found


def _this(event_id: int, organisation_id: int) -> ColumnElement[bool]:
    return and_(
        nomination_call.c.event_id == event_id,
        nomination_call.c.organisation_id == organisation_id,
    )


async def call(tx: Tx, *, event_id: int, organisation_id: int) -> Call | None:
    """Read an organisation's row for an event."""
    rows = await tx.execute(select(nomination_call).where(_this(event_id, organisation_id)))
    row = rows.one_or_none()
    return _call(row) if row else None


async def calls(tx: Tx, event_id: int) -> list[Call]:
    """List the rows of an event."""
    rows = await tx.execute(
        select(nomination_call)
        .where(nomination_call.c.event_id == event_id)
        .order_by(nomination_call.c.id)
    )
    return [_call(row) for row in rows]


async def calls_of(tx: Tx, organisation_id: int) -> list[Call]:
    """List the rows of an organisation."""
    rows = await tx.execute(
        select(nomination_call)
        .where(nomination_call.c.organisation_id == organisation_id)
        .order_by(nomination_call.c.id)
    )
    return [_call(row) for row in rows]


async def mark_called(tx: Tx, call_id: int, *, now: datetime) -> bool:
    """Note that an organisation was asked; False when it was asked before."""
    result = await tx.execute(
        update(nomination_call)
        .where(nomination_call.c.id == call_id, nomination_call.c.called_at.is_(None))
        .values(called_at=now)
    )
    return result.rowcount == 1


async def set_terms(tx: Tx, call_id: int, **values: Any) -> None:
    """Give one organisation another quota or deadline."""
    await tx.execute(
        update(nomination_call).where(nomination_call.c.id == call_id).values(**values)
    )


async def take_place(tx: Tx, call_id: int, *, default: int | None) -> bool:
    """Take a place of the quota if there is one; the only place where one is taken.

    `default` is what the event gives each organisation; None means as many as they like.
    """
    quota = func.coalesce(nomination_call.c.seats, default)
    result = await tx.execute(
        update(nomination_call)
        .where(
            nomination_call.c.id == call_id,
            or_(quota.is_(None), nomination_call.c.named < quota),
        )
        .values(named=nomination_call.c.named + 1)
    )
    return result.rowcount == 1


async def free_place(tx: Tx, *, event_id: int, organisation_id: int) -> None:
    """Give a place of the quota back."""
    await tx.execute(
        update(nomination_call)
        .where(_this(event_id, organisation_id))
        .values(named=nomination_call.c.named - 1)
    )


async def add(tx: Tx, **values: Any) -> Nomination | None:
    """Add a nomination; None when this identity is named for the event already."""
    if not await insert_or_ignore(tx, nomination, [{**values, "state": "named"}]):
        return None
    return await by_token(tx, values["token_hash"])


async def drop(tx: Tx, nomination_id: int) -> None:
    """Take back a nomination that was added in this transaction and may not be."""
    await tx.execute(nomination.delete().where(nomination.c.id == nomination_id))


async def get(tx: Tx, nomination_id: int) -> Nomination | None:
    """Read one nomination."""
    rows = await tx.execute(select(nomination).where(nomination.c.id == nomination_id))
    row = rows.one_or_none()
    return _nomination(row) if row else None


async def by_token(tx: Tx, token_hash: str) -> Nomination | None:
    """Read the nomination that a link stands for."""
    rows = await tx.execute(select(nomination).where(nomination.c.token_hash == token_hash))
    row = rows.one_or_none()
    return _nomination(row) if row else None


async def open_with(tx: Tx, *, event_id: int, identity: str) -> Nomination | None:
    """Read the open nomination of an identity for an event."""
    rows = await tx.execute(
        select(nomination).where(
            nomination.c.event_id == event_id,
            nomination.c.identity == identity,
            nomination.c.state.in_(OPEN),
        )
    )
    row = rows.one_or_none()
    return _nomination(row) if row else None


async def of_registration(tx: Tx, registration_id: int) -> Nomination | None:
    """Read the accepted nomination that a registration came from, or that its person has too.

    Somebody who had registered by themselves keeps that registration when they accept.
    """
    own = and_(
        nomination.c.registration_id.is_(None),
        nomination.c.event_id == registration.c.event_id,
        nomination.c.person_id == registration.c.person_id,
    )
    rows = await tx.execute(
        select(nomination)
        .join(registration, or_(nomination.c.registration_id == registration.c.id, own))
        .where(registration.c.id == registration_id, nomination.c.state == "accepted")
    )
    row = rows.one_or_none()
    return _nomination(row) if row else None


async def of_organisation(tx: Tx, *, event_id: int, organisation_id: int) -> list[Nomination]:
    """List all that an organisation ever named for an event, the oldest first."""
    rows = await tx.execute(
        select(nomination)
        .where(nomination.c.event_id == event_id, nomination.c.organisation_id == organisation_id)
        .order_by(nomination.c.id)
    )
    return [_nomination(row) for row in rows]


async def of_person(tx: Tx, person_id: int) -> list[Nomination]:
    """List the nominations that a person has not answered."""
    rows = await tx.execute(
        select(nomination)
        .where(nomination.c.person_id == person_id, nomination.c.state == "named")
        .order_by(nomination.c.id)
    )
    return [_nomination(row) for row in rows]


async def unanswered(tx: Tx, event_id: int) -> list[Nomination]:
    """List the nominations for an event that wait for an answer."""
    rows = await tx.execute(
        select(nomination)
        .where(nomination.c.event_id == event_id, nomination.c.state == "named")
        .order_by(nomination.c.id)
    )
    return [_nomination(row) for row in rows]


async def waits(tx: Tx, *, keys_from: str) -> bool:
    """Tell whether a notice of which the key begins so has not left yet."""
    waiting = begins_with(tx, outbox.c.key, keys_from), outbox.c.state.in_(WAITING)
    return (await tx.execute(select(outbox.c.id).where(*waiting).limit(1))).first() is not None


async def restate(
    tx: Tx, *, keys_from: str, facts: dict[str, Any], not_after: datetime | None = None
) -> int:
    """Put newer facts over those of notices that still wait; return how many there were.

    They are worth sending until `not_after`, where it is given.
    """
    until = {"not_after": not_after} if not_after is not None else {}
    waiting = begins_with(tx, outbox.c.key, keys_from), outbox.c.state.in_(WAITING)
    rows = await tx.execute(select(outbox.c.id, outbox.c.facts).where(*waiting))
    changed = 0
    for row in rows.all():
        result = await tx.execute(
            update(outbox)
            .where(outbox.c.id == row.id, *waiting)
            .values(facts=row.facts | facts, **until)
        )
        changed += result.rowcount
    return changed


async def answers_waiting(tx: Tx, event_id: int) -> list[str]:
    """List the keys of what has not left yet of the answers of people named for an event."""
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.facts).where(
            IS_WAITING, outbox.c.kind.in_(("nomination_answered", "nomination_withdrawn"))
        )
    )
    return [row.key for row in rows if (row.facts.get("event") or {}).get("id") == event_id]


async def count(tx: Tx, event_id: int) -> dict[int, tuple[int, int]]:
    """Count per organisation who is named and not declined, and how many of them accepted."""
    accepted = func.sum(case((nomination.c.state == "accepted", 1), else_=0))
    rows = await tx.execute(
        select(nomination.c.organisation_id, func.count(), accepted)
        .where(nomination.c.event_id == event_id, nomination.c.state.in_(OPEN))
        .group_by(nomination.c.organisation_id)
    )
    return {row[0]: (int(row[1]), int(row[2] or 0)) for row in rows}


async def bind(tx: Tx, nomination_id: int, *, person_id: int, identity: str) -> None:
    """Write down which person the one named is."""
    await tx.execute(
        update(nomination)
        .where(nomination.c.id == nomination_id)
        .values(person_id=person_id, identity=identity)
    )


async def move(tx: Tx, before: Nomination, *, state: str, **values: Any) -> bool:
    """Lead a nomination to another state; False when it is no longer in the one that was read."""
    result = await tx.execute(
        update(nomination)
        .where(nomination.c.id == before.id, nomination.c.state == before.state)
        .values(state=state, **values)
    )
    return result.rowcount == 1


async def new_token(tx: Tx, before: Nomination, *, token_hash: str) -> bool:
    """Let another link stand for a nomination that waits for an answer; the old one ends."""
    result = await tx.execute(
        update(nomination)
        .where(nomination.c.id == before.id, nomination.c.state == "named")
        .values(token_hash=token_hash)
    )
    return result.rowcount == 1


async def fact_told(tx: Tx, *, keys: list[str], fact: str) -> str | None:
    """Read a fact of an earlier notice, the newest first: only there a link stands in clear."""
    rows = await tx.execute(
        select(outbox.c.facts).where(outbox.c.key.in_(keys)).order_by(outbox.c.id.desc())
    )
    found = [facts.get(fact) for facts in rows.scalars()]
    return next((str(one) for one in found if one), None)
