import csv
import io
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programme import polls, surveys, votes
from programme.quiet_hours import QuietHours
from programme.refusals import (
    NotInAudience,
    OptionUnknown,
    PersonUnknown,
    PollUnknown,
    SurveyUnknown,
)
from programme.votes import OptionCount, PollSummary, Results
from storage import inbox, poll_messages
from storage import surveys as store
from storage.database import Database, Tx
from storage.inbox import Arrival
from storage.surveys import Answer
from storage.tables import outbox
from tests.programme.audience import make_member, make_staff, seat
from tests.storage.rows import NOW, make_event

OPTIONS = ["Tak", "Nie", "Jeszcze nie wiem"]
_numbers = itertools.count(1)


async def _poll(tx: Tx, chats: tuple[int, ...] = (1, 2), *, key: str = "900:1") -> str:
    """Ask the people of these chats and note their polls as sent, "p1" to chat 1; give the key."""
    member = await make_staff(tx)
    event_id = await make_event(tx)
    for chat in chats:
        await seat(tx, event_id, await make_member(tx, f"Osoba {chat}", chat=chat))
    asked = await polls.ask(
        tx,
        staff=member,
        key=key,
        question="Czy przyjdą Państwo?",
        options=OPTIONS,
        event_id=event_id,
        quiet=QuietHours(),
        now=NOW,
    )
    rows = await tx.execute(
        outbox.select().where(outbox.c.broadcast_id == asked.broadcast_id).order_by(outbox.c.id)
    )
    for row in rows.all():
        await votes.note_sent(
            tx,
            outbox_id=row.id,
            survey_key=asked.survey_key,
            poll_id=f"p{row.address}",
            chat_id=int(row.address),
            message_id=10,
            now=NOW,
        )
    return asked.survey_key


async def _vote(tx: Tx, chat: int, update_id: int, *indexes: int, poll_id: str = "") -> None:
    await votes.answer(
        tx,
        poll_id=poll_id or f"p{chat}",
        chat_id=chat,
        option_indexes=list(indexes),
        update_id=update_id,
        now=NOW,
    )


async def _results(tx: Tx, key: str, *counts: int, asked: int = 2) -> Results:
    options = tuple(
        OptionCount(f"o{number}", label, count)
        for number, (label, count) in enumerate(zip(OPTIONS, counts, strict=True), start=1)
    )
    survey = await surveys.find(tx, key)
    return Results(survey.id, key, "Czy przyjdą Państwo?", options, asked, sum(counts))


async def test_vote_is_an_answer_of_the_store(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx, (1,))
        await _vote(tx, 1, 77, 1)

        survey = await surveys.find(tx, key)
        answers = await store.current_answers(tx, survey.id)

    [person] = [answer.respondent for answer in answers]
    assert person.startswith("person:")
    assert answers == [
        Answer(
            survey_id=survey.id,
            form_version=1,
            respondent=person,
            question_key="q",
            option_keys=("o2",),
            text="",
            retracted=False,
            door="chat",
            source_key="telegram:update:77",
            source_order=77,
            answered_at=NOW,
        )
    ]


async def test_results_count_every_option(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx)

        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 0, 0, 0)
        await _vote(tx, 1, 1, 0)
        await _vote(tx, 2, 2, 0)
        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 2, 0, 0)
        await _vote(tx, 2, 3, 2)
        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 1, 0, 1)
        await _vote(tx, 2, 4)
        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 1, 0, 0)


async def test_results_of_the_poll_behind_a_button(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx)
        expected = await _results(tx, key, 0, 0, 0)

        assert await votes.results_of(tx, survey_id=expected.survey_id) == expected


async def test_vote_that_comes_late_does_not_win(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx)
        await _vote(tx, 1, 9, 0)
        await _vote(tx, 1, 8, 1)
        await _vote(tx, 1, 9, 1)

        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 1, 0, 0)


async def test_vote_in_an_unknown_poll_waits_until_its_sending_is_noted(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx)
        arrival = Arrival("telegram", "5", "1", "{}")
        await inbox.accept(tx, [arrival], now=NOW)
        [row] = await inbox.waiting(tx, source="telegram", now=NOW, limit=9, except_lanes=set())

        with pytest.raises(PollUnknown) as caught:
            await _vote(tx, 1, 5, 1, poll_id="p-again")
        await inbox.keep_orphan(tx, row, now=NOW)
        assert (
            await inbox.waiting(tx, source="telegram", now=NOW, limit=9, except_lanes=set()) == []
        )
        outbox_id = (await tx.execute(outbox.select().order_by(outbox.c.id))).first()
        assert outbox_id is not None
        await votes.note_sent(
            tx,
            outbox_id=outbox_id.id,
            survey_key=key,
            poll_id="p-again",
            chat_id=1,
            message_id=11,
            now=NOW,
        )

        assert caught.value.poll_id == "p-again"
        assert await inbox.waiting(tx, source="telegram", now=NOW, limit=9, except_lanes=set()) == [
            row
        ]
        await _vote(tx, 1, 5, 1, poll_id="p-again")
        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 0, 1, 0)


async def test_vote_in_a_poll_that_was_passed_on(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx)
        await make_member(tx, "Obcy", chat=3)

        with pytest.raises(PersonUnknown):
            await _vote(tx, 4, 1, 0, poll_id="p1")
        with pytest.raises(NotInAudience):
            await _vote(tx, 3, 2, 0, poll_id="p1")
        await _vote(tx, 2, 3, 1, poll_id="p1")

        assert await votes.results(tx, survey_key=key) == await _results(tx, key, 0, 1, 0)


async def test_note_sent_again_keeps_the_first(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx, (1,))
        before = await poll_messages.get(tx, "p1")
        assert before is not None

        await votes.note_sent(
            tx,
            outbox_id=before.outbox_id,
            survey_key=key,
            poll_id="p1",
            chat_id=1,
            message_id=99,
            now=NOW,
        )

        assert await poll_messages.get(tx, "p1") == before
        assert (before.chat_id, before.message_id) == (1, 10)


@pytest.mark.parametrize("indexes", [(3,), (-1,), (0, 1)])
async def test_vote_for_an_option_the_poll_has_not(
    database: Database, indexes: tuple[int, ...]
) -> None:
    async with database.transaction() as tx:
        await _poll(tx)

        with pytest.raises(OptionUnknown):
            await _vote(tx, 1, 1, *indexes)


async def test_unknown_survey_names_the_known_ones(database: Database) -> None:
    async with database.transaction() as tx:
        key = await _poll(tx, (1,))

        with pytest.raises(SurveyUnknown) as caught:
            await votes.results(tx, survey_key="nothing")
        with pytest.raises(SurveyUnknown):
            await votes.note_sent(
                tx,
                outbox_id=1,
                survey_key="nothing",
                poll_id="p",
                chat_id=1,
                message_id=1,
                now=NOW,
            )

    assert (caught.value.key, caught.value.known) == ("nothing", (key,))


async def test_recent_lists_the_newest_first(database: Database) -> None:
    async with database.transaction() as tx:
        first = await _poll(tx, (1,))
        second = await _poll(tx, (2,), key="900:2")

        newest = await surveys.find(tx, second)
        assert await votes.recent(tx, limit=1) == [
            PollSummary(newest.id, second, "Czy przyjdą Państwo?", "Budowanie partnerstw", NOW)
        ]
        assert [one.survey_key for one in await votes.recent(tx, limit=9)] == [second, first]


# An update's number says whose vote it is and what it chose; no option takes the vote back.
VOTES = st.dictionaries(
    st.integers(1, 12), st.tuples(st.sampled_from((1, 2, 3)), st.sampled_from((None, 0, 1, 2)))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(updates=VOTES, data=st.data())
async def test_votes_in_any_order_give_the_same_results_and_export(
    database: Database, updates: dict[int, tuple[int, int | None]], data: st.DataObject
) -> None:
    in_order = sorted(updates)
    repeated = in_order + data.draw(st.lists(st.sampled_from(in_order or [0]), max_size=4))
    arrivals = [number for number in data.draw(st.permutations(repeated)) if number]
    last = {updates[number][0]: updates[number][1] for number in in_order}
    chosen = [index for index in last.values() if index is not None]

    # Chats and updates of each case are its own, because the database is the same for all.
    start = next(_numbers) * 100
    async with database.transaction() as tx:
        key = await _poll(tx, (start + 1, start + 2, start + 3), key=f"900:{start}")
        for number in arrivals:
            chat, index = updates[number]
            await _vote(tx, start + chat, start + number, *([] if index is None else [index]))
        results = await votes.results(tx, survey_key=key)
        counts = [chosen.count(index) for index in range(3)]
        expected = await _results(tx, key, *counts, asked=3)
        export = await surveys.export(tx, survey_key=key, file_format="csv")

    rows = list(csv.DictReader(io.StringIO(export.answers.decode("utf-8-sig"), newline="")))
    assert results == expected
    assert sorted(row["option_label"] for row in rows) == sorted(OPTIONS[each] for each in chosen)
    assert len({row["respondent"] for row in rows}) == export.respondents == len(chosen)
    assert export.retracted == len(last) - len(chosen)
