from datetime import timedelta

import pytest

from programme import listing, registration
from programme.listing import EventView
from programme.refusals import EventUnknown, NotRegistered
from storage import events, people
from storage.database import Database, Tx
from storage.people import Person
from storage.tables import event as event_table
from tests.programme.audience import make_organisation
from tests.programme.steps import full_event, register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

DAY = timedelta(days=1)


async def person(tx: Tx, *, role: str = "ngo", chat: int = 7) -> Person:
    return await people.get(tx, await make_person(tx, chat=chat, role=role))


async def view_of(tx: Tx, event_id: int, who: Person | None = None) -> EventView:
    return await listing.one(tx, event_id=event_id, person=who, now=NOW)


async def test_events_ahead_are_those_meant_for_the_person(database: Database) -> None:
    async with database.transaction() as tx:
        for_all = await make_event(tx, sessions=[FIRST_DAY + DAY])
        for_ngo = await make_event(tx, audience="ngo")
        for_office = await make_event(tx, audience="office", sessions=[FIRST_DAY + 2 * DAY])
        await make_event(tx, sessions=[NOW - DAY])
        member, clerk = await person(tx), await person(tx, role="clerk", chat=8)
        seen = [
            [view.event_id for view in await listing.ahead(tx, person=who, now=NOW)]
            for who in (member, clerk, None)
        ]

    assert seen == [[for_ngo, for_all], [for_all, for_office], [for_ngo, for_all, for_office]]


async def test_event_shows_free_seats_and_the_own_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, _ = await full_event(tx, waiting=2)
        everyone = [await people.get(tx, one) for one in persons]
        views = [await view_of(tx, event_id, who) for who in everyone]

    assert [(view.free, view.waiting, view.position) for view in views] == [
        (0, 2, None),
        (0, 2, 1),
        (0, 2, 2),
    ]
    assert [view.mine.state for view in views if view.mine] == ["active", "waiting", "waiting"]


async def test_event_is_open_until_its_deadline_or_its_first_day(database: Database) -> None:
    async with database.transaction() as tx:
        without = await make_event(tx)
        at_deadline = await make_event(tx, deadline_at=NOW)
        late = await make_event(tx, deadline_at=NOW - timedelta(seconds=1))
        cancelled = await make_event(tx, state="cancelled")
        # The second session was moved before the first one and has begun.
        begun = await make_event(tx, sessions=[FIRST_DAY, NOW - timedelta(hours=1)])
        ids = (without, at_deadline, late, cancelled, begun)
        views = [await view_of(tx, one) for one in ids]

    assert [view.open_now for view in views] == [True, True, False, False, False]
    assert views[0].free is None


async def test_draft_and_unknown_number_are_no_events(database: Database) -> None:
    async with database.transaction() as tx:
        draft = await make_event(tx, state="draft")

        for number in (draft, -1, 999):
            with pytest.raises(EventUnknown):
                await view_of(tx, number)


async def test_own_registrations_are_those_ahead_soonest_first(database: Database) -> None:
    async with database.transaction() as tx:
        who = await person(tx)
        later = await make_event(tx, sessions=[FIRST_DAY + DAY])
        sooner = await make_event(tx, sessions=[FIRST_DAY + 9 * DAY, FIRST_DAY])
        off = await make_event(tx)
        given_back = await make_event(tx)
        for event_id in (later, sooner, off):
            await register(tx, event_id, who.id)
        gone = await register(tx, given_back, who.id)
        await registration.cancel(
            tx, registration_id=gone.registration_id, person_id=who.id, now=NOW
        )
        await tx.execute(
            event_table.update().where(event_table.c.id == off).values(state="cancelled")
        )
        now = [view.event_id for view in await listing.mine(tx, person=who, now=NOW)]
        after = await listing.mine(tx, person=who, now=FIRST_DAY + 2 * DAY)

    assert now == [sooner, later]
    assert [view.event_id for view in after] == [sooner]


async def test_only_ones_own_open_registration_is_shown(database: Database) -> None:
    async with database.transaction() as tx:
        who, other = await person(tx), await person(tx, chat=8)
        event_id = await make_event(tx)
        mine = await register(tx, event_id, who.id)
        number = mine.registration_id
        view = await listing.of_registration(tx, registration_id=number, person=who, now=NOW)

        for registration_id, somebody in ((number, other), (999, who)):
            with pytest.raises(NotRegistered):
                await listing.of_registration(
                    tx, registration_id=registration_id, person=somebody, now=NOW
                )

    assert view.event_id == event_id


async def test_contact_is_the_programmes_own(database: Database) -> None:
    async with database.transaction() as tx:
        nobody = await listing.contact(tx)
        event_id = await make_event(tx)
        known = await listing.contact(tx)
        assert await events.get(tx, event_id)

    assert (nobody, known) == ("", "Anna Wzorowa, tel. 600 000 000")


async def test_audience_of_the_register_is_for_members_of_its_organisations(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, audience="register")
        kgw = await make_organisation(tx, "KGW Miłki")
        member = await people.get(tx, await make_person(tx, chat=1, organisation_id=kgw))
        other = await people.get(tx, await make_person(tx, chat=2))
        clerk = await people.get(
            tx, await make_person(tx, chat=3, role="clerk", organisation_id=kgw)
        )

        meant = [
            not (await listing.one(tx, event_id=event_id, person=one, now=NOW)).meant_for_others
            for one in (member, other, clerk, None)
        ]

    assert meant == [True, False, True, True]


async def test_open_offer_is_shown_instead_of_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=24)
        first, second, third = [await make_person(tx, chat=chat) for chat in (1, 2, 3)]
        seated = await register(tx, event_id, first)
        await register(tx, event_id, second)
        await register(tx, event_id, third)
        await registration.cancel(
            tx, registration_id=seated.registration_id, person_id=first, now=NOW
        )

        views = [
            await listing.one(tx, event_id=event_id, person=await people.get(tx, one), now=NOW)
            for one in (second, third)
        ]

    assert [view.offer is not None for view in views] == [True, False]
    assert [view.position for view in views] == [None, 1]
    assert [(view.free, view.waiting) for view in views] == [(0, 1), (0, 1)]


async def test_application_is_no_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, approval="staff")
        person_id = await make_person(tx, chat=1)
        before = await listing.one(
            tx, event_id=event_id, person=await people.get(tx, person_id), now=NOW
        )
        await register(tx, event_id, person_id)

        after = await listing.one(
            tx, event_id=event_id, person=await people.get(tx, person_id), now=NOW
        )

    assert (before.needs_approval, before.can_register, before.asks_first) == (True, True, False)
    assert (after.applied, after.position, after.waiting) == (True, None, 0)
    assert not after.can_register


async def test_late_event_stays_open_only_where_late_ones_are_taken(database: Database) -> None:
    late = NOW - timedelta(seconds=1)
    async with database.transaction() as tx:
        closed = await make_event(tx, deadline_at=late)
        taken = await make_event(tx, deadline_at=late, late="line")

        views = [
            await listing.one(tx, event_id=one, person=None, now=NOW) for one in (closed, taken)
        ]

    assert [(view.open_now, view.late) for view in views] == [(False, False), (True, True)]
