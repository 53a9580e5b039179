"""Calendars, people and staff at the same moment, by two processes, on both databases."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import update

from programme import giving_up, registration
from programme.refusals import AlreadyRegistered, NotRegistered
from programme.registration import Registered
from storage import calendar_answers, events, registrations
from storage.database import Database, Tx
from storage.registrations import Registration
from storage.tables import registration as registration_table
from tests.programme.answering import JAN, SECOND, hear, invited, said, uid_of
from tests.programme.at_once import Step, at_once
from tests.programme.line import come, heard, person, read, taken
from tests.programme.steps import kinds_to
from tests.storage.rows import NOW, make_event

LATER = NOW + 60 * SECOND


@pytest.mark.parametrize("order", [1, -1])
async def test_calendar_and_staff_at_once_free_one_seat(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id)
        for chat in (6, 7):
            await come(tx, event_id, chat)
        who, uid = await person(tx, got), await uid_of(tx, got)
    steps: list[Step] = [
        lambda tx: hear(tx, said(uid, "DECLINED")),
        lambda tx: registration.cancel(tx, **who, reason="zmiana", now=NOW),
    ]

    ends = await at_once((database, second), steps[::order])

    by_calendar, by_staff = ends[::order]
    assert (by_calendar, type(by_staff)) in [
        (("gave_up",), NotRegistered),
        (("over",), Registration),
    ]
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 1
        assert await heard(tx, 6) == ["waiting_listed", "promoted"]
        assert await heard(tx, 7) == ["waiting_listed"]
        last = (await kinds_to(tx, JAN))[1:]
    assert last in (["seat_given_up"], ["registration_cancelled"])


@pytest.mark.parametrize("order", [1, -1])
async def test_calendar_and_another_who_cancels_pass_two_seats_on(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        got, other = await invited(tx, event_id), await come(tx, event_id, 5)
        for chat in (6, 7, 8):
            await come(tx, event_id, chat)
        who, uid = await person(tx, other), await uid_of(tx, got)
    steps: list[Step] = [
        lambda tx: hear(tx, said(uid, "DECLINED")),
        lambda tx: registration.cancel(tx, **who, now=NOW),
    ]

    ends = await at_once((database, second), steps[::order])

    assert [one for one in ends if isinstance(one, BaseException)] == []
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 2
        assert [await heard(tx, chat) for chat in (6, 7, 8)] == [
            ["waiting_listed", "promoted"],
            ["waiting_listed", "promoted"],
            ["waiting_listed"],
        ]


async def test_two_calendars_of_one_person_say_no_at_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id)
        uid = await uid_of(tx, got)

    ends = await at_once(
        (database, second),
        [
            partial(_say, uid=uid, seconds=0),
            partial(_say, uid=uid, seconds=1),
        ],
    )

    assert sorted(str(one) for one in ends) == ["('gave_up',)", "('over',)"]
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 0
        assert await kinds_to(tx, JAN) == ["registration_confirmed", "seat_given_up"]


async def _say(tx: Tx, *, uid: str, seconds: int) -> tuple[str, ...]:
    return await hear(tx, said(uid, "DECLINED", at=NOW + seconds * SECOND), now=LATER)


async def _declined(tx: Tx) -> tuple[int, Registered]:
    event_id = await make_event(tx, capacity=5)
    got = await invited(tx, event_id)
    await hear(tx, said(await uid_of(tx, got), "DECLINED"))
    return event_id, got


async def test_two_taps_on_undo_at_once_take_one_seat(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await _declined(tx)
        who = await person(tx, got)

    ends = await at_once((database, second), [partial(giving_up.undo, **who, now=LATER)] * 2)

    assert sorted(type(one).__name__ for one in ends) == ["AlreadyRegistered", "Registered"]
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 1
        assert await kinds_to(tx, JAN) == [
            "registration_confirmed",
            "seat_given_up",
            "registration_confirmed",
        ]


async def test_two_taps_on_undo_take_two_seats_when_the_guards_are_taken_out(
    backend: str, database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: no lock, and no condition in the UPDATEs.

    On SQLite a transaction begins with BEGIN IMMEDIATE, so nobody comes between even then.
    """
    async with database.transaction() as tx:
        event_id, got = await _declined(tx)
        who = await person(tx, got)
    pause = partial(asyncio.sleep, 0.02) if backend == "sqlite" else asyncio.Barrier(2).wait

    async def mark(_tx: Tx, _reply_id: int, **_: object) -> bool:
        await pause()
        return True

    async def reopen(tx: Tx, registration_id: int, *, state: str, **_: object) -> bool:
        this = registration_table.c.id == registration_id
        await tx.execute(update(registration_table).where(this).values(state=state))
        return True

    monkeypatch.setattr(events, "lock", events.get)
    monkeypatch.setattr(calendar_answers, "mark_undone", mark)
    monkeypatch.setattr(calendar_answers, "reopen", reopen)

    ends = await at_once((database, second), [partial(giving_up.undo, **who, now=LATER)] * 2)

    kinds = sorted(type(one).__name__ for one in ends)
    async with database.reading() as tx:
        counted = await taken(tx, event_id)
        seated = (await registrations.count_open(tx, event_id))["active"]
    if backend == "sqlite":
        assert (kinds, counted, seated) == (["AlreadyRegistered", "Registered"], 1, 1)
    else:
        assert (kinds, counted, seated) == (["Registered", "Registered"], 2, 1)


@pytest.mark.parametrize("order", [1, -1])
async def test_undo_and_a_newcomer_at_once_share_the_last_seat_by_one_of_them(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id)
        await hear(tx, said(await uid_of(tx, got), "DECLINED"))
        who = await person(tx, got)
    steps: list[Step] = [
        partial(giving_up.undo, **who, now=LATER),
        partial(come, event_id=event_id, chat=9),
    ]

    ends = await at_once((database, second), steps[::order])

    states = sorted(one.state for one in ends if isinstance(one, Registered))
    assert states == ["active", "waiting"]
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 1


async def test_undo_and_registering_anew_at_once_leave_one_registration(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id, got = await _declined(tx)
        who = await person(tx, got)
        person_id = (await read(tx, got)).person_id

    ends = await at_once(
        (database, second),
        [
            partial(giving_up.undo, **who, now=LATER),
            partial(
                registration.register,
                event_id=event_id,
                person_id=person_id,
                door="web",
                now=LATER,
            ),
        ],
    )

    assert sum(isinstance(one, Registered) for one in ends) == 1
    assert sum(isinstance(one, AlreadyRegistered) for one in ends) == 1
    async with database.reading() as tx:
        assert await taken(tx, event_id) == 1
