"""The agenda as staff work with it: what is listed is what is sent, stopped or thinned out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import agenda_desk, reminders
from programme.agenda_desk import ASKED, ELSEWHERE, OFFER, PER_PAGE, Span
from programme.agenda_refusals import OccurrenceFixed, OccurrenceGone, OccurrenceUnknown
from programme.audience_choice import preset
from programme.audience_reading import ROWS
from programme.quiet_hours import QuietHours
from programme.refusals import NotStaff
from storage import broadcast_states as states
from storage import outbox, staff
from storage.database import Database, Tx
from storage.outbox import BROADCAST, CONFIRMATION
from storage.staff import StaffMember
from storage.tables import outbox as rows
from tests.programme.audience import CHIEF, make_member, make_organisation, make_staff
from tests.programme.sending import start
from tests.programme.steps import kinds_to, register
from tests.storage.rows import NOW, ZONE, entry, make_event, make_person

DAY = timedelta(days=1)
RULES = (("1d", 1, "09:00", 0),)
SOON = NOW + 3 * DAY
SPAN = Span(NOW, ZONE)


async def lines(tx: Tx, span: Span = SPAN) -> list[agenda_desk.Occurrence]:
    return await agenda_desk.occurrences(tx, member=CHIEF, span=span)


async def reminded(tx: Tx, count: int, *, begins: datetime = SOON) -> tuple[int, str]:
    """Plan a reminder of an event with so many people, whose chats are 1, 2, …"""
    event_id = await make_event(tx, sessions=(begins,), rules=RULES)
    for chat in range(1, count + 1):
        await register(tx, event_id, await make_person(tx, chat=chat, name=f"Osoba {chat:03d}"))
    await reminders.plan_event(tx, event_id=event_id, now=NOW)
    await tx.execute(update(rows).values(state="sent"))
    (line,) = [one for one in await lines(tx) if one.kind == "reminder"]
    return event_id, line.name


async def test_nothing_planned_is_an_empty_agenda(database: Database) -> None:
    async with database.reading() as tx:
        assert await lines(tx) == []


async def test_what_waits_is_one_line_a_day_for_each_kind_and_event(database: Database) -> None:
    said = {"event": {"id": 7, "title": "Szkolenie"}}
    async with database.transaction() as tx:
        one = await make_person(tx, chat=1, mail="a@example.org")
        two = await make_person(tx, chat=2)
        waits = {"kind": "event_moved", "priority": CONFIRMATION, "facts": said}
        await outbox.put(
            tx,
            [
                entry("a:telegram", address="1", person_id=one, due_at=NOW - DAY, **waits),
                entry("a:mail", channel="mail", address="a@example.org", person_id=one, **waits),
                entry("b", address="2", person_id=two, **waits),
                entry(
                    "c",
                    address="2",
                    person_id=two,
                    due_at=NOW + DAY,
                    not_after=NOW + 3 * DAY,
                    **waits,
                ),
                entry("late", address="3", **(waits | {"not_after": NOW - DAY})),
                entry("far", address="3", due_at=NOW + 20 * DAY, not_after=NOW + 30 * DAY, **waits),
                entry("reply", facts={"text": "tajne"}),
            ],
            now=NOW,
        )
        found = await lines(tx)

    assert [(one.name, one.kind, one.about, one.count, one.fixed) for one in found] == [
        ("o.event_moved.e7.270104", "event_moved", "Szkolenie", 2, ""),
        ("o.reply.-.270104", "reply", "", 1, ASKED),
        ("o.event_moved.e7.270105", "event_moved", "Szkolenie", 1, ""),
    ]
    assert found[0].due_at == NOW


async def test_answers_to_somebody_s_own_question_are_counted_and_nothing_more(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("reply", facts={"text": "tajne"})], now=NOW)
        found = await agenda_desk.look(tx, member=CHIEF, name="o.reply.-.270104", span=SPAN)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.stop(tx, member=CHIEF, name="o.reply.-.270104", span=SPAN)

    assert (found.people, found.sample, found.occurrence.count) == ([], None, 1)


async def test_reminder_is_shown_with_its_people_and_its_words(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, name = await reminded(tx, 2)
        await register(tx, event_id, await make_person(tx, name="Bez czatu"))
        (line,) = [one for one in await lines(tx) if one.kind == "reminder"]
        found = await agenda_desk.look(tx, member=CHIEF, name=name, span=SPAN)

    assert (line.about, line.count, line.rule) == ("Budowanie partnerstw", 2, "1d")
    assert [(one.name, one.channels, one.address) for one in found.people] == [
        ("Osoba 001", ("telegram",), "1"),
        ("Osoba 002", ("telegram",), "2"),
    ]
    assert found.sample is not None
    assert (found.sample.kind, found.sample.facts["days_left"]) == ("reminder", 1)


@pytest.mark.parametrize("kind", ["nomination_call", "nominated"])
async def test_letter_is_shown_without_what_is_its_reader_s_alone(
    database: Database, kind: str
) -> None:
    viewer = StaffMember(7, "Zofia Urban", "viewer", 4003)
    said = {
        "event": {"id": 7, "title": "Szkolenie"},
        "doors": {"reply": "a" * 26, "page": "b" * 26},
        "link": "https://t.me/bot?start=k_tajne",
    }
    async with database.transaction() as tx:
        waits = {"kind": kind, "priority": CONFIRMATION, "channel": "mail", "facts": said}
        await outbox.put(tx, [entry("a", address="kgw@example.org", **waits)], now=NOW)
        (line,) = await lines(tx)

        found = await agenda_desk.look(tx, member=viewer, name=line.name, span=SPAN)

        assert found.sample is not None
        assert found.sample.facts == {"event": said["event"], "link": None}


async def test_people_come_by_pages(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, PER_PAGE + 1)
        found = await agenda_desk.look(tx, member=CHIEF, name=name, span=SPAN, first=PER_PAGE)

    assert ROWS == PER_PAGE
    assert (found.occurrence.count, [one.name for one in found.people]) == (16, ["Osoba 016"])


async def test_stopped_reminder_is_sent_to_nobody_and_recorded(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, name = await reminded(tx, 2)
        member = await make_staff(tx)
        count = await agenda_desk.stop(tx, member=member, name=name, span=SPAN)
        with pytest.raises(OccurrenceGone):
            await agenda_desk.stop(tx, member=member, name=name, span=SPAN)
        # Planned anew with the same words, it stays stopped.
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        told = await reminders.remind(tx, now=SOON)
        (trail,) = await staff.audit_trail(tx, limit=1)

    assert (count, told) == (2, 0)
    assert (trail.action, trail.detail) == (
        "agenda change",
        {"deed": "stop", "occurrence": name, "count": 2},
    )


async def test_one_person_is_left_out_and_the_others_are_reminded(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 2)
        member = await make_staff(tx)
        found = await agenda_desk.look(tx, member=member, name=name, span=SPAN)
        number = found.people[0].number
        await agenda_desk.leave_out(tx, member=member, name=name, number=number, span=SPAN)
        for again in (number, 777):
            with pytest.raises(OccurrenceGone):
                await agenda_desk.leave_out(tx, member=member, name=name, number=again, span=SPAN)
        (line,) = [one for one in await lines(tx) if one.kind == "reminder"]
        await reminders.remind(tx, now=SOON - timedelta(hours=20))
        told = [await kinds_to(tx, chat) for chat in ("1", "2")]

    assert line.count == 1
    assert [one.count("reminder") for one in told] == [0, 1]


async def test_whoever_is_left_out_of_one_reminder_is_counted_in_the_others(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(SOON,), rules=(*RULES, ("2d", 2, "09:00", 0)))
        for chat in (1, 2):
            await register(tx, event_id, await make_person(tx, chat=chat))
        await reminders.plan_event(tx, event_id=event_id, now=NOW)
        member = await make_staff(tx)
        first, second = [one for one in await lines(tx) if one.kind == "reminder"]
        found = await agenda_desk.look(tx, member=member, name=first.name, span=SPAN)
        number = found.people[0].number
        await agenda_desk.leave_out(tx, member=member, name=first.name, number=number, span=SPAN)
        after = {one.name: one.count for one in await lines(tx) if one.kind == "reminder"}

    assert after == {first.name: 1, second.name: 2}


async def test_reminder_is_sent_now_once_and_not_again_at_its_time(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 2)
        member = await make_staff(tx)
        count = await agenda_desk.hurry(tx, member=member, name=name, span=SPAN)
        now = await reminders.remind(tx, now=NOW)
        later = await reminders.remind(tx, now=SOON - timedelta(hours=20))

    assert (count, now, later) == (2, 2, 0)


async def test_rows_that_wait_are_stopped_hurried_and_thinned_out(database: Database) -> None:
    said = {"event": {"id": 7, "title": "Szkolenie"}}
    waits: dict[str, Any] = {"kind": "event_moved", "priority": CONFIRMATION, "facts": said}
    waits |= {"due_at": NOW + DAY, "not_after": NOW + 3 * DAY}
    name = "o.event_moved.e7.270105"
    async with database.transaction() as tx:
        member = await make_staff(tx)
        people = [await make_person(tx, chat=chat) for chat in (1, 2, 3)]
        await outbox.put(
            tx,
            [
                *(
                    entry(
                        f"{chat}:telegram", address=str(chat), person_id=people[chat - 1], **waits
                    )
                    for chat in (1, 2, 3)
                ),
                entry(
                    "1:mail", channel="mail", address="a@example.org", person_id=people[0], **waits
                ),
                entry("other", address="9", **(waits | {"facts": {"event": {"id": 8}}})),
            ],
            now=NOW,
        )
        found = await agenda_desk.look(tx, member=member, name=name, span=SPAN)
        both = await agenda_desk.leave_out(
            tx, member=member, name=name, number=found.people[0].number, span=SPAN
        )
        await tx.execute(update(rows).where(rows.c.key == "2:telegram").values(state="leased"))
        hurried = await agenda_desk.hurry(tx, member=member, name=name, span=SPAN)
        due = {row.key: row.due_at for row in await tx.execute(select(rows))}
        stopped = await agenda_desk.stop(
            tx, member=member, name="o.event_moved.e7.270104", span=SPAN
        )
        ends = {row.key: row.state for row in await tx.execute(select(rows))}

    assert [one.channels for one in found.people] == [
        ("telegram", "mail"),
        ("telegram",),
        ("telegram",),
    ]
    assert (both, hurried, stopped) == (2, 1, 1)
    assert (due["3:telegram"], due["other"]) == (NOW, NOW + DAY)
    assert ends == {
        "1:telegram": "cancelled",
        "1:mail": "cancelled",
        "2:telegram": "leased",
        "3:telegram": "cancelled",
        "other": "queued",
    }


async def test_offer_that_ends_is_shown_and_cannot_be_stopped(database: Database) -> None:
    facts = {"event": {"id": 7, "title": "Szkolenie"}}
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("o", kind="seat_offered", priority=20, facts=facts)], now=NOW)
        (line,) = await lines(tx)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.stop(tx, member=CHIEF, name=line.name, span=SPAN)
        with pytest.raises(OccurrenceFixed):
            await agenda_desk.hurry(tx, member=CHIEF, name=line.name, span=SPAN)

    assert line.fixed == OFFER


async def _letter(tx: Tx, *, starts_at: datetime | None = None) -> tuple[int, StaffMember]:
    member = await make_staff(tx)
    home = await make_organisation(tx, "Koło", email="kolo@example.org")
    await make_member(tx, "Anna Wzorowa", organisation_id=home, chat=1)
    await make_member(tx, "Jan Przykładowy", organisation_id=home, chat=2)
    started = await start(tx, member, choice=preset("ngo"), starts_at=starts_at or NOW + DAY)
    return started.broadcast_id, member


async def test_planned_letter_is_thinned_out_begun_now_and_stopped(database: Database) -> None:
    async with database.transaction() as tx:
        broadcast_id, member = await _letter(tx)
        name = f"b.{broadcast_id}"
        (line,) = [one for one in await lines(tx) if one.name == name]
        found = await agenda_desk.look(tx, member=member, name=name, span=SPAN)
        (jan,) = [one.number for one in found.people if one.name == "Jan Przykładowy"]
        await agenda_desk.leave_out(tx, member=member, name=name, number=jan, span=SPAN)
        with pytest.raises(OccurrenceGone):
            await agenda_desk.leave_out(tx, member=member, name=name, number=jan, span=SPAN)
        (thinner,) = [one for one in await lines(tx) if one.name == name]
        await agenda_desk.hurry(tx, member=member, name=name, span=SPAN)
        due = await states.to_queue(tx, now=NOW)
        await agenda_desk.stop(tx, member=member, name=name, span=SPAN)
        with pytest.raises(OccurrenceGone):
            await agenda_desk.stop(tx, member=member, name=name, span=SPAN)
        left = await states.to_queue(tx, now=NOW + 2 * DAY)

    assert (line.count, thinner.count, due, left) == (2, 1, [broadcast_id], [])
    assert found.sample is not None


async def test_letter_that_has_begun_is_stopped_at_its_own_doors(database: Database) -> None:
    async with database.transaction() as tx:
        broadcast_id, member = await _letter(tx)
        await states.open_due(tx, broadcast_id, ceiling=9, now=NOW + DAY)
        with pytest.raises(OccurrenceGone):
            await agenda_desk.stop(tx, member=member, name=f"b.{broadcast_id}", span=SPAN)
        waits = {"kind": "invitation", "priority": BROADCAST, "facts": {"subject": "Zebranie"}}
        await outbox.put(tx, [entry("i", broadcast_id=broadcast_id, address="1", **waits)], now=NOW)
        (line,) = await lines(tx)

    assert (line.fixed, line.about, line.broadcast_id) == (ELSEWHERE, "Zebranie", broadcast_id)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "o",
        "r",
        "o.reply",
        "r.1.2",
        "r.1.2.x",
        "o.reply.e.270104",
        "o.reply.-.999999",
        "o.boo.-.270104",
        "b.x",
        "n.o.1.270104",
        "d.1.2701040900",
        "s.1.270104",
        "f.1.270104",
        "g.270104",
        "o.reply.-.270104.1",
        "r.9999999999.1.1",
        "o.event_moved.e1.270104",
    ],
)
async def test_names_of_nothing_are_refused(database: Database, name: str) -> None:
    async with database.transaction() as tx:
        for deed in (agenda_desk.look, agenda_desk.stop, agenda_desk.hurry):
            with pytest.raises((OccurrenceGone, OccurrenceUnknown)):
                await deed(tx, member=CHIEF, name=name, span=SPAN)


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_those_who_only_look_change_nothing(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 1)
        member = await make_staff(tx, chat_id=905, role=role)
        for deed in (agenda_desk.stop, agenda_desk.hurry):
            with pytest.raises(NotStaff):
                await deed(tx, member=member, name=name, span=SPAN)
        with pytest.raises(NotStaff):
            await agenda_desk.leave_out(tx, member=member, name=name, number=1, span=SPAN)
        if role == "trainer":
            with pytest.raises(NotStaff):
                await lines_of(tx, member)
        else:
            assert len(await lines_of(tx, member)) == 1
        assert await reminders.remind(tx, now=SOON - timedelta(hours=20)) == 1


async def lines_of(tx: Tx, member: StaffMember) -> list[agenda_desk.Occurrence]:
    return await agenda_desk.occurrences(tx, member=member, span=SPAN)


async def test_at_night_what_is_hurried_waits_for_the_morning(database: Database) -> None:
    night = datetime(2027, 1, 4, 22, tzinfo=NOW.tzinfo)
    span = Span(night, ZONE, QuietHours())
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 1)
        found = await agenda_desk.look(tx, member=CHIEF, name=name, span=span)

    assert agenda_desk.leaves_at(found.occurrence, span) == datetime(
        2027, 1, 5, 7, tzinfo=NOW.tzinfo
    )
    assert agenda_desk.leaves_at(found.occurrence, SPAN) == NOW
