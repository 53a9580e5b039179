"""An event's own questions in the chat, from the button to the registration."""

import json
from datetime import timedelta

import pytest

from playground.visitor import Visitor
from programme.forms import Condition, Option, Question
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    DeadlinePassed,
    OptionUnknown,
    Refusal,
)
from tests.handlers.scene import Scene, sentence
from tests.handlers.telegram.desk_scene import data, plain_event, set_questions, set_terms

MEAL = Question(
    "obiad",
    "choice",
    "Czy zjedzą Państwo <obiad>?",
    (Option("tak", "Tak"), Option("nie", "Nie")),
)
DIET = Question(
    "dieta",
    "multiple",
    "Na co zwrócić uwagę?",
    (Option("wege", "Bez mięsa"), Option("mleko", "Bez mleka")),
    when=Condition("obiad", ("tak",)),
)
REMARKS = Question("uwagi", "text", "Co jeszcze powinniśmy wiedzieć?", required=False)


async def asking(scene: Scene, *questions: Question) -> tuple[int, Visitor]:
    event_id = await plain_event(scene, 5)
    await set_questions(scene, event_id, questions)
    anna = scene.visitor()
    await scene.introduce(anna, start=f"/start e_{event_id}")
    return event_id, anna


async def kept(scene: Scene) -> list[tuple[str, object]]:
    rows = await scene.rows("SELECT state, answers FROM registration")
    return [(state, json.loads(answers)) for state, answers in rows]


async def test_questions_come_one_at_a_time_before_the_seat(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL, DIET, REMARKS)

    (first,) = await scene.tap(anna, f"r:{event_id}")
    before = await scene.registrations(event_id)
    (second,) = await scene.choose(anna, "tak")
    (ticked,) = await scene.choose(anna, "mleko")
    (third,) = await scene.choose(anna, "=next")
    (confirmed,) = await scene.say(anna, "Przyjadę <b>wózkiem</b>.")

    assert first.text == (
        "Zanim zapiszemy Państwa na „Podstawy prawne konsultacji społecznych”, prosimy o "
        "odpowiedź:\n\nCzy zjedzą Państwo <obiad>?\n\nProsimy nacisnąć jeden z przycisków."
    )
    assert before == []
    assert [one["text"] for row in second.rows for one in row] == ["Bez mięsa", "Bez mleka"]
    assert [one["text"] for row in ticked.rows for one in row] == [
        "Bez mięsa",
        "✓ Bez mleka",
        "Dalej",
    ]
    assert [one["text"] for row in third.rows for one in row] == ["Pomiń to pytanie"]
    assert confirmed.text.startswith("Zapisaliśmy Państwa")
    answers = {"obiad": "tak", "dieta": ["mleko"], "uwagi": "Przyjadę <b>wózkiem</b>."}
    assert await kept(scene) == [("active", answers)]


async def test_question_may_be_skipped_and_a_condition_may_fail(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL, DIET, REMARKS)
    await scene.tap(anna, f"r:{event_id}")

    await scene.choose(anna, "nie")
    await scene.choose(anna, "=skip")

    assert await kept(scene) == [("active", {"obiad": "nie"})]


@pytest.mark.parametrize(
    ("question", "words", "why"),
    [
        (MEAL, "może", OptionUnknown()),
        (MEAL, "=skip", AnswerEmpty()),
        (REMARKS, "🌻" * 20, AnswerEmpty()),
        (REMARKS, "ż" * 501, AnswerTooLong(500)),
    ],
)
async def test_answer_that_does_not_fit_is_asked_again(
    scene: Scene, question: Question, words: str, why: Refusal
) -> None:
    event_id, anna = await asking(scene, question)
    (asked,) = await scene.tap(anna, f"r:{event_id}")
    before = await scene.state(anna)

    (answer,) = await scene.say(anna, words)

    assert answer.text == f"{sentence(why)}\n\n{asked.text}"
    assert await scene.state(anna) == before
    assert await scene.registrations(event_id) == []


async def test_stop_leaves_no_registration(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL)
    await scene.tap(anna, f"r:{event_id}")

    await scene.say(anna, "/anuluj")

    assert ((await scene.state(anna)).flow, await scene.registrations(event_id)) == ("", [])


async def test_deadline_that_passes_between_the_questions_is_kindly_said(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL)
    await scene.tap(anna, f"r:{event_id}")
    deadline = scene.clock() - timedelta(seconds=1)
    await set_terms(scene, event_id, deadline_at=deadline)

    (answer,) = await scene.choose(anna, "tak")

    assert answer.text.startswith(sentence(DeadlinePassed(deadline)))
    assert ((await scene.state(anna)).flow, await scene.registrations(event_id)) == ("", [])


async def test_other_questions_imported_meanwhile_do_not_change_what_is_asked(
    scene: Scene,
) -> None:
    event_id, anna = await asking(scene, MEAL, REMARKS)
    await scene.tap(anna, f"r:{event_id}")
    await set_questions(scene, event_id, (Question("nowe", "text", "Nowe?"),))

    await scene.choose(anna, "nie")
    await scene.choose(anna, "=skip")

    assert await kept(scene) == [("active", {"obiad": "nie"})]


async def test_button_of_an_answered_question_changes_nothing(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL, REMARKS)
    (first,) = await scene.tap(anna, f"r:{event_id}")
    await scene.choose(anna, "tak")
    before = await scene.state(anna)

    await scene.press(anna, first.message_id, data(first)[1])

    assert await scene.state(anna) == before


async def test_somebody_who_is_registered_is_not_asked_again(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL)
    (first,) = await scene.tap(anna, f"r:{event_id}")
    await scene.choose(anna, "tak")

    (answer,) = await scene.press(anna, first.message_id, f"r:{event_id}")

    assert answer.text.startswith("Państwa zapis na to wydarzenie już mamy.")
    assert (await scene.state(anna)).flow == ""


async def test_register_button_during_another_dialogue_does_not_lose_it(scene: Scene) -> None:
    event_id, anna = await asking(scene, MEAL)
    await scene.make_staff(anna)
    await scene.say(anna, "/zaproszenie")

    await scene.tap(anna, f"r:{event_id}")

    assert (await scene.state(anna)).flow == "invitation"
