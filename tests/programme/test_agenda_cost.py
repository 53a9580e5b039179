"""What a page of the agenda costs: the database groups, however many rows there are."""

from typing import Any

from sqlalchemy import event as sql_events

from programme import agenda_desk
from programme.agenda_desk import PER_PAGE
from storage import outbox
from storage.database import Database
from storage.outbox import CONFIRMATION
from tests.programme.audience import CHIEF
from tests.programme.test_agenda_desk import DAY, SPAN, lines
from tests.storage.rows import NOW, entry


async def fill(database: Database, numbers: range) -> None:
    said = {"event": {"id": 7, "title": "Szkolenie"}, "more": "x" * 500}
    waits: dict[str, Any] = {"kind": "event_moved", "priority": CONFIRMATION, "facts": said}
    async with database.transaction() as tx:
        for first in range(numbers.start, numbers.stop, 500):
            entries = [
                entry(
                    f"k{number}",
                    address=str(number),
                    due_at=NOW + (number % 10) * DAY,
                    not_after=NOW + 30 * DAY,
                    **waits,
                )
                for number in range(first, min(first + 500, numbers.stop))
            ]
            await outbox.put(tx, entries, now=NOW)


async def asked_for(database: Database) -> tuple[list[int], list[str]]:
    """Look at the agenda and at one line; give the counts, and the statements of each."""
    async with database.reading() as tx:
        engine = tx.engine.sync_engine
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        sql_events.listen(engine, "before_cursor_execute", note)
        found = await lines(tx)
        looked = await agenda_desk.look(tx, member=CHIEF, name=found[3].name, span=SPAN)
        sql_events.remove(engine, "before_cursor_execute", note)
    assert len(looked.people) == min(PER_PAGE, looked.occurrence.count)
    return [one.count for one in found], asked


async def test_ten_thousand_rows_are_grouped_by_the_database(database: Database) -> None:
    await fill(database, range(10))
    few, asked_of_few = await asked_for(database)
    await fill(database, range(10, 10_000))
    many, asked_of_many = await asked_for(database)

    assert (few, many) == ([1] * 10, [1000] * 10)
    # The same statements, whatever the number of rows; none of them reads all that is due.
    assert asked_of_many == asked_of_few
    assert len(asked_of_many) == 17
