"""What staff see of attendance: the sessions of an event, one of them, and the tick list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import attendance_lists, staff
from programme.attendance import code_of, in_order, session_for
from programme.attendance_lists import Listed, listed
from programme.facts import session_facts
from programme.refusals import EventUnknown
from storage import attendance, events, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.staff import StaffMember

PAGE = 10


@dataclass(frozen=True)
class Sitting:
    """One session with how many of those with a seat were there."""

    session_id: int
    facts: dict[str, Any]
    number: int
    present: int


@dataclass(frozen=True)
class Sittings:
    """An event's sessions in the order of time, and how many people have a seat."""

    event: Event
    sittings: list[Sitting]
    seats: int
    days: int
    # A trainer has no other page of the event to go back to.
    own_only: bool = False


@dataclass(frozen=True)
class SessionDesk:
    """One session and its code."""

    all: Sittings
    sitting: Sitting
    code: str


@dataclass(frozen=True)
class Tick:
    """One row of the tick list."""

    person: Listed
    present: bool


@dataclass(frozen=True)
class TickPage:
    """One page of the tick list; pages are counted from 0."""

    session: SessionDesk
    ticks: list[Tick]
    page: int
    pages: int


async def sittings_of(tx: Tx, *, event_id: int, member: StaffMember, now: datetime) -> Sittings:
    """Look at all sessions of an event; raises EventUnknown."""
    await staff.permit_event(tx, member, "attendance", event_id=event_id, now=now)
    return await _sittings(tx, event_id, member)


async def _sittings(tx: Tx, event_id: int, member: StaffMember) -> Sittings:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    present = await attendance.count_present(tx, event_id)
    sessions = in_order(await events.sessions(tx, event_id))
    counts = await registrations.count_open(tx, event_id)
    return Sittings(
        event,
        [
            Sitting(one.id, session_facts(one), number, present.get(one.id, 0))
            for number, one in enumerate(sessions, 1)
        ],
        counts["active"],
        _days(sessions),
        own_only=member.role == staff.TRAINER,
    )


def _days(sessions: list[Session]) -> int:
    return len({each.starts_wall[:10] for each in sessions})


async def one(tx: Tx, *, session_id: int, member: StaffMember, now: datetime) -> SessionDesk:
    """Look at one session and make its code if it has none; raises SessionUnknown."""
    session = await session_for(tx, session_id=session_id, member=member, now=now)
    around = await _sittings(tx, session.event_id, member)
    [sitting] = [each for each in around.sittings if each.session_id == session_id]
    return SessionDesk(around, sitting, await code_of(tx, session_id=session_id, now=now))


async def tick_page(
    tx: Tx, *, session_id: int, page: int, member: StaffMember, now: datetime
) -> TickPage:
    """Look at ten people of the list; a page that is not there becomes the nearest one."""
    desk = await one(tx, session_id=session_id, member=member, now=now)
    event_id = desk.all.event.id
    noted = {
        each.registration_id: each.present
        for each in await attendance.of_event(tx, event_id)
        if each.session_id == session_id
    }
    people = [
        each
        for each in await listed(tx, event_id=event_id)
        if each.has_seat or each.registration_id in noted
    ]
    pages = max(1, -(-len(people) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = people[page * PAGE : (page + 1) * PAGE]
    ticks = [Tick(each, noted.get(each.registration_id, False)) for each in shown]
    return TickPage(desk, ticks, page, pages)


async def signing_list(
    tx: Tx, *, session_id: int, member: StaffMember, now: datetime
) -> dict[str, Any]:
    """Give the facts of the list of one session that is to be signed, and keep who stands on it.

    A trainer sees of people only their names. Raises SessionUnknown.
    """
    session = await session_for(tx, session_id=session_id, member=member, now=now)
    facts = await attendance_lists.print_list(
        tx, event_id=session.event_id, session_number=session.number, now=now
    )
    if member.role == staff.TRAINER:
        facts["rows"] = [row | {"organisation": ""} for row in facts["rows"]]
    return facts


async def door_code(
    tx: Tx, *, session_id: int, member: StaffMember, now: datetime
) -> dict[str, Any]:
    """Give the facts of the sheet that hangs at the door; raises SessionUnknown."""
    await session_for(tx, session_id=session_id, member=member, now=now)
    return await attendance_lists.code_facts(tx, session_id=session_id, now=now)
