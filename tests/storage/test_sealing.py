"""What is said in the dialogue of an anonymous survey is forgotten, and not before it has left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import inbox, outbox, outbox_claims, outbox_desk, outbox_sweeps
from storage.database import Database, Tx
from storage.inbox import BLANK, Arrival
from storage.outbox import OutboxRow
from storage.outbox_secrets import SEALED, SEALED_FACTS
from storage.tables import outbox as table
from storage.work_tables import inbox as arrivals
from tests.storage.rows import LEASE, NOW, claim, entry, start
from tests.storage.test_outbox_secrets import (
    Deed,
    do_not_repeat,
    end_sent,
    ended,
)

WORDS = {"text": 'Państwa odpowiedź: "Bo żółw"', "buttons": []}
KEYS = (f"{SEALED}reply:telegram:5:1", "reply:telegram:5:1")


async def facts(tx: Tx) -> list[Any]:
    return list((await tx.execute(select(table.c.facts).order_by(table.c.id))).scalars())


async def started(tx: Tx) -> list[OutboxRow]:
    """Let a sealed reply and an open one be on their way."""
    replies = [entry(key, channel="telegram", kind="reply", facts=WORDS) for key in KEYS]
    await outbox.put(tx, replies, now=NOW)
    rows = await outbox_claims.claim(
        tx, channel="telegram", token="t", now=NOW, lease=LEASE, limit=2
    )
    for row in rows:
        assert await start(tx, row)
    return sorted(rows, key=lambda row: row.id)


@pytest.mark.parametrize(
    "deed",
    [*(ended(state) for state in ("sent", "failed", "missed", "cancelled")), end_sent,
     do_not_repeat],
)  # fmt: skip
async def test_sealed_reply_that_has_ended_has_no_words(database: Database, deed: Deed) -> None:
    async with database.transaction() as tx:
        for row in await started(tx):
            assert await deed(tx, row)

        assert await facts(tx) == [SEALED_FACTS, WORDS]


@pytest.mark.parametrize("ending", ["missed", "cancelled"])
async def test_sealed_reply_that_never_left_has_no_words(database: Database, ending: str) -> None:
    async with database.transaction() as tx:
        replies = [entry(key, channel="telegram", kind="reply", facts=WORDS) for key in KEYS]
        await outbox.put(tx, replies, now=NOW)

        if ending == "missed":
            late = replies[0].not_after + timedelta(days=1)
            assert await outbox_sweeps.miss(tx, now=late) == 2
        else:
            cancelled = await outbox_sweeps.cancel_keys(tx, keys=KEYS, now=NOW)
            assert cancelled == 2

        assert await facts(tx) == [SEALED_FACTS, WORDS]


async def test_sealed_reply_keeps_its_words_until_it_has_left(database: Database) -> None:
    async with database.transaction() as tx:
        sealed, _ = await started(tx)
        assert await outbox.try_again(tx, sealed, due_at=NOW, answer="later")
        [again] = await claim(tx, channel="telegram")
        assert await start(tx, again)
        assert await outbox.end(tx, again, state="uncertain", answer="lost", now=NOW)
        assert await facts(tx) == [WORDS, WORDS]

        await outbox_sweeps.send_once_more(tx, channel="telegram", kinds={"reply"}, before=NOW)
        [once_more] = await claim(tx, channel="telegram")
        assert once_more.facts == WORDS
        assert await start(tx, once_more)
        await end_sent(tx, once_more)

        assert await facts(tx) == [SEALED_FACTS, WORDS]


async def test_sealed_reply_that_failed_is_not_sent_again(database: Database) -> None:
    async with database.transaction() as tx:
        sealed, plain = await started(tx)
        done = []
        for row in (sealed, plain):
            await outbox.end(tx, row, state="failed", answer="blocked", now=NOW)
            listed = await outbox_desk.get(tx, row.id)
            assert listed is not None
            again = await outbox_desk.send_again(tx, listed, not_after=NOW + LEASE, now=NOW)
            done.append(again)

        assert done == [False, True]


async def test_blank_arrival_is_known_still(database: Database) -> None:
    said = [Arrival("telegram", str(key), f"telegram:{key}", '{"text": "Bo"}') for key in (1, 2)]
    async with database.transaction() as tx:
        await inbox.accept(tx, said, now=NOW)
        rows = await inbox.waiting(tx, source="telegram", now=NOW, limit=5, except_lanes=set())
        for reason in ("IntegrityError: Bo", "Bo", "KeyError: 'Bo': x"):
            await inbox.note_failure(tx, rows[0], error=reason, now=NOW)

        assert await inbox.blank(tx, source="telegram", key="1")
        assert not await inbox.blank(tx, source="mail", key="1")

        found = await tx.execute(select(arrivals).order_by(arrivals.c.id))
        assert [(row.payload, row.error, row.state) for row in found] == [
            (BLANK, "KeyError", "quarantined"),
            ('{"text": "Bo"}', None, "new"),
        ]
        assert await inbox.accept(tx, said, now=NOW) == 0
