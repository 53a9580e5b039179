"""Who stands in line for a seat, and in which order: the conditions, and the counts of them.

In line is who waits, for nobody's word, without a seat that an offer holds. An event's fairness
orders the line and nothing else.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, text

from storage.database import Tx
from storage.offers import IS_OPEN as OFFER_IS_OPEN
from storage.seat_tables import offer
from storage.tables import event, registration, session

# In the very words of the partial index `ix_registration_line`.
_STANDS = text("registration.state = 'waiting' AND registration.approval <> 'asked'")


def offered(*, held: bool | None = None) -> ColumnElement[bool]:
    """Say of a registration that it has an open offer, one that holds a seat or does not."""
    which = [] if held is None else [offer.c.holds_seat == held]
    return (
        select(offer.c.id)
        .where(offer.c.registration_id == registration.c.id, OFFER_IS_OPEN, *which)
        .correlate(registration)
        .exists()
    )


def is_in_line(event_id: int) -> ColumnElement[bool]:
    """Say of a registration that it waits, for nobody's word, without a seat held for it."""
    return and_(registration.c.event_id == event_id, _STANDS, ~offered(held=True))


def has_a_share(event_id: int) -> ColumnElement[bool]:
    """Say of a registration that its organisation has a seat, or one held, at this event."""
    other = registration.alias("other")
    held = (
        select(offer.c.id)
        .where(offer.c.registration_id == other.c.id, OFFER_IS_OPEN, offer.c.holds_seat)
        .correlate(other)
        .exists()
    )
    # No organisation equals none, so whoever comes for none counts as one of their own.
    return (
        select(other.c.id)
        .where(
            other.c.organisation_id == registration.c.organisation_id,
            other.c.event_id == event_id,
            or_(other.c.state == "active", and_(other.c.state == "waiting", held)),
        )
        .correlate(registration)
        .exists()
    )


async def count_ahead(tx: Tx, event_id: int, position: int | None) -> int:
    """Count who stands in line before a position."""
    row = (await tx.execute(_ahead(), {"event": event_id, "position": position})).one()
    return int(row[0]) - int(row[1])


@cache
def _ahead() -> Select[Any]:
    """Build the count once: it is asked for everybody who stands in line."""
    before = (
        registration.c.event_id == bindparam("event"),
        registration.c.position < bindparam("position"),
    )
    standing = select(func.count()).select_from(registration).where(*before, _STANDS)
    # Few have a seat held, so they are counted apart and an index alone counts the others.
    held = (
        select(func.count())
        .select_from(offer)
        .join(registration, registration.c.id == offer.c.registration_id)
        .where(offer.c.event_id == bindparam("event"), offer.c.holds_seat, OFFER_IS_OPEN, *before)
    )
    return select(standing.scalar_subquery(), held.scalar_subquery())


async def count_ahead_of_one_each(tx: Tx, event_id: int, registration_id: int) -> int:
    """Count who moves up earlier when no organisation gets a second seat before others a first.

    The first in line of an organisation without a seat has its turn, by position; when all have
    had theirs, everybody else follows by position.
    """
    line = with_turns(event_id).cte("line")
    own = select(line.c.has_turn, line.c.position).where(line.c.id == registration_id).cte("own")
    comes_earlier = line.c.position < own.c.position
    ahead = or_(
        line.c.has_turn > own.c.has_turn, and_(line.c.has_turn == own.c.has_turn, comes_earlier)
    )
    return int(await tx.scalar(select(func.count()).select_from(line).join(own, ahead)) or 0)


def with_turns(event_id: int) -> Select[Any]:
    """Select id and position of those in line, and as `has_turn` whether they come first."""
    number = func.row_number().over(
        partition_by=registration.c.organisation_id, order_by=registration.c.position
    )
    is_first = or_(registration.c.organisation_id.is_(None), number == 1)
    turn = case((and_(~has_a_share(event_id), is_first), 1), else_=0)
    return select(registration.c.id, registration.c.position, turn.label("has_turn")).where(
        is_in_line(event_id)
    )


async def events_with_room(tx: Tx, *, now: datetime | None = None) -> list[int]:
    """List the published events, by number, that have a free seat beside somebody unasked.

    With a moment only those that have not begun by then: the line of the others rests for good.
    """
    unasked = (
        select(registration.c.id)
        .where(registration.c.event_id == event.c.id, _STANDS, ~offered())
        .correlate(event)
        .exists()
    )
    begun = (
        select(session.c.id)
        .where(session.c.event_id == event.c.id, session.c.starts_at <= bindparam("now"))
        .correlate(event)
        .exists()
    )
    moment = {} if now is None else {"now": now}
    rows = await tx.execute(
        select(event.c.id)
        .where(
            event.c.state == "published",
            event.c.selection != "staff",
            or_(event.c.capacity.is_(None), event.c.taken < event.c.capacity),
            *([] if now is None else [~begun]),
            unasked,
        )
        .order_by(event.c.id),
        moment,
    )
    return list(rows.scalars())
