"""Letters to many as rows: what is confirmed is what was shown, whoever comes second."""

import asyncio
from datetime import timedelta

import pytest

from storage import invitations
from storage.database import Database, Tx
from storage.invitations import Invitation
from storage.staff_tables import invitation as table
from tests.programme.audience import make_staff
from tests.storage.rows import NOW, make_event

LATER = NOW + timedelta(minutes=1)


async def begin(tx: Tx, staff_id: int | None = None) -> Invitation:
    author = staff_id or (await make_staff(tx)).id
    return await invitations.add(
        tx, staff_id=author, content={"subject": "Temat"}, audience={}, now=NOW
    )


async def test_draft_is_found_as_it_was_begun(database: Database) -> None:
    async with database.transaction() as tx:
        author, event_id = (await make_staff(tx)).id, await make_event(tx)
        made = await invitations.add(
            tx,
            staff_id=author,
            content={"body": "{osoba}"},
            audience={},
            event_id=event_id,
            now=NOW,
        )
        found = await invitations.find(tx, made.id)
        unknown = await invitations.find(tx, made.id + 1)
        open_ones = await invitations.open_of(tx, author)

    assert found == made == open_ones[0]
    assert unknown is None
    assert (made.state, made.revision, made.purpose) == ("draft", 0, "invitation")
    assert made.content == {"body": "{osoba}"}


async def test_change_raises_the_revision_and_needs_the_one_that_was_seen(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        letter = await begin(tx)
        changed = await invitations.change(tx, letter.id, revision=0, now=LATER, content={"a": 1})
        stale = await invitations.change(tx, letter.id, revision=0, now=LATER, content={"a": 2})
        after = await invitations.get(tx, letter.id)

    assert (changed, stale) == (True, False)
    assert (after.content, after.revision, after.changed_at) == ({"a": 1}, 1, LATER)


async def test_change_of_something_else_is_a_mistake(database: Database) -> None:
    async with database.transaction() as tx:
        letter = await begin(tx)

        with pytest.raises(ValueError, match="state"):
            await invitations.change(tx, letter.id, revision=0, now=LATER, state="confirmed")


async def test_only_a_draft_is_changed_and_only_what_is_open_is_confirmed(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        letter = await begin(tx)
        proposed = await invitations.propose(tx, letter.id, revision=0, now=LATER)
        changed = await invitations.change(tx, letter.id, revision=0, now=LATER, audience={})
        waiting = await invitations.proposed(tx)
        back = await invitations.give_back(tx, letter.id, revision=0, now=LATER)
        old = await invitations.confirm(tx, letter.id, revision=0, broadcast_id=None, now=LATER)
        confirmed = await invitations.confirm(
            tx, letter.id, revision=1, broadcast_id=None, now=LATER
        )
        withdrawn = await invitations.withdraw(tx, letter.id, revision=1, now=LATER)
        still_open = await invitations.open_of(tx, letter.staff_id)

    assert (proposed, changed, back, old, confirmed, withdrawn) == (
        *(True, False, True),
        *(False, True, False),
    )
    assert [one.id for one in waiting] == [letter.id]
    assert still_open == []


async def _change_by_two(database: Database, second: Database, *, guarded: bool) -> list[bool]:
    async with database.transaction() as tx:
        letter = await begin(tx)

    async def change(where: Database, words: str) -> bool:
        async with where.transaction() as tx:
            seen = await invitations.get(tx, letter.id)
            await asyncio.sleep(0)
            if guarded:
                return await invitations.change(
                    tx, letter.id, revision=0, now=LATER, content={"body": words}
                )
            # As it would be without the revision: whoever comes last undoes the other's words.
            values = {"content": {"body": words}, "revision": seen.revision + 1}
            await tx.execute(table.update().where(table.c.id == letter.id).values(**values))
            return True

    return list(await asyncio.gather(change(database, "jedno"), change(second, "drugie")))


async def test_of_two_who_change_a_letter_at_once_one_is_told(
    database: Database, second: Database
) -> None:
    done = await _change_by_two(database, second, guarded=True)

    assert sorted(done) == [False, True]


async def test_without_the_revision_both_would_think_their_words_are_kept(
    database: Database, second: Database
) -> None:
    done = await _change_by_two(database, second, guarded=False)

    assert done == [True, True]
