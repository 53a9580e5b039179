"""A tick when nothing is due reads no table from end to end, however many rows there are."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import event, text

from scheduler.ticks import Ticker
from storage import restored
from storage.database import Database
from storage.seat_tables import nomination
from storage.tables import inbox, outbox, person, registration
from tests.storage.rows import NOW, make_event
from tests.storage.seats import make_organisation, place

ROWS = 4_000
MONTH = timedelta(days=30)
REGISTRATION = {"state": "active", "door": "telegram", "created_at": NOW, "seated_at": NOW}
# A partial index that is read from end to end holds nothing but what is open.
WHOLE = {
    "sqlite": re.compile(
        r"\bSCAN (outbox|registration|inbox|person|nomination)\b"
        r"(?! USING INDEX ix_nomination_named)"
    ),
    "postgresql": re.compile(r"Seq Scan on (outbox|registration|inbox|person|nomination)\b"),
}


async def _fill(database: Database) -> None:
    """Fill the tables with what has been done and with what will be sent next month."""
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        numbers = range(1, ROWS + 1)
        await tx.execute(person.insert(), [_person(number) for number in numbers])
        await tx.execute(
            registration.insert(),
            [{**REGISTRATION, "event_id": event_id, "person_id": number} for number in numbers],
        )
        await tx.execute(inbox.insert(), [_arrival(number) for number in numbers])
        await tx.execute(outbox.insert(), [_message(number) for number in numbers])
        organisation_id = await make_organisation(tx)
        await tx.execute(
            nomination.insert(),
            [_named(number, event_id, organisation_id) for number in numbers],
        )
        await tx.execute(text("ANALYZE"))


def _person(number: int) -> dict[str, Any]:
    return {"id": number, "name": "Jan", "role": "ngo", "locale": "pl", "created_at": NOW}


def _arrival(number: int) -> dict[str, Any]:
    arrival = {"source": "telegram", "key": str(number), "lane": f"telegram:{number}"}
    return arrival | {"payload": "{}", "state": "done", "received_at": NOW}


def _message(number: int) -> dict[str, Any]:
    waits = number % 5 == 0
    return {
        "key": f"key:{number}",
        "channel": "telegram",
        "kind": "reminder",
        "facts": {},
        "address": str(number),
        "locale": "pl",
        "priority": 20,
        "created_at": NOW,
        "due_at": NOW + MONTH,
        "not_after": NOW + 2 * MONTH,
        "state": "queued" if waits else "sent",
        "started_at": None if waits else NOW,
        "ended_at": None if waits else NOW,
    }


def _named(number: int, event_id: int, organisation_id: int) -> dict[str, Any]:
    row = {"event_id": event_id, "organisation_id": organisation_id, "name": "Jan"}
    row |= {"identity": f"name:{number}", "token_hash": str(number), "created_at": NOW}
    return row | {"state": "named" if number % 50 == 0 else "declined"}


async def _plans(database: Database, work: Any, explain: str) -> list[str]:
    """Do some work and explain every statement that it has asked."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    engines = {database._writer.sync_engine, database._reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await work()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    plans = []
    async with database.reading() as tx:
        for statement, values in asked:
            if re.match(r"\s*(SELECT|UPDATE|WITH|INSERT|DELETE)", statement):
                rows = await tx.exec_driver_sql(f"{explain}{statement}", values)
                plans.append("\n".join([statement, *(str(row) for row in rows)]))
    return plans


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


async def test_tick_when_nothing_is_due_reads_no_table_from_end_to_end(
    database: Database, backend: str
) -> None:
    await _fill(database)
    ticker = Ticker(database=database, clock=lambda: NOW, wake_outbox=lambda: None)

    async def work() -> None:
        await ticker.tick()
        await ticker.report()
        await restored.look(database, now=NOW)
        await restored.note_progress(database)

    plans = await _plans(database, work, EXPLAIN[backend])

    assert len(plans) > 5
    assert [plan for plan in plans if WHOLE[backend].search(plan)] == []


async def test_tick_asks_nothing_of_the_lines_of_events_that_are_over(
    database: Database, backend: str
) -> None:
    ticker = Ticker(database=database, clock=lambda: NOW, wake_outbox=lambda: None)
    asked = [len(await _plans(database, ticker.tick, EXPLAIN[backend]))]
    async with database.transaction() as tx:
        for number in range(1, 6):
            past = await make_event(tx, capacity=1, sessions=(NOW - number * MONTH,))
            await place(tx, past, position=1)
    asked.append(len(await _plans(database, ticker.tick, EXPLAIN[backend])))

    assert asked[0] == asked[1]


async def test_reading_a_whole_table_would_be_seen(database: Database, backend: str) -> None:
    await _fill(database)

    async def work() -> None:
        async with database.reading() as tx:
            await tx.execute(text("SELECT count(*) FROM outbox WHERE answer = 'x'"))

    [plan] = await _plans(database, work, EXPLAIN[backend])

    assert WHOLE[backend].search(plan)
