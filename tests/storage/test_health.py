from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from storage import health, inbox, leases, pauses
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.tables import inbox as inbox_table
from storage.tables import outbox as table
from tests.storage.desk import put_in_state
from tests.storage.rows import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


async def test_expired_leases_count_what_a_dead_sender_left(database: Database) -> None:
    async with database.transaction() as tx:
        for state in ("leased", "started", "sent", "queued"):
            await put_in_state(tx, state)
        await tx.execute(update(table).values(leased_until=NOW))

        assert await health.expired_leases(tx, now=NOW) == 0
        assert await health.expired_leases(tx, now=NOW + MINUTE) == 2


async def test_uncertain_and_failed_leave_out_what_was_settled(database: Database) -> None:
    async with database.transaction() as tx:
        for state in ("uncertain", "failed", "sent"):
            await put_in_state(tx, state)

        before = await health.uncertain(tx), await health.failed(tx, since=NOW)
        older = await health.failed(tx, since=NOW + MINUTE)
        await tx.execute(update(table).values(settled_at=NOW))
        after = await health.uncertain(tx), await health.failed(tx, since=NOW)

    assert (before, older, after) == ((1, 1), 0, (0, 0))


async def _oldest(tx: Tx, *, now: datetime) -> datetime | None:
    return await health.oldest_due(tx, now=now, silent_since=now - 15 * MINUTE)


async def test_oldest_due_looks_at_what_may_leave(database: Database) -> None:
    async with database.transaction() as tx:
        await put_in_state(tx, "queued", due_at=NOW + HOUR)
        await put_in_state(tx, "retry", due_at=NOW)
        await put_in_state(tx, "sent", due_at=NOW - HOUR)

        assert await _oldest(tx, now=NOW - MINUTE) is None
        assert await _oldest(tx, now=NOW + 2 * HOUR) == NOW
        await pauses.pause(tx, "telegram", until=NOW + 3 * HOUR, because="429")
        assert await _oldest(tx, now=NOW + 2 * HOUR) is None
        assert await _oldest(tx, now=NOW + 4 * HOUR) == NOW


async def test_oldest_due_leaves_out_a_channel_on_which_rows_wait_for_their_turn(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await put_in_state(tx, "queued", channel="mail")
        await put_in_state(tx, "sent", channel="mail")
        await tx.execute(update(table).where(table.c.key == "sent").values(started_at=NOW + HOUR))

        assert await _oldest(tx, now=NOW + HOUR + MINUTE) is None
        assert await _oldest(tx, now=NOW + HOUR + 16 * MINUTE) == NOW


async def test_pauses_in_force_tell_why(database: Database) -> None:
    async with database.transaction() as tx:
        await pauses.pause(tx, "mail", until=NOW + HOUR, because="535 no")
        await pauses.pause(tx, "telegram", until=NOW, because="429")

        assert await health.pauses(tx, now=NOW) == [health.Pause("mail", NOW + HOUR, "535 no")]


async def test_quarantined_counts_what_was_set_aside(database: Database) -> None:
    async with database.transaction() as tx:
        arrivals = [Arrival("telegram", str(n), "telegram:1", "{}") for n in range(2)]
        await inbox.accept(tx, arrivals, now=NOW)
        change = update(inbox_table).where(inbox_table.c.key == "1")
        await tx.execute(change.values(state="quarantined"))

        assert await health.quarantined(tx) == 1


async def test_duties_held_end_with_the_lease(database: Database) -> None:
    async with database.transaction() as tx:
        await leases.take(tx, leases.TICKER, owner="one", now=NOW)
        await leases.take(tx, leases.POLLER, owner="one", now=NOW - HOUR)

        assert await health.duties_held(tx, now=NOW) == [leases.TICKER]
        assert await health.duties_held(tx, now=NOW + HOUR) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_server_tells_its_clock_and_its_version(database: Database) -> None:
    async with database.reading() as tx:
        gap = datetime.now(UTC) - await health.clock(tx)
        version = await health.server_version(tx)

    assert abs(gap) < timedelta(minutes=2)
    assert int(version.split(".")[0]) >= 13
