"""What Telegram really gets in a run with the pace on: every stretch of a second is counted."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from delivery.pacing import Pace
from playground import faults
from storage.database import Database
from storage.outbox import BROADCAST, CONFIRMATION, REPLY
from storage.tables import outbox
from tests.scheduler.post import INVITATION, Post
from tests.storage.rows import entry

RUN_SECONDS = 5.0
CHATS = range(1, 151)
TALKER = 500


def most_in_any(seconds: float, moments: Sequence[float]) -> int:
    """Count the most moments that any stretch of so many seconds holds."""
    ordered, first, most = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


class Lag:
    """Measures by how much this machine is late, which shifts what the server sees."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def watch(self) -> None:
        """Sleep a little again and again and note the longest delay."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            self.worst = max(self.worst, loop.time() - before - 0.005)


def test_most_in_any_counts_a_sliding_window() -> None:
    moments = [0.0, 0.9, 1.0, 1.1, 1.8, 5.0]

    assert [most_in_any(span, moments) for span in (0.05, 0.25, 1.0, 9.0)] == [1, 3, 4, 6]


async def test_no_second_of_a_busy_run_holds_more_than_telegram_takes(
    post: Post, second: Database, backend: str
) -> None:
    # On PostgreSQL two processes share the limits.
    databases = [post.database] + ([second] if backend == "postgresql" else [])
    for chat in (*CHATS, TALKER):
        await post.person(chat)
    many = {"kind": "invitation", "facts": INVITATION, "priority": BROADCAST}
    await post.put(*(entry(f"many:{chat}", address=f"{chat}", **many) for chat in CHATS))
    await post.put(
        *(entry(f"one:{chat}", address=f"{chat}", priority=CONFIRMATION) for chat in CHATS[:40])
    )
    await post.put(*(entry(f"talk:{n}", address=f"{TALKER}", priority=REPLY) for n in range(10)))
    lag = Lag()
    begun = post.clock()

    async with post.open(*(post.chats(one, pace=Pace()) for one in databases)):
        watching = asyncio.create_task(lag.watch())
        async with asyncio.timeout(RUN_SECONDS * 8):
            while (post.clock() - begun).total_seconds() < RUN_SECONDS:  # noqa: ASYNC110 -- the run is over when its time is
                await asyncio.sleep(0.05)
        watching.cancel()

    seen = await _starts(post) if len(databases) > 1 else _arrivals(post)
    by_chat = defaultdict(list)
    for left in seen:
        by_chat[left.chat].append(left.at)
    # A message that a busy machine delivers late stands closer to the one behind it.
    a_second = max(0.5, 1.0 - 2 * lag.worst)
    assert most_in_any(a_second, [left.at for left in seen]) <= 25
    assert most_in_any(a_second, [left.at for left in seen if left.broadcast]) <= 18
    assert max(most_in_any(a_second, of_chat) for of_chat in by_chat.values()) == 1
    assert len(by_chat[TALKER]) >= 2
    assert len(seen) >= 6 * RUN_SECONDS


@dataclass(frozen=True)
class Left:
    """One message on its way: when, to whom, and whether it is one of many."""

    at: float
    chat: int
    broadcast: bool


def _arrivals(post: Post) -> list[Left]:
    """List what the server has seen."""
    calls = [call for call in post.server.calls if call.method == "sendMessage"]
    return [
        Left(call.at.timestamp(), call.chat_id or 0, "Zapraszamy" in str(call.params["text"]))
        for call in calls
    ]


async def _starts(post: Post) -> list[Left]:
    """List what was noted as leaving, which is what several processes know of each other."""
    async with post.database.reading() as tx:
        started = await tx.execute(select(outbox).where(outbox.c.started_at.is_not(None)))
        return [
            Left(row.started_at.timestamp(), int(row.address), row.priority == BROADCAST)
            for row in started
        ]


async def test_flood_stays_obeyed_when_a_call_that_was_under_way_ends_well(post: Post) -> None:
    for chat in (1, 2, 3):
        await post.person(chat)
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    post.server.fail("sendMessage", 2, with_=faults.slow(0.5))
    number = count()

    async with post.open(post.chats(pace=Pace())):
        await post.put(entry("slow", address="2"), entry("flooded", address="1"))
        post.wake()
        await post.wait_for_state("slow", "sent")
        await post.put(*(entry(f"{next(number)}", address="3") for _ in range(3)))
        post.wake()
        await asyncio.sleep(0.5)
        during = [call.chat_id for call in post.server.calls if call.method == "sendMessage"]
    told = await post.resting("telegram")

    assert sorted(filter(None, during)) == [1, 2]
    assert (await post.row("flooded")).state == "retry"
    assert told is not None
    assert told - post.clock() > timedelta(seconds=20)
