"""All rows of all tables, to compare what something changed."""

from typing import Any

from sqlalchemy import select

from storage.columns import metadata
from storage.database import Tx


async def dump(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table, its rows in an order of their own."""
    found = {}
    for name, table in metadata.tables.items():
        rows = await tx.execute(select(table))
        found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found
