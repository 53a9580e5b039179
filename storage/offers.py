"""Offers of a seat to people in line: one that holds it, or one for whoever is first.

A registration has at most one open offer. What an offer holds is counted in the event's `taken`;
whoever ends such an offer without seating the person gives the seat back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, text, update

from storage.database import Tx
from storage.insert import insert_id
from storage.seat_tables import OFFER_OPEN, offer
from storage.tables import event, registration

# In the very words of the partial indexes, like those of the outbox.
IS_OPEN = text(f"offer.{OFFER_OPEN}")


@dataclass(frozen=True)
class Offer:
    """A seat offered to one person in line until a moment."""

    id: int
    registration_id: int
    event_id: int
    holds_seat: bool
    state: str
    made_at: datetime
    expires_at: datetime


def _offer(row: Row[Any]) -> Offer:
    return Offer(**{name: getattr(row, name) for name in Offer.__dataclass_fields__})


async def add(
    tx: Tx,
    *,
    registration_id: int,
    event_id: int,
    holds_seat: bool,
    expires_at: datetime,
    now: datetime,
) -> Offer:
    """Add an open offer; a second one of the registration raises IntegrityError."""
    offer_id = await insert_id(
        tx,
        offer,
        registration_id=registration_id,
        event_id=event_id,
        holds_seat=holds_seat,
        state="open",
        made_at=now,
        expires_at=expires_at,
    )
    return Offer(offer_id, registration_id, event_id, holds_seat, "open", now, expires_at)


async def open_of(tx: Tx, registration_id: int) -> Offer | None:
    """Read the open offer of a registration."""
    rows = await tx.execute(
        select(offer).where(offer.c.registration_id == registration_id, IS_OPEN)
    )
    row = rows.one_or_none()
    return _offer(row) if row else None


async def newest_of(tx: Tx, registration_id: int) -> Offer | None:
    """Read the newest offer of a registration, whatever became of it."""
    rows = await tx.execute(
        select(offer)
        .where(offer.c.registration_id == registration_id)
        .order_by(offer.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return _offer(row) if row else None


async def was_taken_back(tx: Tx, registration_id: int) -> bool:
    """Tell whether an offer that held a seat for a registration was withdrawn."""
    back = (offer.c.registration_id == registration_id, offer.c.state == "withdrawn")
    found = select(offer.c.id).where(*back, offer.c.holds_seat).limit(1)
    return await tx.scalar(found) is not None


async def of_event(tx: Tx, event_id: int) -> list[Offer]:
    """List an event's open offers by age."""
    rows = await tx.execute(
        select(offer).where(offer.c.event_id == event_id, IS_OPEN).order_by(offer.c.id)
    )
    return [_offer(row) for row in rows]


async def count_held(tx: Tx, event_id: int) -> int:
    """Count the seats that open offers of an event hold."""
    held = (offer.c.event_id == event_id, offer.c.holds_seat, IS_OPEN)
    return int(await tx.scalar(select(func.count()).select_from(offer).where(*held)) or 0)


async def due_events(tx: Tx, *, now: datetime) -> list[int]:
    """List the events with an open offer whose time is up, in the order of their numbers."""
    due = select(offer.c.event_id).where(IS_OPEN, offer.c.expires_at <= now)
    return sorted(set((await tx.execute(due)).scalars()))


async def held_until(tx: Tx, *, until: datetime) -> list[Offer]:
    """List the offers that hold a seat and end by a moment, the soonest first."""
    rows = await tx.execute(
        select(offer)
        .where(IS_OPEN, offer.c.holds_seat, offer.c.expires_at <= until)
        .order_by(offer.c.expires_at, offer.c.id)
    )
    return [_offer(row) for row in rows]


async def next_expiry(tx: Tx) -> datetime | None:
    """Tell when the next held seat passes on if nobody answers."""
    found = await tx.execute(
        select(offer.c.expires_at)
        .where(IS_OPEN, offer.c.holds_seat)
        .order_by(offer.c.expires_at)
        .limit(1)
    )
    moment: datetime | None = found.scalar_one_or_none()
    return moment


async def end(tx: Tx, before: Offer, *, state: str, now: datetime) -> bool:
    """End an offer; False when it is no longer open."""
    result = await tx.execute(
        update(offer).where(offer.c.id == before.id, IS_OPEN).values(state=state, ended_at=now)
    )
    return result.rowcount == 1


async def end_at(tx: Tx, before: Offer, *, expires_at: datetime) -> None:
    """Let an open offer end at another moment."""
    await tx.execute(
        update(offer).where(offer.c.id == before.id, IS_OPEN).values(expires_at=expires_at)
    )


async def withdraw_unheld(tx: Tx, event_id: int, *, now: datetime) -> list[Offer]:
    """Withdraw the open offers of an event that hold no seat, and return them."""
    result = await tx.execute(
        update(offer)
        .where(offer.c.event_id == event_id, IS_OPEN, ~offer.c.holds_seat)
        .values(state="withdrawn", ended_at=now)
        .returning(offer)
    )
    return sorted((_offer(row) for row in result), key=lambda one: one.id)


@dataclass(frozen=True)
class Miscount:
    """An event whose counter of seats differs from the seats that people have or are offered."""

    event_id: int
    title: str
    counted: int
    real: int


async def miscounted_events(tx: Tx) -> list[Miscount]:
    """List the events whose counter is wrong; it asks about all events, so for a check-up only."""
    active = (
        select(func.count())
        .where(registration.c.event_id == event.c.id, registration.c.state == "active")
        .scalar_subquery()
    )
    held = (
        select(func.count())
        .where(offer.c.event_id == event.c.id, offer.c.holds_seat, IS_OPEN)
        .scalar_subquery()
    )
    rows = await tx.execute(
        select(event.c.id, event.c.title, event.c.taken, (active + held).label("real"))
        .where(event.c.taken != active + held)
        .order_by(event.c.id)
    )
    return [Miscount(*row) for row in rows]
