"""Who stands in line, who is next, and how many are ahead agree under both kinds of fairness."""

import random

import pytest

from storage import events, line, offers, registrations
from storage.database import Database, Tx
from storage.registrations import Registration
from tests.storage.rows import FIRST_DAY, NOW, make_event
from tests.storage.seats import make_organisation, offered, place

FAIRNESS = ["first_come", "one_each"]


async def _drained(tx: Tx, event_id: int, fairness: str) -> list[int]:
    """Seat the next one until nobody is left, and list them in that order."""
    ids = []
    while (first := await registrations.first_waiting(tx, event_id, fairness=fairness)) is not None:
        assert await registrations.seat(tx, first, now=NOW)
        ids.append(first.id)
    return ids


@pytest.mark.parametrize("fairness", FAIRNESS)
async def test_line_has_neither_applications_nor_those_for_whom_a_seat_is_held(
    database: Database, fairness: str
) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        held = await place(tx, event_id, position=1)
        await offered(tx, held)
        asked = await place(tx, event_id, position=2, approval="asked")
        may_be_first = await place(tx, event_id, position=3)
        await offered(tx, may_be_first, holds_seat=False)
        last = await place(tx, event_id, position=4, approval="granted")
        await place(tx, other, position=1)
        await place(tx, event_id, state="active")

        standing = await registrations.in_line(tx, event_id, fairness=fairness)
        unasked = await registrations.in_line(tx, event_id, fairness=fairness, without_offer=True)
        ahead = [await registrations.count_ahead(tx, one, fairness=fairness) for one in standing]

        assert [one.id for one in standing] == [may_be_first.id, last.id]
        assert [one.id for one in unasked] == [last.id]
        assert ahead == [0, 1]
        assert await registrations.count_open(tx, event_id) == {"active": 1, "waiting": 2}
        assert await registrations.count_applied(tx, event_id) == 1
        assert asked.id not in await _drained(tx, event_id, fairness)


async def test_one_each_puts_organisations_without_a_seat_first(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        seated, offer_held, new = [await make_organisation(tx) for _ in range(3)]
        await place(tx, event_id, state="active", organisation_id=seated)
        await offered(tx, await place(tx, event_id, position=1, organisation_id=offer_held))
        second_of_seated = await place(tx, event_id, position=2, organisation_id=seated)
        second_of_held = await place(tx, event_id, position=3, organisation_id=offer_held)
        first_new = await place(tx, event_id, position=4, organisation_id=new)
        second_new = await place(tx, event_id, position=5, organisation_id=new)
        alone = await place(tx, event_id, position=6)
        also_alone = await place(tx, event_id, position=7)
        standing = await registrations.in_line(tx, event_id, fairness="one_each")

        order = [first_new, alone, also_alone, second_of_seated, second_of_held, second_new]
        assert [one.id for one in standing] == [one.id for one in order]
        assert await _drained(tx, event_id, "one_each") == [one.id for one in order]


async def test_a_seat_of_the_organisation_at_another_event_does_not_count(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        ours = await make_organisation(tx)
        await place(tx, other, state="active", organisation_id=ours)
        first = await place(tx, event_id, position=1, organisation_id=ours)
        await place(tx, event_id, position=2)

        assert await registrations.first_waiting(tx, event_id, fairness="one_each") == first


async def _random_line(tx: Tx, seed: int) -> int:
    choose = random.Random(seed)  # noqa: S311 -- a test's own dice
    event_id = await make_event(tx)
    organisations = [None, None, *[await make_organisation(tx) for _ in range(4)]]
    for number in range(1, 16):
        values = {"position": number, "organisation_id": choose.choice(organisations)}
        fate = choose.randrange(6)
        one: Registration = await place(
            tx,
            event_id,
            **values,
            state="active" if fate == 0 else "waiting",
            approval="asked" if fate == 1 else "none",
        )
        if fate in {2, 3}:
            await offered(tx, one, holds_seat=fate == 2)
    return event_id


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("fairness", FAIRNESS)
async def test_position_shown_is_the_turn_one_has(
    database: Database, fairness: str, seed: int
) -> None:
    async with database.transaction() as tx:
        event_id = await _random_line(tx, seed)
        standing = await registrations.in_line(tx, event_id, fairness=fairness)
        shown = [await registrations.count_ahead(tx, one, fairness=fairness) for one in standing]
        turns = await _drained(tx, event_id, fairness)

    assert shown == list(range(len(standing)))
    assert [one.id for one in standing] == turns


async def test_events_with_room_have_a_free_seat_and_somebody_who_was_not_asked(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        room = await make_event(tx, capacity=1)
        endless = await make_event(tx)
        full = await make_event(tx, capacity=0)
        picked = await make_event(tx, capacity=1, selection="staff")
        off = await make_event(tx, capacity=1, state="cancelled")
        for event_id in (room, endless, full, picked, off):
            await place(tx, event_id, position=1)
        applied, asked = await make_event(tx), await make_event(tx)
        await place(tx, applied, position=1, approval="asked")
        await offered(tx, await place(tx, asked, position=1), holds_seat=False)

        assert await line.events_with_room(tx) == [room, endless]


async def test_miscounted_events_are_those_whose_counter_is_wrong(database: Database) -> None:
    async with database.transaction() as tx:
        right, wrong = await make_event(tx), await make_event(tx)
        for event_id in (right, wrong):
            await place(tx, event_id, state="active")
            await offered(tx, await place(tx, event_id, position=1))
            await offered(tx, await place(tx, event_id, position=2), holds_seat=False)
            await place(tx, event_id, position=3)
            await events.take_seat(tx, event_id)
        await events.take_seat(tx, right)

        [found] = await offers.miscounted_events(tx)
    assert (found.event_id, found.counted, found.real) == (wrong, 1, 2)


async def test_events_with_room_that_have_begun_are_asked_about_no_more(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        begun = await make_event(tx, capacity=1, sessions=(NOW, FIRST_DAY))
        ahead = await make_event(tx, capacity=1, sessions=(FIRST_DAY,))
        for event_id in (begun, ahead):
            await place(tx, event_id, position=1)

        assert await line.events_with_room(tx, now=NOW) == [ahead]
