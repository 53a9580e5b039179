"""When one channel is closed the other carries the notice; a chat opens again by itself."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.process import Process
from bot.stage import demo_settings
from playground import mishaps
from programme import events, registration
from storage.database import Database
from storage.outbox import BROADCAST
from storage.tables import outbox as rows
from tests.scheduler.post import BASE, EVENT, INVITATION, Post, mail
from tests.storage.rows import NOW, entry, make_event, make_person

HERS = "ewa@ngo.example.org"
WAITING = BASE | {"event": EVENT, "position": 2}
REMINDER = BASE | {
    "event": EVENT,
    "rule": "1d",
    "days_left": 1,
    "session_number": 1,
    "session": EVENT["sessions"][0],  # type: ignore[index]
}


async def _blocked(post: Post, database: Database, *, mail: str | None = HERS) -> int:
    async with database.transaction() as tx:
        person_id = await make_person(tx, name="Ewa Przykładowa", chat=1, mail=mail)
    visitor = await post.person(1)
    await visitor.block()
    return person_id


@pytest.mark.parametrize(
    ("kind", "facts"),
    [("waiting_listed", WAITING), ("reminder", REMINDER), ("invitation", INVITATION)],
)
async def test_blocked_chat_makes_the_same_notice_go_by_mail(
    post: Post, database: Database, kind: str, facts: dict[str, object]
) -> None:
    person_id = await _blocked(post, database)
    notice = entry("notice:7:telegram", kind=kind, facts=facts, address="1", person_id=person_id)
    await post.put(notice)

    await post.deliver()

    assert await post.states() == {"notice:7:telegram": "failed", "notice:7:mail": "sent"}
    by_mail = await post.row("notice:7:mail")
    assert (by_mail.kind, by_mail.priority, by_mail.not_after) == (
        kind,
        notice.priority,
        notice.not_after,
    )
    assert [one.recipients for one in post.mailbox.accepted] == [(HERS,)]
    assert "Ewa" in str(post.mailbox.accepted[0].message["To"])


async def test_replies_and_apologies_stay_in_the_chat_and_a_poll_does_not(
    post: Post, database: Database
) -> None:
    person_id = await _blocked(post, database)
    poll = BASE | {"question": "Kiedy?", "options": ["Rano", "Późno"], "survey_key": "kiedy"}
    about = {"address": "1", "person_id": person_id}
    await post.put(
        entry("reply:telegram", **about),
        entry("trouble:telegram", kind="trouble", facts=BASE, **about),
        entry("poll:telegram", kind="poll", facts=poll, priority=BROADCAST, **about),
    )

    await post.deliver()

    assert set((await post.states()).items()) == {
        ("reply:telegram", "failed"),
        ("trouble:telegram", "failed"),
        ("poll:telegram", "failed"),
        ("poll:mail", "sent"),
    }


async def test_blocked_chat_without_a_mail_address_is_the_end(
    post: Post, database: Database
) -> None:
    person_id = await _blocked(post, database, mail=None)
    notice = entry("n:telegram", kind="invitation", facts=INVITATION, address="1")
    await post.put(notice, entry("no person", kind="invitation", facts=INVITATION, address="1"))
    async with database.transaction() as tx:
        await tx.execute(rows.update().where(rows.c.key == notice.key).values(person_id=person_id))

    await post.deliver()

    assert await post.states() == {"n:telegram": "failed", "no person": "failed"}


async def test_confirmation_goes_by_mail_once_although_the_chat_is_closed(
    post: Post, database: Database
) -> None:
    person_id = await _blocked(post, database)
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
        )

    await post.deliver()

    assert sorted((await post.states()).values()) == ["failed", "sent"]
    assert len(post.mailbox.accepted) == 1


async def test_cancelled_event_reaches_by_mail_who_waits_and_closed_the_chat(
    post: Post, database: Database
) -> None:
    person_id = await _blocked(post, database)
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=0)
        await registration.register(
            tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
        )
        await tx.execute(rows.delete())
        await events.cancel_event(tx, event_id=event_id, now=NOW)

    await post.deliver()

    assert sorted((await post.states()).values()) == ["failed", "sent"]
    assert [one.calendar for one in post.mailbox.accepted] == [None]


async def test_refused_address_sends_the_notice_to_the_chat(post: Post, database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=1, mail=HERS)
    await post.person(1)
    post.mailbox.behave(mishaps.refuse(HERS))
    about = {"address": HERS, "person_id": person_id}
    await post.put(
        mail("a:mail", kind="invitation", facts=INVITATION, **about), mail("code:mail", **about)
    )

    await post.deliver()

    states = await post.states()
    assert (states["a:mail"], states["a:telegram"]) == ("failed", "sent")
    assert "code:telegram" not in states
    assert not await post.is_reachable(HERS)


async def test_chat_opens_again_when_the_person_writes(
    post: Post, database: Database, tmp_path: Path
) -> None:
    person_id = await _blocked(post, database)
    about = {"kind": "invitation", "facts": INVITATION, "address": "1", "person_id": person_id}
    await post.put(entry("first:telegram", **about))
    settings = demo_settings(post.playground, tmp_path)
    process = Process(settings, database, clock=post.clock, paced=False, hold=1)
    ready = asyncio.Event()
    task = asyncio.create_task(process.serve(ready=ready))
    await ready.wait()

    await process.settle()
    closed = await post.is_reachable("1")
    visitor = post.playground.visitor(1, "Jan")
    await visitor.send("/pomoc")
    await visitor.wait_for()
    opened = await post.is_reachable("1")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert (closed, opened) == (False, True)
    assert (await post.states())["first:mail"] == "sent"
