"""Reminders of an event of several days after some of them have moved."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from programme import reminders
from storage.database import Database, Tx
from storage.tables import reminder, reminder_rule
from storage.tables import session as session_table
from tests.programme.moves import DAY, TWO_DAYS, move_days, starts
from tests.programme.steps import kinds_to, register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

RULES = (("7d", 7, "09:00", 0), ("1d", 1, "09:00", 0), ("2h", 0, None, 120))


async def _planned(tx: Tx, event_id: int) -> set[tuple[str, int, datetime]]:
    found = await tx.execute(
        select(reminder_rule.c.key, session_table.c.number, reminder.c.due_at)
        .join(reminder_rule, reminder_rule.c.id == reminder.c.rule_id)
        .join(session_table, session_table.c.id == reminder.c.session_id)
        .where(session_table.c.event_id == event_id, reminder.c.state == "planned")
    )
    return {(row.key, row.number, row.due_at) for row in found}


@pytest.mark.parametrize(
    "steps",
    [
        # The second day moves away and becomes a day of its own, then the first one follows it.
        [((2,), DAY), ((1,), DAY)],
        [((1, 2), DAY)],
        [((2,), 7 * DAY)],
        [((1,), -7 * DAY), ((1,), 7 * DAY)],
        [((2,), 2 * DAY), ((1, 2), 3 * DAY), ((2,), -2 * DAY)],
    ],
)
async def test_moves_leave_reminders_as_if_planned_anew(
    database: Database, steps: list[tuple[tuple[int, ...], timedelta]]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS, rules=RULES)
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        for days, by in steps:
            await move_days(tx, event_id, by, days=days)
        fresh = await make_event(tx, sessions=await starts(tx, event_id), rules=RULES)
        await reminders.plan_event(tx, event_id=fresh, now=NOW)

        assert await _planned(tx, event_id) == await _planned(tx, fresh)


async def test_reminder_that_was_done_is_not_told_again_when_another_day_moves(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS, rules=RULES)
        await register(tx, event_id, await make_person(tx, chat=7))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        week_before = FIRST_DAY - 7 * DAY
        assert await reminders.remind(tx, now=week_before) == 1
        await move_days(tx, event_id, 2 * DAY, days=(2,), now=week_before)

        assert await reminders.remind(tx, now=week_before) == 0
        assert {one for one in await _planned(tx, event_id) if one[0] == "7d"} == {
            ("7d", 2, week_before + 3 * DAY)
        }
        assert (await kinds_to(tx, "7")).count("reminder") == 1


async def test_reminder_that_has_come_due_survives_a_move_of_another_day(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(FIRST_DAY, FIRST_DAY + 7 * DAY), rules=RULES)
        await register(tx, event_id, await make_person(tx, chat=7))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        moment = FIRST_DAY - DAY + timedelta(seconds=1)
        await reminders.remind(tx, now=FIRST_DAY - 2 * DAY)
        await move_days(tx, event_id, days=(2,), now=moment)

        assert await reminders.remind(tx, now=moment) == 1
