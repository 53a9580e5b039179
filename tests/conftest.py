"""What every test may ask for: an empty or a migrated database, on both backends."""

import asyncio
import importlib
import itertools
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

# Telegram's library warns about whole seconds unless told that durations are durations.
os.environ["PTB_TIMEDELTA"] = "1"

from storage.database import Database, open_database
from tests import postgres
from tests.mail_servers import MailServers

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

MIGRATED_AT = datetime(2027, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database that the project promises to work on."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a database of this test's own, with all migrations applied."""
    if backend == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        own = request.getfixturevalue("tmp_path") / "akademia.db"
        shutil.copyfile(template, own)
        yield f"sqlite+aiosqlite:///{own}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        yield from _own_database(server, template=request.getfixturevalue("postgres_template"))


@pytest.fixture
def empty_database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a database without any table, for tests of the migrations."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{request.getfixturevalue('tmp_path') / 'empty.db'}"
    else:
        yield from _own_database(request.getfixturevalue("postgres_server"), template="template0")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Start PostgreSQL when the first test asks for it."""
    server, keeper = postgres.start()
    yield server
    postgres.stop(keeper)


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[MailServers]:
    """Start Postfix and Dovecot when the first test asks for them: see tests/mail_servers.py."""
    servers = MailServers()
    yield servers
    servers.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """Migrate one database, which every test's own is copied from."""
    postgres_server.create("migrated")
    _migrate(postgres_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, which every test's own is copied from."""
    file = tmp_path_factory.mktemp("template") / "akademia.db"
    _migrate(f"sqlite+aiosqlite:///{file}")
    return file


def _own_database(server: postgres.Server, *, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    server.create(name, template=template)
    yield server.url(name)
    try:
        server.drop(name)
    except subprocess.CalledProcessError as error:
        server.drop_in_use(name)
        pytest.fail(f"The test left a connection to its database open: {error.stderr}")


def _migrate(url: str) -> None:
    """Apply the migrations in a thread, so that the loop of a test is never touched."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(_apply_migrations(url))).result()


async def _apply_migrations(url: str) -> None:
    # Imported here: tests that need no database do not wait for SQLAlchemy.
    database = importlib.import_module("storage.database").open_database(url)
    try:
        await importlib.import_module("storage.migrate").apply(database, now=MIGRATED_AT)
    finally:
        await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open a migrated database of this test's own."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def second(database_url: str) -> AsyncIterator[Database]:
    """Open the same database once more, as another process would."""
    opened = open_database(database_url)
    yield opened
    await opened.close()
