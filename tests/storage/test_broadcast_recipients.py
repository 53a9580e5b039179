"""Whom a broadcast goes to: each person, organisation and address once."""

from storage import broadcast_recipients as recipients
from storage import broadcasts, staff
from storage.broadcast_recipients import Recipient
from storage.database import Database, Tx
from tests.programme.audience import make_member, make_organisation
from tests.storage.rows import NOW


async def _broadcast(tx: Tx, key: str = "chat:1:1") -> int:
    staff_id = await staff.grant(tx, name="Anna", role="coordinator", chat_id=1, now=NOW)
    added = await broadcasts.add(
        tx,
        key=key,
        kind="invitation",
        staff_id=staff_id,
        event_id=None,
        audience={},
        content={},
        people=3,
        now=NOW,
    )
    assert added is not None
    return added.id


async def test_add_keeps_each_person_organisation_and_address_once(database: Database) -> None:
    async with database.transaction() as tx:
        number, other = await _broadcast(tx), await _broadcast(tx, "chat:1:2")
        unit = await make_organisation(tx, "OSP")
        anna, ewa = await make_member(tx, "Anna"), await make_member(tx, "Ewa")
        told = Recipient("queued", anna, None, "mail", "a@example.org", "key:1")
        added = await recipients.add(tx, number, [told, Recipient("unwanted", ewa)], now=NOW)

        again = await recipients.add(
            tx,
            number,
            [
                Recipient("unreachable", anna),
                Recipient("queued", None, unit, "mail", "a@example.org", "key:2"),
                Recipient("postal", None, unit),
            ],
            now=NOW,
        )
        elsewhere = await recipients.add(tx, other, [told], now=NOW)

        assert (added, again, elsewhere) == (2, 1, 1)
        assert await recipients.count_queued(tx, number) == 1


async def test_known_are_those_with_a_row_and_organisations_through_their_people(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        number = await _broadcast(tx)
        osp, kgw, los = [await make_organisation(tx, name) for name in ("OSP", "KGW", "LOS")]
        anna = await make_member(tx, "Anna", organisation_id=osp)
        ewa = await make_member(tx, "Ewa", organisation_id=los)
        jan = await make_member(tx, "Jan")
        rows = [
            Recipient("queued", anna, None, "telegram", "1", "key:1"),
            Recipient("unreachable", ewa),
            Recipient("postal", None, kgw),
        ]
        await recipients.add(tx, number, rows, now=NOW)

        assert await recipients.known_persons(tx, number, [anna, ewa, jan]) == {anna, ewa}
        assert await recipients.known_organisations(tx, number) == {osp, kgw}


async def test_taken_names_the_addresses_to_which_it_goes(database: Database) -> None:
    async with database.transaction() as tx:
        number, other = await _broadcast(tx), await _broadcast(tx, "chat:1:2")
        anna, ewa = await make_member(tx, "Anna"), await make_member(tx, "Ewa")
        await recipients.add(
            tx,
            number,
            [
                Recipient("queued", anna, None, "mail", "a@example.org", "key:1"),
                Recipient("queued", ewa, None, "telegram", "1", "key:2"),
            ],
            now=NOW,
        )
        asked = {("mail", "a@example.org"), ("telegram", "1"), ("mail", "1")}
        many = {("mail", f"{one}@example.org") for one in range(1_200)} | asked

        assert await recipients.taken(tx, number, asked) == asked - {("mail", "1")}
        assert await recipients.taken(tx, number, many) == asked - {("mail", "1")}
        assert await recipients.taken(tx, other, asked) == set()
        assert await recipients.taken(tx, number, set()) == set()


async def test_localities_are_those_of_the_register(database: Database) -> None:
    async with database.transaction() as tx:
        osp, kgw = await make_organisation(tx, "OSP"), await make_organisation(tx, "KGW")

        assert await recipients.localities(tx, {osp, kgw}) == {osp: "Miłki", kgw: "Miłki"}
        assert await recipients.localities(tx, set()) == {}
