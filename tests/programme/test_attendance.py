from datetime import datetime, timedelta

import pytest

from programme import attendance, registration
from programme.attendance import CLOSES_AFTER, MOST_WRONG, OPENS_BEFORE, CheckedIn
from programme.attendance_refusals import (
    CodeNotOurs,
    CodeOfAnotherSession,
    CodesGuessed,
    NotOnTheList,
    StillInLine,
    TooEarly,
    TooLate,
)
from programme.refusals import EventCancelled, Refusal
from storage import attendance as rows
from storage import events
from storage.database import Database
from tests.programme.attendance_steps import check_in, make_course, make_member, present
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, ZONE, make_event, make_person, make_session

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


async def test_code_of_a_session_never_changes_and_is_its_own(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        again = await attendance.code_of(tx, session_id=course.sessions[0].id, now=FIRST_DAY)

    assert (again, len(set(course.codes))) == (course.codes[0], 2)


async def test_check_in_notes_who_is_there(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        done = await check_in(tx, course)
        kept = await rows.get(
            tx, session_id=course.sessions[0].id, registration_id=course.registrations[0]
        )

    assert done == CheckedIn("Budowanie partnerstw", 1, 2, 2, FIRST_DAY, ZONE, fresh=True)
    assert kept == rows.Attendance(
        course.sessions[0].id,
        course.registrations[0],
        present=True,
        door="code",
        staff_id=None,
        noted_at=FIRST_DAY,
    )


async def test_check_in_twice_keeps_the_first_moment_and_says_so(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await check_in(tx, course)
        again = await check_in(tx, course, late=HOUR)

        assert (again.fresh, again.noted_at) == (False, FIRST_DAY)
        assert await present(tx, course) == [(0, 0, True)]


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (-OPENS_BEFORE - SECOND, TooEarly),
        (-OPENS_BEFORE, None),
        (timedelta(), None),
        (6 * HOUR + CLOSES_AFTER, None),
        (6 * HOUR + CLOSES_AFTER + SECOND, TooLate),
        (timedelta(days=300), TooLate),
    ],
)
async def test_check_in_is_possible_around_the_session(
    database: Database, moment: timedelta, refusal: type[Refusal] | None
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, days=1)
        caught = None
        try:
            await check_in(tx, course, late=moment)
        except Refusal as error:
            caught = type(error)

        assert caught == refusal
        assert await present(tx, course) == ([] if refusal else [(0, 0, True)])


async def test_check_in_outside_the_hours_says_which_they_are(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, days=1)
        with pytest.raises(TooEarly) as early:
            await check_in(tx, course, late=-2 * HOUR)
        with pytest.raises(TooLate) as late:
            await check_in(tx, course, late=7 * HOUR)

    title = "Budowanie partnerstw"
    assert vars(early.value) == {
        "title": title,
        "opens_at": FIRST_DAY - OPENS_BEFORE,
        "zone": ZONE,
    }
    ends_at = FIRST_DAY + 6 * HOUR
    assert vars(late.value) == {"title": title, "closed_at": ends_at + CLOSES_AFTER, "zone": ZONE}


async def test_check_in_with_the_code_of_another_day_names_that_day(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        with pytest.raises(CodeOfAnotherSession) as caught:
            await attendance.check_in(
                tx,
                code=course.codes[1],
                person_id=course.persons[0],
                door="code",
                now=FIRST_DAY,
            )

        assert caught.value.starts_at == course.sessions[1].starts_at
        assert await present(tx, course) == []


async def test_check_in_follows_a_session_that_was_moved(database: Database) -> None:
    moved = FIRST_DAY + timedelta(days=9)
    async with database.transaction() as tx:
        course = await make_course(tx, days=1)
        [before] = course.sessions
        await events.move_session(
            tx,
            before,
            starts_at=moved,
            ends_at=moved + HOUR,
            starts_wall=before.starts_wall,
            ends_wall=before.ends_wall,
            place=before.place,
        )
        with pytest.raises(TooEarly):
            await check_in(tx, course)
        done = await check_in(tx, course, late=timedelta(days=9))

    assert done.fresh


async def _use(
    database: Database, code: str, person_id: int, now: datetime = FIRST_DAY
) -> type[Refusal] | None:
    """Use a code as the chat does: the transaction is kept although it was refused."""
    async with database.transaction() as tx:
        try:
            await attendance.check_in(tx, code=code, person_id=person_id, door="code", now=now)
        except Refusal as refusal:
            return type(refusal)
    return None


async def test_code_of_a_strange_event_is_known_only_while_it_goes_on(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        stranger = await make_person(tx)

    assert await _use(database, course.codes[0], stranger, FIRST_DAY) == NotOnTheList
    assert await _use(database, course.codes[0], stranger, FIRST_DAY - 2 * HOUR) == CodeNotOurs


async def test_check_in_from_the_waiting_list_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=0)
        person_id = await make_person(tx)
        await register(tx, event_id, person_id)
        [session] = await events.sessions(tx, event_id)
        code = await attendance.code_of(tx, session_id=session.id, now=NOW)

    assert await _use(database, code, person_id) == StillInLine


async def test_check_in_after_cancelling_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await registration.cancel(
            tx, registration_id=course.registrations[0], person_id=course.persons[0], now=NOW
        )

    assert await _use(database, course.codes[0], course.persons[0]) == NotOnTheList


async def test_check_in_at_a_cancelled_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await events.set_state(tx, course.event_id, expected="published", state="cancelled")

    assert await _use(database, course.codes[0], course.persons[0]) == EventCancelled


async def test_guessing_ends_after_ten_wrong_codes_and_for_an_hour(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
    [person, other, *_] = course.persons
    step = timedelta(minutes=5)

    wrong = [
        await _use(database, "000000", person, FIRST_DAY + step * number)
        for number in range(MOST_WRONG + 1)
    ]
    right = await _use(database, course.codes[0], person, FIRST_DAY + step * MOST_WRONG)
    of_another = await _use(database, course.codes[0], other, FIRST_DAY + step * MOST_WRONG)
    later = await _use(database, course.codes[0], person, FIRST_DAY + HOUR + MINUTE)

    assert wrong == [CodeNotOurs] * MOST_WRONG + [CodesGuessed]
    assert (right, of_another, later) == (CodesGuessed, None, None)


async def test_wrong_codes_of_an_hour_ago_are_forgotten(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
    person = course.persons[0]

    for number in range(MOST_WRONG - 1):
        await _use(database, "000000", person, FIRST_DAY + timedelta(seconds=number))
    later = FIRST_DAY + HOUR + MINUTE
    again = [await _use(database, "000000", person, later) for _ in range(MOST_WRONG)]

    assert again == [CodeNotOurs] * MOST_WRONG


async def test_right_code_counts_as_no_guess(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)

    got = [await _use(database, course.codes[0], course.persons[0]) for _ in range(MOST_WRONG + 3)]

    assert got == [None] * (MOST_WRONG + 3)


async def test_whoever_cancels_after_the_first_day_keeps_that_day(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        await check_in(tx, course)
        await registration.cancel(
            tx,
            registration_id=course.registrations[0],
            person_id=course.persons[0],
            now=FIRST_DAY + 7 * HOUR,
        )
        kept = await attendance.attended_sessions(tx, event_id=course.event_id)
        changed = await attendance.correct(
            tx,
            session_id=course.sessions[0].id,
            registration_id=course.registrations[0],
            present=False,
            member=member,
            now=FIRST_DAY + 8 * HOUR,
        )

    assert kept == {course.registrations[0]: {course.sessions[0].id}}
    assert changed


async def test_attended_sessions_and_minutes_count_only_presence(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        other = await make_course(tx)
        await check_in(tx, other)
        for person, day in ((0, 0), (0, 1), (1, 1), (2, 0)):
            await check_in(tx, course, person, day=day)
        await attendance.correct(
            tx,
            session_id=course.sessions[0].id,
            registration_id=course.registrations[2],
            present=False,
            member=member,
            now=FIRST_DAY,
        )
        sessions = await attendance.attended_sessions(tx, event_id=course.event_id)
        minutes = await attendance.attended_minutes(tx, event_id=course.event_id)

    [first, second] = [one.id for one in course.sessions]
    [anna, jan, _ewa] = course.registrations
    assert sessions == {anna: {first, second}, jan: {second}}
    assert minutes == {anna: 720, jan: 360}


async def test_two_sessions_of_one_day_are_parts(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, days=1)
        await make_session(
            tx, event_id=course.event_id, number=2, starts_at=FIRST_DAY - timedelta(hours=8)
        )
        done = await check_in(tx, course)

    assert (done.number, done.sessions, done.days) == (2, 2, 1)
