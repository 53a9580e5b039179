import asyncio
import shutil
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage import migrate, restored, seat_tables, survey_tables, tables
from storage.database import Database, DatabaseUnusable, open_database
from storage.tables import cursor
from tests.storage.rows import sqlite_url

NOW = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
NEXT = "9999"
ADD_COLUMN = 'op.add_column("cursor", sa.Column("note", sa.Text()))'
BREAK = 'op.execute("INSERT INTO no_such_table VALUES (1)")'


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Database]:
    """Open a database without any table."""
    opened = open_database(empty_database_url)
    yield opened
    await opened.close()


def _release_next_version(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *, steps: tuple[str, ...]
) -> None:
    """Make the program one migration newer than the databases of the tests."""
    before = migrate.newest_revision()
    scripts = folder / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts)
    lines = [
        "import sqlalchemy as sa",
        "from alembic import op",
        f'revision, down_revision = "{NEXT}", "{before}"',
        "def upgrade():",
        *(f"    {step}" for step in steps),
    ]
    (scripts / "versions" / "9999_next.py").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)


async def _revision(database: Database) -> str | None:
    async with database.reading() as tx:
        revision: str | None = await tx.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


async def _columns_of_cursor(database: Database) -> list[str]:
    async with database.reading() as tx:
        columns = await tx.run_sync(lambda connection: inspect(connection).get_columns("cursor"))
    return [column["name"] for column in columns]


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    [metadata] = {tables.cursor.metadata, survey_tables.survey.metadata}
    return list(compare_metadata(context, metadata))


async def test_apply_to_an_empty_database_builds_the_tables_of_the_program(
    empty: Database,
) -> None:
    copy = await migrate.apply(empty, now=NOW)

    async with empty.reading() as tx:
        differences = await tx.run_sync(_differences)
    assert (copy, differences) == (None, [])


async def test_apply_to_an_empty_database_notes_the_newest_revision(empty: Database) -> None:
    await migrate.apply(empty, now=NOW)

    assert await _revision(empty) == migrate.newest_revision()


AN_ARRIVAL = """
    INSERT INTO inbox (source, key, lane, payload, state, received_at)
    VALUES ('telegram', :state, 'telegram:1', '{}', :state, CURRENT_TIMESTAMP)
"""
A_DELIVERY = """
    INSERT INTO outbox (key, channel, kind, address, locale, facts, priority, state,
        due_at, not_after, created_at, started_at)
    VALUES (:state, 'mail', 'reply', 'a@example.org', 'pl', '{}', 1, :state,
        CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)
"""
A_PAUSE = "INSERT INTO channel_pause VALUES ('mail', CURRENT_TIMESTAMP, 'said so')"
A_CURSOR = "INSERT INTO cursor VALUES ('telegram.offset', 8)"
ARRIVALS = ("new", "orphan", "done", "quarantined")
DELIVERIES = ("queued", "retry", "leased", "started", "uncertain", "sent", "failed")


async def test_apply_to_a_database_of_the_first_release_keeps_its_rows_and_holds_nothing(
    empty: Database,
) -> None:
    async with empty.transaction() as tx:
        await tx.run_sync(_upgrade_to, "0001")
        await tx.execute(text(AN_ARRIVAL), [{"state": state} for state in ARRIVALS])
        await tx.execute(text(A_DELIVERY), [{"state": state} for state in DELIVERIES])
        await tx.execute(text(A_PAUSE))
        await tx.execute(text(A_CURSOR))

    await migrate.apply(empty, now=NOW)

    async with empty.reading() as tx:
        assert await tx.run_sync(_differences) == []
        arrivals = (await tx.scalars(select(tables.inbox.c.state))).all()
        deliveries = (await tx.scalars(select(tables.outbox.c.state))).all()
        pauses = (await tx.execute(select(tables.channel_pause))).all()
    held = [await restored.look(empty, now=NOW) for _ in range(2)]
    assert held == [None, None]
    assert (sorted(arrivals), sorted(deliveries)) == (sorted(ARRIVALS), sorted(DELIVERIES))
    assert [(row.channel, row.length_seconds) for row in pauses] == [("mail", None)]


PEOPLE_OF_A_RELEASE_BEFORE = (
    "INSERT INTO organisation (id, key, name, kind, areas) VALUES (3, 'kgw', 'KGW', 'ngo', '[]')",
    """INSERT INTO person (id, name, role, organisation_id, locale, created_at)
        VALUES (7, 'Anna', 'ngo', 3, 'pl', CURRENT_TIMESTAMP),
            (8, 'Jan', 'clerk', NULL, 'pl', CURRENT_TIMESTAMP)""",
    """INSERT INTO programme (id, key, title, funder_line, organiser, contact, starts_on, ends_on)
        VALUES (1, 'p', 'P', 'F', 'O', 'C', '2027-01-01', '2027-12-31')""",
    """INSERT INTO event (id, key, programme_id, title, kind, place, audience, zone, state)
        VALUES (1, 'e', 1, 'E', 'training', 'M', 'all', 'Europe/Warsaw', 'published')""",
    """INSERT INTO registration (event_id, person_id, state, door, created_at)
        VALUES (1, 7, 'active', 'telegram', CURRENT_TIMESTAMP),
            (1, 8, 'active', 'telegram', CURRENT_TIMESTAMP)""",
)


async def test_apply_gives_known_people_their_organisation(empty: Database) -> None:
    async with empty.transaction() as tx:
        await tx.run_sync(_upgrade_to, "0004")
        for statement in PEOPLE_OF_A_RELEASE_BEFORE:
            await tx.execute(text(statement))

    await migrate.apply(empty, now=NOW)

    async with empty.reading() as tx:
        members = (await tx.execute(select(seat_tables.membership))).all()
        columns = (tables.registration.c.person_id, tables.registration.c.organisation_id)
        registered = (await tx.execute(select(*columns).order_by(columns[0]))).all()
    assert [(one.person_id, one.organisation_id, one.is_contact) for one in members] == [
        (7, 3, False)
    ]
    assert [tuple(row) for row in registered] == [(7, 3), (8, None)]


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _copies(folder: Path) -> list[Path]:
    return list(folder.glob("*.before-*"))


async def test_apply_a_second_time_does_nothing(database: Database, tmp_path: Path) -> None:
    copy = await migrate.apply(database, now=NOW)

    assert (copy, _copies(tmp_path)) == (None, [])


async def test_apply_to_an_old_database_upgrades_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _release_next_version(monkeypatch, tmp_path, steps=(ADD_COLUMN,))

    await migrate.apply(database, now=NOW)

    assert (await _revision(database), await _columns_of_cursor(database)) == (
        NEXT,
        ["name", "value", "note"],
    )


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_apply_to_an_old_file_keeps_a_copy_with_what_lay_in_the_wal(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_revision = migrate.newest_revision()
    _release_next_version(monkeypatch, tmp_path, steps=(ADD_COLUMN,))
    async with database.transaction() as tx:
        await tx.execute(cursor.insert().values(name="telegram", value=7))

    copy = await migrate.apply(database, now=NOW)

    assert copy == tmp_path / f"akademia.before-{NEXT}-20270301T123000Z.db"
    mode = stat.S_IMODE(copy.stat().st_mode)
    kept = open_database(sqlite_url(copy))
    async with kept.reading() as tx:
        value = await tx.scalar(select(cursor.c.value))
    revision = await _revision(kept)
    await kept.close()
    assert (mode, value, revision) == (0o600, 7, old_revision)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_apply_to_an_old_postgresql_makes_no_copy(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _release_next_version(monkeypatch, tmp_path, steps=(ADD_COLUMN,))

    assert await migrate.apply(database, now=NOW) is None


async def test_apply_of_a_migration_that_fails_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_revision = migrate.newest_revision()
    _release_next_version(monkeypatch, tmp_path, steps=(ADD_COLUMN, BREAK))

    with pytest.raises(DBAPIError):
        await migrate.apply(database, now=NOW)

    assert (await _revision(database), await _columns_of_cursor(database)) == (
        old_revision,
        ["name", "value"],
    )


async def test_apply_to_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseUnusable) as caught:
        await migrate.apply(database, now=NOW)

    assert caught.value.reason == (
        "This database was made by a newer version of the program. Install that version."
    )


async def test_apply_by_two_at_once_builds_the_tables_once(
    empty: Database, empty_database_url: str
) -> None:
    other = open_database(empty_database_url)

    await asyncio.gather(migrate.apply(empty, now=NOW), migrate.apply(other, now=NOW))

    await other.close()
    async with empty.reading() as tx:
        rows = await tx.scalar(select(func.count()).select_from(text("alembic_version")))
    assert rows == 1
