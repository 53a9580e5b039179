"""A new address counts once somebody has pressed the button of the letter sent there."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from programme import address_checks, letter_doors
from programme.letter_doors import DoorClosed
from programme.preference_refusals import AddressInUse, ChecksTooMany, MailboxOurs
from programme.profile import CODES_AN_HOUR, CODES_TO_ONE_ADDRESS
from programme.refusals import AddressWrong, AnswerEmpty
from storage import address_checks as rows
from storage import people
from storage.address_checks import count_to
from storage.database import Database, Tx
from storage.letter_doors import Door
from storage.tables import outbox
from tests.programme.at_once import at_once
from tests.programme.audience import queued
from tests.storage.rows import NOW, make_person, make_programme

PAGES = "https://gmina.example.org"
OURS = "akademia@example.org"
NEW = "nowa@example.org"


async def ask(tx: Tx, person_id: int, typed: str = NEW, *, now: datetime = NOW) -> str:
    person = await people.get(tx, person_id)
    return await address_checks.ask(
        tx, person=person, typed=typed, pages=PAGES, our_address=OURS, now=now
    )


async def token(tx: Tx) -> str:
    """Read the secret from the newest letter, where alone it stands."""
    facts = await tx.scalar(select(outbox.c.facts).order_by(outbox.c.id.desc()).limit(1))
    assert facts is not None
    return str(facts["link"]).removeprefix(f"{PAGES}/a/")


async def door(tx: Tx, secret: str, *, now: datetime = NOW) -> Door:
    return await letter_doors.find(tx, token=secret, purpose=letter_doors.ADDRESS, now=now)


async def used(tx: Tx, person_id: int) -> list[str]:
    return [one.address for one in await people.contacts(tx, person_id) if one.verified]


async def test_letter_goes_to_the_new_address_and_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        anna = await make_person(tx, mail="anna@example.org")

        address = await ask(tx, anna, " nowa@EXAMPLE.org ")

        [entry] = await queued(tx)
        assert (address, entry.address, entry.kind, entry.channel) == (
            NEW,
            NEW,
            "address_check",
            "mail",
        )
        assert entry.not_after == NOW + timedelta(hours=24)
        assert entry.facts["hours"] == 24
        assert await used(tx, anna) == ["anna@example.org"]
        asked = await address_checks.behind(tx, door=await door(tx, await token(tx)))
        assert (asked.person.id, asked.address, asked.proved) == (anna, NEW, False)
        assert await used(tx, anna) == ["anna@example.org"]


async def test_button_proves_the_address_and_retires_the_old_one(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, chat=1, mail="anna@example.org")
        await ask(tx, anna)
        secret = await token(tx)

        for _ in range(2):
            found = await door(tx, secret)
            assert await address_checks.prove(tx, door=found, now=NOW) == anna

        assert await used(tx, anna) == ["1", NEW]
        assert (await address_checks.behind(tx, door=await door(tx, secret))).proved


async def test_link_that_was_used_or_is_old_proves_nothing_later(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, mail="anna@example.org")
        await ask(tx, anna)
        first = await token(tx)
        await address_checks.prove(tx, door=await door(tx, first), now=NOW)
        await ask(tx, anna, "third@example.org")
        await address_checks.prove(tx, door=await door(tx, await token(tx)), now=NOW)

        with pytest.raises(DoorClosed):
            await address_checks.prove(tx, door=await door(tx, first), now=NOW)
        await ask(tx, anna, "fourth@example.org")
        with pytest.raises(DoorClosed):
            await door(tx, await token(tx), now=NOW + timedelta(hours=24))

        assert await used(tx, anna) == ["third@example.org"]


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("nowa", AddressWrong),
        (" ", AnswerEmpty),
        ("AKADEMIA@example.org", MailboxOurs),
        ("Anna@example.org", AddressInUse),
    ],
)
async def test_address_that_cannot_be_is_refused(
    database: Database, typed: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, mail="anna@example.org")

        with pytest.raises(refusal):
            await ask(tx, anna, typed)

        assert await queued(tx) == []


async def test_one_person_writes_to_few_mailboxes_in_an_hour(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, mail="anna@example.org")
        for number in range(CODES_AN_HOUR):
            await ask(tx, anna, f"n{number}@example.org")

        with pytest.raises(ChecksTooMany):
            await ask(tx, anna)

        await ask(tx, anna, now=NOW + timedelta(hours=1, seconds=1))


async def test_many_people_do_not_flood_one_mailbox(database: Database) -> None:
    async with database.transaction() as tx:
        for _ in range(CODES_TO_ONE_ADDRESS):
            await ask(tx, await make_person(tx))

        with pytest.raises(ChecksTooMany):
            await ask(tx, await make_person(tx), NEW.upper().replace("EXAMPLE.ORG", "example.org"))


async def test_who_asks_twice_at_once_is_counted_twice(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        anna = await make_person(tx, mail="anna@example.org")
        for number in range(CODES_AN_HOUR - 1):
            await ask(tx, anna, f"n{number}@example.org")

    got = await at_once(
        (database, second),
        [lambda tx, n=n: ask(tx, anna, f"last{n}@example.org") for n in range(4)],  # type: ignore[misc]
    )

    assert sorted(type(one).__name__ for one in got) == ["ChecksTooMany"] * 3 + ["str"]


async def test_too_many_are_mailed_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show that the test above can fail: both count before either has asked.

    SQLite has one writer at a time, so there nobody counts while another one asks.
    """
    both_have_counted = asyncio.Barrier(2)

    async def hold_nobody(_tx: Tx, person_id: int) -> int:
        return person_id

    async def count_then_wait(tx: Tx, *, address: str, since: datetime) -> int:
        found = await count_to(tx, address=address, since=since)
        if backend == "postgresql":
            await both_have_counted.wait()
        return found

    async with database.transaction() as tx:
        anna = await make_person(tx, mail="anna@example.org")
        for number in range(CODES_AN_HOUR - 1):
            await ask(tx, anna, f"n{number}@example.org")
    monkeypatch.setattr(people, "hold", hold_nobody)
    monkeypatch.setattr(rows, "count_to", count_then_wait)

    got = await at_once(
        (database, second),
        [lambda tx, n=n: ask(tx, anna, f"last{n}@example.org") for n in range(2)],  # type: ignore[misc]
    )

    mailed = sum(isinstance(one, str) for one in got)
    assert mailed == (2 if backend == "postgresql" else 1)


async def test_old_address_learns_that_it_is_written_to_no_longer(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        anna = await make_person(tx, name="Anna Nowak", chat=1, mail="anna@example.org")
        await ask(tx, anna)
        secret = await token(tx)

        for _ in range(2):
            await address_checks.prove(tx, door=await door(tx, secret), now=NOW)

        _, told = await queued(tx)
        assert (told.kind, told.channel, told.address) == (
            "address_changed",
            "mail",
            "anna@example.org",
        )
        assert told.person_id is None
        assert "doors" not in told.facts
        assert NEW not in str(told.facts)


async def test_first_address_of_somebody_tells_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        anna = await make_person(tx, chat=1)
        await ask(tx, anna)
        await address_checks.prove(tx, door=await door(tx, await token(tx)), now=NOW)

        assert [entry.kind for entry in await queued(tx)] == ["address_check"]
