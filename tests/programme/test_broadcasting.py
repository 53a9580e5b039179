"""What staff do with a letter to many: confirm, take back, pause, go on, stop; and who leaves."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from programme import broadcasting
from programme.audience_choice import Choice
from programme.broadcast_refusals import (
    BroadcastBegun,
    BroadcastNotPaused,
    BroadcastOver,
    BroadcastPaused,
    BroadcastStopped,
    BroadcastUnknown,
)
from programme.broadcasting import HOLD, Started, Stopped
from programme.refusals import (
    AudienceEmpty,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotStaff,
    Refusal,
)
from storage import broadcast_states as states
from storage import broadcasts, outbox, outbox_claims, staff, tasks
from storage.broadcasts import Broadcast
from storage.database import Database, Tx
from storage.staff import AuditRecord, StaffMember
from tests.programme.audience import make_member, make_staff, queued
from tests.programme.sending import queue_all, start
from tests.storage.rows import FIRST_DAY, LEASE, NOW, make_event, make_programme

SOON = NOW + HOLD
Deed = Callable[..., Awaitable[Any]]
CONTROLS: tuple[Deed, ...] = (
    broadcasting.take_back,
    broadcasting.pause,
    broadcasting.rest,
    broadcasting.go_on,
    broadcasting.stop,
)


async def _two(tx: Tx) -> StaffMember:
    await make_programme(tx)
    for chat, name in enumerate(("Anna", "Ewa"), start=1):
        await make_member(tx, name, chat=chat)
    return await make_staff(tx)


async def _now(tx: Tx, broadcast_id: int) -> Broadcast:
    return await broadcasts.get(tx, broadcast_id)


async def test_start_writes_one_row_and_nothing_into_the_outbox(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)

        started = await start(tx, member, late_joiners=True, file={"stored": "x"}, about=None)

        known = await _now(tx, started.broadcast_id)
        assert started == Started(known.id, 2, SOON)
        assert (known.state, known.starts_at, known.people) == ("planned", SOON, 2)
        assert (known.late_joiners, known.second_staff_id) == (True, None)
        assert known.content["file"] == {"stored": "x"}
        assert "about" not in known.content
        assert await queued(tx) == []


async def test_start_at_a_time_waits_for_it(database: Database) -> None:
    tomorrow = NOW + timedelta(days=1)
    async with database.transaction() as tx:
        member = await _two(tx)

        planned = await start(tx, member, starts_at=tomorrow)
        at_once = await start(tx, member, key="900:2", starts_at=NOW - timedelta(days=1))

        assert (planned.starts_at, at_once.starts_at) == (tomorrow, SOON)


async def test_start_confirmed_twice_starts_once(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        first = await start(tx, member)
        await make_member(tx, "Jan", chat=3)

        again = await start(tx, member, choice=Choice(), now=NOW + timedelta(minutes=1))

        assert again == first
        assert len(await broadcasts.unfinished(tx)) == 1


async def test_start_is_recorded_with_the_second_who_confirmed(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        other = await make_staff(tx, chat_id=901)

        started = await start(tx, member, second=other)

        assert (await _now(tx, started.broadcast_id)).second_staff_id == other.id
        assert await staff.audit_trail(tx, limit=9) == [
            AuditRecord(
                *(NOW, 900, member.id, "invite"),
                allowed=True,
                detail={
                    "broadcast": started.broadcast_id,
                    "audience": {"kinds": ["ngo", "office"]},
                    "messages": 2,
                    "starts_at": SOON.isoformat(),
                    "second": other.id,
                },
            )
        ]


@pytest.mark.parametrize(
    ("event", "changes", "refusal"),
    [
        (None, {"choice": Choice()}, AudienceEmpty),
        (None, {"choice": Choice(localities=("Nowhere",))}, AudienceEmpty),
        (None, {"event_id": 99}, EventUnknown),
        ({"state": "draft"}, {}, EventUnknown),
        ({"state": "cancelled"}, {}, EventCancelled),
        ({"sessions": (NOW,)}, {}, EventOver),
        ({"deadline_at": NOW}, {}, DeadlinePassed),
        ({}, {"starts_at": FIRST_DAY}, EventOver),
        ({"deadline_at": FIRST_DAY - timedelta(days=1)}, {"starts_at": FIRST_DAY}, EventOver),
    ],
)
async def test_start_refuses_before_anything_is_written(
    database: Database,
    event: dict[str, Any] | None,
    changes: dict[str, Any],
    refusal: type[Refusal],
) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        about = {} if event is None else {"event_id": await make_event(tx, **event)}

        with pytest.raises(refusal):
            await start(tx, member, **(about | changes))

        assert await broadcasts.unfinished(tx) == []
        assert await staff.audit_trail(tx, limit=9) == []


@pytest.mark.parametrize("role", ["viewer", "trainer"])
async def test_only_who_may_send_controls(database: Database, role: str) -> None:
    async with database.transaction() as tx:
        started = await start(tx, await _two(tx))
        other = await make_staff(tx, chat_id=901, role=role)

        with pytest.raises(NotStaff):
            await start(tx, other, key="901:1")
        for deed in CONTROLS:
            with pytest.raises(NotStaff):
                await deed(tx, member=other, broadcast_id=started.broadcast_id, now=NOW)

        assert (await _now(tx, started.broadcast_id)).state == "planned"


@pytest.mark.parametrize("deed", CONTROLS)
async def test_no_deed_knows_a_broadcast_that_is_not_there(database: Database, deed: Deed) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)

        with pytest.raises(BroadcastUnknown):
            await deed(tx, member=member, broadcast_id=99, now=NOW)


async def test_take_back_before_it_begins_tells_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        started = await start(tx, member)

        await broadcasting.take_back(tx, member=member, broadcast_id=started.broadcast_id, now=SOON)

        known = await _now(tx, started.broadcast_id)
        assert (known.state, known.because) == ("stopped", "taken_back")
        assert await queue_all(tx, started.broadcast_id, now=SOON) == 0
        assert await queued(tx) == []


async def test_take_back_is_too_late_once_it_has_begun(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        started = await start(tx, member)
        await queue_all(tx, started.broadcast_id, now=SOON)

        with pytest.raises(BroadcastBegun):
            await broadcasting.take_back(
                tx, member=member, broadcast_id=started.broadcast_id, now=SOON
            )

        assert len(await queued(tx)) == 2


async def test_pause_and_go_on_keep_every_place(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        number = (await start(tx, member)).broadcast_id
        await queue_all(tx, number, now=SOON)
        before = await queued(tx)

        waiting = await broadcasting.pause(tx, member=member, broadcast_id=number, now=SOON)
        paused = await _now(tx, number)
        aside = await queued(tx)
        ahead = await broadcasting.go_on(tx, member=member, broadcast_id=number, now=SOON)

        assert (waiting, ahead) == (2, 2)
        assert (paused.state, paused.because) == ("paused", "staff")
        assert [one.priority for one in aside] == [130, 130]
        assert await queued(tx) == before
        assert (await _now(tx, number)).state == "running"


async def test_pause_in_the_middle_of_queueing_goes_on_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programme.broadcast_queue.BATCH", 1)
    async with database.transaction() as tx:
        member = await _two(tx)
        number = (await start(tx, member)).broadcast_id
        await queue_all(tx, number, now=SOON, most=2)
        assert len(await queued(tx)) == 1

        waiting = await broadcasting.pause(tx, member=member, broadcast_id=number, now=SOON)
        during = await queue_all(tx, number, now=SOON)
        await broadcasting.go_on(tx, member=member, broadcast_id=number, now=SOON)
        state = (await _now(tx, number)).state
        await queue_all(tx, number, now=SOON)

        assert (waiting, during, state) == (2, 0, "queueing")
        assert len(await queued(tx)) == 2


async def test_paused_plan_goes_on_as_a_plan_with_half_a_minute(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    async with database.transaction() as tx:
        member = await _two(tx)
        number = (await start(tx, member)).broadcast_id
        await broadcasting.pause(tx, member=member, broadcast_id=number, now=NOW)
        during = await queue_all(tx, number, now=later)

        ahead = await broadcasting.go_on(tx, member=member, broadcast_id=number, now=later)

        known = await _now(tx, number)
        assert (during, ahead) == (0, 2)
        assert (known.state, known.starts_at) == ("planned", later + HOLD)


async def test_deeds_in_the_wrong_state_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        number = (await start(tx, member)).broadcast_id

        async def do(deed: Deed) -> Any:
            return await deed(tx, member=member, broadcast_id=number, now=NOW)

        with pytest.raises(BroadcastNotPaused):
            await do(broadcasting.go_on)
        await do(broadcasting.pause)
        with pytest.raises(BroadcastPaused):
            await do(broadcasting.pause)
        assert await do(broadcasting.rest) == 2
        await do(broadcasting.stop)
        for deed in CONTROLS:
            with pytest.raises(BroadcastStopped):
                await do(deed)


async def test_nothing_is_held_back_of_what_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        number = (await start(tx, member)).broadcast_id
        await queue_all(tx, number, now=SOON)
        await broadcasts.cancel_rows(tx, number, now=SOON)
        await broadcasts.finish(tx, number, now=SOON)

        for deed in (broadcasting.pause, broadcasting.rest, broadcasting.stop):
            with pytest.raises(BroadcastOver):
                await deed(tx, member=member, broadcast_id=number, now=SOON)


async def test_stop_cancels_what_waits_and_counts_what_has_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programme.broadcast_queue.BATCH", 1)
    async with database.transaction() as tx:
        member = await _two(tx)
        await make_member(tx, "Jan", chat=3)
        number = (await start(tx, member)).broadcast_id
        await queue_all(tx, number, now=SOON, most=3)
    async with database.transaction() as tx:
        [row] = await outbox_claims.claim(
            tx, channel="telegram", token="t", now=SOON, lease=LEASE, limit=1
        )
        departure = outbox_claims.Departure(row)
        await outbox_claims.start(tx, [departure], now=SOON, until=SOON + LEASE)
        await outbox.end(tx, row, state="sent", answer="ok", now=SOON)

        stopped = await broadcasting.stop(tx, member=member, broadcast_id=number, now=SOON)

        assert stopped == Stopped(held_back=2, left=1)
        assert (await _now(tx, number)).because == "staff"
        assert await queue_all(tx, number, now=SOON) == 0
        [*_, last] = reversed(await staff.audit_trail(tx, limit=9))
        assert last.detail == {"broadcast": number, "deed": "stop", "held_back": 2, "left": 1}


async def test_author_left_pauses_what_is_planned_and_asks_the_others(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        other = await make_staff(tx, chat_id=901)
        begun = (await start(tx, member)).broadcast_id
        await queue_all(tx, begun, now=SOON)
        mine = (await start(tx, member, key="900:2")).broadcast_id
        not_mine = (await start(tx, other, key="901:1")).broadcast_id

        count = await broadcasting.author_left(tx, member=member, now=NOW)
        again = await broadcasting.author_left(tx, member=member, now=NOW)

        known = [await _now(tx, number) for number in (begun, mine, not_mine)]
        assert (count, again) == (1, 0)
        assert [one.state for one in known] == ["running", "paused", "planned"]
        assert known[1].because == "author_left"
        [task] = await tasks.open_ones(tx, limit=9)
        assert (task.kind, task.facts["broadcast_id"]) == ("broadcast", mine)
        assert task.facts["author"] == member.name
        ahead = await broadcasting.go_on(tx, member=other, broadcast_id=mine, now=SOON)
        assert ahead == 2


async def test_poll_is_paused_and_stopped_like_a_letter(database: Database) -> None:
    async with database.transaction() as tx:
        member = await _two(tx)
        poll = await broadcasts.add(
            tx,
            key="900:1",
            kind="poll",
            staff_id=member.id,
            event_id=None,
            audience={},
            content={"question": "Kiedy?"},
            people=0,
            now=NOW,
        )
        assert poll is not None

        await broadcasting.pause(tx, member=member, broadcast_id=poll.id, now=NOW)
        await broadcasting.go_on(tx, member=member, broadcast_id=poll.id, now=NOW)
        state = (await _now(tx, poll.id)).state
        with pytest.raises(BroadcastBegun):
            await broadcasting.take_back(tx, member=member, broadcast_id=poll.id, now=NOW)
        await broadcasting.stop(tx, member=member, broadcast_id=poll.id, now=NOW)

        assert state == states.RUNNING
        assert (await _now(tx, poll.id)).state == states.STOPPED
