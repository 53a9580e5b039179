from datetime import datetime, timedelta

from sqlalchemy import update

from programme import broadcast_reports
from programme.broadcast_reports import Counts, Report
from storage import broadcasts, outbox, outbox_lists
from storage.database import Database, Tx
from storage.tables import outbox as table
from tests.programme.audience import close_chat, make_staff
from tests.storage.rows import NOW, entry, make_person

LATER = NOW + timedelta(hours=1)


async def _broadcast(tx: Tx, rows: list[tuple[str, str, str]], *, now: datetime = NOW) -> int:
    """Add a broadcast with rows of a channel, an address and a state; give the id."""
    member = await make_staff(tx)
    added = await broadcasts.add(
        tx,
        key="900:1",
        kind="invitation",
        staff_id=member.id,
        event_id=None,
        audience={},
        content={},
        people=len(rows),
        now=now,
    )
    assert added is not None
    for number, (channel, address, state) in enumerate(rows):
        key = f"invitation:{number}"
        made = entry(key, channel=channel, address=address, broadcast_id=added.id)
        await outbox.put(tx, [made], now=now)
        await tx.execute(update(table).where(table.c.key == key).values(state=state))
    return added.id


async def test_report_counts_every_row_once(database: Database) -> None:
    async with database.transaction() as tx:
        broadcast_id = await _broadcast(
            tx,
            [
                ("telegram", "1", "sent"),
                ("telegram", "2", "failed"),
                ("telegram", "3", "failed"),
                ("telegram", "4", "uncertain"),
                ("telegram", "5", "started"),
                ("telegram", "6", "leased"),
                ("telegram", "7", "cancelled"),
                ("mail", "a@example.org", "sent"),
                ("mail", "b@example.org", "failed"),
                ("mail", "c@example.org", "queued"),
                ("mail", "d@example.org", "retry"),
                ("mail", "e@example.org", "missed"),
            ],
        )
        await make_person(tx, chat=3)
        await close_chat(tx, 3)

        assert await broadcast_reports.report(tx, broadcast_id=broadcast_id) == Report(
            sent=2,
            queued=4,
            failed=2,
            blocked=1,
            uncertain=1,
            missed=1,
            cancelled=1,
            by_channel={
                "mail": Counts(sent=1, queued=2, failed=1, missed=1),
                "telegram": Counts(sent=1, queued=2, failed=1, blocked=1, uncertain=1, cancelled=1),
            },
        )


async def test_report_of_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        assert await broadcast_reports.report(tx, broadcast_id=7) == Report()


async def test_broadcast_is_unfinished_until_its_last_report(database: Database) -> None:
    async with database.transaction() as tx:
        broadcast_id = await _broadcast(tx, [("telegram", "1", "queued")])
        await broadcast_reports.set_progress_message(
            tx, broadcast_id=broadcast_id, chat_id=900, message_id=5
        )
        early = await broadcast_reports.finish(tx, broadcast_id=broadcast_id, now=LATER)
        [open_one] = await broadcast_reports.unfinished(tx)
        await tx.execute(update(table).values(state="sent"))
        ended = [
            await broadcast_reports.finish(tx, broadcast_id=broadcast_id, now=LATER)
            for _ in range(2)
        ]

        assert (early, ended) == (False, [True, False])
        assert (open_one.progress_chat_id, open_one.progress_message_id) == (900, 5)
        assert await broadcast_reports.unfinished(tx) == []


async def test_announce_queues_one_message_for_staff(database: Database) -> None:
    async with database.transaction() as tx:
        broadcast_id = await _broadcast(tx, [])
        for _ in range(2):
            await broadcast_reports.announce(
                tx,
                broadcast_id=broadcast_id,
                chat_id=900,
                message={"text": "W drodze"},
                locale="pl",
                now=NOW,
            )

        [planned] = await outbox_lists.planned(tx, until=NOW)
        assert (planned.kind, planned.address, planned.facts) == (
            *("reply", "900"),
            {"text": "W drodze"},
        )
        key = await tx.scalar(table.select().with_only_columns(table.c.key))
        assert key == broadcast_reports.announcement_key(broadcast_id)
