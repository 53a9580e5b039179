"""Moving an event of several days at once: told once, planned anew, all or nothing."""

import asyncio
from datetime import datetime, timedelta

import pytest

from programme import deeds, event_change_steps, events, nomination_calls, registration
from programme.asking import Asked
from programme.deeds import Deed
from programme.desk_refusals import SessionsOverlap
from programme.event_change_steps import ALL, KEEP, MOVE, YES, Changed
from programme.events import SessionMove
from programme.refusals import (
    EventCancelled,
    EventUnknown,
    OptionUnknown,
    SessionChanged,
    TimesWrong,
)
from programme.wall_time import read
from storage import events as rows
from storage import staff
from storage.conversations import Conversation
from storage.database import Database, Tx
from tests.programme.audience import CHIEF, close_chat, make_staff
from tests.programme.carrying import LATER
from tests.programme.moves import DAY, HOUR, QUIET, TWO_DAYS, move_days, starts
from tests.programme.naming import LINK, make_scene, name
from tests.programme.stands import crowd, exhibit, make_fair
from tests.programme.steps import calendars, facts_of, read_event, register, told, uids
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person


async def _moved(tx: Tx) -> list[tuple[str, str]]:
    return [(key, to) for key, kind, to in await told(tx) if kind == "event_moved"]


async def test_move_of_all_days_is_told_once_in_chat_and_once_a_day_by_mail(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        got = await register(tx, event_id, await make_person(tx, chat=7, mail="jan@example.org"))
        first, second = await rows.sessions(tx, event_id)
        count = await move_days(tx, event_id)
        key = f"event_moved:{got.registration_id}:{first.id}:1"
        first_uid, second_uid = await uids(tx, got.registration_id)

        assert count == 1
        assert await starts(tx, event_id) == [one + DAY for one in TWO_DAYS]
        assert await _moved(tx) == [
            (f"{key}:telegram", "7"),
            (f"{key}:{first.id}:mail", "jan@example.org"),
            (f"{key}:{second.id}:mail", "jan@example.org"),
        ]
        assert await calendars(tx, "event_moved") == [
            {"uid": first_uid, "sequence": 1, "method": "REQUEST"},
            {"uid": second_uid, "sequence": 1, "method": "REQUEST"},
        ]
        facts = await facts_of(tx, f"{key}:telegram")

    assert facts["calendar_entries"] == [
        {"uid": first_uid, "sequence": 1},
        {"uid": second_uid, "sequence": 1},
    ]
    old, new = facts["old"]["sessions"], facts["event"]["sessions"]
    assert [datetime.fromisoformat(one["starts_at"]) for one in old] == list(TWO_DAYS)
    assert [datetime.fromisoformat(one["starts_at"]) for one in new] == [
        one + DAY for one in TWO_DAYS
    ]


async def test_move_repeated_changes_and_tells_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await register(tx, event_id, await make_person(tx, chat=7))
        moves = events.shifted_moves(await rows.sessions(tx, event_id), DAY)
        counts = [
            await events.move_sessions(tx, event_id=event_id, moves=moves, quiet=QUIET, now=NOW)
            for _ in range(2)
        ]
        revisions = [one.revision for one in await rows.sessions(tx, event_id)]

        assert (counts, revisions, len(await _moved(tx))) == ([1, 0], [1, 1], 1)


async def test_day_that_is_there_already_is_not_moved_with_the_others(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        person_id = await make_person(tx, mail="jan@example.org")
        got = await register(tx, event_id, person_id)
        first, second = await rows.sessions(tx, event_id)
        moves = [
            *events.shifted_moves([first], timedelta(0)),
            *events.shifted_moves([second], DAY),
        ]
        await events.move_sessions(tx, event_id=event_id, moves=moves, quiet=QUIET, now=NOW)

        key = f"event_moved:{got.registration_id}:{second.id}:1:{second.id}:mail"
        assert await _moved(tx) == [(key, "jan@example.org")]


async def test_every_move_is_told_whatever_moved_before(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await register(tx, event_id, await make_person(tx, chat=7))
        for days in ((1, 2), (2,), (1,), (1, 2), (2,), (1,), (1, 2)):
            await move_days(tx, event_id, HOUR / 2, days=days)

        assert len(await _moved(tx)) == 7


async def test_move_of_one_day_onto_another_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await register(tx, event_id, await make_person(tx, chat=7))
        with pytest.raises(SessionsOverlap):
            await move_days(tx, event_id, days=(1,))

        assert await starts(tx, event_id) == list(TWO_DAYS)
        assert await _moved(tx) == []


async def test_sessions_side_by_side_on_purpose_move_together(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(FIRST_DAY, FIRST_DAY + HOUR))
        await move_days(tx, event_id)

        assert await starts(tx, event_id) == [FIRST_DAY + DAY, FIRST_DAY + DAY + HOUR]


async def test_move_that_is_wrong_for_one_day_changes_none(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        other = await make_event(tx)
        [foreign] = await rows.sessions(tx, other)
        moves = events.shifted_moves(await rows.sessions(tx, event_id), DAY)
        past = SessionMove(moves[1].session_id, read("2020-01-01T09:00"), moves[1].ends_wall, "")
        for wrong, why in (
            (past, TimesWrong),
            (SessionMove(foreign.id, moves[1].starts_wall, moves[1].ends_wall, ""), EventUnknown),
        ):
            with pytest.raises(why):
                await events.move_sessions(
                    tx, event_id=event_id, moves=[moves[0], wrong], quiet=QUIET, now=NOW
                )
        await events.cancel_event(tx, event_id=event_id, now=NOW)
        with pytest.raises(EventCancelled):
            await move_days(tx, event_id)

        assert await starts(tx, event_id) == list(TWO_DAYS)


@pytest.mark.parametrize("by", [timedelta(days=-700_000), timedelta(days=4_000_000)])
async def test_move_to_where_no_calendar_reaches_is_refused(
    database: Database, by: timedelta
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        with pytest.raises(TimesWrong):
            await move_days(tx, event_id, by)
        [_first, second] = await rows.sessions(tx, event_id)
        move = SessionMove(second.id, read("0001-01-01T00:00"), read("9999-12-31T23:59"), "")
        with pytest.raises(TimesWrong):
            await events.move_sessions(tx, event_id=event_id, moves=[move], quiet=QUIET, now=NOW)


async def test_place_of_all_days_is_the_event_s_own_and_told_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await register(tx, event_id, await make_person(tx, chat=7))
        told_of = [await move_days(tx, event_id, timedelta(0), place="Świetlica") for _ in range(2)]
        sessions = await rows.sessions(tx, event_id)
        [(key, _)] = await _moved(tx)
        facts = await facts_of(tx, key)

        assert told_of == [1, 0]
        assert [(one.place, one.revision) for one in sessions] == [("Świetlica", 1)] * 2
        assert (await read_event(tx, event_id)).place == "Świetlica"
    assert (facts["old"]["place"], facts["event"]["place"]) == (
        "Urząd Gminy, sala 12",
        "Świetlica",
    )


async def test_place_of_one_day_leaves_the_event_where_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await move_days(tx, event_id, timedelta(0), days=(2,), place="Świetlica")

        assert (await read_event(tx, event_id)).place == "Urząd Gminy, sala 12"


async def test_move_of_the_time_leaves_the_event_where_it_says_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await rows.set_place(tx, event_id, "Urząd Gminy")
        await move_days(tx, event_id)

        assert (await read_event(tx, event_id)).place == "Urząd Gminy"


async def _confirming(database: Database, event_id: int, chat: int) -> Asked:
    async with database.transaction() as tx:
        return await _confirming_in(tx, event_id, chat)


async def _confirming_in(tx: Tx, event_id: int, chat: int) -> Asked:
    """Lead a dialogue about the whole event to its last question."""
    following: Asked | Changed = await event_change_steps.begin(
        tx, state=Conversation(chat, "pl"), event_id=event_id, deed=MOVE, now=NOW, member=CHIEF
    )
    for raw in (ALL, "20.02.2027", KEEP):
        assert isinstance(following, Asked)
        following = await _answer(tx, following, raw)
    assert isinstance(following, Asked)
    return following


async def _answer(tx: Tx, asked: Asked, raw: str) -> Asked | Changed:
    member = await staff.by_chat(tx, 900) or await make_staff(tx)
    return await event_change_steps.answer(
        tx, state=asked.conversation, raw=raw, member=member, quiet=QUIET, now=NOW
    )


async def test_two_who_move_at_the_same_moment_move_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)
        await register(tx, event_id, await make_person(tx, chat=7))
    for chat in (900, 901):
        question = await _confirming(database, event_id, chat)
        async with database.transaction() as tx:
            await _answer(tx, question, YES)
    async with database.reading() as tx:
        confirmed = await deeds.due(tx, now=LATER)

    async def carry_out(one: Database, deed: Deed) -> str:
        try:
            async with one.transaction() as tx:
                await deeds.carry_out(tx, deed=deed, quiet=QUIET, now=LATER)
                await asyncio.sleep(0.02)
        except SessionChanged:
            return "changed"
        return "moved"

    pairs = zip((database, second), confirmed, strict=True)
    outcomes = await asyncio.gather(*(carry_out(*pair) for pair in pairs))

    async with database.reading() as tx:
        assert sorted(outcomes) == ["changed", "moved"]
        assert [one.revision for one in await rows.sessions(tx, event_id)] == [1, 1]
        assert len(await _moved(tx)) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_move_while_one_of_the_days_moves_changes_nothing(
    database: Database, second: Database
) -> None:
    """On SQLite the second one cannot even look before the first has ended."""
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=TWO_DAYS)

    async def move_all() -> None:
        async with second.transaction() as tx:
            await move_days(tx, event_id, 7 * DAY)

    async with database.transaction() as tx:
        await move_days(tx, event_id, days=(2,))
        other = asyncio.create_task(move_all())
        await asyncio.sleep(0.2)

    with pytest.raises(SessionChanged):
        await other
    async with database.reading() as tx:
        assert await starts(tx, event_id) == [FIRST_DAY, FIRST_DAY + 2 * DAY]


async def _said_before_and_after(tx: Tx, event_id: int, *, cancel: bool) -> tuple[int, int]:
    before = await events.count_concerned(tx, event_id=event_id)
    if cancel:
        return before, await events.cancel_event(tx, event_id=event_id, now=NOW)
    return before, await move_days(tx, event_id)


@pytest.mark.parametrize("cancel", [False, True])
async def test_number_said_before_counts_exhibitors(database: Database, *, cancel: bool) -> None:
    async with database.transaction() as tx:
        event_id = await make_fair(tx)
        people = await crowd(tx, 3)
        for each in people:
            await exhibit(tx, event_id, *each)
        # One visits as well, and one cannot be reached at all.
        await registration.register(
            tx, event_id=event_id, person_id=people[0][1], door="telegram", now=NOW
        )
        await close_chat(tx, people[1][1])
        # In line, and never reached by anything.
        await registration.register(
            tx, event_id=event_id, person_id=await make_person(tx), door="import", now=NOW
        )

        said, done = await _said_before_and_after(tx, event_id, cancel=cancel)

    assert (said, done) == (3, 3)


@pytest.mark.parametrize("cancel", [False, True])
async def test_number_said_before_counts_the_named_who_have_been_asked(
    database: Database, *, cancel: bool
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, seats=3)
        await name(tx, at, email="anna@example.org")
        await name(tx, at, "Jan bez Adresu")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")
        # This one's first letter still waits, and will say the new day by itself.
        await name(tx, at, "Ewa Późna", email="ewa@example.org")
        assert at.staff.member is not None
        await nomination_calls.send(
            tx, event_id=at.event_id, member=at.staff.member, link=LINK, quiet=QUIET, now=NOW
        )

        said = await _said_before_and_after(tx, at.event_id, cancel=cancel)

    assert said == (1, 1)


async def test_day_that_has_begun_is_not_moved_with_the_others(database: Database) -> None:
    days = (NOW - HOUR, NOW + DAY, NOW + 2 * DAY)
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=days)
        started, *ahead = await rows.sessions(tx, event_id)
        asked = await _confirming_in(tx, event_id, 900)
        await _answer(tx, asked, YES)

        assert [one["session_id"] for one in asked.conversation.data["answers"]["moves"]] == [
            one.id for one in ahead
        ]
        assert (await rows.sessions(tx, event_id))[0] == started


async def test_one_day_ahead_beside_one_that_has_begun_is_moved_by_itself(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(NOW - HOUR, NOW + DAY))
        with pytest.raises(OptionUnknown):
            await _confirming_in(tx, event_id, 900)
