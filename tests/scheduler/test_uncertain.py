from datetime import timedelta

import pytest

from playground import faults, mishaps
from programme import registration
from storage.database import Database
from storage.outbox import BROADCAST
from tests.scheduler.post import BASE, INVITATION, Post, mail
from tests.storage.rows import NOW, entry, make_event, make_person
from texts.translator import load

POLL = BASE | {"question": "Kiedy?", "options": ["Rano", "Wieczorem"], "survey_key": "kiedy"}
SENT_AGAIN = load("pl")("(sent again)")


async def _after(post: Post, **span: float) -> dict[str, str]:
    post.clock.put_forward(post.clock() + timedelta(**span))
    await post.ticker().tick()
    await post.deliver()
    return await post.states()


async def test_doubtful_mail_is_repeated_once_with_the_same_bytes(post: Post) -> None:
    post.mailbox.behave(mishaps.accept_then_drop(), times=2)
    await post.put(mail("code"))
    await post.deliver()

    states = [await _after(post, minutes=14), await _after(post, minutes=2)]
    states += [await _after(post, hours=2), await _after(post, hours=2)]

    assert [one["code"] for one in states] == ["uncertain"] * 4
    first, again = post.mailbox.accepted
    assert (first.raw, first.message_id) == (again.raw, again.message_id)
    assert (await post.row("code")).doubted == 2


async def test_doubtful_reply_is_repeated_once_and_says_so(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", with_=faults.dropped_after(), times=2)
    await post.put(entry("reply", address="1"))
    await post.deliver()

    states = [await _after(post, seconds=50), await _after(post, seconds=20)]
    states += [await _after(post, hours=2)]

    assert [one["reply"] for one in states] == ["uncertain"] * 3
    assert post.texts(1) == ["Dzień dobry", f"{SENT_AGAIN}\nDzień dobry"]


async def test_reply_left_by_a_dead_process_is_repeated_at_once(post: Post) -> None:
    await post.person(1)
    post.server.fail("sendMessage", with_=faults.dropped_after())
    await post.put(entry("reply", address="1"), mail("code"))
    post.mailbox.behave(mishaps.accept_then_drop())
    await post.deliver()

    await post.ticker().begin(alone=True)
    await post.deliver()

    assert await post.states() == {"reply": "sent", "code": "uncertain"}
    assert len(post.texts(1)) == 2


@pytest.mark.parametrize("alone", [True, False])
async def test_broadcasts_and_polls_are_never_repeated(post: Post, alone: bool) -> None:
    for chat in (1, 2):
        await post.person(chat)
    post.server.fail(with_=faults.dropped_after(), times=2)
    post.mailbox.behave(mishaps.accept_then_drop())
    many = {"kind": "invitation", "facts": INVITATION, "priority": BROADCAST}
    await post.put(
        entry("invitation", address="1", **many),
        entry("poll", address="2", kind="poll", facts=POLL, priority=BROADCAST),
        mail("invitation by mail", **many),
    )
    await post.deliver()

    await post.ticker().begin(alone=alone)
    await post.deliver()
    states = await _after(post, hours=1)

    assert set(states.values()) == {"uncertain"}
    assert [len(post.server.delivered(chat)) for chat in (1, 2)] == [1, 1]
    assert len(post.mailbox.accepted) == 1


async def test_doubtful_row_that_is_too_late_stays_uncertain(post: Post) -> None:
    post.mailbox.behave(mishaps.accept_then_drop())
    await post.put(mail("code", not_after=NOW + timedelta(minutes=10)))
    await post.deliver()

    assert await _after(post, minutes=20) == {"code": "uncertain"}
    assert await _after(post, minutes=20) == {"code": "uncertain"}


@pytest.mark.parametrize("channel", ["telegram", "mail"])
async def test_what_is_true_no_longer_is_not_repeated(
    post: Post, database: Database, channel: str
) -> None:
    await post.person(1)
    post.server.fail("sendDocument", with_=faults.dropped_after())
    post.mailbox.behave(mishaps.accept_then_drop())
    async with database.transaction() as tx:
        mine = {"chat": 1} if channel == "telegram" else {"mail": "jan@ngo.example.org"}
        person_id = await make_person(tx, **mine)
        event_id = await make_event(tx)
        done = await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
        )
    await post.deliver()
    async with database.transaction() as tx:
        await registration.cancel(
            tx, registration_id=done.registration_id, person_id=person_id, now=post.clock()
        )

    states = await _after(post, hours=1)

    assert [state for key, state in states.items() if "confirmed" in key] == ["uncertain"]
    assert [state for key, state in states.items() if "cancelled" in key] == ["sent"]
    assert (len(post.texts(1)) + len(post.mailbox.accepted)) == 2
