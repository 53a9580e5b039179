"""Who is at an event, as staff look at it: names with organisations, and offers still open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select

from storage import line
from storage.database import Tx
from storage.seat_tables import offer
from storage.tables import organisation, person, registration

SEATED, IN_LINE, APPLYING = "seated", "in_line", "applying"
# The organisation that somebody comes for may be another than their own.
_THEIRS = organisation.alias("their_organisation")


@dataclass(frozen=True)
class Attending:
    """One open registration with the name of whom it is for.

    `offer_until` is the end of an offer that is open now.
    """

    registration_id: int
    event_id: int
    person_id: int
    name: str
    organisation: str
    state: str
    approval: str
    note: str
    answers: dict[str, Any]
    form_id: int | None
    created_at: datetime
    offer_until: datetime | None
    offer_holds_seat: bool
    organisation_id: int | None
    # Only of those in line: their organisation has a seat, or one held, already.
    has_a_share: bool = False


@dataclass(frozen=True)
class Counts:
    """How many people stand where at an event.

    Those with an offer are counted in line too; `held` of the `offers` hold a seat.
    """

    seated: int
    in_line: int
    applying: int
    offers: int
    held: int


def _standing(group: str) -> ColumnElement[bool]:
    if group == SEATED:
        return registration.c.state == "active"
    applies = registration.c.approval == "asked"
    return and_(registration.c.state == "waiting", applies if group == APPLYING else ~applies)


def _attending(row: Row[Any]) -> Attending:
    return Attending(
        row.id,
        row.event_id,
        row.person_id,
        row.person_name,
        row.for_whom or row.their_own or row.organisation_text,
        row.state,
        row.approval,
        row.note,
        row.answers,
        row.form_id,
        row.created_at,
        row.offer_until,
        bool(row.offer_holds_seat),
        row.organisation_id,
        bool(getattr(row, "has_a_share", False)),
    )


def _query() -> Select[Any]:
    opened = and_(offer.c.registration_id == registration.c.id, offer.c.state == "open")
    return (
        select(
            registration,
            person.c.name.label("person_name"),
            person.c.organisation_text,
            organisation.c.name.label("for_whom"),
            _THEIRS.c.name.label("their_own"),
            offer.c.expires_at.label("offer_until"),
            offer.c.holds_seat.label("offer_holds_seat"),
        )
        .join(person, person.c.id == registration.c.person_id)
        .outerjoin(organisation, organisation.c.id == registration.c.organisation_id)
        .outerjoin(_THEIRS, _THEIRS.c.id == person.c.organisation_id)
        .outerjoin(offer, opened)
    )


async def of_event(tx: Tx, event_id: int, group: str) -> list[Attending]:
    """List everybody of a group: those in line in their order, the others by age."""
    query = _query().where(registration.c.event_id == event_id, _standing(group))
    if group == IN_LINE:
        query = query.add_columns(line.has_a_share(event_id).label("has_a_share"))
    rows = await tx.execute(query.order_by(registration.c.position, registration.c.id))
    return [_attending(row) for row in rows]


async def one(tx: Tx, registration_id: int) -> Attending | None:
    """Read one registration that is open."""
    query = _query().where(
        registration.c.id == registration_id, registration.c.state.in_(("active", "waiting"))
    )
    row = (await tx.execute(query)).one_or_none()
    return _attending(row) if row else None


async def count(tx: Tx, event_id: int) -> Counts:
    """Count who stands where."""
    opened = and_(offer.c.registration_id == registration.c.id, offer.c.state == "open")
    in_groups = [
        func.coalesce(func.sum(case((_standing(group), 1), else_=0)), 0)
        for group in (SEATED, IN_LINE, APPLYING)
    ]
    held = func.coalesce(func.sum(case((offer.c.holds_seat, 1), else_=0)), 0)
    query = (
        select(*in_groups, func.count(offer.c.id), held)
        .select_from(registration)
        .outerjoin(offer, opened)
        .where(registration.c.event_id == event_id)
    )
    row = (await tx.execute(query)).one()
    return Counts(*(int(number) for number in row))
