"""Attendance by the word of staff: noted, taken back, and recorded."""

from datetime import timedelta

import pytest

from programme import attendance
from programme import staff as staff_cases
from programme.attendance import OPENS_BEFORE
from programme.attendance_refusals import NotedAbsent, SeatUnknown, SessionUnknown, TooEarly
from storage import events, staff
from storage.database import Database
from tests.programme.attendance_steps import check_in, make_course, make_member, present
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, make_event, make_person

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def test_staff_note_correct_and_are_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        steps = [
            await attendance.correct(
                tx,
                session_id=course.sessions[0].id,
                registration_id=course.registrations[1],
                present=was_there,
                member=member,
                now=FIRST_DAY,
            )
            for was_there in (False, True, True, False, False)
        ]
        trail = await staff.audit_trail(tx, limit=10)

        assert steps == [False, True, False, True, False]
        assert await present(tx, course) == [(0, 1, False)]
    detail = {
        "session": course.sessions[0].id,
        "registration": course.registrations[1],
        "door": "staff",
    }
    assert [(each.action, each.detail) for each in reversed(trail)] == [
        ("attendance", {**detail, "present": True}),
        ("attendance", {**detail, "present": False}),
    ]


async def test_who_noted_it_first_stays_on_record(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        await check_in(tx, course)
        for was_there in (False, True):
            await attendance.correct(
                tx,
                session_id=course.sessions[0].id,
                registration_id=course.registrations[0],
                present=was_there,
                member=member,
                now=FIRST_DAY + HOUR,
            )
        [kept] = await attendance.of_event(tx, event_id=course.event_id)

    assert (kept.present, kept.door, kept.staff_id, kept.noted_at) == (
        True,
        "code",
        None,
        FIRST_DAY,
    )


async def test_a_code_does_not_overrule_staff(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        for was_there in (True, False):
            await attendance.correct(
                tx,
                session_id=course.sessions[0].id,
                registration_id=course.registrations[0],
                present=was_there,
                member=member,
                now=FIRST_DAY,
            )

        with pytest.raises(NotedAbsent):
            await check_in(tx, course)
        assert await present(tx, course) == [(0, 0, False)]


async def test_staff_cannot_note_those_without_a_seat_here(database: Database) -> None:
    async with database.transaction() as tx:
        course, other = await make_course(tx), await make_course(tx)
        member = await make_member(tx)
        full = await make_event(tx, capacity=0)
        waiting = await register(tx, full, await make_person(tx))
        [session] = await events.sessions(tx, full)
        wrong = [
            (course.sessions[0].id, other.registrations[0]),
            (course.sessions[0].id, 987654),
            (session.id, waiting.registration_id),
        ]

        for session_id, registration_id in wrong:
            with pytest.raises(SeatUnknown):
                await attendance.correct(
                    tx,
                    session_id=session_id,
                    registration_id=registration_id,
                    present=True,
                    member=member,
                    now=FIRST_DAY,
                )
        with pytest.raises(SessionUnknown):
            await attendance.correct(
                tx,
                session_id=987654,
                registration_id=course.registrations[0],
                present=True,
                member=member,
                now=FIRST_DAY,
            )
        assert await present(tx, course) == []


async def test_staff_cannot_note_a_session_that_has_not_come(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)

        with pytest.raises(TooEarly):
            await attendance.correct(
                tx,
                session_id=course.sessions[0].id,
                registration_id=course.registrations[0],
                present=True,
                member=member,
                now=FIRST_DAY - OPENS_BEFORE - SECOND,
            )


def test_every_role_that_may_send_may_note_attendance_and_a_trainer_at_their_own_events() -> None:
    assert staff_cases.ACTIONS["attendance"] == ("coordinator", "assistant", "trainer")
