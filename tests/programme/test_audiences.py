import pytest

from programme import audiences
from programme.audiences import Gathered, Recipient
from programme.refusals import EventUnknown, OptionUnknown
from storage import people
from storage.database import Database, Tx
from tests.programme.audience import close_chat, make_member, make_organisation, seat
from tests.storage.rows import NOW, make_event


def _person(person_id: int, name: str, channel: str, address: str) -> Recipient:
    return Recipient(str(person_id), name, channel, address, "pl", person_id)


def _letter(organisation_id: int, name: str, address: str) -> Recipient:
    return Recipient(f"organisation:{organisation_id}", name, "mail", address, "pl", None)


async def _gmina(tx: Tx) -> dict[str, int]:
    """Add two NGOs and two offices; one of each has a person who can be reached."""
    ids = {
        "kgw": await make_organisation(tx, "KGW", email="kgw@example.org"),
        "osp": await make_organisation(tx, "OSP", email="osp@example.org"),
        "gops": await make_organisation(tx, "GOPS", kind="office", email="gops@example.org"),
        "gok": await make_organisation(tx, "GOK", kind="office"),
    }
    for name, organisation, role, chat, mail in (
        ("Anna", "kgw", "ngo", 1, "anna@example.org"),
        ("Jan", "kgw", "ngo", None, "jan@example.org"),
        ("Ewa", "osp", "ngo", None, None),
        ("Piotr", "gops", "clerk", 2, None),
        ("Zofia", None, "ngo", 3, None),
    ):
        ids[name] = await make_member(
            tx,
            name,
            organisation_id=ids[organisation] if organisation else None,
            role=role,
            chat=chat,
            mail=mail,
        )
    return ids


async def test_organisations_are_people_and_letters_to_those_nobody_answers_for(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ids = await _gmina(tx)

        gathered = await audiences.gather(tx, "organisations")

    assert gathered == Gathered(
        (
            _person(ids["Anna"], "Anna", "telegram", "1"),
            _person(ids["Jan"], "Jan", "mail", "jan@example.org"),
            _person(ids["Piotr"], "Piotr", "telegram", "2"),
            _person(ids["Zofia"], "Zofia", "telegram", "3"),
            _letter(ids["osp"], "OSP", "osp@example.org"),
        ),
        unreachable=2,
    )


async def test_ngo_leaves_the_office_out(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await _gmina(tx)

        gathered = await audiences.gather(tx, "ngo")

    assert gathered == Gathered(
        (
            _person(ids["Anna"], "Anna", "telegram", "1"),
            _person(ids["Jan"], "Jan", "mail", "jan@example.org"),
            _person(ids["Zofia"], "Zofia", "telegram", "3"),
            _letter(ids["osp"], "OSP", "osp@example.org"),
        ),
        unreachable=1,
    )


async def test_office_is_clerks_and_offices(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await _gmina(tx)
        await close_chat(tx, 2)

        gathered = await audiences.gather(tx, "office")

    assert gathered == Gathered((_letter(ids["gops"], "GOPS", "gops@example.org"),), unreachable=2)


async def test_closed_chat_is_replaced_by_mail(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_member(tx, "Anna", chat=1, mail="anna@example.org")
        await close_chat(tx, 1)

        gathered = await audiences.gather(tx, "ngo")

    assert gathered == Gathered((_person(anna, "Anna", "mail", "anna@example.org"),), 0)


async def test_address_is_written_to_once(database: Database) -> None:
    async with database.transaction() as tx:
        await make_organisation(tx, "KGW", email="KGW@example.org")
        anna = await make_member(tx, "Anna", mail="kgw@example.org")
        await make_member(tx, "Jan", mail="Kgw@Example.org")

        gathered = await audiences.gather(tx, "organisations")

    assert gathered == Gathered((_person(anna, "Anna", "mail", "kgw@example.org"),), 0)


async def test_unverified_address_is_not_written_to(database: Database) -> None:
    async with database.transaction() as tx:
        anna = await make_member(tx, "Anna")
        await people.add_contact(
            tx,
            person_id=anna,
            channel="mail",
            address="somebody@example.org",
            verified=False,
            now=NOW,
        )

        assert await audiences.gather(tx, "ngo") == Gathered((), 1)


async def test_participants_have_a_seat(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await _gmina(tx)
        event_id = await make_event(tx)
        await seat(tx, event_id, ids["Jan"])
        await seat(tx, event_id, ids["Ewa"])
        await seat(tx, event_id, ids["Anna"], state="waiting")

        gathered = await audiences.gather(tx, f"event:{event_id}")

    assert gathered == Gathered((_person(ids["Jan"], "Jan", "mail", "jan@example.org"),), 1)


@pytest.mark.parametrize("audience", ["", "everyone", "event:", "event:-1", "event:²", "event:1x"])
async def test_unknown_audience_is_refused(database: Database, audience: str) -> None:
    async with database.transaction() as tx:
        with pytest.raises(OptionUnknown):
            await audiences.gather(tx, audience)


async def test_participants_of_an_unknown_event_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await audiences.gather(tx, "event:7")


async def test_contacts_are_read_in_parts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "PEOPLE_AT_ONCE", 2)
    async with database.transaction() as tx:
        ids = [await make_member(tx, f"Osoba {number}", chat=number) for number in range(1, 6)]

        known = await audiences.contacts(tx, await people.everyone(tx))

    assert {person_id: [one.address for one in found] for person_id, found in known.items()} == {
        person_id: [str(number)] for number, person_id in enumerate(ids, start=1)
    }
