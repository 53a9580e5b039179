from typing import Any

import pytest

from programme import attendance, attendance_paper_steps, registration
from programme.asking import Asked
from programme.attendance_lists import print_list
from programme.attendance_paper import GONE, LIKE, SEVERAL, UNKNOWN
from programme.attendance_paper_steps import ANEW, FLOW, SAVE, SAVE_SURE, Noted
from programme.attendance_refusals import SessionUnknown
from programme.refusals import AnswerEmpty, OptionUnknown
from storage import staff
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.attendance_steps import Course, check_in, make_course, make_member, present
from tests.programme.audience import CHIEF
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_person


async def _begin(tx: Tx, course: Course) -> Asked:
    return await attendance_paper_steps.begin(
        tx,
        state=Conversation(900, "pl"),
        session_id=course.sessions[0].id,
        now=FIRST_DAY,
        member=CHIEF,
    )


async def _answer(
    tx: Tx, asked: Asked, raw: str, member: StaffMember
) -> tuple[str, dict[str, Any], Asked | None, Noted | None]:
    got = await attendance_paper_steps.answer(
        tx, state=asked.conversation, raw=raw, member=member, now=FIRST_DAY
    )
    if isinstance(got, Asked):
        return got.question, got.facts, got, None
    assert got[0].flow == ""
    return "", {}, None, got[1]


async def _next(tx: Tx, asked: Asked, raw: str, member: StaffMember) -> Asked:
    coming = (await _answer(tx, asked, raw, member))[2]
    assert coming is not None
    return coming


async def _end(tx: Tx, asked: Asked, raw: str, member: StaffMember) -> Noted:
    noted = (await _answer(tx, asked, raw, member))[3]
    assert noted is not None
    return noted


async def test_numbers_and_names_are_shown_and_then_noted(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        await check_in(tx, course, 1)
        asked = await _begin(tx, course)
        look = await _next(tx, asked, "1, 9\nEwa Żakk\nGall Anonim", member)
        before = await present(tx, course)
        noted = await _end(tx, look, SAVE, member)
        doors = sorted(one.door for one in await attendance.of_event(tx, event_id=course.event_id))

        assert (asked.conversation.flow, asked.question) == (FLOW, "paper_lines")
        assert (look.question, look.facts["sure"]) == ("paper_confirm", ["Jan Łoś"])
        assert look.facts["likes"] == [("Ewa Żakk", "Ewa Żak")]
        assert look.facts["unknown"] == [("9", UNKNOWN), ("Gall Anonim", UNKNOWN)]
        assert before == [(0, 1, True)]
        assert noted == Noted(
            course.sessions[0].id, 1, 1, [("9", UNKNOWN), ("Gall Anonim", UNKNOWN)]
        )
        assert sorted(await present(tx, course)) == [(0, 1, True), (0, 2, True)]
        assert doors == ["code", "paper"]
        assert len(await staff.audit_trail(tx, limit=9)) == 1


async def test_more_lines_are_added_and_nobody_is_counted_twice(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        asked = await _next(tx, await _begin(tx, course), "Żakk Ewa\nnikt", member)
        asked = await _next(tx, asked, "3, 3, 1\njeszcze nikt", member)
        noted = await _end(tx, asked, SAVE, member)

    assert (asked.facts["sure"], asked.facts["likes"]) == (["Ewa Żak", "Jan Łoś"], [])
    assert (noted.added, [text for text, _ in noted.unknown]) == (2, ["nikt", "jeszcze nikt"])


async def test_only_the_sure_ones_can_be_noted(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        asked = await _next(tx, await _begin(tx, course), "Jan Łoś\nEwa Żakk", member)
        noted = await _end(tx, asked, SAVE_SURE, member)

        assert noted == Noted(course.sessions[0].id, 1, 0, [("Ewa Żakk", LIKE)])
        assert await present(tx, course) == [(0, 1, True)]


async def test_list_can_be_begun_anew(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        asked = await _next(tx, await _begin(tx, course), "Jan Łoś\nnikt", member)
        anew = await _next(tx, asked, ANEW, member)
        asked = await _next(tx, anew, "Ewa Żak", member)

    assert anew.question == "paper_lines"
    assert (asked.facts["sure"], asked.facts["unknown"]) == (["Ewa Żak"], [])


async def test_several_prints_are_asked_for_and_numbers_follow_the_paper(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        await print_list(tx, event_id=course.event_id, now=NOW)
        await register(tx, course.event_id, await make_person(tx, name="Ola Baran"))
        await print_list(tx, event_id=course.event_id, now=NOW)
        asked = await _begin(tx, course)
        with pytest.raises(OptionUnknown):
            await _answer(tx, asked, "3", member)
        by_first = await _next(tx, await _next(tx, asked, "1", member), "1", member)
        by_second = await _next(tx, await _next(tx, asked, "2", member), "1", member)

    assert asked.facts["papers"] == [(2, NOW), (1, NOW)]
    assert (by_first.facts["sure"], by_second.facts["sure"]) == (["Jan Łoś"], ["Ola Baran"])


async def test_who_cancelled_meanwhile_is_shown_and_not_noted(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        asked = await _next(tx, await _begin(tx, course), "Jan Łoś\nEwa Żak", member)
        await registration.cancel(
            tx, registration_id=course.registrations[1], person_id=course.persons[1], now=NOW
        )
        again = await attendance_paper_steps.ask(
            tx, state=asked.conversation, now=NOW, member=CHIEF
        )
        noted = await _end(tx, asked, SAVE, member)

        assert again.facts == asked.facts
        assert (noted.added, noted.unknown) == (1, [("Jan Łoś", GONE)])
        assert await present(tx, course) == [(0, 2, True)]


async def test_namesakes_need_a_number(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx, ("Jan Nowak", "Jan Nowak"))
        member = await make_member(tx)
        asked = await _next(tx, await _begin(tx, course), "Jan Nowak", member)

    assert (asked.facts["sure"], asked.facts["unknown"]) == ([], [("Jan Nowak", SEVERAL)])


async def test_an_empty_answer_and_a_strange_session_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        course, member = await make_course(tx), await make_member(tx)
        asked = await _begin(tx, course)
        with pytest.raises(AnswerEmpty):
            await _answer(tx, asked, " \n ", member)
        with pytest.raises(SessionUnknown):
            await attendance_paper_steps.begin(
                tx, state=Conversation(900, "pl"), session_id=987654, now=NOW, member=CHIEF
            )
