"""Counts of the answers that count."""

from collections import Counter

from sqlalchemy import func, select

from storage.database import Tx
from storage.survey_tables import current_answer


async def tally(tx: Tx, survey_id: int, *, wave_key: str) -> dict[str, Counter[str]]:
    """Count, by question, how often each combination of keys is the answer.

    A combination is written with spaces between its keys; "" stands for words.
    """
    table = current_answer.c
    counted = (table.question_key, table.chosen)
    rows = await tx.execute(
        select(*counted, func.count())
        .where(table.survey_id == survey_id, table.wave == wave_key, table.retracted.is_(False))
        .group_by(*counted)
    )
    found: dict[str, Counter[str]] = {}
    for question_key, chosen, count in rows:
        found.setdefault(question_key, Counter())[chosen] = count
    return found


async def count_retracted(tx: Tx, survey_id: int) -> int:
    """Count the questions whose last answer is a retraction, over all respondents."""
    table = current_answer.c
    found = select(func.count()).where(table.survey_id == survey_id, table.retracted.is_(True))
    return int(await tx.scalar(found) or 0)


async def count_options(tx: Tx, survey_id: int, question_key: str) -> tuple[dict[str, int], int]:
    """Count how often each option of a question is chosen, and how many people answered it."""
    table = current_answer.c
    rows = await tx.execute(
        select(table.chosen, func.count())
        .where(
            table.survey_id == survey_id,
            table.question_key == question_key,
            table.retracted.is_(False),
        )
        .group_by(table.chosen)
    )
    counts: dict[str, int] = {}
    answered = 0
    for chosen, count in rows:
        answered += count
        for key in chosen.split():
            counts[key] = counts.get(key, 0) + count
    return counts, answered
