"""Rows of a paused broadcast wait aside and come back where they were in the line."""

from datetime import timedelta

from sqlalchemy import select, update

from storage import broadcasts as store
from storage import (
    outbox,
    outbox_claims,
    outbox_desk,
    outbox_parking,
    outbox_sweeps,
    staff,
)
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.outbox_claims import Departure
from storage.tables import broadcast
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, entry

MINUTE = timedelta(minutes=1)


async def _broadcast(tx: Tx, key: str = "1") -> int:
    staff_id = await staff.grant(tx, name="Anna", role="coordinator", chat_id=1, now=NOW)
    added = await store.add(
        tx,
        key=key,
        kind="invitation",
        staff_id=staff_id,
        event_id=None,
        audience={},
        content={},
        people=3,
        now=NOW,
    )
    assert added is not None
    return added.id


async def _fill(database: Database, *, rows: int = 3) -> tuple[int, int]:
    """Queue rows of two broadcasts in turn, each a minute after the one before."""
    async with database.transaction() as tx:
        first, second = await _broadcast(tx), await _broadcast(tx, "2")
        entries = [
            entry(
                f"{which}:{number}",
                broadcast_id=which,
                address=f"{which}{number}",
                priority=30,
                due_at=NOW - MINUTE * (2 * rows - 2 * number - (which == second)),
            )
            for number in range(rows)
            for which in (first, second)
        ]
        await outbox.put(tx, entries, now=NOW)
    return first, second


async def _claim(database: Database, *, limit: int = 99) -> list[OutboxRow]:
    async with database.transaction() as tx:
        return await outbox_claims.claim(
            tx, channel="telegram", token="t", now=NOW, lease=LEASE, limit=limit
        )


async def _start(database: Database, rows: list[OutboxRow]) -> set[int]:
    async with database.transaction() as tx:
        departures = [Departure(row) for row in rows]
        return await outbox_claims.start(tx, departures, now=NOW, until=NOW + LEASE)


async def _states(database: Database, broadcast_id: int) -> list[tuple[str, int]]:
    async with database.reading() as tx:
        rows = await tx.execute(
            select(table.c.state, table.c.priority)
            .where(table.c.broadcast_id == broadcast_id)
            .order_by(table.c.id)
        )
        return [(row.state, row.priority) for row in rows]


async def test_parked_rows_are_not_claimed_and_others_are(database: Database) -> None:
    first, second = await _fill(database)

    async with database.transaction() as tx:
        parked = await outbox_parking.park(tx, first)
        again = await outbox_parking.park(tx, first)

    assert (parked, again) == (3, 0)
    assert [row.broadcast_id for row in await _claim(database)] == [second] * 3


async def test_unparked_rows_are_claimed_in_their_old_order(database: Database) -> None:
    first, _ = await _fill(database)
    async with database.transaction() as tx:
        await outbox_parking.park(tx, first)
    async with database.transaction() as tx:
        back = await outbox_parking.unpark(tx, first)

    claimed = await _claim(database)

    assert back == 3
    assert [row.key for row in claimed] == ["1:0", "2:0", "1:1", "2:1", "1:2", "2:2"]


async def test_park_takes_what_a_sender_has_leased_and_not_started(database: Database) -> None:
    first, _ = await _fill(database)
    claimed = await _claim(database)
    mine = [row for row in claimed if row.broadcast_id == first]
    await _start(database, mine[:1])

    async with database.transaction() as tx:
        parked = await outbox_parking.park(tx, first)

    assert parked == 2
    assert await _states(database, first) == [("started", 30), ("retry", 130), ("retry", 130)]
    assert await _start(database, mine[1:]) == set()
    async with database.transaction() as tx:
        await outbox_parking.unpark(tx, first)
    assert [row.attempts for row in await _claim(database)] == [1, 1]


async def test_what_came_back_to_a_paused_broadcast_does_not_start(database: Database) -> None:
    first, second = await _fill(database)
    claimed = await _claim(database)
    async with database.transaction() as tx:
        await tx.execute(update(broadcast).where(broadcast.c.id == first).values(state="paused"))

    started = await _start(database, claimed)

    by_number = {row.id: row.broadcast_id for row in claimed}
    assert {by_number[number] for number in started} == {second}
    assert len(started) == 3


async def test_row_that_its_sender_gives_back_is_parked_by_the_next_look(
    database: Database,
) -> None:
    first, _ = await _fill(database, rows=1)
    [row] = [one for one in await _claim(database) if one.broadcast_id == first]
    await _start(database, [row])
    async with database.transaction() as tx:
        await outbox_parking.park(tx, first)
        await outbox.try_again(tx, row, due_at=NOW, answer="")
    before = await _states(database, first)

    async with database.transaction() as tx:
        parked = await outbox_parking.park(tx, first)

    assert (before, parked) == ([("retry", 30)], 1)
    assert await _states(database, first) == [("retry", 130)]


async def test_parked_rows_are_cancelled_and_missed_as_others(database: Database) -> None:
    first, second = await _fill(database)
    async with database.transaction() as tx:
        await outbox_parking.park(tx, first)
        await outbox_parking.park(tx, second)
        cancelled = await store.cancel_rows(tx, first, now=NOW)
        missed = await outbox_sweeps.miss(tx, now=NOW + timedelta(days=400))

    assert (cancelled, missed) == (3, 3)


async def test_row_that_ended_aside_and_is_sent_again_leaves(database: Database) -> None:
    first, _ = await _fill(database, rows=1)
    async with database.transaction() as tx:
        await outbox_parking.park(tx, first)
        await tx.execute(update(broadcast).where(broadcast.c.id == first).values(state="stopped"))
        await store.cancel_rows(tx, first, now=NOW)
        await store.finish(tx, first, now=NOW)
        number = await tx.scalar(select(table.c.id).where(table.c.broadcast_id == first)) or 0
        row = await outbox_desk.get(tx, number)
        assert row is not None
        again = await outbox_desk.send_again(tx, row, not_after=NOW + MINUTE, now=NOW)

    claimed = [one for one in await _claim(database) if one.broadcast_id == first]

    assert (again, len(claimed)) == (True, 1)
    assert await _start(database, claimed) == {number}
