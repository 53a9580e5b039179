from datetime import timedelta

import pytest

from handlers.telegram.attendance_words import SENTENCES
from programme.attendance_codes import spaced
from programme.attendance_refusals import (
    CodeNotOurs,
    CodeOfAnotherSession,
    CodesGuessed,
    CodeUnfinished,
    NotOnTheList,
    StaffHaveNoSeat,
    TooEarly,
    TooLate,
)
from tests.handlers.scene import POLISH, Scene, heard, sentence
from tests.handlers.telegram.rollcall import call, noted

ANNA = "Anna Wzorowa"
HOUR = timedelta(hours=1)


def first_line(said: str) -> str:
    return said.splitlines()[0]


@pytest.mark.parametrize("way", ["{}", " {} ", "Kod: {}", "/obecnosc {}"])
async def test_code_that_is_typed_confirms_attendance(scene: Scene, way: str) -> None:
    course = await call(scene, ANNA)
    [title] = (await scene.rows("SELECT title FROM event WHERE id = :e", e=course.event_id))[0]

    [said] = await scene.say(course.people[0], way.format(spaced(course.codes[0])))

    assert said.text == f"Obecność potwierdzona: {title}, dzień 1 z\u00a02. Dziękujemy."
    assert await noted(scene) == [(ANNA, 1, True, "code")]


async def test_code_typed_again_says_that_it_is_noted(scene: Scene) -> None:
    course = await call(scene, ANNA)

    await scene.say(course.people[0], course.codes[0])
    [said] = await scene.say(course.people[0], course.codes[0])

    assert said.text.startswith("Obecność potwierdzono już o godz.\u00a09:00: ")
    assert await noted(scene) == [(ANNA, 1, True, "code")]


async def test_qr_at_the_door_confirms_attendance(scene: Scene) -> None:
    course = await call(scene, ANNA)

    await scene.say(course.people[0], f"/start a_{course.codes[0]}")

    assert await noted(scene) == [(ANNA, 1, True, "qr")]


async def test_somebody_unknown_introduces_themselves_and_is_sent_to_the_desk(
    scene: Scene,
) -> None:
    course = await call(scene)
    stranger = scene.visitor(7, "Ewa")

    said = await scene.introduce(stranger, start=f"/start a_{course.codes[0]}", name="Ewa Źdźbło")

    [title] = (await scene.rows("SELECT title FROM event WHERE id = :e", e=course.event_id))[0]
    assert first_line(said[-1].text) == sentence(NotOnTheList(str(title)))
    assert await noted(scene) == []


async def test_somebody_unknown_who_types_the_code_introduces_themselves_first(
    scene: Scene,
) -> None:
    course = await call(scene)
    stranger = scene.visitor(7, "Ewa")

    said = await scene.introduce(stranger, start=course.codes[0], name="Ewa Źdźbło")

    assert first_line(said[-1].text).startswith("Nie ma Państwa na liście uczestników: ")


async def test_wrong_codes_are_refused_kindly(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [anna] = course.people
    second = course.sessions[1]
    [title] = (await scene.rows("SELECT title FROM event WHERE id = :e", e=course.event_id))[0]
    other_day = CodeOfAnotherSession(str(title), second.starts_at, second.ends_at, second.zone)

    for typed, refusal in (
        ("000111", CodeNotOurs()),
        (course.codes[1], other_day),
        ("4729", CodeUnfinished()),
        ("/start a_brak", CodeUnfinished()),
        ("/start a_", CodeUnfinished()),
    ):
        said = await scene.say(anna, typed)
        assert [first_line(one.text) for one in said] == [sentence(refusal)]
    assert await noted(scene) == []


async def test_code_before_and_after_its_hours_is_refused_with_the_hours(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [anna] = course.people
    last = course.sessions[1]
    [title] = (await scene.rows("SELECT title FROM event WHERE id = :e", e=course.event_id))[0]

    scene.clock.put_forward(course.sessions[0].ends_at + HOUR)
    early = (await scene.say(anna, course.codes[1]))[0].text
    scene.clock.put_forward(last.ends_at + HOUR)
    late = (await scene.say(anna, course.codes[1]))[0].text

    opens_at, closed_at = last.starts_at - HOUR, last.ends_at + HOUR / 2
    assert first_line(early) == sentence(TooEarly(str(title), opens_at, last.zone))
    assert first_line(late) == sentence(TooLate(str(title), closed_at, last.zone))


async def test_guessing_ends(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [anna] = course.people

    for _ in range(10):
        await scene.say(anna, "000111")
    [said] = await scene.say(anna, course.codes[0])

    assert first_line(said.text) == sentence(CodesGuessed())
    assert await noted(scene) == []


@pytest.mark.parametrize("words", ["Dziękuję", "472936 " + "a" * 493, "9" * 500, "600 000 100"])
async def test_other_words_are_not_understood_as_before(scene: Scene, words: str) -> None:
    course = await call(scene, ANNA)

    [said] = await scene.say(course.people[0], words)

    assert said.text.startswith("Na tę wiadomość nie umiemy tu odpowiedzieć.")


async def test_digits_that_answer_an_open_question_are_no_code(scene: Scene) -> None:
    course = await call(scene)
    stranger = scene.visitor(7, "Ewa")

    await scene.say(stranger, "/start")
    await scene.choose(stranger, "accept")
    said = await scene.say(stranger, course.codes[0])

    assert [await scene.step(stranger), len(said)] == ["name", 1]


async def test_command_alone_asks_for_the_code(scene: Scene) -> None:
    course = await call(scene, ANNA)

    [said] = await scene.say(course.people[0], "/obecnosc")
    await scene.say(course.people[0], course.codes[0])

    assert said.text.startswith("Aby potwierdzić obecność, prosimy wpisać kod")
    assert await noted(scene) == [(ANNA, 1, True, "code")]


async def test_command_with_the_code_works_while_a_question_is_open(scene: Scene) -> None:
    course = await call(scene, ANNA)
    [anna] = course.people
    await scene.make_staff(anna)
    await scene.say(anna, "/zaproszenie")
    step = await scene.step(anna)

    [asked] = await scene.say(anna, "/obecnosc")
    await scene.say(anna, f"/obecnosc {course.codes[0]}")

    assert asked.text.startswith("Czekamy tu jeszcze na inną odpowiedź.")
    assert (await noted(scene), await scene.step(anna)) == ([(ANNA, 1, True, "code")], step)


async def test_staff_without_a_registration_are_told_so(scene: Scene) -> None:
    course = await call(scene)

    typed = await scene.say(course.staff, course.codes[0])
    linked = await scene.say(course.staff, f"/start a_{course.codes[0]}")

    told = sentence(StaffHaveNoSeat())
    assert [first_line(one.text) for one in (*typed, *linked)] == [told, told]


async def test_nobody_hears_of_attendance_unasked(scene: Scene) -> None:
    course = await call(scene, ANNA, "Jan Łoś")
    before = len(heard(course.people[1]))

    await scene.say(course.people[0], course.codes[0])

    assert len(heard(course.people[1])) == before


@pytest.mark.parametrize("words", SENTENCES.values())
def test_every_refusal_is_said_in_polish(words: str) -> None:
    assert POLISH(words, title="", session="", moment="") != words
