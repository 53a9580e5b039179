from datetime import timedelta

import pytest
from sqlalchemy import update

from programme import fair, fair_views
from programme.fair_refusals import NotAFair, NotExhibiting
from programme.refusals import EventUnknown
from storage.database import Database
from storage.tables import event
from tests.programme.audience import CHIEF, make_organisation
from tests.programme.stands import OFFER, crowd, exhibit, join, make_fair, make_voice
from tests.storage.rows import FIRST_DAY, NOW, make_event

SECOND = timedelta(seconds=1)


async def test_standing_offers_a_stand_until_the_deadline(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW)
        training = await make_event(tx)
        [(organisation_id, person_id)] = await crowd(tx, 1)

        async def look(number: int = event_id, late: int = 0) -> fair_views.Standing | None:
            return await fair_views.standing(
                tx, event_id=number, person_id=person_id, now=NOW + late * SECOND
            )

        assert await look() == fair_views.Standing([], can_add=True)
        assert await look(late=1) == fair_views.Standing([], can_add=False)
        assert await look(training) is None
        assert await look(999) is None
        await exhibit(tx, event_id, organisation_id, person_id)
        found = await look()
        assert found is not None
        assert ([one.id for one in found.own], found.can_add) == ([1], False)


async def test_standing_of_somebody_unknown_offers_a_stand(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)

        found = await fair_views.standing(tx, event_id=event_id, person_id=None, now=NOW)

        assert found == fair_views.Standing([], can_add=True)


async def test_standing_with_a_second_organisation_offers_another_stand(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, audience="ngo")
        [(organisation_id, person_id)] = await crowd(tx, 1)
        await exhibit(tx, event_id, organisation_id, person_id)
        office = await make_organisation(tx, "Urząd", kind="office")
        await join(tx, person_id, office, is_contact=False)

        only_office_left = await fair_views.standing(
            tx, event_id=event_id, person_id=person_id, now=NOW
        )
        await join(tx, person_id, await make_organisation(tx, "OSP"), is_contact=False)
        with_another = await fair_views.standing(
            tx, event_id=event_id, person_id=person_id, now=NOW
        )

        assert [
            found is not None and found.can_add for found in (only_office_left, with_another)
        ] == [
            False,
            True,
        ]


async def test_one_shows_who_may_do_what(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1, deadline_at=NOW)
        people = await crowd(tx, 2)
        for each in people:
            await exhibit(tx, event_id, *each)
        colleague = await make_voice(tx, people[0][0], chat=8)

        async def rights(
            exhibitor_id: int, person_id: int | None, late: int = 0, *, staff: bool = False
        ) -> tuple[bool, bool, bool, int | None]:
            moment = NOW + late * SECOND
            if staff:
                view = await fair_views.one_for_staff(
                    tx, exhibitor_id=exhibitor_id, member=CHIEF, now=moment
                )
            else:
                view = await fair_views.one(
                    tx, exhibitor_id=exhibitor_id, person_id=person_id, now=moment
                )
            return view.mine, view.may_cancel, view.may_edit, view.position

        assert await rights(1, people[0][1]) == (True, True, True, None)
        assert await rights(1, people[0][1], 1) == (True, True, False, None)
        assert await rights(1, colleague) == (False, False, False, None)
        assert await rights(2, None, 1, staff=True) == (True, True, True, 1)
        for stranger in (people[1][1], None):
            with pytest.raises(NotExhibiting):
                await rights(1, stranger)
        with pytest.raises(NotExhibiting):
            await rights(99, None, staff=True)


async def test_one_of_a_fair_that_is_over_can_only_be_read(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)

        view = await fair_views.one(
            tx, exhibitor_id=1, person_id=mine[1], now=FIRST_DAY + timedelta(days=1)
        )

        assert (view.mine, view.may_cancel, view.may_edit) == (True, False, False)


async def test_look_lists_stands_by_number_and_those_in_line_in_order(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=2)
        people = await crowd(tx, 5)
        for each in people:
            await exhibit(tx, event_id, *each)
        await fair.cancel(tx, exhibitor_id=1, person_id=people[0][1], now=NOW)

        found = await fair_views.look(tx, event_id=event_id, member=CHIEF)

        assert [(one.organisation_id, one.stand) for one in found.active] == [
            (people[2][0], 1),
            (people[1][0], 2),
        ]
        assert [one.organisation_id for one in found.waiting] == [people[3][0], people[4][0]]
        with pytest.raises(EventUnknown):
            await fair_views.look(tx, event_id=999, member=CHIEF)
        await tx.execute(update(event).where(event.c.id == event_id).values(kind="meeting"))
        with pytest.raises(NotAFair):
            await fair_views.look(tx, event_id=event_id, member=CHIEF)


async def test_sheet_holds_those_with_a_stand_and_not_those_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)

        facts = await fair_views.sheet(tx, event_id=event_id)

        assert facts["stands"] == [
            {
                "number": 1,
                "organisation": "Organizacja 1",
                "contact": "Osoba 1",
                **vars(OFFER),
            }
        ]
        assert facts["event"]["id"] == event_id


async def test_export_is_a_table_that_no_spreadsheet_computes(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        people = await crowd(tx, 2)
        for each in people:
            await exhibit(tx, event_id, *each)
        changed = {**vars(OFFER), "for_residents": "=1+1"}
        await fair.change(
            tx,
            exhibitor_id=1,
            offer=fair_views.Offer(**changed),
            person_id=people[0][1],
            now=NOW,
        )

        lines = (
            (await fair_views.export(tx, event_id=event_id, member=CHIEF))
            .decode("utf-8-sig")
            .splitlines()
        )

        assert lines == [
            "stand,place_in_line,organisation,contact,for_residents,for_office,tables,power,needs",
            "1,,Organizacja 1,Osoba 1,'=1+1,Warsztaty w świetlicach,2,1,cień",
            ",1,Organizacja 2,Osoba 2,Pokaz wyrobu serów,Warsztaty w świetlicach,2,1,cień",
        ]
