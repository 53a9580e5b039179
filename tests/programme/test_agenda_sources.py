"""Lines of the agenda that time brings: naming, documents, stands, offers, the weekly digest."""

from datetime import time, timedelta

import pytest

from programme import agenda_desk, document_notices, fair_reminders, nomination_reminders
from programme.agenda_desk import ANNOUNCEMENTS, OFFER, ORGANISATIONS, OWN, PEOPLE, Occurrence, Span
from programme.agenda_refusals import OccurrenceFixed, OccurrenceGone
from storage import announcements
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.audience import CHIEF, make_staff
from tests.programme.line import leave, one_seat
from tests.programme.naming import make_scene, name
from tests.programme.newsletters import announce
from tests.programme.papers import make_asking_event, seated
from tests.programme.stands import crowd, exhibit, make_fair
from tests.programme.steps import kinds_to
from tests.programme.test_document_notices import THREE_DAYS, WEEK, reminded
from tests.programme.test_fair_reminders import MOMENT
from tests.programme.test_nomination_reminders import ORGANISATIONS_AT, PERSON_AT, call
from tests.storage.rows import NOW, ZONE

DAY = timedelta(days=1)


async def only(tx: Tx, kind: str, span: Span) -> Occurrence:
    found = await agenda_desk.occurrences(tx, member=CHIEF, span=span)
    (line,) = [one for one in found if one.kind == kind and not one.name.startswith("o.")]
    return line


async def gone(tx: Tx, member: StaffMember, line: Occurrence, span: Span) -> None:
    with pytest.raises(OccurrenceGone):
        await agenda_desk.stop(tx, member=member, name=line.name, span=span)


@pytest.mark.parametrize("how", ["stop", "now", "without"])
async def test_silent_organisation_is_not_reminded_or_sooner(database: Database, how: str) -> None:
    span = Span(ORGANISATIONS_AT - 2 * DAY, ZONE)
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)
        member = await make_staff(tx)
        line = await only(tx, "nomination_reminder", span)
        found = await agenda_desk.look(tx, member=member, name=line.name, span=span)
        if how == "stop":
            await agenda_desk.stop(tx, member=member, name=line.name, span=span)
        elif how == "now":
            await agenda_desk.hurry(tx, member=member, name=line.name, span=span)
        else:
            await agenda_desk.leave_out(
                tx, member=member, name=line.name, number=found.people[0].number, span=span
            )
        await gone(tx, member, line, span)
        later = await nomination_reminders.remind(tx, now=ORGANISATIONS_AT)
        told = (await kinds_to(tx, "501")).count("nomination_reminder")

    assert (line.count, line.counted, line.due_at) == (1, ORGANISATIONS, ORGANISATIONS_AT)
    assert found.sample is not None
    assert (later, told) == (0, 1 if how == "now" else 0)


@pytest.mark.parametrize("how", ["stop", "now", "without"])
async def test_silent_person_is_not_reminded_or_sooner(database: Database, how: str) -> None:
    span = Span(NOW + timedelta(hours=1), ZONE)
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await name(tx, at, email="anna@example.org")
        member = await make_staff(tx)
        line = await only(tx, "nominated_reminder", span)
        found = await agenda_desk.look(tx, member=member, name=line.name, span=span)
        if how == "stop":
            await agenda_desk.stop(tx, member=member, name=line.name, span=span)
        elif how == "now":
            await agenda_desk.hurry(tx, member=member, name=line.name, span=span)
        else:
            await agenda_desk.leave_out(
                tx, member=member, name=line.name, number=found.people[0].number, span=span
            )
        await gone(tx, member, line, span)
        later = await nomination_reminders.remind(tx, now=PERSON_AT)

    assert (line.count, line.counted, later) == (1, PEOPLE, 0)
    assert found.sample is not None


@pytest.mark.parametrize("how", ["stop", "now", "without"])
async def test_missing_documents_are_not_reminded_of_or_sooner(
    database: Database, how: str
) -> None:
    span = Span(WEEK - DAY, ZONE, days=2)
    async with database.transaction() as tx:
        event_id = await make_asking_event(tx)
        one, one_id = await seated(tx, event_id, chat=1)
        other, _other_id = await seated(tx, event_id, chat=2)
        member = await make_staff(tx)
        line = await only(tx, "documents_missing", span)
        found = await agenda_desk.look(tx, member=member, name=line.name, span=span)
        if how == "stop":
            await agenda_desk.stop(tx, member=member, name=line.name, span=span)
        elif how == "now":
            await agenda_desk.hurry(tx, member=member, name=line.name, span=span)
        else:
            await agenda_desk.leave_out(tx, member=member, name=line.name, number=one_id, span=span)
            for again in (one_id, 777):
                with pytest.raises(OccurrenceGone):
                    await agenda_desk.leave_out(
                        tx, member=member, name=line.name, number=again, span=span
                    )
            assert (await only(tx, "documents_missing", span)).count == 1
        if how != "without":
            await gone(tx, member, line, span)
        await document_notices.remind(tx, now=WEEK)
        told = await reminded(tx)
        # The other moment is another line, and stays as it is.
        await document_notices.remind(tx, now=THREE_DAYS)
        later = len(await reminded(tx))

    assert (line.count, line.due_at, len(found.people)) == (2, WEEK, 2)
    assert found.sample is not None
    assert (
        told
        == {
            "stop": [],
            "now": [f"documents_missing:{n}:20270203:telegram" for n in (one, other)],
            "without": [f"documents_missing:{other}:20270203:telegram"],
        }[how]
    )
    assert later == len(told) + 2


@pytest.mark.parametrize("how", ["stop", "now", "without"])
async def test_exhibitors_are_not_reminded_or_sooner(database: Database, how: str) -> None:
    span = Span(MOMENT - DAY, ZONE)
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        for each in await crowd(tx, 2):
            await exhibit(tx, event_id, *each)
        member = await make_staff(tx)
        line = await only(tx, "exhibitor_reminder", span)
        found = await agenda_desk.look(tx, member=member, name=line.name, span=span)
        if how == "stop":
            await agenda_desk.stop(tx, member=member, name=line.name, span=span)
        elif how == "now":
            await agenda_desk.hurry(tx, member=member, name=line.name, span=span)
        else:
            number = found.people[0].number
            await agenda_desk.leave_out(tx, member=member, name=line.name, number=number, span=span)
            with pytest.raises(OccurrenceGone):
                await agenda_desk.leave_out(
                    tx, member=member, name=line.name, number=number, span=span
                )
        if how != "without":
            await gone(tx, member, line, span)
        later = await fair_reminders.remind(tx, now=MOMENT)

    assert (line.count, line.counted, len(found.people)) == (2, ORGANISATIONS, 2)
    assert found.sample is not None
    assert found.sample.facts["days_left"] == 1
    assert later == {"stop": 0, "now": 0, "without": 1}[how]


async def test_offer_that_will_end_is_seen_and_stays(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, got = await one_seat(tx, waiting=1, offer_hours=24)
        await leave(tx, got[0])
        span = Span(NOW, ZONE)
        line = await only(tx, "offer_expired", span)
        found = await agenda_desk.look(tx, member=CHIEF, name=line.name, span=span)
        for deed in (agenda_desk.stop, agenda_desk.hurry):
            with pytest.raises(OccurrenceFixed):
                await deed(tx, member=CHIEF, name=line.name, span=span)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.leave_out(tx, member=CHIEF, name=line.name, number=1, span=span)

    assert (line.count, line.fixed, len(found.people)) == (1, OFFER, 1)


async def test_announcements_are_withdrawn_one_by_one_and_together(database: Database) -> None:
    span = Span(NOW, ZONE)
    async with database.transaction() as tx:
        member = await make_staff(tx)
        for number in range(3):
            await announce(tx, member, subject=f"Ogłoszenie {number}")
        line = await only(tx, "digest", span)
        found = await agenda_desk.look(tx, member=member, name=line.name, span=span)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.hurry(tx, member=member, name=line.name, span=span)
        await agenda_desk.leave_out(
            tx, member=member, name=line.name, number=found.people[0].number, span=span
        )
        left = [one.subject for one in await announcements.waiting(tx)]
        stopped = await agenda_desk.stop(tx, member=member, name=line.name, span=span)
        await gone(tx, member, line, span)

    assert (line.count, line.counted) == (3, ANNOUNCEMENTS)
    assert [one.name for one in found.people] == [f"Ogłoszenie {n}" for n in range(3)]
    assert (left, stopped) == (["Ogłoszenie 1", "Ogłoszenie 2"], 2)


async def test_daily_summary_is_seen_on_working_days_and_stays(database: Database) -> None:
    async with database.transaction() as tx:
        await make_staff(tx)
        await make_staff(tx, chat_id=901, role="assistant")
        span = Span(NOW, ZONE, days=4, summary_at=time(8, 30))
        found = await agenda_desk.occurrences(tx, member=CHIEF, span=span)
        later = Span(NOW + DAY, ZONE, summary_at=time(8, 30))
        on_tuesday = await agenda_desk.occurrences(tx, member=CHIEF, span=later)
        looked = await agenda_desk.look(tx, member=CHIEF, name=found[0].name, span=span)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.stop(tx, member=CHIEF, name=found[0].name, span=span)

    # NOW is a Monday after that hour, and Wednesday is Epiphany.
    assert [(one.name, one.count, one.fixed) for one in found] == [("y.270105", 1, OWN)]
    assert [one.name for one in on_tuesday] == ["y.270107"]
    assert [one.name for one in looked.people] == ["Sekretarz Gminy"]
