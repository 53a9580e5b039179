"""A mail and somebody else at the same moment, by two processes, on both databases."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from programme import registration, waiting_list
from programme.mail_wishes import Answer
from programme.refusals import AlreadyRegistered, NotRegistered
from programme.registration import Registered
from storage import events, nominations, offers, preferences, registrations
from storage.database import Database, Tx
from storage.mail_tables import letter_door
from storage.offers import Offer
from storage.registrations import Registration
from storage.seat_tables import nomination_call
from tests.programme.at_once import Step, at_once
from tests.programme.line import taken
from tests.programme.mail_steps import answer, answered, mails, token_of, wish
from tests.programme.steps import register
from tests.programme.test_mail_reply_organisation import ANNA, JAN, called, named
from tests.storage.rows import NOW, make_event, make_person

MAIL = "ewa@example.org"
CONFIRMED = ("registration_confirmed", MAIL)


async def _offered(tx: Tx) -> tuple[int, dict[str, Any], str]:
    """Offer a seat to somebody who reads mail and has a chat, with one more in line."""
    event_id = await make_event(tx, capacity=1, offer_hours=24)
    one = await make_person(tx, chat=1)
    first = await register(tx, event_id, one)
    person_id = await make_person(tx, name="Ewa Wzorowa", mail=MAIL, chat=2)
    await preferences.set_channel(tx, person_id, channel="mail")
    got = await register(tx, event_id, person_id)
    await register(tx, event_id, await make_person(tx, chat=3))
    await registration.cancel(tx, registration_id=first.registration_id, person_id=one, now=NOW)
    who = {"registration_id": got.registration_id, "person_id": person_id}
    return event_id, who, await token_of(tx, "seat_offered", MAIL)


async def _by_mail(tx: Tx, *, token: str, word: Answer) -> None:
    await answer(tx, token, wish(word))


async def _seated(tx: Tx, event_id: int) -> tuple[int, int]:
    """Count the seats that are taken, and the people who have one."""
    return await taken(tx, event_id), (await registrations.count_open(tx, event_id))["active"]


@pytest.mark.parametrize("order", [1, -1])
async def test_offer_taken_by_mail_and_in_the_chat_at_once_is_one_seat(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id, who, token = await _offered(tx)
    steps: list[Step] = [
        partial(_by_mail, token=token, word="yes"),
        partial(waiting_list.accept_offer, **who, now=NOW),
    ]

    _mail, chat = (await at_once((database, second), steps[::order]))[::order]

    assert isinstance(chat, Registered | AlreadyRegistered)
    async with database.reading() as tx:
        assert await _seated(tx, event_id) == (1, 1)
        assert (await mails(tx)).count(CONFIRMED) == 1
        known = [("mail_understood", MAIL, [("has_seat", "Ewa Wzorowa")])]
        assert await answered(tx) == (known if isinstance(chat, Registered) else [])


@pytest.mark.parametrize("order", [1, -1])
async def test_offer_taken_by_mail_and_declined_in_the_chat_at_once_goes_to_one_person(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id, who, token = await _offered(tx)
    steps: list[Step] = [
        partial(_by_mail, token=token, word="yes"),
        partial(waiting_list.decline_offer, **who, now=NOW),
    ]

    _mail, chat = (await at_once((database, second), steps[::order]))[::order]

    assert isinstance(chat, Registration | AlreadyRegistered)
    async with database.reading() as tx:
        mine = await registrations.open_of(tx, event_id=event_id, person_id=who["person_id"])
        assert mine is not None
        if isinstance(chat, AlreadyRegistered):
            assert (mine.state, await _seated(tx, event_id)) == ("active", (1, 1))
        else:
            # The seat has passed on and is held for the next; who says yes now is behind them.
            assert (mine.state, await _seated(tx, event_id)) == ("waiting", (1, 0))
            assert await offers.count_held(tx, event_id) == 1


@pytest.mark.parametrize("order", [1, -1])
async def test_offer_declined_by_mail_and_taken_in_the_chat_at_once_goes_to_one_person(
    database: Database, second: Database, order: int
) -> None:
    async with database.transaction() as tx:
        event_id, who, token = await _offered(tx)
    steps: list[Step] = [
        partial(_by_mail, token=token, word="no"),
        partial(waiting_list.accept_offer, **who, now=NOW),
    ]

    _mail, chat = (await at_once((database, second), steps[::order]))[::order]

    assert isinstance(chat, Registered | NotRegistered)
    async with database.reading() as tx:
        # The no is said last or first; either way the seat waits for the next in line alone.
        assert (
            await registrations.open_of(tx, event_id=event_id, person_id=who["person_id"]) is None
        )
        assert await _seated(tx, event_id) == (1, 0)
        assert await offers.count_held(tx, event_id) == 1


async def test_offer_is_taken_twice_when_the_guards_are_taken_out(
    backend: str, database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the tests above can fail: no lock of the event, and both see the offer open.

    On SQLite a transaction begins with BEGIN IMMEDIATE, so nobody comes between even then.
    """
    async with database.transaction() as tx:
        _event_id, who, token = await _offered(tx)
    look, barrier = waiting_list._open_offer, asyncio.Barrier(2)

    async def together(tx: Tx, found: Registration, now: datetime) -> Offer:
        offer = await look(tx, found, now)
        if backend == "postgresql":
            await barrier.wait()
        return offer

    monkeypatch.setattr(events, "lock", events.get)
    monkeypatch.setattr(waiting_list, "_open_offer", together)
    steps: list[Step] = [
        partial(_by_mail, token=token, word="yes"),
        partial(waiting_list.accept_offer, **who, now=NOW),
    ]

    _mail, chat = await at_once((database, second), steps)

    async with database.reading() as tx:
        said = [kind for kind, _, _ in await answered(tx)]
    # Neither is told that the other was faster.
    both = isinstance(chat, Registered) and not said
    assert both == (backend == "postgresql")


async def _two_mails(database: Database, second: Database) -> list[tuple[str, str]]:
    """Let two mails name one person each for a single place, and list who is named."""
    async with database.transaction() as tx:
        event_id, organisation_id, token = await called(tx, seats=1)
        # Or the two would wait for each other to note the first use of the letter.
        await tx.execute(update(letter_door).values(used_at=NOW))

    async def send(tx: Tx, *, number: int) -> None:
        await answer(tx, token, wish("yes", (JAN, ANNA)[number]), number=number)

    await at_once((database, second), [partial(send, number=0), partial(send, number=1)])

    async with database.reading() as tx:
        return await named(tx, event_id, organisation_id)


async def test_two_mails_at_once_keep_the_quota_of_a_letter_answered_before(
    database: Database, second: Database
) -> None:
    assert len(await _two_mails(database, second)) == 1


async def test_quota_is_exceeded_when_the_guards_are_taken_out(
    backend: str, database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: no lock, and no condition in the UPDATE."""
    barrier = asyncio.Barrier(2)

    async def take_place(tx: Tx, call_id: int, **_: object) -> bool:
        this = nomination_call.c.id == call_id
        was = (await tx.execute(nomination_call.select().where(this))).one().named
        if backend == "postgresql":
            await barrier.wait()
        await tx.execute(update(nomination_call).where(this).values(named=was + 1))
        return bool(was < 1)

    monkeypatch.setattr(events, "lock", events.get)
    monkeypatch.setattr(nominations, "take_place", take_place)

    count = len(await _two_mails(database, second))

    assert count == (2 if backend == "postgresql" else 1)
