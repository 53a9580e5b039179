"""Staff make a draft, change it, publish it, copy it, throw it away; two of them at once."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import event_cards, event_drafts
from programme import event_fields as fields
from programme.event_refusals import (
    DraftInUse,
    EventPublished,
    ProgrammeMissing,
    SessionsMissing,
)
from programme.importing.entries import TermsEntry
from programme.importing.programme_file import DEFAULT_RULES
from programme.refusals import EventCancelled, EventUnknown, NotStaff
from storage import programmes
from storage.database import Database
from storage.paper_tables import required_document
from storage.tables import event, outbox, reminder_rule, session
from tests.programme.audience import make_staff
from tests.programme.drafting import (
    MEETING_DAY,
    TWO_DAYS,
    change,
    deeds,
    doubts_of,
    filled,
    make_draft,
    planned,
    publish,
    read,
    without_key,
)
from tests.programme.steps import register
from tests.storage.rows import NOW, ZONE, make_event, make_person


async def test_draft_is_kept_whole_and_nothing_is_planned_or_sent(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, seats=12, deadline="2027-02-09T23:59")

        found = await read(tx, event_id)
        assert without_key(found.entry) == filled(seats=12, deadline="2027-02-09T23:59")
        assert (found.revision, found.zone, found.entry.rules) == (0, ZONE, DEFAULT_RULES)
        assert await planned(tx) == []
        assert (await tx.execute(select(outbox))).all() == []
        assert await deeds(tx) == [
            ("draft_event", {"event": event_id, "title": "Spotkanie robocze"})
        ]
        assert [one.id for one in await event_cards.drafts(tx, member=member)] == [event_id]


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("training", TermsEntry(certificate_sessions=2)),
        ("meeting", TermsEntry()),
        ("fair", TermsEntry(stands=20)),
    ],
)
async def test_each_kind_begins_with_what_fits_it(
    database: Database, kind: str, terms: TermsEntry
) -> None:
    async with database.transaction() as tx:
        event_id, _member = await make_draft(tx, kind, days=TWO_DAYS)

        assert (await read(tx, event_id)).entry.terms == terms


async def test_draft_needs_a_programme(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(ProgrammeMissing):
            await event_drafts.create(
                tx, member=await make_staff(tx), entry=filled(), zone=ZONE, now=NOW
            )


CHANGES: list[tuple[str, Any]] = [
    (fields.TITLE, "Nowy tytuł"),
    (fields.DAYS, TWO_DAYS),
    (fields.PLACE, "Szkoła"),
    (fields.SEATS, 15),
    (fields.DEADLINE, "2027-02-08T15:00"),
    (fields.NAMING, "2027-02-01T23:59"),
    (fields.AUDIENCE, "ngo"),
    (fields.DESCRIPTION, "Kawa będzie."),
    (fields.CERTIFICATE, 1),
    (fields.STANDS, 5),
]


@pytest.mark.parametrize(("field", "value"), CHANGES)
async def test_every_field_is_changed_alone_and_recorded(
    database: Database, field: str, value: Any
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        old = fields.value_of(filled(), field)

        assert await change(tx, event_id, member, field, value)

        found = await read(tx, event_id)
        assert without_key(found.entry) == fields.with_value(filled(), field, value)
        assert found.revision == 1
        assert (await deeds(tx))[-1] == (
            "change_draft",
            {"event": event_id, "field": field, "old": old, "new": value},
        )


async def test_what_is_there_already_is_not_changed(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)

        assert not await change(tx, event_id, member, fields.PLACE, "GOK")
        assert (await read(tx, event_id)).revision == 0


async def test_a_day_that_is_elsewhere_stays_there(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, "training", days=TWO_DAYS)
        second = (session.c.event_id == event_id, session.c.number == 2)
        await tx.execute(update(session).where(*second).values(place="Szkoła"))

        await change(tx, event_id, member, fields.PLACE, "Biblioteka")

        places = [one.place for one in (await read(tx, event_id)).entry.sessions]
        assert places == ["Biblioteka", "Szkoła"]


async def test_certificate_follows_the_number_of_days(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, "training", days=TWO_DAYS)
        await change(tx, event_id, member, fields.DAYS, MEETING_DAY)
        assert (await read(tx, event_id)).entry.terms.certificate_sessions == 1
        await change(tx, event_id, member, fields.CERTIFICATE, None, revision=1)
        await change(tx, event_id, member, fields.DAYS, TWO_DAYS, revision=2)

        # Who has said that there is none gets none by another day.
        assert (await read(tx, event_id)).entry.terms.certificate_sessions is None


async def test_publishing_plans_reminders_and_sends_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)

        await publish(tx, event_id, member)

        assert (await read(tx, event_id)).entry.state == "published"
        assert await planned(tx) == ["02-03 08:00", "02-09 08:00", "02-10 13:00"]
        assert (await tx.execute(select(outbox))).all() == []
        assert (await deeds(tx))[-1] == ("publish_event", {"event": event_id, "doubts": []})


async def test_publishing_knowingly_keeps_in_the_record_what_was_strange(
    database: Database,
) -> None:
    sunday_night = [["2027-02-14T22:30", "2027-02-14T23:00"]]
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, days=sunday_night, deadline="2027-02-20T23:59")
        strange = ["DeadlineAfterStart", "SessionOnSunday", "SessionAtNight"]
        assert await doubts_of(tx, event_id, member) == strange

        await publish(tx, event_id, member)

        assert (await deeds(tx))[-1][1]["doubts"] == strange


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"deadline": "2026-08-01T12:00"}, ["DeadlineLongBefore", "DeadlineOver"]),
        (
            {"days": [["2015-02-10T16:00", "2015-02-10T18:00"]]},
            ["EventInPast", "OutsideProgramme"],
        ),
        ({"days": [["2027-05-03T16:00", "2027-05-03T18:00"]]}, ["SessionOnHoliday"]),
        ({"days": [["2028-03-09T16:00", "2028-03-09T18:00"]]}, ["OutsideProgramme"]),
        (
            {"days": [["2027-03-28T02:30", "2027-03-28T08:00"]]},
            ["SessionOnHoliday", "SessionAtNight", "TimeSkipped"],
        ),
        ({"days": []}, []),
    ],
)
async def test_card_names_what_the_import_would_name(
    database: Database, values: dict[str, Any], kinds: list[str]
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, **values)

        assert await doubts_of(tx, event_id, member) == kinds


async def test_event_without_a_day_is_not_published(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, days=[])

        with pytest.raises(SessionsMissing):
            await publish(tx, event_id, member)


async def test_what_is_published_is_no_draft_any_more(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        await publish(tx, event_id, member)

        with pytest.raises(EventPublished):
            await publish(tx, event_id, member)
        with pytest.raises(EventPublished):
            await change(tx, event_id, member, fields.TITLE, "Nowy", revision=1)
        with pytest.raises(EventPublished):
            await event_drafts.discard(tx, member=member, event_id=event_id, revision=1, now=NOW)


async def test_unknown_and_cancelled_events_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        cancelled = await make_event(tx, state="cancelled")

        with pytest.raises(EventUnknown):
            await event_drafts.publish(tx, member=member, event_id=999, revision=0, now=NOW)
        with pytest.raises(EventCancelled):
            await event_drafts.publish(tx, member=member, event_id=cancelled, revision=0, now=NOW)
        with pytest.raises(EventUnknown):
            await event_drafts.create(
                tx, member=member, entry=filled(), zone=ZONE, now=NOW, copy_of=999
            )


async def test_copy_takes_questions_and_documents_along(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx, "training", days=TWO_DAYS)
        paper = programmes.RequiredDocument("karta", 1, "Karta zgłoszenia")
        await programmes.save_required_documents(tx, event_id=event_id, documents=[paper])
        source = await read(tx, event_id)
        entry = fields.with_value(source.entry, fields.DAYS, MEETING_DAY)

        copy_id = await event_drafts.create(
            tx, member=member, entry=entry, zone=ZONE, now=NOW, copy_of=event_id
        )

        copy = await read(tx, copy_id)
        assert without_key(copy.entry) == without_key(entry)
        assert copy.entry.key != source.entry.key
        papers = select(required_document.c.event_id, required_document.c.title)
        assert [tuple(row) for row in await tx.execute(papers)] == [
            (event_id, "Karta zgłoszenia"),
            (copy_id, "Karta zgłoszenia"),
        ]
        assert (await event_cards.look(tx, event_id=copy_id, member=member, now=NOW)).papers == 1
        # The event it was made from is as it was.
        assert await read(tx, event_id) == source


async def test_discarded_draft_is_gone_with_all_its_parts(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        other, _member = await make_draft(tx, member=member)
        paper = programmes.RequiredDocument("karta", 1, "Karta zgłoszenia")
        await programmes.save_required_documents(tx, event_id=event_id, documents=[paper])

        await event_drafts.discard(tx, member=member, event_id=event_id, revision=0, now=NOW)

        for table in (session, reminder_rule):
            assert set((await tx.execute(select(table.c.event_id))).scalars()) == {other}
        assert list((await tx.execute(select(event.c.id))).scalars()) == [other]
        assert (await tx.execute(select(required_document))).all() == []
        assert (await deeds(tx))[-1] == (
            "discard_event",
            {"event": event_id, "title": "Spotkanie robocze"},
        )


async def test_draft_with_somebody_on_its_list_stays(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        await publish(tx, event_id, member)
        await register(tx, event_id, await make_person(tx))
        await tx.execute(update(event).values(state="draft"))

        with pytest.raises(DraftInUse):
            await event_drafts.discard(tx, member=member, event_id=event_id, revision=1, now=NOW)

        assert (await read(tx, event_id)).entry.state == "draft"


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_only_those_who_may_make_events_do(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        event_id, writer = await make_draft(tx)
        reader = replace(writer, role=role)
        about: dict[str, Any] = {"member": reader, "event_id": event_id, "revision": 0}

        for refused in (
            event_drafts.create(tx, member=reader, entry=filled(), zone=ZONE, now=NOW),
            event_drafts.change(tx, field=fields.TITLE, value="X", now=NOW, **about),
            event_drafts.publish(tx, now=NOW, **about),
            event_drafts.discard(tx, now=NOW, **about),
        ):
            with pytest.raises(NotStaff):
                await refused
        assert (await read(tx, event_id)).revision == 0
        assert len(await deeds(tx)) == 1
