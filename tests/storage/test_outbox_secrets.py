"""Tokens of letters lie in clear only as long as the letter may still be written or sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from storage import outbox, outbox_claims, outbox_desk, outbox_sweeps
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival
from storage.outbox_desk import DeskRow
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry, start

TOKEN = "abcdefghijklmnopqrstuvwxyz"
DOORS = {"reply": TOKEN, "page": "x" * 26}
# Names may hold what a database takes for something else.
WORDS: dict[str, Any] = {
    "body": 'a "quoted", "doors": {"reply": "mine"} \\ \u0000 \ud83d { } ż',
    "event": {"doors": 2},
    "person": {"name": "Ż"},
}
FACTS = WORDS | {"doors": DOORS}
MESSAGE_ID = f"<{TOKEN}@example.org>"

Deed = Callable[[Tx, OutboxRow], Awaitable[object]]


async def kept(tx: Tx) -> Any:
    columns = table.c.facts, table.c.message_id, table.c.body, table.c.state
    return (await tx.execute(select(*columns))).one()


async def started(tx: Tx, *, channel: str = "mail", message_id: str = MESSAGE_ID) -> OutboxRow:
    await outbox.put(tx, [entry("letter", channel=channel, facts=FACTS)], now=NOW)
    (row,) = await claim(tx, channel=channel)
    assert await start(tx, row, message_id=message_id, body=b"bytes with the token")
    return row


def ended(state: str) -> Deed:
    async def end(tx: Tx, row: OutboxRow) -> object:
        return await outbox.end(tx, row, state=state, answer="said", now=NOW)

    return end


async def end_sent(tx: Tx, row: OutboxRow) -> object:
    await outbox_claims.end_sent(tx, [Arrival(row, "250 ok", {})], now=NOW)
    return True


async def settle(tx: Tx, row: OutboxRow) -> object:
    assert await outbox.end(tx, row, state="uncertain", answer="lost", now=NOW)
    assert (await kept(tx)).facts == FACTS
    doubtful = await outbox_desk.get(tx, row.id)
    assert doubtful is not None
    return await outbox_desk.settle(tx, doubtful, now=NOW)


async def do_not_repeat(tx: Tx, row: OutboxRow) -> object:
    assert await outbox.end(tx, row, state="uncertain", answer="lost", now=NOW)
    await outbox_sweeps.do_not_repeat(tx, [row.id], now=NOW)
    return True


async def cancel_doubtful(tx: Tx, row: OutboxRow) -> object:
    assert await outbox.end(tx, row, state="uncertain", answer="lost", now=NOW)
    return await outbox_sweeps.cancel(tx, keys_from="letter", now=NOW) == 0


@pytest.mark.parametrize(
    "deed",
    [
        *(ended("sent"), ended("failed"), ended("missed"), ended("cancelled")),
        *(end_sent, settle, do_not_repeat, cancel_doubtful),
    ],
    ids=[
        *("sent", "failed", "missed", "cancelled", "sent with others"),
        *("settled", "not repeated", "doubtful and cancelled"),
    ],
)
async def test_mail_that_has_ended_forgets_its_tokens(database: Database, deed: Deed) -> None:
    async with database.transaction() as tx:
        row = await started(tx)
        assert await deed(tx, row)

        left = await kept(tx)

    assert (left.facts, left.message_id, left.body) == (WORDS, None, None)


@pytest.mark.parametrize("deed", ["miss", "cancel", "drop"])
async def test_mail_that_never_left_forgets_its_tokens(database: Database, deed: str) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("letter", channel="mail", facts=FACTS)], now=NOW)
        if deed == "miss":
            assert await outbox_sweeps.miss(tx, now=NOW + 100 * LEASE) == 1
        elif deed == "cancel":
            assert await outbox_sweeps.cancel_keys(tx, keys=["letter"], now=NOW) == 1
        else:
            row_id = (await tx.execute(select(table.c.id))).scalar_one()
            row = await outbox_desk.get(tx, row_id)
            assert isinstance(row, DeskRow)
            assert await outbox_desk.cancel(tx, row, now=NOW)

        left = await kept(tx)

    assert left.facts == WORDS


@pytest.mark.parametrize("state", ["uncertain", "retry"])
async def test_mail_that_may_leave_once_more_keeps_its_bytes(
    database: Database, state: str
) -> None:
    async with database.transaction() as tx:
        row = await started(tx)
        if state == "retry":
            assert await outbox.try_again(tx, row, due_at=NOW, answer="later")
        else:
            assert await outbox.end(tx, row, state=state, answer="lost", now=NOW)

        left = await kept(tx)

    assert (left.facts, left.message_id, left.body) == (FACTS, MESSAGE_ID, b"bytes with the token")


async def test_mail_whose_sender_died_keeps_its_bytes(database: Database) -> None:
    async with database.transaction() as tx:
        await started(tx)
        assert await outbox_sweeps.free_expired(tx, now=NOW + 2 * LEASE) == (0, 1)

        left = await kept(tx)

    assert (left.facts, left.body, left.state) == (FACTS, b"bytes with the token", "uncertain")


async def test_message_id_that_opens_nothing_stays(database: Database) -> None:
    async with database.transaction() as tx:
        row = await started(tx, message_id="<outbox-7-a@example.org>")
        await end_sent(tx, row)

        left = await kept(tx)

    assert (left.message_id, left.body) == ("<outbox-7-a@example.org>", None)


async def test_row_of_a_chat_stays_as_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        row = await started(tx, channel="telegram")
        await end_sent(tx, row)

        left = await kept(tx)

    assert left.facts == FACTS


@pytest.mark.parametrize(("kind", "is_kept"), [("address_check", False), ("nominated", True)])
async def test_link_that_proves_an_address_is_forgotten(
    database: Database, kind: str, is_kept: bool
) -> None:
    link = {"link": f"https://gmina.example.org/a/{TOKEN}"}
    async with database.transaction() as tx:
        await outbox.put(
            tx, [entry("letter", channel="mail", kind=kind, facts=WORDS | link)], now=NOW
        )
        (row,) = await claim(tx, channel="mail")
        assert await start(tx, row, message_id="<outbox-1@example.org>", body=b"bytes")

        await outbox.end(tx, row, state="sent", answer="250 ok", now=NOW)

        assert (await kept(tx)).facts == (WORDS | link if is_kept else WORDS)
