"""What becomes of what people's calendars answer, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from programme import registration
from programme.calendar_answers import Attendee
from storage import events, people
from storage.calendar_answers import newest_given_up
from storage.database import Database, Tx
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
from tests.programme.line import come, heard, read, taken
from tests.programme.moves import TWO_DAYS, move_days
from tests.programme.steps import calendars, facts_of, kinds_to, told
from tests.storage.rows import FIRST_DAY, NOW, make_event

CONFIRMED, GIVEN_UP = "registration_confirmed", "seat_given_up"


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
async def test_yes_and_perhaps_are_recorded_and_change_nothing(
    database: Database, partstat: str
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id)

        came = await hear(tx, said(await uid_of(tx, got), partstat))

        (entry,) = await entries(tx, got)
        assert came == ("recorded",)
        assert (entry.answer, entry.current_answer, entry.sequence) == (partstat, partstat, 0)
        assert (await read(tx, got)).state == "active"
        assert await kinds_to(tx, JAN) == [CONFIRMED]
        assert await asked_of_staff(tx) == []


async def test_no_frees_the_seat_tells_the_person_and_passes_it_on(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, capacity=1)
        got = await invited(tx, event_id, chat=5)
        await come(tx, event_id, 6)

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED"))

        given = await newest_given_up(tx, got.registration_id)
        assert came == ("gave_up",)
        assert ((await read(tx, got)).state, (await read(tx, got)).ended_because) == (
            "cancelled",
            "calendar",
        )
        assert await kinds_to(tx, JAN) == [CONFIRMED, GIVEN_UP]
        assert await kinds_to(tx, "5") == [CONFIRMED, GIVEN_UP]
        assert await heard(tx, 6) == ["waiting_listed", "promoted"]
        assert await taken(tx, event_id) == 1
        assert given is not None
        # NOW is eleven in the morning, so there is a whole day.
        assert given.until == NOW + timedelta(hours=24)


async def test_notice_of_a_seat_given_up_cancels_the_entry_and_says_until_when_to_undo(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))

        await hear(tx, said(await uid_of(tx, got), "DECLINED"))

        (calendar,) = await calendars(tx, GIVEN_UP)
        (key,) = [key for key, kind, _ in await told(tx) if kind == GIVEN_UP]
        facts = await facts_of(tx, key)
        assert calendar == {"uid": await uid_of(tx, got), "sequence": 1, "method": "CANCEL"}
        assert facts["undo"] == {
            "until": (NOW + timedelta(hours=24)).isoformat(),
            "zone": "Europe/Warsaw",
        }
        assert facts["registration_id"] == got.registration_id


async def test_the_same_answer_twice_is_known_and_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        uid = await uid_of(tx, got)

        first = await hear(tx, said(uid, "ACCEPTED"))
        again = await hear(tx, said(uid, "ACCEPTED"))

        assert (first, again) == (("recorded",), ("known",))
        assert await outcomes(tx) == [("ACCEPTED", "recorded"), ("ACCEPTED", "known")]


async def test_later_answer_counts_whatever_the_order_in_which_they_come(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        uid = await uid_of(tx, got)

        await hear(tx, said(uid, "TENTATIVE", at=NOW + SECOND), now=NOW + 2 * SECOND)
        came = await hear(tx, said(uid, "DECLINED", at=NOW), now=NOW + 3 * SECOND)

        (entry,) = await entries(tx, got)
        assert came == ("old",)
        assert entry.answer == "TENTATIVE"
        assert (await read(tx, got)).state == "active"


async def test_clock_that_runs_ahead_does_not_make_every_later_answer_old(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        uid = await uid_of(tx, got)

        await hear(tx, said(uid, "ACCEPTED", at=NOW + timedelta(days=300)))
        came = await hear(tx, said(uid, "DECLINED", at=NOW + SECOND), now=NOW + SECOND)

        assert came == ("gave_up",)


async def test_answer_without_a_moment_counts_when_it_comes(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED", at=None))

        assert came == ("gave_up",)


async def test_answer_to_the_time_before_a_move_is_noted_and_changes_nothing(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)
        await move_days(tx, event_id, days=(1,))

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED", sequence=0))

        assert came == ("old",)
        assert await outcomes(tx) == [("DECLINED", "old")]
        assert (await read(tx, got)).state == "active"


async def test_yes_to_the_time_before_a_move_is_no_answer_to_the_new_one(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)
        await hear(tx, said(await uid_of(tx, got), "ACCEPTED"))

        await move_days(tx, event_id, days=(1,))

        (entry,) = await entries(tx, got)
        assert (entry.answer, entry.current_answer) == ("ACCEPTED", "")


async def test_one_day_of_several_declined_keeps_the_seat_and_asks_the_person(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx, sessions=TWO_DAYS))

        came = await hear(tx, said(await uid_of(tx, got, 2), "DECLINED"))

        (key,) = [key for key, kind, _ in await told(tx) if kind == "day_declined"]
        assert came == ("day_declined",)
        assert (await read(tx, got)).state == "active"
        assert (await facts_of(tx, key))["declined"]["starts_at"] == TWO_DAYS[1].isoformat()
        assert await asked_of_staff(tx) == []


async def test_all_days_declined_one_after_another_give_the_seat_up(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx, sessions=TWO_DAYS))
        first, second = await uid_of(tx, got), await uid_of(tx, got, 2)

        came = [
            await hear(tx, said(first, "DECLINED")),
            await hear(tx, said(second, "DECLINED")),
        ]

        assert came == [("day_declined",), ("gave_up",)]
        assert (await read(tx, got)).state == "cancelled"
        # One letter for each day, as each is a calendar entry of its own.
        assert await kinds_to(tx, JAN) == [CONFIRMED] * 2 + ["day_declined"] + [GIVEN_UP] * 2


async def test_all_days_declined_in_one_mail_give_the_seat_up(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx, sessions=TWO_DAYS))
        uids = [await uid_of(tx, got), await uid_of(tx, got, 2)]

        came = await hear(tx, *[said(uid, "DECLINED") for uid in uids])

        assert came == ("day_declined", "gave_up")


async def test_answer_for_an_address_that_was_not_invited_goes_to_staff(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED", attendee="ewa@example.org"))

        (facts,) = await asked_of_staff(tx)
        assert came == ("to_staff",)
        assert (await read(tx, got)).state == "active"
        assert (facts["what"], facts["attendee"], facts["answer"], facts["name"]) == (
            "other_person",
            "ewa@example.org",
            "DECLINED",
            "Jan Przykładowy",
        )


async def test_of_two_attendees_the_one_who_was_invited_counts(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        both = said(await uid_of(tx, got), "ACCEPTED")
        named = (Attendee("ewa@example.org", "DECLINED"), Attendee(JAN, "ACCEPTED"))

        came = await hear(tx, type(both)(**{**vars(both), "attendees": named}))

        assert came == ("recorded",)
        assert await outcomes(tx) == [("ACCEPTED", "recorded")]


async def test_address_that_was_given_up_since_is_still_the_one_invited(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        person_id = (await read(tx, got)).person_id
        await _move_house(tx, person_id)

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED"))

        assert came == ("gave_up",)
        assert await kinds_to(tx, "nowy@example.org") == [GIVEN_UP]
        assert await kinds_to(tx, JAN) == [CONFIRMED]


async def _move_house(tx: Tx, person_id: int) -> None:
    new: dict[str, Any] = {
        "channel": "mail",
        "address": "nowy@example.org",
        "verified": True,
        "now": NOW,
    }
    await people.add_contact(tx, person_id=person_id, **new)
    await people.retire_mails(tx, person_id, but="nowy@example.org")


@pytest.mark.parametrize(
    ("method", "what"), [("COUNTER", "other_time"), ("REFRESH", "question"), ("ADD", "question")]
)
async def test_other_wishes_of_a_calendar_go_to_staff(
    database: Database, method: str, what: str
) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        starts = FIRST_DAY + timedelta(hours=2)
        wish = said(
            await uid_of(tx, got),
            "TENTATIVE",
            method=method,
            starts_at=starts,
            ends_at=starts + timedelta(hours=6),
        )

        came = await hear(tx, wish)

        (facts,) = await asked_of_staff(tx)
        proposed = {
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=6)).isoformat(),
            "zone": "Europe/Warsaw",
        }
        assert came == ("to_staff",)
        assert (facts["what"], facts.get("proposed")) == (
            what,
            proposed if method == "COUNTER" else None,
        )
        assert await kinds_to(tx, JAN) == [CONFIRMED]


async def test_words_beside_an_answer_are_read_by_staff(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED", comment="Przyjdzie Ewa"))

        (facts,) = await asked_of_staff(tx)
        assert came == ("gave_up",)
        assert (facts["what"], facts["comment"]) == ("comment", "Przyjdzie Ewa")


@pytest.mark.parametrize("moment", [FIRST_DAY, FIRST_DAY + timedelta(days=3)])
async def test_no_after_the_beginning_frees_nothing(database: Database, moment: datetime) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))

        came = await hear(tx, said(await uid_of(tx, got), "DECLINED"), now=moment)

        assert came == ("over",)
        assert (await read(tx, got)).state == "active"


async def test_no_to_a_cancelled_event_or_registration_is_only_noted(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        await registration.cancel(
            tx,
            registration_id=got.registration_id,
            person_id=(await read(tx, got)).person_id,
            now=NOW,
        )
        off = await make_event(tx, sessions=(FIRST_DAY + timedelta(days=9),))
        other = await invited(tx, off, mail="ola@example.org")
        await events.set_state(tx, off, expected="published", state="cancelled")

        came = [
            await hear(tx, said(await uid_of(tx, got), "DECLINED", sequence=1)),
            await hear(tx, said(await uid_of(tx, other), "DECLINED", attendee="ola@example.org")),
        ]

        assert came == [("over",), ("over",)]
        assert await asked_of_staff(tx) == []


async def test_unknown_uid_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await invited(tx, await make_event(tx))

        came = await hear(tx, said("00000000-0000-4000-8000-000000000000", "DECLINED"))

        assert came == ("unknown",)
        assert (await outcomes(tx), await asked_of_staff(tx)) == ([], [])


async def test_one_answer_never_changes_another_registration(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        got = await invited(tx, event_id)
        other = await invited(tx, event_id, mail="ola@example.org")

        await hear(tx, said(await uid_of(tx, got), "DECLINED"))

        (entry,) = await entries(tx, other)
        assert ((await read(tx, other)).state, entry.answer) == ("active", "")


async def test_delegated_seat_goes_to_staff(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))

        came = await hear(tx, said(await uid_of(tx, got), "DELEGATED"))

        assert came == ("to_staff",)
        assert [facts["what"] for facts in await asked_of_staff(tx)] == ["delegated"]


async def test_answer_is_never_answered_by_mail_to_its_sender(database: Database) -> None:
    async with database.transaction() as tx:
        got = await invited(tx, await make_event(tx))
        before = await kinds_to(tx, "obcy@example.org")

        await hear(
            tx,
            said(await uid_of(tx, got), "DECLINED", attendee="obcy@example.org"),
            sender="obcy@example.org",
        )

        assert (before, await kinds_to(tx, "obcy@example.org")) == ([], [])
