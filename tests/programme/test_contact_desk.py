import pytest
from sqlalchemy import select

from programme import contact_desk, people_desk
from programme.contact_desk import MAIL, NOTHING, PHONE, POSTAL, Corrected
from programme.directory_refusals import NotAPhone, OrganisationNotFound, PagesMissing, WayWorks
from programme.people_refusals import PersonNotFound
from programme.preference_refusals import AddressInUse
from programme.refusals import AddressWrong, OptionUnknown
from programme.staff_notes import Whom
from storage import organisations, people, staff, tasks
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.audience import CHIEF
from tests.storage.rows import NOW, make_person

PAGES = "https://akademia.example.org"


async def _say(tx: Tx, whom: Whom, what: str, raw: str) -> Corrected:
    state = await contact_desk.begin(
        tx, state=Conversation(1, "pl"), whom=whom, what=what, pages=PAGES, member=CHIEF
    )
    return await contact_desk.answer(
        tx,
        state=state,
        raw=raw,
        pages=PAGES,
        our_address="urzad@example.org",
        member=CHIEF,
        now=NOW,
    )


async def _unit(tx: Tx, email: str = "") -> int:
    saved = await organisations.save(
        tx, key="a", name="KGW", kind="ngo", email=email, phone="", locality="", areas=()
    )
    return saved.id


async def _chief(tx: Tx) -> None:
    number = await staff.grant(tx, name="Maria", role="coordinator", chat_id=900, now=NOW)
    assert number == CHIEF.id


@pytest.mark.parametrize(
    ("raw", "kept"), [(" 600 100-200 ", "600 100-200"), (NOTHING, ""), ("+48 87 4211060", None)]
)
async def test_telephone_of_a_person_is_corrected(
    database: Database, raw: str, kept: str | None
) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx)
        await people.change(tx, number, phone="1")
        await _say(tx, Whom(person_id=number), PHONE, raw)

        card = await people_desk.card(tx, person_id=number, member=CHIEF)
    assert card.phone == (raw if kept is None else kept)


@pytest.mark.parametrize("raw", ["nie wiem", "123", "telefon 12 34"])
async def test_what_is_no_telephone_changes_nothing(database: Database, raw: str) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx)
        with pytest.raises(NotAPhone):
            await _say(tx, Whom(person_id=number), PHONE, raw)


async def test_new_address_of_a_person_counts_only_when_it_is_proved(database: Database) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx, mail="stary@example.org")
        done = await _say(tx, Whom(person_id=number), MAIL, "nowy@example.org")

        mailed = (await tx.execute(select(outbox.c.kind, outbox.c.address))).all()
        card = await people_desk.card(tx, person_id=number, member=CHIEF)
    assert done.asked == "nowy@example.org"
    assert [tuple(row) for row in mailed] == [("address_check", "nowy@example.org")]
    assert [one.address for one in card.ways] == ["stary@example.org"]


async def test_address_that_is_none_or_in_use_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx, mail="stary@example.org")
        with pytest.raises(AddressWrong):
            await _say(tx, Whom(person_id=number), MAIL, "stary")
        with pytest.raises(AddressInUse):
            await _say(tx, Whom(person_id=number), MAIL, "stary@example.org")
        with pytest.raises(PagesMissing):
            await contact_desk.begin(
                tx,
                state=Conversation(1, "pl"),
                whom=Whom(person_id=number),
                what=MAIL,
                pages="",
                member=CHIEF,
            )


@pytest.mark.parametrize(
    ("what", "raw", "column", "kept"),
    [
        (PHONE, "87 421 10 60", "phone", "87 421 10 60"),
        (MAIL, "kgw@example.org", "email", "kgw@example.org"),
        (MAIL, NOTHING, "email", ""),
        (POSTAL, "Miłki 1\n11-513 Miłki", "postal_address", "Miłki 1\n11-513 Miłki"),
        (POSTAL, NOTHING, "postal_address", ""),
    ],
)
async def test_contacts_of_an_organisation_are_corrected_and_recorded(
    database: Database, what: str, raw: str, column: str, kept: str
) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await _unit(tx, "stary@example.org")
        await _say(tx, Whom(organisation_id=number), what, raw)

        unit = await organisations.get(tx, number)
        (record,) = await staff.audit_trail(tx, limit=5)
    assert getattr(unit, column) == kept
    assert (record.action, record.detail) == (
        "contact corrected",
        {"organisation": number, "what": what},
    )


async def test_what_nobody_has_is_not_corrected(database: Database) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx)
        for whom, what, refusal in (
            (Whom(person_id=number), POSTAL, OptionUnknown),
            (Whom(person_id=number), "name", OptionUnknown),
            (Whom(person_id=77), PHONE, PersonNotFound),
            (Whom(organisation_id=77), PHONE, OrganisationNotFound),
        ):
            with pytest.raises(refusal):
                await _say(tx, whom, what, "600100200")


async def test_address_that_works_again_is_written_to_and_its_task_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await make_person(tx, mail="Ewa@example.org")
        await people.set_unreachable(
            tx, channel="mail", address="Ewa@example.org", why="550", now=NOW
        )
        await tasks.add(tx, key="address:ewa@example.org:1", kind="address", facts={}, now=NOW)
        (contact,) = await people.contacts(tx, number)

        whom = await contact_desk.works_again(tx, contact_id=contact.id, member=CHIEF, now=NOW)
        with pytest.raises(WayWorks):
            await contact_desk.works_again(tx, contact_id=contact.id, member=CHIEF, now=NOW)

        (again,) = await people.contacts(tx, number)
        left = await tasks.count_open(tx)
    assert (whom, again.reachable, left) == (Whom(person_id=number), True, 0)


async def test_mailbox_of_an_organisation_works_again(database: Database) -> None:
    async with database.transaction() as tx:
        await _chief(tx)
        number = await _unit(tx, "KGW@example.org")
        await organisations.change(tx, number, unreachable_address="kgw@example.org")

        await contact_desk.mailbox_works_again(tx, organisation_id=number, member=CHIEF, now=NOW)
        with pytest.raises(WayWorks):
            await contact_desk.mailbox_works_again(
                tx, organisation_id=number, member=CHIEF, now=NOW
            )

        unit = await organisations.get(tx, number)
    assert unit is not None
    assert unit.mailbox == "KGW@example.org"
