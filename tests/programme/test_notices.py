from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from programme import notices
from programme.notices import Notice, address_to, choose
from storage import outbox, people
from storage.database import Database, Tx
from storage.outbox import Entry
from storage.people import Contact, Person
from storage.tables import outbox as table
from tests.programme.steps import told
from tests.storage.rows import NOW, claim, make_person

HOUR = timedelta(hours=1)
NOTICE = Notice("reminder", "reminder:1:2", {"rule": "1d"}, outbox.REMINDER, NOW, NOW + HOUR, 5)
EWA = Person(3, "Ewa Wzór", "ngo", None, "OSP Miłki", "en")


def _contact(number: int, **changes: Any) -> Contact:
    values: dict[str, Any] = {
        "id": number,
        "person_id": 3,
        "channel": "mail",
        "address": f"ewa{number}@example.org",
        "verified": True,
        "reachable": True,
    }
    return Contact(**(values | changes))


def test_choose_takes_the_last_that_works() -> None:
    contacts = [
        _contact(1),
        _contact(2),
        _contact(3, verified=False),
        _contact(4, reachable=False),
        _contact(5, channel="telegram"),
    ]

    assert choose(contacts, "mail") == contacts[1]


def test_choose_among_nothing_is_none() -> None:
    assert choose([_contact(1)], "telegram") is None


def test_address_to_makes_the_row_of_one_channel() -> None:
    entry = address_to(NOTICE, EWA, _contact(1))

    assert entry == Entry(
        key="reminder:1:2:mail",
        channel="mail",
        kind="reminder",
        address="ewa1@example.org",
        locale="en",
        facts={"rule": "1d", "person": {"name": "Ewa Wzór"}},
        priority=outbox.REMINDER,
        due_at=NOW,
        not_after=NOW + HOUR,
        person_id=3,
        broadcast_id=5,
    )


@pytest.fixture
def notice() -> Notice:
    """Make a notice that belongs to no broadcast."""
    return Notice("reminder", "reminder:1:2", {}, outbox.REMINDER, NOW, NOW + HOUR)


async def _person(tx: Tx, *, chat: int | None, mail: str | None) -> Person:
    return await people.get(tx, await make_person(tx, chat=chat, mail=mail))


@pytest.mark.parametrize(
    ("chat", "mail", "channel"),
    [
        (7, "jan@example.org", "telegram"),
        (None, "jan@example.org", "mail"),
        (None, None, None),
    ],
)
async def test_tell_takes_one_channel_the_chat_first(
    database: Database, notice: Notice, chat: int | None, mail: str | None, channel: str | None
) -> None:
    async with database.transaction() as tx:
        person = await _person(tx, chat=chat, mail=mail)
        used = await notices.tell(tx, notice, person=person, now=NOW)

        assert used == channel
        assert [key for key, _, _ in await told(tx)] == (
            [f"reminder:1:2:{channel}"] if channel else []
        )


async def test_tell_mails_when_the_chat_is_blocked(database: Database, notice: Notice) -> None:
    async with database.transaction() as tx:
        person = await _person(tx, chat=7, mail="jan@example.org")
        await people.set_unreachable(tx, channel="telegram", address="7", why="403", now=NOW)

        assert await notices.tell(tx, notice, person=person, now=NOW) == "mail"


async def test_tell_twice_queues_once(database: Database, notice: Notice) -> None:
    async with database.transaction() as tx:
        person = await _person(tx, chat=7, mail=None)
        for _ in range(2):
            await notices.tell(tx, notice, person=person, now=NOW)

        assert len(await told(tx)) == 1


@pytest.mark.parametrize(("channel", "reached"), [("telegram", True), ("mail", False)])
async def test_tell_by_reaches_by_that_channel_alone(
    database: Database, notice: Notice, channel: str, reached: bool
) -> None:
    async with database.transaction() as tx:
        person = await _person(tx, chat=7, mail=None)
        got = await notices.tell_by(tx, channel, [notice], person=person, now=NOW)

        assert (got, len(await told(tx))) == (reached, int(reached))


async def test_reply_goes_first_and_lives_a_day(database: Database, notice: Notice) -> None:
    async with database.transaction() as tx:
        person = await _person(tx, chat=7, mail=None)
        await notices.tell(tx, notice, person=person, now=NOW)
        await notices.reply(
            tx, chat_id=7, key="reply:1", message={"text": "Dzień dobry"}, locale="pl", now=NOW
        )
        first, _ = await claim(tx)
        due_at = await tx.scalar(select(table.c.due_at).where(table.c.key == "reply:1"))

    assert (first.kind, first.address, first.facts) == ("reply", "7", {"text": "Dzień dobry"})
    assert (due_at, first.not_after) == (NOW, NOW + 24 * HOUR)
