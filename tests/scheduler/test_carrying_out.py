"""The ticker carries out what staff confirmed, and says what came of it."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.telegram import deed_words
from handlers.telegram.deed_desk import came_of
from programme import deed_actions, deeds, events
from programme.deed_actions import Action
from programme.deed_refusals import DeedFailed
from programme.deeds import WAIT, Deed
from programme.refusals import EventCancelled, NotStaff
from scheduler.carrying_out import PATIENCE
from scheduler.ticks import Ticker
from storage import staff
from storage.database import Database, Tx
from storage.leases import NotHeld
from storage.staff_tables import deed as table
from storage.tables import outbox
from tests.handlers.scene import sentence
from tests.programme.audience import make_staff
from tests.programme.steps import kinds_to, read_event, register
from tests.storage.rows import NOW, ZONE, make_event, make_person

LATER = NOW + WAIT
TITLE = "Budowanie partnerstw"


@dataclass
class Clock:
    now: datetime = LATER

    def __call__(self) -> datetime:
        return self.now


def make_ticker(database: Database, clock: Clock, woken: list[datetime] | None = None) -> Ticker:
    return Ticker(
        database=database,
        clock=clock,
        wake_outbox=lambda: (woken if woken is not None else []).append(clock.now),
        deed_words=lambda ended, locale: came_of(ended, locale, zone=ZONE),
    )


async def ask(tx: Tx, event_id: int) -> Deed:
    return await deeds.ask(
        tx,
        key=f"900:{event_id}",
        member=await make_staff(tx),
        action=deed_actions.CANCEL_EVENT,
        arguments={"event_id": event_id, "about": {"name": TITLE, "count": 1}},
        now=NOW,
    )


async def said(database: Database) -> list[str]:
    async with database.reading() as tx:
        rows = await tx.execute(
            select(outbox.c.facts).where(outbox.c.address == "900").order_by(outbox.c.id)
        )
        return [facts["text"] for facts in rows.scalars()]


async def states(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(select(table.c.state).order_by(table.c.id))).scalars())


async def test_due_deed_is_done_told_and_wakes_the_outbox(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, chat=1))
        await ask(tx, event_id)
    clock, woken = Clock(LATER - timedelta(seconds=1)), list[datetime]()
    ticker = make_ticker(database, clock, woken)

    await ticker.carry_out()
    early = await said(database)
    clock.now = LATER
    await ticker.carry_out()
    await ticker.carry_out()

    assert early == []
    assert await said(database) == [
        f"Zrobione: odwołanie wydarzenia „{TITLE}”.\n\nWiadomość dostaje 1 osoba."
    ]
    assert woken == [LATER]
    async with database.reading() as tx:
        assert await kinds_to(tx, "1") == ["registration_confirmed", "event_cancelled"]


async def test_tick_does_it_too_before_it_reminds(database: Database) -> None:
    async with database.transaction() as tx:
        await ask(tx, event_id := await make_event(tx))

    await make_ticker(database, Clock()).tick()

    assert await states(database) == ["done"]
    async with database.reading() as tx:
        assert (await read_event(tx, event_id)).state == "cancelled"


async def test_refusal_becomes_its_sentence_and_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await ask(tx, event_id := await make_event(tx))
        await events.cancel_event(tx, event_id=event_id, now=NOW)

    await make_ticker(database, Clock()).carry_out()

    assert await states(database) == ["refused"]
    assert await said(database) == [
        f"Nie zrobiono: odwołanie wydarzenia „{TITLE}”.\n\n{sentence(EventCancelled())}"
    ]


async def test_who_lost_their_rights_is_told_that_and_nothing_of_the_event(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await ask(tx, await make_event(tx))
        await staff.remove(tx, chat_id=900, now=NOW)

    await make_ticker(database, Clock()).carry_out()

    assert await states(database) == ["refused"]
    assert await said(database) == [sentence(NotStaff())]


async def test_deed_that_breaks_keeps_nothing_else_and_is_given_up_after_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    async with database.transaction() as tx:
        await ask(tx, await make_event(tx))
        await ask(tx, second := await make_event(tx))
    known = deed_actions.ACTIONS[deed_actions.CANCEL_EVENT]

    async def once(tx: Tx, told: dict[str, Any], *others: Any) -> dict[str, Any]:
        do = known.do if told["event_id"] == second else broken
        return await do(tx, told, *others)

    actions = {deed_actions.CANCEL_EVENT: replace(known, do=once)}
    monkeypatch.setattr(deeds, "ACTIONS", actions)
    clock = Clock()
    ticker = make_ticker(database, clock)

    with caplog.at_level(logging.ERROR):
        await ticker.carry_out()
        soon = await states(database)
        clock.now = LATER + PATIENCE
        await ticker.carry_out()

    assert soon == ["pending", "done"]
    assert await states(database) == ["refused", "done"]
    assert (await said(database))[-1].endswith(sentence(DeedFailed()))
    assert [record.message for record in caplog.records] == ["deed_failed"] * 2


async def test_ticker_whose_lease_is_gone_does_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await ask(tx, event_id := await make_event(tx))

    async def stale(_tx: Tx) -> None:
        raise NotHeld("ticks")

    with pytest.raises(NotHeld):
        await make_ticker(database, Clock()).carry_out(stale)

    assert (await states(database), await said(database)) == (["pending"], [])
    async with database.reading() as tx:
        assert (await read_event(tx, event_id)).state == "published"


async def test_two_tickers_do_it_once(database: Database, second: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, chat=1))
        await ask(tx, event_id)

    await asyncio.gather(
        *(make_ticker(one, Clock()).carry_out() for one in (database, second, database, second))
    )

    assert len(await said(database)) == 1
    async with database.reading() as tx:
        assert await kinds_to(tx, "1") == ["registration_confirmed", "event_cancelled"]


async def test_transaction_that_breaks_at_its_end_is_done_by_the_next_tick(
    database: Database,
) -> None:
    """What a kill between the effect and the commit leaves is what a rollback leaves."""
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await register(tx, event_id, await make_person(tx, chat=1))
        await ask(tx, event_id)
    ticker = make_ticker(database, Clock())
    kills = iter((True, False))

    async def killed(_tx: Tx) -> None:
        if next(kills):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await ticker.carry_out(killed)
    after_kill = await states(database)
    await make_ticker(database, Clock()).carry_out(killed)

    assert after_kill == ["pending"]
    assert len(await said(database)) == 1
    async with database.reading() as tx:
        assert await kinds_to(tx, "1") == ["registration_confirmed", "event_cancelled"]


def test_every_action_is_named_and_says_what_came_of_it() -> None:
    assert set(deed_words.DEEDS) == set(deed_actions.ACTIONS)
    assert all(isinstance(one, Action) for one in deed_actions.ACTIONS.values())
