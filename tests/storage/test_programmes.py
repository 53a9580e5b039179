from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest_asyncio
from sqlalchemy import select

from storage import programmes
from storage.database import Database, Tx, open_database
from storage.programmes import Event, Programme, Rule, Session
from storage.reminders import plan
from storage.tables import reminder, reminder_rule, session

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PROGRAMME = Programme(
    key="proba",
    title="Próba",
    funder_line="Gmina",
    organiser="Urząd",
    contact="sekretarz@milki.example.org",
    starts_on=date(2026, 11, 1),
    ends_on=date(2027, 4, 30),
)
ONE = Session(
    number=1,
    starts_at=datetime(2027, 1, 15, 8, tzinfo=UTC),
    ends_at=datetime(2027, 1, 15, 14, tzinfo=UTC),
    starts_wall="2027-01-15T09:00",
    ends_wall="2027-01-15T15:00",
    zone="Europe/Warsaw",
    place="Sala",
)
TWO = replace(ONE, number=2, starts_wall="2027-01-16T09:00", ends_wall="2027-01-16T15:00")
DAY = Rule("1d", 1, "09:00", 0)
HOURS = Rule("2h", 0, None, 120)


def event(programme_id: int) -> Event:
    return Event(
        key="prawo",
        programme_id=programme_id,
        title="Prawo",
        kind="training",
        place="Sala",
        description="",
        capacity=None,
        audience="all",
        deadline_at=None,
        deadline_wall=None,
        zone="Europe/Warsaw",
        state="published",
    )


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    yield opened
    await opened.close()


async def add_event(tx: Tx) -> int:
    programme = await programmes.save_programme(tx, PROGRAMME)
    return (await programmes.save_event(tx, event(programme.id))).id


async def plan_all(tx: Tx, event_id: int) -> None:
    rules = await tx.execute(select(reminder_rule.c.id).where(reminder_rule.c.event_id == event_id))
    sessions = await tx.execute(select(session.c.id).where(session.c.event_id == event_id))
    session_ids = list(sessions.scalars())
    for rule_id in rules.scalars():
        for session_id in session_ids:
            await plan(
                tx,
                rule_id=rule_id,
                session_id=session_id,
                revision=0,
                due_at=NOW,
                not_after=NOW,
                state="planned",
            )


async def planned(tx: Tx) -> list[tuple[str, int, str]]:
    """List every reminder kept: its rule, its session and its state."""
    query = (
        select(reminder_rule.c.key, session.c.number, reminder.c.state)
        .join(reminder_rule, reminder_rule.c.id == reminder.c.rule_id)
        .join(session, session.c.id == reminder.c.session_id)
    )
    return sorted((row.key, row.number, row.state) for row in await tx.execute(query))


async def test_save_event_adds_changes_and_leaves(database: Database) -> None:
    async with database.transaction() as tx:
        programme = await programmes.save_programme(tx, PROGRAMME)
        values = event(programme.id)
        added = await programmes.save_event(tx, values)
        same = await programmes.save_event(tx, values)
        changed = await programmes.save_event(tx, replace(values, capacity=8, deadline_at=NOW))
        kept = await programmes.hold_event(tx, key="prawo")
        again = await programmes.save_programme(tx, PROGRAMME)

    assert [each.outcome for each in (programme, added, same, changed, again)] == [
        "added",
        "added",
        "same",
        "changed",
        "same",
    ]
    assert kept is not None
    assert kept == programmes.KeptEvent(
        added.id, replace(values, capacity=8, deadline_at=NOW), (), 0, 0
    )


async def test_hold_event_of_unknown_key_finds_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        assert await programmes.hold_event(tx, key="nic") is None


async def test_save_sessions_tells_what_changed(database: Database) -> None:
    moved = replace(ONE, place="Szkoła")
    async with database.transaction() as tx:
        event_id = await add_event(tx)
        outcomes = [
            await programmes.save_sessions(tx, event_id=event_id, sessions=sessions)
            for sessions in ([ONE, TWO], [ONE, TWO], [moved, TWO], [moved])
        ]
        kept = await programmes.list_sessions(tx, event_id=event_id)
        revision = await tx.scalar(select(session.c.revision))

    assert outcomes == [True, False, True, True]
    assert (kept, revision) == ([moved], 1)


async def test_save_sessions_that_change_cancel_their_reminders(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await add_event(tx)
        await programmes.save_sessions(tx, event_id=event_id, sessions=[ONE, TWO])
        await programmes.save_rules(tx, event_id=event_id, rules=[DAY])
        await plan_all(tx, event_id)

        await programmes.save_sessions(
            tx, event_id=event_id, sessions=[replace(ONE, place="Szkoła"), TWO]
        )
        after_change = await planned(tx)
        await programmes.save_sessions(tx, event_id=event_id, sessions=[ONE])
        after_removal = await planned(tx)

    assert after_change == [("1d", 1, "cancelled"), ("1d", 2, "planned")]
    assert after_removal == [("1d", 1, "cancelled")]


async def test_save_rules_drops_what_changed_rules_planned(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await add_event(tx)
        await programmes.save_sessions(tx, event_id=event_id, sessions=[ONE])
        added = await programmes.save_rules(tx, event_id=event_id, rules=[DAY, HOURS])
        await plan_all(tx, event_id)

        same = await programmes.save_rules(tx, event_id=event_id, rules=[HOURS, DAY])
        untouched = await planned(tx)
        later = replace(DAY, at_wall="12:00")
        changed = await programmes.save_rules(tx, event_id=event_id, rules=[later, HOURS])
        after_change = await planned(tx)
        removed = await programmes.save_rules(tx, event_id=event_id, rules=[])
        after_removal = await planned(tx)

    assert [added, same, changed, removed] == [True, False, True, True]
    assert untouched == [("1d", 1, "planned"), ("2h", 1, "planned")]
    assert after_change == [("2h", 1, "planned")]
    assert after_removal == []


async def test_save_privacy_notice_keeps_each_language(database: Database) -> None:
    async with database.transaction() as tx:
        await programmes.save_privacy_notice(
            tx, version=1, locale="pl", text="Dbamy", valid_from=NOW
        )
        polish = await programmes.privacy_notice_text(tx, version=1, locale="pl")
        english = await programmes.privacy_notice_text(tx, version=1, locale="en")

    assert (polish, english) == ("Dbamy", None)


async def test_number_of_a_deleted_reminder_does_not_come_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await add_event(tx)
        await programmes.save_sessions(tx, event_id=event_id, sessions=[ONE])
        seen: list[int] = []
        for rule in (DAY, replace(DAY, key="12h"), replace(DAY, key="3h")):
            await programmes.save_rules(tx, event_id=event_id, rules=[rule])
            await plan_all(tx, event_id)
            seen += await tx.scalars(select(reminder.c.id))

    assert len(set(seen)) == 3
