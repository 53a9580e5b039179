"""What would leave at once when a restored copy is let loose, and how it is dropped."""

from datetime import timedelta

from sqlalchemy import select, update

from storage import outbox, overdue
from storage.database import Database
from storage.overdue import Doubtful, Overdue
from storage.tables import outbox as rows
from tests.storage.rows import NOW, entry

DAY = timedelta(days=1)


async def _fill(database: Database) -> None:
    """Queue what is due, late, not due yet, and what stood half done in the copy."""
    week = {"due_at": NOW - DAY, "not_after": NOW + 7 * DAY}
    async with database.transaction() as tx:
        await outbox.put(
            tx,
            [
                entry("due", kind="reminder", due_at=NOW - 2 * DAY, not_after=NOW + DAY),
                entry("late", kind="reminder", due_at=NOW - 3 * DAY, not_after=NOW - DAY),
                entry("tomorrow", kind="reminder", due_at=NOW + DAY, not_after=NOW + 2 * DAY),
                *(entry(key, **week) for key in ("leased", "started", "uncertain", "twice")),
                entry("sent", **week),
            ],
            now=NOW,
        )
        for key in ("leased", "started", "uncertain", "sent"):
            await tx.execute(update(rows).where(rows.c.key == key).values(state=key))
        for key, doubted in (("uncertain", 1), ("twice", 2)):
            values = {"state": "uncertain", "doubted": doubted, "ended_at": NOW - DAY}
            await tx.execute(update(rows).where(rows.c.key == key).values(**values))


async def test_overdue_messages_are_counted_by_kind(database: Database) -> None:
    await _fill(database)

    async with database.reading() as tx:
        messages = await overdue.messages(tx, now=NOW)
        doubtful = await overdue.doubtful(tx)

    assert messages == [
        Overdue("reminder", "telegram", count=2, late=1, oldest=NOW - 3 * DAY),
        Overdue("reply", "telegram", count=1, late=0, oldest=NOW - DAY),
    ]
    assert doubtful == Doubtful(started=1, uncertain=1)


async def test_dropped_messages_never_leave_and_the_later_ones_stay(database: Database) -> None:
    await _fill(database)

    async with database.transaction() as tx:
        dropped = await overdue.drop(tx, now=NOW)
        found = await tx.execute(select(rows.c.key, rows.c.state, rows.c.doubted))
        states = {row.key: (row.state, row.doubted) for row in found}

    assert dropped == 5
    assert states == {
        "due": ("cancelled", 0),
        "late": ("cancelled", 0),
        "tomorrow": ("queued", 0),
        "leased": ("cancelled", 0),
        "started": ("uncertain", 2),
        "uncertain": ("uncertain", 2),
        "twice": ("uncertain", 2),
        "sent": ("sent", 0),
    }
