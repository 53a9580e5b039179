from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update

from programme import agenda, fair
from programme import events as event_cases
from programme.fair_reminders import remind
from programme.quiet_hours import QuietHours
from storage import events
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.audience import make_staff
from tests.programme.stands import crowd, exhibit, make_fair
from tests.programme.steps import facts_of, told
from tests.storage.rows import FIRST_DAY, NOW

# Nine in the morning of the day before, on the wall in Warsaw.
MOMENT = datetime(2027, 2, 9, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = "exhibitor_reminder:1:20270209080000:telegram"


async def _reminders(tx: Tx) -> list[tuple[str, str]]:
    return [(key, to) for key, kind, to in await told(tx) if kind == "exhibitor_reminder"]


async def test_remind_tells_those_with_a_stand_once_on_the_day_before(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)

        early = await remind(tx, now=MOMENT - MINUTE)
        in_time = await remind(tx, now=MOMENT)
        again = await remind(tx, now=MOMENT + MINUTE)

        assert (early, in_time, again) == (0, 1, 0)
        assert await _reminders(tx) == [(KEY, "1")]
        facts = await facts_of(tx, KEY)
        assert (facts["stand"]["number"], facts["days_left"]) == (1, 1)


async def test_remind_is_silent_in_the_evening_and_on_the_day_itself(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 1):
            await exhibit(tx, event_id, *each)

        late = [
            await remind(tx, now=moment)
            for moment in (MOMENT + timedelta(hours=11), FIRST_DAY - timedelta(hours=2), FIRST_DAY)
        ]

        assert late == [0, 0, 0]


async def test_remind_says_a_number_that_changed_after_it(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)
        member = await make_staff(tx)
        await remind(tx, now=MOMENT)
        await fair.renumber(tx, exhibitor_id=1, stand=8, member=member, now=MOMENT + MINUTE)

        again = await remind(tx, now=MOMENT + MINUTE)

        assert again == 1
        key = "exhibitor_reminder:1:20270209080100:telegram"
        assert (await facts_of(tx, key))["stand"]["number"] == 8


async def test_remind_leaves_out_who_was_confirmed_after_its_moment(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        people = await crowd(tx, 2)
        for each in people:
            await exhibit(tx, event_id, *each, now=MOMENT + MINUTE)
        await fair.cancel(tx, exhibitor_id=1, person_id=people[0][1], now=MOMENT + MINUTE)

        assert await remind(tx, now=MOMENT + 2 * MINUTE) == 0
        assert [kind for _, kind, _ in await told(tx)] == [
            "exhibitor_confirmed",
            "exhibitor_waiting",
            "exhibitor_cancelled",
            "exhibitor_promoted",
        ]


async def test_remind_follows_a_fair_that_moved(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 1):
            await exhibit(tx, event_id, *each)
        await remind(tx, now=MOMENT)
        [session] = await events.sessions(tx, event_id)
        starts, ends = event_cases.shifted(session, timedelta(days=1))
        await event_cases.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=session.place,
            quiet=QuietHours(),
            now=MOMENT + MINUTE,
        )

        same_day = await remind(tx, now=MOMENT + 2 * MINUTE)
        next_day = await remind(tx, now=MOMENT + timedelta(days=1))

        assert (same_day, next_day) == (0, 1)


async def test_remind_says_nothing_of_a_cancelled_fair_or_stand(database: Database) -> None:
    async with database.transaction() as tx:
        gone, stays = await make_fair(tx), await make_fair(tx)
        people = await crowd(tx, 1)
        for event_id in (gone, stays):
            await exhibit(tx, event_id, *people[0])
        await event_cases.cancel_event(tx, event_id=gone, now=NOW)
        await fair.cancel(tx, exhibitor_id=2, person_id=people[0][1], now=NOW)

        assert await remind(tx, now=MOMENT) == 0


async def test_a_reminder_that_has_not_left_is_taken_back_with_the_fair(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 1):
            await exhibit(tx, event_id, *each)
        await remind(tx, now=MOMENT)

        await event_cases.cancel_event(tx, event_id=event_id, now=MOMENT)

        states = select(outbox.c.state).where(outbox.c.kind == "exhibitor_reminder")
        assert list((await tx.execute(states)).scalars()) == ["cancelled"]


async def test_a_number_that_changes_before_the_reminder_has_left_is_said_once(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [each] = await crowd(tx, 1)
        got = await exhibit(tx, event_id, *each)
        member = await make_staff(tx)
        await remind(tx, now=MOMENT)
        await fair.renumber(tx, exhibitor_id=got.exhibitor_id, stand=7, member=member, now=MOMENT)
        await remind(tx, now=MOMENT + MINUTE)

        states = select(outbox.c.state).where(outbox.c.kind == "exhibitor_reminder")
        in_order = states.order_by(outbox.c.id)
        assert list((await tx.execute(in_order)).scalars()) == ["cancelled", "queued"]


async def test_agenda_has_the_reminder_until_it_is_queued(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 1):
            await exhibit(tx, event_id, *each)
        await tx.execute(update(outbox).values(state="sent"))

        rows = await agenda.agenda(tx, now=NOW, until=FIRST_DAY)
        soonest = await agenda.next_due(tx, now=MOMENT - MINUTE)
        longer = QuietHours(time(20), time(10))
        late = await agenda.next_due(tx, now=MOMENT - MINUTE, quiet=longer)
        await remind(tx, now=MOMENT)
        await tx.execute(update(outbox).values(state="sent"))

        told = [(row.due_at, row.kind, row.person, row.channel, row.address) for row in rows]
        assert told == [(MOMENT, "exhibitor_reminder", "Osoba 1", "telegram", "1")]
        assert (soonest, late) == (MOMENT, MOMENT + timedelta(hours=1))
        assert await agenda.next_due(tx, now=MOMENT) is None
