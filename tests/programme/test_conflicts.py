from programme import conflicts
from programme.conflicts import Conflict
from programme.facts import session_facts
from storage import events
from storage.database import Database, Tx
from tests.programme.line import HOUR, leave
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, make_event, make_person

NEXT_DAY = FIRST_DAY + 24 * HOUR


async def _titles(tx: Tx, event_id: int, person_id: int) -> list[int]:
    found = await conflicts.of(tx, event_id=event_id, person_id=person_id)
    return [one.event_id for one in found]


async def test_event_at_the_same_time_is_named_with_the_sessions_that_overlap(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        mine = await make_event(tx, sessions=[FIRST_DAY, NEXT_DAY])
        wanted = await make_event(tx, sessions=[NEXT_DAY + HOUR, NEXT_DAY + 72 * HOUR])
        await register(tx, mine, person_id)
        _, second_day = await events.sessions(tx, mine)
        title = "Budowanie partnerstw"

        assert await conflicts.of(tx, event_id=wanted, person_id=person_id) == [
            Conflict(mine, title, (session_facts(second_day),))
        ]


async def test_sessions_that_only_touch_or_belong_to_others_are_no_conflict(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        person_id, other = await make_person(tx), await make_person(tx)
        wanted = await make_event(tx)
        await register(tx, await make_event(tx, sessions=[FIRST_DAY + 6 * HOUR]), person_id)
        await register(tx, await make_event(tx, sessions=[FIRST_DAY - 6 * HOUR]), person_id)
        await register(tx, await make_event(tx), other)
        await register(tx, wanted, person_id)

        assert await _titles(tx, wanted, person_id) == []


async def test_a_place_in_line_is_no_conflict_until_a_seat_is_offered(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        first, person_id = await make_person(tx), await make_person(tx)
        wanted = await make_event(tx)
        mine = await make_event(tx, capacity=1, offer_hours=4)
        seat = await register(tx, mine, first)
        await register(tx, mine, person_id)
        assert await _titles(tx, wanted, person_id) == []
        await leave(tx, seat)

        assert await _titles(tx, wanted, person_id) == [mine]


async def test_conflicts_come_in_the_order_of_their_days(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        wanted = await make_event(tx, sessions=[FIRST_DAY, NEXT_DAY])
        later = await make_event(tx, sessions=[NEXT_DAY])
        sooner = await make_event(tx, sessions=[FIRST_DAY, NEXT_DAY])
        for event_id in (later, sooner):
            await register(tx, event_id, person_id)

        assert await _titles(tx, wanted, person_id) == [sooner, later]
