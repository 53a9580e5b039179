"""Letters to many that leave: once, as they were shown, and above a number by two people."""

import asyncio
import dataclasses
from typing import Any

import pytest
from sqlalchemy import func, select

from programme import broadcasting, invitation_drafts, invitation_sending
from programme.broadcasting import Started
from programme.invitation_refusals import (
    LetterChanged,
    LetterClosed,
    LetterUnknown,
    LetterUnready,
    NobodyElse,
    OwnLetter,
)
from programme.invitation_sending import Proposed
from programme.refusals import AudienceEmpty, NotStaff
from storage import broadcasts, staff
from storage import invitations as rows
from storage.database import Database
from storage.staff import StaffMember
from storage.tables import audit, broadcast
from tests.programme.audience import make_staff, queued
from tests.programme.letters import ALONE, TWO, WORDS, crowd, draft, seen
from tests.programme.sending import queue_all
from tests.storage.rows import NOW, make_programme


async def test_letter_leaves_once_however_often_it_is_confirmed(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await crowd(tx)
        letter = await draft(tx, member)
        first = await invitation_sending.confirm(tx, **seen(letter, member), rules=ALONE)
        again = await invitation_sending.confirm(tx, **seen(letter, member), rules=ALONE)
        assert isinstance(first, Started)
        await queue_all(tx, first.broadcast_id, now=NOW + broadcasting.HOLD)
        entries = await queued(tx)
        kept = await broadcasts.get(tx, first.broadcast_id)

    assert again == first
    assert [entry.facts["placeholders"] for entry in entries] == [
        {"osoba": "Osoba 1"},
        {"osoba": "Osoba 2"},
    ]
    assert {entry.facts["body"] for entry in entries} == {WORDS["body"]}
    assert kept.content["letter"] == letter.id
    assert kept.content["dated"] == "2027-01-04"


async def test_changed_letter_is_not_confirmed_as_it_was_before(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await crowd(tx)
        letter = await draft(tx, member)
        await invitation_drafts.change_late_joiners(tx, **seen(letter, member))

        with pytest.raises(LetterChanged):
            await invitation_sending.confirm(tx, **seen(letter, member), rules=ALONE)

        assert await tx.scalar(select(func.count()).select_from(broadcast)) == 0


async def test_letter_without_words_recipients_or_readers_stays_a_draft(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await make_programme(tx)
        bare = await invitation_drafts.begin(tx, member=member, event_id=None, now=NOW)
        nobody = await draft(tx, member)

        with pytest.raises(LetterUnready):
            await invitation_sending.confirm(tx, **seen(bare, member), rules=ALONE)
        with pytest.raises(AudienceEmpty):
            await invitation_sending.confirm(tx, **seen(nobody, member), rules=ALONE)

        assert [one.state for one in await rows.open_of(tx, member.id)] == ["draft", "draft"]


async def test_letter_to_many_waits_for_another_coordinator(database: Database) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        other = await make_staff(tx, chat_id=901)
        await make_staff(tx, chat_id=902, role="assistant")
        await crowd(tx)
        letter = await draft(tx, author)

        proposed = await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)
        assert isinstance(proposed, Proposed)
        with pytest.raises(OwnLetter):
            await invitation_sending.confirm_second(tx, **seen(letter, author), rules=TWO)
        with pytest.raises(LetterClosed):
            await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)
        started = await invitation_sending.confirm_second(tx, **seen(letter, other), rules=TWO)
        with pytest.raises(LetterClosed):
            await invitation_sending.confirm_second(tx, **seen(letter, other), rules=TWO)
        assert isinstance(started, Started)
        kept = await tx.execute(
            select(broadcast.c.staff_id, broadcast.c.second_staff_id).where(
                broadcast.c.id == started.broadcast_id
            )
        )
        deeds = list(
            (await tx.execute(select(audit.c.staff_id, audit.c.action).order_by(audit.c.id))).all()
        )

    assert (proposed.people, [one.chat_id for one in proposed.others]) == (2, [901])
    assert kept.one() == (author.id, other.id)
    assert [tuple(deed) for deed in deeds] == [
        (author.id, "letter proposed"),
        (author.id, "invite"),
        (other.id, "letter confirmed"),
    ]


@pytest.mark.parametrize(("limit", "asks"), [(0, False), (1, True), (2, False), (100, False)])
async def test_second_look_is_asked_for_above_the_number_of_the_settings(
    database: Database, limit: int, asks: bool
) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        await make_staff(tx, chat_id=901)
        await crowd(tx)
        letter = await draft(tx, author)
        rules = dataclasses.replace(ALONE, second_eyes=limit)

        confirmed = await invitation_sending.confirm(tx, **seen(letter, author), rules=rules)

    assert isinstance(confirmed, Proposed) == asks


async def test_letter_to_many_without_another_coordinator_stays_a_draft(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        await make_staff(tx, chat_id=901, role="assistant")
        await crowd(tx)
        letter = await draft(tx, author)

        with pytest.raises(NobodyElse) as caught:
            await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)

        assert (caught.value.people, caught.value.limit) == (2, 1)
        assert (await rows.get(tx, letter.id)).state == "draft"


async def test_letter_given_back_is_a_draft_that_old_buttons_do_not_send(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        author, other = await make_staff(tx), await make_staff(tx, chat_id=901)
        await crowd(tx)
        letter = await draft(tx, author)
        await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)

        after, told = await invitation_sending.send_back(
            tx, **seen(letter, other), remark="Proszę poprawić godzinę."
        )
        with pytest.raises(LetterClosed):
            await invitation_sending.confirm_second(tx, **seen(letter, other), rules=TWO)
        with pytest.raises(LetterChanged):
            await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)

    assert (after.state, after.revision, told.chat_id) == ("draft", letter.revision + 1, 900)


async def test_author_takes_a_proposal_back(database: Database) -> None:
    async with database.transaction() as tx:
        author, other = await make_staff(tx), await make_staff(tx, chat_id=901)
        await crowd(tx)
        letter = await draft(tx, author)
        await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)
        [waiting] = await invitation_sending.waiting(tx, member=other)

        again = await invitation_sending.take_back_proposal(
            tx, member=author, letter=waiting, now=NOW
        )

        assert (again.state, await invitation_sending.waiting(tx, member=other)) == ("draft", [])


async def test_letter_of_somebody_who_left_is_that_of_who_confirms_it(database: Database) -> None:
    async with database.transaction() as tx:
        author, other = await make_staff(tx), await make_staff(tx, chat_id=901)
        await crowd(tx)
        letter = await draft(tx, author)
        await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)
        await staff.remove(tx, chat_id=author.chat_id, now=NOW)

        started = await invitation_sending.confirm_second(tx, **seen(letter, other), rules=TWO)
        assert isinstance(started, Started)
        kept = await broadcasts.get(tx, started.broadcast_id)

    assert kept.staff_id == other.id


async def test_letter_confirmed_by_two_coordinators_at_once_leaves_once(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        others = [await make_staff(tx, chat_id=901), await make_staff(tx, chat_id=902)]
        await crowd(tx)
        letter = await draft(tx, author)
        await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)

    async def confirm(where: Database, member: StaffMember) -> bool:
        try:
            async with where.transaction() as tx:
                await invitation_sending.confirm_second(tx, **seen(letter, member), rules=TWO)
        except (LetterChanged, LetterClosed):
            return False
        return True

    done = await asyncio.gather(confirm(database, others[0]), confirm(second, others[1]))

    async with database.reading() as tx:
        count = await tx.scalar(select(func.count()).select_from(broadcast))
    assert (sorted(done), count) == ([False, True], 1)


async def test_letter_taken_back_in_time_is_a_draft_again(database: Database) -> None:
    async with database.transaction() as tx:
        member = await make_staff(tx)
        await crowd(tx)
        letter = await draft(tx, member)
        started = await invitation_sending.confirm(tx, **seen(letter, member), rules=ALONE)
        assert isinstance(started, Started)
        about: dict[str, Any] = {"member": member, "broadcast_id": started.broadcast_id, "now": NOW}
        with pytest.raises(LetterClosed):
            await invitation_sending.reopen(tx, **about)
        await broadcasting.take_back(tx, **about)

        again = await invitation_sending.reopen(tx, **about)
        sent = await invitation_sending.confirm(tx, **seen(again, member), rules=ALONE)

    assert again.state == "draft"
    assert isinstance(sent, Started)
    assert sent.broadcast_id != started.broadcast_id


async def test_second_look_is_a_coordinators_and_a_draft_its_authors(database: Database) -> None:
    async with database.transaction() as tx:
        author = await make_staff(tx)
        assistant = await make_staff(tx, chat_id=901, role="assistant")
        colleague = await make_staff(tx, chat_id=902)
        await crowd(tx)
        letter = await draft(tx, author)

        for member in (assistant, colleague):
            with pytest.raises(LetterUnknown):
                await invitation_drafts.change_late_joiners(tx, **seen(letter, member))
        await invitation_sending.confirm(tx, **seen(letter, author), rules=TWO)
        with pytest.raises(NotStaff):
            await invitation_sending.confirm_second(tx, **seen(letter, assistant), rules=TWO)
        with pytest.raises(NotStaff):
            await invitation_sending.send_back(tx, **seen(letter, assistant), remark="")
