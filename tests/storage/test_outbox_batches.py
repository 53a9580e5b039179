"""What senders do with many rows at once, and what is asked about the outbox."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import outbox, outbox_claims, outbox_lists, outbox_sweeps, pauses
from storage.database import Database, Tx
from storage.outbox import BROADCAST, CONFIRMATION, REMINDER, REPLY, URGENT, UnknownPriority
from storage.outbox_claims import Departure
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry, start

HOUR = timedelta(hours=1)


async def _put(tx: Tx, **keys: dict[str, Any]) -> None:
    await outbox.put(tx, [entry(key, **changes) for key, changes in keys.items()], now=NOW)


async def test_row_of_an_unknown_priority_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(UnknownPriority, match=r"\[5\]"):
            await outbox.put(tx, [entry("a", priority=5)], now=NOW)


async def test_due_priorities_are_those_with_something_to_send(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(
            tx,
            a={"priority": REPLY, "due_at": NOW + HOUR},
            b={"priority": CONFIRMATION},
            c={"priority": REMINDER, "due_at": NOW - HOUR, "not_after": NOW - HOUR / 2},
            d={"priority": BROADCAST, "channel": "mail"},
            e={"priority": BROADCAST},
        )
        chats = await outbox_claims.due_priorities(tx, channel="telegram", now=NOW)
        urgent = await outbox_claims.due_priorities(
            tx, channel="telegram", now=NOW, priorities=URGENT
        )

    assert (chats, urgent) == ([CONFIRMATION, BROADCAST], [CONFIRMATION])


async def test_claim_of_a_class_leaves_the_other(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, many={"priority": BROADCAST}, one={"priority": REMINDER})
        rows = await claim(tx, priorities=URGENT)

    assert [row.key for row in rows] == ["one"]


async def test_claim_passes_over_an_address_from_a_priority_on(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(
            tx,
            reply={},
            reminder={"priority": REMINDER},
            broadcast={"priority": BROADCAST},
            other={"priority": BROADCAST, "address": "2002"},
        )
        rows = await claim(tx, passed_over={"1001": REMINDER})

    assert [row.key for row in rows] == ["reply", "other"]


async def test_limit_of_a_claim_holds_over_all_priorities(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, **{f"p{n}": {"priority": outbox.PRIORITIES[n % 4]} for n in range(12)})
        rows = await claim(tx, limit=5)

    assert [row.priority for row in rows] == [REPLY] * 3 + [CONFIRMATION] * 2


async def test_start_of_many_tells_which_may_go(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, a={}, b={}, c={})
        a, b, c = await claim(tx)
        await outbox.end(tx, b, state="failed", answer="", now=NOW)
        started = await outbox_claims.start(
            tx,
            [Departure(a, "<a>", b"a"), Departure(b, "<b>", b"b"), Departure(c)],
            now=NOW,
            until=NOW + 2 * LEASE,
        )
        columns = (table.c.state, table.c.message_id, table.c.body, table.c.leased_until)
        kept = (await tx.execute(select(*columns).order_by(table.c.id))).all()

    assert started == {a.id, c.id}
    assert [tuple(row) for row in kept] == [
        ("started", "<a>", b"a", NOW + 2 * LEASE),
        ("failed", None, None, None),
        ("started", None, None, NOW + 2 * LEASE),
    ]


async def test_start_is_refused_while_the_channel_rests(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, a={})
        [row] = await claim(tx)
        await pauses.pause(tx, "mail", until=NOW + HOUR, because="")
        await pauses.pause(tx, "telegram", until=NOW + HOUR, because="")
        during = await start(tx, row)
        after = await start(tx, row, now=NOW + HOUR)

    assert (during, after) == (False, True)


@pytest.mark.parametrize("not_before", [None, NOW + HOUR])
async def test_given_back_row_keeps_its_place_or_waits(database: Database, not_before: Any) -> None:
    async with database.transaction() as tx:
        await _put(tx, leased={"due_at": NOW - HOUR}, started={})
        leased, started = await claim(tx)
        await start(tx, started)
        count = await outbox_claims.give_back(tx, [leased, started], not_before=not_before)
        columns = (table.c.state, table.c.due_at, table.c.attempts, table.c.leased_until)
        rows = (await tx.execute(select(*columns).order_by(table.c.id))).all()

    assert count == 1
    assert tuple(rows[0]) == ("retry", not_before or NOW - HOUR, 0, None)
    assert rows[1].state == "started"


async def test_cancel_takes_a_prefix_by_its_letters(database: Database) -> None:
    keys = ["a_b:1", "aXb:1", "a_b:2", "A_B:1", "a_b", "a_b:", "a_b;1", "a%b:1", "a_bż:1"]
    async with database.transaction() as tx:
        await outbox.put(tx, [entry(key) for key in keys], now=NOW)
        count = await outbox_sweeps.cancel(tx, keys_from="a_b:", now=NOW)
        rows = await tx.execute(select(table.c.key).where(table.c.state == "cancelled"))

    assert count == 3
    assert set(rows.scalars()) == {"a_b:1", "a_b:2", "a_b:"}


async def test_cancel_of_very_keys_takes_no_others(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, a={}, ab={}, b={})
        [row, *_] = await claim(tx, limit=1)
        count = await outbox_sweeps.cancel_keys(tx, keys=["a", "b", "unknown"], now=NOW)

    assert (row.key, count) == ("a", 2)


async def test_open_row_is_found_by_key_and_by_prefix(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, **{"progress:1": {}, "progress:2:5": {}})
        rows = await claim(tx)
        found = [
            await outbox_lists.is_open(tx, "progress:1", now=NOW),
            await outbox_lists.is_open(tx, "progress:2", now=NOW),
            await outbox_lists.any_open(tx, keys_from="progress:2:", now=NOW),
            await outbox_lists.any_open(tx, keys_from="progress:1:", now=NOW),
        ]
        for row in rows:
            await outbox.end(tx, row, state="failed", answer="", now=NOW)
        ended = await outbox_lists.any_open(tx, keys_from="progress:", now=NOW)

    assert (found, ended) == ([True, False, True, False], False)


async def test_next_row_leaves_when_its_channel_rests_no_longer(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, chat={"due_at": NOW - HOUR}, mail={"channel": "mail", "due_at": NOW + HOUR})
        before = await outbox_lists.next_due(tx)
        await pauses.pause(tx, "telegram", until=NOW + HOUR / 2, because="")
        during = await outbox_lists.next_due(tx)
        await pauses.pause(tx, "telegram", until=NOW + 2 * HOUR, because="")
        longer = await outbox_lists.next_due(tx)

    assert (before, during, longer) == (NOW - HOUR, NOW + HOUR / 2, NOW + HOUR)


async def test_outbox_is_busy_while_something_is_due_or_under_way(database: Database) -> None:
    async with database.transaction() as tx:
        await _put(tx, a={"due_at": NOW})
        found = [await outbox_lists.is_busy(tx, now=NOW - HOUR)]
        found += [await outbox_lists.is_busy(tx, now=NOW)]
        await pauses.pause(tx, "telegram", until=NOW + HOUR, because="")
        found += [await outbox_lists.is_busy(tx, now=NOW)]
        await claim(tx)
        found += [await outbox_lists.is_busy(tx, now=NOW)]

    assert found == [False, True, False, True]
