from programme.facts import programme_facts
from storage.database import Database
from tests.storage.rows import make_programme


async def test_programme_facts_without_a_programme_are_empty(database: Database) -> None:
    async with database.reading() as tx:
        assert await programme_facts(tx) == {
            "title": "",
            "funder_line": "",
            "organiser": "",
            "contact": "",
        }


async def test_programme_facts_say_who_runs_pays_and_helps(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)

        assert await programme_facts(tx) == {
            "title": "Akademia Współpracy",
            "funder_line": "Finansowane przez NOWEFIO",
            "organiser": "Urząd Gminy Miłki",
            "contact": "Anna Wzorowa, tel. 600 000 000",
        }
