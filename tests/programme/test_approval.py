"""Staff say yes or no; the person is told once what came of it."""

from typing import Any

import pytest
from sqlalchemy import select

from programme import approval, events, registration, waiting_list
from programme.refusals import (
    AlreadyRegistered,
    AnswerEmpty,
    AnswerTooLong,
    EventCancelled,
    EventOver,
)
from programme.registration import Registered
from programme.seat_refusals import EventFull, NothingToDecide
from storage import registrations
from storage.database import Database
from storage.tables import audit
from tests.programme.line import (
    HOUR,
    come,
    heard,
    leave,
    make_member,
    offer_of,
    read,
    row_of,
    taken,
)
from tests.programme.steps import register, uids
from tests.storage.rows import FIRST_DAY, NOW, make_event

DECIDED: dict[str, Any] = {"approval": "staff"}
PICKED: dict[str, Any] = {"approval": "staff", "selection": "staff"}


async def test_application_is_neither_a_seat_nor_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2, **DECIDED)
        got = await come(tx, event_id, 1)
        found = await read(tx, got)
        with pytest.raises(AlreadyRegistered) as caught:
            await register(tx, event_id, found.person_id)

        assert got == Registered(found.id, "applied", None)
        assert (found.state, found.approval, found.position) == ("waiting", "asked", 1)
        assert caught.value.state == "applied"
        assert await taken(tx, event_id) == 0
        assert await registrations.count_open(tx, event_id) == {"active": 0, "waiting": 0}
        assert await registration.promote(tx, event_id=event_id, now=NOW) == 0
        assert await waiting_list.turn(tx, now=NOW) == 0
        assert await heard(tx, 1) == ["application_received"]


async def test_yes_gives_a_seat_while_there_is_one_and_then_a_place_in_line(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, **DECIDED)
        member = await make_member(tx)
        got = [await come(tx, event_id, chat) for chat in (1, 2, 3)]
        answers = [
            await approval.approve(tx, registration_id=number, member=member, now=NOW)
            for number in (got[2].registration_id, got[1].registration_id, got[0].registration_id)
        ]
        kept = await read(tx, got[2])

        assert [(one.state, one.position) for one in answers] == [
            ("active", None),
            ("waiting", 1),
            # Whoever came first stands first, whenever staff said yes.
            ("waiting", 1),
        ]
        assert (kept.approval, kept.seated_at, len(await uids(tx, kept.id))) == ("granted", NOW, 1)
        assert [await heard(tx, chat) for chat in (1, 2, 3)] == [
            ["application_received", "waiting_listed"],
            ["application_received", "waiting_listed"],
            ["application_received", "registration_confirmed"],
        ]
        await leave(tx, got[2])
        assert await heard(tx, 1) == ["application_received", "waiting_listed", "promoted"]


async def test_yes_offers_the_seat_where_the_event_asks_first(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=4, **DECIDED)
        got = await come(tx, event_id, 1)
        await approval.approve(
            tx, registration_id=got.registration_id, member=await make_member(tx), now=NOW
        )

        assert (await offer_of(tx, got)).expires_at == NOW + 4 * HOUR
        assert await heard(tx, 1) == ["application_received", "seat_offered"]


async def test_no_ends_the_application_with_a_reason(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, **DECIDED)
        got, member = await come(tx, event_id, 1), await make_member(tx)
        decide: dict[str, Any] = {
            "registration_id": got.registration_id,
            "member": member,
            "now": NOW,
        }
        await approval.refuse(tx, **decide, reason="  Szkolenie jest dla\nsołtysów. ")
        found = await read(tx, got)

        assert (found.state, found.ended_because) == ("cancelled", "Szkolenie jest dla sołtysów.")
        facts = (await row_of(tx, "application_refused", 1)).facts
        assert (facts["reason"], facts["registration_id"]) == (found.ended_because, found.id)
        for again in (approval.approve(tx, **decide), approval.refuse(tx, **decide, reason="Nie")):
            with pytest.raises(NothingToDecide):
                await again
        assert await heard(tx, 1) == ["application_received", "application_refused"]
        recorded = list((await tx.execute(select(audit.c.action))).scalars())
        assert recorded == ["refuse"]


@pytest.mark.parametrize(("reason", "refusal"), [(" \n", AnswerEmpty), ("a" * 301, AnswerTooLong)])
async def test_no_without_a_fitting_reason_changes_nothing(
    database: Database, reason: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        got = await come(tx, await make_event(tx, **DECIDED), 1)
        with pytest.raises(refusal):
            await approval.refuse(
                tx,
                registration_id=got.registration_id,
                reason=reason,
                member=await make_member(tx),
                now=NOW,
            )

        assert (await read(tx, got)).approval == "asked"
        assert await heard(tx, 1) == ["application_received"]


async def test_yes_twice_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        got, member = await come(tx, await make_event(tx, **DECIDED), 1), await make_member(tx)
        decide: dict[str, Any] = {
            "registration_id": got.registration_id,
            "member": member,
            "now": NOW,
        }
        await approval.approve(tx, **decide)
        for again in (approval.approve(tx, **decide), approval.refuse(tx, **decide, reason="Nie")):
            with pytest.raises(NothingToDecide):
                await again


async def test_application_can_be_taken_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, **DECIDED)
        got = await come(tx, event_id, 1)
        await leave(tx, got)

        assert await heard(tx, 1) == ["application_received", "registration_cancelled"]
        assert await taken(tx, event_id) == 0


async def test_picked_people_get_seats_and_nobody_moves_up_by_themselves(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, **PICKED)
        member = await make_member(tx)
        got = [await come(tx, event_id, chat) for chat in (1, 2)]
        pick: dict[str, Any] = {"member": member, "now": NOW}
        seat = await approval.approve(tx, registration_id=got[1].registration_id, **pick)
        with pytest.raises(EventFull):
            await approval.approve(tx, registration_id=got[0].registration_id, **pick)
        assert (await read(tx, got[0])).approval == "asked"
        await leave(tx, got[1])

        assert seat.state == "active"
        assert await taken(tx, event_id) == 0
        assert await heard(tx, 1) == ["application_received"]
        assert await heard(tx, 2) == [
            "application_received",
            "registration_confirmed",
            "registration_cancelled",
        ]


async def test_staff_s_pick_asks_everybody_even_without_approval(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=5, selection="staff")

        assert (await come(tx, event_id, 1)).state == "applied"


async def test_let_in_needs_no_approval(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, **DECIDED)
        seated = await come(tx, event_id, 1, let_in=True)
        waits = await come(tx, event_id, 2, let_in=True)

        assert (seated.state, waits.state, waits.position) == ("active", "waiting", 1)
        assert (await read(tx, waits)).approval == "granted"
        picked = await make_event(tx, capacity=0, **PICKED)
        with pytest.raises(EventFull):
            await come(tx, picked, 3, let_in=True)


async def test_decision_about_a_cancelled_or_begun_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, **DECIDED)
        got, member = await come(tx, event_id, 1), await make_member(tx)
        decide: dict[str, Any] = {"registration_id": got.registration_id, "member": member}
        with pytest.raises(EventOver):
            await approval.approve(tx, **decide, now=FIRST_DAY)
        with pytest.raises(EventOver):
            await approval.refuse(tx, **decide, reason="Nie", now=FIRST_DAY + 6 * HOUR)
        await events.cancel_event(tx, event_id=event_id, now=NOW)
        for late in (
            approval.approve(tx, **decide, now=NOW),
            approval.refuse(tx, **decide, reason="Nie", now=NOW),
        ):
            with pytest.raises(EventCancelled):
                await late

        assert await heard(tx, 1) == ["application_received", "event_cancelled"]


async def test_unknown_application_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_member(tx)
        with pytest.raises(NothingToDecide):
            await approval.approve(tx, registration_id=404, member=member, now=NOW)
        event_id = await make_event(tx)
        seated = await come(tx, event_id, 1)
        with pytest.raises(NothingToDecide):
            await approval.approve(
                tx, registration_id=seated.registration_id, member=member, now=NOW
            )
