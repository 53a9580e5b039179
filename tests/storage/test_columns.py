from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.insert import insert_id
from storage.tables import channel_pause, inbox

MOMENT = datetime(2026, 10, 25, 0, 30, 15, 123456, tzinfo=UTC)


async def _kept(database: Database, moment: datetime) -> datetime | None:
    async with database.transaction() as tx:
        await tx.execute(channel_pause.insert().values(channel="mail", until=moment, because="x"))
    async with database.reading() as tx:
        kept: datetime | None = await tx.scalar(select(channel_pause.c.until))
    return kept


@pytest.mark.parametrize("offset", [0, 2, -11])
async def test_instant_of_any_zone_comes_back_as_the_same_moment(
    database: Database, offset: int
) -> None:
    kept = await _kept(database, MOMENT.astimezone(timezone(timedelta(hours=offset))))

    assert (kept, kept and kept.tzinfo) == (MOMENT, UTC)


async def test_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError) as caught:
        await _kept(database, datetime(2026, 10, 25, 2, 30))  # noqa: DTZ001 -- the fault itself

    assert isinstance(caught.value.orig, ValueError)


async def test_instant_of_none_stays_none(database: Database) -> None:
    async with database.transaction() as tx:
        await insert_id(
            tx,
            inbox,
            source="telegram",
            key="1",
            lane="1",
            payload="{}",
            state="new",
            received_at=MOMENT,
        )
        done_at = await tx.scalar(select(inbox.c.done_at))

    assert done_at is None


async def test_instants_are_compared_as_moments(database: Database) -> None:
    await _kept(database, MOMENT)
    an_hour_earlier_with_a_greater_figure = (MOMENT - timedelta(hours=1)).astimezone(
        timezone(timedelta(hours=2))
    )

    async with database.reading() as tx:
        found = await tx.scalar(
            select(channel_pause.c.channel).where(
                channel_pause.c.until > an_hour_earlier_with_a_greater_figure
            )
        )

    assert found == "mail"
