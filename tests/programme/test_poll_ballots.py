"""Votes by buttons and pages: one of each person counts, and an anonymous one leads nowhere."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from programme import letter_votes, poll_ballots, survey_results, votes
from programme.poll_manner import ANONYMOUS, BUTTONS, Manner
from programme.poll_refusals import NotAskedHere, NothingTicked, PollClosed, VoteFinal
from programme.refusals import OptionUnknown
from storage import survey_recipients, waves
from storage import surveys as store
from storage.database import Database, Tx
from storage.survey_tables import answer, current_answer, response, survey_draft
from tests.programme.at_once import at_once
from tests.programme.audience import make_member
from tests.programme.polling import NAMED_BUTTONS, SECRET, Poll, make_poll, press
from tests.storage.rows import NOW

LATER = NOW + timedelta(hours=1)
SEVERAL = Manner(multiple=True, style=BUTTONS)


async def by_page(tx: Tx, poll: Poll, person_id: int, *keys: str) -> None:
    await letter_votes.vote(tx, door=poll.doors[person_id], option_keys=keys, now=NOW)


async def tick(tx: Tx, poll: Poll, person_id: int, key: str) -> tuple[str, ...]:
    found = await poll_ballots.tick(
        tx,
        survey_id=poll.survey_id,
        person_id=person_id,
        option_key=key,
        door="chat",
        now=NOW,
    )
    return found.ticked


async def test_named_vote_may_change_in_chat_and_on_the_page(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=2, manner=NAMED_BUTTONS)
        anna, jan = poll.people

        await press(tx, poll, anna, "o1")
        await by_page(tx, poll, jan, "o1")
        assert await poll.counts(tx) == [2, 0, 0]
        await by_page(tx, poll, anna, "o2")
        await press(tx, poll, anna, "o2")
        assert await poll.counts(tx) == [1, 1, 0]
        assert await store.count_of(tx, poll.survey_id, respondent=f"person:{anna}") == 2

        await by_page(tx, poll, anna)
        assert await poll.counts(tx) == [1, 0, 0]
        await press(tx, poll, anna, "o3")
        assert await poll.counts(tx) == [1, 0, 1]
        seen = await poll_ballots.look(tx, survey_id=poll.survey_id, person_id=anna, now=NOW)
        assert (seen.chosen, seen.answer, seen.is_done) == (("o3",), "Jeszcze nie wiem", True)


async def test_ticks_count_once_they_are_sent_and_chat_and_page_share_them(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=SEVERAL)
        [anna] = poll.people

        with pytest.raises(NothingTicked):
            await poll_ballots.send_ticks(
                tx, survey_id=poll.survey_id, person_id=anna, door="chat", now=NOW
            )
        ticks = [await tick(tx, poll, anna, key) for key in ("o3", "o1", "o2", "o2")]
        shown = await letter_votes.ballot(tx, door=poll.doors[anna], now=NOW)
        assert ticks == [("o3",), ("o1", "o3"), ("o1", "o2", "o3"), ("o1", "o3")]
        assert (shown.ticked, shown.chosen) == (("o1", "o3"), ())
        assert await poll.counts(tx) == [0, 0, 0]

        await poll_ballots.send_ticks(
            tx, survey_id=poll.survey_id, person_id=anna, door="chat", now=NOW
        )
        found = await votes.results(tx, survey_key=poll.key)
        assert [one.count for one in found.options] == [1, 0, 1]
        assert (found.people_answered, found.multiple) == (1, True)
        # Changed afterwards: ticks begin with what counts.
        assert await tick(tx, poll, anna, "o1") == ("o3",)
        assert await poll.counts(tx) == [1, 0, 1]


@pytest.mark.parametrize("manner", [NAMED_BUTTONS, SECRET], ids=["named", "anonymous"])
async def test_unfit_votes_are_refused(database: Database, manner: Manner) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=manner)
        [anna] = poll.people
        stranger = await make_member(tx, "Jan", chat=9)

        for keys, refusal in (
            (("o9",), OptionUnknown),
            (("o1", "o2"), OptionUnknown),
            ((), NothingTicked),
        ):
            with pytest.raises(refusal):
                await press(tx, poll, anna, *keys)
        with pytest.raises(NotAskedHere):
            await press(tx, poll, stranger, "o1")
        with pytest.raises(OptionUnknown):
            await tick(tx, poll, anna, "o1")

        assert (await votes.results(tx, survey_key=poll.key)).people_answered == 0


async def rows_of(tx: Tx, table: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in await tx.execute(select(table))]


async def test_anonymous_vote_is_final_and_leads_to_nobody(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=6, manner=SECRET)
        for number, person_id in enumerate(poll.people):
            vote = press if number % 2 else by_page
            await vote(tx, poll, person_id, "o1" if number else "o2")
        anna = poll.people[0]

        for again in (press, by_page):
            with pytest.raises(VoteFinal):
                await again(tx, poll, anna, "o3")
        with pytest.raises(VoteFinal):
            await by_page(tx, poll, anna)

        kept = await rows_of(tx, answer)
        wave = (await poll.wave(tx)).wave
        assert len(kept) == 6
        assert {(row["door"], row["answered_at"]) for row in kept} == {("", wave.opens_at)}
        assert {row["respondent"][:2] for row in kept} == {"a:"}
        assert len({row["respondent"] for row in kept}) == 6
        assert min(row["id"] for row in kept) >= 2**50
        assert await rows_of(tx, survey_draft) == []
        everything = str([*kept, *await rows_of(tx, current_answer), *await rows_of(tx, response)])
        assert "person" not in everything
        seen = await poll_ballots.look(tx, survey_id=poll.survey_id, person_id=anna, now=NOW)
        assert (seen.is_done, seen.chosen, seen.ticked) == (True, (), ())
        assert await survey_recipients.count(tx, wave.id) == (6, 6)


@pytest.mark.parametrize(("voters", "shown"), [(4, False), (5, True)])
async def test_anonymous_counts_are_shown_closed_and_from_the_threshold_on(
    database: Database, voters: int, shown: bool
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=6, manner=SECRET)
        for person_id in poll.people[:voters]:
            await press(tx, poll, person_id, "o1")

        runs = await votes.results(tx, survey_key=poll.key)
        await waves.close(tx, (await poll.wave(tx)).wave.id, now=NOW)
        closed = await votes.results(tx, survey_key=poll.key)

        assert (runs.hidden, [one.count for one in runs.options]) == (True, [0, 0, 0])
        assert (runs.people_answered, closed.people_answered) == (voters, voters)
        assert closed.hidden is not shown
        assert [one.count for one in closed.options] == ([voters, 0, 0] if shown else [0, 0, 0])


@pytest.mark.parametrize("manner", [NAMED_BUTTONS, SECRET], ids=["named", "anonymous"])
async def test_vote_after_the_closing_does_not_count_and_earlier_ones_do(
    database: Database, manner: Manner
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=2, manner=Manner(**{**vars(manner), "end": "tonight"}))
        anna, jan = poll.people
        await press(tx, poll, anna, "o1")
        closes_at = (await poll.wave(tx)).wave.closes_at
        assert closes_at is not None

        # The tick has not come round yet: the moment itself closes.
        for person_id in (anna, jan):
            with pytest.raises(PollClosed) as caught:
                await press(tx, poll, person_id, "o2", now=closes_at)
            assert caught.value.closed_at == closes_at
        with pytest.raises(PollClosed):
            await letter_votes.vote(tx, door=poll.doors[jan], option_keys=("o2",), now=closes_at)

        assert (await votes.results(tx, survey_key=poll.key)).people_answered == 1


async def test_two_votes_of_one_person_at_once_leave_one(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=NAMED_BUTTONS)
        [anna] = poll.people

    got = await at_once(
        (database, second),
        [
            lambda tx: press(tx, poll, anna, "o1"),
            lambda tx: by_page(tx, poll, anna, "o2"),
            lambda tx: press(tx, poll, anna, "o3"),
            lambda tx: by_page(tx, poll, anna, "o1"),
        ],
    )

    assert got == [None] * 4
    async with database.reading() as tx:
        assert sum(await poll.counts(tx)) == 1
        assert len(await rows_of(tx, current_answer)) == 1


async def two_at_once(database: Database, second: Database) -> tuple[list[Any], int]:
    """Let one person vote anonymously in the chat and on the page; give what came of it."""
    async with database.transaction() as tx:
        poll = await make_poll(tx, manner=SECRET)
        [anna] = poll.people
    got = await at_once(
        (database, second),
        [lambda tx: press(tx, poll, anna, "o1"), lambda tx: by_page(tx, poll, anna, "o2")],
    )
    async with database.reading() as tx:
        return got, len(await rows_of(tx, answer))


async def test_two_anonymous_votes_of_one_person_at_once_leave_one(
    database: Database, second: Database
) -> None:
    got, kept = await two_at_once(database, second)

    assert kept == 1
    assert sorted(type(one).__name__ for one in got) == ["NoneType", "VoteFinal"]


async def test_two_anonymous_votes_count_when_the_guard_is_taken_out(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show why it is one conditional UPDATE that says who has voted, and not a look before."""

    async def always_first(_tx: Tx, _wave_id: int, _owner: str) -> bool:
        await asyncio.sleep(0)
        return True

    monkeypatch.setattr(survey_recipients, "finish", always_first)

    _got, kept = await two_at_once(database, second)

    assert kept == 2


async def test_poll_by_word_of_mouth_is_secret_only_where_it_says_so() -> None:
    assert Manner(privacy=ANONYMOUS).style == BUTTONS
    assert Manner().is_anonymous is False


async def test_no_other_door_shows_a_running_anonymous_poll_either(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=12, manner=SECRET)
        about: dict[str, Any] = {"survey_key": poll.key, "wave_key": "", "member": None}
        for person_id in poll.people:
            await press(tx, poll, person_id, "o1")
        running = await survey_results.results(tx, **about)
        await waves.close(tx, (await poll.wave(tx)).wave.id, now=NOW)
        closed = await survey_results.results(tx, **about)

        found = [one.question("q") for one in (running, closed)]
        assert [one.n for one in found if one] == [0, 12]
