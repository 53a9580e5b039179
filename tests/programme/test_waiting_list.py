"""Offers that hold a seat: made, answered, expired; each change is told once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from programme import outbox_desk, waiting_list
from programme.quiet_hours import QuietHours
from programme.refusals import AlreadyRegistered, EventCancelled, EventOver, NotRegistered, Refusal
from programme.registration import Registered
from programme.seat_refusals import OfferOver
from storage import offers, registrations
from storage.database import Database
from storage.tables import event
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
from tests.programme.steps import facts_of, register, uids
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person
from tests.storage.seats import make_organisation

# NOW is eleven in the morning in Warsaw.
TONIGHT = NOW + 12 * HOUR
MORNING = NOW + 21 * HOUR
SECOND = timedelta(seconds=1)


async def test_freed_seat_is_held_for_the_next_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        offer = await offer_of(tx, got[1])

        assert (offer.holds_seat, offer.expires_at) == (True, NOW + 4 * HOUR)
        assert await taken(tx, event_id) == 1
        assert (await read(tx, got[1])).state == "waiting"
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered"]
        assert await heard(tx, 3) == ["waiting_listed"]
        third = await read(tx, got[2])
        assert await registrations.count_ahead(tx, third) == 0


async def test_offer_is_told_with_its_facts_and_is_worth_it_until_it_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        offer = await offer_of(tx, got[1])
        key = f"seat_offered:{got[1].registration_id}:{offer.id}:telegram"
        facts, row = await facts_of(tx, key), await row_of(tx, "seat_offered", 2)

    assert facts["offer"] == {
        "id": offer.id,
        "expires_at": (NOW + 4 * HOUR).isoformat(),
        "zone": "Europe/Warsaw",
        "holds_seat": True,
    }
    assert (facts["event"]["id"], facts["registration_id"]) == (event_id, got[1].registration_id)
    assert (row.due_at, row.not_after) == (NOW, NOW + 4 * HOUR)


async def test_offer_made_in_the_night_is_told_in_the_morning(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0], now=TONIGHT)
        row = await row_of(tx, "seat_offered", 2)

        assert (row.due_at, row.not_after) == (MORNING, MORNING + 4 * HOUR)
        assert (await offer_of(tx, got[1])).expires_at == MORNING + 4 * HOUR


async def test_accept_gives_the_seat_and_confirms_it_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        offer = await offer_of(tx, got[1])
        now = NOW + 4 * HOUR - SECOND
        seated = await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=now)
        with pytest.raises(AlreadyRegistered):
            await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=now)
        found = await read(tx, got[1])

        assert seated == Registered(found.id, "active", None)
        assert (found.state, found.seated_at) == ("active", now)
        assert await taken(tx, event_id) == 1
        assert len(await uids(tx, found.id)) == 1
        assert await offers.newest_of(tx, found.id) == replace(offer, state="taken")
        assert await heard(tx, 2) == ["waiting_listed", "registration_confirmed"]


async def test_accept_in_the_night_stops_the_morning_s_notice(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0], now=TONIGHT)
        await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=TONIGHT + HOUR)

        assert await heard(tx, 2) == ["waiting_listed", "registration_confirmed"]


async def test_decline_leaves_the_line_and_passes_the_seat_on(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        await waiting_list.decline_offer(tx, **await person(tx, got[1]), now=NOW + HOUR)
        found = await read(tx, got[1])

        assert (found.state, found.ended_because) == ("cancelled", "offer_declined")
        assert (await offer_of(tx, got[2])).expires_at == NOW + 5 * HOUR
        assert await taken(tx, event_id) == 1
        assert await heard(tx, 2) == ["waiting_listed", "registration_cancelled"]
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered"]


async def test_leaving_the_line_ends_the_offer_and_passes_the_seat_on(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        await leave(tx, got[1])
        ended = await offers.newest_of(tx, got[1].registration_id)

        assert ended is not None
        assert ended.state == "declined"
        assert (await offer_of(tx, got[2])).holds_seat
        assert await taken(tx, event_id) == 1


async def test_last_offer_declined_frees_the_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        await waiting_list.decline_offer(tx, **await person(tx, got[1]), now=NOW)

        assert await taken(tx, event_id) == 0
        assert (await come(tx, event_id, 9)).state == "active"


async def test_expired_offer_ends_the_registration_and_passes_the_seat_on(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        await send(tx)
        early = await waiting_list.turn(tx, now=NOW + 4 * HOUR - SECOND)
        now = NOW + 4 * HOUR
        turned = [await waiting_list.turn(tx, now=now) for _ in range(2)]
        found = await read(tx, got[1])

        assert (early, turned) == (0, [2, 0])
        assert (found.state, found.ended_because) == ("cancelled", "offer_expired")
        assert (await offer_of(tx, got[2])).expires_at == now + 4 * HOUR
        assert await taken(tx, event_id) == 1
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered", "offer_expired"]
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered"]


@pytest.mark.parametrize("ticked", [True, False])
async def test_late_tap_is_refused_whether_or_not_the_tick_has_come(
    database: Database, *, ticked: bool
) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        await send(tx)
        late = NOW + 4 * HOUR
        if ticked:
            await waiting_list.turn(tx, now=late)
        before = await heard(tx, 2)
        for answer in (waiting_list.accept_offer, waiting_list.decline_offer):
            with pytest.raises(OfferOver):
                await answer(tx, **await person(tx, got[1]), now=late)

        assert await heard(tx, 2) == before
        assert (await read(tx, got[1])).state == ("cancelled" if ticked else "waiting")


async def test_answer_without_an_offer_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        somebody_else = await person(tx, got[2]) | {"registration_id": got[1].registration_id}
        for answer in (waiting_list.accept_offer, waiting_list.decline_offer):
            with pytest.raises(OfferOver):
                await answer(tx, **await person(tx, got[2]), now=NOW)
            with pytest.raises(NotRegistered):
                await answer(tx, **somebody_else, now=NOW)
            with pytest.raises(NotRegistered):
                await answer(tx, **await person(tx, got[0]), now=NOW)
            with pytest.raises(NotRegistered):
                await answer(tx, registration_id=404, person_id=1, now=NOW)


async def test_newcomer_sits_down_beside_a_line_that_has_its_offers(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2, offer_hours=4)
        got = [await come(tx, event_id, chat) for chat in (1, 2, 3)]
        await leave(tx, got[0])
        await leave(tx, got[1])
        newcomer = await come(tx, event_id, 4)

        assert (await offer_of(tx, got[2])).holds_seat
        assert (newcomer.state, await taken(tx, event_id)) == ("active", 2)


async def test_fair_event_offers_to_an_organisation_without_a_seat_first(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        ours, theirs = await make_organisation(tx), await make_organisation(tx)
        event_id = await make_event(tx, capacity=2, offer_hours=4, fairness="one_each")
        seated = [await come(tx, event_id, 1, organisation_id=ours), await come(tx, event_id, 2)]
        second = await come(tx, event_id, 3, organisation_id=ours)
        later = await come(tx, event_id, 4, organisation_id=theirs)
        # The first in line gave way to an organisation that has nothing yet.
        assert (second.position, later.position) == (1, 1)
        await leave(tx, seated[1])

        assert (await offer_of(tx, later)).holds_seat
        assert await offers.open_of(tx, second.registration_id) is None


@pytest.mark.parametrize(
    ("state", "now", "refusal"),
    [("cancelled", NOW, EventCancelled), ("published", FIRST_DAY, EventOver)],
)
async def test_accept_too_late_for_the_event_is_refused(
    database: Database, state: str, now: datetime, refusal: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=1, offer_hours=4)
        await leave(tx, got[0])
        await tx.execute(update(event).values(state=state))
        with pytest.raises(refusal):
            await waiting_list.accept_offer(tx, **await person(tx, got[1]), now=now)


async def test_turn_gives_out_seats_that_nobody_gave_out(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=2)
        await tx.execute(update(event).values(capacity=2))

        assert await waiting_list.turn(tx, now=NOW, quiet=QuietHours()) == 1
        assert (await read(tx, got[1])).state == "active"
        assert (await read(tx, got[2])).state == "waiting"


async def test_offer_is_repeated_only_while_it_is_open(database: Database) -> None:
    async with database.transaction() as tx:
        _, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        row = await row_of(tx, "seat_offered", 2)
        said = {"kind": row.kind, "facts": row.facts}
        assert await outbox_desk.is_true(tx, **said)
        await send(tx)
        await waiting_list.turn(tx, now=NOW + 4 * HOUR)

        assert not await outbox_desk.is_true(tx, **said)
        late = await row_of(tx, "offer_expired", 2)
        assert await outbox_desk.is_true(tx, kind=late.kind, facts=late.facts)


async def test_application_received_is_true_until_it_is_taken_back(database: Database) -> None:
    async with database.transaction() as tx:
        got = await come(tx, await make_event(tx, approval="staff"), 1)
        row = await row_of(tx, "application_received", 1)
        said = {"kind": row.kind, "facts": row.facts}
        assert await outbox_desk.is_true(tx, **said)
        await leave(tx, got)

        assert not await outbox_desk.is_true(tx, **said)


async def test_offer_that_could_not_be_told_is_made_once_more_and_then_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=2, offer_hours=4)
        await leave(tx, got[0])
        first = await offer_of(tx, got[1])
        now = NOW + 5 * HOUR
        assert await waiting_list.turn(tx, now=now) == 1
        again = await offer_of(tx, got[1])
        assert (again.id != first.id, again.expires_at) == (True, now + 16 * HOUR + 2 * HOUR)
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered"]
        await waiting_list.turn(tx, now=again.expires_at)

        assert (await read(tx, got[1])).ended_because == "offer_expired"
        assert (await offer_of(tx, got[2])).holds_seat
        assert await taken(tx, event_id) == 1


async def test_offer_to_somebody_nobody_can_write_to_ends_like_others(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=0, offer_hours=4)
        silent = await register(tx, event_id, await make_person(tx))
        await leave(tx, got[0])
        await waiting_list.turn(tx, now=NOW + 4 * HOUR)

        assert (await read(tx, silent)).ended_because == "offer_expired"
        assert await taken(tx, event_id) == 0
