"""How staff see an event: counts, pages of names, the line in the order in which it will move."""

from datetime import timedelta

import pytest

from programme import capacity, event_desk, event_questions, registration
from programme.desk_refusals import PersonGone
from programme.event_desk import APPLYING, IN_LINE, SEATED
from programme.forms import Option, Question
from programme.refusals import EventUnknown
from storage import event_people, events, registrations
from storage.database import Database, Tx
from storage.event_people import Counts
from tests.programme.audience import CHIEF, make_member, make_organisation, make_staff
from tests.programme.steps import register
from tests.storage.rows import NOW, make_event


async def crowd(tx: Tx, event_id: int, count: int) -> list[int]:
    """Register so many people and return their registrations."""
    found = []
    for number in range(count):
        person_id = await make_member(tx, f"Osoba {number:03d}")
        found.append((await register(tx, event_id, person_id)).registration_id)
    return found


async def test_counts_say_who_stands_where(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=2, offer_hours=24)
        first, *_rest = await crowd(tx, event_id, 4)
        who = await registrations.get(tx, first)
        assert who is not None
        await registration.cancel(tx, registration_id=first, person_id=who.person_id, now=NOW)

        desk = await event_desk.one(tx, event_id=event_id, now=NOW, member=CHIEF)

    assert desk.counts == Counts(seated=1, in_line=2, applying=0, offers=1, held=1)
    assert (desk.event.taken, desk.overbooked, desk.over) == (2, 0, False)


async def test_capacity_below_what_is_taken_shows_as_overbooked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=3)
        await crowd(tx, event_id, 3)
        member = await make_staff(tx)
        await capacity.change(tx, event_id=event_id, capacity=0, member=member, now=NOW)

        desk = await event_desk.one(tx, event_id=event_id, now=NOW, member=CHIEF)

    assert (desk.counts.seated, desk.overbooked) == (3, 3)


async def test_event_without_a_limit_is_never_overbooked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await crowd(tx, event_id, 2)

        desk = await event_desk.one(tx, event_id=event_id, now=NOW, member=CHIEF)

    assert (desk.counts.seated, desk.overbooked) == (2, 0)


async def test_participants_come_by_surname_in_pages(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        for name in ("Ewa Żak", "Jan Łoś", "Ala Lis", *(f"{n:02d} Nowak" for n in range(15))):
            await register(tx, event_id, await make_member(tx, name))

        first = await event_desk.page(tx, event_id=event_id, group=SEATED, number=0, member=CHIEF)
        last = await event_desk.page(tx, event_id=event_id, group=SEATED, number=99, member=CHIEF)

    assert (first.total, first.pages, first.first, len(first.people)) == (18, 2, 1, 15)
    assert (last.number, last.first, len(last.people)) == (1, 16, 3)
    everyone = [one.name for one in (*first.people, *last.people)]
    assert [*everyone[:3], everyone[-1]] == ["Ala Lis", "Jan Łoś", "00 Nowak", "Ewa Żak"]


async def test_page_of_nobody_is_one_empty_page(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        page = await event_desk.page(tx, event_id=event_id, group=IN_LINE, number=-1, member=CHIEF)

    assert (page.number, page.pages, page.total, page.people) == (0, 1, 0, [])


async def test_page_of_an_unknown_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await event_desk.page(tx, event_id=77, group=SEATED, number=0, member=CHIEF)


@pytest.mark.parametrize("fairness", ["first_come", "one_each"])
async def test_line_comes_in_the_order_that_its_people_are_told(
    database: Database, fairness: str
) -> None:
    async with database.transaction() as tx:
        kgw = await make_organisation(tx, "KGW")
        osp = await make_organisation(tx, "OSP")
        event_id = await make_event(tx, capacity=1, fairness=fairness)
        for name, organisation_id in (
            ("Ma miejsce", kgw),
            ("Druga z KGW", kgw),
            ("Pierwszy z OSP", osp),
            ("Drugi z OSP", osp),
            ("Sama", None),
            ("Sam", None),
        ):
            person_id = await make_member(tx, name, organisation_id=organisation_id)
            await register(tx, event_id, person_id)

        page = await event_desk.page(tx, event_id=event_id, group=IN_LINE, number=0, member=CHIEF)
        told = []
        for one in page.people:
            waiting = await registrations.get(tx, one.registration_id)
            assert waiting is not None
            told.append(await registrations.count_ahead(tx, waiting, fairness=fairness))

    assert told == [0, 1, 2, 3, 4]
    expected = {
        "first_come": ["Druga z KGW", "Pierwszy z OSP", "Drugi z OSP", "Sama", "Sam"],
        "one_each": ["Pierwszy z OSP", "Sama", "Sam", "Druga z KGW", "Drugi z OSP"],
    }
    assert [one.name for one in page.people] == expected[fairness]


async def test_whoever_has_a_seat_held_comes_first_with_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=24)
        first, second, third = await crowd(tx, event_id, 3)
        seated = await registrations.get(tx, first)
        assert seated is not None
        await registration.cancel(tx, registration_id=first, person_id=seated.person_id, now=NOW)

        page = await event_desk.page(tx, event_id=event_id, group=IN_LINE, number=0, member=CHIEF)

    assert [one.registration_id for one in page.people] == [second, third]
    assert [one.offer_until is not None for one in page.people] == [True, False]
    assert [one.offer_holds_seat for one in page.people] == [True, False]


async def test_applications_are_neither_seated_nor_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=5, approval="staff")
        applied = await crowd(tx, event_id, 2)

        counts = await event_people.count(tx, event_id)
        page = await event_desk.page(tx, event_id=event_id, group=APPLYING, number=0, member=CHIEF)

    assert counts == Counts(seated=0, in_line=0, applying=2, offers=0, held=0)
    assert [one.registration_id for one in page.people] == applied


async def test_person_is_shown_with_what_they_answered(database: Database) -> None:
    questions = (
        Question("obiad", "choice", "Obiad?", (Option("tak", "Tak, proszę"),)),
        Question("dieta", "multiple", "Dieta?", (Option("w", "Bez mięsa"), Option("g", "Inna"))),
        Question("uwagi", "text", "Uwagi?", required=False),
    )
    async with database.transaction() as tx:
        form_id = await event_questions.keep(tx, event_key="e", questions=questions, now=NOW)
        kgw = await make_organisation(tx, "KGW Miłki")
        event_id = await make_event(tx, form_id=form_id)
        person_id = await make_member(tx, "Anna Wzorowa", organisation_id=kgw)
        got = await registration.register(
            tx,
            event_id=event_id,
            person_id=person_id,
            door="telegram",
            answers={"obiad": "tak", "dieta": ["w", "g"]},
            form_id=form_id,
            now=NOW,
        )

        desk = await event_desk.person(tx, registration_id=got.registration_id, member=CHIEF)

    assert (desk.attending.name, desk.attending.organisation) == ("Anna Wzorowa", "KGW Miłki")
    assert desk.answers == [("Obiad?", "Tak, proszę"), ("Dieta?", "Bez mięsa, Inna")]


async def test_person_who_has_left_is_gone(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        (number,) = await crowd(tx, event_id, 1)
        found = await registrations.get(tx, number)
        assert found is not None
        await registration.cancel(tx, registration_id=number, person_id=found.person_id, now=NOW)

        with pytest.raises(PersonGone):
            await event_desk.person(tx, registration_id=number, member=CHIEF)


async def test_event_that_is_over_says_so(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        sessions = await events.sessions(tx, event_id)

        desk = await event_desk.one(tx, event_id=event_id, now=sessions[0].ends_at, member=CHIEF)

    assert desk.over


async def test_events_ahead_come_first_and_then_those_that_are_over(database: Database) -> None:
    day = timedelta(days=1)
    async with database.transaction() as tx:
        later = await make_event(tx, sessions=(NOW + 9 * day,))
        sooner = await make_event(tx, sessions=(NOW + day,))
        long_over = await make_event(tx, sessions=(NOW - 50 * day,))
        just_over = await make_event(tx, sessions=(NOW - 2 * day,))
        await make_event(tx, sessions=(NOW - 70 * day,))
        await make_event(tx, state="draft")

        found = await event_desk.events_in_care(tx, now=NOW, member=CHIEF)

    assert [event.id for event in found] == [sooner, later, just_over, long_over]
