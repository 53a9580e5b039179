"""Drafts in their table: listed, changed at a revision, bound, thrown away; on both databases."""

import pytest
from sqlalchemy import select

from storage import event_drafts, programmes
from storage.database import Database
from storage.event_drafts import Draft
from storage.insert import insert_id
from storage.staff_tables import invitation
from storage.tables import event
from tests.programme.audience import make_staff
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_programme


async def test_drafts_are_listed_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        first = await make_event(tx, state="draft")
        await make_event(tx)
        await make_event(tx, state="cancelled")
        second = await make_event(tx, state="draft")

        title = "Budowanie partnerstw"
        assert await event_drafts.drafts(tx) == [Draft(second, title), Draft(first, title)]
        assert await event_drafts.count(tx) == 2


async def test_new_events_belong_to_the_newest_programme(database: Database) -> None:
    async with database.transaction() as tx:
        assert await event_drafts.home(tx) is None
        await make_programme(tx)
        newest = await make_programme(tx)

        home = await event_drafts.home(tx)
        assert home is not None
        assert home.programme_id == newest


async def test_places_come_once_each_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        for place in ("Szkoła", "GOK", "Szkoła", "Biblioteka"):
            event_id = await make_event(tx)
            await tx.execute(event.update().where(event.c.id == event_id).values(place=place))

        assert await event_drafts.places(tx, limit=2) == ["Biblioteka", "Szkoła"]


@pytest.mark.parametrize(
    ("revision", "state", "changed"),
    [(0, "draft", True), (1, "draft", False), (0, "published", False)],
)
async def test_change_is_made_only_at_what_was_shown(
    database: Database, revision: int, state: str, *, changed: bool
) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, state="draft")

        done = await event_drafts.change(
            tx, event_id, revision=revision, state=state, values={"title": "Nowy"}
        )

        found = await event_drafts.get(tx, event_id)
        assert found is not None
        assert (done, found.event.title == "Nowy", found.revision) == (
            changed,
            changed,
            int(changed),
        )


async def test_revision_is_raised_whatever_or_only_as_shown(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        assert await event_drafts.raise_revision(tx, event_id)
        assert not await event_drafts.raise_revision(tx, event_id, shown=0)
        assert await event_drafts.raise_revision(tx, event_id, shown=1)
        assert await tx.scalar(select(event.c.revision)) == 2


async def test_unknown_event_is_none(database: Database) -> None:
    async with database.reading() as tx:
        assert await event_drafts.get(tx, 999) is None


async def test_draft_that_a_letter_names_is_bound(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, state="draft", sessions=[FIRST_DAY])
        assert not await event_drafts.is_bound(tx, event_id)
        member = await make_staff(tx)
        await insert_id(
            tx,
            invitation,
            staff_id=member.id,
            event_id=event_id,
            content={},
            audience={},
            created_at=NOW,
            changed_at=NOW,
        )

        assert await event_drafts.is_bound(tx, event_id)


async def test_draft_that_changed_since_is_not_thrown_away(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx, state="draft", rules=[("1d", 1, "09:00", 0)])
        await event_drafts.raise_revision(tx, event_id)

        assert not await event_drafts.discard(tx, event_id, revision=0)
        assert len(await programmes.list_sessions(tx, event_id=event_id)) == 1
        assert await event_drafts.discard(tx, event_id, revision=1)
        assert await event_drafts.get(tx, event_id) is None
