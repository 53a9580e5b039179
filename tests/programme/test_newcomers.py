"""Somebody new by a letter, on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from programme import letter_doors, memberships, newcomers
from programme.newcomers import NoticeChanged
from programme.refusals import NameWithoutLetters
from storage.database import Database, Tx
from storage.tables import consent, contact, person
from tests.handlers.web.letters import make_notice
from tests.programme.audience import make_organisation
from tests.storage.rows import NOW, make_person

ADDRESS = "anna@example.org"


async def take(tx: Tx, name: str = "Anna Wzorowa", **changes: object) -> int:
    values: dict[str, object] = {
        "name": name,
        "address": ADDRESS,
        "organisation_id": None,
        "organisation_text": "Klub  Seniora",
        "role": "ngo",
        "locale": "pl",
        "notice_version": 1,
        "channel": "web",
        "now": NOW,
    }
    return await newcomers.take(tx, **(values | changes))  # type: ignore[arg-type]


async def test_newcomer_is_kept_with_what_they_read(database: Database) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)

        number = await take(tx)

        who = (await tx.execute(select(person))).one()
        known = (await tx.execute(select(contact))).one()
        told = (await tx.execute(select(consent))).one()
        assert (who.id, who.name, who.organisation_text) == (number, "Anna Wzorowa", "Klub Seniora")
        assert (known.person_id, known.address, known.verified_at) == (number, ADDRESS, NOW)
        assert (told.person_id, told.notice_version, told.channel) == (number, 1, "web")


async def test_newcomer_of_the_register_becomes_a_member(database: Database) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)
        unit = await make_organisation(tx, "Biblioteka", kind="office", email=ADDRESS)

        number = await take(tx, organisation_id=unit)

        who = (await tx.execute(select(person))).one()
        assert (who.role, who.organisation_id, who.organisation_text) == ("clerk", unit, "")
        listed = await memberships.members(tx, organisation_id=unit)
        assert [one.person_id for one in listed] == [number]


async def test_same_name_at_the_same_address_is_the_same_person(database: Database) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)

        first = await take(tx)
        again = await take(tx, name=" anna  WZOROWA ", notice_version=0)
        other = await take(tx, name="Piotr Inny")

        assert first == again != other
        assert len((await tx.execute(select(consent))).all()) == 2


async def test_two_of_one_name_at_one_address_are_not_guessed(database: Database) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)
        known = {await make_person(tx, name="Anna Wzorowa", mail=ADDRESS) for _ in range(2)}

        assert await take(tx) not in known


@pytest.mark.parametrize("version", [0, 2])
async def test_another_notice_than_the_one_in_force_is_refused(
    database: Database, version: int
) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)

        with pytest.raises(NoticeChanged):
            await take(tx, notice_version=version)
        with pytest.raises(NameWithoutLetters):
            await take(tx, name="123")

        assert (await tx.execute(select(person))).all() == []


async def press(database: Database, token: str, looked: asyncio.Barrier, *, hold: bool) -> None:
    """Open a door and become somebody, after the other one has looked as well."""
    async with database.transaction() as tx:
        await letter_doors.find(tx, token=token, purpose="register", now=NOW, hold=hold)
        if not hold:
            await looked.wait()
        await take(tx)


@pytest.mark.parametrize(("hold", "made"), [(True, 1), (False, 2)])
async def test_two_presses_are_one_person_because_the_door_is_held(
    database: Database, second: Database, backend: str, *, hold: bool, made: int
) -> None:
    async with database.transaction() as tx:
        await make_notice(tx)
        token = await letter_doors.make(
            tx,
            purpose="register",
            kind="register",
            address=ADDRESS,
            locale="pl",
            subject={},
            lasts=timedelta(days=1),
            now=NOW,
        )
    # On SQLite there is one writer, so that nobody can look before the other has finished.
    looked = asyncio.Barrier(2 if backend == "postgresql" else 1)

    await asyncio.gather(
        press(database, token, looked, hold=hold), press(second, token, looked, hold=hold)
    )

    async with database.reading() as tx:
        found = (await tx.execute(select(person))).all()
    assert len(found) == (made if backend == "postgresql" else 1)
