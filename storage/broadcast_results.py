"""What became of a broadcast, recipient by recipient.

A recipient's message may have gone out twice: what did not arrive in the chat is said by mail.
The keys of those rows differ in their last word alone, so each recipient costs three looks into
the index of keys and no other broadcast makes the reading longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)

from storage.answers_to_events import (
    came_for,
    has_named,
    organisation_answered,
    person_answered,
)
from storage.database import Tx
from storage.staff_tables import broadcast_recipient
from storage.tables import contact, organisation, outbox, person, registration

# Messages that the person has, or will have in a moment, or perhaps has.
GOT = ("sent", "uncertain", "started", "leased")
STILL_OPEN = ("queued", "retry", "leased", "started")
# What became of a message, as the report counts it, besides the states of those left out.
SENT_CHAT, SENT_MAIL, WAITING, UNCERTAIN = "sent_chat", "sent_mail", "waiting", "uncertain"
BLOCKED, FAILED, MISSED, CANCELLED = "blocked", "failed", "missed", "cancelled"
POSTAL, POSTED = "postal", "posted"
# How a person who was written to stands with the event.
REGISTERED, IN_LINE, GAVE_UP, SILENT = "registered", "in_line", "gave_up", "silent"
# An organisation has named somebody who has not answered.
NAMED = "named"

_FIRST, _OTHER, _ANEW = outbox.alias("first"), outbox.alias("other"), outbox.alias("anew")
_MINE = broadcast_recipient.c


def _base() -> ColumnElement[str]:
    """Give the key of a recipient's message without the channel at its end."""
    length = func.length(_MINE.outbox_key) - func.length(_MINE.channel)
    return func.substr(_MINE.outbox_key, 1, length)


def _keys() -> tuple[ColumnElement[str], ...]:
    other = case((_MINE.channel == "mail", "telegram"), else_="mail")
    return _MINE.outbox_key, _base().concat(other), _base().concat("anew:mail")


def person_got(broadcast_id: int) -> ColumnElement[bool]:
    """Say that a row of `person` has a broadcast's message, or perhaps has it."""
    return (
        exists()
        .where(
            _MINE.broadcast_id == broadcast_id,
            _MINE.person_id == person.c.id,
            _MINE.state == "queued",
            outbox.c.key.in_(_keys()),
            outbox.c.state.in_(GOT),
        )
        .correlate(person)
    )


def organisation_got(broadcast_id: int) -> ColumnElement[bool]:
    """Say that a row of `organisation` itself has a broadcast's message, printed or by mail."""
    by_mail = and_(
        _MINE.state == "queued",
        exists()
        .where(outbox.c.key == _MINE.outbox_key, outbox.c.state.in_(GOT))
        .correlate(broadcast_recipient),
    )
    return (
        exists()
        .where(
            _MINE.broadcast_id == broadcast_id,
            _MINE.organisation_id == organisation.c.id,
            or_(by_mail, _MINE.state == POSTAL),
        )
        .correlate(organisation)
    )


@dataclass(frozen=True)
class Recipient:
    """One recipient with what became of their message and when; `answer` is to the event."""

    recipient_id: int
    person_id: int | None
    organisation_id: int | None
    name: str
    organisation: str
    result: str
    at: datetime | None
    answer: str


def _sent() -> ColumnElement[bool]:
    return or_(*(one.c.state == "sent" for one in (_FIRST, _OTHER, _ANEW)))


def _any(states: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(one.c.state.in_(states) for one in (_FIRST, _OTHER, _ANEW)))


def _result() -> ColumnElement[str]:
    by_chat = or_(*(and_(one.c.state == "sent", one.c.channel == "telegram")
                    for one in (_FIRST, _OTHER)))  # fmt: skip
    closed = (
        exists()
        .where(
            contact.c.person_id == _MINE.person_id,
            contact.c.channel == "telegram",
            contact.c.address == _FIRST.c.address,
            contact.c.unreachable_at.is_not(None),
        )
        .correlate(broadcast_recipient, _FIRST)
    )
    blocked = and_(_FIRST.c.state == "failed", _FIRST.c.channel == "telegram", closed)
    return case(
        (and_(_MINE.state == POSTAL, _MINE.posted_at.is_not(None)), POSTED),
        (_MINE.state != "queued", _MINE.state),
        (by_chat, SENT_CHAT),
        (_sent(), SENT_MAIL),
        (_any(STILL_OPEN), WAITING),
        (_any(("uncertain",)), UNCERTAIN),
        (blocked, BLOCKED),
        (_FIRST.c.state.is_(None), FAILED),
        else_=_FIRST.c.state,
    )


def _at() -> ColumnElement[datetime]:
    moments = [case((one.c.state == "sent", one.c.ended_at)) for one in (_FIRST, _OTHER, _ANEW)]
    return func.coalesce(_MINE.posted_at, *moments, _FIRST.c.ended_at)


def _joined(*columns: Any) -> Select[Any]:
    first, other, anew = _keys()
    return (
        select(*columns)
        .select_from(broadcast_recipient)
        .outerjoin(_FIRST, _FIRST.c.key == first)
        .outerjoin(_OTHER, and_(_MINE.outbox_key != "", _OTHER.c.key == other))
        .outerjoin(_ANEW, and_(_MINE.outbox_key != "", _ANEW.c.key == anew))
    )


def _answer(event_id: int | None) -> ColumnElement[str]:
    """Say how a recipient stands with the event: the person, or those who come for them."""
    if event_id is None:
        return literal("")
    return case(
        (_MINE.person_id.is_not(None), _answer_of_person(event_id)),
        else_=_answer_of_organisation(event_id),
    )


def _answer_of_person(event_id: int) -> ColumnElement[str]:
    theirs = registration.c.event_id == event_id, registration.c.person_id == _MINE.person_id

    def has(state: str) -> ColumnElement[bool]:
        found = exists().where(*theirs, registration.c.state == state)
        return found.correlate(broadcast_recipient)

    answered = (
        exists()
        .where(person.c.id == _MINE.person_id, person_answered(event_id))
        .correlate(broadcast_recipient)
    )
    return case(
        (has("active"), REGISTERED),
        (has("waiting"), IN_LINE),
        (answered, GAVE_UP),
        else_=SILENT,
    )


def _answer_of_organisation(event_id: int) -> ColumnElement[str]:
    answered = (
        exists()
        .where(organisation.c.id == _MINE.organisation_id, organisation_answered(event_id))
        .correlate(broadcast_recipient)
    )
    return case(
        (_MINE.organisation_id.in_(came_for(event_id, "active")), REGISTERED),
        (_MINE.organisation_id.in_(came_for(event_id, "waiting")), IN_LINE),
        (_MINE.organisation_id.in_(has_named(event_id)), NAMED),
        (answered, GAVE_UP),
        else_=SILENT,
    )


@dataclass(frozen=True)
class Tally:
    """How many recipients have one result and one answer, people and organisations apart."""

    result: str
    answer: str
    is_person: bool
    recipients: int


async def tally(tx: Tx, broadcast_id: int, *, event_id: int | None) -> list[Tally]:
    """Count the recipients of a broadcast by what became of them and how they stand."""
    rows = (
        _joined(
            _result().label("result"),
            _answer(event_id).label("answer"),
            _MINE.person_id.is_not(None).label("is_person"),
        )
        .where(_MINE.broadcast_id == broadcast_id)
        .subquery()
    )
    by = (rows.c.result, rows.c.answer, rows.c.is_person)
    found = await tx.execute(select(*by, func.count()).group_by(*by).order_by(*by))
    return [Tally(row[0], row[1], bool(row[2]), int(row[3])) for row in found]


def _is_in(
    event_id: int | None,
    *,
    results: Sequence[str],
    answers: Sequence[str],
    people: Sequence[int] | None,
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if results:
        conditions.append(_result().in_(results))
    if answers:
        conditions.append(_answer(event_id).in_(answers))
    if people is not None:
        conditions.append(_MINE.person_id.in_(people))
    return and_(*conditions)


async def count(
    tx: Tx,
    broadcast_id: int,
    *,
    event_id: int | None,
    results: Sequence[str] = (),
    answers: Sequence[str] = (),
    people: Sequence[int] | None = None,
) -> int:
    """Count the recipients with one of these results and one of these answers."""
    wanted = _is_in(event_id, results=results, answers=answers, people=people)
    query = _joined(func.count()).where(_MINE.broadcast_id == broadcast_id, wanted)
    return int(await tx.scalar(query) or 0)


async def page(
    tx: Tx,
    broadcast_id: int,
    *,
    event_id: int | None,
    results: Sequence[str] = (),
    answers: Sequence[str] = (),
    people: Sequence[int] | None = None,
    limit: int,
    offset: int = 0,
) -> list[Recipient]:
    """List recipients with one of these results and answers, in the order of their names."""
    own, its = organisation.alias("own"), organisation.alias("its")
    name = func.coalesce(person.c.name, its.c.name)
    order = func.coalesce(person.c.sort_name, its.c.sort_name)
    wanted = _is_in(event_id, results=results, answers=answers, people=people)
    rows = await tx.execute(
        _joined(
            _MINE.id,
            _MINE.person_id,
            _MINE.organisation_id,
            name.label("name"),
            func.coalesce(own.c.name, person.c.organisation_text, "").label("organisation"),
            _result().label("result"),
            _at().label("at"),
            _answer(event_id).label("answer"),
        )
        .outerjoin(person, person.c.id == _MINE.person_id)
        .outerjoin(own, own.c.id == person.c.organisation_id)
        .outerjoin(its, its.c.id == _MINE.organisation_id)
        .where(_MINE.broadcast_id == broadcast_id, wanted)
        .order_by(order, _MINE.id)
        .limit(limit)
        .offset(offset)
    )
    return [Recipient(*row) for row in rows]


async def mark_posted(tx: Tx, broadcast_id: int, *, now: datetime) -> int:
    """Note that the printed letters of a broadcast were posted; return how many were not before."""
    result = await tx.execute(
        update(broadcast_recipient)
        .where(_MINE.broadcast_id == broadcast_id, _MINE.state == POSTAL, _MINE.posted_at.is_(None))
        .values(posted_at=now)
    )
    return result.rowcount


async def postal(tx: Tx, broadcast_id: int) -> list[int]:
    """List the organisations that get a broadcast's letter printed, in the order of their names."""
    rows = await tx.execute(
        select(_MINE.organisation_id)
        .join(organisation, organisation.c.id == _MINE.organisation_id)
        .where(_MINE.broadcast_id == broadcast_id, _MINE.state == POSTAL)
        .order_by(organisation.c.sort_name, organisation.c.id)
    )
    return list(rows.scalars())
