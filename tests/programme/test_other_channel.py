"""What a mail server refuses at once, or sends back later, is said by the other channel."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from programme import events, registration, returned_mail
from storage import people
from storage.database import Database, Tx
from storage.outbox import OutboxRow
from storage.tables import outbox
from tests.programme.audience import make_staff
from tests.programme.returned import (
    HERS,
    come_back,
    is_reachable,
    leave,
    report,
    states,
    to_do,
    token_of,
    write,
)
from tests.storage.rows import FIRST_DAY, NOW, claim, make_event, make_person

DAY = timedelta(days=1)


async def _refused(tx: Tx, answer: str, *, days: int = 0) -> OutboxRow:
    """Let the mail server refuse the recipient of the letter that is due."""
    (row,) = await claim(tx, channel="mail", limit=1)
    await tx.execute(outbox.update().where(outbox.c.id == row.id).values(state="failed"))
    await returned_mail.refused(tx, row, answer=answer, now=NOW + days * DAY)
    return row


@pytest.mark.parametrize("answer", ["550 5.1.1 User unknown", "550 No such user", "553 no"])
async def test_a_recipient_refused_for_good_is_given_up(database: Database, answer: str) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        await write(tx, ewa, "a")

        await _refused(tx, answer)

        assert not await is_reachable(tx)
        assert await states(tx) == {"a:mail": "failed", "a:telegram": "queued"}
        assert [kind for kind, _facts in await to_do(tx)] == ["address"]


async def test_a_full_mailbox_is_only_counted_and_the_chat_told(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        await write(tx, ewa, "a")

        await _refused(tx, "552 5.2.2 mailbox full")

        assert await is_reachable(tx)
        assert await states(tx) == {"a:mail": "failed", "a:telegram": "queued"}
        assert await to_do(tx) == []


async def test_a_mailbox_that_stays_full_is_given_up(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        for number in range(3):
            await write(tx, ewa, f"n{number}")
            await _refused(tx, "552 5.2.2 mailbox full", days=number)

        assert not await is_reachable(tx)
        assert len(await to_do(tx)) == 1


async def test_a_refusal_for_our_sake_is_no_word_about_the_person(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx)
        ewa = await make_person(tx, chat=5, mail=HERS)
        await write(tx, ewa, "a")

        await _refused(tx, "554 5.7.1 Relay access denied")

        assert await is_reachable(tx)
        assert await to_do(tx) == []
        alerts = [key for key in await states(tx) if key.startswith("alert:mail:refused")]
        assert len(alerts) == 1


async def test_of_a_calendar_letter_the_chat_hears_once_with_all_days(database: Database) -> None:
    days = (FIRST_DAY, FIRST_DAY + DAY)
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        event_id = await make_event(tx, sessions=days)
        await registration.register(tx, event_id=event_id, person_id=ewa, door="mail", now=NOW)
        keys = [key for key in await states(tx) if key.endswith(":mail")]
        tokens = [await token_of(tx, key) for key in keys]
        for key in keys:
            await leave(tx, key)
        await people.add_contact(
            tx, person_id=ewa, channel="telegram", address="5", verified=True, now=NOW
        )

        for token in tokens:
            await come_back(tx, report(token))

        chats = select(outbox.c.key, outbox.c.facts).where(outbox.c.channel == "telegram")
        ((key, facts),) = (await tx.execute(chats)).all()
        assert (len(keys), key) == (2, "registration_confirmed:1:telegram")
        assert len(facts["calendar_entries"]) == 2
        assert {"calendar", "session", "session_number", "doors"} & set(facts) == set()


async def test_words_that_are_no_longer_true_are_not_said(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, mail=HERS)
        event_id = await make_event(tx, capacity=0)
        await registration.register(tx, event_id=event_id, person_id=ewa, door="mail", now=NOW)
        (key,) = await states(tx)
        token = await token_of(tx, key)
        await leave(tx, key)
        await events.cancel_event(tx, event_id=event_id, now=NOW)
        await people.add_contact(
            tx, person_id=ewa, channel="telegram", address="5", verified=True, now=NOW
        )
        before = await states(tx)

        await come_back(tx, report(token))

        fresh = set(await states(tx)) - set(before)
        assert {one.partition(":")[0] for one in fresh} == {"event_cancelled"}


async def test_what_the_mail_itself_asks_about_stays_a_mail(database: Database) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        await write(tx, ewa, "a")
        await tx.execute(outbox.update().values(kind="email_code"))

        await _refused(tx, "550 5.1.1 User unknown")

        assert await states(tx) == {"a:mail": "failed"}
