from typing import Any

import pytest
from sqlalchemy import select

from programme import capacity
from programme.capacity import Changed
from programme.refusals import EventCancelled, EventUnknown
from programme.seat_refusals import CapacityWrong
from storage import offers
from storage.database import Database
from storage.tables import audit
from tests.programme.line import HOUR, come, heard, leave, make_member, offer_of, one_seat, taken
from tests.programme.steps import read_event
from tests.storage.rows import FIRST_DAY, NOW, make_event


async def test_more_seats_go_to_the_line_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _ = await one_seat(tx, waiting=3)
        member = await make_member(tx)
        changed = await capacity.change(tx, event_id=event_id, capacity=3, member=member, now=NOW)

        assert changed == Changed(moved=2, overbooked=0)
        assert [(await heard(tx, chat))[-1] for chat in (2, 3, 4)] == [
            "promoted",
            "promoted",
            "waiting_listed",
        ]
        row = (await tx.execute(select(audit))).one()
        assert (row.action, row.staff_id) == ("capacity", member.id)
        assert row.detail == {"event": event_id, "before": 1, "after": 3}


async def test_room_for_everyone_takes_in_the_whole_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _ = await one_seat(tx, waiting=3)
        changed = await capacity.change(
            tx, event_id=event_id, capacity=None, member=await make_member(tx), now=NOW
        )

        assert (changed, await taken(tx, event_id)) == (Changed(3, 0), 4)


async def test_fewer_seats_than_taken_throw_nobody_out(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=4)
        got = [await come(tx, event_id, chat) for chat in (1, 2, 3, 4, 5)]
        member = await make_member(tx)
        changed = await capacity.change(tx, event_id=event_id, capacity=2, member=member, now=NOW)
        assert changed == Changed(moved=0, overbooked=2)
        for one in got[:2]:
            await leave(tx, one)
        assert capacity.overbooked(await read_event(tx, event_id)) == 0
        assert (await heard(tx, 5)) == ["waiting_listed"]
        await leave(tx, got[2])

        assert (await heard(tx, 5)) == ["waiting_listed", "promoted"]
        assert await taken(tx, event_id) == 2


async def test_fewer_seats_leave_held_ones_held_and_withdraw_what_held_none(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member = await make_member(tx)
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        none: dict[str, Any] = {"capacity": 0, "member": member}
        held = await capacity.change(tx, event_id=event_id, now=NOW, **none)
        assert held == Changed(0, overbooked=1)
        assert (await offer_of(tx, got[1])).holds_seat

        last, others = await one_seat(tx, waiting=1, last_minute_hours=48)
        now = FIRST_DAY - 20 * HOUR
        await leave(tx, others[0], now=now)
        assert not (await offer_of(tx, others[1])).holds_seat
        assert await capacity.change(tx, event_id=last, now=now, **none) == Changed(0, 0)
        assert await offers.open_of(tx, others[1].registration_id) is None


async def test_same_number_changes_and_records_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _ = await one_seat(tx, waiting=0)
        member = await make_member(tx)
        same = await capacity.change(tx, event_id=event_id, capacity=1, member=member, now=NOW)

        assert same == Changed(0, 0)
        assert (await tx.execute(select(audit))).all() == []


@pytest.mark.parametrize("wrong", [-1, 10_001])
async def test_number_that_cannot_be_is_refused(database: Database, wrong: int) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx), await make_member(tx)
        with pytest.raises(CapacityWrong):
            await capacity.change(tx, event_id=event_id, capacity=wrong, member=member, now=NOW)


async def test_event_that_is_not_there_or_cancelled_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_member(tx)
        wanted: dict[str, Any] = {"capacity": 5, "member": member, "now": NOW}
        for event_id, refusal in (
            (404, EventUnknown),
            (await make_event(tx, state="draft"), EventUnknown),
            (await make_event(tx, state="cancelled"), EventCancelled),
        ):
            with pytest.raises(refusal):
                await capacity.change(tx, event_id=event_id, **wanted)
