"""Reports that arrive at the same moment, or while messages are under way, on both databases."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, update

from programme import returned_mail
from programme.returned_mail import ReturnedMail
from storage import bounces, outbox_desk
from storage.bounces import Lost
from storage.database import Database, Tx
from storage.outbox_desk import DeskLine
from storage.tables import contact, outbox
from tests.programme.at_once import at_once
from tests.programme.returned import (
    HERS,
    QUIET,
    arrived,
    come_back,
    leave,
    report,
    states,
    to_do,
    write,
)
from tests.storage.rows import NOW, claim, make_person, start

Step = Callable[[Tx], Awaitable[object]]


def coming(returned: ReturnedMail, inbox_id: int, moment: datetime) -> Step:
    return lambda tx: returned_mail.note(
        tx, returned=returned, inbox_id=inbox_id, now=moment, quiet=QUIET
    )


async def _many_reports(database: Database, second: Database) -> int:
    """Let eight reports about eight letters arrive at once, and count the tasks."""
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        tokens = [await write(tx, ewa, f"n{number}") for number in range(8)]
        numbers = [await arrived(tx) for _ in tokens]
    steps = [
        coming(report(token), number, NOW + timedelta(seconds=index))
        for index, (token, number) in enumerate(zip(tokens, numbers, strict=True))
    ]

    got = await at_once((database, second), steps)

    assert got == [None] * len(steps)
    async with database.reading() as tx:
        return len(await to_do(tx))


async def test_many_reports_at_once_ask_staff_once(database: Database, second: Database) -> None:
    assert await _many_reports(database, second) == 1


async def test_without_the_condition_each_report_would_ask_staff(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(tx: Tx, *, address: str, why: str, now: datetime) -> Lost:
        known = func.lower(contact.c.address) == address
        rows = await tx.execute(
            update(contact)
            .where(known)
            .values(unreachable_at=now, unreachable_because=why)
            .returning(contact.c.person_id)
        )
        return Lost(tuple(rows.scalars()), ())

    monkeypatch.setattr(bounces, "lose", lose)

    assert await _many_reports(database, second) == 8


async def test_two_reports_of_one_letter_at_once_say_it_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")
        numbers = [await arrived(tx), await arrived(tx)]

    got = await at_once(
        (database, second), [coming(report(token), number, NOW) for number in numbers]
    )

    assert got == [None, None]
    async with database.reading() as tx:
        assert await states(tx) == {"a:mail": "sent", "a:telegram": "queued"}
        assert len(await to_do(tx)) == 1


async def test_a_report_that_comes_while_the_chat_message_leaves_says_it_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "a")
        await leave(tx, "a:mail")
        await come_back(tx, report(token, "5.2.2", diagnostic="full"))
        number = await arrived(tx)
    async with database.transaction() as tx:
        (row,) = await claim(tx)
        assert await start(tx, row)

    async def end(tx: Tx) -> None:
        await tx.execute(update(outbox).where(outbox.c.id == row.id).values(state="sent"))

    got = await at_once((database, second), [coming(report(token), number, NOW), end])

    assert got == [None, None]
    async with database.reading() as tx:
        assert await states(tx) == {"a:mail": "sent", "a:telegram": "sent"}


async def _sender_and_report(database: Database, second: Database) -> list[tuple[bool, bool]]:
    """Let a sender take letters while a report redirects them; say of each where it went."""
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "first")
        await leave(tx, "first:mail")
        for number in range(6):
            await write(tx, ewa, f"n{number}")
        inbox_id = await arrived(tx)

    async def take(tx: Tx) -> None:
        await claim(tx, channel="mail", limit=3)

    got = await at_once((database, second), [take, coming(report(token), inbox_id, NOW), take])

    assert got == [None, None, None]
    async with database.reading() as tx:
        found = await states(tx)
    keys = [f"n{number}" for number in range(6)]
    return [(found[f"{key}:mail"] == "leased", f"{key}:telegram" in found) for key in keys]


async def test_a_letter_goes_with_its_sender_or_to_the_chat(
    database: Database, second: Database
) -> None:
    went = await _sender_and_report(database, second)

    assert all(by_mail != by_chat for by_mail, by_chat in went)


async def test_a_letter_that_a_sender_takes_after_the_look_goes_with_the_sender(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = bounces.waiting_for

    async def seen_before(tx: Tx, *, address: str, limit: int) -> list[outbox_desk.DeskRow]:
        found = await waiting(tx, address=address, limit=limit)
        await tx.execute(update(outbox).where(outbox.c.key == "a:mail").values(state="leased"))
        return found

    monkeypatch.setattr(bounces, "waiting_for", seen_before)
    async with database.transaction() as tx:
        ewa = await make_person(tx, chat=5, mail=HERS)
        token = await write(tx, ewa, "first")
        await leave(tx, "first:mail")
        await write(tx, ewa, "a")
        await write(tx, ewa, "b")
        await come_back(tx, report(token))
        found = await states(tx)

    assert {key: state for key, state in found.items() if key[0] in "ab"} == {
        "a:mail": "leased",
        "b:mail": "cancelled",
        "b:telegram": "queued",
    }


async def test_without_the_condition_a_letter_would_go_both_ways(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = bounces.waiting_for

    async def seen_before(tx: Tx, *, address: str, limit: int) -> list[outbox_desk.DeskRow]:
        found = await waiting(tx, address=address, limit=limit)
        # Between the look and the step a sender takes them.
        await tx.execute(update(outbox).where(outbox.c.state == "queued").values(state="leased"))
        return found

    async def cancel(_tx: Tx, _row: DeskLine, *, now: datetime) -> bool:
        del now
        return True

    monkeypatch.setattr(bounces, "waiting_for", seen_before)
    guarded = await _sender_and_report(database, second)
    monkeypatch.setattr(outbox_desk, "cancel", cancel)
    async with database.transaction() as tx:
        jan = await make_person(tx, chat=6, mail="jan@example.org")
        token = await write(tx, jan, "jan")
        await write(tx, jan, "waits")
        await come_back(tx, report(token, address="jan@example.org"))
        found = await states(tx)

    assert all(by_mail != by_chat for by_mail, by_chat in guarded)
    assert (found["waits:mail"], "waits:telegram" in found) == ("leased", True)
