from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from storage import inbox, outbox, reminders, troubles
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from storage.tables import reminder_rule, session
from storage.troubles import MissedReminder, Quarantined, Undelivered
from tests.storage.rows import NOW, entry, make_event, make_person

HOUR = timedelta(hours=1)
STATES = ("queued", "leased", "sent", "failed", "uncertain", "missed", "cancelled")


async def _ended(tx: Tx, state: str, **changes: Any) -> None:
    await outbox.put(tx, [entry(state, **changes)], now=NOW)
    await tx.execute(
        update(outbox_table)
        .where(outbox_table.c.key == state)
        .values(state=state, ended_at=NOW, answer="550 no")
    )


async def test_undelivered_is_what_did_not_surely_arrive(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        for state in STATES:
            await _ended(tx, state, person_id=person_id)
        found = await troubles.undelivered(tx, since=NOW)
        later = await troubles.undelivered(tx, since=NOW + HOUR)

    assert [one.state for one in found] == ["failed", "uncertain", "missed"]
    assert found[0] == Undelivered(
        found[0].id, NOW, "reply", "failed", "telegram", "1001", "Jan Przykładowy", "550 no"
    )
    assert later == []


async def test_undelivered_leaves_out_what_staff_have_settled(database: Database) -> None:
    async with database.transaction() as tx:
        for state in ("failed", "uncertain"):
            await _ended(tx, state)
        settled = update(outbox_table).where(outbox_table.c.key == "failed")
        await tx.execute(settled.values(settled_at=NOW))
        found = await troubles.undelivered(tx, since=NOW)

    assert [one.state for one in found] == ["uncertain"]


async def test_undelivered_names_an_organisation_by_its_facts(database: Database) -> None:
    async with database.transaction() as tx:
        await _ended(tx, "failed", facts={"person": {"name": "OSP Miłki"}})
        [found] = await troubles.undelivered(tx, since=NOW)

    assert found.person == "OSP Miłki"


async def test_missed_reminders_name_event_and_rule(database: Database) -> None:
    async with database.transaction() as tx:
        await make_event(tx, rules=[("1d", 1, "09:00", 0), ("2h", 0, None, 120)])
        session_id = (await tx.execute(select(session.c.id))).scalar_one()
        rules = await tx.execute(select(reminder_rule.c.id).order_by(reminder_rule.c.id))
        for rule_id, state in zip(rules.scalars().all(), ("missed", "done"), strict=True):
            await reminders.plan(
                tx,
                rule_id=rule_id,
                session_id=session_id,
                revision=0,
                due_at=NOW,
                not_after=NOW + HOUR,
                state=state,
            )
        found = await troubles.missed_reminders(tx, since=NOW)
        later = await troubles.missed_reminders(tx, since=NOW + HOUR)

    assert found == [MissedReminder(NOW, "Budowanie partnerstw", "1d")]
    assert later == []


async def test_quarantined_says_from_whom_and_why(database: Database) -> None:
    async with database.transaction() as tx:
        arrivals = [Arrival("telegram", key, "telegram:7", "{}") for key in ("1", "2")]
        await inbox.accept(tx, arrivals, now=NOW)
        await tx.execute(
            update(inbox_table)
            .where(inbox_table.c.key == "2")
            .values(state="quarantined", error="KeyError: 'x'")
        )
        found = await troubles.quarantined(tx, since=NOW)
        later = await troubles.quarantined(tx, since=NOW + HOUR)

    assert found == [Quarantined(NOW, "telegram:7", "2", "KeyError: 'x'")]
    assert later == []
