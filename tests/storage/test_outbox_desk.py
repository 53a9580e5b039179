"""The outbox from the desk: what is listed, and what a change does when somebody is faster."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import outbox, outbox_claims, outbox_desk, outbox_sweeps
from storage.database import Database, Tx
from storage.outbox_desk import DeskRow
from storage.tables import outbox as table
from tests.storage.desk import put_in_state, read
from tests.storage.rows import LEASE, NOW, make_person

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
STATES = (
    *("queued", "retry", "leased", "started", "sent"),
    *("failed", "uncertain", "missed", "cancelled"),
)


async def test_listed_gives_the_newest_first_and_names_the_person(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        first = await put_in_state(tx, "queued", person_id=person_id)
        second = await put_in_state(tx, "failed", channel="mail", kind="email_code")

        found = await outbox_desk.listed(tx, states=set(), channel=None, kind=None, limit=9)

    assert [(one.id, one.person) for one in found] == [
        (second.id, ""),
        (first.id, "Jan Przykładowy"),
    ]


@pytest.mark.parametrize(
    ("narrowed", "states"),
    [
        ({"states": {"failed", "sent"}}, ["failed", "sent"]),
        ({"channel": "mail"}, ["failed"]),
        ({"kind": "email_code"}, ["failed"]),
        ({"limit": 1}, ["failed"]),
        ({"states": {"sent"}, "channel": "mail"}, []),
    ],
)
async def test_listed_is_narrowed(
    database: Database, narrowed: dict[str, Any], states: list[str]
) -> None:
    wanted: dict[str, Any] = {"states": set(), "channel": None, "kind": None, "limit": 9}
    async with database.transaction() as tx:
        await put_in_state(tx, "queued")
        await put_in_state(tx, "sent")
        await put_in_state(tx, "failed", channel="mail", kind="email_code")

        found = await outbox_desk.listed(tx, **wanted | narrowed)

    assert [one.state for one in found] == states


async def test_get_of_an_unknown_number_is_none(database: Database) -> None:
    async with database.reading() as tx:
        assert await outbox_desk.get(tx, 4711) is None


@pytest.mark.parametrize("state", STATES)
async def test_send_again_takes_what_ended_without_being_sent(
    database: Database, state: str
) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)
        done = await outbox_desk.send_again(tx, row, not_after=NOW + DAY, now=NOW + QUARTER)
        after = await read(tx, row)

    assert done == (state in outbox_desk.REPEATABLE)
    if done:
        assert (after.state, after.due_at, after.not_after) == ("queued", NOW + QUARTER, NOW + DAY)
        assert (after.attempts, after.ended_at, after.settled_at) == (0, None, None)
        assert (after.key, after.body, after.doubted) == (row.key, row.body, row.doubted)
    else:
        assert after == row


@pytest.mark.parametrize("state", STATES)
async def test_cancel_takes_what_waits(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)
        done = await outbox_desk.cancel(tx, row, now=NOW)
        after = await read(tx, row)

    assert done == (state in outbox.WAITING)
    assert after.state == ("cancelled" if done else state)


@pytest.mark.parametrize("state", STATES)
async def test_settle_takes_what_went_wrong_and_keeps_its_state(
    database: Database, state: str
) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)
        done = await outbox_desk.settle(tx, row, now=NOW)
        after = await read(tx, row)
        again = await outbox_desk.settle(tx, after, now=NOW + DAY)

    assert done == (state in outbox_desk.TROUBLE)
    assert (after.state, after.settled_at) == (state, NOW if done else None)
    assert again is False


async def test_what_was_settled_is_not_sent_once_more_by_itself(database: Database) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, "uncertain")
        await tx.execute(update(table).values(doubted=1))
        await outbox_desk.settle(tx, row, now=NOW)

        repeated = await outbox_sweeps.send_once_more(
            tx, channel="telegram", kinds={"reply"}, before=NOW + QUARTER
        )

    assert repeated == 0


async def test_row_that_ended_anew_in_the_same_state_is_left_alone(database: Database) -> None:
    """The operator said yes to the first doubt; meanwhile the row left again, into a second."""
    async with database.transaction() as tx:
        row = await put_in_state(tx, "uncertain")
        await tx.execute(update(table).values(ended_at=NOW + QUARTER))

        done = (
            await outbox_desk.send_again(tx, row, not_after=NOW + DAY, now=NOW + QUARTER),
            await outbox_desk.settle(tx, row, now=NOW + QUARTER),
        )

    assert done == (False, False)


async def _claim(tx: Tx) -> int:
    rows = await outbox_claims.claim(
        tx, channel="telegram", token="sender", now=NOW, lease=LEASE, limit=9
    )
    return len(rows)


async def _cancel(tx: Tx, row: DeskRow) -> int:
    return int(await outbox_desk.cancel(tx, row, now=NOW))


async def _cancel_carelessly(tx: Tx, row: DeskRow) -> int:
    change = update(table).where(table.c.id == row.id).values(state="cancelled")
    return (await tx.execute(change)).rowcount


async def _at_once(first: Database, second: Database, row: DeskRow, cancel: Any) -> tuple[int, int]:
    """Let a claim and a cancel meet: the claim has the row when the cancel asks for it."""
    claimed, asking = asyncio.Event(), asyncio.Event()

    async def sender() -> int:
        async with first.transaction() as tx:
            count = await _claim(tx)
            claimed.set()
            await asking.wait()
            await asyncio.sleep(0.2)
            return count

    async def operator() -> int:
        await claimed.wait()
        asking.set()
        async with second.transaction() as tx:
            return int(await cancel(tx, row))

    of_sender, of_operator = await asyncio.gather(sender(), operator())
    return of_sender, of_operator


async def _queued(database: Database) -> DeskRow:
    async with database.transaction() as tx:
        return await put_in_state(tx, "queued")


async def test_drop_that_meets_a_claim_leaves_the_row_to_the_sender(
    database: Database, second: Database
) -> None:
    row = await _queued(database)

    done = await _at_once(database, second, row, _cancel)

    async with database.reading() as tx:
        state = (await tx.execute(select(table.c.state))).scalar_one()
    assert (done, state) == ((1, 0), "leased")


async def test_drop_without_the_guard_takes_the_row_from_the_sender(
    database: Database, second: Database
) -> None:
    """Show that the test above can fail: the row would leave although it was dropped."""
    row = await _queued(database)

    done = await _at_once(database, second, row, _cancel_carelessly)

    assert done == (1, 1)


async def _again(tx: Tx, row: DeskRow) -> bool:
    return await outbox_desk.send_again(tx, row, not_after=NOW + DAY, now=NOW)


async def _again_carelessly(tx: Tx, row: DeskRow) -> bool:
    change = update(table).where(table.c.id == row.id).values(state="queued", due_at=NOW)
    return (await tx.execute(change)).rowcount == 1


async def _two_operators(
    first: Database, second: Database, again: Any
) -> tuple[list[bool], list[int]]:
    """Let two people send one failed row again; the sender takes it after each of them."""
    async with first.transaction() as tx:
        row = await put_in_state(tx, "failed")
    done, claims = [], []
    for one in (first, second):
        async with one.transaction() as tx:
            done.append(await again(tx, row))
        async with one.transaction() as tx:
            claims.append(await _claim(tx))
    return done, claims


async def test_again_of_two_people_lets_the_row_leave_once(
    database: Database, second: Database
) -> None:
    assert await _two_operators(database, second, _again) == ([True, False], [1, 0])


async def test_again_without_the_guard_lets_the_row_leave_twice(
    database: Database, second: Database
) -> None:
    """Show that the test above can fail: the second claim takes what is leaving already."""
    assert await _two_operators(database, second, _again_carelessly) == ([True, True], [1, 1])
