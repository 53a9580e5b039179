"""Count the answers of groups of people, and read those of people whose waves are linked."""

import json
from collections import Counter

from sqlalchemy import Text, and_, func, select, text

from storage.database import Tx
from storage.survey_tables import current_answer, response

Counts = dict[str, Counter[str]]
# So many respondents' answers are in memory at once.
_AT_ONCE = 300


async def tally(tx: Tx, survey_id: int, *, wave_key: str, group_by: str) -> dict[str, Counts]:
    """Count answers like `surveys.tally`, by what each respondent answers to another question.

    The group "" has those who did not answer that one.
    """
    if tx.dialect.name == "sqlite":
        return await _tally_here(tx, survey_id, wave_key, group_by)
    # Until PostgreSQL has counted a table that was filled just now, it takes it for empty and
    # compares each answer with each person.
    await tx.execute(text("SET LOCAL enable_nestloop = off"))
    every, by = current_answer.alias("every"), current_answer.alias("by")
    group = func.coalesce(by.c.chosen, "")
    rows = await tx.execute(
        select(group, every.c.question_key, every.c.chosen, func.count())
        .select_from(
            every.outerjoin(
                by,
                and_(
                    by.c.survey_id == survey_id,
                    by.c.wave == wave_key,
                    by.c.question_key == group_by,
                    by.c.respondent == every.c.respondent,
                    by.c.retracted.is_(False),
                ),
            )
        )
        .where(
            every.c.survey_id == survey_id,
            every.c.wave == wave_key,
            every.c.retracted.is_(False),
        )
        .group_by(group, every.c.question_key, every.c.chosen)
    )
    await tx.execute(text("SET LOCAL enable_nestloop = on"))
    found: dict[str, Counts] = {}
    for key, question_key, chosen, count in rows:
        found.setdefault(key, {}).setdefault(question_key, Counter())[chosen] = count
    return found


async def _tally_here(tx: Tx, survey_id: int, wave_key: str, group_by: str) -> dict[str, Counts]:
    """Count the answers of one respondent after another, which lie side by side.

    SQLite has no other way to group than to sort, which takes it twice as long.
    """
    table = current_answer.c
    query = (
        select(
            func.json_group_array(table.question_key, type_=Text),
            func.json_group_array(table.chosen, type_=Text),
        )
        .where(table.survey_id == survey_id, table.wave == wave_key, table.retracted.is_(False))
        .group_by(table.respondent)
        .execution_options(yield_per=_AT_ONCE)
    )
    counted: dict[str, Counter[tuple[str, str]]] = {}
    async for some in (await tx.stream(query)).partitions():
        for keys, chosen in some:
            said = dict(zip(json.loads(keys), json.loads(chosen), strict=True))
            counted.setdefault(said.get(group_by, ""), Counter()).update(said.items())
    found: dict[str, Counts] = {}
    for group, counts in counted.items():
        for (question_key, answer), count in counts.items():
            found.setdefault(group, {}).setdefault(question_key, Counter())[answer] = count
    return found


async def sizes(tx: Tx, survey_id: int, *, wave_key: str, group_by: str) -> Counter[str]:
    """Count the responses of each group; "" are those who did not answer that question."""
    by = current_answer.alias("by")
    group = func.coalesce(by.c.chosen, "")
    rows = await tx.execute(
        select(group, func.count())
        .select_from(
            response.outerjoin(
                by,
                and_(
                    by.c.survey_id == survey_id,
                    by.c.wave == wave_key,
                    by.c.question_key == group_by,
                    by.c.respondent == response.c.respondent,
                    by.c.retracted.is_(False),
                ),
            )
        )
        .where(response.c.survey_id == survey_id, response.c.wave == wave_key)
        .group_by(group)
    )
    return Counter(dict(rows.all()))


async def chosen_by(tx: Tx, survey_id: int, *, wave_key: str, question_key: str) -> dict[str, str]:
    """Give what each respondent chose, keys with spaces between them."""
    table = current_answer.c
    rows = await tx.execute(
        select(table.respondent, table.chosen).where(
            table.survey_id == survey_id,
            table.wave == wave_key,
            table.question_key == question_key,
            table.retracted.is_(False),
        )
    )
    return dict(rows.all())
