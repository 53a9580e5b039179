"""Stands at a fair, from the event's card to the printed programme, as people see them."""

from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import update

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import staff
from programme.fair_refusals import (
    NotAFair,
    NotExhibiting,
    OrganisationNeeded,
    StandNotYours,
    WordsWithoutLetters,
)
from programme.refusals import AnswerTooLong, NotStaff, PersonUnknown
from storage import fair as rows
from storage.fair import Offer
from storage.insert import insert_id
from storage.tables import event, organisation
from tests.handlers.scene import NOW, Scene, all_buttons, heard, sentence
from tests.handlers.telegram.desk_scene import half_a_minute

KEY = "dzien-organizacji"
KGW, OSP = "Koło Gospodyń Wiejskich w Miłkach", "Ochotnicza Straż Pożarna w Miłkach"


async def _fair(scene: Scene) -> int:
    return (await scene.event(KEY)).id


def _labels(message: SeenMessage) -> list[str]:
    return [str(one["text"]) for row in message.rows for one in row]


async def _register(scene: Scene, visitor: Visitor, event_id: int) -> list[SeenMessage]:
    """Answer all questions about a stand."""
    await scene.say(visitor, f"/start e_{event_id}")
    await scene.tap(visitor, f"f:{event_id}")
    await scene.say(visitor, "Pokażemy <kartacze> & sery.")
    await scene.choose(visitor, "skip")
    await scene.choose(visitor, "2")
    await scene.choose(visitor, "yes")
    await scene.choose(visitor, "skip")
    return await scene.choose(visitor, "send")


async def _press_old(scene: Scene, visitor: Visitor, data: str) -> str:
    """Press a button that stands under no message any more and give the answer."""
    [answer] = await scene.press(visitor, heard(visitor)[-1].message_id, data)
    return answer.text


async def test_card_of_a_fair_offers_a_stand_beside_the_registration(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    [card] = await scene.say(anna, f"/start e_{await _fair(scene)}")
    [other] = await scene.say(anna, f"/start e_{(await scene.event('lider-spolecznosci')).id}")

    assert _labels(card)[:2] == ["Zapisuję się", "Zgłoś stoisko organizacji"]
    assert "Zgłoś stoisko organizacji" not in _labels(other)


async def test_member_registers_a_stand_looks_at_it_and_gives_it_up(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    event_id = await _fair(scene)

    [confirmed] = await _register(scene, anna, event_id)
    [view] = await scene.tap(anna, "fv:1")
    await scene.tap(anna, "fx:1")
    [cancelled] = await scene.tap(anna, "fxx:1")
    again = await _press_old(scene, anna, "fxx:1")

    assert confirmed.text.startswith(f"Stoisko zgłoszone\n\n{KGW}\nStoisko nr 1\n")
    assert view.text == (
        f"{KGW}\nStoisko nr 1\n\n"
        "Dzień Organizacji Pozarządowych w gminie Miłki\n23\u00a0lutego\u00a02027\n\n"
        "Dla mieszkańców: Pokażemy <kartacze> & sery.\n\n"
        "Potrzeby: 2 stoliki, prąd"
    )
    assert cancelled.text.startswith("Zgłoszenie stoiska wycofane")
    assert again.startswith(sentence(NotExhibiting()))


async def test_answers_that_do_not_fit_are_asked_again_kindly(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.say(anna, f"/start f_{await _fair(scene)}")

    [emoji] = await scene.say(anna, "🎉🎉🎉")
    [long] = await scene.say(anna, "x" * 500)

    assert emoji.text.startswith(sentence(WordsWithoutLetters()))
    assert long.text.startswith(sentence(AnswerTooLong(400)))
    assert await scene.step(anna) == "for_residents"
    assert await scene.rows("SELECT 1 FROM exhibitor") == []


async def test_stranger_is_asked_who_they_are_and_goes_on_to_the_stand(scene: Scene) -> None:
    anna = scene.visitor()

    answers = await scene.introduce(anna, start=f"/start f_{await _fair(scene)}")

    assert answers[-1].text.startswith(f"{KGW}\nCo organizacja pokaże mieszkańcom")


async def test_person_without_an_organisation_of_the_register_is_told_who_helps(
    scene: Scene,
) -> None:
    anna = scene.visitor()
    await scene.say(anna, "/start")
    await scene.choose(anna, "accept")
    await scene.say(anna, "Anna Wzorowa")
    await scene.choose(anna, "ngo")
    await scene.say(anna, "Klub Miłośników Kwiatów")
    await scene.choose(anna, "other")
    await scene.choose(anna, "skip")

    answer = await _press_old(scene, anna, f"f:{await _fair(scene)}")

    assert answer.startswith(sentence(OrganisationNeeded()))
    assert answer.count("tel. 600 000 100") == 1


async def test_second_member_sees_the_stand_and_cannot_take_it_away(scene: Scene) -> None:
    anna, ola = scene.visitor(1, "Anna"), scene.visitor(2, "Ola")
    await scene.introduce(anna)
    await scene.introduce(ola, name="Ola Druga")
    event_id = await _fair(scene)
    await _register(scene, anna, event_id)

    [card] = await scene.say(ola, f"/start e_{event_id}")
    [view] = await scene.tap(ola, "fv:1")
    pressed = [await _press_old(scene, ola, data) for data in ("fx:1", "fxx:1", "fe:1")]
    second = await _press_old(scene, ola, f"f:{event_id}")

    assert _labels(card)[1].startswith("Stoisko: Koło Gospodyń")
    assert view.text.endswith("osoby, która je zgłosiła, lub urzędu.")
    refused = sentence(StandNotYours())
    assert [answer.startswith(refused) for answer in pressed] == [True, True, True]
    assert second == view.text
    assert len(await scene.rows("SELECT 1 FROM exhibitor WHERE state = 'active'")) == 1


async def test_change_of_a_stand_keeps_what_is_left_as_it_is(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    await _register(scene, anna, await _fair(scene))
    await scene.tap(anna, "fv:1")
    [first] = await scene.tap(anna, "fe:1")
    [second] = await scene.choose(anna, "keep")
    await scene.choose(anna, "skip")
    await scene.choose(anna, "3")
    await scene.choose(anna, "keep")
    await scene.say(anna, "cień")

    [kept] = await scene.choose(anna, "send")

    assert first.text.endswith("Teraz: Pokażemy <kartacze> & sery.")
    assert _labels(second) == ["Pomiń to pytanie"]
    assert kept.text.startswith("Zmiany są zapisane.")
    assert kept.text.endswith("Potrzeby: 3 stoliki, prąd, cień")


async def test_event_that_is_no_fair_has_no_stands(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)

    answer = await _press_old(scene, anna, f"f:{(await scene.event('lider-spolecznosci')).id}")

    assert answer.startswith(sentence(NotAFair()))


async def test_deadline_that_passes_in_the_middle_ends_the_dialogue(scene: Scene) -> None:
    anna = scene.visitor()
    await scene.introduce(anna)
    event_id = await _fair(scene)
    await scene.say(anna, f"/start f_{event_id}")
    await scene.say(anna, "Sery")
    await scene.choose(anna, "skip")
    await scene.choose(anna, "2")
    await scene.choose(anna, "yes")
    await scene.choose(anna, "skip")
    async with scene.database.transaction() as tx:
        await tx.execute(update(event).where(event.c.id == event_id).values(deadline_at=NOW))

    [answer] = await scene.choose(anna, "send")

    assert answer.text.startswith("Zapisy")
    assert (await scene.state(anna)).flow == ""
    assert await scene.rows("SELECT 1 FROM exhibitor") == []


async def test_staff_add_a_paper_application_and_swap_the_numbers(scene: Scene) -> None:
    anna, maria = scene.visitor(1, "Anna"), scene.visitor(2, "Maria")
    await scene.introduce(anna)
    event_id = await _fair(scene)
    await _register(scene, anna, event_id)
    await scene.make_staff(maria)
    await scene.say(maria, "/wydarzenia")
    await scene.tap(maria, f"se:{event_id}")
    await scene.tap(maria, f"fs:{event_id}")
    await scene.tap(maria, f"fa:{event_id}")
    [found] = await scene.say(maria, "OSP")
    await scene.choose(maria, "org:")
    await scene.say(maria, "Wóz strażacki")
    await scene.choose(maria, "skip")
    await scene.choose(maria, "1")
    await scene.choose(maria, "no")
    await scene.choose(maria, "skip")
    [added] = await scene.choose(maria, "send")
    await scene.tap(maria, "fn:2")
    [swapped] = await scene.say(maria, "1")
    [listed] = await scene.tap(maria, f"fs:{event_id}")

    assert found.text.count(f"1. {OSP}\n2. ") == 1
    assert added.text.startswith(f"Stoisko jest zgłoszone.\n\n{OSP}\nStoisko nr 2")
    assert swapped.text.startswith(f"Stoiska zamieniły się numerami: {KGW} ma teraz numer 2.")
    assert listed.text == (
        "Dzień Organizacji Pozarządowych w gminie Miłki\nZajęte stoiska: 2 z 20.\n\n"
        f"1. {OSP}\n1 stolik, bez prądu\n\n2. {KGW}\n2 stoliki, prąd"
    )


async def test_staff_print_the_sheets_and_take_the_list(scene: Scene) -> None:
    anna, maria = scene.visitor(1, "Anna"), scene.visitor(2, "Maria")
    await scene.introduce(anna)
    event_id = await _fair(scene)
    await _register(scene, anna, event_id)
    await scene.make_staff(maria)

    texts = []
    for letter in ("fp", "fo", "ft"):
        [answer] = await scene.press(maria, heard(maria)[-1].message_id, f"{letter}:{event_id}")
        assert answer.document is not None
        content = answer.document.content
        if letter != "ft":
            content = PdfReader(BytesIO(content)).pages[0].extract_text().encode()
        words = " ".join(content.decode().split())
        texts.append((answer.document.filename, words.count(KGW)))

    assert texts == [("program-targow.pdf", 1), ("potrzeby-stoisk.pdf", 1), ("stoiska.csv", 1)]


async def test_staff_cancel_a_stand_and_the_next_in_line_is_told(scene: Scene) -> None:
    anna, ola, maria = scene.visitor(1), scene.visitor(2, "Ola"), scene.visitor(3, "Maria")
    await scene.introduce(anna)
    await scene.introduce(ola, name="Ola Druga", organisation="OSP Milki")
    event_id = await _fair(scene)
    async with scene.database.transaction() as tx:
        await tx.execute(update(event).where(event.c.id == event_id).values(stands=1))
    await _register(scene, anna, event_id)
    [waits] = await _register(scene, ola, event_id)
    await scene.make_staff(maria)
    await scene.say(maria, "/wydarzenia")
    await scene.tap(maria, f"se:{event_id}")
    await scene.tap(maria, f"fs:{event_id}")
    await scene.tap(maria, "fi:1")
    await scene.tap(maria, "fc:1")

    await scene.tap(maria, "fcc:1")
    await half_a_minute(scene, maria)
    [left] = await scene.tap(maria, f"fs:{event_id}")

    assert waits.text.startswith("Organizacja jest na liście rezerwowej stoisk")
    assert heard(anna)[-1].text.startswith("Zgłoszenie stoiska wycofane")
    assert heard(ola)[-1].text.startswith("Mają Państwo stoisko")
    assert left.text.count("Zajęte stoiska: 1 z 1.") == 1


async def test_list_of_hundreds_of_stands_pages_within_telegrams_limits(scene: Scene) -> None:
    maria = scene.visitor(3, "Maria")
    event_id = await _fair(scene)
    offer = Offer("Pokaz " * 60, "Kurs " * 70, 3, power=True, needs="cień " * 80)
    async with scene.database.transaction() as tx:
        for number in range(1, 301):
            organisation_id = await insert_id(
                tx,
                organisation,
                key=f"o{number}",
                name=f"<Klub> {number} " * 15,
                kind="ngo",
                areas=[],
            )
            await rows.add(
                tx,
                event_id=event_id,
                organisation_id=organisation_id,
                person_id=None,
                state="active" if number <= 290 else "waiting",
                position=None if number <= 290 else number,
                stand=number if number <= 290 else None,
                offer=offer,
                door="staff",
                now=NOW,
            )
    await scene.make_staff(maria)

    [first] = await scene.press(maria, heard(maria)[-1].message_id, f"fs:{event_id}")
    [last] = await scene.press(maria, first.message_id, f"fs:{event_id}:999")
    [one] = await scene.tap(maria, "fi:")
    [sheet] = await scene.press(maria, first.message_id, f"fp:{event_id}")

    assert first.text.endswith("Strona 1 z 30")
    assert last.text.endswith("Strona 30 z 30")
    assert last.text.count("Lista rezerwowa, miejsce 10:") == 1
    assert one.text.startswith("<Klub>")
    assert sheet.document is not None
    assert len(PdfReader(BytesIO(sheet.document.content)).pages) > 10


async def test_nobody_but_staff_reaches_the_desk_of_stands(scene: Scene) -> None:
    anna, viewer = scene.visitor(1), scene.visitor(2, "Ewa")
    await scene.introduce(anna)
    await _register(scene, anna, await _fair(scene))
    await scene.make_staff(viewer, "viewer")
    event_id = await _fair(scene)
    refused = sentence(NotStaff())

    for visitor in (anna, viewer):
        for data in ("fs", "fi", "fa", "fg", "fn", "fc", "fcc", "fp", "fo", "ft"):
            number = event_id if data in {"fs", "fa", "fp", "fo", "ft"} else 1
            answer = await _press_old(scene, visitor, f"{data}:{number}")
            assert answer.startswith(refused), data
    assert len(await scene.rows("SELECT 1 FROM exhibitor WHERE state = 'active'")) == 1


async def test_staff_whose_rights_end_in_the_middle_change_nothing(scene: Scene) -> None:
    maria = scene.visitor(3, "Maria")
    event_id = await _fair(scene)
    await scene.make_staff(maria)
    await scene.press(maria, heard(maria)[-1].message_id, f"fa:{event_id}")
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=maria.user_id, now=NOW)

    [answer] = await scene.say(maria, "OSP")

    assert answer.text.startswith(sentence(NotStaff()))
    assert (await scene.state(maria)).flow == ""


async def test_staff_who_are_no_participants_cannot_speak_for_an_organisation(
    scene: Scene,
) -> None:
    maria = scene.visitor(3, "Maria")
    await scene.make_staff(maria)

    [answer] = await scene.say(maria, f"/start f_{await _fair(scene)}")

    assert answer.text.startswith(sentence(PersonUnknown()))
    assert [data for _, data in all_buttons(maria) if data.startswith("q:")] == []
