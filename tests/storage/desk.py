"""Rows of the outbox in any state, as they lie on the desk of whoever is on duty."""

from typing import Any

from sqlalchemy import update

from storage import outbox, outbox_desk
from storage.database import Tx
from storage.outbox_desk import DeskRow
from storage.tables import outbox as table
from tests.storage.rows import NOW, entry

ENDED = {"sent", "failed", "uncertain", "missed", "cancelled"}


async def put_in_state(tx: Tx, state: str, **changes: Any) -> DeskRow:
    """Put a row, in a state, and read it."""
    await outbox.put(tx, [entry(state, **changes)], now=NOW)
    values = {"state": state, "ended_at": NOW if state in ENDED else None, "attempts": 3}
    changed = update(table).where(table.c.key == state).values(**values).returning(table.c.id)
    row = await outbox_desk.get(tx, (await tx.execute(changed)).scalar_one())
    assert row is not None
    return row


async def read(tx: Tx, row: DeskRow) -> DeskRow:
    """Read a row anew."""
    found = await outbox_desk.get(tx, row.id)
    assert found is not None
    return found
