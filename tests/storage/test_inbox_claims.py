"""Several processes share what has arrived: nobody waits, and each person's order is kept."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text, true

from storage import inbox
from storage.database import Database
from storage.inbox import Arrival, InboxRow
from storage.work_tables import inbox as table
from tests.storage.rows import NOW


async def _accept(database: Database, *lanes: str) -> list[InboxRow]:
    arrivals = [Arrival("telegram", str(key), lane, "{}") for key, lane in enumerate(lanes)]
    async with database.transaction() as tx:
        await inbox.accept(tx, arrivals, now=NOW)
        rows = await tx.execute(select(table).order_by(table.c.id))
        return [
            InboxRow(row.id, row.source, row.key, row.lane, row.payload, 0, row.received_at)
            for row in rows
        ]


async def _finish(database: Database, row: InboxRow) -> bool:
    async with database.transaction() as tx:
        return await inbox.finish(tx, row.id, now=NOW)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_row_in_the_hands_of_another_is_passed_over_without_waiting(
    database: Database, second: Database
) -> None:
    first, later, other = await _accept(database, "a", "a", "b")

    async with database.transaction() as tx:
        assert await inbox.finish(tx, first.id, now=NOW)
        async with asyncio.timeout(60):
            meanwhile = [await _finish(second, row) for row in (first, later, other)]
    afterwards = [await _finish(second, row) for row in (first, later)]

    assert (meanwhile, afterwards) == ([False, False, True], [False, True])


async def test_later_arrival_of_a_lane_is_not_taken_before_the_older_one(
    database: Database, second: Database
) -> None:
    first, later = await _accept(database, "a", "a")

    early = await _finish(second, later)
    in_order = [await _finish(database, first), await _finish(second, later)]

    assert (early, in_order) == (False, [True, True])


async def test_without_the_guard_the_order_of_a_lane_is_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_is_first", lambda _row: true())
    monkeypatch.setattr(inbox, "_FINISH", inbox._finishing())
    _, later = await _accept(database, "a", "a")

    assert await _finish(database, later)


async def test_lane_of_an_arrival_that_failed_rests_in_every_process(
    database: Database, second: Database
) -> None:
    first, later = await _accept(database, "a", "a")
    async with database.transaction() as tx:
        await inbox.note_failure(tx, first, error="x", now=NOW, pause=timedelta(seconds=2))

    async with second.reading() as tx:
        resting = await inbox.waiting(tx, source="telegram", now=NOW, limit=9, except_lanes=set())
        after = NOW + timedelta(seconds=2)
        rested = await inbox.waiting(tx, source="telegram", now=after, limit=9, except_lanes=set())

    assert resting == []
    assert [row.id for row in rested] == [first.id]
    assert not await _finish(second, later)


async def test_tries_of_two_processes_add_up(database: Database, second: Database) -> None:
    [row] = await _accept(database, "a")
    verdicts = []

    # Each has read the row before the other one failed.
    for one in (database, second, database):
        async with one.transaction() as tx:
            verdicts.append(await inbox.note_failure(tx, row, error="x", now=NOW))

    assert verdicts == [False, False, True]


async def test_failure_of_a_row_that_another_has_ended_changes_nothing(
    database: Database, second: Database
) -> None:
    [row] = await _accept(database, "a")
    await _finish(second, row)

    async with database.transaction() as tx:
        poisonous = await inbox.note_failure(tx, row, error="x", now=NOW)
        counts = await inbox.count_by_state(tx)

    assert (poisonous, counts) == (False, {"done": 1})


async def test_many_workers_on_two_connections_end_every_row_once_and_in_order(
    database: Database, second: Database
) -> None:
    await _accept(database, *(f"lane {number % 7}" for number in range(70)))
    ended: list[InboxRow] = []

    async def work(one: Database) -> None:
        while True:
            async with one.reading() as tx:
                rows = await inbox.waiting(
                    tx, source="telegram", now=NOW, limit=3, except_lanes=set()
                )
            if not rows:
                return
            for row in rows:
                async with one.transaction() as tx:
                    if await inbox.finish(tx, row.id, now=NOW):
                        # Still locked, so that nobody can note a later one before.
                        ended.append(row)

    await asyncio.gather(*(work(one) for one in (database, second) for _ in range(3)))

    assert sorted(row.id for row in ended) == sorted({row.id for row in ended})
    assert len(ended) == 70
    for lane in {row.lane for row in ended}:
        ids = [row.id for row in ended if row.lane == lane]
        assert ids == sorted(ids)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_looking_for_work_reads_only_open_rows_on_sqlite(database: Database) -> None:
    plan = await _plan(database, "EXPLAIN QUERY PLAN ")

    assert (
        plan.count("SEARCH inbox USING INDEX ix_inbox_state_source_id (state=? AND source=?)") == 2
    )
    assert plan.count("SEARCH older USING COVERING INDEX ix_inbox_lane_state_id") == 2
    # What waits is read in order, so that a long line costs no more than a short one.
    # The two parts are sorted once they are cut to the limit, and nothing else is.
    assert plan.count("TEMP B-TREE") == 2


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_looking_for_work_reads_only_open_rows_on_postgresql(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            text(
                "INSERT INTO inbox (source, key, lane, payload, state, received_at) "
                "SELECT 'telegram', n::text, 'lane ' || n % 900, '{}', "
                "CASE WHEN n % 100 = 0 THEN 'new' ELSE 'done' END, now() "
                "FROM generate_series(1, 20000) AS n"
            )
        )
        await tx.execute(text("ANALYZE inbox"))

    plan = await _plan(database, "EXPLAIN ")

    assert plan.count("using ix_inbox_state_source_id on inbox") == 2
    assert plan.count("using ix_inbox_lane_state_id on inbox") == 2


async def _plan(database: Database, explain: str) -> str:
    seen: list[str] = []
    async with database.reading() as tx:
        statement = inbox.WAITING.params(source="telegram", now=NOW, most=16, busy=["a"])
        compiled = statement.compile(
            dialect=tx.dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True}
        )
        seen += [str(row) for row in await tx.exec_driver_sql(f"{explain}{compiled}")]
    return "\n".join(seen)


async def test_of_a_lane_with_orphans_only_the_oldest_is_listed(database: Database) -> None:
    rows = await _accept(database, "a", "a", "b", "a")
    async with database.transaction() as tx:
        for row in rows[:3]:
            await inbox.keep_orphan(tx, row, now=NOW)
        await inbox.wake_orphans(tx, now=NOW)

        listed = await inbox.waiting(tx, source="telegram", now=NOW, limit=9, except_lanes=set())

    assert [row.id for row in listed] == [rows[0].id, rows[2].id]
