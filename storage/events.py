"""Events with their sessions, seats counted on the event's row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update

from storage.database import Tx
from storage.tables import event, programme, session

RECENT = timedelta(days=60)
# Every registration says these, and building a statement takes as long as saying it.
_LOCKED = select(event).where(event.c.id == bindparam("number")).with_for_update(key_share=True)
_SESSIONS = (
    select(session).where(session.c.event_id == bindparam("number")).order_by(session.c.number)
)
_PROGRAMME = select(programme).where(programme.c.id == bindparam("number"))
_SEAT_TAKEN = (
    update(event)
    .where(
        event.c.id == bindparam("number"),
        event.c.state == "published",
        or_(event.c.capacity.is_(None), event.c.taken < event.c.capacity),
    )
    .values(taken=event.c.taken + 1)
)
_PLACE_DRAWN = (
    update(event)
    .where(event.c.id == bindparam("number"))
    .values(waiting_sequence=event.c.waiting_sequence + 1)
    .returning(event.c.waiting_sequence)
)


@dataclass(frozen=True)
class Session:
    """One sitting of an event; the wall times are what a person wrote, the moments are UTC."""

    id: int
    event_id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    starts_wall: str
    ends_wall: str
    zone: str
    place: str
    revision: int


@dataclass(frozen=True)
class Event:
    """A training, meeting or fair; `capacity` None means that there is room for everyone."""

    id: int
    key: str
    programme_id: int
    title: str
    kind: str
    place: str
    description: str
    capacity: int | None
    taken: int
    audience: str
    deadline_at: datetime | None
    zone: str
    state: str
    entry: str = "open"
    seats_per_organisation: int | None = None
    nomination_deadline_at: datetime | None = None
    approval: str = "none"
    selection: str = "first_come"
    fairness: str = "first_come"
    late: str = "refuse"
    offer_hours: int = 0
    last_minute_hours: int = 0
    certificate_sessions: int | None = None
    form_id: int | None = None
    stands: int | None = None
    stands_taken: int = 0
    # Rises with every change by staff; storage/event_drafts.py compares it.
    revision: int = 0


@dataclass(frozen=True)
class Programme:
    """The programme as people see it: who runs it, who pays, who helps."""

    id: int
    key: str
    title: str
    funder_line: str
    organiser: str
    contact: str


def _event(row: Row[Any]) -> Event:
    return Event(**{name: getattr(row, name) for name in Event.__dataclass_fields__})


def _session(row: Row[Any]) -> Session:
    return Session(
        row.id,
        row.event_id,
        row.number,
        row.starts_at,
        row.ends_at,
        row.starts_wall,
        row.ends_wall,
        row.zone,
        row.place,
        row.revision,
    )


async def get(tx: Tx, event_id: int) -> Event | None:
    """Read one event."""
    row = (await tx.execute(select(event).where(event.c.id == event_id))).one_or_none()
    return _event(row) if row else None


async def lock(tx: Tx, event_id: int) -> Event | None:
    """Read one event and let nobody else lock or change it until the transaction ends.

    Whoever changes who comes to an event, or when it is, takes this lock before anything else:
    then nobody is told a time that is being moved, and no two of them wait for each other.
    SQLite has one writer anyway and ignores the clause.
    """
    row = (await tx.execute(_LOCKED, {"number": event_id})).one_or_none()
    return _event(row) if row else None


async def by_key(tx: Tx, key: str) -> Event | None:
    """Read the event that a programme file calls by this key."""
    row = (await tx.execute(select(event).where(event.c.key == key))).one_or_none()
    return _event(row) if row else None


async def upcoming(tx: Tx, *, now: datetime) -> list[Event]:
    """List published events that have not ended, the soonest first."""
    first = select(
        session.c.event_id,
        func.min(session.c.starts_at).label("first"),
        func.max(session.c.ends_at).label("last"),
    ).group_by(session.c.event_id)
    spans = first.subquery()
    rows = await tx.execute(
        select(event)
        .join(spans, spans.c.event_id == event.c.id)
        .where(event.c.state == "published", spans.c.last > now)
        .order_by(spans.c.first, event.c.id)
    )
    return [_event(row) for row in rows]


async def recent(tx: Tx, *, now: datetime) -> list[Event]:
    """List published events that have begun in the last sixty days or lie ahead, newest last."""
    first = select(session.c.event_id, func.min(session.c.starts_at).label("first"))
    spans = first.group_by(session.c.event_id).subquery()
    rows = await tx.execute(
        select(event)
        .join(spans, spans.c.event_id == event.c.id)
        .where(event.c.state == "published", spans.c.first > now - RECENT)
        .order_by(spans.c.first, event.c.id)
    )
    return [_event(row) for row in rows]


async def sessions(tx: Tx, event_id: int) -> list[Session]:
    """List an event's sessions in order."""
    rows = await tx.execute(_SESSIONS, {"number": event_id})
    return [_session(row) for row in rows]


async def get_session(tx: Tx, session_id: int) -> Session:
    """Read one session; an unknown id raises NoResultFound."""
    return _session((await tx.execute(select(session).where(session.c.id == session_id))).one())


async def move_session(
    tx: Tx,
    before: Session,
    *,
    starts_at: datetime,
    ends_at: datetime,
    starts_wall: str,
    ends_wall: str,
    place: str,
) -> bool:
    """Change a session's time or place; False when somebody changed it since it was read."""
    result = await tx.execute(
        update(session)
        .where(session.c.id == before.id, session.c.revision == before.revision)
        .values(
            starts_at=starts_at,
            ends_at=ends_at,
            starts_wall=starts_wall,
            ends_wall=ends_wall,
            place=place,
            revision=before.revision + 1,
        )
    )
    return result.rowcount == 1


async def set_state(tx: Tx, event_id: int, *, expected: str, state: str) -> bool:
    """Change an event's state; False when it was not the expected one."""
    result = await tx.execute(
        update(event).where(event.c.id == event_id, event.c.state == expected).values(state=state)
    )
    return result.rowcount == 1


async def set_place(tx: Tx, event_id: int, place: str) -> None:
    """Change where an event as a whole is."""
    await tx.execute(update(event).where(event.c.id == event_id).values(place=place))


async def set_capacity(tx: Tx, event_id: int, capacity: int | None) -> None:
    """Change how many seats an event has, whatever is taken."""
    await tx.execute(update(event).where(event.c.id == event_id).values(capacity=capacity))


async def get_programme(tx: Tx, programme_id: int | None = None) -> Programme | None:
    """Read a programme, or the newest one when no id is given."""
    if programme_id is None:
        found = await tx.execute(select(programme).order_by(programme.c.id.desc()).limit(1))
    else:
        found = await tx.execute(_PROGRAMME, {"number": programme_id})
    row = found.one_or_none()
    if row is None:
        return None
    return Programme(row.id, row.key, row.title, row.funder_line, row.organiser, row.contact)


async def take_seat(tx: Tx, event_id: int) -> bool:
    """Take a seat if there is one; the only place in the program where a seat is sold.

    One conditional UPDATE decides, so two doors at the same moment cannot both get the last
    seat on either database.
    """
    return (await tx.execute(_SEAT_TAKEN, {"number": event_id})).rowcount == 1


async def take_seat_anyway(tx: Tx, event_id: int) -> None:
    """Count one more person, whether there is a seat or not; only `programme.walk_ins` may.

    Staff see the room and say so, and the event shows as overbooked.
    """
    await tx.execute(update(event).where(event.c.id == event_id).values(taken=event.c.taken + 1))


async def free_seat(tx: Tx, event_id: int) -> None:
    """Give a seat back."""
    await tx.execute(update(event).where(event.c.id == event_id).values(taken=event.c.taken - 1))


async def next_position(tx: Tx, event_id: int) -> int:
    """Draw the next place in the event's waiting order; numbers only ever rise."""
    return int((await tx.execute(_PLACE_DRAWN, {"number": event_id})).scalar_one())
