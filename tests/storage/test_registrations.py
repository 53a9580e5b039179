from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import events, registrations
from storage.database import Database, Tx
from storage.registrations import CalendarEntry, Registration
from tests.storage.rows import NOW, make_event, make_person

LATER = NOW + timedelta(hours=1)


async def _add(
    tx: Tx,
    event_id: int,
    *,
    person_id: int | None = None,
    state: str = "active",
    position: int | None = None,
) -> Registration:
    registration_id = await registrations.add(
        tx,
        event_id=event_id,
        person_id=person_id or await make_person(tx),
        state=state,
        position=position,
        door="telegram",
        now=NOW,
    )
    found = await registrations.get(tx, registration_id)
    assert found is not None
    return found


async def test_seat_has_a_moment_and_a_place_in_line_has_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx), await make_person(tx)
        seat = await _add(tx, event_id, person_id=person_id)
        place = await _add(tx, event_id, state="waiting", position=4)

    assert seat == Registration(seat.id, event_id, person_id, "active", None, NOW, NOW)
    assert (place.position, place.seated_at) == (4, None)


async def test_second_open_registration_of_a_person_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx), await make_person(tx)
        await _add(tx, event_id, person_id=person_id)
    with pytest.raises(IntegrityError):
        async with database.transaction() as tx:
            await _add(tx, event_id, person_id=person_id, state="waiting", position=1)


async def test_registration_after_a_cancelled_one_is_taken(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx), await make_person(tx)
        old = await _add(tx, event_id, person_id=person_id)
        cancelled = [await registrations.cancel(tx, old, now=LATER) for _ in range(2)]
        new = await _add(tx, event_id, person_id=person_id)
        found = await registrations.open_of(tx, event_id=event_id, person_id=person_id)

    assert (cancelled, found) == ([True, False], new)


async def test_open_of_a_stranger_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        assert await registrations.open_of(tx, event_id=event_id, person_id=404) is None
        assert await registrations.get(tx, 404) is None


async def test_of_person_lists_what_is_open(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        ours = [
            await _add(tx, await make_event(tx), person_id=person_id, state=state, position=1)
            for state in ("waiting", "active", "active")
        ]
        await registrations.cancel(tx, ours[1], now=NOW)
        await _add(tx, ours[0].event_id)

        assert await registrations.of_person(tx, person_id) == [ours[0], ours[2]]


async def test_line_comes_in_order_of_positions(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        third, first, second = [
            await _add(tx, event_id, state="waiting", position=position)
            for position in (30, 10, 20)
        ]
        line = await registrations.of_event(tx, event_id, state="waiting")
        ahead = [await registrations.count_ahead(tx, one) for one in line]

        assert (line, ahead) == ([first, second, third], [0, 1, 2])
        assert await registrations.first_waiting(tx, event_id) == first


async def test_first_waiting_of_an_empty_line_is_none(database: Database) -> None:
    async with database.transaction() as tx:
        assert await registrations.first_waiting(tx, await make_event(tx)) is None


async def test_seat_for_somebody_who_left_the_line_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        stays = await _add(tx, event_id, state="waiting", position=1)
        leaves = await _add(tx, event_id, state="waiting", position=2)
        await registrations.cancel(tx, leaves, now=NOW)
        seated = [await registrations.seat(tx, one, now=LATER) for one in (stays, leaves, stays)]
        kept = await registrations.get(tx, stays.id)

        assert seated == [True, False, False]
        assert kept is not None
        assert (kept.state, kept.seated_at) == ("active", LATER)
        assert await registrations.count_open(tx, event_id) == {"active": 1, "waiting": 0}


async def test_cancel_of_a_place_that_became_a_seat_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        stale = await _add(tx, await make_event(tx), state="waiting", position=1)
        await registrations.seat(tx, stale, now=NOW)

        assert await registrations.cancel(tx, stale, now=NOW) is False


async def test_calendar_entry_keeps_its_first_uid_and_its_sequence_rises(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        [session] = await events.sessions(tx, event_id)
        ours = await _add(tx, event_id)
        for uid in ("first", "second"):
            await registrations.add_calendar_entry(
                tx, registration_id=ours.id, session_id=session.id, uid=uid
            )
        [entry] = await registrations.calendar_entries(tx, ours.id)
        raised = await registrations.raise_sequence(tx, entry, method="REQUEST")
        # An entry read earlier gets the next number too, never one that was given away.
        again = await registrations.raise_sequence(tx, entry, method="CANCEL")
        kept = await registrations.calendar_entries(tx, ours.id)

    assert entry == CalendarEntry(ours.id, session.id, "first", 0)
    assert ([raised.sequence, again.sequence], kept) == ([1, 2], [again])
