import pytest

from programme import duplicates
from programme.duplicates import MAIL, NAME
from programme.people_refusals import PersonNotFound, SamePerson
from storage import people, staff
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.audience import CHIEF
from tests.programme.joined import merge
from tests.programme.steps import register
from tests.storage.rows import NOW, make_event, make_person

Seen = list[tuple[int, int, tuple[str, ...], tuple[str, ...]]]


async def _seen(tx: Tx) -> Seen:
    return [
        (pair.first.id, pair.second.id, pair.why, pair.events)
        for pair in await duplicates.pairs(tx, member=CHIEF)
    ]


async def _member(tx: Tx) -> StaffMember:
    staff_id = await staff.grant(tx, name="Maria", role="coordinator", chat_id=900, now=NOW)
    return await staff.get(tx, staff_id)


async def test_pairs_are_found_by_a_verified_address_in_any_case(database: Database) -> None:
    async with database.transaction() as tx:
        one = await make_person(tx, name="Anna Wzorowa", mail="Anna@Example.org")
        other = await make_person(tx, name="A. Wzorowa", mail="anna@example.org")
        third = await make_person(tx, name="Ewa")
        await people.add_contact(
            tx,
            person_id=third,
            channel="mail",
            address="anna@example.org",
            verified=False,
            now=NOW,
        )

        assert await _seen(tx) == [(one, other, (MAIL,), ())]


@pytest.mark.parametrize("name", ["ZAJAC  lucja", "Łucja Zając", "Zając-Łucja"])
async def test_pairs_are_found_by_name_and_organisation_however_typed(
    database: Database, name: str
) -> None:
    async with database.transaction() as tx:
        one = await make_person(tx, name="Łucja Zając", chat=1)
        other = await make_person(tx, name=name, chat=2)

        assert await _seen(tx) == [(one, other, (NAME,), ())]


async def test_pairs_need_the_same_organisation(database: Database) -> None:
    async with database.transaction() as tx:
        await make_person(tx, name="Jan Nowy")
        other = await make_person(tx, name="Jan Nowy")
        await people.change(tx, other, organisation_text="OSP Wydminy")

        assert await _seen(tx) == []


async def test_pairs_with_a_doubled_registration_come_first(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        first = [await make_person(tx, name="Jan Nowy") for _ in range(2)]
        second = [await make_person(tx, name="Ewa Stara") for _ in range(2)]
        for one in second:
            await register(tx, event_id, one)

        assert await _seen(tx) == [
            (*second, (NAME,), ("Budowanie partnerstw",)),
            (*first, (NAME,), ()),
        ]


async def test_pairs_leave_out_a_mailbox_of_many(database: Database) -> None:
    async with database.transaction() as tx:
        for number in range(duplicates.MOST_OF_ONE_MAILBOX + 1):
            await make_person(tx, name=f"Osoba {number}", mail="kgw@example.org")

        assert await _seen(tx) == []


async def test_pairs_leave_out_whom_staff_told_apart_or_joined(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _member(tx)
        one, two, three = [await make_person(tx, name="Jan Nowy") for _ in range(3)]

        await duplicates.tell_apart(tx, first_id=two, second_id=one, member=member, now=NOW)
        await merge(tx, two, three)

        assert await _seen(tx) == []
        trail = await staff.audit_trail(tx, limit=1)
        assert [(each.action, each.detail) for each in trail] == [
            ("not_duplicate", {"people": [one, two]})
        ]


async def test_one_pair_refuses_oneself_and_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        one = await make_person(tx)
        with pytest.raises(SamePerson):
            await duplicates.one_pair(tx, first_id=one, second_id=one, member=CHIEF)
        with pytest.raises(PersonNotFound):
            await duplicates.one_pair(tx, first_id=one, second_id=one + 1, member=CHIEF)


async def test_one_pair_of_different_people_has_no_reason(database: Database) -> None:
    async with database.transaction() as tx:
        one, other = await make_person(tx, name="Jan"), await make_person(tx, name="Ewa")

        pair = await duplicates.one_pair(tx, first_id=other, second_id=one, member=CHIEF)

        assert (pair.first.id, pair.second.id, pair.why) == (one, other, ())
