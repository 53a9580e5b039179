from datetime import timedelta

from storage import bounces, people, tasks
from storage.bounces import Lost
from storage.database import Database, Tx
from storage.tables import organisation
from tests.programme.audience import make_organisation
from tests.programme.returned import arrived, write
from tests.storage.rows import NOW, make_person

HERS, LOW = "Ewa@example.org", "ewa@example.org"
DAY = timedelta(days=1)


async def _note(tx: Tx, key: str, *, is_hard: bool = False, days: int = 0) -> bool:
    return await bounces.note(
        tx,
        address=LOW,
        outbox_key=key,
        inbox_id=await arrived(tx),
        is_hard=is_hard,
        status="5.2.2",
        diagnostic="x" * 5_000,
        now=NOW + days * DAY,
    )


async def test_soft_ones_are_listed_once_for_each_letter(database: Database) -> None:
    async with database.transaction() as tx:
        for key, days in (("a", 1), ("a", 3), ("b", 2)):
            await _note(tx, key, days=days)
        await _note(tx, "hard", is_hard=True, days=2)

        found = await bounces.soft_since(tx, address=LOW, since=NOW)

        assert sorted(found) == [NOW + DAY, NOW + 2 * DAY]
        assert await bounces.soft_since(tx, address=LOW, since=NOW + 2 * DAY) == [NOW + 3 * DAY]
        assert await bounces.soft_since(tx, address=HERS, since=NOW) == []


async def test_losing_an_address_is_news_once_and_for_those_who_proved_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        jan = await make_person(tx, mail="jan@example.org")
        await people.add_contact(
            tx, person_id=jan, channel="mail", address=LOW, verified=False, now=NOW
        )
        unit = await make_organisation(tx, "KGW", email=HERS)

        first = await bounces.lose(tx, address=LOW, why="x" * 900, now=NOW)
        again = await bounces.lose(tx, address=LOW, why="", now=NOW)

        assert (first, again) == (Lost((ewa,), (unit,)), Lost((), ()))
        assert (first.is_anybody, again.is_anybody) == (True, False)
        assert await bounces.find(tx, address=LOW)
        assert not await bounces.find(tx, address=LOW)


async def test_an_organisations_other_address_is_not_lost(database: Database) -> None:
    async with database.transaction() as tx:
        await make_organisation(tx, "KGW", email=HERS)
        await bounces.lose(tx, address=LOW, why="", now=NOW)
        await tx.execute(organisation.update().values(email="nowy@example.org"))

        assert not await bounces.is_written_to(tx, address=LOW)
        assert await bounces.is_written_to(tx, address="nowy@example.org")


async def test_letters_that_wait_for_an_address_are_found_in_any_case(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS, chat=4)
        await write(tx, ewa, "a")
        jan = await make_person(tx, mail="jan@example.org")
        await write(tx, jan, "b")

        found = await bounces.waiting_for(tx, address=LOW, limit=9)

        assert [row.key for row in found] == ["a:mail"]
        letter = await bounces.letter(tx, "a:mail")
        assert letter is not None
        assert letter.address == HERS
        assert await bounces.letter(tx, "x") is None


async def test_tasks_of_one_address_end_and_no_others(database: Database) -> None:
    async with database.transaction() as tx:
        for key in (f"address:{LOW}:1", f"address:{LOW}x:1", "mail:1"):
            await tasks.add(tx, key=key, kind="address", facts={}, now=NOW)

        assert await bounces.end_tasks(tx, address=LOW, now=NOW) == 1
        assert [task.key for task in await tasks.open_ones(tx, limit=9)] == [
            f"address:{LOW}x:1",
            "mail:1",
        ]


async def test_a_task_about_nobody_we_know_is_not_ended_by_itself(database: Database) -> None:
    async with database.transaction() as tx:
        await tasks.add(tx, key="address:x:named:1", kind="address", facts={}, now=NOW)

        assert await bounces.end_answered_tasks(tx, now=NOW) == 0
