from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from programme import tasks
from storage import migrate
from storage.database import open_database
from tests.bot.office import Office, Starter, quick_starter
from tests.storage.rows import make_programme, sqlite_url


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with quick_starter() as starter:
        yield starter


async def test_summary_says_what_waits_in_plain_words(tmp_path: Path, starter: Starter) -> None:
    office = Office(tmp_path, starter)
    now = datetime.now(UTC)
    database = open_database(sqlite_url(office.data / "akademia.db"))
    await migrate.apply(database, now=now)
    async with database.transaction() as tx:
        await make_programme(tx)
    nothing = await office.say("summary")
    async with database.transaction() as tx:
        await tasks.ask(tx, key="mail:1", kind="mail", facts={}, now=now)
    something = await office.say("summary")
    await database.close()

    assert (nothing.code, something.code) == (0, 0)
    assert nothing.out.splitlines()[1].startswith("Nothing new since ")
    assert something.out.splitlines()[2:] == ["There is 1 thing to do."]
