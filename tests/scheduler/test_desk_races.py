"""Whoever is on duty and the sending loops reach for the same rows."""

import asyncio

from playground import mishaps
from programme import outbox_desk
from programme.outbox_desk import DeliveryChanged, NotDroppable
from storage.database import Database
from storage.outbox_desk import DeskRow
from tests.scheduler.post import Post, mail
from tests.storage.rows import entry

ADDRESS = "jan@ngo.example.org"
ROWS = 30


async def _find(database: Database, outbox_id: int) -> DeskRow:
    async with database.reading() as tx:
        return await outbox_desk.find(tx, outbox_id=outbox_id)


async def _again(post: Post, database: Database, row: DeskRow) -> bool:
    try:
        async with database.transaction() as tx:
            await outbox_desk.send_again(tx, row=row, now=post.clock())
    except DeliveryChanged:
        return False
    post.wake()
    return True


async def test_again_of_two_people_while_the_loops_run_sends_one_mail(
    post: Post, second: Database
) -> None:
    await post.put(mail("code"))
    post.mailbox.behave(mishaps.refuse(ADDRESS))
    await post.deliver()
    row = await _find(post.database, (await post.row("code")).id)
    assert row.state == "failed"

    async with post.open():
        done = await asyncio.gather(
            *(_again(post, one, row) for one in (post.database, second) * 3)
        )
        await post.wait_for_state("code", "sent")
        await post.quiet()

    assert sum(done) == 1
    assert len(post.mailbox.mails_for(ADDRESS)) == 1


async def _drop(database: Database, post: Post, outbox_id: int) -> bool:
    row = await _find(database, outbox_id)
    try:
        async with database.transaction() as tx:
            await outbox_desk.drop(tx, row=row, now=post.clock())
    except (DeliveryChanged, NotDroppable):
        return False
    return True


async def test_drop_while_the_loops_run_is_never_also_a_message(
    post: Post, second: Database
) -> None:
    for chat in range(1, ROWS + 1):
        await post.person(chat)
    keys = [str(chat) for chat in range(1, ROWS + 1)]
    await post.put(*(entry(key, address=key) for key in keys))
    ids = [(await post.row(key)).id for key in keys]

    async with post.open():
        dropped = [await _drop(second, post, outbox_id) for outbox_id in reversed(ids)]
        await post.quiet()

    states = await post.states()
    arrived = [len(post.texts(int(key))) for key in keys]
    assert [states[key] for key in reversed(keys)] == [
        "cancelled" if done else "sent" for done in dropped
    ]
    assert arrived == [int(states[key] == "sent") for key in keys]
