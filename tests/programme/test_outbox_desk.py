from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from programme import events, letter_doors, outbox_desk, registration
from programme.outbox_desk import (
    DeliveryChanged,
    DeliveryUnknown,
    DeskRefusal,
    NotDroppable,
    NotRepeatable,
    WordsTooLate,
    WordsUntrue,
)
from programme.quiet_hours import QuietHours
from storage import events as event_rows
from storage import staff
from storage.database import Database, Tx
from storage.outbox import Entry
from storage.outbox_desk import DeskRow
from storage.tables import outbox as table
from tests.programme.steps import register
from tests.storage.desk import put_in_state, read
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = NOW + 3 * DAY


async def _failed(tx: Tx, kind: str, facts: dict[str, Any], **changes: Any) -> DeskRow:
    return await put_in_state(tx, "failed", kind=kind, facts=facts, **changes)


async def _confirmed(tx: Tx) -> DeskRow:
    """Register somebody whose confirmation then fails."""
    event_id = await make_event(tx, capacity=2)
    await register(tx, event_id, await make_person(tx, chat=1001))
    changed = (
        update(table)
        .where(table.c.kind == "registration_confirmed")
        .values(state="failed", ended_at=NOW)
        .returning(table.c.id)
    )
    return await outbox_desk.find(tx, outbox_id=(await tx.execute(changed)).scalar_one())


async def test_find_of_an_unknown_number_is_refused(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(DeliveryUnknown) as refused:
            await outbox_desk.find(tx, outbox_id=4711)

    assert refused.value.outbox_id == 4711


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [("reply", DAY), ("poll", 7 * DAY), ("trouble", DAY), ("invitation", 7 * DAY)],
)
async def test_again_gives_words_without_a_moment_their_time_anew(
    database: Database, kind: str, lasts: timedelta
) -> None:
    async with database.transaction() as tx:
        row = await _failed(tx, kind, {"event": None})
        until = await outbox_desk.send_again(tx, row=row, now=LATER)
        after = await read(tx, row)

    assert (until, after.state, after.due_at, after.not_after) == (
        LATER + lasts,
        "queued",
        LATER,
        LATER + lasts,
    )


async def test_again_keeps_a_later_end(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _failed(tx, "reply", {}, not_after=NOW + 30 * DAY)

        assert await outbox_desk.send_again(tx, row=row, now=NOW) == NOW + 30 * DAY


@pytest.mark.parametrize("kind", ["email_code", "reminder", "registration_confirmed", "unheard_of"])
async def test_again_of_words_whose_moment_has_passed_is_refused(
    database: Database, kind: str
) -> None:
    async with database.transaction() as tx:
        row = await _failed(tx, kind, {"code": "123456"})
        with pytest.raises(WordsTooLate):
            await outbox_desk.send_again(tx, row=row, now=LATER)

        assert await read(tx, row) == row


async def test_again_of_a_true_confirmation_queues_it_until_the_event_ends(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        row = await _confirmed(tx)

        until = await outbox_desk.send_again(tx, row=row, now=NOW + HOUR)

    assert until == row.not_after == FIRST_DAY + 6 * HOUR


async def test_again_after_the_event_moved_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _confirmed(tx)
        [session] = await event_rows.sessions(tx, row.facts["event"]["id"])
        starts, ends = events.shifted(session, HOUR)
        await events.move_session(
            tx,
            session_id=session.id,
            starts_wall=starts,
            ends_wall=ends,
            place=session.place,
            quiet=QuietHours(),
            now=NOW,
        )

        with pytest.raises(WordsUntrue):
            await outbox_desk.send_again(tx, row=row, now=NOW + HOUR)


async def test_again_after_the_event_was_cancelled_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _confirmed(tx)
        await events.cancel_event(tx, event_id=row.facts["event"]["id"], now=NOW)

        with pytest.raises(WordsUntrue):
            await outbox_desk.send_again(tx, row=row, now=NOW + HOUR)


async def test_again_after_the_person_gave_the_seat_back_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await _confirmed(tx)
        assert row.person_id is not None
        await registration.cancel(
            tx, registration_id=row.facts["registration_id"], person_id=row.person_id, now=NOW
        )

        with pytest.raises(WordsUntrue):
            await outbox_desk.send_again(tx, row=row, now=NOW + HOUR)


@pytest.mark.parametrize("kind", ["event_cancelled", "registration_cancelled"])
async def test_again_of_a_cancellation_is_true_after_it(database: Database, kind: str) -> None:
    async with database.transaction() as tx:
        confirmed = await _confirmed(tx)
        assert confirmed.person_id is not None
        if kind == "event_cancelled":
            await events.cancel_event(tx, event_id=confirmed.facts["event"]["id"], now=NOW)
        else:
            await registration.cancel(
                tx,
                registration_id=confirmed.facts["registration_id"],
                person_id=confirmed.person_id,
                now=NOW,
            )
        changed = update(table).where(table.c.kind == kind).values(state="missed", ended_at=NOW)
        found = await tx.execute(changed.returning(table.c.id))
        row = await outbox_desk.find(tx, outbox_id=found.scalars().first() or 0)

        until = await outbox_desk.send_again(tx, row=row, now=NOW + HOUR)

    assert until == row.not_after


@pytest.mark.parametrize("state", ["queued", "retry", "leased", "started", "sent"])
async def test_again_of_what_waits_or_left_is_refused(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)

        with pytest.raises(NotRepeatable) as refused:
            await outbox_desk.send_again(tx, row=row, now=NOW)

    assert (refused.value.outbox_id, refused.value.state) == (row.id, state)


@pytest.mark.parametrize("state", ["leased", "started", "sent", "cancelled"])
async def test_drop_of_what_is_leaving_or_over_is_refused(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)

        with pytest.raises(NotDroppable):
            await outbox_desk.drop(tx, row=row, now=NOW)


async def test_drop_of_what_was_settled_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, "failed")
        await outbox_desk.drop(tx, row=row, now=NOW)

        with pytest.raises(NotDroppable):
            await outbox_desk.drop(tx, row=await read(tx, row), now=NOW)


@pytest.mark.parametrize(
    ("state", "after"), [("queued", "cancelled"), ("retry", "cancelled"), ("failed", "failed")]
)
async def test_drop_cancels_what_waits_and_settles_what_went_wrong(
    database: Database, state: str, after: str
) -> None:
    async with database.transaction() as tx:
        row = await put_in_state(tx, state)
        await outbox_desk.drop(tx, row=row, now=NOW + HOUR)
        dropped = await read(tx, row)

    assert dropped.state == after
    assert NOW + HOUR in (dropped.settled_at, dropped.ended_at)


async def test_deeds_are_recorded_with_their_door(database: Database) -> None:
    async with database.transaction() as tx:
        failed = await _failed(tx, "reply", {"text": "Dzień dobry"})
        queued = await put_in_state(tx, "queued")
        await outbox_desk.send_again(tx, row=failed, now=NOW)
        await outbox_desk.drop(tx, row=queued, now=NOW)
        trail = await staff.audit_trail(tx, limit=9)

    assert [(one.action, one.allowed, one.chat_id, one.staff_id) for one in trail] == [
        ("outbox drop", True, None, None),
        ("outbox again", True, None, None),
    ]
    assert trail[1].detail == {
        "door": "command line",
        "outbox": failed.id,
        "kind": "reply",
        "channel": "telegram",
        "state": "failed",
        "attempts": 3,
    }


async def test_deeds_on_what_changed_meanwhile_are_refused_and_not_recorded(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        failed, queued = await put_in_state(tx, "failed"), await put_in_state(tx, "queued")
        await tx.execute(update(table).values(state="leased"))
        for deed, row in ((outbox_desk.send_again, failed), (outbox_desk.drop, queued)):
            with pytest.raises(DeliveryChanged):
                await deed(tx, row=row, now=NOW)

        assert await staff.audit_trail(tx, limit=9) == []


def test_every_refusal_has_one_sentence_of_its_own() -> None:
    sentences = [str(kind.__doc__) for kind in DeskRefusal.__subclasses__()]

    assert len(set(sentences)) == len(sentences) == 6
    assert [one for one in sentences if not one.endswith(".")] == []


async def test_again_opens_other_doors_for_a_letter_that_has_forgotten_its_own(
    database: Database,
) -> None:
    policy = {"kind": "invitation", "channel": "mail", "address": "anna@example.org"}
    async with database.transaction() as tx:
        row = await put_in_state(tx, "failed", facts={"event": None}, **policy)
        old = await letter_doors.renew_for(tx, _entry_of(row), now=NOW)

        await outbox_desk.send_again(tx, row=row, now=LATER)
        doors = (await read(tx, row)).facts["doors"]
        found = await letter_doors.find(tx, token=doors["reply"], purpose="reply", now=LATER)

        assert (found.outbox_key, found.address) == ("failed", "anna@example.org")
        assert doors.keys() == old.keys() == {"reply", "page", "out"}
        for purpose, token in old.items():
            with pytest.raises(letter_doors.DoorClosed):
                await letter_doors.find(tx, token=token, purpose=purpose, now=LATER)


async def test_again_keeps_the_doors_of_a_letter_that_may_have_arrived(
    database: Database,
) -> None:
    facts = {"event": None, "doors": {"reply": "r" * 26}}
    async with database.transaction() as tx:
        row = await put_in_state(
            tx, "uncertain", kind="invitation", channel="mail", address="a@example.org", facts=facts
        )

        await outbox_desk.send_again(tx, row=row, now=LATER)

        assert (await read(tx, row)).facts == facts


def _entry_of(row: DeskRow) -> Entry:
    return Entry(
        key=row.key,
        channel=row.channel,
        kind=row.kind,
        address=row.address,
        locale=row.locale,
        facts=row.facts,
        priority=row.priority,
        due_at=row.due_at,
        not_after=row.not_after,
    )
