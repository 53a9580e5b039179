"""What ends a doubt: an answer that comes after all, or a cause that is gone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage import outbox, outbox_claims, outbox_lists, outbox_sweeps
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry, start

LATE = NOW + LEASE + timedelta(minutes=2)
End = Callable[[Tx, OutboxRow], Awaitable[object]]


async def _end(tx: Tx, row: OutboxRow) -> None:
    await outbox.end(tx, row, state="sent", answer="ok", result={"message_id": 5}, now=LATE)


async def _end_many(tx: Tx, row: OutboxRow) -> None:
    arrivals = [Arrival(row, "ok", {"message_id": 5}), Arrival(row, "ok", {"message_id": 5})]
    await outbox_claims.end_sent(tx, arrivals, now=LATE)


async def _doubtful(tx: Tx) -> OutboxRow:
    await outbox.put(tx, [entry("a:1")], now=NOW)
    [row] = await claim(tx)
    await start(tx, row)
    await outbox_sweeps.free_expired(tx, now=LATE)
    return row


async def _repeat(tx: Tx) -> int:
    return await outbox_sweeps.send_once_more(
        tx, channel="telegram", kinds={"reply"}, before=LATE, now=LATE
    )


@pytest.mark.parametrize("end", [_end, _end_many])
async def test_answer_after_the_lease_ends_the_doubt(database: Database, end: End) -> None:
    async with database.transaction() as tx:
        row = await _doubtful(tx)
        await end(tx, row)
        kept = await tx.execute(select(table.c.state, table.c.result, table.c.doubted))

        assert tuple(kept.one()) == ("sent", {"message_id": 5}, 1)
        assert await _repeat(tx) == 0


@pytest.mark.parametrize("end", [_end, _end_many])
async def test_answer_that_comes_when_another_has_the_row_changes_nothing(
    database: Database, end: End
) -> None:
    async with database.transaction() as tx:
        row = await _doubtful(tx)
        await _repeat(tx)
        [again] = await claim(tx, sender="second", now=LATE)
        await start(tx, again, now=LATE)
        await outbox.end(tx, again, state="uncertain", answer="", now=LATE)
        await end(tx, row)

        assert await tx.scalar(select(table.c.state)) == "uncertain"


@pytest.mark.parametrize(
    "cancel",
    [
        lambda tx: outbox_sweeps.cancel(tx, keys_from="a:", now=LATE),
        lambda tx: outbox_sweeps.cancel_keys(tx, keys=["a:1"], now=LATE),
    ],
)
async def test_doubtful_row_whose_cause_is_gone_is_not_repeated(
    database: Database, cancel: Callable[[Tx], Awaitable[int]]
) -> None:
    async with database.transaction() as tx:
        await _doubtful(tx)
        cancelled = await cancel(tx)
        repeated = await _repeat(tx)

        assert (cancelled, repeated) == (0, 0)
        assert await tx.scalar(select(table.c.state)) == "uncertain"


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({"doubted": 1}, True),
        ({"doubted": 2}, False),
        ({"settled_at": NOW}, False),
        ({"not_after": NOW}, False),
    ],
)
async def test_doubtful_row_is_open_as_long_as_it_may_be_repeated(
    database: Database, changes: dict[str, object], is_open: bool
) -> None:
    async with database.transaction() as tx:
        await _doubtful(tx)
        await tx.execute(update(table).values(**changes))
        found = [
            await outbox_lists.is_open(tx, "a:1", now=LATE),
            await outbox_lists.any_open(tx, keys_from="a:", now=LATE),
        ]

        assert (found, await _repeat(tx)) == ([is_open] * 2, int(is_open))
