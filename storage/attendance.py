"""Attendance: each session's code, who was there, wrong tries, and the lists that were printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.insert import insert_id, insert_or_ignore
from storage.paper_tables import attendance, attendance_code, attendance_list, attendance_try
from storage.tables import organisation, person, registration, session


@dataclass(frozen=True)
class Attendance:
    """What is noted of one registration at one session; `present` False is staff's word."""

    session_id: int
    registration_id: int
    present: bool
    door: str
    staff_id: int | None
    noted_at: datetime


@dataclass(frozen=True)
class Attendee:
    """Somebody with a seat, or somebody who was noted before they lost it."""

    registration_id: int
    person_id: int
    name: str
    organisation: str
    state: str


@dataclass(frozen=True)
class PrintedList:
    """A list as it was printed: whoever stands first has number 1."""

    number: int
    registration_ids: tuple[int, ...]
    made_at: datetime


async def code_of(tx: Tx, session_id: int) -> str | None:
    """Read a session's code; None when none was made yet."""
    rows = await tx.execute(
        select(attendance_code.c.code).where(attendance_code.c.session_id == session_id)
    )
    found = rows.scalar_one_or_none()
    return None if found is None else str(found)


async def add_code(tx: Tx, *, session_id: int, code: str, now: datetime) -> bool:
    """Keep a code; False when the session has one or the code is another session's."""
    row = {"session_id": session_id, "code": code, "made_at": now}
    return await insert_or_ignore(tx, attendance_code, [row]) == 1


async def session_of_code(tx: Tx, code: str) -> int | None:
    """Find the session that a code belongs to."""
    rows = await tx.execute(
        select(attendance_code.c.session_id).where(attendance_code.c.code == code)
    )
    found = rows.scalar_one_or_none()
    return None if found is None else int(found)


async def event_of_session(tx: Tx, session_id: int) -> int | None:
    """Find the event that a session belongs to; None when there is no such session."""
    rows = await tx.execute(select(session.c.event_id).where(session.c.id == session_id))
    found = rows.scalar_one_or_none()
    return None if found is None else int(found)


async def get(tx: Tx, *, session_id: int, registration_id: int) -> Attendance | None:
    """Read what is noted of one registration at one session."""
    rows = await tx.execute(
        select(attendance).where(
            attendance.c.session_id == session_id,
            attendance.c.registration_id == registration_id,
        )
    )
    row = rows.one_or_none()
    return (
        Attendance(**{name: getattr(row, name) for name in Attendance.__dataclass_fields__})
        if row
        else None
    )


async def note(
    tx: Tx,
    *,
    session_id: int,
    registration_id: int,
    present: bool,
    door: str,
    staff_id: int | None,
    now: datetime,
) -> bool:
    """Note it for the first time; False when something is noted already and stays."""
    row = {
        "session_id": session_id,
        "registration_id": registration_id,
        "present": present,
        "door": door,
        "staff_id": staff_id,
        "noted_at": now,
    }
    return await insert_or_ignore(tx, attendance, [row]) == 1


async def correct(tx: Tx, *, session_id: int, registration_id: int, present: bool) -> bool:
    """Change what is noted; False when it is so already. Door and moment stay the first ones."""
    result = await tx.execute(
        update(attendance)
        .where(
            attendance.c.session_id == session_id,
            attendance.c.registration_id == registration_id,
            attendance.c.present.is_not(present),
        )
        .values(present=present)
    )
    return result.rowcount == 1


async def of_event(tx: Tx, event_id: int) -> list[Attendance]:
    """List everything noted at an event's sessions, in the order of the sessions."""
    rows = await tx.execute(
        select(attendance)
        .join(session, session.c.id == attendance.c.session_id)
        .where(session.c.event_id == event_id)
        .order_by(session.c.starts_at, session.c.id, attendance.c.id)
    )
    names = Attendance.__dataclass_fields__
    return [Attendance(**{name: getattr(row, name) for name in names}) for row in rows]


async def count_present(tx: Tx, event_id: int) -> dict[int, int]:
    """Count who was present at each session that anybody was at."""
    rows = await tx.execute(
        select(attendance.c.session_id, func.count())
        .join(session, session.c.id == attendance.c.session_id)
        .where(session.c.event_id == event_id, attendance.c.present.is_(True))
        .group_by(attendance.c.session_id)
    )
    return {int(row[0]): int(row[1]) for row in rows}


async def attendees(tx: Tx, event_id: int, *, also: Sequence[int] = ()) -> list[Attendee]:
    """List who has a seat at an event or was noted at one of its sessions, by registration.

    `also` adds registrations of the event that are neither. The organisation is the one on
    whose behalf they come, else the person's own.
    """
    noted = select(attendance.c.registration_id).where(
        attendance.c.session_id.in_(select(session.c.id).where(session.c.event_id == event_id))
    )
    rows = await tx.execute(
        select(
            registration.c.id,
            registration.c.person_id,
            registration.c.state,
            person.c.name,
            person.c.organisation_text,
            organisation.c.name.label("register_name"),
        )
        .join(person, person.c.id == registration.c.person_id)
        .outerjoin(
            organisation,
            organisation.c.id
            == func.coalesce(registration.c.organisation_id, person.c.organisation_id),
        )
        .where(
            registration.c.event_id == event_id,
            or_(
                registration.c.state == "active",
                registration.c.id.in_(noted),
                registration.c.id.in_(also),
            ),
        )
        .order_by(registration.c.id)
    )
    return [
        Attendee(
            row.id, row.person_id, row.name, row.register_name or row.organisation_text, row.state
        )
        for row in rows
    ]


async def wrong_tries(tx: Tx, person_id: int, *, since: datetime) -> int:
    """Count a person's wrong codes in the hour that began after `since`."""
    rows = await tx.execute(
        select(attendance_try.c.wrong).where(
            attendance_try.c.person_id == person_id, attendance_try.c.since > since
        )
    )
    return int(rows.scalar_one_or_none() or 0)


async def add_wrong_try(tx: Tx, person_id: int, *, since: datetime, now: datetime) -> None:
    """Count one more wrong code; an hour that began before `since` is over and counts anew."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(attendance_try)
    known, fresh = attendance_try.c, insert.excluded
    over = known.since <= since
    await tx.execute(
        insert.on_conflict_do_update(
            index_elements=["person_id"],
            set_={
                "wrong": case((over, 1), else_=known.wrong + 1),
                "since": case((over, fresh.since), else_=known.since),
            },
        ),
        {"person_id": person_id, "since": now, "wrong": 1},
    )


async def printed_lists(tx: Tx, event_id: int) -> list[PrintedList]:
    """List what was printed, the newest last."""
    rows = await tx.execute(
        select(attendance_list)
        .where(attendance_list.c.event_id == event_id)
        .order_by(attendance_list.c.number)
    )
    return [PrintedList(row.number, tuple(row.registration_ids), row.made_at) for row in rows]


async def add_list(
    tx: Tx, *, event_id: int, number: int, registration_ids: list[int], now: datetime
) -> None:
    """Keep what was printed, under the event's lock."""
    await insert_id(
        tx,
        attendance_list,
        event_id=event_id,
        number=number,
        registration_ids=registration_ids,
        made_at=now,
    )
