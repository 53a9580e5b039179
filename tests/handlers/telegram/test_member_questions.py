"""The questions about a person, whatever comes instead of an answer."""

import asyncio

import pytest

from delivery.plain import without_markup
from handlers.telegram import profile_screens
from playground.visitor import Visitor
from programme import profile
from programme.refusals import (
    AnswerEmpty,
    AnswerNotText,
    AnswerRefused,
    AnswerTooLong,
    NameWithoutLetters,
    QuestionPassed,
)
from tests.handlers.scene import (
    ENGLISH,
    POLISH,
    Scene,
    all_buttons,
    heard,
    push,
    sentence,
)
from texts.translator import Translator, load

STEPS = ["privacy", "name", "role", "organisation", "organisation_pick", "mail", "mail_code"]
ANSWERS = {
    "privacy": "accept",
    "name": "Anna Wzorowa",
    "role": "ngo",
    "organisation": "KGW Milki",
    "organisation_pick": "org:1",
    "mail": "anna@example.org",
}
ZERO_WIDTH = "\u200b\u200d\u2060"


async def question(scene: Scene, visitor: Visitor) -> str:
    """Give the words of the question that is open now."""
    state = await scene.state(visitor)
    async with scene.database.reading() as tx:
        asked = await profile.ask(tx, state=state, now=scene.clock())
    return without_markup(profile_screens.question(load(state.locale), asked).text)


async def go_to(scene: Scene, visitor: Visitor, step: str) -> None:
    """Answer until this question is open."""
    await scene.say(visitor, "/start e_2")
    for at, answer in ANSWERS.items():
        if at == step:
            break
        await reply(scene, visitor, at, answer)
    assert await scene.step(visitor) == step


async def reply(scene: Scene, visitor: Visitor, step: str, answer: str) -> None:
    if step in ("name", "organisation", "mail"):
        await scene.say(visitor, answer)
    else:
        await scene.choose(visitor, answer)


@pytest.mark.parametrize(("language", "t"), [("pl", POLISH), ("en-GB", ENGLISH)])
async def test_whole_story_from_start_to_a_seat(scene: Scene, language: str, t: Translator) -> None:
    anna = scene.visitor(language=language)

    asked = []
    for step, answer in [
        ("start", "/start"),
        ("privacy", "accept"),
        ("name", "Anna Wzorowa"),
        ("role", "ngo"),
        ("organisation", "KGW Milki"),
        ("organisation_pick", "org:"),
    ]:
        if step == "start":
            await scene.say(anna, answer)
        else:
            await reply(scene, anna, step, answer)
        asked.append(anna.last.text == await question(scene, anna))
    thanks, _listed = await scene.choose(anna, "skip")
    (card,) = await scene.tap(anna, "e:2")
    (confirmation,) = await scene.tap(anna, "r:2")

    assert asked == [True] * 6
    assert thanks.buttons == []
    assert card.text.startswith("Współpraca JST i NGO")
    assert confirmation.document is not None
    assert confirmation.document.content.startswith(b"BEGIN:VCALENDAR")
    assert [state for state, _ in await scene.registrations(2)] == ["active"]
    assert (await scene.state(anna)).locale == t.locale
    rows = await scene.rows("SELECT name, role, organisation_id, locale FROM person")
    assert rows == [("Anna Wzorowa", "ngo", 1, t.locale)]
    assert {len(one[1].encode()) <= 64 for one in all_buttons(anna)} == {True}


async def test_start_again_goes_on_at_the_open_question(scene: Scene) -> None:
    anna = scene.visitor()

    for step in STEPS:
        await go_to_next(scene, anna, step)
        before = await scene.state(anna)
        (answer,) = await scene.say(anna, "/start")
        assert await scene.state(anna) == before
        assert answer.text == await question(scene, anna)


async def test_newest_link_wins_over_the_one_before(scene: Scene) -> None:
    anna = scene.visitor()
    await go_to(scene, anna, "role")
    await scene.say(anna, "/start e_4")
    await scene.say(anna, "/start")

    await finish(scene, anna, "role")

    assert anna.last.text.startswith("Aktywne konsultacje")


async def test_restart_goes_on_at_the_open_question(scene: Scene) -> None:
    anna = scene.visitor()

    for step in STEPS:
        await go_to_next(scene, anna, step)
        before = await scene.state(anna)
        await scene.restart()
        assert await scene.state(anna) == before
    await scene.choose(anna, "skip")

    assert (await scene.state(anna)).flow == ""
    assert await scene.rows("SELECT count(*) FROM person") == [(1,)]


async def finish(scene: Scene, visitor: Visitor, step: str) -> None:
    """Answer all that is still asked."""
    for at in STEPS[STEPS.index(step) : 5]:
        await reply(scene, visitor, at, ANSWERS[at])
    await scene.choose(visitor, "skip")


async def test_stopping_at_any_question_saves_nothing(scene: Scene) -> None:
    anna = scene.visitor()

    for step in STEPS:
        await go_to(scene, anna, step)
        (answer,) = await scene.say(anna, "/anuluj")
        assert (await scene.state(anna)).flow == ""
        assert answer.buttons != []
    (nothing,) = await scene.say(anna, "/anuluj")

    assert nothing.text != answer.text
    assert await scene.rows("SELECT count(*) FROM person") == [(0,)]


async def test_what_cannot_be_read_is_answered_with_the_question_again(scene: Scene) -> None:
    anna = scene.visitor()

    for step in STEPS:
        await go_to_next(scene, anna, step)
        before = await scene.state(anna)
        expected = f"{sentence(AnswerNotText())}\n\n{await question(scene, anna)}"
        said = len(heard(anna))
        await anna.send_voice()
        await anna.send_sticker()
        await anna.send_photo(caption="Anna Wzorowa")
        await anna.send_document()
        await scene.settle()
        answers = heard(anna)[said:]
        assert [message.text.startswith(expected) for message in answers] == [True] * 4
        assert await scene.state(anna) == before


async def test_words_that_do_not_fit_are_answered_with_the_question_again(scene: Scene) -> None:
    anna = scene.visitor()

    for step in STEPS:
        await go_to_next(scene, anna, step)
        before = await scene.state(anna)
        asked = await question(scene, anna)
        for unfit in ("ą" * 4096, ZERO_WIDTH, "/nieznane"):
            (answer,) = await scene.say(anna, unfit)
            assert asked in answer.text
            assert not answer.text.startswith(asked)
        assert answer.text.startswith(f"{sentence(AnswerRefused())}\n\n{asked}")
        assert await scene.state(anna) == before


async def test_name_needs_letters(scene: Scene) -> None:
    anna = scene.visitor()
    await go_to(scene, anna, "name")

    (emoji,) = await scene.say(anna, "👍🎉")
    (empty,) = await scene.say(anna, ZERO_WIDTH)
    (long,) = await scene.say(anna, "ą" * 4096)
    await scene.say(anna, "Anna\n  Wzorowa \u200b 👍")

    assert emoji.text.startswith(sentence(NameWithoutLetters()))
    assert empty.text.startswith(sentence(AnswerEmpty()))
    assert long.text.startswith(sentence(AnswerTooLong(120)))
    assert (await scene.state(anna)).data["answers"]["name"] == "Anna Wzorowa 👍"


def oldest(visitor: Visitor) -> dict[str, int]:
    """Give every button of the conversation once, with the oldest message that bears it."""
    return {data: message_id for message_id, data in reversed(all_buttons(visitor))}


async def test_every_old_button_works_or_explains_itself(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/pomoc")
    await scene.say(anna, "/jezyk")
    await scene.say(anna, "/szkolenia")
    await scene.tap(anna, "e:2")
    passed = sentence(QuestionPassed())

    for step in STEPS:
        await go_to_next(scene, anna, step)
        if step not in ("name", "organisation_pick", "mail_code"):
            continue
        before = await scene.state(anna)
        for data, message_id in oldest(anna).items():
            if data.startswith(f"q:{before.version}:") or data == "g:en":
                continue
            answers = await scene.press(anna, message_id, data)
            assert len(answers) == 1, data
            if data.startswith("q:"):
                assert answers[0].text.startswith(passed), data
            after = await scene.state(anna)
            assert (after.step, after.version, after.data["answers"]) == (
                before.step,
                before.version,
                before.data["answers"],
            ), data
    await scene.choose(anna, "skip")
    for data, message_id in oldest(anna).items():
        answers = await scene.press(anna, message_id, data)
        assert len(answers) == 1, data
    assert await scene.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def go_to_next(scene: Scene, visitor: Visitor, step: str) -> None:
    """Answer the question before this one."""
    number = STEPS.index(step)
    if number == 0:
        await scene.say(visitor, "/start e_2")
    else:
        await reply(scene, visitor, STEPS[number - 1], ANSWERS[STEPS[number - 1]])
    assert await scene.step(visitor) == step


async def test_two_people_are_asked_side_by_side(scene: Scene) -> None:
    anna, john = scene.visitor(1), scene.visitor(2, "John", "en")
    await go_to(scene, anna, "organisation")
    await go_to(scene, john, "role")

    await asyncio.gather(anna.send("OSP Rydzewo"), john.send("/pomoc"))
    await scene.settle()

    assert await scene.step(anna) == "organisation_pick"
    assert await scene.step(john) == "role"
    assert (await scene.state(john)).locale == "en"


async def test_edited_message_changes_nothing(scene: Scene) -> None:
    anna = scene.visitor()
    await go_to(scene, anna, "name")
    person = {"id": 1, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
    chat = {"id": 1, "type": "private", "first_name": "Anna"}
    edited = {"message_id": 1, "date": 0, "edit_date": 1, "chat": chat, "from": person}
    said = len(heard(anna))

    push(scene, {"edited_message": {**edited, "text": "Ewa Inna"}})
    await scene.settle()

    assert await scene.step(anna) == "name"
    assert len(heard(anna)) == said


async def test_language_switch_in_the_middle_asks_the_same_question_in_the_other(
    scene: Scene,
) -> None:
    anna = scene.visitor()
    await go_to(scene, anna, "role")
    await scene.say(anna, "/jezyk")

    (english,) = await scene.tap(anna, "g:en")

    assert await scene.step(anna) == "role"
    assert english.text == await question(scene, anna)
    await finish(scene, anna, "role")
    assert await scene.rows("SELECT locale FROM person") == [("en",)]
    await scene.tap(anna, "g:pl")
    assert await scene.rows("SELECT locale FROM person") == [("pl",)]
