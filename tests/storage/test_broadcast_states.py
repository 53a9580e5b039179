"""The steps of a broadcast: each is taken once, and only from where it leads."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from storage import broadcast_states as states
from storage import broadcasts, staff
from storage.broadcasts import Broadcast
from storage.database import Database, Tx
from storage.tables import broadcast
from tests.storage.rows import NOW, make_event

SOON = NOW + timedelta(seconds=30)


async def _add(tx: Tx, key: str = "chat:1:1", **changes: Any) -> Broadcast:
    staff_id = await staff.grant(tx, name="Anna", role="coordinator", chat_id=1, now=NOW)
    values: dict[str, Any] = {
        "kind": "invitation",
        "staff_id": staff_id,
        "event_id": None,
        "audience": {"kinds": ["ngo"]},
        "content": {"subject": "Zaproszenie"},
        "people": 3,
        "state": states.PLANNED,
        "starts_at": SOON,
        "now": NOW,
    }
    added = await broadcasts.add(tx, key=key, **(values | changes))
    assert added is not None
    return added


async def _state(tx: Tx, added: Broadcast) -> str:
    return (await broadcasts.get(tx, added.id)).state


async def test_add_keeps_the_plan(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx, late_joiners=True)

        assert (added.state, added.starts_at, added.late_joiners) == ("planned", SOON, True)
        assert (added.cursor, added.ceiling, added.looked_at, added.because) == (0, 0, None, "")


async def test_open_due_waits_for_the_moment(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)

        early = await states.open_due(tx, added.id, ceiling=9, now=NOW)
        opened = await states.open_due(tx, added.id, ceiling=9, now=SOON)
        again = await states.open_due(tx, added.id, ceiling=99, now=SOON)

        known = await broadcasts.get(tx, added.id)
        assert (early, opened, again) == (False, True, False)
        assert (known.state, known.ceiling, known.looked_at) == ("queueing", 9, SOON)


async def test_open_due_of_an_empty_list_is_opened_all_the_same(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)

        assert await states.open_due(tx, added.id, ceiling=0, now=SOON)

        assert (await broadcasts.get(tx, added.id)).ceiling == 1


async def test_advance_is_told_from_where_it_stands(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        planned = await states.advance(tx, added.id, after=0, cursor=5)
        await states.open_due(tx, added.id, ceiling=9, now=SOON)

        first = await states.advance(tx, added.id, after=0, cursor=5)
        behind = await states.advance(tx, added.id, after=0, cursor=6)

        assert (planned, first, behind) == (False, True, False)
        assert (await broadcasts.get(tx, added.id)).cursor == 5


async def test_complete_counts_the_rows_and_reaches_the_ceiling(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        await states.open_due(tx, added.id, ceiling=9, now=SOON)

        done = await states.complete(tx, added.id, people=2)
        again = await states.complete(tx, added.id, people=7)

        known = await broadcasts.get(tx, added.id)
        assert (done, again) == (True, False)
        assert (known.state, known.people, known.cursor) == ("running", 2, 9)


@pytest.mark.parametrize("state", [*states.ALIVE, states.STOPPED])
async def test_change_leads_only_from_where_it_is_expected(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        added = await _add(tx, state=state)

        changed = await states.change(
            tx, added.id, expected=states.GOING, state=states.PAUSED, because="staff"
        )

        assert changed == (state in states.GOING)
        assert (await _state(tx, added) == states.PAUSED) == (state in (*states.GOING, "paused"))


async def test_finish_waits_until_everybody_is_queued(database: Database) -> None:
    async with database.transaction() as tx:
        waiting = [
            await _add(tx, f"chat:1:{number}", state=state)
            for number, state in enumerate((states.PLANNED, states.QUEUEING, states.PAUSED))
        ]
        over = [await _add(tx, f"chat:2:{state}", state=state) for state in broadcasts.COMPLETE]

        assert [await broadcasts.finish(tx, one.id, now=NOW) for one in waiting] == [False] * 3
        assert [await broadcasts.finish(tx, one.id, now=NOW) for one in over] == [True, True]


async def test_to_queue_lists_what_is_due_and_what_is_half_done(database: Database) -> None:
    async with database.transaction() as tx:
        later = await _add(tx, "chat:1:1", starts_at=SOON + timedelta(hours=1))
        due = await _add(tx, "chat:1:2")
        half = await _add(tx, "chat:1:3", state=states.QUEUEING, starts_at=NOW)
        await _add(tx, "chat:1:4", state=states.PAUSED)
        await _add(tx, "chat:1:5", state=states.RUNNING)

        assert await states.to_queue(tx, now=NOW) == [half.id]
        assert await states.to_queue(tx, now=SOON) == [half.id, due.id]
        assert await states.to_queue(tx, now=SOON + timedelta(hours=1)) == [
            half.id,
            due.id,
            later.id,
        ]


async def test_planned_lists_paused_plans_too_and_the_next_start_does_not(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        later = await _add(tx, "chat:1:1", starts_at=SOON + timedelta(hours=1))
        paused = await _add(tx, "chat:1:2", state=states.PAUSED)
        begun = await _add(tx, "chat:1:3", state=states.PAUSED)
        await tx.execute(update(broadcast).where(broadcast.c.id == begun.id).values(ceiling=9))

        listed = await states.planned(tx)
        soon = await states.planned(tx, until=SOON)

        assert [one.id for one in listed] == [paused.id, later.id]
        assert [one.id for one in soon] == [paused.id]
        assert await states.next_start(tx) == later.starts_at


async def test_planned_of_is_what_somebody_wrote_and_what_has_not_begun(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        mine = await _add(tx, "chat:1:1")
        await _add(tx, "chat:1:2", state=states.QUEUEING)

        assert [one.id for one in await states.planned_of(tx, mine.staff_id)] == [mine.id]
        assert await states.planned_of(tx, mine.staff_id + 1) == []


async def test_resting_is_what_must_not_leave_until_it_is_reported(database: Database) -> None:
    async with database.transaction() as tx:
        paused = await _add(tx, "chat:1:1", state=states.PAUSED)
        stopped = await _add(tx, "chat:1:2", state=states.STOPPED)
        await _add(tx, "chat:1:3", state=states.RUNNING)
        before = await states.resting(tx)
        await broadcasts.finish(tx, stopped.id, now=NOW)

        assert [one.id for one in before] == [paused.id, stopped.id]
        assert [one.id for one in await states.resting(tx)] == [paused.id]


async def test_looks_for_late_joiners_come_again_and_end(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx, late_joiners=True)
        await _add(tx, "chat:1:2", state=states.RUNNING)
        await states.open_due(tx, added.id, ceiling=9, now=SOON)
        await states.complete(tx, added.id, people=2)

        async def due(after: int) -> list[int]:
            moment = SOON + timedelta(minutes=after)
            return [one.id for one in await states.for_late_joiners(tx, looked_before=moment)]

        first = await due(-1), await due(0)
        await states.note_look(tx, added.id, now=SOON + timedelta(hours=1))
        second = await due(59), await due(60)
        await states.look_no_more(tx, added.id)

        assert (first, second) == (([], [added.id]), ([], [added.id]))
        assert await due(600) == []


async def test_hold_of_event_finds_what_is_alive(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        first = await _add(tx, "chat:1:1", event_id=event_id)
        second = await _add(tx, "chat:1:2", event_id=event_id, state=states.RUNNING)
        await _add(tx, "chat:1:3", event_id=event_id, state=states.STOPPED)
        await _add(tx, "chat:1:4")

        held = await states.hold_of_event(tx, event_id)

        assert [one.id for one in held] == [first.id, second.id]
        assert await states.hold(tx, first.id) == first
        assert await states.hold(tx, 99) is None
