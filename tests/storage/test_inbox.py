import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import inbox
from storage.database import Database, Tx
from storage.inbox import Arrival, InboxRow
from storage.tables import inbox as table
from tests.storage.rows import NOW

LATER = NOW + timedelta(minutes=5)


def _arrival(key: str, *, lane: str = "chat:1") -> Arrival:
    return Arrival(source="telegram", key=key, lane=lane, payload=f'{{"update_id": {key}}}')


async def _waiting(tx: Tx, *, now: datetime = NOW, busy: set[str] | None = None) -> list[InboxRow]:
    return await inbox.waiting(tx, source="telegram", now=now, limit=10, except_lanes=busy or set())


async def _accepted(tx: Tx, *keys: str) -> list[InboxRow]:
    await inbox.accept(tx, [_arrival(key) for key in keys], now=NOW)
    return await _waiting(tx)


async def _finish_and_fail(database: Database, row: InboxRow) -> None:
    async with database.transaction() as tx:
        await inbox.finish(tx, row.id, now=NOW)
        raise ZeroDivisionError


async def test_accept_ignores_what_is_known(database: Database) -> None:
    async with database.transaction() as tx:
        counts = [
            await inbox.accept(tx, [_arrival("1"), _arrival("2", lane="chat:2")], now=NOW),
            await inbox.accept(tx, [_arrival("2"), _arrival("3", lane="chat:3")], now=NOW),
        ]
        rows = await _waiting(tx)

    assert (counts, [row.key for row in rows]) == ([2, 1], ["1", "2", "3"])


async def test_accept_keeps_the_same_key_of_another_source(database: Database) -> None:
    async with database.transaction() as tx:
        await inbox.accept(tx, [_arrival("1")], now=NOW)
        count = await inbox.accept(tx, [Arrival("mail", "1", "jan@example.org", "{}")], now=NOW)

    assert count == 1


async def test_waiting_gives_the_arrival_whole(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "7")

    assert row == InboxRow(row.id, "telegram", "7", "chat:1", '{"update_id": 7}', 0, NOW)


async def test_waiting_leaves_busy_lanes_out(database: Database) -> None:
    arrivals = [_arrival("1"), _arrival("2", lane="chat:2"), _arrival("3")]

    async with database.transaction() as tx:
        await inbox.accept(tx, arrivals, now=NOW)
        rows = await _waiting(tx, busy={"chat:1"})

    assert [row.key for row in rows] == ["2"]


async def test_waiting_stops_at_the_limit_with_the_oldest_first(database: Database) -> None:
    async with database.transaction() as tx:
        arrivals = [_arrival(str(number), lane=f"chat:{number}") for number in range(5)]
        await inbox.accept(tx, arrivals, now=NOW)
        rows = await inbox.waiting(tx, source="telegram", now=NOW, limit=2, except_lanes=set())

    assert [row.key for row in rows] == ["0", "1"]


async def test_cursor_starts_at_zero_and_moves(database: Database) -> None:
    async with database.transaction() as tx:
        before = await inbox.read_cursor(tx, "telegram")
        await inbox.move_cursor(tx, "telegram", 101)
        await inbox.move_cursor(tx, "telegram", 2**40)
        after = await inbox.read_cursor(tx, "telegram")

    assert (before, after) == (0, 2**40)


async def test_finish_by_two_connections_succeeds_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")

    async def finish(one: Database) -> bool:
        async with one.transaction() as tx:
            ended = await inbox.finish(tx, row.id, now=NOW)
            await asyncio.sleep(0.01)
            return ended

    ended = await asyncio.gather(finish(database), finish(second))

    assert sorted(ended) == [False, True]


async def test_finish_leaves_nothing_waiting(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.finish(tx, row.id, now=LATER)
        kept = (await tx.execute(select(table.c.state, table.c.done_at))).one()
        waiting = await _waiting(tx, now=LATER)

    assert (tuple(kept), waiting) == (("done", LATER), [])


async def test_finish_that_is_rolled_back_leaves_the_arrival_waiting(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")

    with pytest.raises(ZeroDivisionError):
        await _finish_and_fail(database, row)

    async with database.reading() as tx:
        assert await _waiting(tx) == [row]


async def test_note_failure_quarantines_at_the_third_try(database: Database) -> None:
    verdicts = []
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        for _ in range(inbox.TRIES):
            verdicts.append(await inbox.note_failure(tx, row, error="boom", now=NOW))
            row = next(iter(await _waiting(tx)), row)
        counts = await inbox.count_by_state(tx)
        finished = await inbox.finish(tx, row.id, now=NOW)

    assert (verdicts, counts, finished) == ([False, False, True], {"quarantined": 1}, False)


async def test_quarantined_arrival_does_not_block_its_lane(database: Database) -> None:
    async with database.transaction() as tx:
        await inbox.accept(tx, [_arrival("1"), _arrival("2")], now=NOW)
        for _ in range(inbox.TRIES):
            await inbox.note_failure(tx, (await _waiting(tx))[0], error="boom", now=NOW)
        rows = await _waiting(tx)

    assert [row.key for row in rows] == ["2"]


async def test_note_failure_keeps_the_beginning_of_a_long_error(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.note_failure(tx, row, error="x" * 5000, now=NOW)
        error = await tx.scalar(select(table.c.error))

    assert error == "x" * 2000


async def test_orphan_waits_for_its_pause(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.keep_orphan(tx, row, now=NOW)
        before = await _waiting(tx, now=NOW + inbox.ORPHAN_PAUSE - timedelta(seconds=1))
        after = await _waiting(tx, now=NOW + inbox.ORPHAN_PAUSE)

    assert (before, after) == ([], [row])


async def test_orphan_is_woken_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.keep_orphan(tx, row, now=NOW)
        await inbox.wake_orphans(tx, now=NOW)
        woken = await _waiting(tx)
        finished = await inbox.finish(tx, row.id, now=NOW)

    assert (woken, finished) == ([row], True)


async def test_orphan_of_a_week_is_quarantined(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.keep_orphan(tx, row, now=NOW + inbox.ORPHAN_LIFE)
        young = await inbox.count_by_state(tx)
        await inbox.keep_orphan(tx, row, now=NOW + inbox.ORPHAN_LIFE + timedelta(seconds=1))
        old = await inbox.count_by_state(tx)

    assert (young, old) == ({"orphan": 1}, {"quarantined": 1})


async def test_keep_orphan_of_a_finished_arrival_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.finish(tx, row.id, now=NOW)
        await inbox.keep_orphan(tx, row, now=NOW)
        counts = await inbox.count_by_state(tx)

    assert counts == {"done": 1}


async def test_waiting_lists_one_source_and_busy_knows_all_of_them(database: Database) -> None:
    async with database.transaction() as tx:
        nothing = await inbox.is_busy(tx, now=NOW)
        await inbox.accept(tx, [Arrival("mail", "1", "mail:a@example.org", "{}")], now=NOW)
        listed = [
            [
                row.key
                for row in await inbox.waiting(
                    tx, source=source, now=NOW, limit=9, except_lanes=set()
                )
            ]
            for source in ("telegram", "mail")
        ]
        busy = await inbox.is_busy(tx, now=NOW)

    assert (listed, nothing, busy) == ([[], ["1"]], False, True)


async def test_digest_is_unique_within_its_source(database: Database) -> None:
    arrivals = [
        Arrival(source, key, f"{source}:1", "{}", digest=digest)
        for source, key, digest in (
            ("mail", "1", "a"),
            ("mail", "2", "a"),
            ("telegram", "1", "a"),
            ("mail", "3", None),
            ("mail", "4", None),
        )
    ]
    async with database.transaction() as tx:
        count = await inbox.accept(tx, arrivals, now=NOW)

    assert count == 4


async def test_failure_with_words_that_no_database_keeps_is_noted(database: Database) -> None:
    async with database.transaction() as tx:
        [row] = await _accepted(tx, "1")
        await inbox.note_failure(tx, row, error="a\0b\ud800", now=NOW)
        error = await tx.scalar(select(table.c.error))

    assert error == "ab?"
