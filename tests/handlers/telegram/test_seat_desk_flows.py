"""Staff let somebody in after the deadline."""

from datetime import timedelta

from programme import staff
from programme.desk_refusals import NobodyFound, PersonListed
from programme.refusals import AnswerTooLong, NotStaff
from tests.handlers.scene import POLISH, Scene, heard, sentence
from tests.handlers.telegram.desk_scene import (
    COORDINATOR,
    crowd,
    data,
    half_a_minute,
    open_changes,
    open_desk,
    plain_event,
)


async def test_late_person_is_found_by_name_and_let_in(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, deadline_at=scene.clock() - timedelta(days=1))
    piotr = scene.visitor(1)
    await scene.introduce(piotr, name="Piotr Ćwik")
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sl:{event_id}")

    (nobody,) = await scene.say(irena, "Nikt <Taki>")
    (too_long,) = await scene.say(irena, "ż" * 500)
    (found,) = await scene.say(irena, "cwik")
    (asked,) = await scene.choose(irena, "1")
    (done,) = await scene.say(irena, "Dzwonił rano.")
    await scene.tap(irena, f"se:{event_id}")
    await scene.tap(irena, f"tp:{event_id}")
    (one,) = await scene.tap(irena, "to:1")

    assert nobody.text.startswith("Nie znamy osoby „Nikt <Taki>”.")
    assert sentence(NobodyFound("Ktoś")).startswith("Nie znamy osoby „Ktoś”.")
    assert too_long.text.startswith(sentence(AnswerTooLong(120)))
    assert [each["text"] for row in found.rows for each in row] == [
        "Piotr Ćwik, Koło Gospodyń Wiejskich w Miłkach",
        "Inna osoba",
    ]
    assert "Przyjmują Państwo osobę: Piotr Ćwik." in asked.text
    assert done.text == "Piotr Ćwik ma teraz miejsce. Potwierdzenie zostało wysłane."
    assert heard(piotr)[-1].text.startswith("Zapisaliśmy Państwa")
    assert "Notatka: Dzwonił rano." in one.text


async def test_person_let_in_to_a_full_event_is_said_to_wait(scene: Scene) -> None:
    event_id = await plain_event(scene, 1)
    await crowd(scene, event_id, 1)
    piotr = scene.visitor(1)
    await scene.introduce(piotr, name="Piotr Ćwik")
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sl:{event_id}")
    await scene.say(irena, "Ćwik")
    await scene.choose(irena, "2")

    (done,) = await scene.choose(irena, "=skip")

    assert done.text.startswith(
        "Wszystkie miejsca są zajęte, dlatego ta osoba jest teraz na liście rezerwowej: "
        "Piotr Ćwik, numer 1."
    )


async def test_person_on_the_list_already_ends_the_dialogue_kindly(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    piotr = scene.visitor(1)
    await scene.introduce(piotr, name="Piotr Ćwik")
    await scene.register(piotr, event_id)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sl:{event_id}")
    await scene.say(irena, "Ćwik")
    await scene.choose(irena, "1")

    (answer,) = await scene.choose(irena, "=skip")

    assert answer.text == sentence(PersonListed("Piotr Ćwik"))
    assert data(answer) == [f"se:{event_id}"]
    assert (await scene.state(irena)).flow == ""


async def test_dialogue_ends_with_the_rights_to_it(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sl:{event_id}")
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=COORDINATOR, now=scene.clock())

    (answer,) = await scene.say(irena, "Ćwik")

    assert answer.text.startswith(sentence(NotStaff()))
    assert (await scene.state(irena)).flow == ""


async def test_who_cannot_be_written_to_is_to_be_called(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    await crowd(scene, event_id, 1)
    irena, _desk = await open_desk(scene, event_id)
    await scene.tap(irena, f"tp:{event_id}")
    await scene.tap(irena, "to:1")
    await scene.tap(irena, "tx:1")

    (surely,) = await scene.say(irena, "Wyjazd.")
    (waits,) = await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)

    assert "przeczyta: „Wyjazd.”" in surely.text
    assert waits.text.startswith("Za 30 sekund: skreślenie z listy: ")
    assert done.text.endswith(POLISH("We cannot write to this person, so please call them."))
