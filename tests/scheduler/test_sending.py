import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from delivery.telegram import ChatSender
from playground import faults, mishaps
from scheduler.sending import Sending
from storage import outbox_claims
from storage.database import Database, Tx
from storage.outbox import REMINDER, REPLY
from storage.outbox_claims import Arrival
from storage.tables import outbox as rows
from tests.scheduler.post import IMPATIENT, Post, mail
from tests.storage.rows import LEASE, NOW, entry

PATIENT = IMPATIENT.__class__(connect=5, command=5, data=5)


async def test_one_chat_gets_its_messages_in_order(post: Post) -> None:
    await post.person(1)
    await post.put(*(entry(f"{n}", address="1", facts={"text": f"{n}"}) for n in range(30)))

    await post.deliver()

    assert post.texts(1) == [f"{n}" for n in range(30)]


async def test_what_is_urgent_goes_first(post: Post) -> None:
    await post.person(1)
    await post.put(
        entry("reminder", address="1", facts={"text": "później"}, priority=REMINDER),
        entry("answer", address="1", facts={"text": "najpierw"}, priority=REPLY),
    )

    await post.deliver()

    assert post.texts(1) == ["najpierw", "później"]


async def test_many_chats_are_served_side_by_side(post: Post) -> None:
    for chat in range(1, 11):
        await post.person(chat)
        post.server.fail("sendMessage", chat, with_=faults.slow(1))
    await post.put(*(entry(f"{chat}", address=f"{chat}") for chat in range(1, 11)))
    loop = asyncio.get_running_loop()
    began = loop.time()

    await post.deliver()

    assert set((await post.states()).values()) == {"sent"}
    assert loop.time() - began < 6


async def test_slow_chat_does_not_hold_up_another(post: Post) -> None:
    await post.person(1)
    await post.person(2)
    post.server.fail("sendMessage", 1, with_=faults.slow(1))
    await post.put(entry("slow", address="1"))

    async with post.open():
        await post.wait_for_state("slow", "started")
        await post.put(entry("quick", address="2"))
        post.wake()
        await post.wait_for_state("quick", "sent")
        meanwhile = (await post.row("slow")).state
        await post.quiet()

    assert (meanwhile, (await post.row("slow")).state) == ("started", "sent")


async def test_row_that_is_too_late_is_missed_and_never_sent(post: Post) -> None:
    await post.person(1)
    late = NOW - timedelta(seconds=1)
    await post.put(entry("late", address="1", not_after=late), mail("late mail", not_after=late))

    await post.deliver()
    await post.ticker().tick()

    assert await post.states() == {"late": "missed", "late mail": "missed"}
    assert (post.texts(1), post.mailbox.accepted) == ([], [])


async def test_row_that_grows_too_late_in_its_lane_is_missed(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.slow(1))
    await post.put(
        entry("first", address="1"),
        entry("second", address="1", not_after=NOW + timedelta(minutes=1)),
    )

    async with post.open():
        await post.wait_for_state("first", "started")
        post.clock.put_forward(NOW + timedelta(minutes=1, seconds=30))
        await post.quiet()

    assert await post.states() == {"first": "sent", "second": "missed"}


async def test_row_taken_over_by_another_process_is_not_sent(
    post: Post, second: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.slow(1))
    await post.put(entry("first", address="1"), entry("lost", address="1"))

    async with post.open():
        await post.wait_for_state("first", "started")
        async with second.transaction() as tx:
            await tx.execute(
                rows.update()
                .where(rows.c.key == "lost")
                .values(lease_token="another", leased_until=NOW + LEASE)
            )
        await post.wait_for_state("first", "sent")

    assert await post.states() == {"first": "sent", "lost": "leased"}
    assert len(post.texts(1)) == 1
    assert "not_sent_now" in caplog.text


async def test_two_processes_send_every_row_once(post: Post, second: Database) -> None:
    for chat in range(1, 11):
        await post.person(chat)
    await post.put(*(entry(f"{n}", address=f"{n % 10 + 1}") for n in range(200)))

    await post.deliver(post.chats(), post.chats(second))

    assert set((await post.states()).values()) == {"sent"}
    assert [len(post.texts(chat)) for chat in range(1, 11)] == [20] * 10


async def test_two_processes_mail_every_row_once(post: Post, second: Database) -> None:
    await post.put(*(mail(f"{n}", address=f"{n}@ngo.example.org") for n in range(60)))

    await post.deliver(post.mails(), post.mails(second))

    to = sorted(int(one.recipients[0].partition("@")[0]) for one in post.mailbox.accepted)
    assert to == list(range(60))


async def _stop(task: asyncio.Task[None], *, times: int) -> None:
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("times", [1, 3])
async def test_stopping_finishes_the_mail_in_its_data_phase(post: Post, times: int) -> None:
    loop = post.mails(timeouts=PATIENT)
    post.mailbox.behave(mishaps.hang_after_dot())
    await post.put(mail("leaving"), mail("behind", address="ewa@ngo.example.org"))
    task = asyncio.create_task(loop.run())
    await post.mailbox.wait_for_mail("jan@ngo.example.org")

    await _stop(task, times=times)
    still_there = not task.done()
    post.mailbox.release()
    with suppress(asyncio.CancelledError):
        await task

    row = await post.row("leaving")
    assert (still_there, row.state, row.answer) == (True, "sent", "250 2.0.0 OK")
    assert (await post.row("behind")).state == "retry"
    assert len(post.mailbox.accepted) == 1


async def test_stopping_finishes_the_call_and_gives_the_rest_back(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.late(1))
    await post.put(entry("leaving", address="1"), entry("behind", address="1"))
    task = asyncio.create_task(post.chats().run())
    await post.wait_for_state("leaving", "started")

    await _stop(task, times=2)
    with suppress(asyncio.CancelledError):
        await task

    behind = await post.row("behind")
    assert await post.states() == {"leaving": "sent", "behind": "retry"}
    assert (behind.attempts, behind.leased_until, behind.due_at <= post.clock()) == (0, None, True)


async def test_stopping_at_any_moment_leaves_no_lease_behind(post: Post) -> None:
    for chat in range(1, 6):
        await post.person(chat)
    await post.put(*(entry(f"{n}", address=f"{n % 5 + 1}") for n in range(60)))

    for turn in range(20):
        task = asyncio.create_task(post.chats().run())
        await asyncio.sleep(0.002 * turn)
        await _stop(task, times=1)
        with suppress(asyncio.CancelledError):
            await task
        assert set((await post.states()).values()) <= {"queued", "retry", "sent"}
    await post.deliver()

    assert sum(len(post.texts(chat)) for chat in range(1, 6)) == 60


async def test_start_that_cannot_be_noted_is_tried_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.person(1)
    await post.put(entry("reply", address="1"), mail("code"))

    async def full(*_: object, **__: object) -> bool:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(outbox_claims, "start", full)
        await post.deliver()
    during = (await post.states(), post.texts(1), list(post.mailbox.accepted))
    await post.deliver(after=timedelta(seconds=11))

    assert during == ({"reply": "retry", "code": "retry"}, [], [])
    assert await post.states() == {"reply": "sent", "code": "sent"}


async def test_outcome_that_cannot_be_noted_does_not_hold_up_the_lane(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await post.person(1)
    await post.put(entry("unlucky", address="1"), entry("next", address="1"))
    end_sent = outbox_claims.end_sent

    async def fail_one(tx: Tx, arrivals: Sequence[Arrival], *, now: datetime) -> None:
        if any(one.row.key == "unlucky" for one in arrivals):
            raise OSError(28, "No space left on device")
        await end_sent(tx, arrivals, now=now)

    monkeypatch.setattr(outbox_claims, "end_sent", fail_one)
    async with post.open():
        await post.wait_for_state("next", "sent")
    before = (await post.row("unlucky")).state
    post.clock.put_forward(NOW + timedelta(minutes=3))
    await post.ticker().tick()

    assert (before, (await post.row("unlucky")).state) == ("started", "uncertain")
    assert "outcome_not_noted" in caplog.text


async def test_error_that_nobody_foresaw_leaves_a_started_row_open(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.person(1)
    await post.put(entry("reply", address="1"))

    async def broken(*_: object, started: Callable[[], Awaitable[None]], **__: object) -> None:
        await started()
        raise RuntimeError("This request is not initialised")

    monkeypatch.setattr(ChatSender, "send", broken)
    await post.deliver()

    row = await post.row("reply")
    assert (row.state, row.answer) == (
        "uncertain",
        "RuntimeError: This request is not initialised",
    )


async def test_trouble_with_the_database_ends_the_loop(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with post.database.transaction() as tx:
        await tx.execute(rows.delete())
    loop: Sending = post.chats()
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)

    async def broken(*_: object, **__: object) -> list[int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outbox_claims, "due_priorities", broken)
    loop.wake()

    with pytest.raises(OSError, match="No space left"):
        await task


async def test_lease_is_renewed_when_the_bytes_leave(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", 1, with_=faults.slow(1))
    await post.put(entry("first", address="1"))

    async with post.open(loop := post.chats()):
        await post.wait_for_state("first", "started")
        row = await post.row("first")
        await post.quiet()

    assert row.leased_until - row.started_at == loop._carrier.lease
    async with post.database.reading() as tx:
        leased = await tx.scalar(
            select(func.count()).where(rows.c.leased_until.is_not(None)).select_from(rows)
        )
    assert leased == 0
