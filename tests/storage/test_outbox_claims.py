"""Many senders at once: no row is claimed twice, and none is left."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select, text, update

from storage import outbox
from storage.database import Database, Tx
from storage.tables import outbox as table
from tests.storage.rows import NOW, claim, entry

ROWS = 1000


async def _queue(database: Database, count: int) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry(str(number)) for number in range(count)], now=NOW)


async def _claim_all(database: Database, name: str) -> list[int]:
    """Claim batch after batch until nothing is left, as a sending loop does."""
    mine: list[int] = []
    while True:
        async with database.transaction() as tx:
            rows = await claim(tx, sender=f"{name}-{len(mine)}", limit=20)
        if not rows:
            return mine
        mine += [row.id for row in rows]


async def test_claims_of_many_senders_never_overlap(database: Database, second: Database) -> None:
    await _queue(database, ROWS)

    claims = await asyncio.gather(
        *(_claim_all(one, f"sender-{number}") for number in range(4) for one in (database, second))
    )

    counts = Counter(row_id for mine in claims for row_id in mine)
    assert (len(counts), set(counts.values())) == (ROWS, {1})


async def _claim_carelessly(tx: Tx, limit: int) -> list[int]:
    chosen = select(table.c.id).where(table.c.state == "queued").order_by(table.c.id).limit(limit)
    rows = await tx.execute(
        update(table)
        .where(table.c.id.in_(chosen.scalar_subquery()))
        .values(state="leased")
        .returning(table.c.id)
    )
    return list(rows.scalars())


async def test_claims_overlap_when_the_guards_are_taken_out(
    backend: str, database: Database, second: Database
) -> None:
    """Show that the test above can fail: no look at the state again, no SKIP LOCKED.

    Only PostgreSQL has this twin. On SQLite BEGIN IMMEDIATE lets one claim begin after the
    other has ended, so a claim without guards finds the rows of the first one leased.
    """
    await _queue(database, 10)

    async def claim_slowly(one: Database) -> list[int]:
        async with one.transaction() as tx:
            mine = await _claim_carelessly(tx, 10)
            await asyncio.sleep(0.1)
            return mine

    claims = await asyncio.gather(claim_slowly(database), claim_slowly(second))

    assert sum(len(mine) for mine in claims) == {"sqlite": 10, "postgresql": 20}[backend]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_claim_keeps_its_limit_whatever_plan_the_database_chooses(
    database: Database,
) -> None:
    await _queue(database, 20)

    async with database.transaction() as tx:
        for method in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            await tx.execute(text(f"SET LOCAL enable_{method} = off"))
        rows = await claim(tx, limit=3)

    assert len(rows) == 3
