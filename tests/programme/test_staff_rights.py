"""Every use case of staff × every role: refused before anything is touched, or not refused.

A use case without a row here fails: say which right it needs. What it is given besides the member
raises at the first touch, the transaction too, so that whoever is refused has read and changed
nothing. A trainer's own and other's events are tried with a database further below.
"""

import ast
import importlib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import select

from programme import attendance, attendance_desk, attendance_paper_steps, staff
from programme.asking import Asked
from programme.nomination_terms import Speaker
from programme.refusals import NotStaff
from storage import trainers
from storage.columns import metadata
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.staff import StaffMember
from tests.programme.attendance_steps import Course, make_course
from tests.programme.audience import make_staff
from tests.programme.staff_rights_table import TABLE
from tests.storage.rows import FIRST_DAY, NOW

# What takes a member of staff and is no use case of theirs, and why it is safe.
ELSEWHERE: Mapping[str, str] = {
    "announcements.withdraw": "asks whose it is first: test_announcements.py",
    "broadcasting.author_left": "the member is whom it is about",
    "deeds.take_back": "the right is that of the deed, read first: test_deeds.py",
    "staff.invite_staff": "the link itself; staff_team.invite asks for the right",
    "staff.may": "the question itself",
    "staff.permit": "the question itself",
    "staff.permit_event": "the question itself",
    "staff.record": "writes down what was done",
    "staff_leaving.rights_lost": "the member is whom it is about",
    "staff_notes.may_remove": "the question itself",
    "summaries.facts": "the member is whom it is for",
    "summaries.since": "the member is whom it is for",
}
# What the agenda finds behind a line; `agenda_desk`, which has asked for the right, hands it on.
BEHIND_THE_AGENDA = ("agenda_",)
# Arguments without which it is not known which right is needed.
PLAIN: Mapping[str, Any] = {"now": NOW, "code": "l"}
ARGUMENTS: Mapping[str, dict[str, Any]] = {"deeds.ask": {"action": "merge"}}
USE_CASES = [
    (right, f"{module}.{name}")
    for right, modules in TABLE.items()
    for module, names in modules.items()
    for name in names.split()
]
PROGRAMME = Path("programme")


class Touched(Exception):
    """Something was used."""


class Untouchable:
    """What nobody without the right may even look at."""

    def __getattr__(self, _name: str) -> NoReturn:
        raise Touched

    def __getitem__(self, _key: object) -> NoReturn:
        raise Touched

    def __iter__(self) -> NoReturn:
        raise Touched

    def __bool__(self) -> NoReturn:
        raise Touched

    def __str__(self) -> NoReturn:
        raise Touched


def _taking_a_member() -> set[str]:
    return {
        f"{file.stem}.{node.name}"
        for file in PROGRAMME.glob("*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name[0] != "_"
        for each in (*node.args.args, *node.args.kwonlyargs)
        if each.annotation is not None and "StaffMember" in ast.unparse(each.annotation)
    }


def test_every_use_case_of_staff_has_a_row_here() -> None:
    known = {name for _, name in USE_CASES} | set(ELSEWHERE)
    behind = {
        name
        for name in _taking_a_member()
        if name.startswith(BEHIND_THE_AGENDA) and not name.startswith("agenda_desk.")
    } | {"agenda_desk.find_whom"}

    assert _taking_a_member() - behind == known
    assert len(USE_CASES) == len({name for _, name in USE_CASES})
    assert {right for right, _ in USE_CASES} <= set(staff.ACTIONS)


async def _call(name: str, role: str) -> None:
    module, _, function = name.partition(".")
    use_case: Callable[..., Any] = getattr(importlib.import_module(f"programme.{module}"), function)
    member = StaffMember(1, "Anna", role, 900)
    given: dict[str, Any] = {}
    for parameter in inspect.signature(use_case).parameters.values():
        if "StaffMember" in str(parameter.annotation) and parameter.name != "second":
            given[parameter.name] = member
        elif parameter.default is parameter.empty:
            given[parameter.name] = PLAIN.get(parameter.name) or Untouchable()
    given |= ARGUMENTS.get(name, {})
    answer = use_case(**given)
    if isinstance(answer, Awaitable):
        await answer


@pytest.mark.parametrize("role", staff.ROLES)
@pytest.mark.parametrize(("right", "name"), USE_CASES)
async def test_use_case_is_refused_before_anything_is_touched(
    right: str, name: str, role: str
) -> None:
    try:
        await _call(name, role)
    except NotStaff:
        refused = True
    except (Touched, TypeError, AttributeError):
        # It went on to its work, for which there is nothing here.
        refused = False
    else:
        refused = False

    assert refused == (role not in staff.ACTIONS[right])


@pytest.mark.parametrize("role", staff.ROLES)
def test_speaker_for_an_organisation_is_only_who_of_staff_may(role: str) -> None:
    member = StaffMember(1, "Anna", role, 900)

    if role in staff.ACTIONS["nominations"]:
        assert Speaker(member=member).word == "staff"
    else:
        with pytest.raises(NotStaff):
            Speaker(member=member)


# --- a trainer: own and other's events ---


Deed = Callable[[Tx, Course, StaffMember], Awaitable[object]]


async def _sittings(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance_desk.sittings_of(tx, event_id=course.event_id, member=member, now=NOW)


async def _session(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance_desk.one(tx, session_id=course.sessions[0].id, member=member, now=NOW)


async def _ticks(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance_desk.tick_page(
        tx, session_id=course.sessions[0].id, page=0, member=member, now=NOW
    )


async def _signing_list(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance_desk.signing_list(
        tx, session_id=course.sessions[0].id, member=member, now=NOW
    )


async def _door_code(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance_desk.door_code(
        tx, session_id=course.sessions[0].id, member=member, now=NOW
    )


async def _correct(tx: Tx, course: Course, member: StaffMember) -> object:
    return await attendance.correct(
        tx,
        session_id=course.sessions[0].id,
        registration_id=course.registrations[0],
        present=True,
        member=member,
        now=FIRST_DAY,
    )


async def _paper(tx: Tx, course: Course, member: StaffMember) -> Asked:
    return await attendance_paper_steps.begin(
        tx,
        state=Conversation(900, "pl"),
        session_id=course.sessions[0].id,
        member=member,
        now=NOW,
    )


async def _paper_again(tx: Tx, course: Course, member: StaffMember) -> object:
    chief = StaffMember(1, "Maria", "coordinator", 901)
    asked = await _paper(tx, course, chief)
    return await attendance_paper_steps.ask(tx, state=asked.conversation, member=member, now=NOW)


async def _paper_answer(tx: Tx, course: Course, member: StaffMember) -> object:
    chief = StaffMember(1, "Maria", "coordinator", 901)
    asked = await _paper(tx, course, chief)
    return await attendance_paper_steps.answer(
        tx, state=asked.conversation, raw="Anna", member=member, now=NOW
    )


DEEDS: dict[str, Deed] = {
    "attendance.correct": _correct,
    "attendance_desk.door_code": _door_code,
    "attendance_desk.one": _session,
    "attendance_desk.signing_list": _signing_list,
    "attendance_desk.sittings_of": _sittings,
    "attendance_desk.tick_page": _ticks,
    "attendance_paper_steps.answer": _paper_answer,
    "attendance_paper_steps.ask": _paper_again,
    "attendance_paper_steps.begin": _paper,
}


def test_every_deed_of_a_trainer_is_tried_with_an_event_of_another() -> None:
    theirs = {name for right, name in USE_CASES if right == "attendance"}

    assert theirs == {*DEEDS, "attendance.session_for"}


async def _look(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row) for row in (await tx.execute(select(table))).mappings()]
        for table in metadata.sorted_tables
        if table.name != "audit"
    }


@pytest.mark.parametrize("name", sorted(DEEDS))
async def test_trainer_does_it_at_own_events_and_nowhere_else(
    database: Database, name: str
) -> None:
    async with database.transaction() as tx:
        own, other = await make_course(tx), await make_course(tx)
        trainer = await make_staff(tx, chat_id=900, role="trainer")
        await trainers.give(tx, staff_id=trainer.id, event_ids=[own.event_id], now=NOW)

        await DEEDS[name](tx, own, trainer)
        before = await _look(tx)
        with pytest.raises(NotStaff):
            await DEEDS[name](tx, other, trainer)

        assert await _look(tx) == before


async def test_trainer_sees_of_people_only_their_names(database: Database) -> None:
    async with database.transaction() as tx:
        course = await make_course(tx)
        trainer = await make_staff(tx, chat_id=900, role="trainer")
        await trainers.give(tx, staff_id=trainer.id, event_ids=[course.event_id], now=NOW)
        facts = await attendance_desk.signing_list(
            tx, session_id=course.sessions[0].id, member=trainer, now=NOW
        )

    assert {row["organisation"] for row in facts["rows"]} == {""}
    assert all(row["name"] for row in facts["rows"])
