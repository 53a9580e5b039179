"""How many statements the lists take that people ask for by a tap."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import event

from storage import events, people, registrations
from storage.database import Database, Tx
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person


async def _statements(database: Database, look: Callable[[Tx], Awaitable[object]]) -> list[str]:
    said: list[str] = []

    def note(*details: object) -> None:
        said.append(str(details[2]))

    async with database.transaction() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", note)
        await look(tx)
        event.remove(tx.sync_connection, "before_cursor_execute", note)
    return said


@pytest.mark.parametrize("count", [1, 3])
async def test_lists_of_a_tap_take_one_statement_however_long_they_are(
    database: Database, count: int
) -> None:
    days = [FIRST_DAY + timedelta(days=day) for day in range(count)]
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        for _ in range(count):
            event_id = await make_event(tx, sessions=days)
            await register(tx, event_id, person_id)

    looks: list[Callable[[Tx], Awaitable[object]]] = [
        lambda tx: registrations.of_person(tx, person_id),
        lambda tx: registrations.of_event(tx, event_id, state="active"),
        lambda tx: registrations.count_open(tx, event_id),
        lambda tx: events.upcoming(tx, now=NOW),
        lambda tx: events.sessions(tx, event_id),
        lambda tx: people.contacts(tx, person_id),
        lambda tx: people.contacts_of_many(tx, [person_id]),
        lambda tx: people.by_chat(tx, 7),
    ]

    assert [len(await _statements(database, look)) for look in looks] == [1] * len(looks)
