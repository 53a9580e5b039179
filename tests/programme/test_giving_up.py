"""Take back a seat that a calendar gave up, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from programme import giving_up, registration, waiting_list
from programme.giving_up_refusals import UndoOver
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventOver,
    NotRegistered,
    Refusal,
)
from programme.registration import Registered
from storage import events, registrations
from storage.database import Database, Tx
from storage.tables import session
from tests.programme.answering import (
    JAN,
    SECOND,
    asked_of_staff,
    entries,
    hear,
    invited,
    outcomes,
    said,
    uid_of,
)
from tests.programme.line import HOUR, come, heard, person, read, send, taken
from tests.programme.steps import calendars, kinds_to, read_event, uids
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

CONFIRMED, GIVEN_UP = "registration_confirmed", "seat_given_up"
QUIET = QuietHours()


async def _given_up(tx: Tx, event_id: int) -> Registered:
    got = await invited(tx, event_id)
    came = await hear(tx, said(await uid_of(tx, got), "DECLINED"))
    assert came == ("gave_up",)
    return got


async def _undo(tx: Tx, got: Registered, *, now: datetime = NOW + HOUR) -> Registered:
    return await giving_up.undo(tx, **await person(tx, got), now=now)


async def test_free_seat_is_taken_back_as_it_was(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await _given_up(tx, event_id)
        before = await uids(tx, got.registration_id)

        again = await _undo(tx, got)

        found = await read(tx, got)
        assert again == Registered(got.registration_id, "active", None)
        assert (found.state, found.ended_because) == ("active", "")
        assert await uids(tx, got.registration_id) == before
        assert [one["sequence"] for one in await calendars(tx, CONFIRMED)] == [0, 2]
        assert [one["sequence"] for one in await calendars(tx, GIVEN_UP)] == [1]
        assert await kinds_to(tx, JAN) == [CONFIRMED, GIVEN_UP, CONFIRMED]
        assert await taken(tx, event_id) == 1


async def test_seat_that_has_passed_on_leaves_the_first_place_in_line(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id, chat=5)
        for chat in (6, 7, 8):
            await come(tx, event_id, chat)
        await hear(tx, said(await uid_of(tx, got), "DECLINED"))

        again = await _undo(tx, got)

        line = await registrations.in_line(tx, event_id)
        assert again == Registered(got.registration_id, "waiting", 1)
        assert line[0].id == got.registration_id
        assert len({one.position for one in line}) == len(line) == 3
        assert await kinds_to(tx, "5") == [CONFIRMED, GIVEN_UP, "waiting_listed"]
        assert await taken(tx, event_id) == 1


async def test_next_free_seat_is_theirs_and_their_calendar_hears_of_it(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id)
        newcomer = await come(tx, event_id, 6)
        await come(tx, event_id, 7)
        await hear(tx, said(await uid_of(tx, got), "DECLINED"))
        await _undo(tx, got)

        await registration.cancel(tx, **await person(tx, newcomer), now=NOW + HOUR)

        assert (await read(tx, got)).state == "active"
        (promoted,) = await calendars(tx, "promoted")
        assert (promoted["uid"], promoted["sequence"]) == (await uid_of(tx, got), 2)


async def test_offer_that_holds_the_seat_is_left_to_whom_it_was_made(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1, offer_hours=3)
        got = await invited(tx, event_id)
        await come(tx, event_id, 6)
        await hear(tx, said(await uid_of(tx, got), "DECLINED"))
        await send(tx)

        again = await _undo(tx, got)
        await waiting_list.turn(tx, now=NOW + 4 * HOUR)

        assert (again.state, again.position) == ("waiting", 1)
        # The offer ran out, so the seat is offered to whoever stands first now.
        assert await heard(tx, 6) == ["waiting_listed", "seat_offered", "offer_expired"]
        assert await kinds_to(tx, JAN) == [
            CONFIRMED,
            GIVEN_UP,
            "waiting_listed",
            "seat_offered",
        ]


async def test_seat_given_up_and_taken_back_twice_is_told_each_time(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))
        await _undo(tx, got)

        came = await hear(
            tx,
            said(await uid_of(tx, got), "DECLINED", sequence=2, at=NOW + 2 * HOUR),
            now=NOW + 2 * HOUR,
        )
        await _undo(tx, got, now=NOW + 3 * HOUR)

        assert came == ("gave_up",)
        assert await kinds_to(tx, JAN) == [CONFIRMED, GIVEN_UP] * 2 + [CONFIRMED]
        (entry,) = await entries(tx, got)
        assert (entry.sequence, entry.last_method) == (4, "REQUEST")


async def test_yes_in_the_calendar_after_a_no_takes_the_seat_back(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx, capacity=1))
        uid = await uid_of(tx, got)

        came = await hear(tx, said(uid, "ACCEPTED", at=NOW + SECOND), now=NOW + HOUR)

        assert came == ("undone",)
        assert (await read(tx, got)).state == "active"
        assert await outcomes(tx) == [("DECLINED", "gave_up"), ("ACCEPTED", "undone")]


async def test_yes_from_before_the_no_takes_nothing_back(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))

        came = await hear(tx, said(await uid_of(tx, got), "ACCEPTED", at=NOW - SECOND))

        assert came == ("over",)
        assert (await read(tx, got)).state == "cancelled"


async def test_no_that_comes_once_more_after_the_seat_is_back_changes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))
        await _undo(tx, got)

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED"), now=NOW + 2 * HOUR)

        assert came == ("known",)
        assert (await read(tx, got)).state == "active"


async def test_yes_that_comes_too_late_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))
        late = NOW + timedelta(hours=24)

        came = await hear(tx, said(await uid_of(tx, got), "ACCEPTED", at=late), now=late)

        assert came == ("to_staff",)
        assert [facts["what"] for facts in await asked_of_staff(tx)] == ["too_late"]
        assert (await read(tx, got)).state == "cancelled"


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        ("late", UndoOver),
        ("twice", AlreadyRegistered),
        ("anew", AlreadyRegistered),
        ("cancelled", EventCancelled),
        ("begun", EventOver),
        ("other", NotRegistered),
        ("own", NotRegistered),
    ],
)
async def test_seat_cannot_be_taken_back(
    database: Database, spoil: str, refusal: type[Refusal]
) -> None:
    now = NOW + HOUR
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)
        who = await person(tx, got)
        if spoil == "own":
            await registration.cancel(tx, **who, now=NOW)
        else:
            await hear(tx, said(await uid_of(tx, got), "DECLINED"))
        if spoil == "twice":
            await giving_up.undo(tx, **who, now=NOW)
        if spoil == "anew":
            await registration.register(
                tx, event_id=event_id, person_id=who["person_id"], door="web", now=NOW
            )
        if spoil == "cancelled":
            await events.set_state(tx, event_id, expected="published", state="cancelled")
        if spoil == "begun":
            await tx.execute(session.update().values(starts_at=NOW))
        if spoil == "late":
            now = NOW + timedelta(hours=24)
        if spoil == "other":
            who["person_id"] = await make_person(tx)

        with pytest.raises(refusal):
            await giving_up.undo(tx, **who, now=now)


async def test_seat_can_be_taken_back_until_its_moment_and_once(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))
        number = got.registration_id
        last = NOW + timedelta(hours=24)

        open_until = [
            await giving_up.can_undo_until(tx, registration_id=number, now=moment)
            for moment in (NOW, last - SECOND, last)
        ]
        await _undo(tx, got)
        after = await giving_up.can_undo_until(tx, registration_id=number, now=NOW + HOUR)

        assert (open_until, after) == ([last, last, None], None)


@pytest.mark.parametrize(
    ("given_up_at", "until"),
    [
        # Warsaw is an hour ahead of UTC in winter.
        (datetime(2027, 1, 4, 10, tzinfo=UTC), datetime(2027, 1, 5, 10, tzinfo=UTC)),
        (datetime(2027, 1, 4, 22, tzinfo=UTC), datetime(2027, 1, 6, 7, tzinfo=UTC)),
        (FIRST_DAY - timedelta(hours=5), FIRST_DAY),
    ],
    ids=["by day", "at night, counted from the morning", "before the event, until it begins"],
)
async def test_time_to_undo(database: Database, given_up_at: datetime, until: datetime) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=NOW - HOUR)
        event, sessions = await read_event(tx, event_id), await events.sessions(tx, event_id)

        found = giving_up.undo_until(event, sessions, quiet=QUIET, now=given_up_at)

        assert found == until


async def test_deadline_for_registrations_does_not_keep_a_seat_from_its_owner(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, deadline_at=NOW + SECOND)
        got = await _given_up(tx, event_id)

        again = await _undo(tx, got)

        assert again.state == "active"


async def test_answer_is_kept_whole(database: Database) -> None:
    async with database.transaction() as tx:
        got = await _given_up(tx, await make_event(tx))

        (entry,) = await entries(tx, got)

    assert (entry.answer, entry.answered_sequence, entry.answer_stamped_at) == ("DECLINED", 0, NOW)
