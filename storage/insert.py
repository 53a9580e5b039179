"""Insert a row unless its unique key is there already, the same on both databases."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx


async def insert_or_ignore(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert `rows`, skip those that break a unique constraint, return how many went in."""
    if not rows:
        return 0
    sqlite_too = tx.dialect.name == "sqlite"
    statement = (
        sqlite.insert(table).on_conflict_do_nothing()
        if sqlite_too
        else postgresql.insert(table).on_conflict_do_nothing()
    )
    count = 0
    for row in rows:
        result = await tx.execute(statement.values(row))
        count += result.rowcount
    return count


async def insert_id(tx: Tx, table: Table, **values: Any) -> int:
    """Insert one row and return its id; a broken constraint raises IntegrityError."""
    result = await tx.execute(table.insert().values(**values).returning(table.c.id))
    return int(result.scalar_one())
