"""The two nights in which the clock changes: every reminder once, at its instant, as planned."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from programme import agenda, reminders
from programme.quiet_hours import QuietHours
from programme.wall_time import to_wall
from storage.database import Database
from storage.tables import outbox
from tests.programme.steps import register
from tests.storage.rows import ZONE, make_event, make_person

NEVER_QUIET = QuietHours(time(0), time(0))
AT_HALF_PAST_TWO, TWO_HOURS, ONE_DAY = (
    ("night", 1, "02:30", 0),
    ("2h", 0, None, 120),
    ("24h", 0, None, 24 * 60),
)
MINUTE = timedelta(minutes=1)
# 02:30 does not exist on 29 March, so the first moment after the gap; on 25 October it comes
# twice, and the first one counts. A day of 24 real hours is not the same clock a day before.
NIGHTS = {
    "spring at 02:30": (AT_HALF_PAST_TWO, "2026-03-30T07:00", "2026-03-29T01:00", "03:00"),
    "autumn at 02:30": (AT_HALF_PAST_TWO, "2026-10-26T08:00", "2026-10-25T00:30", "02:30"),
    "spring two hours": (TWO_HOURS, "2026-03-29T02:00", "2026-03-29T00:00", "01:00"),
    "autumn two hours": (TWO_HOURS, "2026-10-25T02:30", "2026-10-25T00:30", "02:30"),
    "spring 24 hours": (ONE_DAY, "2026-03-29T07:00", "2026-03-28T07:00", "08:00"),
    "autumn 24 hours": (ONE_DAY, "2026-10-25T08:00", "2026-10-24T08:00", "10:00"),
}


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("night", NIGHTS)
async def test_reminder_comes_once_and_at_the_planned_instant(
    database: Database, night: str
) -> None:
    rule, starts_at, due, shown = NIGHTS[night]
    begun = _utc(due) - timedelta(hours=3)
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[_utc(starts_at)], rules=[rule])
        await register(tx, event_id, await make_person(tx, chat=1), now=begun)
        await reminders.plan_event(tx, event_id=event_id, now=begun, quiet=NEVER_QUIET)
        planned = await agenda.agenda(tx, now=begun, until=_utc(starts_at))

    told = []
    for minute in range(6 * 60):
        now = begun + MINUTE * minute
        async with database.transaction() as tx:
            if await reminders.remind(tx, now=now):
                told.append(now)

    async with database.reading() as tx:
        rows = await tx.scalar(
            select(func.count()).select_from(outbox).where(outbox.c.kind == "reminder")
        )
    assert told == [_utc(due)]
    assert rows == 1
    assert [row.due_at for row in planned if row.kind == "reminder"] == [_utc(due)]
    assert f"{to_wall(_utc(due), ZONE):%H:%M}" == shown
