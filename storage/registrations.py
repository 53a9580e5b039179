"""Registrations: who has a seat, who waits in which order, and their calendar entries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, distinct, func, select, update

from storage import line
from storage.database import Tx
from storage.insert import insert_id, insert_or_ignore
from storage.tables import calendar_entry, event, person, registration

OPEN = ("active", "waiting")

# Said at every registration, so built once.
_OPEN_OF = select(registration).where(
    registration.c.event_id == bindparam("event"),
    registration.c.person_id == bindparam("person"),
    registration.c.state.in_(OPEN),
)


@dataclass(frozen=True)
class Registration:
    """One person at one event; `position` orders those who wait and has gaps."""

    id: int
    event_id: int
    person_id: int
    state: str
    position: int | None
    created_at: datetime
    seated_at: datetime | None
    door: str = "telegram"
    organisation_id: int | None = None
    answered_by: str = "self"
    approval: str = "none"
    note: str = ""
    ended_because: str = ""
    form_id: int | None = None
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarEntry:
    """The calendar's side of one registration and session; the UID is a secret of the person."""

    registration_id: int
    session_id: int
    uid: str
    sequence: int


def _registration(row: Row[Any]) -> Registration:
    return Registration(**{name: getattr(row, name) for name in Registration.__dataclass_fields__})


async def add(
    tx: Tx,
    *,
    event_id: int,
    person_id: int,
    state: str,
    position: int | None,
    door: str,
    now: datetime,
    **values: Any,
) -> int:
    """Add an open registration; a second one of the person raises IntegrityError.

    `values` are other columns that differ from what is usual.
    """
    return await insert_id(
        tx,
        registration,
        event_id=event_id,
        person_id=person_id,
        state=state,
        position=position,
        door=door,
        created_at=now,
        seated_at=now if state == "active" else None,
        **values,
    )


async def get(tx: Tx, registration_id: int) -> Registration | None:
    """Read one registration."""
    rows = await tx.execute(select(registration).where(registration.c.id == registration_id))
    row = rows.one_or_none()
    return _registration(row) if row else None


async def open_of(tx: Tx, *, event_id: int, person_id: int) -> Registration | None:
    """Read a person's seat or waiting place at an event."""
    rows = await tx.execute(_OPEN_OF, {"event": event_id, "person": person_id})
    row = rows.one_or_none()
    return _registration(row) if row else None


async def of_person(tx: Tx, person_id: int) -> list[Registration]:
    """List a person's seats and waiting places, oldest first."""
    rows = await tx.execute(
        select(registration)
        .where(registration.c.person_id == person_id, registration.c.state.in_(OPEN))
        .order_by(registration.c.id)
    )
    return [_registration(row) for row in rows]


async def count_of_person(tx: Tx, person_id: int) -> int:
    """Count all registrations that a person has ever had."""
    count = await tx.scalar(
        select(func.count()).select_from(registration).where(registration.c.person_id == person_id)
    )
    return int(count or 0)


async def of_event(tx: Tx, event_id: int, *, state: str) -> list[Registration]:
    """List an event's registrations in one state, in waiting order or by age."""
    rows = await tx.execute(
        select(registration)
        .where(registration.c.event_id == event_id, registration.c.state == state)
        .order_by(registration.c.position, registration.c.id)
    )
    return [_registration(row) for row in rows]


async def ids_of_event(tx: Tx, event_id: int) -> list[int]:
    """List the ids of all registrations that an event has ever had."""
    rows = await tx.execute(
        select(registration.c.id)
        .where(registration.c.event_id == event_id)
        .order_by(registration.c.id)
    )
    return list(rows.scalars())


async def people_of(tx: Tx, registration_ids: list[int]) -> dict[int, int]:
    """Name the person of each of these registrations."""
    rows = await tx.execute(
        select(registration.c.id, registration.c.person_id).where(
            registration.c.id.in_(registration_ids)
        )
    )
    return {row.id: row.person_id for row in rows}


async def cancel(tx: Tx, before: Registration, *, now: datetime, because: str = "") -> bool:
    """End a registration; False when it is no longer in the state that was read."""
    result = await tx.execute(
        update(registration)
        .where(registration.c.id == before.id, registration.c.state == before.state)
        .values(state="cancelled", cancelled_at=now, ended_because=because)
    )
    return result.rowcount == 1


async def grant(tx: Tx, before: Registration) -> bool:
    """Note that staff have said yes; False when somebody decided or cancelled meanwhile."""
    result = await tx.execute(
        update(registration)
        .where(
            registration.c.id == before.id,
            registration.c.state == "waiting",
            registration.c.approval == before.approval,
        )
        .values(approval="granted")
    )
    return result.rowcount == 1


async def first_waiting(
    tx: Tx, event_id: int, *, fairness: str = "first_come"
) -> Registration | None:
    """Read who is next in line: by position, or first those whose organisation has nothing."""
    by_position = registration.c.position
    places = select(registration).where(line.is_in_line(event_id)).order_by(by_position).limit(1)
    row = None
    if fairness == "one_each":
        row = (await tx.execute(places.where(~line.has_a_share(event_id)))).one_or_none()
    if row is None:
        row = (await tx.execute(places)).one_or_none()
    return _registration(row) if row else None


async def in_line(
    tx: Tx, event_id: int, *, fairness: str = "first_come", without_offer: bool = False
) -> list[Registration]:
    """List who stands in line, in the order in which they move up.

    `without_offer` leaves out those who may have a seat now if they are fast.
    """
    which = [~line.offered()] if without_offer else []
    places = select(registration).where(line.is_in_line(event_id), *which)
    if fairness == "one_each":
        turns = line.with_turns(event_id).cte("turns")
        places = places.join(turns, turns.c.id == registration.c.id)
        places = places.order_by(turns.c.has_turn.desc())
    rows = await tx.execute(places.order_by(registration.c.position))
    return [_registration(row) for row in rows]


async def seat(tx: Tx, before: Registration, *, now: datetime) -> bool:
    """Turn a waiting place into a seat; False when the person left the line meanwhile."""
    result = await tx.execute(
        update(registration)
        .where(registration.c.id == before.id, registration.c.state == "waiting")
        .values(state="active", seated_at=now)
    )
    return result.rowcount == 1


async def count_ahead(tx: Tx, waiting: Registration, *, fairness: str = "first_come") -> int:
    """Count who is ahead in line, in the order in which `first_waiting` would take them."""
    return await count_ahead_of(
        tx,
        event_id=waiting.event_id,
        registration_id=waiting.id,
        position=waiting.position,
        fairness=fairness,
    )


async def count_ahead_of(
    tx: Tx,
    *,
    event_id: int,
    registration_id: int,
    position: int | None,
    fairness: str = "first_come",
) -> int:
    """Count the same for somebody of whom no more is known than their place."""
    if fairness == "one_each":
        return await line.count_ahead_of_one_each(tx, event_id, registration_id)
    return await line.count_ahead(tx, event_id, position)


async def count_open(tx: Tx, event_id: int) -> dict[str, int]:
    """Count an event's seats taken and places in line.

    Who waits for staff's word, or has a seat held, is neither; see `count_applied` and
    `offers.count_held`.
    """
    seats = (registration.c.event_id == event_id, registration.c.state == "active")
    active = select(func.count()).select_from(registration).where(*seats)
    waiting = select(func.count()).select_from(registration).where(line.is_in_line(event_id))
    both = select(active.scalar_subquery(), waiting.scalar_subquery())
    row = (await tx.execute(both)).one()
    return {"active": int(row[0]), "waiting": int(row[1])}


async def count_applied(tx: Tx, event_id: int) -> int:
    """Count the people whose application waits for staff."""
    asked = (
        registration.c.event_id == event_id,
        registration.c.state == "waiting",
        registration.c.approval == "asked",
    )
    return int(await tx.scalar(select(func.count()).select_from(registration).where(*asked)) or 0)


async def add_calendar_entry(tx: Tx, *, registration_id: int, session_id: int, uid: str) -> None:
    """Keep the UID of a session in a person's calendar; a known pair keeps its first UID."""
    row = {
        "registration_id": registration_id,
        "session_id": session_id,
        "uid": uid,
        "sequence": 0,
        "last_method": "REQUEST",
    }
    await insert_or_ignore(tx, calendar_entry, [row])


async def add_calendar_entries(tx: Tx, fresh: list[CalendarEntry]) -> list[CalendarEntry]:
    """Keep the entries of one registration and give them as they are kept.

    A known pair of registration and session keeps its first UID.
    """
    rows = [{**vars(entry), "last_method": "REQUEST"} for entry in fresh]
    if await insert_or_ignore(tx, calendar_entry, rows) == len(fresh):
        return fresh
    return await calendar_entries(tx, fresh[0].registration_id)


async def calendar_entries(
    tx: Tx, registration_id: int, *, standing: bool = False
) -> list[CalendarEntry]:
    """List a registration's calendar entries in the order of the sessions.

    `standing` leaves out those that the person's calendar was told to remove.
    """
    which = [calendar_entry.c.last_method == "REQUEST"] if standing else []
    rows = await tx.execute(
        select(calendar_entry)
        .where(calendar_entry.c.registration_id == registration_id, *which)
        .order_by(calendar_entry.c.session_id)
    )
    return [
        CalendarEntry(row.registration_id, row.session_id, row.uid, row.sequence) for row in rows
    ]


async def raise_sequence(tx: Tx, entry: CalendarEntry, *, method: str) -> CalendarEntry:
    """Give a calendar entry its next SEQUENCE, in the transaction of the change it tells of."""
    result = await tx.execute(
        update(calendar_entry)
        .where(calendar_entry.c.uid == entry.uid)
        .values(sequence=calendar_entry.c.sequence + 1, last_method=method)
        .returning(calendar_entry.c.sequence)
    )
    sequence = int(result.scalar_one())
    return CalendarEntry(entry.registration_id, entry.session_id, entry.uid, sequence)


@dataclass(frozen=True)
class PeopleCount:
    """How many people hold a seat or a place in line, and from how many organisations."""

    people: int
    organisations: int


async def count_people(tx: Tx) -> PeopleCount:
    """Count the people with an open registration and the organisations they come from."""
    row = (
        await tx.execute(
            select(
                func.count(distinct(registration.c.person_id)),
                func.count(distinct(person.c.organisation_id)),
            )
            .join(person, person.c.id == registration.c.person_id)
            .where(registration.c.state.in_(OPEN))
        )
    ).one()
    return PeopleCount(int(row[0]), int(row[1]))


async def count_by_event_and_state(tx: Tx) -> dict[str, dict[str, int]]:
    """Count registrations by the event's key and by state."""
    rows = await tx.execute(
        select(event.c.key, registration.c.state, func.count())
        .join(event, event.c.id == registration.c.event_id)
        .group_by(event.c.key, registration.c.state)
        .order_by(event.c.key, registration.c.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for key, state, count in rows:
        counts.setdefault(key, {})[state] = int(count)
    return counts
