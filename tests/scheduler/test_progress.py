"""Staff see one message that is edited while a broadcast leaves, and at the end the report."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from delivery.chat import ChatMessage, to_json
from playground import faults
from programme import broadcast_reports
from programme.quiet_hours import QuietHours
from scheduler.progress import EDIT_EACH
from storage.database import Database
from storage.tables import broadcast, outbox
from tests.programme.audience import make_staff
from tests.programme.sending import send_now
from tests.scheduler.post import Post
from tests.storage.rows import NOW, make_person, make_programme

STAFF = 900
HERS = "ewa@ngo.example.org"


async def _invite(database: Database, *, people: dict[int, str | None]) -> None:
    """Let staff invite people with these chats and addresses and announce the progress."""
    async with database.transaction() as tx:
        await make_programme(tx)
        # A coordinator would also be told of a message that Telegram refuses.
        member = await make_staff(tx, chat_id=STAFF, role="assistant")
        for chat, address in people.items():
            await make_person(tx, chat=chat, mail=address)
        sent = await send_now(
            tx,
            staff=member,
            key="900:1",
            case_number="",
            subject="Szkolenie <1>",
            body="Zapraszamy",
            event_id=None,
            audience="organisations",
            link=None,
            quiet=QuietHours(),
            now=NOW,
        )
        await broadcast_reports.announce(
            tx,
            broadcast_id=sent.broadcast_id,
            chat_id=STAFF,
            message=to_json(ChatMessage("Wysyłamy.")),
            locale="pl",
            now=NOW,
        )


async def _is_reported(database: Database) -> bool:
    async with database.reading() as tx:
        return await tx.scalar(select(broadcast.c.reported_at)) is not None


async def test_progress_is_one_message_that_ends_as_the_report(
    post: Post, database: Database
) -> None:
    staff = await post.person(STAFF)
    people = {1: None, 2: None, 3: HERS, 4: None, 5: None}
    for chat in people:
        await post.person(chat)
    await post.playground.visitor(2, "Jan").block()
    await post.playground.visitor(3, "Ewa").block()
    post.server.fail("sendMessage", 4, with_=faults.bad_request("message is too strange"))
    post.server.fail("sendMessage", 5, with_=faults.dropped_after())
    await _invite(database, people=people)
    await post.deliver()

    await post.ticker().report()
    await post.deliver()
    await post.ticker().report()
    await post.deliver()

    assert [message["text"] for message in post.server.delivered(STAFF)] == ["Wysyłamy."]
    assert post.server.count("editMessageText") == 1
    assert await _is_reported(database)
    report = staff.last.text
    assert "Szkolenie <1>" in report
    # One by chat and one by mail instead of a closed chat.
    assert [line.rpartition(" ")[2] for line in report.splitlines()[2:]] == ["2", "2", "1", "1"]


async def test_nothing_new_means_no_edit(post: Post, database: Database) -> None:
    await post.person(STAFF)
    for chat in (1, 2):
        await post.person(chat)
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    await _invite(database, people={1: None, 2: None})
    await post.deliver()
    post.clock.put_forward(NOW + timedelta(seconds=31))
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    await post.deliver()

    for _ in range(5):
        await post.ticker().report()
        await post.deliver(after=timedelta(seconds=1))
    during = post.server.count("editMessageText")
    reported = await _is_reported(database)
    await post.deliver(after=timedelta(seconds=60))
    for _ in range(3):
        await post.ticker().report()
        await post.deliver()

    assert (during <= 1, reported) == (True, False)
    assert await _is_reported(database)
    assert post.server.count("editMessageText") <= 2


async def test_only_one_edit_is_on_its_way(post: Post, database: Database) -> None:
    staff = await post.person(STAFF)
    chats = range(1, 13)
    for chat in chats:
        await post.person(chat)
        post.server.fail("sendMessage", chat, with_=faults.slow(0.03 * chat))
    post.server.fail("editMessageText", with_=faults.slow(0.1), times=None)
    await _invite(database, people=dict.fromkeys(chats))
    ticker = post.ticker()

    async with post.open(), asyncio.timeout(60):
        while not await _is_reported(database):
            post.clock.put_forward(post.clock() + EDIT_EACH)
            await ticker.report()
            await asyncio.sleep(0.05)
            states = (await post.states()).items()
            edits = [state for key, state in states if key.startswith("progress:1:")]
            assert sum(state != "sent" for state in edits) <= 1
        await post.quiet()

    assert len(edits) > 1
    assert "12" in staff.last.text.splitlines()[1]


async def test_delayed_edit_never_overwrites_the_report(post: Post, database: Database) -> None:
    staff = await post.person(STAFF)
    for chat in (1, 2):
        await post.person(chat)
    await _invite(database, people={1: None, 2: None})
    post.server.fail("sendMessage", 2, with_=faults.flood(30))
    ticker = post.ticker()
    await post.deliver()
    # The channel may speak again, and the edit is the first that does and fails.
    post.clock.put_forward(NOW + timedelta(seconds=32))
    await ticker.report()
    post.server.fail("editMessageText", with_=faults.dropped_before())
    await post.deliver()
    during = post.server.count("editMessageText")
    await ticker.report()
    await post.deliver(after=timedelta(seconds=15))
    await ticker.report()
    await post.deliver()

    assert during == 0
    assert await _is_reported(database)
    assert staff.last.text.splitlines()[-1].endswith("2")


async def test_broadcast_without_its_message_waits_for_it(post: Post, database: Database) -> None:
    await post.person(STAFF)
    await post.person(1)
    await _invite(database, people={1: None})

    changed = await _refresh(post)
    await post.deliver()
    later = await _refresh(post)

    assert (changed, later) == (False, True)


async def test_broadcast_whose_message_never_came_ends_with_a_new_one(
    post: Post, database: Database
) -> None:
    staff = await post.person(STAFF)
    await post.person(1)
    post.server.fail("sendMessage", STAFF, with_=faults.bad_request("message is too strange"))
    post.server.fail("sendMessage", 1, with_=faults.flood(30))
    await _invite(database, people={1: None})
    await post.deliver()

    during = await _refresh(post), await _is_reported(database)
    await post.deliver(after=timedelta(seconds=31))
    await post.ticker().report()
    await post.deliver()
    again = await _refresh(post)

    assert during == (False, False)
    assert (await _is_reported(database), again) == (True, False)
    assert [message["text"] for message in post.server.delivered(STAFF)] == [staff.last.text]
    assert "Szkolenie <1>" in staff.last.text
    assert post.server.count("editMessageText") == 0


@pytest.mark.parametrize("change", [{"settled_at": NOW}, {"not_after": NOW}])
async def test_doubtful_message_that_is_never_repeated_holds_up_no_report(
    post: Post, database: Database, change: dict[str, datetime]
) -> None:
    await post.person(STAFF)
    await post.person(1)
    post.server.fail("sendMessage", STAFF, with_=faults.dropped_before())
    await _invite(database, people={1: None})
    await post.deliver()
    async with database.transaction() as tx:
        await tx.execute(outbox.update().where(outbox.c.key == "progress:1").values(**change))

    changed = await _refresh(post)

    assert (await post.states())["progress:1"] == "uncertain"
    assert (changed, await _is_reported(database)) == (True, True)


async def _refresh(post: Post) -> bool:
    before = len(await post.states())
    await post.ticker().report()
    return len(await post.states()) > before
