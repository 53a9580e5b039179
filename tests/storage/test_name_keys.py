from collections.abc import AsyncIterator

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, text

from storage import migrate, organisations, people
from storage.database import Database, open_database
from storage.name_keys import (
    LONGEST_KEY,
    OF_ORGANISATION,
    OF_PERSON,
    fold,
    key_of_organisation,
    key_of_person,
)
from storage.tables import organisation, person
from tests.storage.rows import NOW, make_person

A_PERSON = """
    INSERT INTO person (id, name, role, organisation_text, locale, created_at)
    VALUES (:id, :name, 'ngo', 'Koło z Rudy', 'pl', CURRENT_TIMESTAMP)
"""
AN_ORGANISATION = """
    INSERT INTO organisation (id, key, name, kind, locality, areas)
    VALUES (1, 'a', 'Łódź nad Śniardwami', 'ngo', 'Miłki', '[]')
"""


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """Open a database without any table."""
    opened = open_database(empty_database_url)
    yield opened
    await opened.close()


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_update_puts_everybody_who_is_there_into_the_lists(empty: Database) -> None:
    async with empty.transaction() as tx:
        await tx.run_sync(_upgrade_to, "0006")
        await tx.execute(text(AN_ORGANISATION))
        await tx.execute(
            text(A_PERSON), [{"id": 1, "name": "Jan Żak"}, {"id": 2, "name": "Ewa Łoś"}]
        )

    await migrate.apply(empty, now=NOW)

    async with empty.reading() as tx:
        listed = select(*(person.c[name] for name in ("name", *OF_PERSON)))
        found = [tuple(row) for row in await tx.execute(listed.order_by(person.c.sort_name))]
        columns = [organisation.c[name] for name in OF_ORGANISATION]
        (unit,) = [tuple(row) for row in await tx.execute(select(*columns))]
    assert found == [
        (name, key_of_person(name), fold(name), "kolo z rudy") for name in ("Ewa Łoś", "Jan Żak")
    ]
    assert unit == (key_of_organisation("Łódź nad Śniardwami"), "lodz nad sniardwami", "milki")


async def test_whoever_writes_a_row_writes_its_keys(database: Database) -> None:
    async with database.transaction() as tx:
        first = await make_person(tx, name="Jan Żak")
        values = {"name": "Ewa Łoś", "role": "ngo", "locale": "pl", "created_at": NOW}
        await tx.execute(insert(person), [values, values | {"name": "Ola Mak"}])
        await people.change(tx, first, name="Jan Zak", organisation_text="Świt")
        await people.change(tx, first, locale="en")

        listed = select(person.c.name, person.c.sort_name, person.c.folded_organisation)
        found = [tuple(row) for row in await tx.execute(listed.order_by(person.c.sort_name))]

    assert found == [
        ("Ewa Łoś", key_of_person("Ewa Łoś"), ""),
        ("Ola Mak", key_of_person("Ola Mak"), ""),
        ("Jan Zak", key_of_person("Jan Zak"), "swit"),
    ]


async def test_register_brings_keys_up_to_date_and_knows_what_is_the_same(
    database: Database,
) -> None:
    values = {"key": "a", "kind": "ngo", "email": "", "phone": "", "locality": "Ruda", "areas": ()}
    async with database.transaction() as tx:
        saved = [
            (await organisations.save(tx, name=name, **values)).outcome  # type: ignore[arg-type]
            for name in ("Świt", "Świt", "Łąka")
        ]
        row = (await tx.execute(select(organisation))).one()

    assert saved == ["added", "same", "changed"]
    assert (row.sort_name, row.folded_name) == (key_of_organisation("Łąka"), "laka")
    assert row.folded_locality == "ruda"


@given(name=st.text(max_size=300))
def test_keys_are_plain_and_short(name: str) -> None:
    for key in (key_of_person(name), key_of_organisation(name)):
        assert key.isascii()
        assert len(key) <= LONGEST_KEY


async def test_page_of_people_takes_the_index_and_sorts_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            insert(person),
            [
                {"name": f"Jan N{number}", "role": "ngo", "locale": "pl", "created_at": NOW}
                for number in range(3000)
            ],
        )
    page = (
        "SELECT id FROM person WHERE merged_into_id IS NULL "
        "ORDER BY sort_name, id LIMIT 10 OFFSET 500"
    )
    async with database.transaction() as tx:
        if database.is_sqlite:
            rows = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {page}")
            plan = " ".join(row.detail for row in rows)
        else:
            await tx.execute(text("ANALYZE person"))
            plan = " ".join((await tx.exec_driver_sql(f"EXPLAIN {page}")).scalars())

    assert "ix_person_sort_name" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
