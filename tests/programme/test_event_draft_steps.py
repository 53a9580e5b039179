"""Make or copy an event in a dialogue: each question, in order, and a draft with the last one."""

from typing import Any

import pytest

from programme import event_draft_steps
from programme import event_fields as fields
from programme.asking import Asked
from programme.desk_refusals import SessionsOverlap
from programme.event_draft_steps import Made
from programme.event_refusals import (
    DaysUnclear,
    DeadlineUnclear,
    EndBeforeStart,
    ProgrammeMissing,
    StandsWrong,
)
from programme.importing.entries import TermsEntry
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    EventUnknown,
    NotStaff,
    OptionUnknown,
    QuestionPassed,
)
from programme.seat_refusals import CapacityWrong
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.audience import make_staff
from tests.programme.drafting import TWO_DAYS, filled, make_draft, read, without_key
from tests.storage.rows import NOW, ZONE, make_event, make_programme

BLANK = Conversation(900, "pl")


async def begun(tx: Tx, *answers: str) -> tuple[Asked | Made, StaffMember]:
    """Begin a new event and answer."""
    await make_programme(tx)
    member = await make_staff(tx)
    asked: Asked | Made = await event_draft_steps.begin(
        tx, state=BLANK, member=member, zone=ZONE, now=NOW
    )
    return await onward(tx, asked, member, *answers), member


async def onward(tx: Tx, asked: Asked | Made, member: StaffMember, *answers: str) -> Asked | Made:
    """Answer the open questions one after another."""
    for raw in answers:
        assert isinstance(asked, Asked)
        asked = await event_draft_steps.answer(
            tx, state=asked.conversation, raw=raw, member=member, zone=ZONE, now=NOW
        )
    return asked


KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("meeting", "12", {"seats": 12}),
    ("training", "=none", {"seats": None}),
    ("fair", "15", {"stands": 15}),
]


@pytest.mark.parametrize(("kind", "raw", "more"), KINDS)
async def test_six_answers_make_a_draft(
    database: Database, kind: str, raw: str, more: dict[str, Any]
) -> None:
    async with database.transaction() as tx:
        made, _member = await begun(
            tx, kind, "Spotkanie robocze", "10 lutego 16-18", "GOK", raw, "8 lutego 15:00"
        )

        assert isinstance(made, Made)
        assert (made.conversation.flow, made.conversation.data) == ("", {})
        draft = await read(tx, made.event_id)
        assert without_key(draft.entry) == filled(kind, deadline="2027-02-08T15:00", **more)


@pytest.mark.parametrize(
    ("kind", "hours", "ends"),
    [("meeting", "16", "18:00"), ("training", "9", "15:00"), ("fair", "10", "15:00")],
)
async def test_a_day_without_an_end_lasts_as_its_kind_does(
    database: Database, kind: str, hours: str, ends: str
) -> None:
    async with database.transaction() as tx:
        asked, _member = await begun(tx, kind, "Tytuł", f"10 lutego o {hours}")

        assert isinstance(asked, Asked)
        [[_starts, said]] = asked.conversation.data["answers"]["days"]
        assert said.endswith(f"T{ends}")


async def test_buttons_stand_for_a_known_place_and_the_day_before(database: Database) -> None:
    async with database.transaction() as tx:
        await make_event(tx)
        asked, member = await begun(tx, "meeting", "Tytuł", "10 lutego 16-18")
        assert isinstance(asked, Asked)
        assert asked.facts["places"] == ["Urząd Gminy, sala 12"]

        made = await onward(tx, asked, member, "=place0", "=none", "=before")

        assert isinstance(made, Made)
        entry = (await read(tx, made.event_id)).entry
        assert (entry.place, fields.value_of(entry, fields.DEADLINE)) == (
            "Urząd Gminy, sala 12",
            "2027-02-09T23:59",
        )


async def test_a_day_before_that_is_over_is_not_offered(database: Database) -> None:
    async with database.transaction() as tx:
        asked, _member = await begun(tx, "meeting", "Tytuł", "dziś 16-18", "GOK", "=none")

        assert isinstance(asked, Asked)
        assert (asked.question, asked.facts["before"]) == ("draft_deadline", None)


WRONG: list[tuple[tuple[str, ...], str, type[Exception]]] = [
    ((), "party", OptionUnknown),
    (("meeting",), "   ", AnswerEmpty),
    (("meeting",), "x" * 201, AnswerTooLong),
    (("meeting", "Tytuł"), "kiedyś", DaysUnclear),
    (("meeting", "Tytuł"), "10 lutego 18-16", EndBeforeStart),
    (("meeting", "Tytuł"), "10 lutego 9-12; 10 lutego 11-13", SessionsOverlap),
    (("meeting", "Tytuł", "10 lutego 9-12"), "=place7", OptionUnknown),
    (("meeting", "Tytuł", "10 lutego 9-12", "GOK"), "dużo", CapacityWrong),
    (("meeting", "Tytuł", "10 lutego 9-12", "GOK"), "0", CapacityWrong),
    (("fair", "Tytuł", "10 lutego 9-12", "GOK"), "-3", StandsWrong),
    (("meeting", "Tytuł", "10 lutego 9-12", "GOK", "=none"), "potem", DeadlineUnclear),
]


@pytest.mark.parametrize(("before", "raw", "refusal"), WRONG)
async def test_what_is_plainly_wrong_is_refused_at_its_question(
    database: Database, before: tuple[str, ...], raw: str, refusal: type[Exception]
) -> None:
    async with database.transaction() as tx:
        asked, member = await begun(tx, *before)

        with pytest.raises(refusal):
            await onward(tx, asked, member, raw)


async def test_copy_asks_for_days_and_deadlines_and_takes_the_rest(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(
            tx,
            "training",
            days=TWO_DAYS,
            seats=20,
            deadline="2027-02-08T15:00",
            naming="2027-02-01T23:59",
            description="Kawa będzie.",
            audience="ngo",
        )
        asked = await event_draft_steps.begin_copy(
            tx, state=BLANK, event_id=event_id, member=member, zone=ZONE, now=NOW
        )

        questions = [asked.question]
        following: Asked | Made = asked
        for raw in ("3-5 marca 9-15", "1 marca", "20 lutego"):
            following = await onward(tx, following, member, raw)
            questions += [following.question] if isinstance(following, Asked) else []

        assert questions == ["draft_days", "draft_deadline", "draft_naming"]
        assert isinstance(following, Made)
        copy = (await read(tx, following.event_id)).entry
        days = [[f"2027-03-0{day}T09:00", f"2027-03-0{day}T15:00"] for day in (3, 4, 5)]
        assert without_key(copy) == filled(
            "training",
            days=days,
            seats=20,
            deadline="2027-03-01T23:59",
            naming="2027-02-20T23:59",
            description="Kawa będzie.",
            audience="ngo",
        )
        # All days for a certificate stay all days.
        assert copy.terms.certificate_sessions == 3


async def test_copy_of_what_has_no_deadline_asks_for_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
        asked = await event_draft_steps.begin_copy(
            tx, state=BLANK, event_id=event_id, member=member, zone=ZONE, now=NOW
        )

        made = await onward(tx, asked, member, "17 lutego 16-18")

        assert isinstance(made, Made)
        assert (await read(tx, made.event_id)).entry.terms == TermsEntry()


async def test_what_is_not_there_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        with pytest.raises(ProgrammeMissing):
            await event_draft_steps.begin(tx, state=BLANK, member=member, zone=ZONE, now=NOW)
        with pytest.raises(EventUnknown):
            await event_draft_steps.begin_copy(
                tx, state=BLANK, event_id=999, member=member, zone=ZONE, now=NOW
            )


async def test_step_that_does_not_exist_has_passed(database: Database) -> None:
    async with database.transaction() as tx:
        asked, member = await begun(tx, "meeting")
        assert isinstance(asked, Asked)
        odd = Conversation(900, "pl", asked.conversation.flow, "gone", 3, asked.conversation.data)

        with pytest.raises(QuestionPassed):
            await event_draft_steps.answer(
                tx, state=odd, raw="x", member=member, zone=ZONE, now=NOW
            )


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_only_those_who_may_make_events_are_asked(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        await make_programme(tx)
        reader = await make_staff(tx, role=role)

        with pytest.raises(NotStaff):
            await event_draft_steps.begin(tx, state=BLANK, member=reader, zone=ZONE, now=NOW)
