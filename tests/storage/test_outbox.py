from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import outbox, outbox_claims, outbox_lists, outbox_sweeps
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.outbox_lists import Planned
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry, make_person, start

DAY = timedelta(days=1)


async def _claimed(tx: Tx, key: str = "a", **changes: Any) -> OutboxRow:
    await outbox.put(tx, [entry(key, **changes)], now=NOW)
    [row] = await claim(tx)
    return row


async def _started(tx: Tx) -> OutboxRow:
    row = await _claimed(tx)
    await start(tx, row)
    return row


async def _uncertain(tx: Tx, *, ended_at: datetime = NOW) -> None:
    [row] = await claim(tx)
    await start(tx, row)
    await outbox.end(tx, row, state="uncertain", answer="", now=ended_at)


async def _state(tx: Tx) -> str:
    return str(await tx.scalar(select(table.c.state)))


async def _keys(tx: Tx, *, state: str) -> list[str]:
    rows = await tx.execute(select(table.c.key).where(table.c.state == state).order_by(table.c.id))
    return list(rows.scalars())


async def test_put_ignores_a_known_key(database: Database) -> None:
    async with database.transaction() as tx:
        counts = [
            await outbox.put(tx, [entry("a"), entry("b")], now=NOW),
            await outbox.put(tx, [entry("b", address="2002"), entry("c")], now=NOW),
        ]
        addresses = (await tx.execute(select(table.c.address).order_by(table.c.id))).scalars()

        assert (counts, list(addresses)) == ([2, 1], ["1001"] * 3)


async def test_claim_gives_what_was_put(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        row = await _claimed(tx, person_id=person_id)

    assert row == OutboxRow(
        id=row.id,
        key="a",
        channel="telegram",
        kind="reply",
        address="1001",
        locale="pl",
        facts={"text": "Dzień dobry"},
        priority=outbox.REPLY,
        due_at=NOW,
        not_after=NOW + DAY,
        attempts=1,
        doubted=0,
        lease_token="first",
        message_id=None,
        body=None,
        person_id=person_id,
        broadcast_id=None,
    )


async def test_claim_gives_the_most_urgent_first(database: Database) -> None:
    entries = [
        entry("broadcast", priority=outbox.BROADCAST, due_at=NOW - DAY),
        entry("late reply", due_at=NOW),
        entry("early reply", due_at=NOW - timedelta(hours=1)),
        entry("reminder", priority=outbox.REMINDER),
    ]

    async with database.transaction() as tx:
        await outbox.put(tx, entries, now=NOW)
        first = [row.key for row in await claim(tx, limit=2)]
        rest = [row.key for row in await claim(tx, sender="other")]

    assert (sorted(first), rest) == (["early reply", "late reply"], ["reminder", "broadcast"])


@pytest.mark.parametrize(
    "changes",
    [
        {"due_at": NOW + timedelta(seconds=1)},
        {"due_at": NOW - DAY, "not_after": NOW - timedelta(seconds=1)},
        {"channel": "mail"},
        {"address": "2002"},
    ],
    ids=["not due", "too late", "other channel", "busy address"],
)
async def test_claim_leaves_alone(database: Database, changes: dict[str, Any]) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a", **changes)], now=NOW)
        rows = await claim(tx, passed_over={"2002": outbox.REPLY})

    assert rows == []


async def test_claim_gives_nobody_a_leased_row(database: Database) -> None:
    async with database.transaction() as tx:
        await _claimed(tx)
        again = await claim(tx, sender="other", now=NOW + LEASE * 2)

    assert again == []


async def test_start_keeps_what_will_be_sent(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _claimed(tx)
        started = await start(tx, row, message_id="<1@example.org>", body=b"x")
        kept = (
            await tx.execute(
                select(table.c.state, table.c.message_id, table.c.body, table.c.started_at)
            )
        ).one()

    assert (started, tuple(kept)) == (True, ("started", "<1@example.org>", b"x", NOW))


async def test_start_a_second_time_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _started(tx)
        again = await start(tx, row)

    assert again is False


@pytest.mark.parametrize("state", ["sent", "failed", "uncertain", "missed", "cancelled"])
async def test_end_of_a_started_row_keeps_the_answer(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        row = await _started(tx)
        ended = await outbox.end(
            tx, row, state=state, answer="250 OK", result={"message_id": 5}, now=NOW
        )
        kept = (
            await tx.execute(
                select(
                    *(table.c.state, table.c.answer, table.c.result, table.c.doubted),
                    *(table.c.ended_at, table.c.leased_until),
                )
            )
        ).one()

    doubted = int(state == "uncertain")
    assert (ended, tuple(kept)) == (
        True,
        (state, "250 OK", {"message_id": 5}, doubted, NOW, None),
    )


async def test_end_a_second_time_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _started(tx)
        await outbox.end(tx, row, state="sent", answer="", now=NOW)
        again = await outbox.end(tx, row, state="failed", answer="", now=NOW)

        assert (again, await _state(tx)) == (False, "sent")


async def test_try_again_waits_until_due(database: Database) -> None:
    later = NOW + timedelta(minutes=1)

    async with database.transaction() as tx:
        row = await _started(tx)
        put_back = await outbox.try_again(tx, row, due_at=later, answer="451")
        early = await claim(tx)
        [again] = await claim(tx, sender="other", now=later)

    assert (put_back, early, again.attempts) == (True, [], 2)


@pytest.mark.parametrize("state", ["leased", "started"])
async def test_lost_lease_changes_nothing(database: Database, state: str) -> None:
    after = NOW + LEASE + timedelta(seconds=1)

    async with database.transaction() as tx:
        lost = await _claimed(tx)
        await outbox_sweeps.free_expired(tx, now=after)
        [ours] = await claim(tx, sender="other", now=after)
        if state == "started":
            await start(tx, ours, now=after)
        steps = [
            await start(tx, lost, now=after),
            await outbox.end(tx, lost, state="sent", answer="", now=after),
            await outbox.try_again(tx, lost, due_at=after, answer=""),
            bool(await outbox_claims.renew(tx, [lost], until=after + DAY)),
        ]

        assert (steps, await _state(tx)) == ([False] * 4, state)


async def test_renewed_lease_lasts_longer(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _claimed(tx)
        renewed = await outbox_claims.renew(tx, [row], until=NOW + LEASE * 2)
        freed = await outbox_sweeps.free_expired(tx, now=NOW + LEASE * 2)

    assert (renewed, freed) == ({row.id}, (0, 0))


async def test_free_expired_takes_leased_rows_back_and_doubts_started_ones(
    database: Database,
) -> None:
    after = NOW + LEASE + timedelta(seconds=1)

    async with database.transaction() as tx:
        await _started(tx)
        await outbox.put(tx, [entry("b")], now=NOW)
        await claim(tx, sender="other")
        at_the_end = await outbox_sweeps.free_expired(tx, now=NOW + LEASE)
        freed = await outbox_sweeps.free_expired(tx, now=after)
        doubts = await tx.scalar(select(table.c.doubted).where(table.c.key == "a"))

        assert (at_the_end, freed, doubts) == ((0, 0), (1, 1), 1)
        assert [await _keys(tx, state=one) for one in ("retry", "uncertain")] == [["b"], ["a"]]


async def test_free_expired_at_start_takes_all_leases(database: Database) -> None:
    async with database.transaction() as tx:
        await _started(tx)
        await outbox.put(tx, [entry("b")], now=NOW)
        await claim(tx, sender="other")

        assert await outbox_sweeps.free_expired(tx, now=NOW, all_leases=True) == (1, 1)


async def test_free_expired_leaves_ended_rows(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _started(tx)
        await outbox.end(tx, row, state="sent", answer="", now=NOW)

        assert await outbox_sweeps.free_expired(tx, now=NOW + DAY, all_leases=True) == (0, 0)


async def test_send_once_more_happens_once(database: Database) -> None:
    kinds = {"reply"}

    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a")], now=NOW)
        await _uncertain(tx)
        first = await outbox_sweeps.send_once_more(tx, channel="telegram", kinds=kinds, before=NOW)
        await _uncertain(tx)
        again = await outbox_sweeps.send_once_more(tx, channel="telegram", kinds=kinds, before=NOW)

        assert (first, again, await _state(tx)) == (1, 0, "uncertain")


@pytest.mark.parametrize(
    ("channel", "kinds", "before"),
    [
        ("mail", {"reply"}, NOW),
        ("telegram", {"invitation"}, NOW),
        ("telegram", {"reply"}, NOW - timedelta(seconds=1)),
        ("telegram", set(), NOW),
    ],
)
async def test_send_once_more_leaves_others_alone(
    database: Database, channel: str, kinds: set[str], before: datetime
) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a")], now=NOW)
        await _uncertain(tx)

        assert (
            await outbox_sweeps.send_once_more(tx, channel=channel, kinds=kinds, before=before) == 0
        )


async def test_miss_gives_up_what_is_too_late(database: Database) -> None:
    entries = [entry("late", not_after=NOW), entry("in time", not_after=NOW + DAY)]

    async with database.transaction() as tx:
        await outbox.put(tx, entries, now=NOW)
        at_the_end = await outbox_sweeps.miss(tx, now=NOW)
        after = await outbox_sweeps.miss(tx, now=NOW + timedelta(seconds=1))

        assert (at_the_end, after, await _keys(tx, state="missed")) == (0, 1, ["late"])


async def test_miss_leaves_what_is_under_way(database: Database) -> None:
    async with database.transaction() as tx:
        await _started(tx)

        assert await outbox_sweeps.miss(tx, now=NOW + 2 * DAY) == 0


async def test_cancel_ends_waiting_rows_that_match(database: Database) -> None:
    entries = [entry("reminder:1:7:telegram"), entry("reminder:11:7:telegram")]

    async with database.transaction() as tx:
        await outbox.put(tx, entries, now=NOW)
        count = await outbox_sweeps.cancel(tx, keys_from="reminder:1:", now=NOW)

        assert (count, await _keys(tx, state="cancelled")) == (1, ["reminder:1:7:telegram"])


async def test_cancel_leaves_what_has_started(database: Database) -> None:
    async with database.transaction() as tx:
        await _started(tx)

        assert await outbox_sweeps.cancel(tx, keys_from="a", now=NOW) == 0


async def test_row_that_is_cancelled_while_it_is_leased_never_leaves(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        row = await _claimed(tx)
    async with second.transaction() as tx:
        count = await outbox_sweeps.cancel(tx, keys_from="a", now=NOW)

    async with database.transaction() as tx:
        started = await start(tx, row)
        returned = await outbox_claims.give_back(tx, [row])
        freed = await outbox_sweeps.free_expired(tx, now=NOW, all_leases=True)

        assert (count, started, returned, freed) == (1, False, 0, (0, 0))
        assert await _state(tx) == "cancelled"


async def test_next_due_is_the_soonest_waiting_row(database: Database) -> None:
    async with database.transaction() as tx:
        nothing = await outbox_lists.next_due(tx)
        await _claimed(tx)
        await outbox.put(
            tx, [entry("b", due_at=NOW + DAY), entry("c", due_at=NOW + DAY * 2)], now=NOW
        )

        assert (nothing, await outbox_lists.next_due(tx)) == (None, NOW + DAY)


async def test_planned_lists_the_soonest_first(database: Database) -> None:
    entries = [
        entry("b", due_at=NOW + DAY),
        entry("a", due_at=NOW),
        entry("c", due_at=NOW + DAY * 2),
    ]

    async with database.transaction() as tx:
        await outbox.put(tx, entries, now=NOW)
        rows = await outbox_lists.planned(tx, until=NOW + DAY)

    assert [(row.due_at, row.address) for row in rows] == [(NOW, "1001"), (NOW + DAY, "1001")]
    assert rows[0] == Planned(
        rows[0].id, NOW, "reply", "telegram", "1001", None, {"text": "Dzień dobry"}
    )


async def test_count_groups_by_kind_channel_and_state(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a"), entry("b"), entry("c", channel="mail")], now=NOW)
        await claim(tx, limit=1)

        assert await outbox_lists.count(tx) == {
            ("reply", "telegram", "leased"): 1,
            ("reply", "telegram", "queued"): 1,
            ("reply", "mail", "queued"): 1,
        }


async def test_count_of_a_broadcast_leaves_others_out(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a")], now=NOW)

        assert await outbox_lists.count(tx, broadcast_id=404) == {}
