"""Answers, decisions and the clock at the same moment, by two processes, on both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from programme import approval, capacity, registration, seating, waiting_list
from programme.refusals import NotRegistered
from programme.registration import Registered
from programme.seat_refusals import EventFull, NothingToDecide, OfferOver, SeatGone
from storage import events, offers, registrations
from storage.database import Database, Tx
from storage.events import Event
from storage.registrations import Registration
from storage.tables import event as event_table
from tests.programme.at_once import Step, at_once
from tests.programme.line import (
    HOUR,
    come,
    heard,
    leave,
    make_member,
    one_seat,
    person,
    send,
)
from tests.programme.steps import read_event
from tests.storage.rows import FIRST_DAY, NOW, make_event

CROWD = 60
DAY_BEFORE = FIRST_DAY - 22 * HOUR
LATE = NOW + 4 * HOUR


async def _asked(tx: Tx, *, seats: int, people: int) -> tuple[int, list[dict[str, Any]]]:
    """Put a crowd in line, free seats shortly before the event, and ask everybody."""
    event_id = await make_event(tx, capacity=0, last_minute_hours=48)
    line = [await come(tx, event_id, chat) for chat in range(1, people + 1)]
    await events.set_capacity(tx, event_id, seats)
    asked = await registration.promote(tx, event_id=event_id, now=DAY_BEFORE)
    assert asked == people
    await send(tx, now=DAY_BEFORE)
    return event_id, [await person(tx, one) for one in line]


def _accepting(who: dict[str, Any]) -> Step:
    return lambda tx: waiting_list.accept_offer(tx, **who, now=DAY_BEFORE)


async def _standing(tx: Tx, event_id: int) -> tuple[int, int, int, int]:
    """Give seats counted, people seated, seats held and people in line."""
    counts = await registrations.count_open(tx, event_id)
    held = await offers.count_held(tx, event_id)
    return (await read_event(tx, event_id)).taken, counts["active"], held, counts["waiting"]


@pytest.mark.parametrize("seats", [1, 10])
async def test_last_minute_seats_go_to_as_many_of_a_crowd_that_answers_at_once(
    database: Database, second: Database, seats: int
) -> None:
    async with database.transaction() as tx:
        event_id, people = await _asked(tx, seats=seats, people=CROWD)

    got = await at_once((database, second), [_accepting(one) for one in people])

    kinds = [type(one) for one in got]
    assert (kinds.count(Registered), kinds.count(SeatGone)) == (seats, CROWD - seats)
    async with database.reading() as tx:
        assert await _standing(tx, event_id) == (seats, seats, 0, CROWD - seats)
        told = [await heard(tx, chat) for chat in range(1, CROWD + 1)]
    assert [one.count("registration_confirmed") for one in told].count(1) == seats
    assert {len(one) for one in told} == {2, 3}


def _taking_without_guard(pause: Callable[[], Awaitable[object]]) -> object:
    async def take(tx: Tx, event_id: int) -> bool:
        """Look whether there is a free seat, pause, and take one if there was."""
        seen = await read_event(tx, event_id)
        await pause()
        if seating.is_full(seen):
            return False
        await tx.execute(update(event_table).values(taken=event_table.c.taken + 1))
        return True

    return take


async def test_last_minute_seat_is_sold_more_than_once_when_the_guards_are_taken_out(
    backend: str, database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: no lock, no condition in the UPDATE.

    On SQLite a transaction begins with BEGIN IMMEDIATE, so nobody comes between even then.
    """
    async with database.transaction() as tx:
        event_id, people = await _asked(tx, seats=1, people=4)
    # Where they can, all have looked before anybody sits down.
    pause = partial(asyncio.sleep, 0.02) if backend == "sqlite" else asyncio.Barrier(4).wait
    monkeypatch.setattr(events, "take_seat", _taking_without_guard(pause))
    monkeypatch.setattr(events, "lock", events.get)

    async def keep_offers(*_: object, **__: object) -> None:
        """Leave the offers of the others open, as nobody knows yet that the seat has gone."""

    monkeypatch.setattr(seating, "seat_went", keep_offers)

    await at_once((database, second), [_accepting(one) for one in people])

    async with database.reading() as tx:
        sold = (await registrations.count_open(tx, event_id))["active"]
    assert sold == (1 if backend == "sqlite" else 4)


@pytest.mark.parametrize("seat", range(6))
async def test_answer_and_end_of_an_offer_at_once_have_one_outcome(
    database: Database, second: Database, seat: int
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        await send(tx)
        who = await person(tx, got[1])
    steps: list[Step] = [
        lambda tx: waiting_list.accept_offer(tx, **who, now=LATE - HOUR),
        lambda tx: waiting_list.turn(tx, now=LATE),
    ]

    ends = await at_once((database, second), steps if seat % 2 else steps[::-1])

    accepted = [one for one in ends if isinstance(one, Registered)]
    refused = [one for one in ends if isinstance(one, OfferOver)]
    turned = [one for one in ends if isinstance(one, int)]
    assert (len(accepted), len(refused), turned) in [(1, 0, [0]), (0, 1, [2])]
    async with database.reading() as tx:
        standing = await _standing(tx, event_id)
        told = await heard(tx, 2)
    if accepted:
        assert standing == (1, 1, 0, 1)
        assert told == ["waiting_listed", "seat_offered", "registration_confirmed"]
    else:
        assert standing == (1, 0, 1, 0)
        assert told == ["waiting_listed", "seat_offered", "offer_expired"]


@pytest.mark.parametrize("order", [1, -1])
async def test_answer_and_cancel_at_once_end_without_a_seat_and_pass_it_on(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        who = await person(tx, got[1])
    steps: list[Step] = [
        lambda tx: waiting_list.accept_offer(tx, **who, now=NOW),
        lambda tx: registration.cancel(tx, **who, now=NOW),
    ]

    ends = await at_once((database, second), steps[::order])

    assert [isinstance(one, Registration) for one in ends].count(True) == 1
    assert [isinstance(one, Registered | NotRegistered) for one in ends].count(True) == 1
    async with database.reading() as tx:
        assert await _standing(tx, event_id) == (1, 0, 1, 0)
        assert (await heard(tx, 2))[-1] == "registration_cancelled"
        assert (await heard(tx, 3))[-1] == "seat_offered"


@pytest.mark.parametrize("selection", ["first_come", "staff"])
async def test_two_of_staff_say_yes_at_once_and_one_is_late(
    database: Database, second: Database, selection: str
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=5, approval="staff", selection=selection)
        got = await come(tx, event_id, 1)
        members = [await make_member(tx, chat=chat) for chat in (900, 901)]

    ends = await at_once(
        (database, second),
        [
            partial(approval.approve, registration_id=got.registration_id, member=member, now=NOW)
            for member in members
        ],
    )

    assert sorted(type(one).__name__ for one in ends) == ["NothingToDecide", "Registered"]
    async with database.reading() as tx:
        assert await _standing(tx, event_id) == (1, 1, 0, 0)
        assert await heard(tx, 1) == ["application_received", "registration_confirmed"]


async def test_staff_pick_more_than_there_are_seats_at_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=3, selection="staff")
        got = [await come(tx, event_id, chat) for chat in range(1, 13)]
        member = await make_member(tx)

    ends = await at_once(
        (database, second),
        [
            partial(approval.approve, registration_id=one.registration_id, member=member, now=NOW)
            for one in got
        ],
    )

    kinds = [type(one) for one in ends]
    assert (kinds.count(Registered), kinds.count(EventFull)) == (3, 9)
    assert NothingToDecide not in kinds
    async with database.reading() as tx:
        assert await _standing(tx, event_id) == (3, 3, 0, 0)


@pytest.mark.parametrize("offer_hours", [0, 4])
async def test_seats_change_while_people_register(
    database: Database, second: Database, offer_hours: int
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=10, offer_hours=offer_hours)
        member = await make_member(tx)
    coming: list[Step] = [partial(come, event_id=event_id, chat=chat) for chat in range(1, 31)]

    def change(seats: int) -> Step:
        return partial(capacity.change, event_id=event_id, capacity=seats, member=member, now=NOW)

    ends = await at_once(
        (database, second), [*coming[:10], change(5), *coming[10:20], change(12), *coming[20:]]
    )

    assert [one for one in ends if isinstance(one, BaseException)] == []
    async with database.reading() as tx:
        counted, seated, held, line = await _standing(tx, event_id)
        seats = (await read_event(tx, event_id)).capacity
    assert seats in {5, 12}
    assert counted == seated + held
    assert seated + held + line == 30
    # Whoever sat down before the number fell stays, and no seat is free beside the line.
    assert seats <= counted <= 12


async def test_turn_locks_events_by_rising_number(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as tx:
        room, _ = await one_seat(tx, waiting=1)
        due, got = await one_seat(tx, waiting=1, offer_hours=3)
        await leave(tx, got[0])
        await events.set_capacity(tx, room, 2)
    locked = []
    lock = events.lock

    async def note(tx: Tx, event_id: int) -> Event | None:
        locked.append(event_id)
        return await lock(tx, event_id)

    monkeypatch.setattr(events, "lock", note)
    async with database.transaction() as tx:
        await waiting_list.turn(tx, now=LATE)

    assert (locked, set(locked)) == (sorted(locked), {room, due})
