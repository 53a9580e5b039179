import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from programme import events as cases
from programme import registration, reminders
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown, SessionChanged
from programme.wall_time import read
from storage import events, outbox_lists, registrations
from storage.database import Database, Tx
from storage.events import Session
from storage.tables import outbox as outbox_table
from storage.tables import reminder as reminder_table
from tests.programme.audience import make_member, make_staff, queued
from tests.programme.sending import send_now
from tests.programme.steps import (
    calendars,
    facts_of,
    full_event,
    kinds_to,
    read_event,
    register,
    told,
    uids,
)
from tests.storage.rows import FIRST_DAY, NOW, claim, make_event, make_person

SECOND_DAY = FIRST_DAY + timedelta(days=7)
HOUR = timedelta(hours=1)
DAY_BEFORE = ("1d", 1, "09:00", 0)


async def _move(tx: Tx, session: Session, *, by: timedelta = HOUR, place: str = "") -> int:
    starts_wall, ends_wall = cases.shifted(session, by)
    return await cases.move_session(
        tx,
        session_id=session.id,
        starts_wall=starts_wall,
        ends_wall=ends_wall,
        place=place or session.place,
        quiet=QuietHours(),
        now=NOW,
    )


async def _reminders(tx: Tx) -> list[tuple[int, str]]:
    rows = await tx.execute(
        select(reminder_table.c.revision, reminder_table.c.state).order_by(reminder_table.c.id)
    )
    return [(row.revision, row.state) for row in rows]


async def test_move_keeps_moment_and_wall_time_together(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        [before] = await events.sessions(tx, event_id)
        await _move(tx, before, by=timedelta(days=60), place="Świetlica")
        [after] = await events.sessions(tx, event_id)

    # 10 February is winter time and 11 April summer time: the clock on the wall stays.
    assert (after.starts_wall, after.ends_wall) == ("2027-04-11T09:00", "2027-04-11T15:00")
    assert after.starts_at == FIRST_DAY + timedelta(days=60) - HOUR
    assert (after.place, after.revision) == ("Świetlica", 1)


async def test_move_tells_those_with_a_seat_and_those_in_line_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _, got = await full_event(tx, waiting=1)
        [session] = await events.sessions(tx, event_id)
        count = await _move(tx, session)
        keys = [f"event_moved:{one.registration_id}:{session.id}:1:telegram" for one in got]

        assert count == 2
        assert [one for one in await told(tx) if one[1] == "event_moved"] == [
            (keys[0], "event_moved", "1"),
            (keys[1], "event_moved", "2"),
        ]


async def test_move_tells_the_old_and_the_new_time_and_place(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, chat=7))
        [session] = await events.sessions(tx, event_id)
        await _move(tx, session, place="Świetlica")
        [(key, _, _)] = [one for one in await told(tx) if one[1] == "event_moved"]
        facts = await facts_of(tx, key)

    old = {
        "starts_at": "2027-02-10T08:00:00+00:00",
        "ends_at": "2027-02-10T14:00:00+00:00",
        "zone": "Europe/Warsaw",
        "place": "Urząd Gminy, sala 12",
    }
    assert facts["old"] == {"place": "Urząd Gminy, sala 12", "sessions": [old]}
    assert facts["event"]["sessions"] == [
        {
            "starts_at": "2027-02-10T09:00:00+00:00",
            "ends_at": "2027-02-10T15:00:00+00:00",
            "zone": "Europe/Warsaw",
            "place": "Świetlica",
        }
    ]


async def test_move_raises_the_sequence_of_the_moved_session_alone(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        got = (await register(tx, event_id, person_id)).registration_id
        first_uid, second_uid = await uids(tx, got)
        _, second = await events.sessions(tx, event_id)
        await _move(tx, second)
        key = f"event_moved:{got}:{second.id}:1:telegram"

        assert await calendars(tx, "event_moved") == [
            {"uid": second_uid, "sequence": 1, "method": "REQUEST"}
        ]
        assert (await facts_of(tx, key))["calendar_entries"] == [
            {"uid": first_uid, "sequence": 0},
            {"uid": second_uid, "sequence": 1},
        ]


async def test_sequence_rises_with_every_move_and_the_cancellation(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, mail="jan@example.org"))
        for _ in range(2):
            [session] = await events.sessions(tx, event_id)
            await _move(tx, session)
        await cases.cancel_event(tx, event_id=event_id, now=NOW)
        found = [
            calendar
            for kind in ("registration_confirmed", "event_moved", "event_cancelled")
            for calendar in await calendars(tx, kind)
        ]

    assert len({calendar["uid"] for calendar in found}) == 1
    assert [(calendar["sequence"], calendar["method"]) for calendar in found] == [
        (0, "REQUEST"),
        (1, "REQUEST"),
        (2, "REQUEST"),
        (3, "CANCEL"),
    ]


async def test_move_plans_the_reminders_anew(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, rules=[DAY_BEFORE])
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        [session] = await events.sessions(tx, event_id)
        await _move(tx, session, by=timedelta(days=1))

        assert await _reminders(tx) == [(0, "cancelled"), (1, "planned")]


async def test_move_takes_a_queued_reminder_with_the_old_time_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, rules=[DAY_BEFORE])
        await register(tx, event_id, await make_person(tx, chat=7))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        await reminders.remind(tx, now=FIRST_DAY - timedelta(hours=24))
        [session] = await events.sessions(tx, event_id)
        await _move(tx, session)
        states = await tx.execute(
            select(outbox_table.c.state).where(outbox_table.c.kind == "reminder")
        )

        assert list(states.scalars()) == ["cancelled"]


async def test_move_read_before_another_move_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        [stale] = await events.sessions(tx, event_id)
        await _move(tx, stale)
        moved = await events.move_session(
            tx,
            stale,
            starts_at=NOW,
            ends_at=NOW,
            starts_wall="",
            ends_wall="",
            place="",
        )

    assert moved is False


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_move_at_the_same_moment_as_another_is_refused(
    database: Database, second: Database
) -> None:
    """On SQLite the second one cannot even look before the first has ended."""
    async with database.transaction() as tx:
        [session] = await events.sessions(tx, await make_event(tx))

    async def move_too() -> None:
        async with second.transaction() as tx:
            await _move(tx, session)

    async with database.transaction() as tx:
        await _move(tx, session)
        other = asyncio.create_task(move_too())
        await asyncio.sleep(0.2)

    with pytest.raises(SessionChanged):
        await other


async def test_move_of_a_cancelled_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        [session] = await events.sessions(tx, await make_event(tx, state="cancelled"))
        with pytest.raises(EventCancelled):
            await _move(tx, session)


def test_shifted_moves_both_ends_on_the_wall() -> None:
    session = Session(
        1, 1, 1, NOW, NOW, "2027-03-28T01:30", "2027-03-28T04:00", "Europe/Warsaw", "", 0
    )

    assert cases.shifted(session, HOUR) == (read("2027-03-28T02:30"), read("2027-03-28T05:00"))


async def test_cancel_event_tells_those_with_a_seat_and_those_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _, _ = await full_event(tx, waiting=2)
        count = await cases.cancel_event(tx, event_id=event_id, now=NOW)

        assert (count, (await read_event(tx, event_id)).state) == (3, "cancelled")
        assert [await kinds_to(tx, chat) for chat in ("1", "2", "3")] == [
            ["registration_confirmed", "event_cancelled"],
            ["waiting_listed", "event_cancelled"],
            ["waiting_listed", "event_cancelled"],
        ]


async def test_cancel_event_stops_its_reminders(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, rules=[DAY_BEFORE])
        await register(tx, event_id, await make_person(tx, chat=7))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        await cases.cancel_event(tx, event_id=event_id, now=NOW)
        count = await reminders.remind(tx, now=FIRST_DAY - HOUR)

        assert (count, await _reminders(tx)) == (0, [(0, "cancelled")])


async def test_cancel_event_takes_queued_reminders_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, rules=[DAY_BEFORE])
        await register(tx, event_id, await make_person(tx, chat=7))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        moment = FIRST_DAY - timedelta(hours=24)
        await reminders.remind(tx, now=moment)
        await cases.cancel_event(tx, event_id=event_id, now=moment)
        kinds = [row.kind for row in await claim(tx, now=moment)]

    assert kinds == ["registration_confirmed", "event_cancelled"]


async def test_cancel_event_twice_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await cases.cancel_event(tx, event_id=event_id, now=NOW)
        with pytest.raises(EventCancelled):
            await cases.cancel_event(tx, event_id=event_id, now=NOW)


async def test_cancel_event_that_was_never_published_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, state="draft")
        with pytest.raises(EventCancelled):
            await cases.cancel_event(tx, event_id=event_id, now=NOW)


async def test_cancel_event_that_is_unknown_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await cases.cancel_event(tx, event_id=404, now=NOW)


async def test_seat_of_a_cancelled_event_can_be_given_back_and_goes_to_nobody(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=1)
        await cases.cancel_event(tx, event_id=event_id, now=NOW)
        await registration.cancel(
            tx, registration_id=got[0].registration_id, person_id=persons[0], now=NOW
        )

        assert await registrations.count_open(tx, event_id) == {"active": 0, "waiting": 1}
        assert await kinds_to(tx, "2") == ["waiting_listed", "event_cancelled"]


async def test_notices_of_an_event_are_sent_in_the_order_of_their_causes(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, chat=7))
        [session] = await events.sessions(tx, event_id)
        await _move(tx, session)
        kinds = [row.kind for row in await claim(tx)]

        assert kinds == ["registration_confirmed", "event_moved"]
        assert await outbox_lists.next_due(tx) is None


async def test_move_to_where_it_is_already_tells_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _, _ = await full_event(tx, waiting=1)
        [before] = await events.sessions(tx, event_id)
        count = await _move(tx, before, by=timedelta(0))

        assert count == 0
        assert await events.sessions(tx, event_id) == [before]
        assert await kinds_to(tx, "1") == ["registration_confirmed"]


async def _invite(tx: Tx, event_id: int, *, at: datetime) -> None:
    """Let staff invite one person at this moment."""
    await make_member(tx, "Anna", chat=9)
    await send_now(
        tx,
        staff=await make_staff(tx),
        key="900:1",
        case_number="",
        subject="Szkolenie",
        body="Zapraszamy",
        event_id=event_id,
        audience="ngo",
        link=None,
        quiet=QuietHours(),
        now=at,
    )


async def test_move_corrects_invitations_that_wait_for_the_morning(database: Database) -> None:
    evening = NOW + timedelta(hours=10)
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await _invite(tx, event_id, at=evening)
        [session] = await events.sessions(tx, event_id)
        [before] = await queued(tx)
        await _move(tx, session)
        [after] = await queued(tx)

    [old], [new] = (row.facts["event"]["sessions"] for row in (before, after))
    assert (old["starts_at"], new["starts_at"]) == (
        "2027-02-10T08:00:00+00:00",
        "2027-02-10T09:00:00+00:00",
    )
    assert {**after.facts, "event": None} == {**before.facts, "event": None}
    assert after.due_at == before.due_at
    assert (before.not_after, after.not_after) == (FIRST_DAY, FIRST_DAY + HOUR)


async def test_cancelled_event_keeps_back_invitations_that_wait(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        await _invite(tx, event_id, at=NOW + timedelta(hours=10))
        await cases.cancel_event(tx, event_id=other, now=NOW)
        before = (await tx.execute(select(outbox_table.c.state))).scalar_one()
        await cases.cancel_event(tx, event_id=event_id, now=NOW)
        after = (await tx.execute(select(outbox_table.c.state))).scalar_one()

    assert (before, after) == ("queued", "cancelled")
