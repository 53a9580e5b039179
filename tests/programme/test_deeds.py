"""Deeds that wait half a minute: done once, taken back, or refused, whoever is faster."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import agenda, deed_actions, deeds, events
from programme.deed_actions import ACTIONS
from programme.deed_refusals import DeedDone, DeedRefused, DeedTakenBack, DeedUnknown
from programme.deeds import WAIT, Deed, Ended
from programme.refusals import EventCancelled, NotStaff, Refusal
from storage import deeds as rows
from storage import staff
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.staff_tables import deed as table
from tests.programme.at_once import at_once
from tests.programme.audience import make_staff
from tests.programme.carrying import LATER, carry_out
from tests.programme.steps import kinds_to, read_event, register
from tests.storage.rows import NOW, make_event, make_person


async def asked(
    tx: Tx, event_id: int, *, member: StaffMember | None = None, now: datetime = NOW
) -> Deed:
    """Let the coordinator confirm that an event is called off."""
    arguments: dict[str, Any] = {"event_id": event_id, "about": {"name": "Szkolenie"}}
    return await deeds.ask(
        tx,
        key="900:5:sx",
        member=member or await make_staff(tx),
        action=deed_actions.CANCEL_EVENT,
        arguments=arguments,
        now=now,
    )


async def event_with_one(tx: Tx) -> int:
    event_id = await make_event(tx)
    await register(tx, event_id, await make_person(tx, chat=1))
    return event_id


async def states(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(select(table.c.state).order_by(table.c.id))).scalars())


async def test_deed_waits_half_a_minute_and_is_then_done_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        await asked(tx, event_id)
        early = await carry_out(tx, now=LATER - timedelta(seconds=1))
        waiting = (await read_event(tx, event_id)).state
        (done,) = await carry_out(tx)
        again = await carry_out(tx)
        told = await kinds_to(tx, "1")
        trail = [one.action for one in await staff.audit_trail(tx, limit=2)]

    assert (early, waiting, again) == ([], "published", [])
    assert (done.deed.state, done.deed.outcome) == ("done", {"people": 1})
    assert told == ["registration_confirmed", "event_cancelled"]
    assert trail == ["cancel_event", "deed"]


async def test_deed_that_is_confirmed_twice_is_one(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        first = await asked(tx, event_id)
        second = await asked(tx, event_id, now=NOW + timedelta(seconds=3))
        await carry_out(tx)
        third = await asked(tx, event_id, now=LATER)

    assert first == second
    assert (third.id, third.state) == (first.id, "done")
    assert await states(database) == ["done"]


async def test_two_who_confirm_at_once_with_one_key_make_one_deed(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        member = await make_staff(tx)

    found = await at_once((database, second), [lambda tx: asked(tx, event_id, member=member)] * 6)

    assert len({one.id for one in found if isinstance(one, Deed)}) == 1
    assert await states(database) == ["pending"]


async def test_deed_that_was_taken_back_does_nothing_and_can_be_asked_for_anew(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        member = await make_staff(tx)
        first = await asked(tx, event_id)
        undone = await deeds.take_back(tx, member=member, deed_id=first.id, now=NOW)
        with pytest.raises(DeedTakenBack):
            await deeds.take_back(tx, member=member, deed_id=first.id, now=NOW)
        nothing = await carry_out(tx)
        still = (await read_event(tx, event_id)).state
        anew = await asked(tx, event_id, now=LATER)
        done = await carry_out(tx, now=LATER + WAIT)

    assert (undone.state, nothing, still) == ("undone", [], "published")
    assert anew.id != first.id
    assert [one.deed.id for one in done] == [anew.id]


async def test_what_ended_cannot_be_taken_back(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        member = await make_staff(tx)
        deed = await asked(tx, event_id)
        with pytest.raises(DeedUnknown):
            await deeds.take_back(tx, member=member, deed_id=deed.id + 1, now=NOW)
        await carry_out(tx)
        with pytest.raises(DeedDone):
            await deeds.take_back(tx, member=member, deed_id=deed.id, now=LATER)
        refused = await asked(tx, event_id, now=LATER)
        await tx.execute(update(table).where(table.c.id == refused.id).values(state="refused"))
        with pytest.raises(DeedRefused):
            await deeds.take_back(tx, member=member, deed_id=refused.id, now=LATER)


async def test_another_s_deed_is_taken_back_by_a_coordinator_alone(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        author = await make_staff(tx, chat_id=901, role="assistant")
        deed = await asked(tx, event_id, member=author)
        for number, role in enumerate(("assistant", "viewer", "trainer"), start=902):
            other = await make_staff(tx, chat_id=number, role=role)
            with pytest.raises(NotStaff):
                await deeds.take_back(tx, member=other, deed_id=deed.id, now=NOW)
        chief = await make_staff(tx)
        undone = await deeds.take_back(tx, member=chief, deed_id=deed.id, now=NOW)

    assert undone.state == "undone"


@pytest.mark.parametrize("role", ["viewer", "trainer"])
@pytest.mark.parametrize("action", sorted(ACTIONS))
async def test_deed_is_not_for_those_who_only_look(
    database: Database, action: str, role: str
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx, chat_id=905, role=role)
        with pytest.raises(NotStaff):
            await deeds.ask(tx, key="k", member=member, action=action, arguments={}, now=NOW)

    assert await states(database) == []


@pytest.mark.parametrize("fall", ["removed", "viewer"])
async def test_deed_of_somebody_who_lost_their_rights_meanwhile_is_refused(
    database: Database, fall: str
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        deed = await asked(tx, event_id)
        if fall == "removed":
            await staff.remove(tx, chat_id=900, now=NOW)
        else:
            await make_staff(tx, role="viewer")

    with pytest.raises(NotStaff):
        async with database.transaction() as tx:
            await deeds.carry_out(tx, deed=deed, now=LATER)
    async with database.transaction() as tx:
        refused = await deeds.refuse(tx, deed=deed, because=NotStaff(), now=LATER)
        state = (await read_event(tx, event_id)).state

    assert refused is not None
    assert refused.deed.outcome == {"refused": "NotStaff"}
    assert (state, await states(database)) == ("published", ["refused"])


async def test_chat_that_became_somebody_else_s_does_nothing_for_its_first_owner(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        await asked(tx, event_id)
        other = await make_staff(tx, chat_id=901)
        await tx.execute(update(table).values(staff_id=other.id))
        (deed,) = await deeds.due(tx, now=LATER)

    with pytest.raises(NotStaff):
        async with database.transaction() as tx:
            await deeds.carry_out(tx, deed=deed, now=LATER)


async def test_refusal_leaves_the_row_as_it_was(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        deed = await asked(tx, event_id)
        await events.cancel_event(tx, event_id=event_id, now=NOW)

    with pytest.raises(EventCancelled):
        async with database.transaction() as tx:
            await deeds.carry_out(tx, deed=deed, now=LATER)

    assert await states(database) == ["pending"]


async def test_agenda_knows_when_the_next_deed_is_done(database: Database) -> None:
    async with database.transaction() as tx:
        await asked(tx, await make_event(tx))
        assert await agenda.next_due(tx, now=NOW) == NOW + WAIT


async def _tick(database: Database, deed: Deed) -> Ended | None:
    async with database.transaction() as tx:
        return await deeds.carry_out(tx, deed=deed, now=LATER)


async def _undo(database: Database, member: StaffMember, deed: Deed) -> Deed | Refusal:
    try:
        async with database.transaction() as tx:
            return await deeds.take_back(tx, member=member, deed_id=deed.id, now=LATER)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("first", ["tick", "undo"])
async def test_taking_back_races_with_the_tick_and_one_of_them_wins(
    database: Database, second: Database, first: str
) -> None:
    for _ in range(8):
        async with database.transaction() as tx:
            event_id = await make_event(tx)
            member = await make_staff(tx)
            deed = await deeds.ask(
                tx,
                key=f"900:{event_id}",
                member=member,
                action=deed_actions.CANCEL_EVENT,
                arguments={"event_id": event_id, "about": {"name": "x"}},
                now=NOW,
            )

        steps = [_tick(database, deed), _undo(second, member, deed)]
        done, undone = await asyncio.gather(*(steps if first == "tick" else reversed(steps)))
        if first == "undo":
            done, undone = undone, done

        async with database.reading() as tx:
            state = (await read_event(tx, event_id)).state
        if done is None:
            assert isinstance(undone, Deed)
            assert state == "published"
        else:
            assert isinstance(undone, DeedDone)
            assert state == "cancelled"


async def test_without_the_conditional_end_both_would_win(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without the state in the condition a deed is taken back and done."""

    async def end(
        tx: Tx, deed_id: int, *, state: str, outcome: dict[str, Any] | None = None, now: datetime
    ) -> bool:
        # Both have looked before, and found that it waits.
        ended = {"state": state, "outcome": outcome, "ended_at": now}
        result = await tx.execute(update(table).where(table.c.id == deed_id).values(ended))
        return result.rowcount == 1

    async with database.transaction() as tx:
        event_id = await event_with_one(tx)
        member = await make_staff(tx)
        deed = await asked(tx, event_id)
    monkeypatch.setattr(rows, "end", end)

    done, undone = await asyncio.gather(_tick(database, deed), _undo(second, member, deed))

    assert done is not None
    assert isinstance(undone, Deed)
