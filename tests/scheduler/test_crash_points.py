"""The process dies at every point of a sending; what the next one makes of it."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage.outbox import BROADCAST
from tests.scheduler.crash_runner import EXIT_CODE, POINTS
from tests.scheduler.post import INVITATION, Post, mail
from tests.storage.rows import entry
from texts.translator import load

ROOT = Path(__file__).parents[2]
# How many messages the reply, the invitation and the mail came to in the end, and whether the
# invitation is known to have been sent.
ARRIVED = {
    "after_claim": (1, 1, 1, "sent"),
    "before_started": (1, 1, 1, "sent"),
    "after_started": (1, 0, 1, "uncertain"),
    "after_bytes": (2, 1, 2, "uncertain"),
    "before_sent": (2, 1, 2, "uncertain"),
}


async def _die(post: Post, database_url: str, point: str) -> int:
    given = (database_url, post.playground.api_url, post.playground.token)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.scheduler.crash_runner",
        *given,
        str(post.playground.smtp_port),
        point,
        cwd=ROOT,
    )
    async with asyncio.timeout(60):
        return await process.wait()


@pytest.mark.parametrize("point", POINTS)
async def test_after_a_crash_nothing_is_lost_and_only_the_policy_repeats(
    post: Post, database_url: str, backend: str, point: str
) -> None:
    await post.person(1)
    await post.person(2)
    await post.put(
        entry("reply", address="1"),
        entry("invitation", address="2", kind="invitation", facts=INVITATION, priority=BROADCAST),
        mail("code"),
    )
    assert await _die(post, database_url, point) == EXIT_CODE

    if backend == "postgresql":
        # Nobody can know that no other process is alive: the leases must run out.
        post.clock.put_forward(post.clock() + timedelta(minutes=16))
    await post.ticker().begin(alone=backend == "sqlite")
    await post.deliver()
    for _ in range(3):
        post.clock.put_forward(post.clock() + timedelta(minutes=16))
        await post.ticker().tick()
        await post.deliver()

    states = await post.states()
    arrived = (len(post.texts(1)), len(post.texts(2)), len(post.mailbox.accepted))
    assert (*arrived, states["invitation"]) == ARRIVED[point]
    assert (states["reply"], states["code"]) == ("sent", "sent")
    assert len({one.raw for one in post.mailbox.accepted}) == 1
    again = point not in {"after_claim", "before_started"}
    remark = load("pl")("(sent again)")
    assert post.texts(1)[-1] == (f"{remark}\nDzień dobry" if again else "Dzień dobry")
