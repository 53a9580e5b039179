import asyncio
from datetime import timedelta

from storage import events, registrations, reminders
from storage.database import Database, Tx
from storage.reminders import Reminder, Rule
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

DAY_BEFORE = ("1d", 1, "09:00", 0)
TWO_HOURS = ("2h", 0, None, 120)
MOMENT = FIRST_DAY - timedelta(days=1)
HOUR = timedelta(hours=1)


async def _planned(tx: Tx, *, state: str = "published") -> Reminder:
    """Plan one reminder, twice, and read it back as the table has it."""
    event_id = await make_event(tx, rules=[DAY_BEFORE], state=state)
    [session] = await events.sessions(tx, event_id)
    [rule] = await reminders.rules(tx, event_id)
    for due_at in (MOMENT, MOMENT + HOUR):
        await reminders.plan(
            tx,
            rule_id=rule.id,
            session_id=session.id,
            revision=0,
            due_at=due_at,
            not_after=MOMENT + 2 * HOUR,
            state="planned",
        )
    found = await reminders.planned_until(tx, until=FIRST_DAY)
    reminder_id = found[0].id if found else 0
    ends = MOMENT + 2 * HOUR
    return Reminder(reminder_id, event_id, session.id, 1, "1d", 0, MOMENT, ends, rule.id)


async def test_rules_come_in_the_order_of_the_file(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, rules=[TWO_HOURS, DAY_BEFORE])
        first, second = await reminders.rules(tx, event_id)

    assert first == Rule(first.id, event_id, "2h", 0, None, 120)
    assert second == Rule(second.id, event_id, "1d", 1, "09:00", 0)


async def test_plan_keeps_the_first_moment_of_a_revision(database: Database) -> None:
    async with database.transaction() as tx:
        planned = await _planned(tx)

        assert await reminders.planned_until(tx, until=FIRST_DAY) == [planned]


async def test_due_lists_what_has_come(database: Database) -> None:
    async with database.transaction() as tx:
        planned = await _planned(tx)
        before = await reminders.due(tx, now=MOMENT - timedelta(seconds=1))
        at_the_moment = await reminders.due(tx, now=MOMENT)

    assert (before, at_the_moment) == ([], [planned])


async def test_reminders_of_an_event_that_is_not_published_are_not_due(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await _planned(tx, state="cancelled")

        assert await reminders.due(tx, now=FIRST_DAY) == []


async def test_cancelled_reminder_is_not_due_and_cannot_end(database: Database) -> None:
    async with database.transaction() as tx:
        planned = await _planned(tx)
        await reminders.cancel_planned(tx, session_id=planned.session_id)
        due = await reminders.due(tx, now=FIRST_DAY)
        ended = await reminders.end(tx, planned.id, state="done")

    assert (due, ended) == ([], False)


async def test_done_of_session_lists_what_went_out(database: Database) -> None:
    async with database.transaction() as tx:
        planned = await _planned(tx)
        before = await reminders.done_of_session(tx, planned.session_id)
        await reminders.end(tx, planned.id, state="done")
        after = await reminders.done_of_session(tx, planned.session_id)

    assert (before, after) == ([], [planned.id])


async def test_end_by_two_connections_at_once_succeeds_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        planned = await _planned(tx)

    async def end(one: Database) -> bool:
        async with one.transaction() as tx:
            ended = await reminders.end(tx, planned.id, state="done")
            await asyncio.sleep(0.01)
            return ended

    assert sorted(await asyncio.gather(end(database), end(second))) == [False, True]


async def test_next_due_waits_for_somebody_with_a_seat_in_time(database: Database) -> None:
    moments = []
    async with database.transaction() as tx:
        planned = await _planned(tx)
        for seconds, state in ((0, "waiting"), (1, "active"), (0, "active")):
            await registrations.add(
                tx,
                event_id=planned.event_id,
                person_id=await make_person(tx),
                state=state,
                position=1,
                door="telegram",
                now=MOMENT + timedelta(seconds=seconds),
            )
            moments.append(await reminders.next_due(tx))

    assert moments == [None, None, MOMENT]


async def test_next_due_without_reminders_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        await make_event(tx, sessions=[NOW])

        assert await reminders.next_due(tx) is None
