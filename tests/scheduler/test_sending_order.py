"""Who leaves before whom: after an outage, behind a retry, beside a broadcast, at a stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from delivery.chat import ChatMessage, to_json
from playground import faults, mishaps
from scheduler.stock import Stock
from storage.database import Database, Tx
from storage.outbox import BROADCAST, REPLY
from storage.tables import outbox as rows
from tests.scheduler.post import IMPATIENT, Post, mail
from tests.storage.rows import NOW, entry

PATIENT = IMPATIENT.__class__(connect=5, command=5, data=5)
SECOND = timedelta(seconds=1)


async def _put_numbered(post: Post, numbers: range, *, chat: int = 1) -> None:
    """Queue messages to one chat, each due a second after the one before."""
    await post.put(
        *(
            entry(f"{n}", address=f"{chat}", facts={"text": f"{n}"}, due_at=NOW + n * SECOND)
            for n in numbers
        )
    )


@asynccontextmanager
async def _running(post: Post) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(post.chats().run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("fault", [faults.flood(30), faults.unauthorized()])
async def test_after_an_outage_everything_leaves_in_its_old_order(
    post: Post, fault: faults.Fault
) -> None:
    await post.person(1)
    post.server.fail("sendMessage", with_=fault)
    await _put_numbered(post, range(50))
    before = {key: (await post.row(key)).due_at for key in await post.states()}

    await post.deliver(after=timedelta(minutes=1))
    during = {key: (await post.row(key)).due_at for key in await post.states()}
    await post.deliver(after=timedelta(minutes=1))

    assert during == before
    assert post.texts(1) == [f"{n}" for n in range(50)]


async def _edit_that_fails(post: Post, key: str, *, priority: int, times: int | None = 1) -> None:
    """Queue an edit of the last message of chat 1, whose first attempts get no answer."""
    visitor = post.playground.visitor(1, "Jan", "Przykładowy")
    edit = to_json(ChatMessage("zmieniony", edits=visitor.last.message_id))
    post.server.fail("editMessageText", with_=faults.dropped_before(), times=times)
    await post.put(entry(key, address="1", facts=edit, priority=priority))


async def _started_in_order(post: Post) -> list[str]:
    async with post.database.reading() as tx:
        found = await tx.execute(
            select(rows.c.key).where(rows.c.key != "first").order_by(rows.c.started_at, rows.c.id)
        )
        return list(found.scalars())


async def test_later_rows_of_a_chat_wait_for_one_that_is_tried_again(post: Post) -> None:
    for chat in (1, 2):
        await post.person(chat)
    await post.put(entry("first", address="1"))
    await post.deliver()
    await _edit_that_fails(post, "edit", priority=REPLY)
    await post.put(*(entry(f"{n}", address="1", facts={"text": f"{n}"}) for n in range(3)))
    await post.put(entry("other chat", address="2"))

    loop = post.chats()
    async with post.open(loop):
        await post.quiet()
        during = await post.states()
        await post.put(entry("new", address="1", facts={"text": "new"}))
        post.wake()
        await asyncio.sleep(0.2)
        new = (await post.row("new")).state
        post.clock.put_forward(post.clock() + timedelta(seconds=11))
        await post.quiet()

    waits = dict.fromkeys(["edit", "0", "1", "2"], "retry")
    assert during == {"first": "sent", "other chat": "sent"} | waits
    assert new == "queued"
    assert post.texts(1)[1:] == ["0", "1", "2", "new"]
    assert (await _started_in_order(post))[:2] == ["other chat", "edit"]


async def test_rows_claimed_while_one_before_them_is_put_off_wait_too(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.person(1)
    await post.put(entry("first", address="1"))
    await post.deliver()
    visitor = post.playground.visitor(1, "Jan", "Przykładowy")
    edit = to_json(ChatMessage("zmieniony", edits=visitor.last.message_id))
    post.server.fail("editMessageText", with_=faults.late(3))
    await post.put(entry("edit", address="1", facts=edit))
    begin, about_to_claim = post.database.transaction, list[bool]()

    def long_lanes(_: Stock) -> dict[str, int]:
        about_to_claim.append(True)
        return {}

    @asynccontextmanager
    async def when_put_off() -> AsyncIterator[Tx]:
        await post.wait_for_state("edit", "retry")
        async with begin() as tx:
            yield tx

    def transaction() -> AbstractAsyncContextManager[Tx]:
        return when_put_off() if about_to_claim and about_to_claim.pop() else begin()

    async with post.open(post.chats()):
        await post.wait_for_state("edit", "started")
        with monkeypatch.context() as patched:
            patched.setattr(Stock, "long_lanes", long_lanes)
            patched.setattr(post.database, "transaction", transaction)
            await post.put(entry("behind", address="1", facts={"text": "behind"}))
            post.wake()
            await post.wait_for_state("edit", "retry")
            await post.quiet()
        during = await post.states()
        post.clock.put_forward(post.clock() + timedelta(seconds=11))
        await post.quiet()

    assert during == {"first": "sent", "edit": "retry", "behind": "retry"}
    assert await _started_in_order(post) == ["edit", "behind"]


async def test_row_that_fails_for_long_silences_nobody(post: Post) -> None:
    await post.person(1)
    await post.put(entry("first", address="1"))
    await post.deliver()
    await _edit_that_fails(post, "edit", priority=REPLY, times=None)
    await post.put(entry("answer", address="1", facts={"text": "answer"}))

    states = []
    for seconds in (0, 11, 21, 41):
        await post.deliver(after=timedelta(seconds=seconds))
        states.append(await post.states())

    assert [one["answer"] for one in states] == ["retry"] * 3 + ["sent"]
    assert states[-1]["edit"] == "retry"


async def test_answer_does_not_wait_for_a_broadcast_that_is_tried_again(post: Post) -> None:
    await post.person(1)
    await post.put(entry("first", address="1"))
    await post.deliver()
    await _edit_that_fails(post, "edit", priority=BROADCAST)

    async with post.open(post.chats()):
        await post.wait_for_state("edit", "retry")
        await post.put(entry("answer", address="1", facts={"text": "answer"}))
        post.wake()
        await post.wait_for_state("answer", "sent")

    assert await post.states() == {"first": "sent", "edit": "retry", "answer": "sent"}


async def test_answer_leaves_while_broadcasts_take_all_their_places(post: Post) -> None:
    chats = range(1, 81)
    await post.person(100)
    for chat in chats:
        await post.person(chat)
        post.server.fail("sendMessage", chat, with_=faults.late(2))
    await post.put(*(entry(f"{n}", address=f"{n}", priority=BROADCAST) for n in chats))

    async with _running(post), asyncio.timeout(60):
        await post.wait_for_state("1", "started")
        await post.put(entry("answer", address="100"))
        post.wake()
        await post.wait_for_state("answer", "sent")
        states = list((await post.states()).values())

    # None of those that left before it has been answered, and most are leased behind them.
    places = post.chats()._carrier.broadcasts_at_once
    assert (states.count("started"), states.count("leased")) == (places, 80 - places)


async def test_answer_overtakes_the_broadcasts_leased_for_its_chat(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.late(1))
    await post.put(
        *(entry(f"{n}", address="1", facts={"text": f"{n}"}, priority=BROADCAST) for n in range(3))
    )

    async with post.open(post.chats()):
        await post.wait_for_state("0", "started")
        await post.put(entry("answer", address="1", facts={"text": "answer"}))
        post.wake()
        await post.quiet()

    assert post.texts(1) == ["0", "answer", "1", "2"]


async def test_long_lane_keeps_nobody_out(post: Post) -> None:
    await post.person(1)
    await post.person(2)
    post.server.fail("sendMessage", 1, with_=faults.late(2))
    await _put_numbered(post, range(450))
    await post.put(entry("other", address="2", due_at=NOW + 451 * SECOND))
    post.clock.put_forward(NOW + timedelta(minutes=10))

    async with _running(post), asyncio.timeout(60):
        await post.wait_for_state("other", "sent")

    assert (await post.row("other")).attempts == 1
    assert len(post.texts(1)) <= 1


async def test_stopping_gives_what_is_only_leased_back_at_once(post: Post) -> None:
    post.mailbox.behave(mishaps.hang_after_dot())
    await post.put(*(mail(f"{n}", address=f"{n}@ngo.example.org") for n in range(100)))
    task = asyncio.create_task(post.mails(timeouts=PATIENT).run())
    await post.mailbox.wait_for_mail("0@ngo.example.org")

    task.cancel()
    async with asyncio.timeout(60):
        while "leased" in (await post.states()).values():  # noqa: ASYNC110 -- the database rings no bell
            await asyncio.sleep(0.01)
    during = (await post.row("0")).state, task.done()
    post.mailbox.release()
    with suppress(asyncio.CancelledError):
        await task

    assert during == ("started", False)
    assert (await post.row("0")).state == "sent"
    assert (await post.row("99")).attempts == 0


async def test_mails_to_one_address_keep_their_order_on_several_connections(post: Post) -> None:
    await post.put(*(mail(f"{n}", address=f"{n % 4}@ngo.example.org") for n in range(40)))

    await post.deliver()

    order = [one.message_id.split("-")[1] for one in post.mailbox.accepted]
    lanes = [[int(number) for number in order if int(number) % 4 == n] for n in range(4)]
    assert lanes == [sorted(lane) for lane in lanes]
    assert post.mailbox.connections == 3


async def test_two_processes_share_a_thousand_rows(post: Post, second: Database) -> None:
    for chat in range(1, 41):
        await post.person(chat)
    await post.put(*(entry(f"{n}", address=f"{n % 40 + 1}") for n in range(1000)))

    await post.deliver(post.chats(), post.chats(second))

    assert [len(post.texts(chat)) for chat in range(1, 41)] == [25] * 40
    async with post.database.reading() as tx:
        by = await tx.execute(
            select(rows.c.state, rows.c.attempts, func.count()).group_by(
                rows.c.state, rows.c.attempts
            )
        )
        # Claimed once and sent once.
        assert [tuple(row) for row in by] == [("sent", 1, 1000)]
