from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from programme import attendance as attendance_cases
from programme import registration as registration_cases
from programme import walk_ins
from programme.people_refusals import SeatsAllTaken
from programme.refusals import EventCancelled, EventOver, EventUnknown
from programme.walk_ins import Admitted, Newcomer
from storage import offers, registrations, staff
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import consent, person, privacy_notice, registration
from storage.tables import event as event_table
from tests.programme.joined import count
from tests.programme.steps import kinds_to, read_event, register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

STARTED = FIRST_DAY + timedelta(minutes=20)
NEW = Newcomer("Ewa Nowa", "ngo", None, "KGW Staświny")


async def _member(tx: Tx) -> StaffMember:
    staff_id = await staff.grant(tx, name="Maria", role="assistant", chat_id=900, now=NOW)
    return await staff.get(tx, staff_id)


async def test_newcomer_gets_a_seat_and_counts_as_present(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=2), await _member(tx)

        got = await walk_ins.admit(
            tx, event_id=event_id, who=NEW, member=member, anyway=False, now=STARTED
        )

        kept = await registrations.get(tx, got.registration_id)
        assert kept is not None
        assert got == Admitted(kept.id, "Ewa Nowa", had_seat=False, beyond=False, noted=True)
        assert (kept.state, kept.door, kept.answered_by) == ("active", "staff", "staff")
        noted = await attendance_cases.of_event(tx, event_id=event_id)
        assert [(one.registration_id, one.present) for one in noted] == [(kept.id, True)]
        trail = await staff.audit_trail(tx, limit=2)
        assert sorted(one.action for one in trail) == ["attendance", "walk_in"]


async def test_newcomer_was_told_about_their_data_on_paper(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx), await _member(tx)

        notice = {"version": 3, "locale": "pl", "text": "Klauzula", "valid_from": NOW}
        await tx.execute(privacy_notice.insert().values(notice))

        await walk_ins.admit(
            tx, event_id=event_id, who=NEW, member=member, anyway=False, now=STARTED
        )

        rows = await tx.execute(select(consent.c.notice_version, consent.c.channel))
        assert [tuple(row) for row in rows] == [(3, "paper")]


async def test_nobody_is_added_when_all_seats_are_taken(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1), await _member(tx)
        await register(tx, event_id, await make_person(tx))

        with pytest.raises(SeatsAllTaken):
            await walk_ins.admit(
                tx, event_id=event_id, who=NEW, member=member, anyway=False, now=STARTED
            )

        assert (await count(tx, person), await count(tx, registration)) == (1, 1)


async def test_staff_may_seat_one_more_than_there_are_seats(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1), await _member(tx)
        await register(tx, event_id, await make_person(tx))

        got = await walk_ins.admit(
            tx, event_id=event_id, who=NEW, member=member, anyway=True, now=STARTED
        )

        assert (got.beyond, (await read_event(tx, event_id)).taken) == (True, 2)


async def test_somebody_in_line_comes_before_a_walk_in(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1), await _member(tx)
        await register(tx, event_id, await make_person(tx, chat=1))
        waits = await make_person(tx, chat=2)
        await register(tx, event_id, waits)
        await tx.execute(event_table.update().values(capacity=2))

        with pytest.raises(SeatsAllTaken):
            await walk_ins.admit(
                tx, event_id=event_id, who=NEW, member=member, anyway=False, now=NOW
            )

        assert await kinds_to(tx, "2") == ["waiting_listed", "promoted"]


async def test_somebody_in_line_sits_down_on_their_own_registration(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1), await _member(tx)
        await register(tx, event_id, await make_person(tx))
        waits = await make_person(tx, chat=2)
        place = (await register(tx, event_id, waits)).registration_id

        got = await walk_ins.admit(
            tx, event_id=event_id, who=waits, member=member, anyway=True, now=STARTED
        )

        assert got == Admitted(place, "Jan Przykładowy", had_seat=False, beyond=True, noted=True)
        assert (await read_event(tx, event_id)).taken == 2


async def test_somebody_with_a_seat_keeps_it_and_is_noted(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1), await _member(tx)
        one = await make_person(tx)
        seat = (await register(tx, event_id, one)).registration_id

        got = await walk_ins.admit(
            tx, event_id=event_id, who=one, member=member, anyway=False, now=STARTED
        )
        early = await walk_ins.admit(
            tx, event_id=event_id, who=one, member=member, anyway=False, now=NOW
        )

        assert got == Admitted(seat, "Jan Przykładowy", had_seat=True, beyond=False, noted=True)
        assert not early.noted
        assert (await read_event(tx, event_id)).taken == 1


async def test_nobody_walks_into_what_is_over_cancelled_or_unknown(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_event(tx), await _member(tx)
        gone = await make_event(tx, state="cancelled")
        over = FIRST_DAY + timedelta(days=1)

        for number, moment, why in (
            (event_id, over, EventOver),
            (gone, NOW, EventCancelled),
            (999, NOW, EventUnknown),
        ):
            with pytest.raises(why):
                await walk_ins.admit(
                    tx, event_id=number, who=NEW, member=member, anyway=True, now=moment
                )

        assert await count(tx, person) == 0


def test_only_walk_ins_seat_more_people_than_there_are_seats() -> None:
    root = Path(__file__).parents[2]
    rooms = ("programme", "delivery", "handlers", "scheduler", "bot", "storage")
    found = [
        file.relative_to(root).as_posix()
        for room in rooms
        for file in sorted((root / room).rglob("*.py"))
        if "take_seat_anyway" in file.read_text(encoding="utf-8")
    ]

    assert found == ["programme/walk_ins.py", "storage/events.py"]


async def test_last_seat_at_the_door_ends_what_was_offered_to_everybody(
    database: Database,
) -> None:
    soon = FIRST_DAY - timedelta(hours=3)
    async with database.transaction() as tx:
        event_id, member = await make_event(tx, capacity=1, last_minute_hours=24), await _member(tx)
        persons = [await make_person(tx, chat=chat) for chat in range(1, 4)]
        first, *_ = [await register(tx, event_id, one, now=soon) for one in persons]
        await registration_cases.cancel(
            tx, registration_id=first.registration_id, person_id=persons[0], now=soon
        )
        assert len(await offers.of_event(tx, event_id)) == 2

        await walk_ins.admit(
            tx, event_id=event_id, who=persons[1], member=member, anyway=False, now=soon
        )

        assert await offers.of_event(tx, event_id) == []
