import asyncio
from datetime import timedelta

import pytest

from delivery.pacing import Pace
from playground import mishaps
from tests.scheduler.post import Post, mail
from tests.storage.rows import entry


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_one_chat_is_never_hurried(post: Post) -> None:
    await post.person(1)
    await post.put(*(entry(f"{n}", address="1") for n in range(4)))
    loop = asyncio.get_running_loop()
    began = loop.time()

    await post.deliver(post.chats(pace=Pace()))

    # Three messages in any three seconds: the fourth waits.
    assert len(post.texts(1)) == 4
    assert 2.9 < loop.time() - began < 6


async def test_mail_keeps_its_bytes_and_message_id_over_a_retry(post: Post) -> None:
    post.mailbox.behave(mishaps.answer("END", 451))
    await post.put(mail("code"))
    await post.deliver()
    first = await post.row("code")

    await post.deliver(after=timedelta(seconds=11))

    (arrived,) = post.mailbox.accepted
    assert first.state == "retry"
    assert (arrived.raw, arrived.message_id) == (first.body, first.message_id)
    assert arrived.message_id.startswith(f"<outbox-{first.id}-")
    assert arrived.message_id.endswith("@gmina.example.org>")
    assert arrived.sender == "szkolenia@gmina.example.org"


async def test_several_mails_share_a_connection(post: Post) -> None:
    await post.put(*(mail(f"{n}") for n in range(8)))

    await post.deliver()

    assert (len(post.mailbox.accepted), post.mailbox.connections) == (8, 1)
