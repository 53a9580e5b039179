"""A vote by letter and a vote in the chat are one person's, and the later one counts."""

import asyncio
import itertools

import pytest

from programme import letter_doors, letter_votes, polls, surveys, votes
from programme.letter_doors import Door, DoorClosed
from programme.quiet_hours import QuietHours
from programme.refusals import OptionUnknown
from storage import inbox, people
from storage import surveys as store
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.tables import outbox
from tests.programme.at_once import at_once
from tests.programme.audience import make_member, make_staff, seat
from tests.programme.joined import merge
from tests.storage.rows import NOW, make_event

OPTIONS = ["Tak", "Nie", "Jeszcze nie wiem"]
CHAT = 1


async def make_poll(tx: Tx) -> tuple[str, Door, int]:
    """Ask Anna, who has a chat and a letter; give the survey, the letter's door and Anna."""
    member = await make_staff(tx)
    event_id = await make_event(tx)
    anna = await make_member(tx, "Anna", chat=CHAT, mail="anna@example.org")
    jan = await make_member(tx, "Jan", mail="jan@example.org")
    for one in (anna, jan):
        await seat(tx, event_id, one)
    asked = await polls.ask(
        tx,
        staff=member,
        key="900:1",
        question="Czy przyjdą Państwo?",
        options=OPTIONS,
        event_id=event_id,
        quiet=QuietHours(),
        now=NOW,
    )
    rows = await tx.execute(outbox.select().where(outbox.c.address == str(CHAT)))
    await votes.note_sent(
        tx,
        outbox_id=rows.one().id,
        survey_key=asked.survey_key,
        poll_id="p1",
        chat_id=CHAT,
        message_id=10,
        now=NOW,
    )
    return asked.survey_key, await make_door(tx, asked.survey_key, anna), anna


async def make_door(tx: Tx, survey_key: str, person_id: int | None, kind: str = "poll") -> Door:
    token = await letter_doors.make(
        tx,
        purpose=letter_doors.PAGE,
        kind=kind,
        address="anna@example.org",
        locale="pl",
        subject={"survey": survey_key},
        now=NOW,
        lasts=None,
        person_id=person_id,
    )
    return await letter_doors.find(tx, token=token, purpose=letter_doors.PAGE, now=NOW)


async def arrive(tx: Tx, update_id: int) -> None:
    """Let an update lie in the inbox, as every vote from the chat does first."""
    await inbox.accept(tx, [Arrival("telegram", str(update_id), "telegram:1", "{}")], now=NOW)


async def in_chat(tx: Tx, update_id: int, *indexes: int) -> None:
    await arrive(tx, update_id)
    await votes.answer(
        tx,
        poll_id="p1",
        chat_id=CHAT,
        option_indexes=list(indexes),
        update_id=update_id,
        now=NOW,
    )


async def by_letter(tx: Tx, door: Door, key: str) -> None:
    await letter_votes.vote(tx, door=door, option_keys=(key,) if key else (), now=NOW)


async def counted(tx: Tx, survey_key: str) -> tuple[list[int], int]:
    found = await votes.results(tx, survey_key=survey_key)
    return [option.count for option in found.options], found.people_answered


async def test_vote_by_letter_is_an_answer_of_the_store(database: Database) -> None:
    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)

        before = await letter_votes.ballot(tx, door=door, now=NOW)
        kept = await letter_votes.vote(tx, door=door, option_keys=("o2",), now=NOW)
        after = await letter_votes.ballot(tx, door=door, now=NOW)

        survey = await surveys.find(tx, key)
        [answer] = await store.current_answers(tx, survey.id)
        assert (answer.respondent, answer.option_keys, answer.door) == (
            f"person:{anna}",
            ("o2",),
            "web",
        )
        assert (before.question, before.event_title) == (
            "Czy przyjdą Państwo?",
            "Budowanie partnerstw",
        )
        assert [one.label for one in before.options] == OPTIONS
        assert before.chosen == ()
        assert kept == after
        assert (after.chosen, after.answer) == (("o2",), "Nie")
        assert [before.option(number) for number in (0, 4, -1)] == [None] * 3


async def test_same_vote_again_adds_nothing_and_no_vote_can_be_taken_back(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)
        survey = await surveys.find(tx, key)

        for option in ("", "o1", "o1", "", "", "o3"):
            await by_letter(tx, door, option)

        assert await counted(tx, key) == ([0, 0, 1], 1)
        assert await store.count_of(tx, survey.id, respondent=f"person:{anna}") == 3
        await by_letter(tx, door, "")
        assert await counted(tx, key) == ([0, 0, 0], 0)


STEPS = ("chat:1", "letter:2", "chat:3", "letter:", "chat:")


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS, 3)))
async def test_later_vote_counts_whichever_door_it_came_by(
    database: Database, order: tuple[str, ...]
) -> None:
    async with database.transaction() as tx:
        key, door, _anna = await make_poll(tx)

        for update_id, step in enumerate(order, start=500):
            way, _, option = step.partition(":")
            if way == "chat":
                await in_chat(tx, update_id, *([int(option) - 1] if option else []))
            else:
                await by_letter(tx, door, f"o{option}" if option else "")

        last = order[-1].partition(":")[2]
        expected = [int(last == str(number)) for number in (1, 2, 3)]
        assert await counted(tx, key) == (expected, sum(expected))


async def test_vote_from_the_chat_that_was_late_does_not_undo_a_letter(database: Database) -> None:
    async with database.transaction() as tx:
        key, door, _anna = await make_poll(tx)
        await arrive(tx, 700)
        await by_letter(tx, door, "o2")

        # It arrived before the letter's, and is handled only now.
        await in_chat(tx, 700, 0)
        assert await counted(tx, key) == ([0, 1, 0], 1)

        await in_chat(tx, 701, 2)
        assert await counted(tx, key) == ([0, 0, 1], 1)


async def test_letter_says_the_same_again_against_a_vote_that_is_on_its_way(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        key, door, _anna = await make_poll(tx)
        await in_chat(tx, 700, 0)
        await arrive(tx, 701)

        # As the page shows it, o1 counts; the later press on it comes after vote 701.
        await by_letter(tx, door, "o1")
        await votes.answer(
            tx, poll_id="p1", chat_id=CHAT, option_indexes=[1], update_id=701, now=NOW
        )

        assert await counted(tx, key) == ([1, 0, 0], 1)


async def test_votes_of_two_entries_that_are_one_person_are_one(database: Database) -> None:
    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)
        twin = await make_member(tx, "Anna", mail="other@example.org")
        other = await make_door(tx, key, twin)
        await by_letter(tx, door, "o1")
        await by_letter(tx, other, "o2")
        assert await counted(tx, key) == ([1, 1, 0], 2)

        await merge(tx, anna, twin)

        assert (await counted(tx, key))[1] == 1
        # Both letters are hers now, and so is whoever holds one that was read before.
        await by_letter(tx, other, "o3")
        assert await counted(tx, key) == ([0, 0, 1], 1)
        await by_letter(tx, door, "o1")
        assert await counted(tx, key) == ([1, 0, 0], 1)


async def test_unfit_option_and_other_letters_are_refused(database: Database) -> None:
    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)
        strange = [
            await make_door(tx, "no-such-poll", anna),
            await make_door(tx, "", anna, "reminder"),
            await make_door(tx, key, None),
        ]

        with pytest.raises(OptionUnknown):
            await by_letter(tx, door, "o4")
        for one in strange:
            with pytest.raises(DoorClosed):
                await letter_votes.ballot(tx, door=one, now=NOW)
            with pytest.raises(DoorClosed):
                await by_letter(tx, one, "o1")

        assert await counted(tx, key) == ([0, 0, 0], 0)


async def test_votes_by_chat_and_letters_at_once_leave_one(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        key, door, _anna = await make_poll(tx)

    steps = [
        lambda tx: by_letter(tx, door, "o1"),
        lambda tx: in_chat(tx, 800, 1),
        lambda tx: by_letter(tx, door, "o3"),
        lambda tx: by_letter(tx, door, "o2"),
        lambda tx: in_chat(tx, 801, 2),
    ]
    got = await at_once((database, second), steps)

    assert got == [None] * len(steps)
    async with database.reading() as tx:
        counts, answered = await counted(tx, key)
        assert (sum(counts), answered) == (1, 1)


async def test_vote_is_lost_when_the_guard_is_taken_out(
    database: Database, second: Database, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show why the person is held: two letters' votes would come under the same key.

    SQLite has one writer at a time, so there one vote is kept before the other is looked at.
    """
    both_have_counted = asyncio.Barrier(2)
    count = store.count_of

    async def hold_nobody(_tx: Tx, person_id: int) -> int:
        return person_id

    async def count_then_wait(tx: Tx, survey_id: int, *, respondent: str) -> int:
        found = await count(tx, survey_id, respondent=respondent)
        if backend == "postgresql":
            await both_have_counted.wait()
        return found

    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)
    monkeypatch.setattr(people, "hold", hold_nobody)
    monkeypatch.setattr(store, "count_of", count_then_wait)

    await at_once(
        (database, second),
        [lambda tx: by_letter(tx, door, "o1"), lambda tx: by_letter(tx, door, "o2")],
    )

    async with database.reading() as tx:
        survey = await surveys.find(tx, key)
        kept = await count(tx, survey.id, respondent=f"person:{anna}")
        assert kept == (1 if backend == "postgresql" else 2)


async def test_votes_by_two_letters_at_once_are_both_kept(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        key, door, anna = await make_poll(tx)

    await at_once(
        (database, second),
        [lambda tx: by_letter(tx, door, "o1"), lambda tx: by_letter(tx, door, "o2")],
    )

    async with database.reading() as tx:
        survey = await surveys.find(tx, key)
        assert await store.count_of(tx, survey.id, respondent=f"person:{anna}") == 2
        assert (await counted(tx, key))[1] == 1
