"""Staff join people while others do something with them, and what an offer of a seat becomes."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from programme import document_checks, registration, waiting_list
from programme.refusals import NotRegistered
from storage import documents, offers
from storage.database import Database, Tx
from storage.tables import event as event_table
from storage.tables import person
from tests.programme.joined import HOUR, merge, states
from tests.programme.papers import hand_in, make_asking_event, make_member, required_ids
from tests.programme.steps import read_event, register
from tests.storage.rows import NOW, make_event, make_person


async def _two(tx: Tx) -> tuple[int, int]:
    kept = await make_person(tx, chat=1, mail="anna@example.org")
    return kept, await make_person(tx, chat=2, mail="jan@example.org")


async def test_two_staff_who_join_the_same_people_the_other_way_round(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2)
        kept, gone = await _two(tx)
        for one in (kept, gone):
            await register(tx, event_id, one)

    async def join(which: Database, *pair: int) -> object:
        async with which.transaction() as tx:
            return await merge(tx, *pair)

    ends = await asyncio.gather(
        join(database, kept, gone), join(second, gone, kept), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in ends) == ["AlreadyMerged", "Merged"]
    async with database.reading() as tx:
        merged = await tx.scalar(select(func.count()).where(person.c.merged_into_id.is_not(None)))
        assert merged == 1
        assert (await read_event(tx, event_id)).taken == 1


async def test_joining_while_both_register_loses_nobody(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_ids = [await make_event(tx, capacity=1) for _ in range(3)]
        kept, gone = await _two(tx)
        await register(tx, event_ids[0], gone)

    async def enrol(event_id: int, person_id: int) -> object:
        async with second.transaction() as tx:
            return await register(tx, event_id, person_id)

    async def join() -> object:
        async with database.transaction() as tx:
            return await merge(tx, kept, gone)

    await asyncio.gather(
        *(enrol(event_id, one) for event_id in event_ids for one in (kept, gone)),
        join(),
        return_exceptions=True,
    )

    async with database.transaction() as tx:
        row = await tx.scalar(select(person.c.merged_into_id).where(person.c.id == gone))
        if row is None:
            await merge(tx, kept, gone)
        assert [state for _, state, _ in await states(tx, gone)] == []
        for event_id in event_ids:
            assert (await read_event(tx, event_id)).taken <= 1


async def test_an_event_can_be_moved_after_people_were_joined(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        kept, gone = await _two(tx)
        seat = (await register(tx, event_id, gone)).registration_id
        await merge(tx, kept, gone)

        await registration.cancel(tx, registration_id=seat, person_id=kept, now=NOW + HOUR)

        assert (await read_event(tx, event_id)).taken == 0
        assert await tx.execute(update(person).where(person.c.id == kept).values(phone="1"))


async def _offered(tx: Tx) -> tuple[int, int, int]:
    """Let a seat be held for somebody in line; give event, their number and registration."""
    event_id = await make_event(tx, capacity=1)
    await tx.execute(update(event_table).values(offer_hours=24))
    holder, asked = await make_person(tx, chat=7), await make_person(tx, chat=8)
    seat = (await register(tx, event_id, holder)).registration_id
    place = (await register(tx, event_id, asked)).registration_id
    await registration.cancel(tx, registration_id=seat, person_id=holder, now=NOW)
    assert await offers.open_of(tx, place) is not None
    return event_id, asked, place


async def test_an_offer_is_kept_before_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, asked, place = await _offered(tx)
        other = await make_person(tx, chat=9)
        waits = (await register(tx, event_id, other)).registration_id

        await merge(tx, other, asked)
        await waiting_list.accept_offer(tx, registration_id=place, person_id=other, now=NOW)

        assert await states(tx, other) == [(place, "active", ""), (waits, "cancelled", "merged")]
        assert (await read_event(tx, event_id)).taken == 1


async def test_a_held_seat_passes_on_when_its_person_has_one(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, asked, place = await _offered(tx)
        await tx.execute(update(event_table).values(capacity=2))
        other = await make_person(tx, chat=9)
        seat = (await register(tx, event_id, other)).registration_id
        third = await make_person(tx, chat=10)
        waits = (await register(tx, event_id, third)).registration_id

        await merge(tx, other, asked)

        assert await states(tx, other) == [(place, "cancelled", "merged"), (seat, "active", "")]
        passed = await offers.open_of(tx, waits)
        assert passed is not None
        assert passed.holds_seat
        assert (await read_event(tx, event_id)).taken == 2
        with pytest.raises(NotRegistered):
            await waiting_list.accept_offer(tx, registration_id=place, person_id=other, now=NOW)


async def test_a_paper_handed_in_while_people_are_joined_is_the_ones_who_stay(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx, titles=("Karta",))
        kept, gone = await _two(tx)
        stays = (await register(tx, event_id, kept)).registration_id
        ends = (await register(tx, event_id, gone)).registration_id
        [required] = await required_ids(tx, event_id)

    async def join() -> None:
        async with database.transaction() as tx:
            await merge(tx, kept, gone)

    async with second.transaction() as tx:
        await hand_in(tx, tmp_path, ends, required, gone)
        joining = asyncio.create_task(join())
        # Long enough to come to where it waits.
        await asyncio.sleep(0.2)
    await joining

    async with database.reading() as tx:
        assert set(await documents.of_registration(tx, stays)) == {required}


async def test_a_paper_sent_back_while_people_are_joined_waits_for_nobody_who_waits_for_it(
    database: Database, second: Database, tmp_path: Path
) -> None:
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx, titles=("Karta",))
        kept, gone = await _two(tx)
        await register(tx, event_id, kept)
        ends = (await register(tx, event_id, gone)).registration_id
        [required] = await required_ids(tx, event_id)
        papers = await hand_in(tx, tmp_path, ends, required, gone)
        member = await make_member(tx)
    version_id = papers.paper(required).version_id
    assert version_id is not None

    async def join() -> None:
        async with database.transaction() as tx:
            await merge(tx, kept, gone)

    async with second.transaction() as tx:
        await documents.lock_registration(tx, ends)
        joining = asyncio.create_task(join())
        # Long enough to come to where it waits.
        await asyncio.sleep(0.2)
        await document_checks.send_back(
            tx, version_id=version_id, reason="Brak podpisu", member=member, now=NOW
        )
    await joining

    async with database.reading() as tx:
        assert await states(tx, gone) == []
