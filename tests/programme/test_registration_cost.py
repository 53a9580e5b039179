"""Registering for an event of thousands reads no table from end to end."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import text

from programme import registration, waiting_list
from storage import registrations
from storage.database import Database, Tx
from storage.tables import event, outbox, person
from storage.tables import registration as table
from tests.programme.line import come
from tests.storage.rows import NOW, make_event

MANY = 5_000
TABLES = "(registration|person|outbox|offer)"
WHOLE = {
    "sqlite": re.compile(rf"\bSCAN {TABLES}\b(?! USING COVERING INDEX ix_registration_line)"),
    "postgresql": re.compile(rf"Seq Scan on {TABLES}\b"),
}
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
Work = Callable[[Tx], Awaitable[object]]


async def _crowd(tx: Tx, *, state: str, **terms: Any) -> int:
    """Make an event of thousands of people who are all seated, or all in line."""
    seated = state == "active"
    event_id = await make_event(tx, capacity=MANY + 1 if seated else 0, **terms)
    first = int(await tx.scalar(text("SELECT coalesce(max(id), 0) FROM person")) or 0) + 1
    numbers = range(first, first + MANY)
    known: dict[str, Any] = {"role": "ngo", "locale": "pl", "created_at": NOW}
    await tx.execute(person.insert(), [known | {"id": number, "name": "Jan"} for number in numbers])
    row = {"event_id": event_id, "state": state, "door": "telegram", "created_at": NOW}
    await tx.execute(
        table.insert(),
        [row | {"person_id": number, "position": None if seated else number} for number in numbers],
    )
    values = {"taken": MANY} if seated else {"waiting_sequence": first + MANY}
    await tx.execute(event.update().where(event.c.id == event_id).values(**values))
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT setval('person_id_seq', (SELECT max(id) FROM person))"))
    return event_id


def _message(number: int) -> dict[str, Any]:
    message: dict[str, Any] = {
        "key": f"key:{number}",
        "channel": "telegram",
        "kind": "reminder",
        "facts": {},
    }
    message |= {"address": str(number), "locale": "pl", "priority": 20, "state": "sent"}
    return message | {"created_at": NOW, "due_at": NOW, "not_after": NOW, "ended_at": NOW}


async def _plans(database: Database, work: Work, explain: str) -> list[str]:
    """Do some work in one transaction and explain every statement that it said."""
    said: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, values))

    async with database.transaction() as tx:
        listening.listen(tx.sync_connection, "before_cursor_execute", note)
        await work(tx)
        listening.remove(tx.sync_connection, "before_cursor_execute", note)
        plans = []
        for statement, values in said:
            if re.match(r"\s*(SELECT|UPDATE|WITH)", statement):
                rows = await tx.exec_driver_sql(f"{explain}{statement}", values)
                plans.append("\n".join([statement, *(str(row) for row in rows)]))
    return plans


@pytest.mark.parametrize("state", ["active", "waiting"])
@pytest.mark.parametrize(
    "terms",
    [{}, {"fairness": "one_each"}, {"offer_hours": 4, "last_minute_hours": 4}],
    ids=["plain", "one each", "offers"],
)
async def test_registering_among_thousands_reads_no_table_from_end_to_end(
    database: Database, backend: str, state: str, terms: dict[str, Any]
) -> None:
    async with database.transaction() as tx:
        event_id = await _crowd(tx, state=state, **terms)
        other = await _crowd(tx, state="active")
        await tx.execute(outbox.insert(), [_message(number) for number in range(MANY)])
        # What was offered once is kept.
        old = "SELECT id, event_id, true, 'expired', created_at, created_at FROM registration"
        columns = "registration_id, event_id, holds_seat, state, made_at, expires_at"
        await tx.execute(text(f"INSERT INTO offer ({columns}) {old}"))
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE"))

    async def work(tx: Tx) -> None:
        got = await come(tx, event_id, 7)
        assert got.state == state
        await registration.promote(tx, event_id=event_id, now=NOW)
        await waiting_list.turn(tx, now=NOW)
        found = await registrations.get(tx, got.registration_id)
        assert found is not None
        await registration.cancel(
            tx,
            registration_id=got.registration_id,
            person_id=found.person_id,
            now=NOW + timedelta(minutes=1),
        )
        await come(tx, other, 8)

    plans = await _plans(database, work, EXPLAIN[backend])

    whole = [plan for plan in plans if WHOLE[backend].search(plan)]
    assert whole == []
    assert len(plans) > 30
