import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from programme.daily_cap import COUNTED, NO_CAP, spread
from programme.letter_doors import UNASKED
from programme.quiet_hours import QuietHours
from storage import daily_counts
from storage.database import Database, Tx
from storage.outbox import BROADCAST, Entry, put
from tests.storage.rows import NOW, ZONE, make_person

# A Friday, eleven in the morning in Warsaw.
FRIDAY = datetime(2027, 1, 8, 10, tzinfo=UTC)
QUIET = QuietHours(time(20), time(8), most_a_day=2)
QUESTION = (
    "SELECT person_id, due_at FROM outbox WHERE person_id IN (1, 2, 3) "
    "AND due_at >= '2027-01-08' AND kind IN ('invitation') AND state NOT IN ('failed')"
)
MONTH = FRIDAY + timedelta(days=30)


async def _told(tx: Tx, person_id: int, due_at: datetime, *, kind: str = "invitation") -> None:
    number = await tx.scalar(text("SELECT count(*) FROM outbox"))
    entry = Entry(
        key=f"told:{number}",
        channel="telegram",
        kind=kind,
        address=str(person_id),
        locale="pl",
        facts={},
        priority=BROADCAST,
        due_at=due_at,
        not_after=MONTH,
        person_id=person_id,
    )
    assert await put(tx, [entry], now=NOW) == 1


async def _when(
    tx: Tx,
    *person_ids: int,
    kind: str = "invitation",
    not_after: datetime = MONTH,
    cap: int | None = None,
    quiet: QuietHours = QUIET,
) -> dict[int, datetime]:
    return await spread(
        tx,
        person_ids=person_ids,
        kind=kind,
        due_at=FRIDAY,
        not_after=not_after,
        quiet=quiet,
        zone=ZONE,
        cap=cap,
    )


def _morning(day: int) -> datetime:
    return datetime(2027, 1, day, 7, tzinfo=UTC)


async def test_whoever_has_room_is_told_when_it_is_due(database: Database) -> None:
    async with database.transaction() as tx:
        jan, ewa = await make_person(tx), await make_person(tx)
        await _told(tx, jan, FRIDAY)

        assert await _when(tx, jan, ewa) == {jan: FRIDAY, ewa: FRIDAY}


async def test_what_is_too_much_comes_on_the_next_working_mornings(database: Database) -> None:
    async with database.transaction() as tx:
        jan, ewa = await make_person(tx), await make_person(tx)
        for _ in range(2):
            await _told(tx, jan, FRIDAY - timedelta(hours=1))

        assert await _when(tx, jan, ewa) == {jan: _morning(9), ewa: FRIDAY}

        for _ in range(2):
            await _told(tx, jan, _morning(9))

        # The tenth is a Sunday.
        assert await _when(tx, jan) == {jan: _morning(11)}


async def test_evening_of_the_day_before_does_not_count(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for hour in (21, 22):
            # Ten and eleven in the evening, and a day before that.
            await _told(tx, jan, datetime(2027, 1, 7, hour, tzinfo=UTC))

        assert await _when(tx, jan) == {jan: FRIDAY}


@pytest.mark.parametrize("state", ["cancelled", "missed", "failed"])
async def test_what_never_came_does_not_count(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for _ in range(2):
            await _told(tx, jan, FRIDAY)
        await tx.execute(text("UPDATE outbox SET state = :state"), {"state": state})

        assert await _when(tx, jan) == {jan: FRIDAY}


async def test_what_somebody_caused_themselves_does_not_count(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for kind in ("reminder", "registration_confirmed", "seat_offered"):
            await _told(tx, jan, FRIDAY, kind=kind)

        assert await _when(tx, jan) == {jan: FRIDAY}


async def test_every_unasked_kind_counts(database: Database) -> None:
    async with database.transaction() as tx:
        for kind in sorted(COUNTED):
            jan = await make_person(tx)
            for _ in range(2):
                await _told(tx, jan, FRIDAY, kind=kind)

            assert await _when(tx, jan) == {jan: _morning(9)}

    assert UNASKED | {"correction"} == COUNTED


async def test_what_would_come_too_late_goes_in_spite_of_the_cap(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for _ in range(2):
            await _told(tx, jan, FRIDAY)

        in_time = await _when(tx, jan, not_after=_morning(9) + timedelta(hours=4))
        too_late = await _when(tx, jan, not_after=_morning(9) + timedelta(hours=3, minutes=59))

    assert in_time == {jan: _morning(9)}
    assert too_late == {jan: FRIDAY}


async def test_correction_waits_for_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for _ in range(5):
            await _told(tx, jan, FRIDAY)

        assert await _when(tx, jan, kind="correction") == {jan: FRIDAY}


async def test_cap_may_be_given_and_may_be_none(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for _ in range(2):
            await _told(tx, jan, FRIDAY)

        assert await _when(tx, jan, cap=3) == {jan: FRIDAY}
        assert await _when(tx, jan, cap=NO_CAP) == {jan: FRIDAY}
        assert await _when(tx) == {}


async def test_without_quiet_hours_the_rest_comes_on_the_next_morning(database: Database) -> None:
    never = QuietHours(time(0), time(0), most_a_day=1)
    async with database.transaction() as tx:
        jan = await make_person(tx)
        await _told(tx, jan, FRIDAY)

        assert await _when(tx, jan, quiet=never) == {jan: _morning(9)}


async def test_many_are_spread_with_one_question(database: Database) -> None:
    async with database.transaction() as tx:
        crowd = [await make_person(tx) for _ in range(40)]
        for person_id in crowd[:20]:
            await _told(tx, person_id, FRIDAY)
            await _told(tx, person_id, FRIDAY)

        found = await _when(tx, *crowd)

    assert set(found) == set(crowd)
    assert sorted(found.values()) == [FRIDAY] * 20 + [_morning(9)] * 20


async def test_question_is_answered_by_the_index(database: Database) -> None:
    async with database.transaction() as tx:
        jan = await make_person(tx)
        for day in range(300):
            await _told(tx, jan, FRIDAY - timedelta(days=day))
        if not database.is_sqlite:
            await tx.execute(text("ANALYZE"))
            await tx.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = await tx.execute(text(f"{explain} {QUESTION}"))

        assert "ix_outbox_person_id_due_at" in "\n".join(str(row) for row in plan)


async def _queue(database: Database, person_id: int, number: int, both: asyncio.Barrier) -> None:
    async with database.transaction() as tx:
        # On SQLite the second one waits here for the writer, and never reaches the other.
        if not database.is_sqlite:
            await both.wait()
        found = await spread(
            tx,
            person_ids=[person_id],
            kind="invitation",
            due_at=FRIDAY,
            not_after=MONTH,
            quiet=QUIET,
            zone=ZONE,
            cap=1,
        )
        await asyncio.sleep(0.05)
        entry = Entry(
            key=f"race:{number}",
            channel="telegram",
            kind="invitation",
            address="1",
            locale="pl",
            facts={},
            priority=BROADCAST,
            due_at=found[person_id],
            not_after=MONTH,
            person_id=person_id,
        )
        await put(tx, [entry], now=NOW)


async def _two_at_once(database: Database, second: Database) -> list[datetime]:
    async with database.transaction() as tx:
        jan = await make_person(tx)
    both = asyncio.Barrier(2)
    await asyncio.gather(_queue(database, jan, 1, both), _queue(second, jan, 2, both))
    async with database.reading() as tx:
        since = FRIDAY - timedelta(days=1)
        rows = await daily_counts.due_since(tx, person_ids=[jan], kinds=COUNTED, since=since)
    return sorted(due_at for _person, due_at in rows)


async def test_two_who_write_to_the_same_person_keep_the_cap(
    database: Database, second: Database
) -> None:
    assert await _two_at_once(database, second) == [FRIDAY, _morning(9)]


async def test_two_without_a_turn_would_break_the_cap(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_tx: Tx) -> None: ...

    monkeypatch.setattr(daily_counts, "take_turn", nothing)
    # SQLite has one writer, so it needs no turns.
    expected = [FRIDAY, _morning(9)] if database.is_sqlite else [FRIDAY, FRIDAY]

    assert await _two_at_once(database, second) == expected
