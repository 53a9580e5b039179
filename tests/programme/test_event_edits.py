"""Staff change the words, deadline or audience of an event that people are registered for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import capacity, event_cards, event_edits, nomination_calls, registration
from programme import event_fields as fields
from programme import events as changes
from programme.event_cards import Difference
from programme.event_edits import Edited
from programme.event_news import Reach
from programme.event_refusals import EventChanged, SameValue
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown, NotStaff
from storage import events as event_rows
from storage import registrations
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import event, outbox
from tests.programme.audience import make_organisation, make_staff
from tests.programme.drafting import deeds, read
from tests.programme.inviting import invite
from tests.programme.stands import exhibit, make_fair, make_voice
from tests.programme.steps import facts_of, kinds_to, register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

QUIET = QuietHours()
DAY = timedelta(days=1)
NIGHT = datetime(2027, 1, 4, 21, tzinfo=UTC)
MORNING = datetime(2027, 1, 5, 7, tzinfo=UTC)


async def save(
    tx: Tx,
    event_id: int,
    member: StaffMember,
    field: str,
    value: Any,
    *,
    tell: bool = False,
    revision: int = 0,
    now: datetime = NOW,
) -> Edited:
    return await event_edits.save(
        tx,
        member=member,
        event_id=event_id,
        revision=revision,
        field=field,
        value=value,
        tell=tell,
        quiet=QUIET,
        now=now,
    )


async def calendars(tx: Tx, kind: str) -> list[dict[str, Any]]:
    """List the calendar facts that letters of a kind carry; those in line have none."""
    mailed = (outbox.c.kind == kind, outbox.c.channel == "mail")
    rows = await tx.execute(select(outbox.c.facts).where(*mailed).order_by(outbox.c.id))
    return [facts["calendar"] for facts in rows.scalars() if "calendar" in facts]


async def town(tx: Tx, **terms: Any) -> tuple[int, StaffMember]:
    """Make an event of one seat: Anna has it by chat, Jan waits by mail, nobody finds Ewa."""
    event_id = await make_event(tx, capacity=1, **terms)
    for name, chat, mail in (
        ("Anna", 1, "anna@example.org"),
        ("Jan", None, "jan@example.org"),
        ("Ewa", None, None),
    ):
        await register(tx, event_id, await make_person(tx, name=name, chat=chat, mail=mail))
    await tx.execute(update(outbox).values(state="sent"))
    return event_id, await make_staff(tx)


async def test_a_slip_of_the_pen_is_mended_without_a_word(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)
        before = (await tx.execute(select(outbox))).all()

        done = await save(tx, event_id, member, fields.TITLE, "Budowanie partnerstwa")

        assert done == Edited(people=0, letters=0)
        assert (await tx.execute(select(outbox))).all() == before
        found = await read(tx, event_id)
        assert (found.entry.title, found.revision) == ("Budowanie partnerstwa", 1)
        assert (await deeds(tx))[-1] == (
            "edit_event",
            {
                "event": event_id,
                "field": "title",
                "old": "Budowanie partnerstw",
                "new": "Budowanie partnerstwa",
                "people": 0,
            },
        )


async def test_a_new_title_is_told_and_put_into_calendars_under_the_same_sequence(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)
        assert await event_edits.reach(tx, event_id=event_id) == Reach(1, 1, 1)

        done = await save(tx, event_id, member, fields.TITLE, "Nowy tytuł", tell=True)

        assert done == Edited(people=2, letters=0)
        assert (await kinds_to(tx, "1"))[-1] == "event_changed"
        assert (await kinds_to(tx, "anna@example.org"))[-1] == "event_changed"
        assert (await kinds_to(tx, "jan@example.org"))[-1] == "event_changed"
        [anna] = await registrations.of_event(tx, event_id, state="active")
        told = await facts_of(tx, f"event_changed:{anna.id}:1:telegram")
        assert (told["former_title"], told["body"], told["event"]["title"]) == (
            "Budowanie partnerstw",
            "",
            "Nowy tytuł",
        )
        [before], [after] = (
            await calendars(tx, "registration_confirmed"),
            await calendars(tx, "event_changed"),
        )
        assert after == before
        assert (after["sequence"], after["method"]) == (0, "REQUEST")


async def test_a_new_description_is_told_without_a_calendar(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)

        await save(tx, event_id, member, fields.DESCRIPTION, "Kawa będzie.", tell=True)

        [anna] = await registrations.of_event(tx, event_id, state="active")
        told = await facts_of(tx, f"event_changed:{anna.id}:1:telegram")
        assert (told["former_title"], told["body"]) == ("", "Kawa będzie.")
        assert await calendars(tx, "event_changed") == []
        assert "event_changed" not in await kinds_to(tx, "anna@example.org")


async def test_news_waits_for_the_morning_and_is_kept_back_by_a_cancellation(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)
        await save(tx, event_id, member, fields.TITLE, "Nowy", tell=True, now=NIGHT)

        is_news = outbox.c.kind == "event_changed"
        due = set((await tx.execute(select(outbox.c.due_at).where(is_news))).scalars())
        assert due == {MORNING}
        await changes.cancel_event(tx, event_id=event_id, quiet=QUIET, now=NIGHT)
        states = set((await tx.execute(select(outbox.c.state).where(is_news))).scalars())
        assert states == {"cancelled"}


async def test_exhibitors_of_a_fair_are_told_too(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx, stands=2)
        organisation_id = await make_organisation(tx, "KGW")
        person_id = await make_voice(tx, organisation_id, chat=5)
        await exhibit(tx, event_id, organisation_id, person_id)
        member = await make_staff(tx)
        assert await event_edits.reach(tx, event_id=event_id) == Reach(1, 0, 0)

        done = await save(tx, event_id, member, fields.TITLE, "Targi", tell=True)

        assert done.people == 1
        assert (await kinds_to(tx, "5"))[-1] == "event_changed"


async def test_waiting_invitations_follow_title_and_deadline(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=FIRST_DAY - 2 * DAY)
        await make_organisation(tx, "KGW", email="kgw@example.org")
        member = await make_staff(tx)
        await invite(tx, member, event_id=event_id)
        deadline = FIRST_DAY - DAY

        letters = [
            (await save(tx, event_id, member, fields.TITLE, "Nowy")).letters,
            (
                await save(tx, event_id, member, fields.DEADLINE, "2027-02-09T09:00", revision=1)
            ).letters,
        ]

        [row] = (await tx.execute(select(outbox))).all()
        assert letters == [1, 1]
        assert (row.facts["event"]["title"], row.facts["deadline"]) == (
            "Nowy",
            deadline.isoformat(),
        )
        assert row.not_after == deadline


async def test_waiting_calls_follow_the_deadline_for_naming(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(
            tx, entry="nominated", nomination_deadline_at=FIRST_DAY - 5 * DAY
        )
        await make_organisation(tx, "KGW", email="kgw@example.org")
        member = await make_staff(tx)
        await nomination_calls.send(
            tx, event_id=event_id, member=member, link="https://t.me/bot", quiet=QUIET, now=NOW
        )

        done = await save(tx, event_id, member, fields.NAMING, "2027-02-09T09:00")

        row = (await tx.execute(select(outbox).where(outbox.c.kind == "nomination_call"))).one()
        assert done.letters == 1
        assert (row.facts["deadline"], row.not_after) == (
            (FIRST_DAY - DAY).isoformat(),
            FIRST_DAY - DAY,
        )


async def test_a_later_deadline_lets_people_in_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=NOW - DAY)
        member = await make_staff(tx)

        await save(tx, event_id, member, fields.DEADLINE, "2027-02-09T23:59")

        got = await registration.register(
            tx, event_id=event_id, person_id=await make_person(tx), door="web", now=NOW
        )
        assert got.state == "active"


async def test_another_audience_throws_nobody_out(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)

        await save(tx, event_id, member, fields.AUDIENCE, "office", tell=True)

        assert len(await registrations.of_event(tx, event_id, state="active")) == 1
        assert "event_changed" not in await kinds_to(tx, "1")


async def test_what_is_so_already_is_no_change(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)

        with pytest.raises(SameValue):
            await save(tx, event_id, member, fields.TITLE, "Budowanie partnerstw")
        assert (await read(tx, event_id)).revision == 0


async def test_drafts_and_cancelled_events_are_not_edited_here(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        draft = await make_event(tx, state="draft")
        cancelled = await make_event(tx, state="cancelled")

        with pytest.raises(EventUnknown):
            await save(tx, draft, member, fields.TITLE, "X")
        with pytest.raises(EventCancelled):
            await save(tx, cancelled, member, fields.TITLE, "X")


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_only_those_who_may_make_events_edit_them(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)

        with pytest.raises(NotStaff):
            await save(tx, event_id, replace(member, role=role), fields.TITLE, "X")
        assert (await read(tx, event_id)).revision == 0


async def test_every_change_of_staff_raises_the_revision(database: Database) -> None:
    """Whoever looks at the event meanwhile overwrites nothing, whatever the other changed."""
    async with database.transaction() as tx:
        event_id, member = await town(tx)
        shown = await event_cards.shown(tx, event_id)
        await capacity.change(tx, event_id=event_id, capacity=3, member=member, now=NOW)
        [session] = (await read(tx, event_id)).entry.sessions
        moves = await _moves(tx, event_id, place="Szkoła")
        await changes.move_sessions(tx, event_id=event_id, moves=moves, quiet=QUIET, now=NOW)

        with pytest.raises(EventChanged):
            await save(tx, event_id, member, fields.TITLE, "Nowy")

        found = await read(tx, event_id)
        assert (found.revision, session.place) == (2, "Urząd Gminy, sala 12")
        assert event_cards.differences(shown, found) == [
            Difference(fields.PLACE, "Urząd Gminy, sala 12", "Szkoła"),
            Difference(fields.SEATS, 1, 3),
        ]


async def test_seats_are_not_changed_over_what_was_not_shown(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await town(tx)
        await save(tx, event_id, member, fields.TITLE, "Nowy")

        with pytest.raises(EventChanged):
            await capacity.change(
                tx, event_id=event_id, capacity=3, member=member, now=NOW, shown=0
            )
        taken = select(event.c.capacity).where(event.c.id == event_id)
        assert await tx.scalar(taken) == 1


async def _moves(tx: Tx, event_id: int, *, place: str) -> list[changes.SessionMove]:
    return changes.shifted_moves(await event_rows.sessions(tx, event_id), timedelta(0), place)


async def test_moving_to_a_strange_time_is_named_before_it_is_saved(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=FIRST_DAY - DAY)
        before = await _moves(tx, event_id, place="GOK")
        sunday = [
            replace(
                one,
                starts_wall=one.starts_wall - timedelta(days=3),
                ends_wall=one.ends_wall - timedelta(days=3),
            )
            for one in before
        ]

        kinds = [
            [
                type(doubt).__name__
                for doubt in await event_cards.doubts_of_move(tx, event_id, moves, now=NOW)
            ]
            for moves in (before, sunday)
        ]

        assert kinds == [[], ["DeadlineAfterStart", "SessionOnSunday"]]
