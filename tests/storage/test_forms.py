import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import NoResultFound

from storage import forms
from storage.database import Database
from storage.forms import StoredForm
from tests.storage.rows import NOW

FIRST: dict[str, Any] = {"questions": [{"key": "a", "options": ["x", "y"]}]}
SECOND: dict[str, Any] = {"questions": [{"key": "a", "options": ["x"]}]}


async def test_save_keeps_the_first_version(database: Database) -> None:
    async with database.transaction() as tx:
        saved = await forms.save(tx, key="profile", content=FIRST, now=NOW)

        assert saved == StoredForm(saved.id, "profile", 1, FIRST)
        assert await forms.get(tx, saved.id) == saved


async def test_save_of_the_same_content_makes_no_version(database: Database) -> None:
    async with database.transaction() as tx:
        saved = await forms.save(tx, key="profile", content=FIRST, now=NOW)
        again = await forms.save(tx, key="profile", content=dict(FIRST), now=NOW)

        assert again == saved
        assert await forms.versions(tx, "profile") == [saved]


async def test_save_of_other_content_makes_a_version(database: Database) -> None:
    async with database.transaction() as tx:
        first = await forms.save(tx, key="profile", content=FIRST, now=NOW)
        await forms.save(tx, key="other", content=SECOND, now=NOW)
        second = await forms.save(tx, key="profile", content=SECOND, now=NOW)
        third = await forms.save(tx, key="profile", content=FIRST, now=NOW)

        assert [first.version, second.version, third.version] == [1, 2, 3]
        assert await forms.versions(tx, "profile") == [first, second, third]
        assert await forms.newest(tx, "profile") == third


async def test_newest_of_an_unknown_key_is_none(database: Database) -> None:
    async with database.reading() as tx:
        assert await forms.newest(tx, "profile") is None


async def test_get_of_an_unknown_id_raises(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(NoResultFound):
            await forms.get(tx, 1)


@pytest.mark.parametrize(("other", "versions"), [(FIRST, [FIRST]), (SECOND, [FIRST, SECOND])])
async def test_save_at_the_same_moment_waits_for_the_other(
    database: Database, second: Database, other: dict[str, Any], versions: list[dict[str, Any]]
) -> None:
    async def save_second() -> None:
        async with second.transaction() as tx:
            await forms.save(tx, key="profile", content=other, now=NOW)

    async with database.transaction() as tx:
        await forms.save(tx, key="profile", content=FIRST, now=NOW)
        waiting = asyncio.create_task(save_second())
        await asyncio.sleep(0.1)
    await waiting

    async with database.reading() as tx:
        assert [form.content for form in await forms.versions(tx, "profile")] == versions
