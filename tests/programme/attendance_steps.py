"""Steps that tests of attendance share: an event with people, and staff."""

from dataclasses import dataclass
from datetime import timedelta

from programme import attendance
from programme.attendance import CheckedIn
from storage import events, staff
from storage.database import Tx
from storage.events import Session
from storage.staff import StaffMember
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

SECOND_DAY = FIRST_DAY + timedelta(days=1)
NAMES = ("Anna Wzorowa", "Jan Łoś", "Ewa Żak")


@dataclass(frozen=True)
class Course:
    """An event of two days with a code for each, and its people in the order of NAMES."""

    event_id: int
    sessions: list[Session]
    codes: list[str]
    persons: list[int]
    registrations: list[int]


async def make_course(tx: Tx, names: tuple[str, ...] = NAMES, *, days: int = 2) -> Course:
    """Make an event with sessions on days that follow each other, and register people."""
    starts = [FIRST_DAY + timedelta(days=day) for day in range(days)]
    event_id = await make_event(tx, sessions=starts)
    persons = [await make_person(tx, name=name) for name in names]
    got = [(await register(tx, event_id, one)).registration_id for one in persons]
    sessions = await events.sessions(tx, event_id)
    codes = [await attendance.code_of(tx, session_id=one.id, now=NOW) for one in sessions]
    return Course(event_id, sessions, codes, persons, got)


async def make_member(tx: Tx, *, chat: int = 900) -> StaffMember:
    """Make a chat a coordinator's."""
    staff_id = await staff.grant(tx, name="Maria", role="coordinator", chat_id=chat, now=NOW)
    return await staff.get(tx, staff_id)


async def check_in(
    tx: Tx, course: Course, person: int = 0, *, day: int = 0, late: timedelta = timedelta()
) -> CheckedIn:
    """Let a person type the code of a day, so long after its beginning."""
    return await attendance.check_in(
        tx,
        code=course.codes[day],
        person_id=course.persons[person],
        door="code",
        now=course.sessions[day].starts_at + late,
    )


async def present(tx: Tx, course: Course) -> list[tuple[int, int, bool]]:
    """List what is noted: the day and the person by their place, and whether they were there."""
    days = [one.id for one in course.sessions]
    return [
        (days.index(one.session_id), course.registrations.index(one.registration_id), one.present)
        for one in await attendance.of_event(tx, event_id=course.event_id)
    ]
