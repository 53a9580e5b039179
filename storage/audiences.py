"""Whom a letter to many is for, as conditions on people and organisations.

People are read by rising number, from after a cursor up to a limit, so that a hundred thousand
of them never lie in memory at once. Whoever was found out to be somebody else is never among
them. Organisations are few: what is asked of them is resolved before, and arrives here as numbers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from storage.answers_to_events import person_answered
from storage.broadcast_results import person_got
from storage.database import Tx
from storage.paper_tables import attendance
from storage.people import Person, people_query, person_from
from storage.seat_tables import membership, nomination, nomination_call
from storage.staff_tables import broadcast_recipient
from storage.tables import broadcast, contact, organisation, person, registration

# How people stand with an event; the words are those of what staff have chosen.
REGISTERED, WAITING, SILENT, ATTENDED = "registered", "waiting", "invited_silent", "attended"
STANDING = {REGISTERED: "active", WAITING: "waiting"}


@dataclass(frozen=True)
class Whom:
    """Conditions that are true together; an empty one narrows nothing.

    `of_organisations` None asks nothing, and empty is true for nobody. `people` and the people of
    `with_organisations` are added to whom the conditions find, and `but_people` and the people of
    `but_organisations` are taken away from both.
    """

    by_criteria: bool = False
    roles: tuple[str, ...] = ()
    of_organisations: tuple[int, ...] | None = None
    locales: tuple[str, ...] = ()
    event_id: int | None = None
    states: tuple[str, ...] = ()
    # The number of a broadcast, and of the event that it invites to.
    silent_of: tuple[int, int | None] | None = None
    got: int | None = None
    people: tuple[int, ...] = ()
    with_organisations: tuple[int, ...] = ()
    but_people: tuple[int, ...] = ()
    but_organisations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Way:
    """How a person would be reached; channel and address are empty where nothing reaches them."""

    person_id: int
    invitations: bool
    channel: str
    address: str


def _among(column: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    # Written into the statement: databases limit how many values are bound to one.
    listed: BindParameter[int] = BindParameter(
        None, sorted(numbers), expanding=True, literal_execute=True, type_=column.type
    )
    return column.in_(listed)


def _belongs_to(numbers: Collection[int]) -> ColumnElement[bool]:
    """Say that a person is of one of these organisations, by their profile or a membership."""
    by_membership = (
        exists()
        .where(
            membership.c.person_id == person.c.id,
            _is_open(),
            _among(membership.c.organisation_id, numbers),
        )
        .correlate(person)
    )
    return or_(_among(person.c.organisation_id, numbers), by_membership)


def _is_open() -> ColumnElement[bool]:
    return membership.c.until.is_(None)


def chosen(whom: Whom) -> ColumnElement[bool]:
    """Say that a row of `person` is meant."""
    ways = [_fits(whom)] if whom.by_criteria else []
    if whom.people:
        ways.append(_among(person.c.id, whom.people))
    if whom.with_organisations:
        ways.append(_belongs_to(whom.with_organisations))
    conditions = [person.c.merged_into_id.is_(None), or_(literal(value=False), *ways)]
    if whom.but_people:
        conditions.append(~_among(person.c.id, whom.but_people))
    if whom.but_organisations:
        # Somebody of no organisation is compared with nothing, which is neither true nor false.
        conditions.append(~func.coalesce(_belongs_to(whom.but_organisations), literal(value=False)))
    return and_(*conditions)


def _fits(whom: Whom) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if whom.roles:
        conditions.append(person.c.role.in_(whom.roles))
    if whom.of_organisations is not None:
        conditions.append(_belongs_to(whom.of_organisations))
    if whom.locales:
        conditions.append(person.c.locale.in_(whom.locales))
    if whom.event_id is not None and whom.states:
        conditions.append(or_(*(_stands(whom.event_id, state) for state in whom.states)))
    if whom.got is not None:
        conditions.append(person_got(whom.got))
    if whom.silent_of is not None:
        broadcast_id, event_id = whom.silent_of
        conditions.append(person_got(broadcast_id))
        # A letter that invites to nothing waits for no answer.
        conditions.append(literal(value=False) if event_id is None else ~person_answered(event_id))
    return and_(*conditions)


def _stands(event_id: int, state: str) -> ColumnElement[bool]:
    theirs = registration.c.event_id == event_id, registration.c.person_id == person.c.id
    if state in STANDING:
        return exists().where(*theirs, registration.c.state == STANDING[state]).correlate(person)
    if state == ATTENDED:
        return (
            exists()
            .where(
                *theirs,
                attendance.c.registration_id == registration.c.id,
                attendance.c.present.is_(True),
            )
            .correlate(person)
        )
    return and_(_was_asked(event_id), ~person_answered(event_id))


def _was_asked(event_id: int) -> ColumnElement[bool]:
    """Say that a person was invited to an event, named for it, or asked to name somebody."""
    invited = exists().where(
        broadcast_recipient.c.person_id == person.c.id,
        broadcast_recipient.c.state == "queued",
        broadcast.c.id == broadcast_recipient.c.broadcast_id,
        broadcast.c.event_id == event_id,
        broadcast.c.kind == "invitation",
    )
    named = exists().where(
        nomination.c.event_id == event_id,
        nomination.c.person_id == person.c.id,
        nomination.c.state == "named",
    )
    asked_to_name = exists().where(
        membership.c.person_id == person.c.id,
        _is_open(),
        membership.c.is_contact.is_(True),
        nomination_call.c.organisation_id == membership.c.organisation_id,
        nomination_call.c.event_id == event_id,
        nomination_call.c.called_at.is_not(None),
        nomination_call.c.named == 0,
    )
    return or_(*(one.correlate(person) for one in (invited, named, asked_to_name)))


async def persons(
    tx: Tx, whom: Whom, *, after: int, up_to: int, limit: int, hold: bool = False
) -> list[Person]:
    """List people whose number is above `after` and at most `up_to`, by number.

    With `hold` nobody can change what they want to hear until the transaction ends.
    """
    query = (
        people_query()
        .where(person.c.id > after, person.c.id <= up_to, chosen(whom))
        .order_by(person.c.id)
        .limit(limit)
    )
    if hold:
        query = query.with_for_update(read=True, of=person)
    return [person_from(row) for row in await tx.execute(query)]


async def highest(tx: Tx) -> int:
    """Give the highest number of a person; 0 when there is nobody."""
    return int(await tx.scalar(select(func.max(person.c.id))) or 0)


async def ways(tx: Tx, whom: Whom, *, after: int, limit: int) -> list[Way]:
    """List how people whose number is above `after` would be reached, by number."""
    query = _ways(whom).where(person.c.id > after).order_by(person.c.id).limit(limit)
    return [_way(row) for row in await tx.execute(query)]


async def ways_of_readers(tx: Tx, whom: Whom, addresses: Collection[str]) -> list[Way]:
    """List how those of these people would be reached who read mail at one of these addresses.

    The addresses are in lower case.
    """
    readers = select(contact.c.person_id).where(
        contact.c.channel == "mail", func.lower(contact.c.address).in_(addresses)
    )
    query = _ways(whom).where(person.c.id.in_(readers)).order_by(person.c.id)
    return [_way(row) for row in await tx.execute(query)]


def _ways(whom: Whom) -> Select[Any]:
    return select(
        person.c.id,
        person.c.invitations,
        person.c.channel,
        _newest("telegram").label("chat"),
        _newest("mail").label("mail"),
    ).where(chosen(whom))


def _way(row: Row[Any]) -> Way:
    by_mail = bool(row.mail) and (row.channel == "mail" or not row.chat)
    channel = "mail" if by_mail else "telegram" if row.chat else ""
    address = (row.mail if by_mail else row.chat) or ""
    return Way(row.id, bool(row.invitations), channel, address)


def _newest(channel: str) -> ColumnElement[str]:
    """Pick the address of a channel that was verified last and can be reached."""
    return (
        select(contact.c.address)
        .where(
            contact.c.person_id == person.c.id,
            contact.c.channel == channel,
            contact.c.verified_at.is_not(None),
            contact.c.unreachable_at.is_(None),
        )
        .order_by(contact.c.verified_at.desc(), contact.c.id.desc())
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )


async def reached_organisations(tx: Tx, whom: Whom) -> set[int]:
    """Tell which organisations have somebody among these people whom a message reaches."""
    reachable = (
        exists()
        .where(
            contact.c.person_id == person.c.id,
            contact.c.verified_at.is_not(None),
            contact.c.unreachable_at.is_(None),
        )
        .correlate(person)
    )
    rows = await tx.execute(
        select(person.c.organisation_id)
        .where(
            person.c.organisation_id.is_not(None),
            person.c.invitations.is_(True),
            reachable,
            chosen(whom),
        )
        .distinct()
    )
    return set(rows.scalars())


async def refusing_mails(tx: Tx, whom: Whom) -> list[str]:
    """List where those of these people read mail who want no invitations."""
    rows = await tx.execute(
        select(_newest("mail")).where(person.c.invitations.is_(False), chosen(whom))
    )
    return [address for address in rows.scalars() if address]


async def count_people(tx: Tx, whom: Whom) -> int:
    """Count all who are meant, reached or not."""
    return int(await tx.scalar(select(func.count()).select_from(person).where(chosen(whom))) or 0)


async def by_name(tx: Tx, whom: Whom, *, limit: int, offset: int) -> list[Person]:
    """List a part of all who are meant, in the order of their surnames."""
    rows = await tx.execute(
        people_query()
        .where(chosen(whom))
        .order_by(person.c.sort_name, person.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [person_from(row) for row in rows]


async def extremes(tx: Tx, whom: Whom) -> tuple[int, int] | None:
    """Find who has the longest and who has the fewest words about them; None when nobody is meant.

    Only those count who want invitations.
    """
    about = func.coalesce(organisation.c.name, person.c.organisation_text)
    where = func.coalesce(organisation.c.locality, "")
    length = func.length(person.c.name) + func.length(about) + func.length(where)
    missing = case((about == "", 1), else_=0) + case((where == "", 1), else_=0)
    query: Select[Any] = (
        _with_organisation().where(person.c.invitations.is_(True), chosen(whom)).limit(1)
    )
    longest = await tx.scalar(query.order_by(length.desc(), person.c.id))
    emptiest = await tx.scalar(query.order_by(missing.desc(), length, person.c.id))
    return None if longest is None or emptiest is None else (longest, emptiest)


def _with_organisation() -> Select[Any]:
    return select(person.c.id).outerjoin(
        organisation, organisation.c.id == person.c.organisation_id
    )


async def who_are(tx: Tx, numbers: Sequence[int]) -> tuple[int, ...]:
    """Give who people are now: whoever was found out to be somebody else is that one."""
    known: dict[int, int | None] = {}
    asked = set(numbers)
    while asked:
        query = select(person.c.id, person.c.merged_into_id).where(_among(person.c.id, asked))
        rows = (await tx.execute(query)).all()
        known |= {row.id: row.merged_into_id for row in rows}
        asked = {into for _id, into in rows if into is not None and into not in known}
    return tuple(sorted({_root(known, number) for number in numbers if number in known}))


def _root(known: dict[int, int | None], number: int) -> int:
    seen = {number}
    while (into := known.get(number)) is not None and into not in seen:
        seen.add(into)
        number = into
    return number
