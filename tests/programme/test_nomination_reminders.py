"""Each silent organisation and person hears once more, in waking hours."""

from datetime import UTC, datetime, timedelta

from programme import agenda, nomination_calls, nomination_reminders, nominations
from programme.quiet_hours import QuietHours
from storage.database import Database, Tx
from tests.programme.naming import (
    DEADLINE,
    LINK,
    NamingScene,
    accept,
    make_scene,
    name,
    named_count,
    read,
)
from tests.programme.steps import facts_of, kinds_to, told
from tests.storage.rows import FIRST_DAY, NOW, make_person

A_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
# Three days before the deadline, and two days after somebody was named; both at 11 in the morning.
ORGANISATIONS_AT = DEADLINE - 3 * A_DAY
PERSON_AT = NOW + 2 * A_DAY


async def call(tx: Tx, at: NamingScene, *, now: datetime = NOW) -> None:
    assert at.staff.member is not None
    await nomination_calls.send(
        tx,
        event_id=at.event_id,
        member=at.staff.member,
        link=LINK,
        quiet=QuietHours(),
        now=now,
    )


async def test_an_organisation_that_names_nobody_is_reminded_once(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)

        before = await nomination_reminders.remind(tx, now=ORGANISATIONS_AT - SECOND)
        then = await nomination_reminders.remind(tx, now=ORGANISATIONS_AT)
        again = await nomination_reminders.remind(tx, now=ORGANISATIONS_AT + A_DAY)

        assert (before, then, again) == (0, 1, 0)
        assert await kinds_to(tx, "501") == ["nomination_call", "nomination_reminder"]
        key = f"nomination_call:1:{at.contact_id}:telegram"
        reminder = f"nomination_reminder:1:{at.contact_id}:telegram"
        assert (await facts_of(tx, reminder))["link"] == (await facts_of(tx, key))["link"]


async def test_an_organisation_that_has_named_somebody_is_left_alone(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)
        await name(tx, at)

        assert await nomination_reminders.remind(tx, now=ORGANISATIONS_AT) == 0


async def test_an_organisation_that_was_not_called_is_not_reminded(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        first = await name(tx, at)
        await nominations.withdraw(
            tx, nomination_id=first.nomination_id, speaker=at.contact, now=NOW
        )

        assert await nomination_reminders.remind(tx, now=ORGANISATIONS_AT) == 0


async def test_a_late_call_is_followed_by_a_reminder_a_day_later(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        called_at = DEADLINE - 2 * A_DAY
        await call(tx, at, now=called_at)

        told_at_once = await nomination_reminders.remind(tx, now=called_at)
        told_later = await nomination_reminders.remind(tx, now=called_at + A_DAY)

        assert (told_at_once, told_later) == (0, 1)


async def test_nobody_is_reminded_after_the_deadline(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)

        assert await nomination_reminders.remind(tx, now=DEADLINE) == 0
        assert await nomination_reminders.next_due(tx) is None


async def test_somebody_who_does_not_answer_is_reminded_once_with_the_same_link(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")

        times = [PERSON_AT - SECOND, PERSON_AT, PERSON_AT + A_DAY]
        counts = [await nomination_reminders.remind(tx, now=now) for now in times]

        assert counts == [0, 1, 0]
        key = f"nominated_reminder:{naming.nomination_id}:named:mail"
        assert (await facts_of(tx, key))["link"] == naming.link


async def test_whoever_has_answered_or_cannot_be_reached_hears_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        anna = await make_person(tx, chat=7)
        await accept(tx, await name(tx, at), anna)
        await name(tx, at, "Ewa Druga")
        before = await told(tx)

        await nomination_reminders.remind(tx, now=PERSON_AT)

        assert await told(tx) == before


async def test_a_reminder_waits_for_the_morning(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        night = datetime(2027, 1, 4, 22, tzinfo=UTC)
        await name(tx, at, email="anna@example.org", now=night)

        assert await nomination_reminders.next_due(tx) == datetime(2027, 1, 7, 7, tzinfo=UTC)


async def test_what_nobody_answered_ends_with_the_beginning(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        naming = await name(tx, at, email="anna@example.org")

        await nomination_reminders.remind(tx, now=FIRST_DAY)

        assert (await read(tx, naming.nomination_id)).state == "expired"
        assert await named_count(tx, at) == 1


async def test_the_agenda_knows_both_reminders(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=3)
        await call(tx, at)
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        organisation_due = await agenda.next_due(tx)
        rows = await agenda.agenda(tx, now=NOW, until=DEADLINE)
        await name(tx, at, email="anna@example.org")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")
        person_due = await agenda.next_due(tx)

        assert [(row.kind, row.address) for row in rows] == [("nomination_reminder", "501")]
        assert (organisation_due, person_due) == (ORGANISATIONS_AT, PERSON_AT)
        later = await agenda.agenda(tx, now=NOW, until=DEADLINE)
        assert [(row.kind, row.address) for row in later] == [
            ("nominated_reminder", "anna@example.org")
        ]


async def test_what_is_due_in_a_restored_copy_may_be_passed_over(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)
        due = await nomination_reminders.count_due(tx, now=ORGANISATIONS_AT)
        before = await told(tx)

        passed = await nomination_reminders.pass_over(tx, now=ORGANISATIONS_AT)

        assert (due, passed) == (1, 1)
        assert await nomination_reminders.remind(tx, now=ORGANISATIONS_AT) == 0
        assert await told(tx) == before
