"""Rub out in which order an anonymous survey was answered, as far as a database can tell it.

PostgreSQL notes beside each row which transaction wrote it, and puts new rows behind old ones: who
may read that could lay the answers beside the arrivals of the chats. So when a wave is over its
rows are written once more, in one transaction and in the order of names that are random. SQLite
notes no such thing, and keeps rows in the order of their keys.
"""

from sqlalchemy import Table, text

from storage.database import Tx
from storage.survey_tables import answer, current_answer, response, survey_recipient

_PART = "survey_id = :survey AND wave = :key AND substr(respondent, 3, 1) = :digit"
# The first sign of the random names: a sixteenth of a million answers is written in good time.
_DIGITS = "0123456789abcdef"


async def rub_out(tx: Tx, *, survey_id: int, wave_key: str, wave_id: int) -> None:
    """Write all rows of a wave anew, sorted by what says nothing; nothing in them changes."""
    if tx.dialect.name != "postgresql":
        return
    anew = text(_written_anew(survey_recipient, "wave_id = :wave"))
    await tx.execute(anew, {"wave": wave_id})
    for table in (answer, current_answer, response):
        anew = text(_written_anew(table, _PART))
        for digit in _DIGITS:
            await tx.execute(anew, {"survey": survey_id, "key": wave_key, "digit": digit})


def _written_anew(table: Table, which: str) -> str:
    columns = ", ".join(column.name for column in table.columns)
    order = ", ".join(column.name for column in table.primary_key)
    return (
        f"WITH gone AS (DELETE FROM {table.name} WHERE {which} RETURNING {columns}) "  # noqa: S608 -- the names are ours
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM gone ORDER BY {order}"
    )
