"""The same attendance from two sides at the same moment, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable

from programme import attendance, registration
from programme.attendance import CheckedIn
from programme.refusals import Refusal
from storage import staff
from storage.database import Database, Tx
from tests.programme.attendance_steps import check_in, make_course, make_member, present
from tests.storage.rows import FIRST_DAY


async def _at_once(
    databases: tuple[Database, Database], *steps: Callable[[Tx], Awaitable[object]]
) -> list[object]:
    async def take(database: Database, step: Callable[[Tx], Awaitable[object]]) -> object:
        async with database.transaction() as tx:
            try:
                return await step(tx)
            except Refusal as refusal:
                return refusal

    return await asyncio.gather(
        *(take(databases[at % 2], step) for at, step in enumerate(steps)), return_exceptions=True
    )


async def test_code_typed_twice_at_once_is_noted_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)

    got = await _at_once((database, second), *[lambda tx: check_in(tx, course)] * 6)

    assert sorted(isinstance(one, CheckedIn) and one.fresh for one in got) == [False] * 5 + [True]
    async with database.reading() as tx:
        assert await present(tx, course) == [(0, 0, True)]


async def test_two_of_staff_tick_the_same_person_at_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        members = [await make_member(tx, chat=chat) for chat in (901, 902)]

    def ticking(at: int) -> Callable[[Tx], Awaitable[bool]]:
        return lambda tx: attendance.correct(
            tx,
            session_id=course.sessions[0].id,
            registration_id=course.registrations[0],
            present=True,
            member=members[at],
            now=FIRST_DAY,
        )

    got = await _at_once((database, second), ticking(0), ticking(1))

    assert sorted(map(str, got)) == ["False", "True"]
    async with database.reading() as tx:
        assert await present(tx, course) == [(0, 0, True)]
        assert len(await staff.audit_trail(tx, limit=5)) == 1


async def test_code_of_a_session_is_made_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, days=1)
        await tx.exec_driver_sql("DELETE FROM attendance_code")

    def asking(tx: Tx) -> Awaitable[str]:
        return attendance.code_of(tx, session_id=course.sessions[0].id, now=FIRST_DAY)

    got = await _at_once((database, second), *[asking] * 6)

    assert (len(set(map(str, got))), len(str(got[0]))) == (1, 6)


async def test_check_in_while_the_person_cancels_is_one_before_the_other(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)

    def cancelling(tx: Tx) -> Awaitable[object]:
        return registration.cancel(
            tx,
            registration_id=course.registrations[0],
            person_id=course.persons[0],
            now=FIRST_DAY,
        )

    got = await _at_once((database, second), lambda tx: check_in(tx, course), cancelling)

    async with database.reading() as tx:
        noted = await present(tx, course)
    assert not isinstance(got[1], BaseException)
    assert noted == ([] if isinstance(got[0], Refusal) else [(0, 0, True)])
