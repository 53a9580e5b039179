from typing import Any

from storage import organisations
from storage.database import open_database
from storage.organisations import Organisation


async def test_save_twice_adds_then_changes_nothing(database_url: str) -> None:
    database = open_database(database_url)
    values: dict[str, Any] = {
        "key": "osp milki",
        "name": "OSP Miłki",
        "kind": "ngo",
        "email": "osp@milki.example.org",
        "phone": "",
        "locality": "Miłki",
    }

    async with database.transaction() as tx:
        added = await organisations.save(tx, **values, areas=("sport", "ratownictwo"))
        same = await organisations.save(tx, **values, areas=("sport", "ratownictwo"))
        changed = await organisations.save(tx, **values, areas=("ratownictwo",))
    async with database.reading() as tx:
        kept = await organisations.list_all(tx)
        found = await organisations.get(tx, added.id)
        missing = await organisations.get(tx, added.id + 1)
    await database.close()

    assert [each.outcome for each in (added, same, changed)] == ["added", "same", "changed"]
    expected = Organisation(id=added.id, **values, areas=("ratownictwo",))
    assert kept == [expected]
    assert (found, missing) == (expected, None)
