from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from programme import task_notices, tasks
from programme.quiet_hours import QuietHours
from storage import staff as staff_rows
from storage import tasks as task_rows
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.at_once import at_once
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, make_programme

HOUR = timedelta(hours=1)
QUIET = QuietHours()


async def _office(tx: Tx) -> None:
    await make_programme(tx)
    await make_staff(tx, chat_id=900)
    await make_staff(tx, chat_id=901, role="assistant")
    await make_staff(tx, chat_id=902)


async def _ask(tx: Tx, key: str, *, now: datetime = NOW) -> None:
    await tasks.ask(tx, key=key, kind="mail", facts={}, now=now)


async def _told(tx: Tx) -> list[tuple[str, dict[str, int]]]:
    rows = await tx.execute(
        select(outbox.c.address, outbox.c.facts)
        .where(outbox.c.kind == "task")
        .order_by(outbox.c.id)
    )
    return [(row.address, row.facts["tasks"]) for row in rows]


async def test_coordinators_are_told_of_what_came_up_together(database: Database) -> None:
    async with database.transaction() as tx:
        await _office(tx)
        for key in ("a", "b", "c"):
            await _ask(tx, key)

        assert await task_notices.turn(tx, now=NOW, quiet=QUIET) == 2
        assert await task_notices.turn(tx, now=NOW + HOUR, quiet=QUIET) == 0

        assert await _told(tx) == [("900", {"new": 3, "all": 3}), ("902", {"new": 3, "all": 3})]


async def test_what_comes_up_later_waits_for_the_next_part_of_the_day(database: Database) -> None:
    async with database.transaction() as tx:
        await _office(tx)
        await _ask(tx, "a")
        await task_notices.turn(tx, now=NOW, quiet=QUIET)
        await _ask(tx, "b")
        await _ask(tx, "c")
        counts = [
            await task_notices.turn(tx, now=NOW + hours * HOUR, quiet=QUIET) for hours in range(9)
        ]

        assert sum(counts) == 2
        assert (await _told(tx))[2:] == [
            ("900", {"new": 2, "all": 3}),
            ("902", {"new": 2, "all": 3}),
        ]


async def test_nobody_is_told_more_than_three_times_a_day(database: Database) -> None:
    morning = NOW.replace(hour=7)
    async with database.transaction() as tx:
        await _office(tx)
        for step in range(24 * 4):
            moment = morning + step * HOUR / 4
            await _ask(tx, f"t{step}", now=moment)
            await task_notices.turn(tx, now=moment, quiet=QUIET)

        per_chat = select(func.count()).where(outbox.c.address == "900")
        assert await tx.scalar(per_chat) == 3


async def test_the_night_is_quiet(database: Database) -> None:
    night = NOW.replace(hour=22)
    async with database.transaction() as tx:
        await _office(tx)
        await _ask(tx, "a", now=night)

        assert await task_notices.turn(tx, now=night, quiet=QUIET) == 0
        assert await task_notices.turn(tx, now=night + 10 * HOUR, quiet=QUIET) == 2


async def test_what_was_done_meanwhile_is_not_told(database: Database) -> None:
    async with database.transaction() as tx:
        await _office(tx)
        await _ask(tx, "a")
        found = await task_rows.by_key(tx, "a")
        assert found is not None
        await task_rows.end(tx, found.id, staff_id=None, now=NOW)

        assert await task_notices.turn(tx, now=NOW, quiet=QUIET) == 0


async def test_without_a_coordinator_the_task_waits_for_one(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await _ask(tx, "a")
        alone = await task_notices.turn(tx, now=NOW, quiet=QUIET)
        await staff_rows.grant(tx, name="Maria", role="coordinator", chat_id=9, now=NOW)

        assert (alone, await task_notices.turn(tx, now=NOW, quiet=QUIET)) == (0, 1)


async def _two_tickers(database: Database, second: Database) -> int:
    async with database.transaction() as tx:
        await _office(tx)
        await _ask(tx, "a")

    async def turn(tx: Tx) -> int:
        return await task_notices.turn(tx, now=NOW, quiet=QUIET)

    got = await at_once((database, second), [turn, turn])

    assert all(isinstance(one, int) for one in got)
    async with database.reading() as tx:
        return len(await _told(tx))


async def test_two_tickers_tell_it_once(database: Database, second: Database) -> None:
    assert await _two_tickers(database, second) == 2


async def test_without_the_key_two_tickers_would_tell_it_twice(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr(task_notices, "_part_of_day", lambda _now: str(next(numbers)))

    async def nothing(tx: Tx, *, now: datetime) -> None:
        del tx, now

    monkeypatch.setattr(task_rows, "set_told", nothing)

    assert await _two_tickers(database, second) == 4
