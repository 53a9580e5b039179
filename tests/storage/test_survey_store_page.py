"""The page about the survey store names every column, and its queries give what they promise."""

import re
from pathlib import Path

from sqlalchemy import text, update

from programme.fillings import person
from storage import survey_tables
from storage.database import Database
from storage.survey_tables import answer_tag
from storage.survey_tables import survey as survey_table
from tests.programme.audience import make_staff
from tests.programme.filled import FULL, LATER, fill, make_survey, make_wave, said
from tests.storage.rows import NOW, make_person

PAGE = Path(__file__).parents[2] / "docs/reference/survey-store.md"
WORDS = PAGE.read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?);\n```", WORDS, re.DOTALL)
TABLES = [
    table for name, table in vars(survey_tables).items() if name == getattr(table, "name", None)
]


def test_page_names_every_table_and_column() -> None:
    named = set(re.findall(r"`([a-z_]+)`", WORDS))

    missing = {
        f"{table.name}.{column.name}"
        for table in TABLES
        for column in table.columns
        if not {table.name, column.name} <= named
    }
    assert len(TABLES) > 10
    assert missing == set()


async def test_queries_of_the_page_give_what_they_promise(database: Database) -> None:
    async with database.transaction() as tx:
        people = [await make_person(tx) for _ in range(3)]
        survey = await make_survey(tx, privacy="pseudonymous")
        key = update(survey_table).where(survey_table.c.id == survey.id)
        await tx.execute(key.values(key="residents-ngo"))
        first = await make_wave(tx, survey, "baseline", asked=people)
        second = await make_wave(tx, survey, "endline", asked=people)
        given = [("2", "roads lakes", "c1"), ("3", "lakes", "c2"), ("_hard_to_say", "roads", "c2")]
        for one, (trust, topics, code) in zip(people, given, strict=True):
            answers = FULL | {"trust": trust, "topics": topics.split()}
            await fill(tx, first, person(one), answers, link_hash=code, now=NOW)
        await fill(tx, first, person(people[0]), {"why": "Bo daleko"}, now=LATER)
        town = {"trust": "5", "group": "town", "topics": None}
        await fill(tx, second, person(people[0]), town, link_hash="c1")
        [*_, who] = sorted(await said(tx, survey, first))
        member = await make_staff(tx)
        tag = {"survey_id": survey.id, "wave": "baseline", "question_key": "why"}
        await tx.execute(
            answer_tag.insert(), [tag | {"respondent": who, "tag": "droga", "staff_id": member.id}]
        )

        found = [[tuple(row) for row in await tx.execute(text(query))] for query in QUERIES]
        words = {row[0]: row[1] for row in await tx.execute(text("SELECT respondent, text FROM current_answer WHERE question_key = 'why'"))}  # fmt: skip  # noqa: E501 -- one query

    forms, counted, roads, means, paired, open_answers, history, wrong = found
    assert [tuple(row) for row in forms] == [("baseline", 3, 3), ("endline", 1, 1)]
    assert counted == [("baseline", "village", 3), ("endline", "town", 1)]
    assert roads == [(2,)]
    assert means == [("baseline", 2, 2.5), ("endline", 1, 5.0)]
    assert paired == [("2", "5", 1)]
    assert sorted(words.values()) == ["Bo blisko", "Bo blisko", "Bo daleko"]
    assert sorted(row[1] for row in open_answers) == sorted(words.values())
    assert [row[1] for row in open_answers if row[2] == "droga"] == [words[who]]
    assert sorted((row[2], bool(row[3])) for row in history) == [
        *[("Bo blisko", False)] * 3,
        ("Bo daleko", False),
    ]
    assert wrong == []
