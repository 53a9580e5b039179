import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from programme import events as moving
from programme import registration
from programme.importing import problems as faults
from programme.importing.entries import EventEntry, ProgrammeFile, RuleEntry
from programme.importing.load import Loaded, load_programme, load_register
from programme.importing.problems import FileRefused
from programme.importing.programme_file import read_programme
from programme.importing.register_file import read_register
from storage import events, organisations, people, programmes, registrations, reminders
from storage.database import Database, open_database

SAMPLE = Path(__file__).parents[3] / "bot" / "sample"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FILE = read_programme((SAMPLE / "akademia.toml").read_bytes(), today=date(2026, 11, 23))
LEADER = FILE.events[0]
ENTRIES = read_register((SAMPLE / "organisations.csv").read_bytes(), filename="a.csv").entries
EVERYTHING = 2 + len(FILE.events)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    yield opened
    await opened.close()


def with_leader(entry: EventEntry) -> ProgrammeFile:
    return replace(FILE, events=(entry, *FILE.events[1:]))


async def load(database: Database, file: ProgrammeFile = FILE) -> Loaded:
    async with database.transaction() as tx:
        return await load_programme(tx, file=file, now=NOW)


async def problems(database: Database, file: ProgrammeFile) -> tuple[faults.FileProblem, ...]:
    with pytest.raises(FileRefused) as refused:
        await load(database, file)
    return refused.value.problems


async def leader_id(database: Database) -> int:
    async with database.reading() as tx:
        event = await events.by_key(tx, LEADER.key)
    assert event is not None
    return event.id


async def register(database: Database, *, count: int = 1) -> list[int]:
    """Register new people for the first event and return their registrations."""
    event_id = await leader_id(database)
    made = []
    async with database.transaction() as tx:
        for number in range(count):
            person = await people.add(
                tx,
                name=f"Osoba {number}",
                role="ngo",
                organisation_id=None,
                organisation_text="OSP",
                locale="pl",
                now=NOW,
            )
            registered = await registration.register(
                tx, event_id=event_id, person_id=person, door="chat", now=NOW
            )
            made.append(registered.registration_id)
    return made


async def cancel(database: Database, registration_id: int) -> None:
    async with database.transaction() as tx:
        made = await registrations.get(tx, registration_id)
        assert made is not None
        await registration.cancel(
            tx, registration_id=registration_id, person_id=made.person_id, now=NOW
        )


async def test_load_programme_keeps_everything(database: Database) -> None:
    loaded = await load(database)

    async with database.reading() as tx:
        kept = await programmes.hold_event(tx, key=LEADER.key)
        rules = await reminders.rules(tx, kept.id if kept else 0)
        words = await programmes.privacy_notice_text(tx, version=1, locale="pl")
        shown = await people.newest_notice(tx, locale="en", now=NOW)
    assert loaded == Loaded(added=EVERYTHING)
    assert kept is not None
    assert (kept.registered, kept.ever_registered) == (0, 0)
    assert kept.event == programmes.Event(
        key="lider-spolecznosci",
        programme_id=kept.event.programme_id,
        title="NGO jako lider społeczności lokalnej",
        kind="training",
        place="Ośrodek Kultury, Miłki",
        description=LEADER.description,
        capacity=8,
        audience="ngo",
        deadline_at=datetime(2026, 12, 2, 14, tzinfo=UTC),
        deadline_wall="2026-12-02T15:00",
        zone="Europe/Warsaw",
        state="published",
    )
    assert kept.sessions == tuple(
        programmes.Session(
            number=number,
            starts_at=datetime(2026, 12, day, 8, tzinfo=UTC),
            ends_at=datetime(2026, 12, day, 14, tzinfo=UTC),
            starts_wall=f"2026-12-{day:02d}T09:00",
            ends_wall=f"2026-12-{day:02d}T15:00",
            zone="Europe/Warsaw",
            place="Ośrodek Kultury, Miłki",
        )
        for number, day in ((1, 7), (2, 8))
    )
    assert [(each.key, each.days_before, each.at_wall, each.minutes_before) for each in rules] == [
        ("7d", 7, "09:00", 0),
        ("1d", 1, "09:00", 0),
        ("2h", 0, None, 120),
    ]
    assert words == FILE.privacy_notice.pl
    assert shown is not None
    assert shown.text == FILE.privacy_notice.en


async def test_load_programme_plans_reminders(database: Database) -> None:
    await load(database)

    async with database.reading() as tx:
        planned = await reminders.planned_until(tx, until=NOW + timedelta(days=100))
    leader = await leader_id(database)
    of_leader = [
        (each.rule_key, each.session_number) for each in planned if each.event_id == leader
    ]
    # The second day follows the first, so nobody is told again that it is near.
    assert sorted(of_leader) == [("1d", 1), ("2h", 1), ("2h", 2), ("7d", 1)]


async def test_load_programme_again_changes_nothing(database: Database) -> None:
    await load(database)

    assert await load(database) == Loaded(same=EVERYTHING)


async def test_load_programme_with_registered_people_again_changes_nothing(
    database: Database,
) -> None:
    await load(database)
    await register(database, count=2)

    assert await load(database) == Loaded(same=EVERYTHING)


async def test_load_moved_event_without_people_moves_it_and_its_reminders(
    database: Database,
) -> None:
    await load(database)
    first, second = LEADER.sessions
    moved = replace(LEADER, sessions=(replace(first, starts=first.starts + HOUR), second))

    loaded = await load(database, with_leader(moved))

    event_id = await leader_id(database)
    async with database.reading() as tx:
        sessions = await events.sessions(tx, event_id)
        planned = await reminders.planned_until(tx, until=NOW + timedelta(days=100))
    assert loaded == Loaded(changed=1, same=EVERYTHING - 1)
    assert [(each.starts_wall, each.revision) for each in sessions] == [
        ("2026-12-07T10:00", 1),
        ("2026-12-08T09:00", 0),
    ]
    assert [
        (each.revision, each.due_at)
        for each in planned
        if (each.event_id, each.rule_key, each.session_number) == (event_id, "2h", 1)
    ] == [(1, datetime(2026, 12, 7, 7, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("change", "changes"),
    [
        ({"place": "Szkoła"}, ("place",)),
        ({"sessions": LEADER.sessions[:1]}, ("sessions",)),
        ({"sessions": (*LEADER.sessions, LEADER.sessions[1])}, ("sessions",)),
        (
            {"sessions": tuple(replace(each, place="Szkoła") for each in LEADER.sessions)},
            ("place",),
        ),
        (
            {
                "sessions": tuple(replace(each, ends=each.ends + HOUR) for each in LEADER.sessions),
                "state": "draft",
            },
            ("sessions", "state"),
        ),
    ],
)
async def test_load_change_that_people_must_be_told_of_is_refused(
    database: Database, change: dict[str, object], changes: tuple[str, ...]
) -> None:
    await load(database)
    await register(database, count=10)
    # The title changes too, and must not be kept either.
    entry = replace(LEADER, title="Inny", **change)  # type: ignore[arg-type]

    found = await problems(database, with_leader(entry))

    assert found == (faults.EventHasPeople(LEADER.key, LEADER.title, 10, changes),)
    assert await load(database) == Loaded(same=EVERYTHING)


async def test_load_move_after_everyone_cancelled_is_allowed(database: Database) -> None:
    await load(database)
    (made,) = await register(database)
    await cancel(database, made)
    later = tuple(
        replace(each, starts=each.starts + HOUR, ends=each.ends + HOUR) for each in LEADER.sessions
    )

    loaded = await load(database, with_leader(replace(LEADER, sessions=later)))

    assert loaded == Loaded(changed=1, same=EVERYTHING - 1)


async def test_load_fewer_sessions_after_everyone_cancelled_is_refused(
    database: Database,
) -> None:
    await load(database)
    (made,) = await register(database)
    await cancel(database, made)

    found = await problems(database, with_leader(replace(LEADER, sessions=LEADER.sessions[:1])))

    assert found == (faults.EventHasPeople(LEADER.key, LEADER.title, 1, ("sessions",)),)


async def test_load_fewer_sessions_before_anyone_registered_deletes_them(
    database: Database,
) -> None:
    await load(database)

    loaded = await load(database, with_leader(replace(LEADER, sessions=LEADER.sessions[:1])))

    async with database.reading() as tx:
        kept = await programmes.hold_event(tx, key=LEADER.key)
    assert loaded == Loaded(changed=1, same=EVERYTHING - 1)
    assert kept is not None
    assert [each.number for each in kept.sessions] == [1]


async def test_load_keeps_registrations_waiting_until_it_has_ended(database: Database) -> None:
    await load(database)
    first, second = LEADER.sessions
    moved = replace(LEADER, sessions=(replace(first, starts=first.starts + HOUR), second))

    async with database.transaction() as tx:
        await load_programme(tx, file=with_leader(moved), now=NOW)
        registering = asyncio.create_task(register(database))
        await asyncio.sleep(0.2)
        waited = not registering.done()
    await registering

    assert waited
    assert await problems(database, FILE) == (
        faults.EventHasPeople(LEADER.key, LEADER.title, 1, ("sessions",)),
    )


async def test_load_larger_capacity_moves_the_waiting_list_up(database: Database) -> None:
    await load(database)
    await register(database, count=10)

    loaded = await load(database, with_leader(replace(LEADER, capacity=9)))

    async with database.reading() as tx:
        counts = await registrations.count_open(tx, await leader_id(database))
    assert loaded == Loaded(changed=1, same=EVERYTHING - 1)
    assert counts == {"active": 9, "waiting": 1}


async def test_load_other_rules_plans_anew(database: Database) -> None:
    await load(database)
    rules = (RuleEntry("1d", days_before=1, at=time(12)), RuleEntry("30m", minutes_before=30))

    loaded = await load(database, with_leader(replace(LEADER, rules=rules)))

    event_id = await leader_id(database)
    async with database.reading() as tx:
        planned = await reminders.planned_until(tx, until=NOW + timedelta(days=100))
    assert loaded == Loaded(changed=1, same=EVERYTHING - 1)
    assert [
        (each.rule_key, each.due_at)
        for each in planned
        if (each.event_id, each.session_number) == (event_id, 1)
    ] == [
        ("1d", datetime(2026, 12, 6, 11, tzinfo=UTC)),
        ("30m", datetime(2026, 12, 7, 7, 30, tzinfo=UTC)),
    ]


async def test_load_cancelled_event_stays_cancelled(database: Database) -> None:
    await load(database)
    async with database.transaction() as tx:
        event = await events.by_key(tx, LEADER.key)
        assert event is not None
        await moving.cancel_event(tx, event_id=event.id, now=NOW)

    loaded = await load(database)

    async with database.reading() as tx:
        event = await events.by_key(tx, LEADER.key)
    assert loaded == Loaded(same=EVERYTHING)
    assert event is not None
    assert event.state == "cancelled"


async def test_load_privacy_notice_with_other_words_needs_a_version(database: Database) -> None:
    await load(database)
    other = replace(FILE.privacy_notice, en="Other words")

    found = await problems(database, replace(FILE, privacy_notice=other))
    loaded = await load(database, replace(FILE, privacy_notice=replace(other, version=2)))

    assert found == (faults.PrivacyNoticeChanged(1),)
    assert loaded == Loaded(added=1, same=EVERYTHING - 1)


async def test_load_event_key_of_another_programme_is_refused(database: Database) -> None:
    await load(database)

    found = await problems(database, replace(FILE, key="inny", events=(LEADER,)))

    assert found == (faults.EventOfAnotherProgramme(LEADER.key, LEADER.title),)


async def test_load_register_twice_adds_then_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        first = await load_register(tx, entries=ENTRIES)
    shouted = [replace(entry, phone="") for entry in ENTRIES[:2]]
    async with database.transaction() as tx:
        second = await load_register(tx, entries=ENTRIES)
        third = await load_register(tx, entries=shouted)
        [kept] = [
            each
            for each in await organisations.list_all(tx)
            if each.key == "kolo gospodyn wiejskich w milkach"
        ]

    assert (first, second, third) == (Loaded(added=29), Loaded(same=29), Loaded(changed=2))
    assert (kept.name, kept.phone, kept.areas) == (
        "Koło Gospodyń Wiejskich w Miłkach",
        "",
        ("kultura", "tradycja", "kuchnia regionalna"),
    )


async def test_register_without_postal_addresses_keeps_those_that_are_known(
    database: Database,
) -> None:
    text = "nazwa;rodzaj;adres pocztowy\nKGW;NGO;Ruda 5, 11-513 Miłki\n"
    known = read_register(text.encode(), filename="a.csv").entries
    silent = read_register(b"nazwa;rodzaj\nKGW;NGO\n", filename="a.csv").entries
    emptied = read_register(b"nazwa;rodzaj;adres pocztowy\nKGW;NGO;\n", filename="a.csv").entries
    addresses = []

    async with database.transaction() as tx:
        for entries in (known, silent, emptied):
            await load_register(tx, entries=entries)
            addresses += [one.postal_address for one in await organisations.list_all(tx)]

    assert addresses == ["Ruda 5\n11-513 Miłki", "Ruda 5\n11-513 Miłki", ""]
