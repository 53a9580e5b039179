from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import registration
from programme.refusals import (
    AlreadyRegistered,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
    Refusal,
)
from programme.registration import Registered
from storage import events, outbox, people, registrations
from storage.database import Database
from storage.tables import event as event_table
from storage.tables import outbox as outbox_table
from storage.tables import session as session_table
from tests.programme.steps import (
    facts_of,
    full_event,
    kinds_to,
    read_event,
    register,
    told,
    uids,
)
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

SECOND_DAY = FIRST_DAY + timedelta(days=7)
HOUR = timedelta(hours=1)


async def test_register_gives_a_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx, capacity=2), await make_person(tx)
        got = await register(tx, event_id, person_id)
        kept = await registrations.get(tx, got.registration_id)

        assert got == Registered(got.registration_id, "active", None)
        assert kept == registrations.Registration(
            got.registration_id, event_id, person_id, "active", None, NOW, NOW
        )
        assert (await read_event(tx, event_id)).taken == 1


async def test_register_tells_by_chat_once_and_by_mail_once_per_session(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        got = (await register(tx, event_id, person_id)).registration_id
        first, second = await events.sessions(tx, event_id)

        kind = "registration_confirmed"
        assert await told(tx) == [
            (f"{kind}:{got}:telegram", kind, "7"),
            (f"{kind}:{got}:{first.id}:mail", kind, "jan@example.org"),
            (f"{kind}:{got}:{second.id}:mail", kind, "jan@example.org"),
        ]


async def test_register_queues_at_once_and_until_the_event_ends(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        await register(tx, event_id, await make_person(tx, chat=7))
        row = (
            await tx.execute(
                select(
                    *(outbox_table.c.priority, outbox_table.c.due_at, outbox_table.c.not_after),
                    *(outbox_table.c.locale, outbox_table.c.state),
                )
            )
        ).one()

    last_moment = SECOND_DAY + timedelta(hours=6)
    assert tuple(row) == (outbox.CONFIRMATION, NOW, last_moment, "pl", "queued")


async def test_register_freezes_the_facts(database: Database) -> None:
    session = {
        "starts_at": "2027-02-10T08:00:00+00:00",
        "ends_at": "2027-02-10T14:00:00+00:00",
        "zone": "Europe/Warsaw",
        "place": "Urząd Gminy, sala 12",
    }

    async with database.transaction() as tx:
        event_id = await make_event(tx)
        person_id = await make_person(tx, name="Ewa Wzór", chat=7, mail="ewa@example.org")
        got = (await register(tx, event_id, person_id)).registration_id
        [uid], [sitting] = await uids(tx, got), await events.sessions(tx, event_id)
        in_chat = await facts_of(tx, f"registration_confirmed:{got}:telegram")
        in_mail = await facts_of(tx, f"registration_confirmed:{got}:{sitting.id}:mail")

    common = {
        "programme": {
            "title": "Akademia Współpracy",
            "funder_line": "Finansowane przez NOWEFIO",
            "organiser": "Urząd Gminy Miłki",
            "contact": "Anna Wzorowa, tel. 600 000 000",
        },
        "event": {
            "id": event_id,
            "title": "Budowanie partnerstw",
            "kind": "training",
            "place": "Urząd Gminy, sala 12",
            "sessions": [session],
        },
        "person": {"name": "Ewa Wzór"},
        "registration_id": got,
    }
    assert in_chat == common | {"calendar_entries": [{"uid": uid, "sequence": 0}]}
    doors = in_mail.pop("doors")
    assert [(purpose, len(token)) for purpose, token in doors.items()] == [
        ("reply", 26),
        ("page", 26),
    ]
    assert in_mail == common | {
        "session_number": 1,
        "session": session,
        "calendar": {"uid": uid, "sequence": 0, "method": "REQUEST"},
    }


@pytest.mark.parametrize(
    ("contacts", "addresses"),
    [
        ({"chat": 7}, ["7"]),
        ({"mail": "jan@example.org"}, ["jan@example.org"]),
        ({}, []),
    ],
    ids=["chat alone", "mail alone", "neither"],
)
async def test_register_tells_by_what_there_is(
    database: Database, contacts: dict[str, Any], addresses: list[str]
) -> None:
    async with database.transaction() as tx:
        await register(tx, await make_event(tx), await make_person(tx, **contacts))

        assert [address for _, _, address in await told(tx)] == addresses


async def test_register_mails_nothing_to_an_address_that_was_never_proved(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx, chat=7)
        await people.add_contact(
            tx,
            person_id=person_id,
            channel="mail",
            address="jan@example.org",
            verified=False,
            now=NOW,
        )
        await register(tx, await make_event(tx), person_id)

        assert [address for _, _, address in await told(tx)] == ["7"]


async def test_register_for_a_full_event_gives_a_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, _, got = await full_event(tx, waiting=2)

        assert [(one.state, one.position) for one in got] == [
            ("active", None),
            ("waiting", 1),
            ("waiting", 2),
        ]
        assert await kinds_to(tx, "3") == ["waiting_listed"]
        key = f"waiting_listed:{got[2].registration_id}:telegram"
        assert (await facts_of(tx, key))["position"] == 2
        assert (await read_event(tx, event_id)).taken == 1


async def test_place_in_line_gets_no_calendar_entry_and_no_second_notice_by_mail(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=0)
        person_id = await make_person(tx, chat=7, mail="jan@example.org")
        got = await register(tx, event_id, person_id)

        assert (await uids(tx, got.registration_id), await kinds_to(tx, "jan@example.org")) == (
            [],
            [],
        )


async def test_position_counts_those_who_are_still_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, persons, got = await full_event(tx, waiting=2)
        await registration.cancel(
            tx, registration_id=got[1].registration_id, person_id=persons[1], now=NOW
        )
        newcomer = await register(tx, event_id, await make_person(tx, chat=9))

    assert newcomer.position == 2


async def test_register_after_seats_were_added_comes_after_those_in_line(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, _, _ = await full_event(tx, waiting=2)
        await tx.execute(update(event_table).values(capacity=2))
        newcomer = await register(tx, event_id, await make_person(tx, chat=9))

        assert (newcomer.state, newcomer.position) == ("waiting", 2)
        assert await kinds_to(tx, "2") == ["waiting_listed", "promoted"]


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({"state": "draft"}, NOW, EventUnknown),
        ({"state": "cancelled"}, NOW, EventCancelled),
        ({}, FIRST_DAY, EventOver),
        ({"sessions": []}, NOW, EventOver),
        ({"deadline_at": NOW - HOUR}, NOW, DeadlinePassed),
        ({"audience": "office"}, NOW, NotInAudience),
    ],
)
async def test_register_is_refused(
    database: Database, changes: dict[str, Any], now: datetime, expected: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, **changes)
        person_id = await make_person(tx, chat=7, role="ngo")
        with pytest.raises(expected):
            await register(tx, event_id, person_id, now=now)

        untouched = (await read_event(tx, event_id)).taken, await told(tx)
        assert untouched == (0, [])


async def test_register_for_an_unknown_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        person_id = await make_person(tx)
        with pytest.raises(EventUnknown):
            await register(tx, 404, person_id)


async def test_refusals_carry_their_data(database: Database) -> None:
    async with database.transaction() as tx:
        late = await make_event(tx, deadline_at=NOW - HOUR)
        for_clerks = await make_event(tx, audience="office")
        person_id = await make_person(tx)
        with pytest.raises(DeadlinePassed) as passed:
            await register(tx, late, person_id)
        with pytest.raises(NotInAudience) as others:
            await register(tx, for_clerks, person_id)

    assert (passed.value.deadline, others.value.audience) == (NOW - HOUR, "office")


@pytest.mark.parametrize(
    ("audience", "role"), [("office", "clerk"), ("ngo", "ngo"), ("all", "clerk"), ("all", "ngo")]
)
async def test_register_in_the_audience_gives_a_seat(
    database: Database, audience: str, role: str
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, audience=audience)
        got = await register(tx, event_id, await make_person(tx, role=role))

    assert got.state == "active"


async def test_register_at_the_deadline_gives_a_seat(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=NOW)
        got = await register(tx, event_id, await make_person(tx))

    assert got.state == "active"


@pytest.mark.parametrize(("capacity", "state"), [(1, "active"), (0, "waiting")])
async def test_register_twice_is_refused_with_what_there_is(
    database: Database, capacity: int, state: str
) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx, capacity=capacity), await make_person(tx)
        got = await register(tx, event_id, person_id)
        with pytest.raises(AlreadyRegistered) as caught:
            await register(tx, event_id, person_id)

    assert (caught.value.registration_id, caught.value.state) == (got.registration_id, state)


async def test_register_again_after_cancelling_gives_new_calendar_entries(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, person_id = await make_event(tx), await make_person(tx, chat=7)
        old = await register(tx, event_id, person_id)
        await registration.cancel(
            tx, registration_id=old.registration_id, person_id=person_id, now=NOW
        )
        new = await register(tx, event_id, person_id)
        both = await uids(tx, old.registration_id) + await uids(tx, new.registration_id)

        assert len(set(both)) == 2
        assert await kinds_to(tx, "7") == [
            "registration_confirmed",
            "registration_cancelled",
            "registration_confirmed",
        ]


async def test_calendar_entries_of_all_people_and_sessions_differ(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        got = [await register(tx, event_id, await make_person(tx)) for _ in range(3)]
        found = [uid for one in got for uid in await uids(tx, one.registration_id)]

    assert (len(found), len(set(found))) == (6, 6)


async def test_event_begins_with_its_earliest_session_whatever_its_number(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=[FIRST_DAY, SECOND_DAY])
        first, _ = await events.sessions(tx, event_id)
        later = replace(first, starts_at=SECOND_DAY + 24 * HOUR, ends_at=SECOND_DAY + 30 * HOUR)
        await tx.execute(
            update(session_table)
            .where(session_table.c.id == first.id)
            .values(starts_at=later.starts_at, ends_at=later.ends_at)
        )
        person_id = await make_person(tx)
        with pytest.raises(EventOver):
            await register(tx, event_id, person_id, now=SECOND_DAY)
