"""Questions about doors, of which each letter adds three, read no more than what they are about."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from storage import bounces, letter_doors
from storage.database import Database, Tx
from storage.letter_doors import NewDoor
from tests.storage.rows import NOW, make_person

LETTERS = 400
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
WHOLE = ("SCAN letter_door", "Seq Scan on letter_door")


def _door(letter: int, person_id: int, purpose: str) -> NewDoor:
    return NewDoor(
        token_hash=f"{purpose}:{letter}",
        purpose=purpose,
        kind="invitation",
        address=f"{letter}@ngo.example.org",
        locale="pl",
        subject={},
        outbox_key=f"key:{letter}",
        person_id=person_id,
    )


async def _fill(tx: Tx) -> list[int]:
    people = [await make_person(tx) for _ in range(LETTERS)]
    for number, person_id in enumerate(people):
        doors = [_door(number, person_id, purpose) for purpose in ("reply", "page", "out")]
        await letter_doors.add(tx, doors, now=NOW)
    return people


async def test_newest_pages_are_of_these_people_alone(database: Database) -> None:
    async with database.transaction() as tx:
        first, second, _other = [await make_person(tx) for _ in range(3)]
        for number, person_id in enumerate((first, second, _other, first, second)):
            await letter_doors.add(tx, [_door(number, person_id, "page")], now=NOW)

        found = await letter_doors.newest_pages(
            tx, person_ids=[first, second], organisation_ids=[], limit=3
        )
        nobody = await letter_doors.newest_pages(tx, person_ids=[], organisation_ids=[], limit=3)

    assert [door.outbox_key for door in found] == ["key:4", "key:3", "key:1"]
    assert nobody == []


ASKED: dict[str, Callable[[Tx, int], Awaitable[Any]]] = {
    "find": lambda tx, _: letter_doors.find(tx, token_hash="page:7"),
    "newest_pages": lambda tx, person_id: letter_doors.newest_pages(
        tx, person_ids=[person_id], organisation_ids=[], limit=20
    ),
    "of_letter": lambda tx, _: letter_doors.of_letter(tx, "key:7"),
    "renew": lambda tx, person_id: letter_doors.renew(tx, [_door(7, person_id, "page")], now=NOW),
    "organisation_of_letter": lambda tx, _: bounces.organisation_of_letter(tx, "key:7"),
}


@pytest.mark.parametrize("name", ASKED)
async def test_question_reads_no_whole_table(database: Database, backend: str, name: str) -> None:
    async with database.transaction() as tx:
        people = await _fill(tx)
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE letter_door"))
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Connection, _cursor: object, words: str, values: Any, *_: Any) -> None:
        if "letter_door" in words and not words.startswith("EXPLAIN"):
            asked.append((words, values))

    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    async with database.transaction() as tx:
        await ASKED[name](tx, people[7])
    event.remove(engine, "before_cursor_execute", hear)
    async with database.transaction() as tx:
        plans = [
            str(row)
            for words, values in asked
            for row in await tx.exec_driver_sql(f"{EXPLAIN[backend]} {words}", values)
        ]

    assert plans
    assert [plan for plan in plans if any(words in plan for words in WHOLE)] == []
