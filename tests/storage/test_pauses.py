from datetime import datetime, timedelta

from storage import outbox, pauses
from storage.database import Database, Tx
from storage.tables import outbox as rows
from tests.storage.rows import NOW, entry

FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=2)


async def _break(tx: Tx, now: datetime) -> float:
    """Break the channel and give how long it rests, in seconds."""
    until, length = await pauses.pause_longer(
        tx, "mail", because="535", first=FIRST, longest=LONGEST, now=now
    )
    assert await pauses.until(tx, "mail", now=now) == until
    return length.total_seconds()


async def test_rest_of_a_broken_channel_grows_up_to_the_longest(database: Database) -> None:
    now, lengths = NOW, []
    async with database.transaction() as tx:
        for _ in range(4):
            lengths.append(await _break(tx, now))
            now += timedelta(seconds=lengths[-1] + 1)

    assert lengths == [30, 60, 120, 120]


async def test_senders_that_fail_together_count_once(database: Database) -> None:
    async with database.transaction() as tx:
        lengths = [await _break(tx, NOW + timedelta(seconds=after)) for after in (0, 1, 29)]
        ends = await pauses.until(tx, "mail", now=NOW)

    assert (lengths, ends) == ([30, 30, 30], NOW + FIRST)


async def test_rest_begins_anew_once_something_was_sent(database: Database) -> None:
    sent_at = NOW + timedelta(seconds=40)
    async with database.transaction() as tx:
        await _break(tx, NOW)
        await outbox.put(tx, [entry("code", channel="mail")], now=NOW)
        await tx.execute(rows.update().values(state="sent", started_at=sent_at))

        assert await _break(tx, NOW + timedelta(seconds=50)) == 30


async def test_what_was_sent_by_another_channel_ends_no_trouble(database: Database) -> None:
    async with database.transaction() as tx:
        await _break(tx, NOW)
        await outbox.put(tx, [entry("reply")], now=NOW)
        await tx.execute(rows.update().values(state="sent", started_at=NOW + timedelta(seconds=40)))

        assert await _break(tx, NOW + timedelta(seconds=50)) == 60


async def test_told_rest_neither_grows_nor_makes_another_grow(database: Database) -> None:
    async with database.transaction() as tx:
        await _break(tx, NOW)
        told_at = NOW + timedelta(seconds=31)
        until = told_at + timedelta(seconds=5)
        await pauses.pause(tx, "mail", until=until, because="flood")

        during = await pauses.pause_longer(
            tx, "mail", because="535", first=FIRST, longest=LONGEST, now=told_at
        )
        after = await _break(tx, until + timedelta(seconds=1))

    assert during == (until, timedelta(0))
    assert after == 30
