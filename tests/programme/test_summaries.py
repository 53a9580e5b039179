import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from programme import agenda, summaries, tasks
from programme.quiet_hours import QuietHours
from programme.refusals import NotStaff
from programme.staff import remove
from programme.summaries import Summary
from storage import invitations
from storage.database import Database, Tx
from storage.outbox import REMINDER, Entry, put
from storage.seat_tables import nomination_call
from storage.summaries import OfEvent
from storage.tables import outbox, registration
from tests.programme.audience import make_member, make_organisation, make_staff, seat
from tests.programme.papers import hand_in, make_asking_event, required_ids, seated
from tests.storage.rows import FIRST_DAY, NOW, ZONE, make_event, make_programme

AT = time(8, 30)
# NOW is a Monday; the next day at half past eight in Warsaw, and the day before that.
MORNING = datetime(2027, 1, 5, 7, 30, tzinfo=UTC)
DAY = timedelta(days=1)


async def _turn(tx: Tx, now: datetime, *, at: time | None = AT, **quiet: Any) -> int:
    hours = QuietHours(**quiet) if quiet else None
    return await summaries.turn(tx, at=at, zone=ZONE, now=now, quiet=hours)


async def _told(tx: Tx) -> list[tuple[str, str]]:
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.address)
        .where(outbox.c.kind == "summary")
        .order_by(outbox.c.id)
    )
    return [(row.key, row.address) for row in rows]


async def _ended(tx: Tx, key: str, state: str, ended_at: datetime) -> None:
    entry = Entry(
        key=key,
        channel="mail",
        kind="reminder",
        address="jan@example.org",
        locale="pl",
        facts={},
        priority=REMINDER,
        due_at=NOW,
        not_after=NOW + DAY,
    )
    await put(tx, [entry], now=NOW)
    await tx.execute(
        text("UPDATE outbox SET state = :state WHERE key = :key"), {"state": state, "key": key}
    )
    await tx.execute(outbox.update().where(outbox.c.key == key).values(ended_at=ended_at))


async def test_each_coordinator_gets_one_each_working_day(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        chief, other = await make_staff(tx, chat_id=900), await make_staff(tx, chat_id=901)
        for number, role in enumerate(("assistant", "viewer", "trainer")):
            await make_staff(tx, chat_id=910 + number, role=role)
        gone = await make_staff(tx, chat_id=920)
        await remove(tx, chat_id=gone.chat_id, now=NOW)

        counts = [
            await _turn(tx, MORNING - timedelta(seconds=1)),
            await _turn(tx, MORNING),
            await _turn(tx, MORNING + timedelta(hours=2)),
            await _turn(tx, MORNING + DAY),
            await _turn(tx, MORNING + 2 * DAY, at=None),
            await _turn(tx, MORNING + 2 * DAY),
        ]

        # The sixth of January is Epiphany.
        assert counts == [0, 2, 0, 0, 0, 2]
        assert await _told(tx) == [
            (f"summary:{member.id}:2027-01-{day}", str(member.chat_id))
            for day in ("05", "07")
            for member in (chief, other)
        ]


@pytest.mark.parametrize(
    ("now", "made"),
    [
        (datetime(2027, 1, 5, 7, 30, tzinfo=UTC), 1),
        # Epiphany, Saturday, Sunday.
        (datetime(2027, 1, 6, 7, 30, tzinfo=UTC), 0),
        (datetime(2027, 1, 9, 7, 30, tzinfo=UTC), 0),
        (datetime(2027, 1, 10, 7, 30, tzinfo=UTC), 0),
        # After an outage: in the afternoon still, at night no more.
        (datetime(2027, 1, 7, 15, tzinfo=UTC), 1),
        (datetime(2027, 1, 7, 20, tzinfo=UTC), 0),
        # Half past eight on the wall, on the Mondays after the clock was changed.
        (datetime(2026, 3, 30, 6, 29, tzinfo=UTC), 0),
        (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), 1),
        (datetime(2026, 10, 26, 7, 29, tzinfo=UTC), 0),
        (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), 1),
    ],
)
async def test_summary_is_made_on_working_days_only(
    database: Database, now: datetime, made: int
) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_staff(tx)

        assert await _turn(tx, now) == made


async def test_after_an_outage_there_is_one_of_all_that_happened(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        chief = await make_staff(tx)
        event_id = await make_event(tx)
        await _turn(tx, MORNING)
        for chat, days in ((1, -1), (2, 2), (3, 5)):
            await seat(tx, event_id, await make_member(tx, "Jan", chat=chat))
            await tx.execute(
                registration.update()
                .where(registration.c.id == chat)
                .values(created_at=MORNING + days * DAY)
            )
        # From Tuesday nothing ran until Wednesday of the next week.
        later = MORNING + 8 * DAY
        since = await summaries.since(tx, member=chief, zone=ZONE, now=later)

        assert await _turn(tx, later) == 1
        assert since == MORNING
        facts = await tx.scalar(
            select(outbox.c.facts).where(outbox.c.key == f"summary:{chief.id}:2027-01-13")
        )
        assert facts is not None
        assert facts["summary"]["registrations"] == [
            {"event_id": event_id, "title": "Budowanie partnerstw", "count": 2}
        ]


async def test_without_one_before_it_looks_back_to_the_last_working_day(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        monday = await summaries.since(tx, member=chief, zone=ZONE, now=MORNING - DAY)
        after_epiphany = await summaries.since(tx, member=chief, zone=ZONE, now=MORNING + 2 * DAY)

    assert monday == datetime(2026, 12, 31, 7, 30, tzinfo=UTC)
    assert after_epiphany == MORNING


async def test_everything_that_waits_is_counted(database: Database) -> None:
    async with database.transaction() as tx:
        chief, author = await make_staff(tx), await make_staff(tx, chat_id=901)
        soon = NOW + timedelta(days=20)
        event_id = await make_event(tx, sessions=[soon], capacity=3, deadline_at=NOW + 5 * DAY)
        full = await make_event(tx, sessions=[soon], capacity=1, taken=1)
        await make_event(tx, sessions=[FIRST_DAY])
        await make_event(tx, sessions=[soon], capacity=5, state="draft")
        jan = await make_member(tx, "Jan", chat=1)
        await seat(tx, event_id, jan)
        await seat(tx, full, jan, state="waiting")
        await _ended(tx, "old", "failed", NOW - 2 * DAY)
        await _ended(tx, "lost", "failed", NOW)
        await _ended(tx, "late", "missed", NOW)
        await _ended(tx, "doubt", "uncertain", NOW - 30 * DAY)
        await tasks.ask(tx, key="t", kind="mail", facts={}, now=NOW)
        for member in (chief, author):
            letter = await invitations.add(
                tx, staff_id=member.id, content={"subject": member.chat_id}, audience={}, now=NOW
            )
            await invitations.propose(tx, letter.id, revision=0, now=NOW)
        found = await summaries.look(tx, member=chief, since=NOW - DAY, now=NOW)
        by_nobody = await summaries.look(tx, member=None, since=NOW - DAY, now=NOW)
        quiet_day = await summaries.look(tx, member=chief, since=NOW + DAY, now=NOW + DAY)

    title = "Budowanie partnerstw"
    assert found.registrations == (OfEvent(event_id, title, 1), OfEvent(full, title, 1))
    assert [(one.event_id, one.free) for one in found.seats] == [(event_id, 3)]
    assert (found.failed, found.uncertain, found.tasks) == (2, 1, 1)
    assert [one.subject for one in found.letters] == ["901"]
    assert [one.subject for one in by_nobody.letters] == ["900", "901"]
    assert (quiet_day.registrations, quiet_day.failed, quiet_day.uncertain) == ((), 0, 1)


async def test_documents_to_check_are_counted_by_event(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        event_id = await make_asking_event(tx)
        registration_id, person_id = await seated(tx, event_id)
        required_id = (await required_ids(tx, event_id))[0]
        await hand_in(tx, tmp_path, registration_id, required_id, person_id)
        found = await summaries.look(tx, member=chief, since=NOW + DAY, now=NOW + DAY)

    assert [(one.event_id, one.count) for one in found.documents] == [(event_id, 1)]
    assert found.has_news


async def test_those_asked_who_are_silent_are_told_when_the_deadline_is_near(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        unit = await make_organisation(tx, "KGW", email="kgw@example.org")
        event_id = await make_event(tx, sessions=[FIRST_DAY], deadline_at=NOW + 10 * DAY)
        await tx.execute(
            nomination_call.insert().values(event_id=event_id, organisation_id=unit, called_at=NOW)
        )
        far = await summaries.look(tx, member=chief, since=NOW, now=NOW)
        near = await summaries.look(tx, member=chief, since=NOW, now=NOW + 4 * DAY)
        over = await summaries.look(tx, member=chief, since=NOW, now=NOW + 11 * DAY)

    counts = [(one.event_id, one.people, one.organisations) for one in near.silent]
    assert (far.silent, counts, over.silent) == ((), [(event_id, 0, 1)], ())
    assert near.has_news


async def test_free_seats_alone_are_no_news(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        await make_event(tx, sessions=[FIRST_DAY], capacity=3)
        found = await summaries.look(tx, member=chief, since=NOW, now=NOW)
        unasked = await agenda.next_due(tx, now=NOW, summary_at=AT)
        await tasks.ask(tx, key="t", kind="mail", facts={}, now=NOW)
        coming = await agenda.next_due(tx, now=NOW, summary_at=AT)
        never = await agenda.next_due(tx, now=NOW)

    assert (len(found.seats), found.has_news) == (1, False)
    # At eleven in the morning of the Monday, its own summary is overdue.
    assert (unasked, coming, never) == (None, MORNING - DAY, None)
    assert Summary(NOW).has_news is False


async def test_next_summary_of_a_night_is_that_of_the_next_working_day(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_staff(tx)
        await tasks.ask(tx, key="t", kind="mail", facts={}, now=NOW)
        night = await agenda.next_due(tx, now=MORNING + timedelta(hours=13), summary_at=AT)
        await _turn(tx, MORNING)
        told = await agenda.next_due(tx, now=MORNING + timedelta(hours=1), summary_at=AT)
        # What is told of it waits in the outbox, which comes first.
        await tx.execute(text("UPDATE outbox SET state = 'sent'"))
        after = await agenda.next_due(tx, now=MORNING + timedelta(hours=1), summary_at=AT)

    assert (night, told, after) == (MORNING + 2 * DAY, MORNING, MORNING + 2 * DAY)


async def test_two_tickers_tell_it_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        await make_staff(tx)

    async def tell(one: Database) -> int:
        async with one.transaction() as tx:
            told = await _turn(tx, MORNING)
            await asyncio.sleep(0.05)
            return told

    assert sorted(await asyncio.gather(tell(database), tell(second))) == [0, 1]


async def test_undelivered_messages_come_in_pages_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        chief = await make_staff(tx)
        for number in range(11):
            await _ended(tx, f"lost{number}", "failed", NOW - number * timedelta(hours=1))
        await _ended(tx, "long ago", "failed", NOW - 15 * DAY)
        await _ended(tx, "doubt", "uncertain", NOW - 15 * DAY)
        first = await summaries.undelivered(tx, member=chief, number=0, now=NOW)
        last = await summaries.undelivered(tx, member=chief, number=9, now=NOW)

    assert (first.total, first.pages, first.first, len(first.rows)) == (12, 2, 1, 10)
    assert [one.at for one in first.rows][:2] == [NOW, NOW - timedelta(hours=1)]
    assert (last.number, last.first, [one.state for one in last.rows]) == (
        1,
        11,
        ["failed", "uncertain"],
    )


@pytest.mark.parametrize("role", ["assistant", "viewer", "trainer"])
async def test_those_without_the_right_are_refused(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, role=role)
        with pytest.raises(NotStaff):
            await summaries.look(tx, member=member, since=NOW, now=NOW)
        with pytest.raises(NotStaff):
            await summaries.undelivered(tx, member=member, number=0, now=NOW)
