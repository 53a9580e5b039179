"""Organisations that were asked to name people hear of a move and a cancellation, once."""

import pytest

from programme import events, nomination_calls, nomination_changes
from programme.quiet_hours import QuietHours
from storage.database import Database, Tx
from tests.programme.naming import CONTACT_CHAT, LINK, NamingScene, make_scene, name
from tests.programme.steps import kinds_to, register
from tests.programme.test_nomination_changes import move
from tests.storage.rows import NOW

CHAT = str(CONTACT_CHAT)


async def call(tx: Tx, at: NamingScene, *, left: bool = True) -> None:
    assert at.staff.member is not None
    await nomination_calls.send(
        tx, event_id=at.event_id, member=at.staff.member, link=LINK, quiet=QuietHours(), now=NOW
    )
    if left:
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")


async def test_called_organisation_hears_of_each_change_once(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at)

        counted = await nomination_changes.count_asked(tx, event_id=at.event_id)
        await move(tx, at.event_id)
        told = await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        assert (counted, told) == (1, 1)
        assert await kinds_to(tx, CHAT) == ["nomination_call", "event_moved", "event_cancelled"]


async def test_call_that_has_not_left_is_changed_or_kept_back_and_nothing_is_added(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await call(tx, at, left=False)

        counted = await nomination_changes.count_asked(tx, event_id=at.event_id)
        await move(tx, at.event_id)
        told = await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        assert (counted, told) == (0, 0)
        rows = (await tx.exec_driver_sql("SELECT kind, state FROM outbox")).all()
        assert [tuple(row) for row in rows] == [("nomination_call", "cancelled")]


async def test_organisation_that_was_not_called_hears_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx)
        await name(tx, at, email="anna@example.org")
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await move(tx, at.event_id)

        assert await kinds_to(tx, CHAT) == []


@pytest.mark.parametrize("by", ["registering", "being named"])
async def test_contact_who_hears_of_it_otherwise_hears_it_once(database: Database, by: str) -> None:
    async with database.transaction() as tx:
        at = await make_scene(tx, entry="open")
        await call(tx, at)
        if by == "registering":
            await register(tx, at.event_id, at.contact_id)
        else:
            await name(tx, at, "", person_id=at.contact_id, speaker=at.staff)
        await tx.exec_driver_sql("UPDATE outbox SET state = 'sent'")

        await move(tx, at.event_id)
        await events.cancel_event(tx, event_id=at.event_id, now=NOW)

        heard = await kinds_to(tx, CHAT)
        assert [heard.count(kind) for kind in ("event_moved", "event_cancelled")] == [1, 1]
