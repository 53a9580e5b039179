"""Count what people are sent that they have not asked for, so that it is not too much on a day."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, text

from storage.database import Tx
from storage.tables import outbox

# Any number that nobody else uses in this database.
_TURN = 7_204_003
_NEVER_CAME = ("cancelled", "missed", "failed")
_AT_ONCE = 5_000


async def take_turn(tx: Tx) -> None:
    """Wait until nobody else who counts has rows that are not committed; held until the commit.

    Two who count at the same moment would each see too few. SQLite has one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


async def due_since(
    tx: Tx, *, person_ids: Sequence[int], kinds: Collection[str], since: datetime
) -> list[tuple[int, datetime]]:
    """List when each of these people was or will be told something of these kinds.

    What failed or was taken back does not count. An index finds the few rows of each person.
    """
    found: list[tuple[int, datetime]] = []
    for start in range(0, len(person_ids), _AT_ONCE):
        rows = await tx.execute(
            select(outbox.c.person_id, outbox.c.due_at).where(
                outbox.c.person_id.in_(person_ids[start : start + _AT_ONCE]),
                outbox.c.due_at >= since,
                outbox.c.kind.in_(kinds),
                outbox.c.state.not_in(_NEVER_CAME),
            )
        )
        found += [(row.person_id, row.due_at) for row in rows]
    return found
