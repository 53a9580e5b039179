import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from programme import agenda, document_notices, events, registration
from programme.document_notices import Moment
from programme.quiet_hours import QuietHours
from storage import events as event_rows
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.papers import TITLES, hand_in, make_asking_event, required_ids, seated
from tests.programme.steps import facts_of, told
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

# The first session is on 10 February at 9:00 in Warsaw.
WEEK = datetime(2027, 2, 3, 8, tzinfo=UTC)
THREE_DAYS = datetime(2027, 2, 7, 8, tzinfo=UTC)


async def reminded(tx: Tx) -> list[str]:
    return [key for key, kind, _ in await told(tx) if kind == "documents_missing"]


async def test_who_lacks_documents_is_reminded_twice_and_once_each(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        lacking, person_id = await seated(tx, event_id, chat=1)
        complete, complete_id = await seated(tx, event_id, chat=2)
        first, second = await required_ids(tx, event_id)
        await hand_in(tx, tmp_path, lacking, first, person_id)
        for required_id in (first, second):
            await hand_in(tx, tmp_path, complete, required_id, complete_id)

        moments = (WEEK - timedelta(seconds=1), WEEK, WEEK, THREE_DAYS, THREE_DAYS)
        counts = [await document_notices.remind(tx, now=now) for now in moments]

        assert counts == [0, 1, 0, 1, 0]
        assert await reminded(tx) == [
            f"documents_missing:{lacking}:20270203:telegram",
            f"documents_missing:{lacking}:20270207:telegram",
        ]
        facts = await facts_of(tx, f"documents_missing:{lacking}:20270203:telegram")
        assert (facts["documents"], facts["registration_id"]) == ([TITLES[1]], lacking)


async def test_who_has_no_chat_is_reminded_by_mail(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        person_id = await make_person(tx, mail="jan@example.org")
        got = await registration.register(
            tx, event_id=event_id, person_id=person_id, door="staff", now=NOW
        )

        await document_notices.remind(tx, now=WEEK)

        assert await reminded(tx) == [f"documents_missing:{got.registration_id}:20270203:mail"]


async def test_who_got_a_seat_after_the_moment_is_not_reminded(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        person_id = await make_person(tx, chat=1)
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="staff", now=WEEK + timedelta(hours=1)
        )

        assert await document_notices.remind(tx, now=WEEK + timedelta(hours=2)) == 0


async def test_moment_that_was_slept_through_is_not_made_up_for(database: Database) -> None:
    async with database.transaction() as tx:
        await seated(tx, await make_asking_event(tx))

        late = await document_notices.remind(tx, now=WEEK + timedelta(hours=12))
        then = await document_notices.remind(tx, now=THREE_DAYS)

    assert (late, then) == (0, 1)


async def test_nobody_is_reminded_of_a_cancelled_event_or_seat(database: Database) -> None:
    async with database.transaction() as tx:
        registration_id, person_id = await seated(tx, await make_asking_event(tx), chat=1)
        await registration.cancel(tx, registration_id=registration_id, person_id=person_id, now=NOW)
        gone = await make_asking_event(tx)
        await seated(tx, gone, chat=2)
        await events.cancel_event(tx, event_id=gone, now=NOW)
        await seated(tx, await make_event(tx), chat=3)

        assert await document_notices.remind(tx, now=WEEK) == 0


async def test_moved_event_has_other_moments(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        await seated(tx, event_id)
        before = await document_notices.planned(tx, now=NOW, until=FIRST_DAY)
        await document_notices.remind(tx, now=WEEK)
        (session,) = await event_rows.sessions(tx, event_id)
        starts, ends = events.shifted(session, timedelta(days=2))
        await events.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=session.place,
            quiet=QuietHours(),
            now=WEEK,
        )

        after = await document_notices.planned(tx, now=WEEK, until=FIRST_DAY + timedelta(days=2))

        assert [moment.due_at for moment in before] == [WEEK, THREE_DAYS]
        assert [moment.due_at for moment in after] == [
            WEEK + timedelta(days=2),
            THREE_DAYS + timedelta(days=2),
        ]


@pytest.mark.parametrize(
    ("quiet", "due_at", "not_after"),
    [
        (QuietHours(), WEEK, datetime(2027, 2, 3, 18, 59, 59, tzinfo=UTC)),
    ],
)
async def test_moment_lasts_until_the_evening(
    database: Database, quiet: QuietHours, due_at: datetime, not_after: datetime
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        sessions = await event_rows.sessions(tx, event_id)

    assert document_notices.moments(sessions, quiet)[0] == Moment(event_id, due_at, not_after)
    assert document_notices.moments([], quiet) == []


async def test_agenda_shows_who_will_be_reminded(database: Database) -> None:
    async with database.transaction() as tx:
        await seated(tx, await make_asking_event(tx), chat=1)
        await tx.execute(outbox.delete())

        rows = await agenda.agenda(tx, now=NOW, until=FIRST_DAY)
        soonest = await agenda.next_due(tx, now=NOW)
        await document_notices.remind(tx, now=WEEK)
        await tx.execute(outbox.delete())

        assert [(row.due_at, row.kind, row.person, row.address) for row in rows] == [
            (WEEK, "documents_missing", "Jan Przykładowy", "1"),
            (THREE_DAYS, "documents_missing", "Jan Przykładowy", "1"),
        ]
        assert (soonest, await agenda.next_due(tx, now=WEEK)) == (WEEK, THREE_DAYS)


async def _waiting(tx: Tx) -> list[str]:
    rows = await tx.execute(
        select(outbox.c.facts).where(
            outbox.c.kind == "documents_missing", outbox.c.state == "queued"
        )
    )
    return [facts["event"]["sessions"][0]["starts_at"] for facts in rows.scalars()]


async def test_a_reminder_that_has_not_left_is_taken_back_with_the_registration(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        leaves, person_id = await seated(tx, event_id, chat=1)
        await seated(tx, event_id, chat=2)
        await document_notices.remind(tx, now=WEEK)

        await registration.cancel(tx, registration_id=leaves, person_id=person_id, now=WEEK)
        one_left = await _waiting(tx)
        await events.cancel_event(tx, event_id=event_id, now=WEEK)

        assert (len(one_left), await _waiting(tx)) == (1, [])


async def test_a_reminder_that_has_not_left_says_where_the_event_has_moved(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        await seated(tx, event_id, chat=1)
        await document_notices.remind(tx, now=WEEK)
        [session] = await event_rows.sessions(tx, event_id)
        starts, ends = events.shifted(session, timedelta(hours=1))

        await events.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=session.place,
            quiet=QuietHours(),
            now=WEEK,
        )

        assert await _waiting(tx) == [(FIRST_DAY + timedelta(hours=1)).isoformat()]


async def test_a_reminder_at_the_moment_of_a_move_does_not_say_the_old_day(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        await seated(tx, event_id, chat=1)
        [session] = await event_rows.sessions(tx, event_id)

    async def tick() -> int:
        async with second.transaction() as tx:
            return await document_notices.remind(tx, now=WEEK)

    starts, ends = events.shifted(session, timedelta(days=1))
    async with database.transaction() as tx:
        await events.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=session.place,
            quiet=QuietHours(),
            now=WEEK,
        )
        ticking = asyncio.create_task(tick())
        # Long enough to come to where it waits.
        await asyncio.sleep(0.2)

    assert await ticking == 0
