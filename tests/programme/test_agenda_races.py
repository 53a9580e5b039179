"""Whoever stops, and a tick at the same moment: all are told, or nobody is."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import agenda_desk, reminders
from programme.refusals import Refusal
from storage import agenda_exceptions
from storage import agenda_reminders as agenda_rows
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import reminder
from tests.programme.audience import CHIEF, make_staff
from tests.programme.steps import register
from tests.programme.test_agenda_desk import RULES, SOON, SPAN, lines, reminded
from tests.storage.rows import NOW, make_event, make_person


async def _tick(database: Database) -> int:
    async with database.transaction() as tx:
        return await reminders.remind(tx, now=SOON - timedelta(hours=20))


async def _change(database: Database, name: str, number: int | None, member: StaffMember) -> str:
    try:
        async with database.transaction() as tx:
            if number is None:
                await agenda_desk.stop(tx, member=member, name=name, span=SPAN)
            else:
                await agenda_desk.leave_out(tx, member=member, name=name, number=number, span=SPAN)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


@pytest.mark.parametrize("first", ["tick", "stop"])
async def test_stop_races_with_the_tick_and_all_or_nobody_is_told(
    database: Database, second: Database, first: str
) -> None:
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 5)
        member = await make_staff(tx)

    steps = [_tick(database), _change(second, name, None, member)]
    told, stopped = (
        await asyncio.gather(*steps)
        if first == "tick"
        else reversed(await asyncio.gather(*reversed(steps)))
    )

    assert (told, stopped) in ((5, "OccurrenceGone"), (0, "done"))


async def test_without_the_state_in_the_condition_it_would_be_stopped_and_told(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever looks first and ends then stops what everybody has been told."""
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 5)
        member = await make_staff(tx)
        number = (await tx.execute(select(reminder.c.id))).scalar_one()
        one = await agenda_rows.reminder_of(tx, **_parts(name))

    async def end(tx: Tx, reminder_id: int, *, state: str) -> bool:
        await tx.execute(update(reminder).where(reminder.c.id == reminder_id).values(state=state))
        return True

    async def looked_before(_tx: Tx, **_: Any) -> Any:
        return one

    monkeypatch.setattr("storage.reminders.end", end)
    monkeypatch.setattr(agenda_rows, "reminder_of", looked_before)

    told = await _tick(database)
    stopped = await _change(second, name, None, member)

    assert (number, told, stopped) == (number, 5, "done")


def _parts(name: str) -> dict[str, int]:
    _letter, rule_id, session_id, revision = name.split(".")
    return {"rule_id": int(rule_id), "session_id": int(session_id), "revision": int(revision)}


async def test_leaving_out_races_with_the_tick_and_one_of_them_wins(
    database: Database, second: Database
) -> None:
    for _ in range(4):
        async with database.transaction() as tx:
            await tx.execute(update(reminder).values(state="cancelled"))
            event_id = await make_event(tx, sessions=(SOON,), rules=RULES)
            person_id = await make_person(tx, chat=1000 + event_id)
            await register(tx, event_id, person_id)
            await reminders.plan_event(tx, event_id=event_id, now=NOW)
            member = await make_staff(tx)
            (name,) = [one.name for one in await lines(tx) if one.name.startswith("r.")]

        told, left_out = await asyncio.gather(
            _tick(database), _change(second, name, person_id, member)
        )

        assert (told, left_out) in ((1, "OccurrenceGone"), (0, "done"))


async def test_without_the_hold_somebody_would_be_left_out_too_late(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: without the hold the exception is kept although the reminder has gone."""
    async with database.transaction() as tx:
        _event_id, name = await reminded(tx, 1)
        member = await make_staff(tx)
        one = await agenda_rows.reminder_of(tx, **_parts(name))
        person = (await agenda_desk.look(tx, member=CHIEF, name=name, span=SPAN)).people[0].number

    async def held(_tx: Tx, _number: int) -> bool:
        return True

    async def looked_before(_tx: Tx, **_: Any) -> Any:
        return one

    monkeypatch.setattr(agenda_rows, "hold_reminder", held)
    monkeypatch.setattr(agenda_rows, "reminder_of", looked_before)
    told = await _tick(database)

    async with second.transaction() as tx:
        source, parts = agenda_desk.SOURCES["r"], name.split(".")[1:]
        assert source.leave_out is not None
        kept = await source.leave_out(tx, parts, person, SPAN, member)
        excepted = await agenda_exceptions.of(tx, name)

    assert (told, kept, excepted) == (1, 1, {person})
