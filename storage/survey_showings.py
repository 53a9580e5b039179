"""What was last shown of an anonymous wave that is still open, so that it changes by steps."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.survey_tables import survey_showing


async def get(tx: Tx, survey_id: int, *, wave_key: str) -> dict[str, Counter[str]]:
    """Read the counts that were shown, by question; empty before the first showing."""
    table = survey_showing.c
    counts = await tx.scalar(
        select(table.counts).where(table.survey_id == survey_id, table.wave == wave_key)
    )
    return {key: Counter(shown) for key, shown in (counts or {}).items()}


async def save(tx: Tx, survey_id: int, *, wave_key: str, counts: dict[str, Counter[str]]) -> None:
    """Keep what is shown from now on."""
    insert = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(survey_showing)
    await tx.execute(
        insert.on_conflict_do_update(
            index_elements=["survey_id", "wave"], set_={"counts": insert.excluded.counts}
        ),
        {
            "survey_id": survey_id,
            "wave": wave_key,
            "counts": {key: dict(shown) for key, shown in counts.items()},
        },
    )
