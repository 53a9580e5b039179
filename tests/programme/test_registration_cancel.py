from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from programme import registration
from programme.refusals import EventOver, NotRegistered
from storage import outbox, registrations
from storage.database import Database
from storage.tables import event as event_table
from storage.tables import outbox as outbox_table
from tests.programme.steps import (
    calendars,
    full_event,
    kinds_to,
    read_event,
    register,
    uids,
)
from tests.storage.rows import FIRST_DAY, NOW, entry, make_event, make_person

SECOND_DAY = FIRST_DAY + timedelta(days=7)
HOUR = timedelta(hours=1)


async def test_cancel_frees_the_seat_and_clears_the_calendar(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        got = (await register(tx, event_id, person_id)).registration_id
        before = await registrations.get(tx, got)
        given_back = await registration.cancel(
            tx, registration_id=got, person_id=person_id, now=NOW
        )

        assert given_back == before
        assert (await read_event(tx, event_id)).taken == 0
        assert await calendars(tx, "registration_cancelled") == [
            {"uid": uid, "sequence": 1, "method": "CANCEL"} for uid in await uids(tx, got)
        ]
        assert await kinds_to(tx, "7") == ["registration_confirmed", "registration_cancelled"]


async def test_cancel_seats_the_first_in_line_and_tells_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=2)
        await registration.cancel(
            tx, registration_id=got[0].registration_id, person_id=persons[0], now=NOW + HOUR
        )
        promoted = await registrations.get(tx, got[1].registration_id)

        assert promoted is not None
        assert (promoted.state, promoted.seated_at) == ("active", NOW + HOUR)
        assert [await kinds_to(tx, chat) for chat in ("1", "2", "3")] == [
            ["registration_confirmed", "registration_cancelled"],
            ["waiting_listed", "promoted"],
            ["waiting_listed"],
        ]
        assert len(await uids(tx, promoted.id)) == 1
        assert (await read_event(tx, event_id)).taken == 1


async def test_cancel_of_a_place_in_line_seats_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=2)
        await registration.cancel(
            tx, registration_id=got[1].registration_id, person_id=persons[1], now=NOW
        )

        assert await kinds_to(tx, "2") == ["waiting_listed", "registration_cancelled"]
        assert await registrations.count_open(tx, event_id) == {"active": 1, "waiting": 1}


async def test_cancel_twice_is_refused_and_frees_one_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=0)
        cancel = partial(
            registration.cancel,
            tx,
            registration_id=got[0].registration_id,
            person_id=persons[0],
            now=NOW,
        )
        await cancel()
        with pytest.raises(NotRegistered):
            await cancel()

        assert (await read_event(tx, event_id)).taken == 0


async def test_cancel_of_somebody_else_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=1)
        with pytest.raises(NotRegistered):
            await registration.cancel(
                tx, registration_id=got[0].registration_id, person_id=persons[1], now=NOW
            )

        assert (await read_event(tx, event_id)).taken == 1


async def test_cancel_of_an_unknown_registration_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        with pytest.raises(NotRegistered):
            await registration.cancel(tx, registration_id=404, person_id=person_id, now=NOW)


async def test_cancel_takes_a_reminder_out_of_the_outbox(database: Database) -> None:
    async with database.transaction() as tx:
        _, persons, got = await full_event(tx, waiting=0)
        ours = f"reminder:{got[0].registration_id}:5:telegram"
        other = f"reminder:{got[0].registration_id}1:5:telegram"
        await outbox.put(tx, [entry(ours), entry(other)], now=NOW)
        await registration.cancel(
            tx, registration_id=got[0].registration_id, person_id=persons[0], now=NOW
        )
        cancelled = await tx.execute(
            select(outbox_table.c.key).where(outbox_table.c.state == "cancelled")
        )

        assert list(cancelled.scalars()) == [ours]


async def test_promote_after_more_seats_fills_them_in_order(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _, got = await full_event(tx, waiting=3)
        await tx.execute(update(event_table).values(capacity=3))
        moved = await registration.promote(tx, event_id=event_id, now=NOW)
        again = await registration.promote(tx, event_id=event_id, now=NOW)
        [last] = await registrations.of_event(tx, event_id, state="waiting")

    assert (moved, again, last.id) == (2, 0, got[3].registration_id)


@pytest.mark.parametrize(
    ("state", "now"), [("published", FIRST_DAY), ("cancelled", NOW), ("draft", NOW)]
)
async def test_promote_seats_nobody(database: Database, state: str, now: datetime) -> None:
    async with database.transaction() as tx:
        event_id, _, _ = await full_event(tx, waiting=1)
        await tx.execute(update(event_table).values(capacity=5, state=state))

        assert await registration.promote(tx, event_id=event_id, now=now) == 0


async def test_promote_for_an_unknown_event_seats_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        assert await registration.promote(tx, event_id=404, now=NOW) == 0


async def test_cancel_after_the_event_is_refused_and_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=1)
        with pytest.raises(EventOver):
            await registration.cancel(
                tx,
                registration_id=got[0].registration_id,
                person_id=persons[0],
                now=FIRST_DAY + 6 * HOUR,
            )

        assert await kinds_to(tx, "1") == ["registration_confirmed"]
        assert await registrations.count_open(tx, event_id) == {"active": 1, "waiting": 1}


async def test_cancel_between_two_days_of_an_event_is_possible(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        person_id = await make_person(tx, chat=7)
        got = (await register(tx, event_id, person_id)).registration_id
        await registration.cancel(
            tx, registration_id=got, person_id=person_id, now=FIRST_DAY + 7 * HOUR
        )

        assert (await read_event(tx, event_id)).taken == 0
