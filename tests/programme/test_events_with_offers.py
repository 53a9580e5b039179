"""An event that moves or is cancelled takes its offers and its line along; all hear once."""

from datetime import datetime, timedelta

from programme import agenda, events, waiting_list
from programme.agenda import AgendaRow
from programme.quiet_hours import QuietHours
from programme.wall_time import to_wall
from storage import events as event_rows
from storage import offers
from storage.database import Database, Tx
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
from tests.storage.rows import FIRST_DAY, NOW, ZONE, make_event

TONIGHT, MORNING = NOW + 12 * HOUR, NOW + 21 * HOUR
DAY = 24 * HOUR


async def _move(
    tx: Tx, event_id: int, starts_at: datetime, *, now: datetime = NOW, place: str = ""
) -> int:
    [session] = await event_rows.sessions(tx, event_id)
    return await events.move_session(
        tx,
        session_id=session.id,
        starts_wall=to_wall(starts_at, ZONE),
        ends_wall=to_wall(starts_at + 6 * HOUR, ZONE),
        place=place or session.place,
        quiet=QuietHours(),
        now=now,
    )


async def test_move_tells_seats_line_offers_and_applications_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2, offer_hours=4)
        got = [await come(tx, event_id, chat) for chat in (1, 2, 3, 4)]
        await leave(tx, got[0])
        await send(tx)
        moved = [await _move(tx, event_id, FIRST_DAY + HOUR) for _ in range(2)]

        assert moved == [3, 0]
        assert [(await heard(tx, chat)).count("event_moved") for chat in (1, 2, 3, 4)] == [
            *(0, 1, 1, 1)
        ]
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered", "event_moved"]
        facts = (await row_of(tx, "event_moved", 3)).facts
        assert facts["offer"]["expires_at"] == (NOW + 4 * HOUR).isoformat()
        assert "offer" not in (await row_of(tx, "event_moved", 4)).facts


async def test_move_of_the_place_alone_keeps_offers_as_they_are(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        await send(tx)
        before = await offer_of(tx, got[1])

        assert await _move(tx, event_id, FIRST_DAY, place="Ośrodek Kultury") == 1
        assert await offer_of(tx, got[1]) == before
        facts = (await row_of(tx, "event_moved", 2)).facts
        assert facts["event"]["sessions"][0]["place"] == "Ośrodek Kultury"


async def test_offer_that_waits_for_the_morning_is_told_with_the_new_day(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0], now=TONIGHT)
        for days in (1, 2):
            await _move(tx, event_id, FIRST_DAY + days * DAY, now=TONIGHT)
        row = await row_of(tx, "seat_offered", 2)

        assert "offer" not in (await row_of(tx, "event_moved", 2)).facts
        assert await heard(tx, 2) == [
            "waiting_listed",
            "event_moved",
            "event_moved",
            "seat_offered",
        ]
        assert row.due_at == MORNING
        starts_at = row.facts["event"]["sessions"][0]["starts_at"]
        assert starts_at == (FIRST_DAY + 2 * DAY).isoformat()
        await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=TONIGHT)
        assert "seat_offered" not in await heard(tx, 2)


async def test_offer_ends_in_time_for_an_event_that_moves_nearer(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=100)
        await leave(tx, got[0])
        await _move(tx, event_id, NOW + 26 * HOUR)

        assert (await offer_of(tx, got[1])).expires_at == NOW + 26 * HOUR - timedelta(minutes=15)


async def test_offer_to_all_becomes_one_that_holds_when_the_event_moves_away(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        terms = {"offer_hours": 4, "last_minute_hours": 48}
        event_id, got = await one_seat(tx, waiting=2, **terms)
        now = FIRST_DAY - 22 * HOUR
        await leave(tx, got[0], now=now)
        await _move(tx, event_id, FIRST_DAY + 2 * HOUR, now=now)
        kept = [await offer_of(tx, one) for one in got[1:]]
        assert [(one.holds_seat, one.expires_at) for one in kept] == [
            (False, FIRST_DAY + 2 * HOUR)
        ] * 2
        await _move(tx, event_id, FIRST_DAY + 20 * DAY, now=now)

        assert (await offer_of(tx, got[1])).holds_seat
        assert await offers.open_of(tx, got[2].registration_id) is None
        assert await taken(tx, event_id) == 1


async def test_cancelled_event_withdraws_offers_and_gives_their_seats_back(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2, offer_hours=4)
        got = [await come(tx, event_id, chat) for chat in (1, 2, 3, 4)]
        await leave(tx, got[0], now=TONIGHT)
        told = await events.cancel_event(tx, event_id=event_id, now=TONIGHT)
        ended = await offers.newest_of(tx, got[2].registration_id)

        assert told == 3
        assert ended is not None
        assert ended.state == "withdrawn"
        assert await taken(tx, event_id) == 1
        assert await heard(tx, 3) == ["waiting_listed", "event_cancelled"]
        assert await waiting_list.turn(tx, now=MORNING + DAY) == 0
        await leave(tx, got[3], now=MORNING)
        assert (await read(tx, got[2])).state == "waiting"


async def test_agenda_shows_the_end_of_an_offer_and_the_clock_stops_there(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        await send(tx)
        assert await agenda.next_due(tx) == NOW + 4 * HOUR
        rows = await agenda.agenda(tx, now=NOW, until=NOW + DAY)
        await waiting_list.turn(tx, now=NOW + 4 * HOUR)
        await send(tx, now=NOW + 4 * HOUR)

        title, name = "Budowanie partnerstw", "Jan Przykładowy"
        assert rows == [AgendaRow(NOW + 4 * HOUR, "offer_expired", title, name, "telegram", "2")]
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered", "offer_expired"]
        assert await agenda.next_due(tx) is None


async def test_offer_to_all_is_no_reason_to_stop_the_clock(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, last_minute_hours=48)
        now = FIRST_DAY - 22 * HOUR
        await leave(tx, got[0], now=now)
        await send(tx, now=now)

        assert await agenda.next_due(tx) is None
        assert await agenda.agenda(tx, now=now, until=now + 2 * DAY) == []
