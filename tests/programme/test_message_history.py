from datetime import timedelta

from programme import message_history, organisation_desk
from programme.staff_notes import Whom
from storage import letter_doors, organisations, outbox
from storage.database import Database, Tx
from storage.letter_doors import NewDoor
from storage.tables import outbox as table
from tests.programme.audience import CHIEF
from tests.programme.joined import merge
from tests.storage.rows import NOW, entry, make_person

HOUR = timedelta(hours=1)


async def _sent(tx: Tx, key: str, *, hours: int, state: str = "sent", **more: object) -> None:
    await outbox.put(tx, [entry(key, kind="reminder", **more)], now=NOW)
    values = {"state": state, "due_at": NOW + hours * HOUR}
    if state == "sent":
        values |= {"ended_at": NOW + hours * HOUR}
    await tx.execute(table.update().where(table.c.key == key).values(**values))


async def _keys(tx: Tx, whom: Whom, pages: int) -> list[list[tuple[str, object]]]:
    found = [
        await message_history.page(tx, whom=whom, number=number, member=CHIEF)
        for number in range(pages)
    ]
    assert {one.pages for one in found} == {pages}
    return [[(one.state, one.at) for one in page.listed] for page in found]


async def test_every_message_of_a_person_is_listed_once_the_newest_first(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        person = await make_person(tx)
        for hour in range(11):
            await _sent(tx, f"k{hour}", hours=hour, person_id=person)
        await _sent(tx, "waits", hours=99, state="queued", person_id=person)
        await _sent(tx, "other", hours=5, person_id=await make_person(tx))
        await _sent(tx, "answer in the chat", hours=5)

        pages = await _keys(tx, Whom(person_id=person), 2)

    assert pages == [
        [("queued", NOW + 99 * HOUR), *[("sent", NOW + hour * HOUR) for hour in range(10, 1, -1)]],
        [("sent", NOW + HOUR), ("sent", NOW)],
    ]


async def test_what_somebody_got_under_another_entry_is_among_their_messages(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        kept, gone = await make_person(tx), await make_person(tx)
        await _sent(tx, "a", hours=1, person_id=gone)
        await _sent(tx, "b", hours=2, state="queued", person_id=gone)
        await merge(tx, kept, gone)

        pages = [await _keys(tx, Whom(person_id=one), 1) for one in (kept, gone)]

    assert pages == [[[("queued", NOW + 2 * HOUR), ("sent", NOW + HOUR)]]] * 2


async def test_messages_to_an_organisation_are_those_to_its_own_mailbox(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        saved = await organisations.save(
            tx,
            key="a",
            name="KGW",
            kind="ngo",
            email="kgw@example.org",
            phone="",
            locality="",
            areas=(),
        )
        await _sent(tx, "mine", hours=1, channel="mail", address="kgw@example.org")
        await _sent(tx, "a person's", hours=2, channel="mail", address="kgw@example.org")
        doors = [
            NewDoor(
                f"{at}" * 64,
                purpose,
                "reminder",
                "kgw@example.org",
                "pl",
                {},
                "mine",
                organisation_id=saved.id,
            )
            for at, purpose in enumerate(("reply", "page"))
        ]
        await letter_doors.add(tx, doors, now=NOW)

        pages = await _keys(tx, Whom(organisation_id=saved.id), 1)
        card = await organisation_desk.card(tx, organisation_id=saved.id, member=CHIEF)

    assert pages == [[("sent", NOW + HOUR)]]
    assert card.messages == 1
