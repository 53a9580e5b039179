"""What staff wrote to a person, or about them, when that person is found out to be another one.

A row that the one who stays has as well, under the same key, stays where it is: it tells what
happened to whom they were then.
"""

from sqlalchemy import Column, Table, exists, update

from storage.database import Tx
from storage.staff_tables import agenda_exception, broadcast_recipient, event_refusal, staff_note

# Each table, and the column that names a thing of which a person has one at most.
_ONE_OF = (
    (broadcast_recipient, broadcast_recipient.c.broadcast_id),
    (event_refusal, event_refusal.c.event_id),
    (agenda_exception, agenda_exception.c.occurrence),
    (staff_note, None),
)


async def move(tx: Tx, *, kept_id: int, gone_id: int) -> dict[str, list[int]]:
    """Give letters, refusals, exceptions and notes to the one who stays; list them by table."""
    return {
        table.name: await _move(tx, table, one_of, kept_id=kept_id, gone_id=gone_id)
        for table, one_of in _ONE_OF
    }


async def _move(
    tx: Tx,
    table: Table,
    one_of: Column[int] | Column[str] | None,
    *,
    kept_id: int,
    gone_id: int,
) -> list[int]:
    moving = update(table).where(table.c.person_id == gone_id)
    if one_of is not None:
        mine = table.alias("mine")
        has_one = exists().where(mine.c.person_id == kept_id, mine.c[one_of.name] == one_of)
        moving = moving.where(~has_one.correlate(table))
    rows = await tx.execute(moving.values(person_id=kept_id).returning(table.c.id))
    return sorted(rows.scalars())
