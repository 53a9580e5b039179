import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage import events
from storage.database import Database, Tx
from storage.events import Event, Programme, Session
from storage.tables import event as table
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_programme

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def _taken(tx: Tx, event_id: int) -> int:
    event = await events.get(tx, event_id)
    assert event is not None
    return event.taken


async def test_get_lock_and_by_key_give_the_same_event(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=20, audience="ngo", deadline_at=NOW)
        event = await events.get(tx, event_id)
        assert event is not None
        locked, by_key = await events.lock(tx, event_id), await events.by_key(tx, event.key)

    assert event == Event(
        id=event_id,
        key=event.key,
        programme_id=event.programme_id,
        title="Budowanie partnerstw",
        kind="training",
        place="Urząd Gminy, sala 12",
        description="",
        capacity=20,
        taken=0,
        audience="ngo",
        deadline_at=NOW,
        zone="Europe/Warsaw",
        state="published",
    )
    assert (locked, by_key) == (event, event)


async def test_unknown_event_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        found = [
            await events.get(tx, 404),
            await events.lock(tx, 404),
            await events.by_key(tx, "nothing"),
        ]

    assert found == [None, None, None]


async def test_locked_event_waits_for_the_other_transaction(
    database: Database, second: Database
) -> None:
    order: list[str] = []
    async with database.transaction() as tx:
        event_id = await make_event(tx)

    async def second_in_line() -> None:
        async with second.transaction() as tx:
            await events.lock(tx, event_id)
            order.append("second")

    async with database.transaction() as tx:
        await events.lock(tx, event_id)
        task = asyncio.create_task(second_in_line())
        await asyncio.sleep(0.05)
        order.append("first")
    await task

    assert order == ["first", "second"]


async def test_upcoming_lists_published_events_that_have_not_ended(database: Database) -> None:
    async with database.transaction() as tx:
        late = await make_event(tx, sessions=[FIRST_DAY + 7 * DAY])
        early = await make_event(tx, sessions=[NOW - DAY, FIRST_DAY])
        await make_event(tx, sessions=[NOW - DAY])
        await make_event(tx, state="draft")
        await make_event(tx, state="cancelled")
        await make_event(tx, sessions=[])
        under_way = await make_event(tx, sessions=[NOW - HOUR])
        found = [one.id for one in await events.upcoming(tx, now=NOW)]

    assert found == [early, under_way, late]


async def test_sessions_come_by_number(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY + DAY, FIRST_DAY])
        found = await events.sessions(tx, event_id)
        again = [await events.get_session(tx, one.id) for one in found]

    assert again == found
    assert found[1] == Session(
        id=found[1].id,
        event_id=event_id,
        number=2,
        starts_at=FIRST_DAY,
        ends_at=FIRST_DAY + 6 * HOUR,
        starts_wall="2027-02-10T09:00",
        ends_wall="2027-02-10T15:00",
        zone="Europe/Warsaw",
        place="Urząd Gminy, sala 12",
        revision=0,
    )


async def test_unknown_session_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(NoResultFound):
            await events.get_session(tx, 404)


async def test_set_state_of_another_state_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        changes = [
            await events.set_state(tx, event_id, expected="published", state="cancelled")
            for _ in range(2)
        ]

    assert changes == [True, False]


async def test_get_programme_without_id_is_the_newest(database: Database) -> None:
    async with database.transaction() as tx:
        nothing = await events.get_programme(tx)
        old, new = await make_programme(tx), await make_programme(tx)
        newest, older = await events.get_programme(tx), await events.get_programme(tx, old)

    assert (nothing, older and older.id) == (None, old)
    assert newest is not None
    assert newest == Programme(
        id=new,
        key=newest.key,
        title="Akademia Współpracy",
        funder_line="Finansowane przez NOWEFIO",
        organiser="Urząd Gminy Miłki",
        contact="Anna Wzorowa, tel. 600 000 000",
    )


@pytest.mark.parametrize(
    ("capacity", "state", "expected"),
    [
        (2, "published", [True, True, False]),
        (0, "published", [False, False, False]),
        (None, "published", [True, True, True]),
        (2, "draft", [False, False, False]),
        (2, "cancelled", [False, False, False]),
    ],
)
async def test_take_seat_while_there_are_seats(
    database: Database, capacity: int | None, state: str, expected: list[bool]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=capacity, state=state)
        seats = [await events.take_seat(tx, event_id) for _ in range(3)]

        assert (seats, await _taken(tx, event_id)) == (expected, expected.count(True))


async def test_take_seat_of_an_overbooked_event_gives_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        for _ in range(2):
            await events.take_seat(tx, event_id)
        await tx.execute(update(table).values(capacity=1))
        await events.free_seat(tx, event_id)

        assert await events.take_seat(tx, event_id) is False


async def test_take_seat_by_sixty_at_once_gives_as_many_as_there_are(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=10)

    async def take(one: Database) -> bool:
        async with one.transaction() as tx:
            return await events.take_seat(tx, event_id)

    seats = await asyncio.gather(*(take(one) for one in (database, second) * 30))

    assert seats.count(True) == 10


async def test_free_seat_that_nobody_took_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await events.free_seat(tx, event_id)


async def test_next_position_only_rises(database: Database) -> None:
    async with database.transaction() as tx:
        first, other = await make_event(tx), await make_event(tx)
        positions = [await events.next_position(tx, one) for one in (first, first, other, first)]
        rows = await tx.scalar(select(func.count()).select_from(table))

    assert (positions, rows) == ([1, 2, 1, 3], 2)
