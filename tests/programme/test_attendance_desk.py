import pytest

from programme import attendance_desk, registration
from programme.attendance_desk import PAGE
from programme.attendance_lists import print_list
from programme.attendance_refusals import SessionUnknown
from programme.refusals import EventUnknown
from storage.database import Database
from tests.programme.attendance_steps import check_in, make_course
from tests.programme.audience import CHIEF
from tests.storage.rows import FIRST_DAY, NOW


async def test_sittings_are_counted(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await check_in(tx, course, 0)
        await check_in(tx, course, 1)
        await check_in(tx, course, 1, day=1)
        view = await attendance_desk.sittings_of(
            tx, event_id=course.event_id, member=CHIEF, now=NOW
        )
        desk = await attendance_desk.one(
            tx, session_id=course.sessions[1].id, now=NOW, member=CHIEF
        )

    assert [(one.number, one.present) for one in view.sittings] == [(1, 2), (2, 1)]
    assert (view.seats, view.days) == (3, 2)
    assert (desk.sitting.number, desk.code) == (2, course.codes[1])


@pytest.mark.parametrize(
    ("asked", "page", "names"), [(0, 0, 10), (2, 2, 3), (9, 2, 3), (-1, 0, 10)]
)
async def test_tick_list_has_pages_of_ten(
    database: Database, asked: int, page: int, names: int
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, tuple(f"Anna {chr(97 + at)}" for at in range(23)))
        view = await attendance_desk.tick_page(
            tx, session_id=course.sessions[0].id, page=asked, now=NOW, member=CHIEF
        )

    assert (PAGE, view.page, view.pages, len(view.ticks)) == (10, page, 3, names)


async def test_tick_list_shows_who_was_there_and_who_cancelled_afterwards(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        await check_in(tx, course, 0)
        for person in (0, 1):
            await registration.cancel(
                tx,
                registration_id=course.registrations[person],
                person_id=course.persons[person],
                now=FIRST_DAY,
            )
        views = [
            await attendance_desk.tick_page(tx, session_id=one.id, page=0, now=NOW, member=CHIEF)
            for one in course.sessions
        ]

    ticks = [[(one.person.name, one.present) for one in view.ticks] for view in views]
    assert ticks == [[("Anna Wzorowa", True), ("Ewa Żak", False)], [("Ewa Żak", False)]]
    assert [one.person.has_seat for one in views[0].ticks] == [False, True]


async def test_what_is_not_there_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await attendance_desk.sittings_of(tx, event_id=987654, member=CHIEF, now=NOW)
        with pytest.raises(SessionUnknown):
            await attendance_desk.one(tx, session_id=987654, now=NOW, member=CHIEF)
