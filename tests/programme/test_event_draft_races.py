"""Two of the staff change, publish or throw away one draft at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select, update

from programme import event_drafts
from programme import event_fields as fields
from programme.event_refusals import EventChanged
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import event
from tests.programme.at_once import at_once
from tests.programme.drafting import change, deeds, make_draft, planned, read
from tests.storage.rows import NOW


def _changing(event_id: int, member: StaffMember, title: str) -> Callable[[Tx], Awaitable[object]]:
    async def step(tx: Tx) -> object:
        await change(tx, event_id, member, fields.TITLE, title)
        return title

    return step


async def test_of_two_who_change_a_draft_at_once_one_is_told(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)

    titles = ["Pierwszy", "Drugi"]
    got = await at_once(
        (database, second), [_changing(event_id, member, title) for title in titles]
    )

    [kept] = [one for one in got if isinstance(one, str)]
    assert [type(one) for one in got if not isinstance(one, str)] == [EventChanged]
    async with database.reading() as tx:
        found = await read(tx, event_id)
    assert (found.entry.title, found.revision) == (kept, 1)


async def _change_without_guard(
    database: Database, event_id: int, title: str, looked: asyncio.Barrier
) -> str:
    """Look at the draft, wait until the other has looked too, and write over it."""
    async with database.reading() as tx:
        await read(tx, event_id)
    await looked.wait()
    async with database.transaction() as tx:
        await tx.execute(update(event).where(event.c.id == event_id).values(title=title))
    return title


async def test_without_the_revision_the_second_overwrites_the_first(
    database: Database, second: Database
) -> None:
    """Show that the test above can fail."""
    async with database.transaction() as tx:
        event_id, _member = await make_draft(tx)
    looked = asyncio.Barrier(2)

    saved = await asyncio.gather(
        _change_without_guard(database, event_id, "Pierwszy", looked),
        _change_without_guard(second, event_id, "Drugi", looked),
    )

    # Both believe that theirs is kept, and nobody was told.
    async with database.reading() as tx:
        kept = (await read(tx, event_id)).entry.title
    assert sorted(saved) == ["Drugi", "Pierwszy"]
    assert [title for title in saved if title != kept] != []


async def test_publishing_twice_at_once_has_one_effect(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)

    async def step(tx: Tx) -> None:
        await event_drafts.publish(tx, member=member, event_id=event_id, revision=0, now=NOW)

    got = await at_once((database, second), [step, step])

    assert sorted(type(one).__name__ for one in got) == ["EventPublished", "NoneType"]
    async with database.reading() as tx:
        assert [action for action, _ in await deeds(tx)].count("publish_event") == 1
        assert len(await planned(tx)) == 3


async def test_discarding_and_publishing_at_once_have_one_effect(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        event_id, member = await make_draft(tx)
    about: dict[str, Any] = {"member": member, "event_id": event_id, "revision": 0, "now": NOW}

    got = await at_once(
        (database, second),
        [
            lambda tx: event_drafts.publish(tx, **about),
            lambda tx: event_drafts.discard(tx, **about),
        ],
    )

    first, other = (type(one).__name__ for one in got)
    assert (first, other) in [("NoneType", "EventPublished"), ("EventUnknown", "NoneType")]
    async with database.reading() as tx:
        states = list((await tx.execute(select(event.c.state))).scalars())
    assert states == (["published"] if first == "NoneType" else [])
