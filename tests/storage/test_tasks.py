from datetime import timedelta

from storage import tasks
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.tables import staff
from tests.programme.at_once import at_once
from tests.storage.rows import NOW


async def _add(tx: Tx, key: str, *, minutes: int = 0) -> bool:
    moment = NOW + timedelta(minutes=minutes)
    return await tasks.add(tx, key=key, kind="mail", facts={"n": key}, now=moment)


async def _number(tx: Tx, key: str) -> int:
    found = await tasks.by_key(tx, key)
    assert found is not None
    return found.id


async def test_a_key_is_asked_for_once(database: Database) -> None:
    async with database.transaction() as tx:
        assert [await _add(tx, "a"), await _add(tx, "a")] == [True, False]
        assert await tasks.count_open(tx) == 1


async def test_open_ones_come_oldest_first(database: Database) -> None:
    async with database.transaction() as tx:
        for key, minutes in (("b", 5), ("a", 1), ("c", 9)):
            await _add(tx, key, minutes=minutes)
        await tasks.end(tx, await _number(tx, "a"), staff_id=None, now=NOW)

        found = await tasks.open_ones(tx, limit=5)

        assert [task.key for task in found] == ["b", "c"]
        assert [task.key for task in await tasks.open_ones(tx, limit=5, offset=1)] == ["c"]


async def test_a_task_ends_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        await _add(tx, "a")
        number = await _number(tx, "a")

    async def end(tx: Tx) -> bool:
        return await tasks.end(tx, number, staff_id=None, now=NOW)

    assert sorted(map(bool, await at_once((database, second), [end] * 4))) == [
        *(False, False, False),
        True,
    ]


async def test_only_what_staff_have_done_is_put_back(database: Database) -> None:
    async with database.transaction() as tx:
        maria = await insert_id(
            tx, staff, name="Maria", role="coordinator", chat_id=9, granted_at=NOW
        )
        for key in ("mine", "own", "open"):
            await _add(tx, key)
        mine, own, still = [await _number(tx, key) for key in ("mine", "own", "open")]
        await tasks.end(tx, mine, staff_id=maria, now=NOW)
        await tasks.end(tx, own, staff_id=None, now=NOW)

        assert [await tasks.reopen(tx, one) for one in (mine, own, still)] == [True, False, False]
        back = await tasks.get(tx, mine)
        assert back is not None
        assert (back.state, back.ended_at, back.ended_by_staff_id) == ("open", None, None)


async def test_untold_ones_are_open_and_new(database: Database) -> None:
    async with database.transaction() as tx:
        await _add(tx, "told")
        await tasks.set_told(tx, now=NOW)
        await _add(tx, "new")
        await _add(tx, "done")
        await tasks.end(tx, await _number(tx, "done"), staff_id=None, now=NOW)

        assert [task.key for task in await tasks.untold(tx, limit=9)] == ["new"]
