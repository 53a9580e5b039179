"""Reminders come when they should, and what an earlier process left is taken up."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from programme import registration, reminders
from scheduler import ticks
from storage import leases
from storage.database import Database
from storage.leases import Grant, NotHeld
from storage.tables import outbox as rows
from storage.tables import reminder, reminder_rule
from tests.scheduler.post import Post, mail
from tests.storage.rows import LEASE, NOW, claim, entry, make_event, make_person

RULES = (("7d", 7, "09:00", 0), ("1d", 1, "09:00", 0), ("2h", 0, None, 120))
# A Wednesday at 10:00 in Miłki, 16 days after NOW.
BEGINS = datetime(2027, 1, 20, 9, tzinfo=UTC)
MOMENTS = {
    "7d": datetime(2027, 1, 13, 8, tzinfo=UTC),
    "1d": datetime(2027, 1, 19, 8, tzinfo=UTC),
    "2h": datetime(2027, 1, 20, 7, tzinfo=UTC),
}


async def _register(database: Database, event_id: int, person_id: int, now: datetime) -> None:
    async with database.transaction() as tx:
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=now
        )
        # The confirmations are not what these tests are about.
        await tx.execute(rows.delete())


async def _event(database: Database, *, begins: datetime = BEGINS) -> int:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(begins,), rules=RULES)
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
    return event_id


async def _reminders(post: Post) -> list[tuple[str, str]]:
    """List rule and address, and the state, of every reminder in the outbox."""
    async with post.database.reading() as tx:
        rules = {
            row.id: row.key
            for row in await tx.execute(
                select(reminder.c.id, reminder_rule.c.key).join(reminder_rule)
            )
        }
        found = await tx.execute(
            select(rows.c.key, rows.c.address, rows.c.state)
            .where(rows.c.kind == "reminder")
            .order_by(rows.c.id)
        )
        return [(f"{rules[int(row.key.split(':')[2])]} {row.address}", row.state) for row in found]


async def _tick(post: Post, moment: datetime) -> None:
    post.clock.put_forward(moment)
    await post.ticker().tick()
    await post.deliver()


async def test_reminders_come_at_their_moment_to_those_registered_before(
    post: Post, database: Database
) -> None:
    event_id = await _event(database)
    await post.person(1)
    async with database.transaction() as tx:
        early, late = await make_person(tx, chat=1), await make_person(tx, mail="ewa@example.org")
    await _register(database, event_id, early, NOW)

    second = timedelta(seconds=1)
    seen = []
    for rule, moment in MOMENTS.items():
        await _tick(post, moment - 3 * second)
        before = len(await _reminders(post))
        await _tick(post, moment + second)
        seen.append((rule, before, len(await _reminders(post))))
        if rule == "7d":
            await _register_keeping(database, event_id, late, moment + 2 * second)
    await _tick(post, BEGINS)

    assert seen == [("7d", 0, 1), ("1d", 1, 3), ("2h", 3, 5)]
    assert await _reminders(post) == [
        ("7d 1", "sent"),
        ("1d 1", "sent"),
        ("1d ewa@example.org", "sent"),
        ("2h 1", "sent"),
        ("2h ewa@example.org", "sent"),
    ]
    assert len(post.texts(1)) == 3


async def _register_keeping(
    database: Database, event_id: int, person_id: int, now: datetime
) -> None:
    async with database.transaction() as tx:
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=now
        )
        await tx.execute(rows.delete().where(rows.c.kind != "reminder"))


async def test_reminder_of_an_early_session_waits_for_the_morning(
    post: Post, database: Database
) -> None:
    # 08:30 in Miłki: two hours before is 06:30, still in the quiet hours.
    event_id = await _event(database, begins=datetime(2027, 1, 20, 7, 30, tzinfo=UTC))
    await post.person(1)
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=1)
    await _register(database, event_id, person_id, NOW)

    await _tick(post, datetime(2027, 1, 20, 6, 59, 50, tzinfo=UTC))
    asleep = [name for name, _ in await _reminders(post) if name.startswith("2h")]
    await _tick(post, datetime(2027, 1, 20, 7, 0, 1, tzinfo=UTC))
    awake = [name for name, _ in await _reminders(post) if name.startswith("2h")]

    assert (asleep, awake) == ([], ["2h 1"])


async def test_after_downtime_a_late_reminder_is_sent_and_a_useless_one_missed(
    post: Post, database: Database
) -> None:
    event_id = await _event(database)
    await post.person(1)
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=1)
    await _register(database, event_id, person_id, NOW)

    # Down from before the first moment until the noon of the day before.
    post.clock.put_forward(MOMENTS["1d"] + timedelta(hours=3))
    await post.ticker().begin(alone=False)
    await post.deliver()

    assert await _reminders(post) == [("1d 1", "sent")]
    async with database.reading() as tx:
        states = (await tx.scalars(select(reminder.c.state).order_by(reminder.c.due_at))).all()
    assert list(states) == ["missed", "done", "planned"]


async def test_begin_alone_frees_every_lease_at_once(post: Post, database: Database) -> None:
    await post.person(1)
    await post.put(entry("leased", address="1"), mail("mailed"))
    async with database.transaction() as tx:
        await claim(tx, sender="dead")
        await claim(tx, sender="dead too", channel="mail")

    await post.ticker().begin(alone=False)
    shared = await post.states()
    await post.ticker().begin(alone=True)
    alone = await post.states()

    assert shared == {"leased": "leased", "mailed": "leased"}
    assert alone == {"leased": "retry", "mailed": "retry"}


async def test_tick_frees_a_lease_that_has_run_out(post: Post, database: Database) -> None:
    await post.put(entry("leased", address="1"))
    async with database.transaction() as tx:
        await claim(tx, sender="dead")

    post.clock.put_forward(NOW + LEASE - timedelta(minutes=1))
    await post.ticker().tick()
    before = await post.states()
    post.clock.put_forward(NOW + LEASE + timedelta(minutes=1))
    await post.ticker().tick()

    assert (before, await post.states()) == ({"leased": "leased"}, {"leased": "retry"})


async def test_timer_ticks_by_itself_and_goes_on_after_a_tick_that_failed(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ticks, "TICK_SECONDS", 0.1)
    remind = reminders.remind

    async def fail_once(*_: object, **__: object) -> int:
        monkeypatch.setattr(reminders, "remind", remind)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reminders, "remind", fail_once)
    await post.put(entry("late", not_after=NOW - timedelta(days=1)))
    ticker = post.ticker()

    ticker.start()
    await post.wait_for_state("late", "missed")
    await ticker.stop()

    assert "No space left" in caplog.text


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_late_tick_still_comes(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "TICK_SECONDS", 0.2)
    ticker = post.ticker()
    ticker.start()
    # The loop is busy for longer than the scheduler's own grace time of one second.
    await asyncio.to_thread(lambda: None)
    _block(1.5)
    await post.put(entry("late", not_after=NOW - timedelta(days=1)))

    await post.wait_for_state("late", "missed")

    await ticker.stop()


def _block(seconds: float) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        pass


async def test_stopping_waits_for_the_tick_that_has_begun(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticks, "TICK_SECONDS", 0.05)
    began, over = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> int:
        began.set()
        await asyncio.sleep(0.2)
        over.set()
        return 0

    monkeypatch.setattr(reminders, "remind", slow)
    ticker = post.ticker()
    ticker.start()
    await began.wait()

    await ticker.stop()

    assert over.is_set()


async def test_stopping_what_never_started_does_nothing(post: Post) -> None:
    await post.ticker().stop()


async def test_reminder_that_cannot_be_told_keeps_no_lease_from_ending(
    post: Post, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> int:
        raise ValueError("no such zone")

    monkeypatch.setattr(reminders, "remind", fail)
    await post.put(entry("leased", address="1"))
    async with database.transaction() as tx:
        await claim(tx, sender="dead")
    post.clock.put_forward(NOW + LEASE + timedelta(minutes=1))

    with pytest.raises(ValueError, match="no such zone"):
        await post.ticker().tick()

    assert await post.states() == {"leased": "retry"}


async def test_tick_of_a_stale_holder_changes_nothing(
    post: Post, database: Database, second: Database
) -> None:
    await post.put(entry("late", not_after=NOW - timedelta(days=1)))
    async with database.transaction() as tx:
        epoch = await leases.take(tx, "ticker", owner="stale", now=NOW)
    assert epoch == 1
    stale = partial(leases.confirm, grant=Grant("ticker", "stale", epoch))
    async with second.transaction() as tx:
        await leases.take(tx, "ticker", owner="next", now=NOW + leases.LENGTH)

    with pytest.raises(NotHeld):
        await post.ticker().tick(stale)

    assert await post.states() == {"late": "queued"}
