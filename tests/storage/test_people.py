from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from storage import people
from storage.database import Database, Tx
from storage.insert import insert_id
from storage.people import Contact, Person, PrivacyNotice
from storage.tables import consent, organisation, privacy_notice
from tests.storage.rows import NOW, make_person

HOUR = timedelta(hours=1)


async def _prove(tx: Tx, person_id: int, address: str, *, hours: int) -> None:
    await people.add_contact(
        tx,
        person_id=person_id,
        channel="mail",
        address=address,
        verified=True,
        now=NOW + hours * HOUR,
    )


async def _reachable(tx: Tx, person_id: int) -> dict[str, bool]:
    return {one.address: one.reachable for one in await people.contacts(tx, person_id)}


async def test_get_shows_what_the_person_wrote_as_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, name="Ewa Wzór", role="clerk")
        person = await people.get(tx, person_id)

    assert person == Person(
        person_id, "Ewa Wzór", "clerk", None, "Koło Gospodyń Wiejskich w Miłkach", "pl"
    )


async def test_get_prefers_the_name_in_the_register(database: Database) -> None:
    async with database.transaction() as tx:
        organisation_id = await insert_id(
            tx, organisation, key="osp", name="OSP Miłki", kind="ngo", areas=[]
        )
        person_id = await make_person(tx)
        await people.change(tx, person_id, organisation_id=organisation_id, locale="en")
        person = await people.get(tx, person_id)

    assert (person.organisation_id, person.organisation, person.locale) == (
        organisation_id,
        "OSP Miłki",
        "en",
    )


async def test_get_of_nobody_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(NoResultFound):
            await people.get(tx, 404)


async def test_by_chat_finds_who_writes_from_it(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7, mail="8")
        found = [await people.by_chat(tx, chat) for chat in (7, 8)]

    assert [one and one.id for one in found] == [person_id, None]


async def test_contact_becomes_verified_and_reachable_again(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        await people.add_contact(
            tx,
            person_id=person_id,
            channel="mail",
            address="jan@example.org",
            verified=False,
            now=NOW,
        )
        before = await people.contacts(tx, person_id)
        await people.set_unreachable(
            tx, channel="mail", address="jan@example.org", why="550", now=NOW
        )
        await _prove(tx, person_id, "jan@example.org", hours=1)
        after = await people.contacts(tx, person_id)

    [known] = before
    assert known == Contact(known.id, person_id, "mail", "jan@example.org", False, True)  # noqa: FBT003 -- columns in order
    assert after == [Contact(known.id, person_id, "mail", "jan@example.org", True, True)]  # noqa: FBT003 -- as above


async def test_contacts_end_with_the_one_verified_last(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        await _prove(tx, person_id, "old@example.org", hours=1)
        await _prove(tx, person_id, "new@example.org", hours=2)
        await people.add_contact(
            tx,
            person_id=person_id,
            channel="mail",
            address="never@example.org",
            verified=False,
            now=NOW,
        )
        await _prove(tx, person_id, "old@example.org", hours=3)
        ours = await people.contacts(tx, person_id)
        many = await people.contacts_of_many(tx, [person_id, 404])

    assert [one.address for one in ours] == [
        "never@example.org",
        "new@example.org",
        "old@example.org",
    ]
    assert many == {person_id: ours, 404: []}


async def test_chat_of_one_person_is_not_given_to_another(database: Database) -> None:
    async with database.transaction() as tx:
        first, second = await make_person(tx, chat=7), await make_person(tx, chat=7)
        found = await people.by_chat(tx, 7)

        assert found is not None
        assert (found.id, await people.contacts(tx, second)) == (first, [])


async def test_unreachable_contact_is_reachable_after_a_word_from_it(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        await people.set_unreachable(tx, channel="telegram", address="7", why="blocked", now=NOW)
        blocked = await _reachable(tx, person_id)
        await people.set_reachable(tx, channel="telegram", address="7")
        again = await _reachable(tx, person_id)

    assert blocked == {"7": False, "jan@example.org": True}
    assert again == {"7": True, "jan@example.org": True}


async def test_move_chat_follows_the_new_number(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        await people.move_chat(tx, old="7", new="-100700")
        found = await people.by_chat(tx, -100700)

    assert found is not None
    assert found.id == person_id


async def test_consent_keeps_version_channel_and_moment(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        await people.add_consent(
            tx, person_id=person_id, notice_version=3, channel="telegram", now=NOW
        )
        row = (
            await tx.execute(
                select(consent.c.notice_version, consent.c.channel, consent.c.shown_at)
            )
        ).one()

    assert tuple(row) == (3, "telegram", NOW)


async def test_newest_notice_is_the_last_one_in_force_in_the_language(
    database: Database,
) -> None:
    notices = [(1, "pl", -2), (2, "pl", -1), (3, "pl", 1), (4, "en", -1)]

    async with database.transaction() as tx:
        for version, locale, hours in notices:
            await insert_id(
                tx,
                privacy_notice,
                version=version,
                locale=locale,
                text=f"notice {version}",
                valid_from=NOW + hours * HOUR,
            )
        found = [await people.newest_notice(tx, locale=one, now=NOW) for one in ("pl", "de")]

    assert found == [PrivacyNotice(2, "notice 2"), None]


async def test_everyone_by_kind_of_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        member, clerk = await make_person(tx), await make_person(tx, role="clerk")
        found = [
            [one.id for one in await people.everyone(tx, organisation_kind=kind)]
            for kind in (None, "ngo", "office")
        ]

    assert found == [[member, clerk], [member], [clerk]]


async def test_move_chat_to_a_number_that_is_known_already_changes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        first, other = await make_person(tx, chat=1), await make_person(tx, chat=77)

        await people.move_chat(tx, old="1", new="77")

        assert [one.address for one in await people.contacts(tx, first)] == ["1"]
        assert [one.address for one in await people.contacts(tx, other)] == ["77"]
