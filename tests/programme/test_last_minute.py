"""Shortly before an event no seat is held: everybody in line is asked, and the first has it."""

from datetime import timedelta

import pytest

from programme import registration, waiting_list
from programme.seat_refusals import SeatGone
from storage import offers
from storage.database import Database
from tests.programme.line import (
    HOUR,
    come,
    heard,
    leave,
    offer_of,
    one_seat,
    person,
    read,
    row_of,
    send,
    taken,
)
from tests.storage.rows import FIRST_DAY, NOW

TERMS = {"offer_hours": 24, "last_minute_hours": 48}
DAY_BEFORE = FIRST_DAY - 22 * HOUR  # eleven in the morning in Warsaw
MINUTE = timedelta(minutes=1)


async def test_everybody_in_line_is_asked_and_no_seat_is_held(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=3, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        found = [await offer_of(tx, one) for one in got[1:]]
        facts = (await row_of(tx, "seat_offered", 3)).facts

        assert [(one.holds_seat, one.expires_at) for one in found] == [(False, FIRST_DAY)] * 3
        assert facts["offer"]["holds_seat"] is False
        assert await taken(tx, event_id) == 0
        assert [await heard(tx, chat) for chat in (2, 3, 4)] == [
            ["waiting_listed", "seat_offered"]
        ] * 3


async def test_first_who_answers_has_the_seat_and_the_others_stay_in_line(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=3, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        await send(tx, now=DAY_BEFORE)
        await waiting_list.accept_offer(tx, **await person(tx, got[2]), now=DAY_BEFORE + MINUTE)
        for one in (got[1], got[3]):
            with pytest.raises(SeatGone):
                await waiting_list.accept_offer(tx, **await person(tx, one), now=DAY_BEFORE)

        states = [(await read(tx, one)).state for one in got]
        assert states == ["cancelled", "waiting", "active", "waiting"]
        assert await taken(tx, event_id) == 1
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered", "registration_confirmed"]
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered"]


async def test_each_is_told_once_of_a_free_seat_and_again_of_the_next(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        for _ in range(2):
            assert await waiting_list.turn(tx, now=DAY_BEFORE + MINUTE) == 0
            assert await registration.promote(tx, event_id=event_id, now=DAY_BEFORE) == 0
        await send(tx, now=DAY_BEFORE)
        await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=DAY_BEFORE)
        assert await offers.open_of(tx, got[2].registration_id) is None
        await leave(tx, got[1], now=DAY_BEFORE + HOUR)

        assert await heard(tx, 3) == ["waiting_listed", "seat_offered", "seat_offered"]
        assert not (await offer_of(tx, got[2])).holds_seat


async def test_newcomer_may_be_the_first(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        newcomer = await come(tx, event_id, 9, now=DAY_BEFORE)
        with pytest.raises(SeatGone):
            await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=DAY_BEFORE)

        assert newcomer.state == "active"
        assert (await come(tx, event_id, 10, now=DAY_BEFORE)).position == 2


async def test_who_was_not_asked_before_the_seat_went_hears_nothing_of_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, **TERMS)
        night = DAY_BEFORE + 12 * HOUR
        await leave(tx, got[0], now=night)
        await come(tx, event_id, 9, now=night)

        assert await heard(tx, 2) == ["waiting_listed"]


async def test_held_seat_runs_on_into_the_last_hours_and_then_goes_to_whoever_is_first(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, **TERMS)
        before = FIRST_DAY - 70 * HOUR
        await leave(tx, got[0], now=before)
        await send(tx, now=before + HOUR)
        held = await offer_of(tx, got[1])
        assert held.holds_seat
        assert held.expires_at == before + 24 * HOUR
        await waiting_list.turn(tx, now=held.expires_at)

        assert not (await offer_of(tx, got[2])).holds_seat
        assert await taken(tx, event_id) == 0
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered", "offer_expired"]


async def test_who_declines_leaves_the_line_and_the_offers_of_others_stay(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=2, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        await send(tx, now=DAY_BEFORE)
        await waiting_list.decline_offer(tx, **await person(tx, got[1]), now=DAY_BEFORE)

        assert await heard(tx, 2) == ["waiting_listed", "seat_offered", "registration_cancelled"]
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered"]
        assert await offer_of(tx, got[2])


async def test_offer_to_all_ends_silently_when_the_event_begins(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, **TERMS)
        await leave(tx, got[0], now=DAY_BEFORE)
        told = await waiting_list.turn(tx, now=FIRST_DAY)

        assert told == 0
        assert await offers.open_of(tx, got[1].registration_id) is None
        assert (await read(tx, got[1])).state == "waiting"
        assert await taken(tx, event_id) == 0


async def test_last_minute_alone_promotes_earlier_and_asks_later(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, last_minute_hours=48)
        await leave(tx, got[0], now=NOW)
        assert (await read(tx, got[1])).state == "active"
        await leave(tx, got[1], now=DAY_BEFORE)

        assert not (await offer_of(tx, got[2])).holds_seat
        assert await taken(tx, event_id) == 0
