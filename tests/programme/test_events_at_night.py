"""Events moved or cancelled in the evening: told at once where it is soon, else in the morning."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from programme import events as cases
from programme import registration
from programme.quiet_hours import QuietHours
from storage import events
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.steps import register
from tests.storage.rows import make_event, make_person

# Nine in the evening in Warsaw, a Tuesday, and the morning after it.
EVENING = datetime(2027, 2, 2, 20, tzinfo=UTC)
MORNING = datetime(2027, 2, 3, 7, tzinfo=UTC)
# Nine o'clock that morning, and a week later.
SOON = datetime(2027, 2, 3, 8, tzinfo=UTC)
LATER = datetime(2027, 2, 10, 8, tzinfo=UTC)
QUIET = QuietHours()


async def _with_somebody(tx: Tx, *starts: datetime) -> tuple[int, int]:
    """Make an event and somebody with a chat and mail who has a seat at it."""
    event_id = await make_event(tx, sessions=starts)
    person_id = await make_person(tx, chat=7, mail="jan@example.org")
    return event_id, (await register(tx, event_id, person_id)).registration_id


async def _due(tx: Tx, kind: str) -> dict[str, tuple[datetime, str]]:
    rows = await tx.execute(
        select(outbox.c.channel, outbox.c.due_at, outbox.c.state).where(outbox.c.kind == kind)
    )
    return {row.channel: (row.due_at, row.state) for row in rows}


async def _move(tx: Tx, event_id: int, *, days: int, number: int = 0, now: datetime) -> None:
    session = (await events.sessions(tx, event_id))[number]
    starts_wall, ends_wall = cases.shifted(session, timedelta(days=days))
    await cases.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts_wall,
        ends_wall=ends_wall,
        place=session.place,
        quiet=QUIET,
        now=now,
    )


@pytest.mark.parametrize(("starts", "due_at"), [(SOON, EVENING), (LATER, MORNING)])
async def test_cancelled_event_is_told_at_once_only_where_it_begins_soon(
    database: Database, starts: datetime, due_at: datetime
) -> None:
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, starts)
        await cases.cancel_event(tx, event_id=event_id, quiet=QUIET, now=EVENING)

        # The calendar's mail and the chat go together.
        assert await _due(tx, "event_cancelled") == {
            "telegram": (due_at, "queued"),
            "mail": (due_at, "queued"),
        }


@pytest.mark.parametrize(
    ("starts", "days", "due_at"),
    [(SOON, 7, EVENING), (LATER, -7, EVENING), (LATER, 7, MORNING)],
)
async def test_moved_event_is_told_at_once_where_it_began_or_begins_soon(
    database: Database, starts: datetime, days: int, due_at: datetime
) -> None:
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, starts)
        await _move(tx, event_id, days=days, now=EVENING)

        assert await _due(tx, "event_moved") == {
            "telegram": (due_at, "queued"),
            "mail": (due_at, "queued"),
        }


async def test_move_of_a_far_day_waits_although_another_day_is_near(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, SOON, LATER)
        await _move(tx, event_id, days=1, number=1, now=EVENING)

        assert {due_at for due_at, _ in (await _due(tx, "event_moved")).values()} == {MORNING}


async def test_cancelled_after_its_first_day_is_told_for_the_next_one(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, EVENING - timedelta(hours=10), LATER)
        await cases.cancel_event(tx, event_id=event_id, quiet=QUIET, now=EVENING)

        assert {due_at for due_at, _ in (await _due(tx, "event_cancelled")).values()} == {MORNING}


async def test_by_day_everything_is_told_at_once(database: Database) -> None:
    noon = EVENING - timedelta(hours=9)
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, LATER)
        await cases.cancel_event(tx, event_id=event_id, quiet=QUIET, now=noon)

        assert {due_at for due_at, _ in (await _due(tx, "event_cancelled")).values()} == {noon}


async def test_whoever_gives_up_the_seat_at_night_is_not_told_of_the_move(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, registration_id = await _with_somebody(tx, LATER)
        await _move(tx, event_id, days=7, now=EVENING)
        later = EVENING + timedelta(hours=1)
        found = await events.get(tx, event_id)
        assert found is not None
        person = (await tx.execute(select(outbox.c.person_id).limit(1))).scalar_one()
        await registration.cancel(
            tx, registration_id=registration_id, person_id=person, quiet=QUIET, now=later
        )

        # A calendar gets no REQUEST after its CANCEL.
        assert await _due(tx, "event_moved") == {
            "telegram": (MORNING, "cancelled"),
            "mail": (MORNING, "cancelled"),
        }
        assert await _due(tx, "registration_cancelled") == {
            "telegram": (later, "queued"),
            "mail": (later, "queued"),
        }


async def test_event_cancelled_at_night_takes_back_the_news_of_its_move(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, _ = await _with_somebody(tx, LATER)
        await _move(tx, event_id, days=7, now=EVENING)
        await cases.cancel_event(tx, event_id=event_id, quiet=QUIET, now=EVENING)

        assert {state for _, state in (await _due(tx, "event_moved")).values()} == {"cancelled"}
        assert {state for _, state in (await _due(tx, "event_cancelled")).values()} == {"queued"}
