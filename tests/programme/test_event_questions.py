"""An event's questions in a dialogue: one at a time, as they were when the first was asked."""

from typing import Any

import pytest

from programme import event_questions
from programme.asking import Asked
from programme.event_questions import NEXT, SKIP, Answered
from programme.forms import Condition, Option, Question
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    EventUnknown,
    OptionUnknown,
    QuestionPassed,
)
from storage import events
from storage.conversations import Conversation
from storage.database import Database, Tx
from storage.tables import event
from tests.storage.rows import NOW, make_event

YES_NO = (Option("tak", "Tak"), Option("nie", "Nie"))
QUESTIONS = (
    Question("obiad", "choice", "Obiad?", YES_NO),
    Question(
        "dieta",
        "multiple",
        "Dieta?",
        (Option("wege", "Bez mięsa"), Option("gluten", "Bez glutenu")),
        when=Condition("obiad", ("tak",)),
    ),
    Question("uwagi", "text", "Uwagi?", required=False, max_length=20),
)


async def event_with(tx: Tx, questions: tuple[Question, ...] = QUESTIONS) -> int:
    form_id = await event_questions.keep(tx, event_key="e", questions=questions, now=NOW)
    return await make_event(tx, form_id=form_id)


async def begin(tx: Tx, event_id: int) -> Asked | Answered:
    state = Conversation(5, "pl")
    return await event_questions.begin(
        tx, state=state, event_id=event_id, purpose="register", now=NOW
    )


async def after(tx: Tx, event_id: int, *answers: str) -> Asked | Answered:
    following = await begin(tx, event_id)
    for raw in answers:
        assert isinstance(following, Asked)
        following = await event_questions.answer(tx, state=following.conversation, raw=raw)
    return following


def given(following: Asked | Answered) -> dict[str, Any]:
    assert isinstance(following, Answered)
    return following.answers


def asked(following: Asked | Answered) -> tuple[str, tuple[str, ...]]:
    assert isinstance(following, Asked)
    return following.facts["question"].key, following.facts["chosen"]


async def test_event_without_questions_is_answered_at_once(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)

        following = await begin(tx, event_id)

    state = Conversation(5, "pl")
    assert following == Answered(state, event_id, "register", {}, None)


async def test_unknown_event_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(EventUnknown):
            await begin(tx, 77)


async def test_answers_are_gathered_with_the_form_they_belong_to(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)
        following = await after(tx, event_id, "tak", "gluten", "wege", NEXT, "Dziękuję")
        found = await events.get(tx, event_id)

    assert isinstance(following, Answered)
    assert following.answers == {
        "obiad": "tak",
        "dieta": ["wege", "gluten"],
        "uwagi": "Dziękuję",
    }
    assert found is not None
    assert following.form_id == found.form_id
    assert (following.conversation.flow, following.purpose) == ("", "register")


async def test_question_whose_condition_fails_is_not_asked(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)

        assert asked(await after(tx, event_id, "nie")) == ("uwagi", ())
        assert given(await after(tx, event_id, "nie", SKIP)) == {"obiad": "nie"}


async def test_option_may_be_typed_as_it_reads(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)

        assert asked(await after(tx, event_id, "  TAK ", "bez  mięsa")) == ("dieta", ("wege",))


async def test_option_pressed_twice_is_no_longer_chosen(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)

        assert asked(await after(tx, event_id, "tak", "wege", "wege")) == ("dieta", ())


@pytest.mark.parametrize(
    ("answers", "raw", "why"),
    [
        ((), "może", OptionUnknown),
        ((), SKIP, AnswerEmpty),
        (("tak",), NEXT, OptionUnknown),
        (("tak",), SKIP, AnswerEmpty),
        (("tak",), "ryba", OptionUnknown),
        (("nie",), "🌻🌻🌻", AnswerEmpty),
        (("nie",), "ż" * 21, AnswerTooLong),
    ],
)
async def test_answer_that_does_not_fit_is_refused(
    database: Database, answers: tuple[str, ...], raw: str, why: type[Exception]
) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)
        before = await after(tx, event_id, *answers)
        assert isinstance(before, Asked)

        with pytest.raises(why):
            await event_questions.answer(tx, state=before.conversation, raw=raw)


async def test_questions_stay_as_asked_while_others_are_imported(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await event_with(tx)
        before = await after(tx, event_id, "nie")
        other = (Question("nowe", "text", "Nowe?"),)
        form_id = await event_questions.keep(tx, event_key="e", questions=other, now=NOW)
        await tx.execute(event.update().where(event.c.id == event_id).values(form_id=form_id))

        assert isinstance(before, Asked)
        following = await event_questions.answer(tx, state=before.conversation, raw="Dziękuję")
        anew = await begin(tx, event_id)

    assert isinstance(following, Answered)
    assert following.answers == {"obiad": "nie", "uwagi": "Dziękuję"}
    assert following.form_id != form_id
    assert asked(anew) == ("nowe", ())


async def test_step_that_the_form_does_not_have_is_passed(database: Database) -> None:
    async with database.transaction() as tx:
        before = await begin(tx, await event_with(tx))
        assert isinstance(before, Asked)
        broken = Conversation(5, "pl", before.conversation.flow, "nic", 1, before.conversation.data)

        with pytest.raises(QuestionPassed):
            await event_questions.answer(tx, state=broken, raw="tak")


async def test_keep_makes_a_version_only_of_other_questions(database: Database) -> None:
    async with database.transaction() as tx:
        first = await event_questions.keep(tx, event_key="e", questions=QUESTIONS, now=NOW)
        again = await event_questions.keep(tx, event_key="e", questions=QUESTIONS, now=NOW)
        other = await event_questions.keep(tx, event_key="e", questions=QUESTIONS[:1], now=NOW)
        none = await event_questions.keep(tx, event_key="e", questions=(), now=NOW)

    assert (first == again, first == other, none) == (True, False, None)
