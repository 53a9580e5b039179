"""Nobody but staff meets a draft: not in lists, feeds, reminders, the agenda or by its number.

The draft here was published once and somebody registered, so that there is what could leak.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from programme import (
    agenda,
    event_desk,
    fair,
    feeds,
    listing,
    registration,
    reminders,
)
from programme.nomination_terms import place
from programme.refusals import EventUnknown
from storage import events, people
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import event, outbox
from tests.programme.drafting import make_draft, planned, publish
from tests.programme.steps import register
from tests.storage.rows import NOW, make_person

MONTHS = NOW + timedelta(days=90)


async def leaky_draft(tx: Tx, kind: str = "meeting") -> tuple[int, int, StaffMember]:
    """Make a draft with planned reminders and somebody who has a seat."""
    event_id, member = await make_draft(tx, kind)
    await publish(tx, event_id, member)
    person_id = await make_person(tx, chat=7)
    await register(tx, event_id, person_id)
    await tx.execute(update(outbox).values(state="sent"))
    await tx.execute(update(event).where(event.c.id == event_id).values(state="draft"))
    return event_id, person_id, member


async def test_draft_is_in_no_list_and_no_feed(database: Database) -> None:
    async with database.transaction() as tx:
        _event_id, person_id, member = await leaky_draft(tx)
        person = await people.get(tx, person_id)

        assert await listing.ahead(tx, person=person, now=NOW) == []
        assert await listing.mine(tx, person=person, now=NOW) == []
        assert (await feeds.public(tx, now=NOW)).entries == ()
        assert (await feeds.personal(tx, person_id=person_id)).entries == ()
        assert await event_desk.events_in_care(tx, member=member, now=NOW) == []
        assert (await events.upcoming(tx, now=NOW), await events.recent(tx, now=NOW)) == ([], [])


async def test_draft_reminds_nobody_and_is_not_in_the_agenda(database: Database) -> None:
    async with database.transaction() as tx:
        await leaky_draft(tx)
        assert len(await planned(tx)) == 3

        assert await agenda.agenda(tx, now=NOW, until=MONTHS) == []
        assert await agenda.next_due(tx, now=NOW) is None
        assert await reminders.remind(tx, now=MONTHS) == 0
        assert list((await tx.execute(select(outbox.c.kind))).scalars()) == [
            "registration_confirmed"
        ]


async def test_the_same_event_published_is_in_all_of_them(database: Database) -> None:
    """Show that the tests above can fail."""
    async with database.transaction() as tx:
        event_id, person_id, member = await leaky_draft(tx)
        await tx.execute(update(event).where(event.c.id == event_id).values(state="published"))
        person = await people.get(tx, person_id)

        assert len(await listing.ahead(tx, person=person, now=NOW)) == 1
        assert len(await listing.mine(tx, person=person, now=NOW)) == 1
        assert len((await feeds.public(tx, now=NOW)).entries) == 1
        assert len((await feeds.personal(tx, person_id=person_id)).entries) == 1
        assert len(await event_desk.events_in_care(tx, member=member, now=NOW)) == 1
        assert len(await agenda.agenda(tx, now=NOW, until=MONTHS)) == 3
        assert await agenda.next_due(tx, now=NOW) is not None


async def _look(tx: Tx, event_id: int, _person_id: int) -> object:
    return await listing.one(tx, event_id=event_id, person=None, now=NOW)


async def _register(tx: Tx, event_id: int, person_id: int) -> object:
    return await registration.register(
        tx, event_id=event_id, person_id=person_id, door="telegram", now=NOW
    )


async def _exhibit(tx: Tx, event_id: int, _person_id: int) -> object:
    return await fair.check_open(tx, event_id=event_id, now=NOW)


async def _name(tx: Tx, event_id: int, _person_id: int) -> object:
    return await place(tx, event_id=event_id, organisation_id=1)


DOORS: list[tuple[str, Callable[[Tx, int, int], Awaitable[Any]]]] = [
    ("meeting", _look),
    ("meeting", _register),
    ("fair", _exhibit),
    ("meeting", _name),
]


@pytest.mark.parametrize(("kind", "door"), DOORS)
async def test_draft_is_unknown_to_whoever_has_its_number(
    database: Database, kind: str, door: Callable[[Tx, int, int], Awaitable[Any]]
) -> None:
    async with database.transaction() as tx:
        event_id, _registered, _member = await leaky_draft(tx, kind)
        other = await make_person(tx, chat=8)

        with pytest.raises(EventUnknown):
            await door(tx, event_id, other)
