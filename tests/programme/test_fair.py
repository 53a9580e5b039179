from datetime import timedelta

import pytest
from sqlalchemy import update

from programme import fair
from programme.fair import Exhibiting
from programme.fair_refusals import (
    AlreadyExhibiting,
    NotAFair,
    NotExhibiting,
    OrganisationNeeded,
    StandFixed,
    StandNotYours,
    StandNumberUnfit,
)
from programme.refusals import (
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
    Refusal,
)
from storage import events
from storage import fair as rows
from storage.database import Database
from storage.fair import Offer
from storage.tables import event
from tests.programme.audience import make_organisation, make_staff
from tests.programme.stands import OFFER, crowd, exhibit, make_fair, make_voice, read, standing
from tests.programme.steps import facts_of, read_event, told
from tests.storage.rows import FIRST_DAY, NOW, make_event

SECOND = timedelta(seconds=1)


async def test_exhibit_gives_the_lowest_free_number_and_tells_the_organisation(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=20)
        people = await crowd(tx, 2)

        got = [await exhibit(tx, event_id, *each) for each in people]

        assert got == [Exhibiting(1, "active", 1, None), Exhibiting(2, "active", 2, None)]
        assert (await read_event(tx, event_id)).stands_taken == 2
        assert (await read(tx, 1)).offer == OFFER
        assert await told(tx) == [
            ("exhibitor_confirmed:1:telegram", "exhibitor_confirmed", "1"),
            ("exhibitor_confirmed:2:telegram", "exhibitor_confirmed", "2"),
        ]
        facts = await facts_of(tx, "exhibitor_confirmed:2:telegram")
        assert facts["stand"]["number"] == 2


async def test_exhibit_at_a_full_fair_gives_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        people = await crowd(tx, 3)

        got = [await exhibit(tx, event_id, *each) for each in people]

        assert [(one.state, one.stand, one.position) for one in got] == [
            ("active", 1, None),
            ("waiting", None, 1),
            ("waiting", None, 2),
        ]
        assert [kind for _, kind, _ in await told(tx)] == [
            "exhibitor_confirmed",
            "exhibitor_waiting",
            "exhibitor_waiting",
        ]
        assert (await facts_of(tx, "exhibitor_waiting:3:telegram"))["position"] == 2


async def test_exhibit_where_stands_are_not_counted_has_room_for_everyone(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=None)

        got = [await exhibit(tx, event_id, *each) for each in await crowd(tx, 12)]

        assert [one.stand for one in got] == list(range(1, 13))


async def test_second_member_of_an_organisation_is_told_of_the_stand_there_is(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(organisation_id, person_id)] = await crowd(tx, 1)
        await exhibit(tx, event_id, organisation_id, person_id)
        other = await make_voice(tx, organisation_id, chat=2)

        with pytest.raises(AlreadyExhibiting) as refused:
            await exhibit(tx, event_id, organisation_id, other)

        assert (refused.value.exhibitor_id, refused.value.state) == (1, "active")
        assert (await read_event(tx, event_id)).stands_taken == 1


async def test_deadline_counts_to_the_second_and_staff_may_come_after_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW)
        [first, second, third] = await crowd(tx, 3)
        member = await make_staff(tx)

        in_time = await exhibit(tx, event_id, *first, now=NOW)
        with pytest.raises(DeadlinePassed):
            await exhibit(tx, event_id, *second, now=NOW + SECOND)
        on_paper = await fair.exhibit(
            tx,
            event_id=event_id,
            organisation_id=third[0],
            offer=OFFER,
            member=member,
            now=NOW + SECOND,
        )

        assert (in_time.stand, on_paper.stand) == (1, 2)
        assert (await read(tx, on_paper.exhibitor_id)).door == "staff"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "training"}, NotAFair),
        ({"state": "draft"}, EventUnknown),
        ({"state": "cancelled"}, EventCancelled),
        ({"audience": "office"}, NotInAudience),
    ],
)
async def test_exhibit_is_refused_and_nothing_changes(
    database: Database, changes: dict[str, str], refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await tx.execute(update(event).where(event.c.id == event_id).values(**changes))

        with pytest.raises(refusal):
            await exhibit(tx, event_id, *mine)

        assert await told(tx) == []
        assert await standing(tx, event_id) == []


async def test_exhibit_at_no_event_or_after_its_beginning_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)

        with pytest.raises(EventUnknown):
            await exhibit(tx, 999, *mine)
        with pytest.raises(EventOver):
            await exhibit(tx, event_id, *mine, now=FIRST_DAY)


async def test_somebody_speaks_only_for_an_organisation_they_belong_to(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(mine, _)] = await crowd(tx, 1)
        stranger = await make_voice(tx, None, chat=7)
        foreign = await make_organisation(tx, "Obca")
        contact = await make_voice(tx, None, chat=8)

        for person_id in (stranger, contact):
            with pytest.raises(OrganisationNeeded):
                await exhibit(tx, event_id, mine, person_id)
        with pytest.raises(OrganisationNeeded):
            await exhibit(tx, event_id, 999, stranger)
        speaks = await make_voice(tx, foreign, chat=9, is_contact=True)

        assert (await exhibit(tx, event_id, foreign, speaks)).stand == 1


async def test_cancel_frees_the_stand_for_the_first_in_line_who_is_told_once(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=2)
        people = await crowd(tx, 4)
        got = [await exhibit(tx, event_id, *each) for each in people]

        await fair.cancel(tx, exhibitor_id=1, person_id=people[0][1], now=NOW)
        again = await fair.promote(tx, event_id=event_id, now=NOW)

        assert again == 0
        assert await standing(tx, event_id) == [
            ("Organizacja 3", 1),
            ("Organizacja 2", 2),
            ("Organizacja 4", None),
        ]
        assert (await read_event(tx, event_id)).stands_taken == 2
        assert [(kind, to) for _, kind, to in (await told(tx))[len(got) :]] == [
            ("exhibitor_cancelled", "1"),
            ("exhibitor_promoted", "3"),
        ]


async def test_cancel_of_a_place_in_line_frees_no_stand(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        people = await crowd(tx, 2)
        for each in people:
            await exhibit(tx, event_id, *each)

        await fair.cancel(tx, exhibitor_id=2, person_id=people[1][1], now=NOW)

        assert await standing(tx, event_id) == [("Organizacja 1", 1)]
        assert (await read_event(tx, event_id)).stands_taken == 1


async def test_cancelled_organisation_may_come_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)
        await fair.cancel(tx, exhibitor_id=1, person_id=mine[1], now=NOW)

        with pytest.raises(NotExhibiting):
            await fair.cancel(tx, exhibitor_id=1, person_id=mine[1], now=NOW)

        assert await exhibit(tx, event_id, *mine) == Exhibiting(2, "active", 1, None)


async def test_only_who_registered_the_contact_and_staff_may_cancel(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [(organisation_id, person_id)] = await crowd(tx, 1)
        await exhibit(tx, event_id, organisation_id, person_id)
        says_so = await make_voice(tx, organisation_id, chat=2, is_contact=False)
        contact = await make_voice(tx, organisation_id, chat=3, is_contact=True)

        for nobody in (says_so, None):
            with pytest.raises(StandNotYours):
                await fair.cancel(tx, exhibitor_id=1, person_id=nobody, now=NOW)
        await fair.cancel(tx, exhibitor_id=1, person_id=contact, now=NOW)

        assert await standing(tx, event_id) == []
        assert [to for _, _, to in await told(tx)] == ["1", "1"]


async def test_cancel_is_refused_after_the_last_day(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        [mine] = await crowd(tx, 1)
        await exhibit(tx, event_id, *mine)

        with pytest.raises(EventOver):
            await fair.cancel(
                tx, exhibitor_id=1, person_id=mine[1], now=FIRST_DAY + timedelta(hours=6)
            )


async def test_words_may_change_until_the_deadline_and_by_staff_after_it(
    database: Database,
) -> None:
    other = Offer("Kartacze", "", 1, power=False, needs="")
    async with database.transaction() as tx:
        event_id = await make_fair(tx, deadline_at=NOW)
        [mine] = await crowd(tx, 1)
        member = await make_staff(tx)
        await exhibit(tx, event_id, *mine)
        late = NOW + SECOND

        await fair.change(tx, exhibitor_id=1, offer=other, person_id=mine[1], now=NOW)
        with pytest.raises(StandFixed):
            await fair.change(tx, exhibitor_id=1, offer=OFFER, person_id=mine[1], now=late)
        before = (await read(tx, 1)).offer
        await fair.change(tx, exhibitor_id=1, offer=OFFER, member=member, now=late)

        assert (before, (await read(tx, 1)).offer) == (other, OFFER)


async def test_renumber_swaps_with_who_has_the_number(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        member = await make_staff(tx)
        for each in await crowd(tx, 3):
            await exhibit(tx, event_id, *each)

        other = await fair.renumber(tx, exhibitor_id=1, stand=3, member=member, now=NOW)
        alone = await fair.renumber(tx, exhibitor_id=2, stand=7, member=member, now=NOW)
        same = await fair.renumber(tx, exhibitor_id=2, stand=7, member=member, now=NOW)

        assert other is not None
        assert (other.id, alone, same) == (3, None, None)
        assert await standing(tx, event_id) == [
            ("Organizacja 3", 1),
            ("Organizacja 1", 3),
            ("Organizacja 2", 7),
        ]
        for unfit in (0, -1, 1000):
            with pytest.raises(StandNumberUnfit):
                await fair.renumber(tx, exhibitor_id=1, stand=unfit, member=member, now=NOW)


async def test_number_that_was_given_up_is_given_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        people = await crowd(tx, 4)
        for each in people[:3]:
            await exhibit(tx, event_id, *each)
        await fair.cancel(tx, exhibitor_id=2, person_id=people[1][1], now=NOW)

        assert (await exhibit(tx, event_id, *people[3])).stand == 2


async def test_more_stands_let_those_in_line_move_up(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 4):
            await exhibit(tx, event_id, *each)
        await tx.execute(update(event).where(event.c.id == event_id).values(stands=3))

        moved = await fair.promote(tx, event_id=event_id, now=NOW)

        assert moved == 2
        assert [stand for _, stand in await standing(tx, event_id)] == [1, 2, 3, None]


async def test_fewer_stands_than_taken_throw_nobody_out(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=3)
        people = await crowd(tx, 4)
        for each in people[:3]:
            await exhibit(tx, event_id, *each)
        await tx.execute(update(event).where(event.c.id == event_id).values(stands=1))

        newcomer = await exhibit(tx, event_id, *people[3])
        await fair.cancel(tx, exhibitor_id=1, person_id=people[0][1], now=NOW)

        assert newcomer.state == "waiting"
        assert [stand for _, stand in await standing(tx, event_id)] == [2, 3, None]


async def test_promote_does_nothing_once_the_fair_has_begun(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)
        await tx.execute(update(event).where(event.c.id == event_id).values(stands=2))

        assert await fair.promote(tx, event_id=event_id, now=FIRST_DAY) == 0
        assert await fair.promote(tx, event_id=999, now=NOW) == 0


async def test_stands_leave_the_seats_alone(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=1)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)
        found = await read_event(tx, event_id)

        assert (found.taken, found.stands_taken) == (0, 1)


async def test_take_stand_needs_a_published_event(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        assert await rows.take_stand(tx, event_id)
        await events.set_state(tx, event_id, expected="published", state="cancelled")
        assert not await rows.take_stand(tx, event_id)
