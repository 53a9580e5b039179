"""Ticks that make the weekly digest and the daily summary."""

from datetime import datetime, time, timedelta

from sqlalchemy import select, text

from scheduler.ticks import Ticker
from storage.database import Database
from storage.tables import outbox
from tests.programme.audience import make_member, make_staff
from tests.programme.newsletters import FRIDAY, TEN, announce, digests_told
from tests.storage.rows import NOW, ZONE, make_programme

MINUTE = timedelta(minutes=1)


class _Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


def _ticker(database: Database, clock: _Clock, *, summary_at: time | None = None) -> Ticker:
    return Ticker(
        database=database,
        clock=clock,
        wake_outbox=lambda: None,
        zone=ZONE,
        summary_at=summary_at,
    )


async def test_tick_makes_the_digest_of_friday_once(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
        for chat in (1, 2):
            await make_member(tx, "Ewa", chat=chat)
        await announce(tx, member, "Nabór")
    clock = _Clock(TEN - MINUTE)
    told = []
    for _ in range(3):
        await _ticker(database, clock).tick()
        async with database.reading() as tx:
            told.append(await digests_told(tx))
        clock.moment += MINUTE

    both = {"1": ["Nabór"], "2": ["Nabór"]}
    assert told == [{}, both, both]
    assert FRIDAY.isoweekday() == 5


async def test_tick_makes_the_summary_of_each_working_day(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        member = await make_staff(tx)
    clock = _Clock(NOW.replace(hour=6))
    for _ in range(24 * 7):
        await _ticker(database, clock, summary_at=time(8, 30)).tick()
        clock.moment += timedelta(hours=1)
    async with database.reading() as tx:
        rows = await tx.execute(select(outbox.c.key).order_by(outbox.c.id))
        keys = list(rows.scalars())

    # Epiphany, Saturday and Sunday have none.
    days = ("2027-01-04", "2027-01-05", "2027-01-07", "2027-01-08")
    assert keys == [f"summary:{member.id}:{day}" for day in days]


async def test_tick_makes_no_summary_unless_told_when(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_staff(tx)
    await _ticker(database, _Clock(NOW)).tick()
    async with database.reading() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM outbox")) == 0
