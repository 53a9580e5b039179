import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

from programme import invitations
from programme.broadcasting import HOLD
from programme.facts import event_facts, programme_facts
from programme.invitations import Audience, Sent, Wording
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AnswerEmpty,
    AudienceEmpty,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    OptionUnknown,
    Refusal,
    TextTooLong,
)
from storage import broadcasts, events, staff
from storage.database import Database, Tx
from storage.outbox import BROADCAST, Entry
from storage.staff import AuditRecord, StaffMember
from storage.tables import audit, broadcast, outbox
from tests.programme.audience import close_chat, make_member, make_organisation, make_staff, queued
from tests.programme.sending import send_now
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_programme

QUIET = QuietHours()
CONFIRMED = NOW - HOLD
BODY = "Zapraszamy na szkolenie.\n\nZ poważaniem\nSekretarz Gminy"
LINK = "https://t.me/akademia_bot?start=e_1"


async def _send(tx: Tx, member: StaffMember, **changes: Any) -> Sent:
    values: dict[str, Any] = {
        "staff": member,
        "key": "900:1",
        "case_number": " OR.152.3.2027 ",
        "subject": "Szkolenie  dla organizacji",
        "body": BODY,
        "event_id": None,
        "audience": "organisations",
        "link": None,
        "quiet": QUIET,
        "now": NOW,
    }
    return await send_now(tx, **(values | changes))


async def _two(tx: Tx) -> tuple[int, int]:
    """Add Anna, who has a chat, and an organisation without people; give both ids."""
    anna = await make_member(tx, "Anna", chat=1, mail="anna@example.org")
    return anna, await make_organisation(tx, "OSP Miłki", email="osp@example.org")


async def test_send_queues_one_row_for_each(database: Database) -> None:
    deadline = FIRST_DAY - timedelta(days=2)
    async with database.transaction() as tx:
        member = await make_staff(tx)
        anna, osp = await _two(tx)
        event_id = await make_event(tx, deadline_at=deadline)
        event = await events.get(tx, event_id)
        assert event is not None

        sent = await _send(tx, member, event_id=event_id, link=LINK)

        facts = await event_facts(tx, event) | {
            "case_number": "OR.152.3.2027",
            "subject": "Szkolenie dla organizacji",
            "body": BODY,
            "link": LINK,
            "deadline": deadline.isoformat(),
            "placeholders": {},
        }
        entry = Entry(
            key=f"invitation:{sent.broadcast_id}:{anna}:telegram",
            channel="telegram",
            kind="invitation",
            address="1",
            locale="pl",
            facts=facts | {"person": {"name": "Anna"}},
            priority=BROADCAST,
            due_at=NOW,
            not_after=deadline,
            person_id=anna,
            broadcast_id=sent.broadcast_id,
        )
        assert sent == Sent(sent.broadcast_id, 2)
        assert await queued(tx) == [
            replace(
                entry,
                key=f"invitation:{sent.broadcast_id}:organisation:{osp}:mail",
                channel="mail",
                address="osp@example.org",
                facts=facts | {"person": {"name": "OSP Miłki"}},
                person_id=None,
            ),
            entry,
        ]


async def test_send_without_an_event_is_worth_sending_for_a_week(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)
        await make_programme(tx)

        await _send(tx, member)

        [_, first] = await queued(tx)
        assert first.not_after == NOW + timedelta(days=7)
        assert first.facts == {
            "programme": await programme_facts(tx),
            "event": None,
            "deadline": None,
            "case_number": "OR.152.3.2027",
            "subject": "Szkolenie dla organizacji",
            "body": BODY,
            "link": None,
            "person": {"name": "Anna"},
            "placeholders": {},
        }


async def test_send_without_a_deadline_ends_with_the_first_session(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)
        event_id = await make_event(tx, sessions=(FIRST_DAY, FIRST_DAY + timedelta(days=1)))

        await _send(tx, member, event_id=event_id)

        assert {entry.not_after for entry in await queued(tx)} == {FIRST_DAY}


async def test_send_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)

        sent = await _send(tx, member)

        kept = await broadcasts.get(tx, sent.broadcast_id)
        assert (kept.kind, kept.people, kept.confirmed_at) == ("invitation", 2, CONFIRMED)
        assert kept.audience == {"kinds": ["ngo", "office"]}
        assert kept.content == {
            "case_number": "OR.152.3.2027",
            "subject": "Szkolenie dla organizacji",
            "body": BODY,
            "link": None,
        }
        assert await staff.audit_trail(tx, limit=9) == [
            AuditRecord(
                *(CONFIRMED, 900, member.id, "invite"),
                allowed=True,
                detail={
                    "broadcast": sent.broadcast_id,
                    "audience": {"kinds": ["ngo", "office"]},
                    "messages": 2,
                    "starts_at": NOW.isoformat(),
                    "second": None,
                },
            )
        ]


async def test_send_confirmed_twice_sends_once(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)
        first = await _send(tx, member)
        await make_member(tx, "Jan", chat=2)

        again = await _send(tx, member, body="", now=NOW + timedelta(minutes=1))

        assert again == first
        assert len(await queued(tx)) == 2


async def test_send_by_two_coordinators_at_once_with_one_key(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        members = [await make_staff(tx), await make_staff(tx, chat_id=901)]
        await _two(tx)

    async def send(where: Database, member: StaffMember) -> Sent:
        async with where.transaction() as tx:
            return await _send(tx, member)

    first, other = await asyncio.gather(send(database, members[0]), send(second, members[1]))

    assert first == other
    async with database.reading() as tx:
        counts = [
            await tx.scalar(select(func.count()).select_from(table))
            for table in (broadcast, outbox, audit)
        ]
    assert counts == [1, 2, 1]


@pytest.mark.parametrize(("hour", "days"), [(19, 1), (23, 1), (3, 0)])
async def test_send_in_the_quiet_hours_waits_for_the_morning(
    database: Database, hour: int, days: int
) -> None:
    # In January Warsaw is an hour ahead of UTC: the quiet hours are 19:00 to 07:00 in UTC.
    morning = NOW.replace(hour=7) + timedelta(days=days)
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)

        await _send(tx, member, now=NOW.replace(hour=hour), quiet=QuietHours(time(20), time(8)))

        assert {entry.due_at for entry in await queued(tx)} == {morning}


@pytest.mark.parametrize(
    ("changes", "now", "refusal"),
    [
        pytest.param({"state": "draft"}, NOW, EventUnknown, id="draft"),
        pytest.param({"state": "cancelled"}, NOW, EventCancelled, id="cancelled"),
        pytest.param({"sessions": ()}, NOW, EventOver, id="no session"),
        pytest.param({}, FIRST_DAY, EventOver, id="begun"),
        pytest.param({"deadline_at": NOW}, NOW, DeadlinePassed, id="deadline passed"),
        pytest.param(
            {"deadline_at": NOW.replace(hour=22)},
            NOW.replace(hour=21),
            DeadlinePassed,
            id="deadline in the night",
        ),
    ],
)
async def test_send_about_an_event_that_cannot_be_joined(
    database: Database, changes: dict[str, Any], now: datetime, refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)
        event_id = await make_event(tx, **changes)

        with pytest.raises(refusal):
            await _send(tx, member, event_id=event_id, now=now)

        assert await broadcasts.unfinished(tx) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"event_id": 7}, EventUnknown),
        ({"audience": "everyone"}, OptionUnknown),
        ({"audience": "event:7"}, EventUnknown),
        ({"audience": "office"}, AudienceEmpty),
        ({"body": " \n"}, AnswerEmpty),
        ({"subject": "\u200b"}, AnswerEmpty),
    ],
)
async def test_send_refused_writes_nothing(
    database: Database, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await _two(tx)

        with pytest.raises(refusal):
            await _send(tx, member, **changes)

        assert await broadcasts.unfinished(tx) == []
        assert await queued(tx) == []


async def test_preview_tells_who_would_get_it(database: Database) -> None:
    async with database.transaction() as tx:
        await _two(tx)
        await make_member(tx, "Jan", mail="jan@example.org")
        await make_member(tx, "Ewa")
        await make_member(tx, "Zofia", chat=4)
        await close_chat(tx, 4)

        found = await invitations.preview(tx, audience="organisations", event_id=None, now=NOW)

    assert found == Audience(
        people=2,
        organisations=1,
        by_chat=1,
        by_mail=2,
        unreachable=2,
        names=("Anna", "Jan", "OSP Miłki"),
    )


async def test_preview_shows_the_first_names_only(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(12):
            await make_member(tx, f"Osoba {number}", chat=number + 1)

        found = await invitations.preview(tx, audience="ngo", event_id=None, now=NOW)

    assert found == Audience(12, 0, 12, 0, 0, tuple(f"Osoba {number}" for number in range(10)))


async def test_preview_of_nobody_is_empty(database: Database) -> None:
    async with database.transaction() as tx:
        found = await invitations.preview(tx, audience="ngo", event_id=None, now=NOW)

    assert found == Audience(0, 0, 0, 0, 0, ())


async def test_preview_for_a_cancelled_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, state="cancelled")

        with pytest.raises(EventCancelled):
            await invitations.preview(tx, audience="ngo", event_id=event_id, now=NOW)


@contextmanager
def _counted_reads(tx: Tx) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    sqlalchemy_event.listen(tx.sync_connection, "before_cursor_execute", note)
    yield statements
    sqlalchemy_event.remove(tx.sync_connection, "before_cursor_execute", note)


async def test_send_reads_as_often_for_many_as_for_few(database: Database) -> None:
    reads = []
    chats = itertools.count(1)
    async with database.transaction() as tx:
        member = await make_staff(tx)
        for more in (1, 40):
            for _ in range(more):
                await make_member(tx, "Osoba", chat=next(chats))
            with _counted_reads(tx) as statements:
                await _send(tx, member, key=f"900:{more}")
            reads.append(len(statements))

    assert reads[0] == reads[1]


def test_checked_takes_words_at_their_limits() -> None:
    words = ("a" * 80, "b" * 200, "ż" * 3500)

    assert invitations.checked(*words) == Wording(*words)


@pytest.mark.parametrize(
    ("words", "limit", "length"),
    [
        (("a" * 81, "b", "c"), 80, 81),
        (("", "b" * 201, "c"), 200, 201),
        (("", "b", "ż" * 3501), 3500, 3501),
    ],
)
def test_checked_refuses_words_over_their_limits(
    words: tuple[str, str, str], limit: int, length: int
) -> None:
    with pytest.raises(TextTooLong) as caught:
        invitations.checked(*words)

    assert (caught.value.limit, caught.value.length) == (limit, length)


async def test_event_whose_first_session_moved_behind_the_second_has_begun(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY + timedelta(days=9), FIRST_DAY])
        await _two(tx)

        with pytest.raises(EventOver):
            await invitations.preview(
                tx, audience="organisations", event_id=event_id, now=FIRST_DAY
            )
