"""Save a row that has a key of its own: insert it, change it, or leave it as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table, insert, select, update

from storage.database import Tx

Outcome = Literal["added", "changed", "same"]


@dataclass(frozen=True)
class Saved:
    """The row's id and what saving it did."""

    id: int
    outcome: Outcome


async def save(tx: Tx, table: Table, *, key: Mapping[str, Any], values: Mapping[str, Any]) -> Saved:
    """Save the one row of a table that its unique key names; other columns stay as they are.

    The row is locked until the transaction ends. Two that add the same key at once meet at
    the unique constraint, and the later transaction fails as a whole.
    """
    is_this = [table.c[name] == value for name, value in key.items()]
    found = (await tx.execute(select(table).where(*is_this).with_for_update())).mappings().first()
    if found is None:
        row = insert(table).values(**key, **values).returning(table.c.id)
        return Saved((await tx.execute(row)).scalar_one(), "added")
    if all(found[name] == value for name, value in values.items()):
        return Saved(found["id"], "same")
    await tx.execute(update(table).where(*is_this).values(**values))
    return Saved(found["id"], "changed")
