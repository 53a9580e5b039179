"""No question that is asked again and again reads the whole outbox, on either database."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text, update

from storage import outbox, outbox_claims, outbox_lists, outbox_sweeps
from storage.database import Database, Tx
from storage.outbox import BROADCAST, PRIORITIES
from storage.outbox_claims import Arrival, Departure
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry

ROWS = 3000
LATER = NOW + timedelta(days=3)
Ask = Callable[[Tx], Awaitable[Any]]
Statement = tuple[str, Any]


async def _claim_some(tx: Tx) -> None:
    for priority in PRIORITIES:
        await claim(tx, priorities=[priority], limit=3, passed_over={"1": BROADCAST})


async def _send_some(tx: Tx) -> None:
    rows = await claim(tx, sender="sends", limit=3)
    assert len(rows) == 3
    await outbox_claims.start(
        tx, [Departure(row, "<1>", b"x") for row in rows], now=NOW, until=NOW + LEASE
    )
    await outbox_claims.renew(tx, rows, until=NOW + LEASE)
    await outbox_claims.end_sent(tx, [Arrival(row, "", {}) for row in rows], now=NOW)
    await outbox_claims.give_back(tx, rows)


ASKED: dict[str, Ask] = {
    "claim": _claim_some,
    "send": _send_some,
    "due_priorities": lambda tx: outbox_claims.due_priorities(tx, channel="telegram", now=NOW),
    "miss": lambda tx: outbox_sweeps.miss(tx, now=NOW),
    "free_expired": lambda tx: outbox_sweeps.free_expired(tx, now=NOW),
    "free_expired at start": lambda tx: outbox_sweeps.free_expired(tx, now=NOW, all_leases=True),
    "send_once_more": lambda tx: outbox_sweeps.send_once_more(
        tx, channel="telegram", kinds={"reply", "trouble"}, before=NOW
    ),
    "doubtful": lambda tx: outbox_sweeps.doubtful(
        tx, channel="telegram", kinds={"reply", "trouble"}, before=NOW
    ),
    "do_not_repeat": lambda tx: outbox_sweeps.do_not_repeat(tx, [1, 2], now=NOW),
    "cancel": lambda tx: outbox_sweeps.cancel(tx, keys_from="reminder:7:", now=NOW),
    "cancel_keys": lambda tx: outbox_sweeps.cancel_keys(tx, keys=["a", "b"], now=NOW),
    "is_busy": lambda tx: outbox_lists.is_busy(tx, now=NOW - timedelta(days=1)),
    "is_open": lambda tx: outbox_lists.is_open(tx, "progress:7", now=NOW),
    "any_open": lambda tx: outbox_lists.any_open(tx, keys_from="progress:7:", now=NOW),
    "next_due": outbox_lists.next_due,
}


@pytest.fixture
async def filled(database: Database) -> Database:
    """Fill the outbox with rows that are due, that are not yet due, and that have ended."""
    async with database.transaction() as tx:
        entries = [
            entry(
                f"{n}",
                address=f"{n}",
                priority=PRIORITIES[n % 4],
                due_at=NOW if n % 5 else LATER,
                not_after=LATER + timedelta(days=1),
            )
            for n in range(ROWS)
        ]
        await outbox.put(tx, entries, now=NOW)
        await tx.execute(
            update(table)
            .where(table.c.id % 3 == 0)
            .values(state="sent", started_at=NOW, ended_at=NOW)
        )
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE outbox"))
    return database


@contextmanager
def _overheard(database: Database) -> Iterator[list[Statement]]:
    """Collect the statements about the outbox as they are sent to the database."""
    said: list[Statement] = []

    def hear(
        _connection: Connection, _cursor: object, statement: str, values: Any, *_: Any
    ) -> None:
        if "outbox" in statement and not statement.startswith("EXPLAIN"):
            said.append((statement, values[0] if isinstance(values, list) else values))

    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


async def _scans(tx: Tx, statement: Statement) -> list[str]:
    """List where a statement would read the whole table."""
    words, values = statement
    if tx.dialect.name == "sqlite":
        rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
        return [row.detail for row in rows if row.detail.startswith("SCAN outbox")]
    found = (await tx.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {words}", values)).scalar_one()
    plan = json.loads(found) if isinstance(found, str) else found
    return [
        f"{node['Node Type']} on {node['Relation Name']}"
        for node in _nodes(plan[0]["Plan"])
        if node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "outbox"
    ]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


async def _explain(database: Database, ask: Ask) -> tuple[int, list[str]]:
    with _overheard(database) as said:
        async with database.transaction() as tx:
            await ask(tx)
    async with database.transaction() as tx:
        scans = [scan for one in said for scan in await _scans(tx, one)]
    return len(said), scans


@pytest.mark.parametrize("name", ASKED)
async def test_question_reads_no_whole_outbox(filled: Database, name: str) -> None:
    asked, scans = await _explain(filled, ASKED[name])

    assert asked > 0
    assert scans == []


async def test_question_without_an_index_reads_everything(filled: Database, backend: str) -> None:
    """Show that the test above can fail."""

    async def careless(tx: Tx) -> None:
        await tx.execute(select(table.c.state).where(table.c.key.like("%:7:%")))

    _, scans = await _explain(filled, careless)

    expected = {"sqlite": "SCAN outbox", "postgresql": "Seq Scan on outbox"}[backend]
    assert scans == [expected]
