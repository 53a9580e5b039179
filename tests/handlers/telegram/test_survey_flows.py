"""A survey in the chat, from the button under a notice to the survey store."""

import json
from datetime import timedelta

import pytest

from programme.refusals import AnswerEmpty, AnswerTooLong, OptionUnknown, QuestionPassed, Refusal
from programme.survey_refusals import (
    ChosenTooMany,
    DateWrong,
    FileWanted,
    NotAsked,
    NumberWrong,
    SurveyClosed,
    WaveUnknown,
)
from storage import survey_drafts, waves
from tests.handlers.scene import POLISH, Scene, sentence
from tests.handlers.telegram.survey_scene import (
    AGE,
    ALL,
    AREAS,
    DAY,
    KNOWS,
    MATRIX,
    ORDER,
    PHOTO,
    REMARKS,
    WHICH,
    WORD,
    asked,
    begun,
    draft,
    kept,
    labels,
)

SECRET = "Zupa z pokrzyw"


async def test_survey_of_every_kind_is_answered_with_the_bot_restarted_in_between(
    scene_both: Scene,
) -> None:
    scene = scene_both
    wave_id, anna = await asked(scene, *ALL)

    (listed,) = await scene.say(anna, "/ankiety")
    (intro,) = await scene.tap(anna, f"ga:{wave_id}")
    await scene.choose(anna, "=.begin")
    await scene.choose(anna, "=seen")
    await scene.choose(anna, "=yes")
    await scene.restart()
    await scene.say(anna, "ochotnicza straż pożarna")
    await scene.tap(anna, "gt:")
    await scene.restart()
    await scene.say(anna, "osoby starsze")
    await scene.choose(anna, "=.done")
    await scene.say(anna, "Szkoła; las")
    await scene.restart()
    await scene.say(anna, "gotowe, dalej")
    await scene.say(anna, "4")
    (age,) = await scene.choose(anna, "=_hard_to_say")
    await scene.say(anna, "71")
    await scene.say(anna, "3.1.2027 r.")
    await scene.say(anna, "=1+1")
    await scene.say(anna, "pomiń to pytanie")
    await anna.send_photo()
    await scene.settle()
    (thanks,) = await scene.choose(anna, "=.send")

    assert labels(listed) == ["1. Mieszkańcy o organizacjach"]
    assert intro.text.startswith("Mieszkańcy o organizacjach\n\nChcemy wiedzieć")
    assert age.text.startswith("Pytanie 7 z 11\n\nIle mają Państwo lat?")
    assert thanks.text == "Dziękujemy! Mamy Państwa odpowiedzi.\n\nWyniki pokażemy w maju."
    [(file_id,)] = await scene.rows("SELECT file_id FROM survey_file")
    assert await kept(scene) == {
        "zna": "yes",
        "ktora": "osp",
        "dziedziny": "sport starsi",
        "kolejnosc": "szkola las",
        "oceny.kontakt": "4",
        "oceny.czas": "_hard_to_say",
        "wiek": "71",
        "dzien": "2027-01-03",
        "slowo": "=1+1",
        "zdjecie": str(file_id),
    }
    assert (await draft(scene), (await scene.state(anna)).data) == ({}, {})


async def test_leaving_keeps_the_answers_and_the_ticks_and_says_how_to_go_on(scene: Scene) -> None:
    wave_id, anna = await begun(scene, KNOWS, AREAS)
    await scene.say(anna, "Nie.")
    await scene.tap(anna, "gt:")

    (left,) = await scene.say(anna, "/anuluj")
    scene.clock.put_forward(scene.clock() + timedelta(days=5))
    (back,) = await scene.tap(anna, f"ga:{wave_id}")

    assert left.text.startswith("Przerwaliśmy w tym miejscu. Odpowiedzi w ankiecie")
    assert labels(left) == ["Wracam do ankiety"]
    assert back.text.startswith(
        "Wracają Państwo do ankiety „Mieszkańcy o organizacjach”. Mamy 1 Państwa odpowiedź.\n\n"
        "Pytanie 2 z 2"
    )
    assert labels(back)[:2] == ["☑ Sport", "☐ Kultura"]


async def test_changed_answer_closes_questions_and_they_are_not_handed_in(scene: Scene) -> None:
    _, anna = await begun(scene, KNOWS, WHICH, AGE)
    await scene.choose(anna, "=yes")
    await scene.choose(anna, "=kgw")
    await scene.say(anna, "70")
    await scene.choose(anna, "=.mend")

    (first,) = await scene.say(anna, "1")
    (look,) = await scene.choose(anna, "=no")
    await scene.choose(anna, "=.send")

    assert labels(first) == ["✓ Tak", "Nie", "Trudno powiedzieć", "Zostawiam tę odpowiedź"]
    assert "Liczba udzielonych odpowiedzi: 2 z 2" in look.text
    assert await kept(scene) == {"zna": "no", "wiek": "70"}


async def test_answers_that_were_sent_can_be_changed_and_sent_once_more(scene: Scene) -> None:
    wave_id, anna = await begun(scene, KNOWS, REMARKS)
    await scene.choose(anna, "=yes")
    await scene.choose(anna, "=.skip")
    await scene.choose(anna, "=.send")

    (again,) = await scene.tap(anna, f"ga:{wave_id}")
    await scene.choose(anna, "=.mend")
    await scene.choose(anna, "=.q1")
    (changed,) = await scene.choose(anna, "=no")
    before = await kept(scene)
    await scene.choose(anna, "=.send")

    assert labels(again) == ["Zmieniam odpowiedź", "Zostawiam bez zmian"]
    assert "Ta zmiana nie została jeszcze wysłana." in changed.text
    assert (before, await kept(scene)) == ({"zna": "yes"}, {"zna": "no"})


@pytest.mark.parametrize(
    ("question", "words", "why"),
    [
        (KNOWS, "może", OptionUnknown()),
        (MATRIX, "6", OptionUnknown()),
        (AREAS, "wszystko", OptionUnknown()),
        (ORDER, "=.done", OptionUnknown()),
        (AGE, "12", NumberWrong(16, 110)),
        (DAY, "jutro", DateWrong()),
        (WORD, "ż" * 51, AnswerTooLong(50)),
        (REMARKS, "powieść " * 300, AnswerTooLong(2000)),
        (AGE, "=.skip", AnswerEmpty()),
        # A typed number would be the file of somebody else.
        (PHOTO, "1", FileWanted()),
    ],
)
async def test_answer_that_does_not_fit_is_asked_again(
    scene: Scene, question: object, words: str, why: Refusal
) -> None:
    _, anna = await begun(scene, question)  # type: ignore[arg-type]
    open_now = anna.last.text

    (answer,) = await scene.say(anna, words)

    assert answer.text == f"{sentence(why)}\n\n{open_now}"
    assert await draft(scene) == {}


async def test_too_many_ticks_are_told_and_stay(scene: Scene) -> None:
    _, anna = await begun(scene, AREAS)
    await scene.say(anna, "sport, kultura, osoby starsze")

    (answer,) = await scene.choose(anna, "=.done")

    assert answer.text.startswith(sentence(ChosenTooMany(2)))
    assert labels(answer)[:3] == ["☑ Sport", "☑ Kultura", "☑ Osoby starsze"]


async def test_old_buttons_change_nothing_and_explain_themselves(scene: Scene) -> None:
    _, anna = await begun(scene, AREAS, KNOWS)
    await scene.tap(anna, "gt:")
    old, version = anna.last, (await scene.state(anna)).version
    (open_now,) = await scene.choose(anna, "=.done")
    before = await draft(scene)

    said = [
        *await scene.press(anna, old.message_id, f"gt:{version}:kultura"),
        *await scene.press(anna, old.message_id, f"q:{version}:=.done"),
        *await scene.press(anna, old.message_id, "gt:"),
    ]

    explained = f"{sentence(QuestionPassed())}\n\n{open_now.text}"
    assert [one.text for one in said] == [explained] * 3
    assert await draft(scene) == before


async def test_sticker_where_a_file_is_wanted_is_told_so(scene: Scene) -> None:
    _, anna = await begun(scene, PHOTO)
    open_now = anna.last.text

    await anna.send_sticker()
    await scene.settle()

    assert anna.last.text == f"{sentence(FileWanted())}\n\n{open_now}"


async def test_survey_that_closes_meanwhile_ends_kindly_and_keeps_the_draft(scene: Scene) -> None:
    wave_id, anna = await begun(scene, KNOWS, AGE)
    await scene.choose(anna, "=yes")
    async with scene.database.transaction() as tx:
        await waves.close(tx, wave_id, now=scene.clock())

    (said,) = await scene.say(anna, "70")
    (left,) = await scene.say(anna, "/anuluj")

    assert said.text.startswith(sentence(SurveyClosed()))
    assert left.text == POLISH("No question was open. Your registrations stay as they are.")
    assert await draft(scene) == {"zna": "yes"}
    assert (await scene.state(anna)).flow == ""


async def test_page_may_go_on_with_what_the_chat_began(scene: Scene) -> None:
    wave_id, anna = await begun(scene, KNOWS, WHICH, AGE, WORD)
    await scene.choose(anna, "=yes")
    async with scene.database.transaction() as tx:
        [begun_here] = await survey_drafts.of_wave(tx, wave_id)
        answers = {"zna": "no", "wiek": "70"}
        await survey_drafts.save(
            tx, survey_drafts.Draft(**{**vars(begun_here), "answers": answers, "door": "web"})
        )

    (answer,) = await scene.say(anna, "LKS")

    # It was meant for a question that the page has closed.
    assert answer.text.startswith(f"{sentence(QuestionPassed())}\n\nPytanie 3 z 3\n\nJedno słowo")
    assert await draft(scene) == {"zna": "no", "wiek": "70"}


async def test_survey_of_other_people_is_closed_to_anna(scene: Scene) -> None:
    wave_id, _ = await asked(scene, KNOWS)
    jan = scene.visitor(2, "Jan")
    await scene.introduce(jan, name="Jan Inny")

    (said,) = await scene.say(jan, f"/start ga_{wave_id}")
    (nothing,) = await scene.say(jan, "/start ga_99")
    (none,) = await scene.say(jan, "/ankiety")

    assert said.text.startswith(sentence(NotAsked()))
    assert nothing.text.startswith(sentence(WaveUnknown()))
    assert none.text.startswith("W tej chwili nie ma ankiety")


async def test_survey_waits_for_the_end_of_another_dialogue(scene: Scene) -> None:
    wave_id, anna = await asked(scene, KNOWS)
    (listed,) = await scene.say(anna, "/ankiety")
    await scene.tap(anna, "m")
    await scene.make_staff(anna)
    await scene.say(anna, "/osoby")

    (said,) = await scene.press(anna, listed.message_id, f"ga:{wave_id}")

    assert said.text.startswith(sentence(QuestionPassed()))
    assert (await scene.state(anna)).flow == "people"


async def test_nothing_of_an_anonymous_survey_is_left_in_the_chat_s_rows(scene: Scene) -> None:
    _, anna = await begun(scene, WORD, AREAS, REMARKS, privacy="anonymous", linked=True)
    await scene.say(anna, SECRET)
    await scene.tap(anna, "gt:")
    await scene.choose(anna, "=.done")
    await scene.choose(anna, "=.back")
    await scene.choose(anna, "=.back")
    await scene.choose(anna, "=.keep")
    await scene.say(anna, "Druga tajemnica")
    for part in ("Maria", "-", "7", "Giżycko"):
        await scene.say(anna, part)
    await scene.choose(anna, "=.mend")
    (thanks,) = [*await scene.choose(anna, "=.look"), *await scene.choose(anna, "=.send")][1:]
    (over,) = await scene.press(anna, 1, "q:11:=sport")

    assert labels(thanks) == []
    assert over.text.startswith(sentence(QuestionPassed()))
    assert await kept(scene) == {
        "slowo": SECRET,
        "dziedziny": "sport",
        "uwagi": "Druga tajemnica",
    }
    left = json.dumps(
        [
            await scene.rows("SELECT payload FROM inbox"),
            await scene.rows("SELECT facts, key FROM outbox"),
            await scene.rows("SELECT data FROM conversation"),
        ],
        default=str,
    )
    for word in (SECRET, "Druga tajemnica", "Sport", "sport", "Giżycko", "Maria"):
        assert word not in left.replace("\\u017c", "ż"), word
