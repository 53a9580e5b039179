import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from delivery.pacing import Pace, mail_pace
from playground import mishaps
from storage.database import Database
from storage.outbox import BROADCAST, Entry
from storage.tables import outbox as rows
from tests.scheduler.post import INVITATION, Post, mail
from tests.storage.rows import NOW, entry

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_one_chat_is_never_hurried(post: Post) -> None:
    await post.person(1)
    await post.put(*(entry(f"{n}", address="1") for n in range(4)))
    loop = asyncio.get_running_loop()
    began = loop.time()

    await post.deliver(post.chats(pace=Pace()))

    # One message a second: the last three wait.
    assert len(post.texts(1)) == 4
    assert loop.time() - began > 2.9


async def test_mail_keeps_its_bytes_and_message_id_over_a_retry(post: Post) -> None:
    post.mailbox.behave(mishaps.answer("END", 451))
    await post.put(mail("code"))
    await post.deliver()
    first = await post.row("code")

    await post.deliver(after=timedelta(seconds=73))

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


@pytest.mark.parametrize(
    ("backend", "shared"), [("sqlite", False), ("postgresql", False), ("postgresql", True)]
)
async def test_replies_find_their_place_beside_a_broadcast(
    post: Post, second: Database, shared: bool
) -> None:
    for chat in range(1, 61):
        await post.person(chat)
    many = {"kind": "invitation", "facts": INVITATION, "priority": BROADCAST}
    await post.put(*(entry(f"many {n}", address=f"{n}", **many) for n in range(1, 57)))
    loops = [post.chats(pace=Pace())]
    loops += [post.chats(second, pace=Pace())] if shared else []

    async with post.open(*loops):
        asked = []
        for n in range(57, 60):
            asked.append(post.clock())
            await post.put(entry(f"reply {n}", address=f"{n}"))
            post.wake()
            await asyncio.sleep(1)
        await post.quiet()

    async with post.database.reading() as tx:
        found = list(await tx.execute(select(rows.c.key, rows.c.started_at)))
    starts = [row.started_at for row in found if row.key.startswith("many")]
    replies = sorted(row.started_at for row in found if row.key.startswith("reply"))
    assert (len(starts), busiest(starts) <= 18, len(replies)) == (56, True, 3)
    assert max(at - wanted for at, wanted in zip(replies, asked, strict=True)) < SECOND * 2


def busiest(moments: list[datetime]) -> int:
    """Count the most moments in any second."""
    return max(sum(begin <= at < begin + SECOND for at in moments) for begin in moments)


async def test_full_minute_of_mails_holds_back_many_and_no_code(post: Post) -> None:
    many = {"kind": "invitation", "facts": INVITATION, "priority": BROADCAST}
    await post.put(*(mail(f"many {n}", address=f"{n}@ngo.example.org", **many) for n in range(6)))
    await post.put(mail("code"))

    await post.deliver(post.mails(pace=mail_pace(per_minute=5, per_day=100)))
    states = Counter((await post.states()).values())
    due = sorted([(await post.row(f"many {n}")).due_at for n in range(6)])

    assert (states, (await post.row("code")).state) == ({"sent": 4, "retry": 3}, "sent")
    assert [round((at - NOW) / timedelta(seconds=10)) for at in due[3:]] == [6, 8, 10]


async def test_mails_of_a_day_are_counted_over_a_restart(post: Post) -> None:
    await post.put(*(mail(f"{n}", address=f"{n}@ngo.example.org") for n in range(4)))
    pace = {"per_minute": 100, "per_day": 3}

    await post.deliver(post.mails(pace=mail_pace(**pace)))
    await post.put(mail("after", not_after=NOW + timedelta(days=3)))
    await post.deliver(post.mails(pace=mail_pace(**pace)), after=timedelta(hours=1))
    before = len(post.mailbox.accepted)
    await post.deliver(post.mails(pace=mail_pace(**pace)), after=timedelta(hours=23, minutes=1))

    assert (before, (await post.row("after")).state) == (3, "sent")


DOORS = {"reply": "r" * 26, "page": "p" * 26, "out": "o" * 26}


def letter(key: str) -> Entry:
    return mail(key, kind="invitation", facts={**INVITATION, "doors": DOORS})


@pytest.mark.parametrize("plus", [False, True])
async def test_letter_with_doors_is_known_by_the_token_of_its_answers(
    post: Post, *, plus: bool
) -> None:
    await post.put(letter("invitation"))

    await post.deliver(post.mails(public_url="https://akademia.example.org", plus=plus))

    (arrived,) = post.mailbox.accepted
    own = f"szkolenia+{DOORS['reply']}@gmina.example.org"
    assert arrived.message_id == f"<{DOORS['reply']}@gmina.example.org>"
    assert arrived.sender == (own if plus else "szkolenia@gmina.example.org")
    assert (f"Reply-To: {own}".encode() in arrived.raw) == plus
    assert f"<https://akademia.example.org/o/{DOORS['out']}>".encode() in arrived.raw


async def test_letter_with_doors_keeps_all_of_it_over_a_retry_and_forgets_it_then(
    post: Post,
) -> None:
    post.mailbox.behave(mishaps.answer("END", 451))
    await post.put(letter("invitation"))
    await post.deliver()
    first = await post.row("invitation")

    await post.deliver(after=timedelta(seconds=73))

    (arrived,) = post.mailbox.accepted
    left = await post.row("invitation")
    assert (first.state, first.facts["doors"]) == ("retry", DOORS)
    assert (arrived.raw, arrived.message_id) == (first.body, first.message_id)
    assert (left.state, left.facts, left.body, left.message_id) == ("sent", INVITATION, None, None)


async def test_mail_is_signed_once_and_repeated_as_it_was_signed(post: Post) -> None:
    numbers = iter(range(9))

    def sign(raw: bytes) -> bytes:
        return f"DKIM-Signature: {next(numbers)}\r\n".encode() + raw

    post.mailbox.behave(mishaps.answer("END", 451))
    await post.put(letter("invitation"))
    await post.deliver(post.mails(sign=sign))
    first = await post.row("invitation")

    await post.deliver(post.mails(sign=sign), after=timedelta(seconds=73))

    (arrived,) = post.mailbox.accepted
    assert first.body is not None
    assert arrived.raw == first.body
    assert arrived.raw.startswith(b"DKIM-Signature: 0\r\nFrom:")
