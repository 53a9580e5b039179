from datetime import timedelta

import pytest

from programme import attendance, registration
from programme.attendance_lists import code_facts, listed, print_list, printed_lists
from programme.attendance_refusals import ListNotPrinted, SessionUnknown
from programme.refusals import EventUnknown
from storage.database import Database, Tx
from tests.programme.attendance_steps import Course, check_in, make_course
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

LATER = NOW + timedelta(hours=3)


async def _leave(tx: Tx, course: Course, person: int) -> None:
    await registration.cancel(
        tx,
        registration_id=course.registrations[person],
        person_id=course.persons[person],
        now=NOW,
    )


async def test_list_is_ordered_by_surname_and_numbered_when_printed(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        before = await listed(tx, event_id=course.event_id)
        facts = await print_list(tx, event_id=course.event_id, now=NOW)
        after = await listed(tx, event_id=course.event_id)

    assert [(one.number, one.name) for one in before] == [
        (None, "Jan Łoś"),
        (None, "Anna Wzorowa"),
        (None, "Ewa Żak"),
    ]
    assert [one.number for one in after] == [1, 2, 3]
    organisation = "Koło Gospodyń Wiejskich w Miłkach"
    assert facts["rows"] == [
        {"number": 1, "name": "Jan Łoś", "organisation": organisation},
        {"number": 2, "name": "Anna Wzorowa", "organisation": organisation},
        {"number": 3, "name": "Ewa Żak", "organisation": organisation},
    ]
    assert facts["printed"] == {"number": 1, "made_at": NOW.isoformat()}
    assert [(one["position"], one["of"], one["days"]) for one in facts["sessions"]] == [
        (1, 2, 2),
        (2, 2, 2),
    ]


async def test_list_printed_again_is_the_same_list_until_somebody_comes_or_goes(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        first = await print_list(tx, event_id=course.event_id, now=NOW)
        again = await print_list(tx, event_id=course.event_id, session_number=2, now=LATER)
        await register(tx, course.event_id, await make_person(tx, name="Ola Baran"))
        other = await print_list(tx, event_id=course.event_id, now=LATER)
        kept = await printed_lists(tx, event_id=course.event_id)

    assert (again["printed"], len(again["sessions"])) == (first["printed"], 1)
    assert other["printed"] == {"number": 2, "made_at": LATER.isoformat()}
    assert other["rows"][0]["name"] == "Ola Baran"
    assert [len(one.registration_ids) for one in kept] == [3, 4]


async def test_numbers_on_paper_stay_the_same_people(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        await register(tx, course.event_id, await make_person(tx, name="Ola Baran"))
        await _leave(tx, course, 1)
        after = await listed(tx, event_id=course.event_id)
        await print_list(tx, event_id=course.event_id, now=LATER)
        by_first = await listed(tx, event_id=course.event_id, printed=1)
        by_second = await listed(tx, event_id=course.event_id, printed=2)

    assert [(one.number, one.name, one.has_seat) for one in after] == [
        (None, "Ola Baran", True),
        (1, "Jan Łoś", False),
        (2, "Anna Wzorowa", True),
        (3, "Ewa Żak", True),
    ]
    assert by_first == after
    assert [(one.number, one.name) for one in by_second] == [
        (1, "Ola Baran"),
        (2, "Anna Wzorowa"),
        (3, "Ewa Żak"),
    ]


async def test_who_registered_again_keeps_the_number_on_paper(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        await _leave(tx, course, 1)
        again = await register(tx, course.event_id, course.persons[1])
        after = await listed(tx, event_id=course.event_id)

    assert [(one.number, one.name, one.has_seat) for one in after] == [
        (1, "Jan Łoś", True),
        (2, "Anna Wzorowa", True),
        (3, "Ewa Żak", True),
    ]
    assert after[0].registration_id == again.registration_id


async def test_list_leaves_out_who_waits_or_left_but_not_who_was_there(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        await check_in(tx, course, 0)
        await _leave(tx, course, 0)
        await _leave(tx, course, 1)
        names = [(one.name, one.has_seat) for one in await listed(tx, event_id=course.event_id)]
        facts = await print_list(tx, event_id=course.event_id, now=NOW)

    assert names == [("Anna Wzorowa", False), ("Ewa Żak", True)]
    assert [row["name"] for row in facts["rows"]] == ["Ewa Żak"]


async def test_two_of_one_name_keep_their_order(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, ("Jan Nowak", "Jan Nowak"))
        facts = await print_list(tx, event_id=course.event_id, now=NOW)
        [kept] = await printed_lists(tx, event_id=course.event_id)

    assert [row["name"] for row in facts["rows"]] == ["Jan Nowak", "Jan Nowak"]
    assert list(kept.registration_ids) == course.registrations


async def test_what_is_not_there_cannot_be_printed(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        with pytest.raises(EventUnknown):
            await print_list(tx, event_id=987654, now=NOW)
        with pytest.raises(SessionUnknown):
            await print_list(tx, event_id=course.event_id, session_number=3, now=NOW)
        with pytest.raises(ListNotPrinted):
            await listed(tx, event_id=course.event_id, printed=1)
        assert await printed_lists(tx, event_id=course.event_id) == []


async def test_list_of_nobody_has_no_rows(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        facts = await print_list(tx, event_id=event_id, now=NOW)

    assert facts["rows"] == []


async def test_code_facts_tell_the_code_and_its_hours(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        facts = await code_facts(tx, session_id=course.sessions[0].id, now=NOW)

    ends_at = FIRST_DAY + timedelta(hours=6)
    assert (facts["code"], facts["opens_at"], facts["closes_at"]) == (
        course.codes[0],
        (FIRST_DAY - attendance.OPENS_BEFORE).isoformat(),
        (ends_at + attendance.CLOSES_AFTER).isoformat(),
    )
    assert (facts["session"]["position"], facts["event"]["title"]) == (1, "Budowanie partnerstw")
