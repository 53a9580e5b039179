"""Look for anything in a whole database by which an answer could lead to whoever gave it.

Two rows can be joined only by values that are equal (or where one holds the other), and a join
tells people apart only by values in which their answers differ. So it is enough to take each value
by which the answers of two people differ, and to look for it in every column of every table
outside the survey store: where none is found, no chain of joins can begin.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import select, text

from storage.columns import metadata
from storage.database import Tx

STORE = ("answer", "current_answer", "response")
# What is asked has the keys of all options in it, whoever chose them.
ASKED = ("form",)
SYSTEM = ("ctid", "xmin")
# Shorter words may be part of anything.
LEAST = 5


async def rows_of(tx: Tx) -> dict[str, list[Mapping[str, Any]]]:
    """Read all rows of all tables."""
    return {
        name: [dict(row) for row in (await tx.execute(select(table))).mappings()]
        for name, table in metadata.tables.items()
    }


def values(cell: Any) -> Iterator[str]:
    """Give what a cell holds, JSON taken apart, as words."""
    if isinstance(cell, str) and cell[:1] in ("{", "["):
        with suppress(ValueError):
            cell = json.loads(cell)
    if isinstance(cell, Mapping):
        for key, each in cell.items():
            yield str(key)
            yield from values(each)
    elif isinstance(cell, list | tuple):
        for each in cell:
            yield from values(each)
    elif isinstance(cell, bytes):
        yield cell.decode("latin-1")
    elif cell is not None:
        yield str(cell)


def telling(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], survey_id: int
) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Give, by column of the store, the values that not all respondents have, and who has them."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for table in STORE:
        mine = [row for row in rows[table] if row["survey_id"] == survey_id]
        everybody = {row["respondent"] for row in mine}
        for column in mine[0] if mine else ():
            owners: dict[str, set[str]] = defaultdict(set)
            for row in mine:
                for value in values(row[column]):
                    owners[value].add(row["respondent"])
            found[table, column] = {
                value: who for value, who in owners.items() if value and who != everybody
            }
    return found


def leaks(rows: Mapping[str, Sequence[Mapping[str, Any]]], survey_id: int) -> list[str]:
    """List every pair of columns by which an answer leads out of the store."""
    outside: dict[str, set[str]] = defaultdict(set)
    for table, each in rows.items():
        if table in (*STORE, *ASKED):
            continue
        for row in each:
            for column, cell in row.items():
                for value in values(cell):
                    outside[value].add(f"{table}.{column}")
    longer = {value: columns for value, columns in outside.items() if len(value) > LEAST}
    pairs = set()
    for (table, column), told in telling(rows, survey_id).items():
        for value in told:
            into = set(outside.get(value, ()))
            if len(value) >= LEAST:
                for held, columns in longer.items():
                    into |= columns if value in held else set()
            pairs |= {f"{table}.{column} = {other}" for other in into}
    return sorted(pairs)


async def orders(tx: Tx, survey_id: int, *, is_sqlite: bool) -> dict[str, list[str]]:
    """List respondents in every order in which the store can be read."""
    found: dict[str, list[str]] = {}
    for name in STORE:
        columns = [column.name for column in metadata.tables[name].columns]
        sorts = [f"ORDER BY {column}" for column in columns if column != "option_keys"]
        if not is_sqlite:
            sorts += ["ORDER BY ctid", "ORDER BY CAST(CAST(xmin AS text) AS bigint), ctid"]
        for sort in ("", *sorts):
            query = f"SELECT respondent FROM {name} WHERE survey_id = :survey {sort}"  # noqa: S608 -- the names are ours
            read = (await tx.execute(text(query), {"survey": survey_id})).scalars()
            found[f"{name} {sort}".strip()] = list(dict.fromkeys(read))
    return found


def correlation(one: Sequence[str], other: Sequence[str]) -> float:
    """Give Spearman's rank correlation of two orders of the same names."""
    count = len(one)
    places = {name: place for place, name in enumerate(other)}
    apart = sum((place - places[name]) ** 2 for place, name in enumerate(one))
    return 1 - 6 * apart / (count * (count**2 - 1))


async def written_together(tx: Tx, survey_id: int, tables: Iterable[str]) -> list[str]:
    """List tables with rows that PostgreSQL notes to be of one transaction with some answers."""
    xmin = "CAST(xmin AS text)"
    answered = text(f"SELECT DISTINCT {xmin} FROM answer WHERE survey_id = :survey")  # noqa: S608 -- as above
    marks = set((await tx.execute(answered, {"survey": survey_id})).scalars())
    if len(marks) < 2:
        # All of one transaction: nothing tells one answer from another.
        return []
    return [
        name
        for name in tables
        if marks & set((await tx.execute(text(f"SELECT DISTINCT {xmin} FROM {name}"))).scalars())  # noqa: S608 -- as above
    ]
