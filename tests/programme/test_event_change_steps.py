"""Staff change an event in a dialogue: shown first, done after a yes, and told once."""

from datetime import timedelta

import pytest

from programme import event_change_steps, registration
from programme.asking import Asked
from programme.desk_refusals import WhenUnclear
from programme.event_change_steps import (
    AGAIN,
    CANCEL,
    CAPACITY,
    KEEP,
    KEPT,
    MOVE,
    NO,
    PLACE,
    YES,
    Changed,
)
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    EventCancelled,
    EventUnknown,
    OptionUnknown,
    SessionChanged,
    TimesWrong,
)
from programme.seat_refusals import CapacityWrong
from storage import events, staff
from storage.conversations import Conversation
from storage.database import Database, Tx
from tests.programme.audience import CHIEF, make_staff
from tests.programme.carrying import carry_out
from tests.programme.steps import kinds_to, register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

NEXT_DAY = FIRST_DAY + timedelta(days=1)


async def after(tx: Tx, event_id: int, deed: str, *answers: str) -> Asked | Changed:
    following: Asked | Changed = await event_change_steps.begin(
        tx, state=Conversation(900, "pl"), event_id=event_id, deed=deed, now=NOW, member=CHIEF
    )
    for raw in answers:
        assert isinstance(following, Asked)
        following = await go_on(tx, following, raw)
    return following


async def go_on(tx: Tx, asked: Asked, raw: str) -> Asked | Changed:
    member = await staff.by_chat(tx, 900) or await make_staff(tx)
    return await event_change_steps.answer(
        tx, state=asked.conversation, raw=raw, member=member, quiet=QuietHours(), now=NOW
    )


async def with_people(tx: Tx, event_id: int, count: int) -> None:
    for chat in range(1, count + 1):
        await register(tx, event_id, await make_person(tx, chat=chat))


def done(following: Asked | Changed) -> Changed:
    assert isinstance(following, Changed)
    return following


def step(following: Asked | Changed) -> str:
    assert isinstance(following, Asked)
    return following.question


async def test_more_seats_with_nobody_in_line_are_given_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        await with_people(tx, event_id, 1)

        changed = done(await after(tx, event_id, CAPACITY, "2"))
        event = await events.get(tx, event_id)

    assert (changed.waits, changed.seats, changed.conversation.flow) == (None, 2, "")
    assert event is not None
    assert (event.capacity, event.taken) == (2, 1)


async def test_more_seats_go_to_the_line_after_a_yes_and_half_a_minute(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        await with_people(tx, event_id, 3)

        asked = await after(tx, event_id, CAPACITY, " 2 ")
        with pytest.raises(OptionUnknown):
            await after(tx, event_id, CAPACITY, "2", "tak")
        changed = done(await after(tx, event_id, CAPACITY, "2", YES))
        waiting = await events.get(tx, event_id)
        (moved,) = await carry_out(tx)
        event = await events.get(tx, event_id)

    assert isinstance(asked, Asked)
    assert (asked.question, asked.facts["moving_up"]) == ("event_capacity_confirm", 1)
    assert (changed.people, changed.conversation.flow) == (1, "")
    assert waiting is not None
    assert waiting.capacity == 1
    assert moved.deed.outcome == {"seats": 2, "moved": 1}
    assert event is not None
    assert (event.capacity, event.taken) == (2, 2)


async def test_fewer_seats_than_taken_need_a_yes(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=3)
        await with_people(tx, event_id, 3)

        asked = await after(tx, event_id, CAPACITY, "1")
        before = await events.get(tx, event_id)
        again = await after(tx, event_id, CAPACITY, "1", AGAIN)
        changed = done(await after(tx, event_id, CAPACITY, "1", YES))
        event = await events.get(tx, event_id)

    assert (step(asked), step(again)) == ("event_capacity_confirm", "event_capacity")
    assert before is not None
    assert before.capacity == 3
    assert event is not None
    assert (changed.seats, event.capacity, event.taken) == (1, 1, 3)


@pytest.mark.parametrize("raw", ["", "-1", "dużo", "1,5", "10001", "9" * 500, "🌻"])
async def test_seats_that_are_no_number_are_refused(database: Database, raw: str) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=3)

        with pytest.raises(CapacityWrong):
            await after(tx, event_id, CAPACITY, raw)


async def test_session_is_moved_after_old_and_new_were_shown(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await with_people(tx, event_id, 2)

        asked = await after(tx, event_id, MOVE, "20.02.2027 10:00-16:00", KEEP)
        assert isinstance(asked, Asked)
        nothing_yet = await kinds_to(tx, "1")
        changed = done(await go_on(tx, asked, YES))
        nothing_in_half_a_minute = await kinds_to(tx, "1")
        await carry_out(tx)
        (session,) = await events.sessions(tx, event_id)
        told = await kinds_to(tx, "1")

    assert (asked.facts["people"], asked.facts["old"][0]["place"]) == (2, session.place)
    assert nothing_yet == nothing_in_half_a_minute == ["registration_confirmed"]
    assert told == ["registration_confirmed", "event_moved"]
    assert (changed.deed, changed.people) == (MOVE, 2)
    assert (session.starts_wall, session.ends_wall) == ("2027-02-20T10:00", "2027-02-20T16:00")


async def test_day_of_several_is_chosen_first(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(FIRST_DAY, NEXT_DAY))
        first, second = await events.sessions(tx, event_id)

        asked = await after(tx, event_id, MOVE)
        with pytest.raises(OptionUnknown):
            await after(tx, event_id, MOVE, "77")
        await after(tx, event_id, MOVE, str(second.id), "20.02.2027 9-15", KEEP, YES)
        await carry_out(tx)
        after_move = await events.sessions(tx, event_id)

    assert step(asked) == "event_session"
    assert after_move[0] == first
    assert after_move[1].starts_wall == "2027-02-20T09:00"


async def test_place_alone_can_change(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await with_people(tx, event_id, 1)

        changed = done(await after(tx, event_id, PLACE, "  Szkoła\nw Miłkach ", YES))
        await carry_out(tx)
        (session,) = await events.sessions(tx, event_id)

    assert (session.place, session.starts_at) == ("Szkoła w Miłkach", FIRST_DAY)
    assert (changed.deed, changed.people) == (PLACE, 1)


@pytest.mark.parametrize(
    ("deed", "answers", "why"),
    [
        (MOVE, ("za tydzień",), WhenUnclear),
        (MOVE, ("20.01.2020 9-15",), TimesWrong),
        (MOVE, ("20.02.2027 9-15", " "), AnswerEmpty),
        (PLACE, ("x" * 500,), AnswerTooLong),
        (PLACE, (KEEP,), OptionUnknown),
        (PLACE, ("Szkoła", "tak"), OptionUnknown),
        (CANCEL, ("tak",), OptionUnknown),
        (CANCEL, (AGAIN,), OptionUnknown),
    ],
)
async def test_answer_that_does_not_fit_changes_nothing(
    database: Database, deed: str, answers: tuple[str, ...], why: type[Exception]
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        before = (await events.get(tx, event_id), await events.sessions(tx, event_id))

        with pytest.raises(why):
            await after(tx, event_id, deed, *answers)

        assert (await events.get(tx, event_id), await events.sessions(tx, event_id)) == before


async def test_session_that_somebody_else_moved_is_not_moved_again(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        asked = await after(tx, event_id, MOVE, "20.02.2027 9-15", KEEP)
        assert isinstance(asked, Asked)
        await after(tx, event_id, MOVE, "21.02.2027 9-15", KEEP, YES)
        await carry_out(tx)

        with pytest.raises(SessionChanged):
            await go_on(tx, asked, YES)


async def test_cancelling_needs_a_yes_and_is_told_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        await with_people(tx, event_id, 2)

        asked = await after(tx, event_id, CANCEL)
        kept = done(await after(tx, event_id, CANCEL, NO))
        before = await events.get(tx, event_id)
        changed = done(await after(tx, event_id, CANCEL, YES))
        waiting = await events.get(tx, event_id)
        await carry_out(tx)
        told = [await kinds_to(tx, chat) for chat in ("1", "2")]
        deeds = [record.action for record in await staff.audit_trail(tx, limit=1)]

    assert isinstance(asked, Asked)
    assert asked.facts["people"] == 2
    assert before is not None
    assert waiting == before
    assert (kept.deed, before.state) == (KEPT, "published")
    assert (changed.deed, changed.people, deeds) == (CANCEL, 2, ["cancel_event"])
    assert told == [
        ["registration_confirmed", "event_cancelled"],
        ["waiting_listed", "event_cancelled"],
    ]


async def test_event_that_is_gone_cancelled_or_over_cannot_be_changed(database: Database) -> None:
    async with database.transaction() as tx:
        cancelled = await make_event(tx, state="cancelled")
        over = await make_event(tx, sessions=(NOW - timedelta(days=3),))

        with pytest.raises(EventUnknown):
            await after(tx, 77, CAPACITY)
        with pytest.raises(EventCancelled):
            await after(tx, cancelled, MOVE)
        with pytest.raises(TimesWrong):
            await after(tx, over, MOVE)


async def test_people_who_have_left_are_not_counted(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        person_id = await make_person(tx, chat=1)
        got = await register(tx, event_id, person_id)
        await registration.cancel(
            tx, registration_id=got.registration_id, person_id=person_id, now=NOW
        )

        asked = await after(tx, event_id, CANCEL)

    assert isinstance(asked, Asked)
    assert asked.facts["people"] == 0


async def test_session_that_has_begun_can_move_and_not_change_its_place(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, sessions=(NOW - timedelta(hours=1),))

        asked = await after(tx, event_id, MOVE)
        with pytest.raises(TimesWrong):
            await after(tx, event_id, PLACE)

    assert step(asked) == "event_when"
