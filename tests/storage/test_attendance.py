from datetime import timedelta

from storage import attendance
from storage.attendance import Attendee, PrintedList
from storage.database import Database
from storage.insert import insert_id
from storage.tables import organisation, registration
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person, make_session

HOUR = timedelta(hours=1)


async def test_code_of_another_session_is_not_taken(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[])
        first, second = [
            await make_session(tx, event_id=event_id, number=number, starts_at=FIRST_DAY)
            for number in (1, 2)
        ]
        kept = [
            await attendance.add_code(tx, session_id=one, code=code, now=NOW)
            for one, code in ((first, "222333"), (second, "222333"), (first, "444555"))
        ]

        assert kept == [True, False, False]
        assert await attendance.code_of(tx, second) is None
        assert await attendance.session_of_code(tx, "222333") == first
        assert await attendance.session_of_code(tx, "444555") is None
        assert await attendance.event_of_session(tx, first) == event_id
        assert await attendance.event_of_session(tx, 987654) is None


async def test_wrong_tries_begin_anew_when_their_hour_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        person_id, other = await make_person(tx), await make_person(tx)
        counts = []
        for after in (timedelta(), HOUR / 2, HOUR, 2 * HOUR):
            now = NOW + after
            await attendance.add_wrong_try(tx, person_id, since=now - HOUR, now=now)
            counts.append(await attendance.wrong_tries(tx, person_id, since=now - HOUR))

        assert counts == [1, 2, 1, 1]
        assert await attendance.wrong_tries(tx, person_id, since=NOW + 2 * HOUR) == 0
        assert await attendance.wrong_tries(tx, other, since=NOW - HOUR) == 0


async def test_attendees_come_for_the_organisation_of_their_registration(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        organisation_id = await insert_id(
            tx,
            organisation,
            name="Fundacja Jezioro",
            kind="ngo",
            locality="Miłki",
            key="jezioro",
            areas=[],
        )
        people = [await make_person(tx, name=name) for name in ("Anna", "Jan", "Ewa")]
        states = ("active", "waiting", "cancelled")
        rows = [
            await insert_id(
                tx,
                registration,
                event_id=event_id,
                person_id=person_id,
                state=state,
                door="staff",
                created_at=NOW,
                organisation_id=organisation_id if state == "active" else None,
            )
            for person_id, state in zip(people, states, strict=True)
        ]
        found = await attendance.attendees(tx, event_id)
        more = await attendance.attendees(tx, event_id, also=rows)

    assert found == [Attendee(rows[0], people[0], "Anna", "Fundacja Jezioro", "active")]
    assert [(one.name, one.organisation) for one in more] == [
        ("Anna", "Fundacja Jezioro"),
        ("Jan", "Koło Gospodyń Wiejskich w Miłkach"),
        ("Ewa", "Koło Gospodyń Wiejskich w Miłkach"),
    ]


async def test_printed_lists_are_kept_in_their_order(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        for number, ids in ((1, [5, 3]), (2, [3])):
            await attendance.add_list(
                tx, event_id=event_id, number=number, registration_ids=ids, now=NOW
            )

        assert await attendance.printed_lists(tx, event_id) == [
            PrintedList(1, (5, 3), NOW),
            PrintedList(2, (3,), NOW),
        ]
        assert await attendance.printed_lists(tx, other) == []
