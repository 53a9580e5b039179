"""Insert a row unless its unique key is there already, the same on both databases."""

from functools import cache
from typing import Any

from sqlalchemy import Executable, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx


async def insert_or_ignore(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert `rows`, skip those that break a unique constraint, return how many went in.

    All rows name the same columns.
    """
    if not rows:
        return 0
    # One row alone is a simpler statement than many are.
    values = rows if len(rows) > 1 else rows[0]
    if tx.dialect.name == "sqlite":
        return (await tx.execute(_on_sqlite(table), values)).rowcount
    return len((await tx.execute(_on_postgresql(table), values)).all())


@cache
def _on_sqlite(table: Table) -> Insert:
    return sqlite.insert(table).on_conflict_do_nothing()


@cache
def _on_postgresql(table: Table) -> Executable:
    # The driver counts no rows of a statement for many, but it gives them back.
    return postgresql.insert(table).on_conflict_do_nothing().returning(*table.primary_key)


async def insert_id(tx: Tx, table: Table, **values: Any) -> int:
    """Insert one row and return its id; a broken constraint raises IntegrityError."""
    return int((await tx.execute(_giving_id(table), values)).scalar_one())


@cache
def _giving_id(table: Table) -> Insert:
    return table.insert().returning(table.c.id)
