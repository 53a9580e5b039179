"""Who speaks for an organisation, on both databases."""

from datetime import timedelta
from functools import partial

import pytest

from programme import memberships, staff
from programme.nomination_refusals import ContactLinkOld, NotContact
from programme.nomination_terms import speaker
from programme.refusals import NotStaff, PersonUnknown
from storage import people
from storage.database import Database, Tx
from storage.seat_tables import contact_link
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.programme.naming import make_contact, make_naming_event
from tests.storage.rows import NOW, make_person

LATER = NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)


async def speaks(tx: Tx, person_id: int, organisation_id: int) -> bool:
    return await memberships.is_contact(tx, person_id=person_id, organisation_id=organisation_id)


async def test_a_member_is_no_contact(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        person = await make_person(tx, chat=7, mail="anna@example.org")

        await memberships.join(tx, person_id=person, organisation_id=unit, now=NOW)

        assert not await speaks(tx, person, unit)
        found = await memberships.members(tx, organisation_id=unit)
        assert [(one.person_id, one.speaks) for one in found] == [(person, False)]


async def test_joining_again_takes_nothing_away(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        person = await make_contact(tx, unit, 7)

        await memberships.join(tx, person_id=person, organisation_id=unit, now=LATER)

        assert await speaks(tx, person, unit)


@pytest.mark.parametrize(
    ("address", "expected"), [("KGW@Example.org", True), ("anna@example.org", False)]
)
async def test_who_reads_the_organisations_mail_is_a_contact(
    database: Database, address: str, *, expected: bool
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        await make_organisation(tx, "Bez adresu")
        person = await make_person(tx, chat=7, mail=address)

        found = await memberships.contact_of(tx, person_id=person)

        assert [one.id for one in found] == ([unit] if expected else [])


async def test_an_unverified_address_makes_nobody_a_contact(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        person = await make_person(tx, chat=7)
        await people.add_contact(
            tx, person_id=person, channel="mail", address="kgw@example.org", verified=False, now=NOW
        )

        assert not await speaks(tx, person, unit)


async def test_a_mailed_link_makes_everybody_who_opens_it_a_contact(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        unit = await make_organisation(tx, "KGW Miłki")
        token = memberships.new_token()
        await memberships.new_link(
            tx, organisation_id=unit, event_id=event_id, expires_at=LATER, token=token
        )
        persons = [await make_person(tx, chat=7), await make_person(tx, chat=8)]

        for person in persons:
            link = await memberships.open_link(tx, token=token, person_id=person, now=NOW)
            assert (link.organisation_id, link.event_id) == (unit, event_id)

        assert [await speaks(tx, person, unit) for person in persons] == [True, True]
        assert (await people.get(tx, persons[0])).organisation_id == unit
        kept = (await tx.execute(contact_link.select())).one()
        assert token not in {str(value) for value in kept}
        for wrong, now in ((token, LATER), ("another", NOW)):
            with pytest.raises(ContactLinkOld):
                await memberships.open_link(tx, token=wrong, person_id=persons[0], now=now)


@pytest.mark.parametrize("leaves", [False, True])
async def test_what_staff_took_back_no_link_gives_again(database: Database, leaves: bool) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        event_id = await make_naming_event(tx)
        unit = await make_organisation(tx, "KGW Miłki")
        stranger, other = await make_person(tx, chat=7), await make_person(tx, chat=8)
        await memberships.new_link(
            tx, organisation_id=unit, event_id=event_id, expires_at=LATER, token="t"
        )
        await memberships.open_link(tx, token="t", person_id=stranger, now=NOW)
        appoint = partial(memberships.appoint, tx, organisation_id=unit, member=member, now=NOW)

        await appoint(person_id=stranger, is_contact=False)
        if leaves:
            await memberships.leave(tx, person_id=stranger, organisation_id=unit, now=NOW)
            await memberships.join(tx, person_id=stranger, organisation_id=unit, now=NOW)
        with pytest.raises(ContactLinkOld):
            await memberships.open_link(tx, token="t", person_id=stranger, now=NOW)

        assert not await speaks(tx, stranger, unit)
        await memberships.open_link(tx, token="t", person_id=other, now=NOW)
        assert await speaks(tx, other, unit)
        await appoint(person_id=stranger, is_contact=True)
        await memberships.open_link(tx, token="t", person_id=stranger, now=NOW)
        assert await speaks(tx, stranger, unit)


async def test_a_link_of_another_organisation_keeps_the_main_one(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        first = await make_organisation(tx, "KGW Miłki")
        second = await make_organisation(tx, "OSP Ruda")
        person = await make_member(tx, "Anna", organisation_id=first, chat=7)
        await memberships.new_link(
            tx, organisation_id=second, event_id=event_id, expires_at=LATER, token="t"
        )

        await memberships.open_link(tx, token="t", person_id=person, now=NOW)

        assert (await people.get(tx, person)).organisation_id == first
        found = await memberships.contact_of(tx, person_id=person)
        assert [one.id for one in found] == [second]


async def test_who_leaves_speaks_no_more_and_may_come_back_as_a_member(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        person = await make_contact(tx, unit, 7)

        await memberships.leave(tx, person_id=person, organisation_id=unit, now=NOW)
        left = await speaks(tx, person, unit)
        await memberships.join(tx, person_id=person, organisation_id=unit, now=LATER)

        assert (left, await speaks(tx, person, unit)) == (False, False)


async def test_staff_say_who_speaks_and_it_is_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        person = await make_member(tx, "Anna", organisation_id=unit, chat=7)
        stranger = await make_person(tx, chat=8)
        member = await make_staff(tx)

        said = []
        for is_contact in (True, False):
            await memberships.appoint(
                tx,
                person_id=person,
                organisation_id=unit,
                is_contact=is_contact,
                member=member,
                now=NOW,
            )
            said.append(await speaks(tx, person, unit))

        assert said == [True, False]
        with pytest.raises(PersonUnknown):
            await memberships.appoint(
                tx,
                person_id=stranger,
                organisation_id=unit,
                is_contact=True,
                member=member,
                now=NOW,
            )


@pytest.mark.parametrize(
    ("role", "expected"), [("coordinator", True), ("assistant", True), ("viewer", False)]
)
async def test_staff_act_for_any_organisation_and_viewers_for_none(
    database: Database, role: str, *, expected: bool
) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        member = await make_staff(tx, chat_id=900, role=role)

        if expected:
            found = await speaker(tx, chat_id=900, person=None, organisation_id=unit, now=NOW)
            assert (found.member, found.word) == (member, "staff")
        else:
            with pytest.raises(NotStaff):
                await speaker(tx, chat_id=900, person=None, organisation_id=unit, now=NOW)


async def test_a_contact_acts_for_their_organisation_alone(database: Database) -> None:
    async with database.transaction() as tx:
        unit = await make_organisation(tx, "KGW Miłki")
        other = await make_organisation(tx, "OSP Ruda")
        person = await people.get(tx, await make_contact(tx, unit, 7))

        found = await speaker(tx, chat_id=7, person=person, organisation_id=unit, now=NOW)

        assert (found.person_id, found.member, found.word) == (person.id, None, "contact")
        with pytest.raises(NotContact):
            await speaker(tx, chat_id=7, person=person, organisation_id=other, now=NOW)
        assert "nominations" in staff.ACTIONS
