import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from programme import registration, reminders
from programme.quiet_hours import QuietHours
from programme.reminders import LAST_CALL, moments
from programme.wall_time import read, to_moment, to_wall, write
from storage import reminders as rows
from storage.database import Database, Tx
from storage.events import Session
from storage.reminders import Rule
from storage.tables import outbox as outbox_table
from storage.tables import reminder as reminder_table
from tests.programme.steps import facts_of, kinds_to, register, told
from tests.storage.rows import FIRST_DAY, NOW, ZONE, make_event, make_person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUIET = QuietHours()
NEVER_QUIET = QuietHours(time(0), time(0))
DAY_BEFORE, TWO_HOURS = ("1d", 1, "09:00", 0), ("2h", 0, None, 120)
# FIRST_DAY is a Wednesday at 09:00 in Miłki; the day before at 09:00 is a day earlier.
MOMENT = FIRST_DAY - DAY


def _session(starts_wall: str) -> Session:
    starts_at = to_moment(read(starts_wall), ZONE)
    ends_at = starts_at + 6 * HOUR
    ends_wall = write(to_wall(ends_at, ZONE))
    return Session(1, 1, 1, starts_at, ends_at, starts_wall, ends_wall, ZONE, "", 0)


def _rule(*, days: int = 0, at: str | None = None, minutes: int = 0) -> Rule:
    return Rule(1, 1, "rule", days, at, minutes)


SEVEN_DAYS = _rule(days=7, at="09:00")
ONE_DAY = _rule(days=1, at="09:00")
TWO_HOURS_BEFORE = _rule(minutes=120)


@pytest.mark.parametrize(
    ("rule", "starts", "quiet", "due", "not_after"),
    [
        # July: 09:00 on the wall is 07:00 UTC.
        (SEVEN_DAYS, "2026-07-15T09:00", QUIET, "2026-07-08T07:00", "2026-07-08T17:59:59"),
        (ONE_DAY, "2026-07-15T09:00", QUIET, "2026-07-14T07:00", "2026-07-14T17:59:59"),
        (TWO_HOURS_BEFORE, "2026-07-15T12:00", QUIET, "2026-07-15T08:00", "2026-07-15T09:45"),
        # The clock goes forward in the night before 29 March.
        (SEVEN_DAYS, "2026-03-29T09:00", QUIET, "2026-03-22T08:00", "2026-03-22T18:59:59"),
        (ONE_DAY, "2026-03-29T09:00", QUIET, "2026-03-28T08:00", "2026-03-28T18:59:59"),
        (ONE_DAY, "2026-03-30T09:00", QUIET, "2026-03-29T07:00", "2026-03-29T17:59:59"),
        (TWO_HOURS_BEFORE, "2026-03-29T10:00", QUIET, "2026-03-29T06:00", "2026-03-29T07:45"),
        # The clock goes back in the night before 25 October.
        (SEVEN_DAYS, "2026-10-25T09:00", QUIET, "2026-10-18T07:00", "2026-10-18T17:59:59"),
        (ONE_DAY, "2026-10-25T09:00", QUIET, "2026-10-24T07:00", "2026-10-24T17:59:59"),
        (ONE_DAY, "2026-10-26T09:00", QUIET, "2026-10-25T08:00", "2026-10-25T18:59:59"),
        # In the night itself, with nobody asleep: two real hours before.
        (TWO_HOURS_BEFORE, "2026-03-29T03:30", NEVER_QUIET, "2026-03-28T23:30", "2026-03-29T01:15"),
        (TWO_HOURS_BEFORE, "2026-10-25T03:30", NEVER_QUIET, "2026-10-25T00:30", "2026-10-25T02:15"),
        (
            _rule(days=1, at="02:30"),
            "2026-03-30T09:00",
            NEVER_QUIET,
            "2026-03-29T01:00",
            "2026-03-30T06:45",
        ),
        # An early session: the quiet hours leave a part of the two hours, or nothing.
        (TWO_HOURS_BEFORE, "2026-07-15T09:00", QUIET, "2026-07-15T06:00", "2026-07-15T06:45"),
        (TWO_HOURS_BEFORE, "2026-07-15T08:15", QUIET, "2026-07-15T06:00", "2026-07-15T06:00"),
        (TWO_HOURS_BEFORE, "2026-07-15T08:14", QUIET, None, None),
        (TWO_HOURS_BEFORE, "2026-07-15T08:00", QUIET, None, None),
        (TWO_HOURS_BEFORE, "2026-07-15T08:00", NEVER_QUIET, "2026-07-15T04:00", "2026-07-15T05:45"),
        # A rule whose own time is quiet waits for the morning.
        (
            _rule(days=1, at="22:00"),
            "2026-07-15T12:00",
            QUIET,
            "2026-07-15T06:00",
            "2026-07-15T09:45",
        ),
        # On the day itself, but later than the session begins.
        (_rule(days=0, at="12:00"), "2026-07-15T09:00", QUIET, None, None),
    ],
)
def test_moments(
    rule: Rule, starts: str, quiet: QuietHours, due: str | None, not_after: str | None
) -> None:
    expected = (_utc(due), _utc(not_after)) if due is not None and not_after is not None else None

    assert moments(rule, _session(starts), quiet) == expected


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
STARTS = st.builds(
    lambda day, clock: f"{day.isoformat()}T{clock:%H:%M}",
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    CLOCKS,
)
RULES = st.builds(
    _rule, days=st.integers(0, 14), at=CLOCKS.map(lambda clock: f"{clock:%H:%M}")
) | st.builds(_rule, minutes=st.integers(1, 3 * 24 * 60))


@given(rule=RULES, starts=STARTS, quiet=st.builds(QuietHours, CLOCKS, CLOCKS))
def test_moments_of_any_rule_are_in_time_and_never_quiet(
    rule: Rule, starts: str, quiet: QuietHours
) -> None:
    session = _session(starts)

    found = moments(rule, session, quiet)

    if found is not None:
        due, not_after = found
        assert due <= not_after <= session.starts_at - LAST_CALL
        assert not quiet.cover(due, ZONE)
        assert not quiet.cover(not_after, ZONE)


async def _plan(tx: Tx, *, now: datetime = NOW, rule: tuple[str, int, str | None, int]) -> int:
    event_id = await make_event(tx, rules=[rule])
    await reminders.plan_event(tx, event_id=event_id, now=now)
    return event_id


async def _states(tx: Tx) -> list[str]:
    found = await tx.execute(select(reminder_table.c.state).order_by(reminder_table.c.id))
    return list(found.scalars())


async def test_plan_event_plans_each_rule_for_each_session_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(
            tx, sessions=[FIRST_DAY, FIRST_DAY + 7 * DAY], rules=[DAY_BEFORE, TWO_HOURS]
        )
        for _ in range(2):
            await reminders.plan_event(tx, event_id=event_id, now=NOW)
        planned = await rows.planned_until(tx, until=FIRST_DAY + 8 * DAY)

    # Two hours before 09:00 is quiet, so that one waits until 08:00.
    assert [(one.rule_key, one.session_number, one.due_at) for one in planned] == [
        ("1d", 1, MOMENT),
        ("2h", 1, FIRST_DAY - HOUR),
        ("1d", 2, MOMENT + 7 * DAY),
        ("2h", 2, FIRST_DAY + 7 * DAY - HOUR),
    ]


async def test_plan_event_counts_days_only_to_the_first_of_days_in_a_row(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(
            tx, sessions=[FIRST_DAY, FIRST_DAY + DAY], rules=[DAY_BEFORE, TWO_HOURS]
        )
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        planned = await rows.planned_until(tx, until=FIRST_DAY + 2 * DAY)

    assert [(one.rule_key, one.session_number) for one in planned] == [
        ("1d", 1),
        ("2h", 1),
        ("2h", 2),
    ]


async def test_plan_event_leaves_out_a_moment_that_has_passed(database: Database) -> None:
    async with database.transaction() as tx:
        await _plan(tx, now=MOMENT, rule=DAY_BEFORE)

        assert await _states(tx) == []


async def test_remind_before_the_moment_tells_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        await register(tx, event_id, await make_person(tx, chat=7))

        assert await reminders.remind(tx, now=MOMENT - timedelta(seconds=1)) == 0
        assert await _states(tx) == ["planned"]


async def test_remind_tells_by_one_channel_when_and_what(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        got = await register(tx, event_id, person_id)
        count = await reminders.remind(tx, now=MOMENT + timedelta(seconds=20))
        [(key, _, address)] = [one for one in await told(tx) if one[1] == "reminder"]
        facts = await facts_of(tx, key)
        row = (
            await tx.execute(
                select(outbox_table.c.due_at, outbox_table.c.not_after).where(
                    outbox_table.c.key == key
                )
            )
        ).one()

    assert (count, address) == (1, "7")
    assert key.startswith(f"reminder:{got.registration_id}:")
    assert (facts["days_left"], facts["session_number"]) == (1, 1)
    assert facts["session"] == facts["event"]["sessions"][0]
    evening = MOMENT + 11 * HOUR - timedelta(seconds=1)
    assert tuple(row) == (MOMENT + timedelta(seconds=20), evening)


async def test_remind_tells_those_alone_who_had_a_seat_before_the_moment(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=3, rules=[DAY_BEFORE])
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        persons = [await make_person(tx, chat=chat) for chat in range(1, 6)]
        early = [await register(tx, event_id, one) for one in persons[:2]]
        await register(tx, event_id, persons[2], now=MOMENT + timedelta(seconds=1))
        await register(tx, event_id, persons[3], now=NOW)
        await registration.cancel(
            tx,
            registration_id=early[1].registration_id,
            person_id=persons[1],
            now=MOMENT + timedelta(seconds=2),
        )
        count = await reminders.remind(tx, now=MOMENT + timedelta(seconds=30))

        # Seated early; cancelled; seated too late; promoted too late; never registered.
        assert count == 1
        assert ["reminder" in await kinds_to(tx, str(chat)) for chat in range(1, 6)] == [
            True,
            *[False] * 4,
        ]


async def test_remind_by_two_ticks_at_once_tells_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        await register(tx, event_id, await make_person(tx, chat=7))

    async def tick(one: Database) -> int:
        async with one.transaction() as tx:
            count = await reminders.remind(tx, now=MOMENT)
            await asyncio.sleep(0.02)
            return count

    counts = await asyncio.gather(tick(database), tick(second))

    async with database.reading() as tx:
        assert sorted(counts) == [0, 1]
        assert await kinds_to(tx, "7") == ["registration_confirmed", "reminder"]


async def test_remind_too_late_is_missed_and_tells_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        await register(tx, event_id, await make_person(tx, chat=7))
        count = await reminders.remind(tx, now=MOMENT + 12 * HOUR)

        assert (count, await _states(tx)) == (0, ["missed"])
        assert await kinds_to(tx, "7") == ["registration_confirmed"]


async def test_remind_after_a_short_stop_still_tells(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        await register(tx, event_id, await make_person(tx, chat=7))

        assert await reminders.remind(tx, now=MOMENT + 10 * HOUR) == 1


async def test_remind_leaves_those_in_line_alone(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, rules=[DAY_BEFORE])
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        for chat in (1, 2):
            await register(tx, event_id, await make_person(tx, chat=chat))

        assert await reminders.remind(tx, now=MOMENT) == 1
        assert await kinds_to(tx, "2") == ["waiting_listed"]


async def test_next_due_counts_what_somebody_will_get(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await _plan(tx, rule=DAY_BEFORE)
        nobody = await rows.next_due(tx)
        await register(tx, event_id, await make_person(tx, chat=7))

        assert (nobody, await rows.next_due(tx)) == (None, MOMENT)
