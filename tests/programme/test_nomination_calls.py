"""Organisations are asked once, by one way each, and never at night."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.event import listen

from programme import nomination_calls
from programme.nomination_calls import Called
from programme.nomination_refusals import NamingOver, NobodyToCall
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventOver, EventUnknown, Refusal
from storage import nominations, organisations
from storage.database import Database, Tx
from storage.paper_tables import required_document
from storage.staff import StaffMember
from storage.tables import event
from tests.programme.audience import CHIEF, make_organisation, make_staff
from tests.programme.naming import DEADLINE, LINK, make_contact, make_naming_event
from tests.programme.steps import facts_of, told
from tests.storage.rows import FIRST_DAY, NOW, make_person

QUIET = QuietHours()
NIGHT = datetime(2027, 1, 4, 22, tzinfo=UTC)
MORNING = datetime(2027, 1, 5, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def send(tx: Tx, event_id: int, member: StaffMember, *, now: datetime = NOW) -> Called:
    return await nomination_calls.send(
        tx, event_id=event_id, member=member, link=LINK, quiet=QUIET, now=now
    )


async def test_each_organisation_is_asked_by_one_way(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx), await make_staff(tx)
        chat = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
        await make_contact(tx, chat, 501)
        await make_contact(tx, chat, 502)
        by_mail = await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        silent = await make_organisation(tx, "LZS Rydzewo")

        found = await nomination_calls.preview(tx, event_id=event_id, now=NOW, member=CHIEF)
        called = await send(tx, event_id, member)

        assert [one.id for one in found.by_chat] == [chat]
        assert [one.id for one in found.by_mail] == [by_mail]
        assert [one.id for one in found.nowhere] == [silent]
        assert (called.organisations, [one.id for one in called.nowhere]) == (2, [silent])
        assert sorted((kind, to) for _, kind, to in await told(tx)) == [
            ("nomination_call", "501"),
            ("nomination_call", "502"),
            ("nomination_call", "osp@example.org"),
        ]


async def test_a_letter_names_quota_deadline_and_documents(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx, seats=2), await make_staff(tx)
        unit = await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        await tx.execute(
            required_document.insert().values(
                event_id=event_id, key="form", number=1, title="Formularz"
            )
        )

        await send(tx, event_id, member)

        facts = await facts_of(tx, f"nomination_call:1:organisation:{unit}:mail")
        assert (facts["seats"], facts["deadline"], facts["documents"]) == (
            2,
            DEADLINE.isoformat(),
            ["Formularz"],
        )
        assert facts["link"].startswith(f"{LINK}?start=k_")


async def test_a_contact_by_address_alone_gets_no_second_letter(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx), await make_staff(tx)
        await make_organisation(tx, "OSP Ruda", email="OSP@example.org")
        await make_person(tx, chat=7, mail="osp@example.org")

        await send(tx, event_id, member)

        assert [to for _, _, to in await told(tx)] == ["7"]


async def test_confirming_once_more_asks_nobody_twice(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx), await make_staff(tx)
        await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        await send(tx, event_id, member)

        with pytest.raises(NobodyToCall):
            await send(tx, event_id, member)

        late = await make_organisation(tx, "KGW Nowe", email="nowe@example.org")
        found = await nomination_calls.preview(tx, event_id=event_id, now=NOW, member=CHIEF)
        again = await send(tx, event_id, member)
        assert (found.called, [one.id for one in found.by_mail]) == (1, [late])
        assert again.organisations == 1
        assert [to for _, _, to in await told(tx)] == ["osp@example.org", "nowe@example.org"]


async def test_letters_wait_for_the_morning(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx), await make_staff(tx)
        await make_organisation(tx, "OSP Ruda", email="osp@example.org")

        await send(tx, event_id, member, now=NIGHT)

        row = (await tx.exec_driver_sql("SELECT due_at FROM outbox")).scalar_one()
        due_at = datetime.fromisoformat(row) if isinstance(row, str) else row
        assert due_at.replace(tzinfo=UTC) == MORNING


@pytest.mark.parametrize(
    ("values", "now", "why"),
    [
        ({"state": "cancelled"}, NOW, EventCancelled),
        ({"state": "draft"}, NOW, EventUnknown),
        ({}, FIRST_DAY, EventOver),
        ({}, DEADLINE + SECOND, NamingOver),
        # It could only leave in the morning, and that is too late.
        ({"nomination_deadline_at": MORNING}, NIGHT, NamingOver),
    ],
)
async def test_what_is_too_late_is_not_sent(
    database: Database, values: dict[str, object], now: datetime, why: type[Refusal]
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_naming_event(tx), await make_staff(tx)
        await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        await tx.execute(event.update().values({"key": event.c.key, **values}))

        with pytest.raises(why):
            await send(tx, event_id, member, now=now)

        assert await told(tx) == []
        assert await nominations.calls(tx, event_id) == []


async def test_only_organisations_the_event_is_for_are_asked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        await tx.execute(event.update().values(audience="office"))
        await make_organisation(tx, "OSP Ruda", email="osp@example.org")
        unit = await make_organisation(tx, "Referat", kind="office", email="r@example.org")

        found = await nomination_calls.preview(tx, event_id=event_id, now=NOW, member=CHIEF)

        assert [one.id for one in found.by_mail] == [unit]
        assert await organisations.get(tx, unit) == found.by_mail[0]


async def test_a_preview_asks_no_more_of_the_database_for_more_organisations(
    database: Database,
) -> None:
    asked: list[str] = []
    listen(
        database._writer.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    counts = []
    async with database.transaction() as tx:
        event_id = await make_naming_event(tx)
        for number in range(1, 6):
            organisation_id = await make_organisation(tx, f"KGW {number}")
            await make_contact(tx, organisation_id, 500 + number)
            asked.clear()
            found = await nomination_calls.preview(tx, event_id=event_id, now=NOW, member=CHIEF)
            counts.append((found.reached, len(asked)))

    assert [reached for reached, _ in counts] == [1, 2, 3, 4, 5]
    assert len({statements for _, statements in counts}) == 1
