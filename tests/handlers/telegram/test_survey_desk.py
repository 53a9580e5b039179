"""Staff look after surveys in the chat: load, plan, open, remind, close, see who is missing."""

from sqlalchemy import select

from bot.stage import load_surveys
from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme.refusals import NotStaff
from programme.wave_refusals import NobodyToRemind, WaveTimesWrong
from storage import survey_recipients
from storage import surveys as store
from storage.tables import person
from tests.handlers.scene import Scene, heard, sentence
from tests.handlers.telegram.desk_scene import COORDINATOR, data, half_a_minute

KEY = "dzialalnosc-organizacji"


def words(message: SeenMessage) -> str:
    return message.text.replace("\u00a0", " ")


async def _desk(scene: Scene) -> tuple[Visitor, list[SeenMessage]]:
    """Open the list of surveys, in which those that come with the program are."""
    async with scene.database.transaction() as tx:
        await load_surveys(tx, now=scene.clock())
    irena = scene.visitor(COORDINATOR, "Irena")
    return irena, await scene.say(irena, "/ankiety")


async def _survey_id(scene: Scene) -> int:
    async with scene.database.reading() as tx:
        survey = await store.by_key(tx, KEY)
        assert survey is not None
        return survey.id


async def _tick(scene: Scene) -> None:
    await scene.process.ticker.tick()
    await scene.settle()


async def _planned(scene: Scene, irena: Visitor, survey_id: int, *answers: str) -> SeenMessage:
    """Plan a wave by pressing and writing, and show it."""
    await scene.press(irena, irena.last.message_id, f"qv:{survey_id}:0")
    await scene.tap(irena, f"qp:{survey_id}")
    for answer in answers:
        await (scene.choose if answer.startswith("=") else scene.say)(irena, answer)
    await scene.choose(irena, "=yes")
    (shown,) = await scene.tap(irena, "qw:")
    return shown


async def test_wave_is_planned_opened_reminded_of_and_closed(scene: Scene) -> None:
    anna, jan = scene.visitor(1, "Anna"), scene.visitor(2, "Jan")
    await scene.introduce(anna)
    await scene.introduce(jan, name="Jan Nowak")
    irena, _ = await _desk(scene)

    planned = await _planned(scene, irena, await _survey_id(scene), "=everyone", "jutro o 9", "=14")
    wave_id = int(data(planned)[0].partition(":")[2])
    await scene.tap(irena, "qo:")
    await scene.tap(irena, "qoo:")
    (opened,) = await half_a_minute(scene, irena)
    await _tick(scene)
    asked = heard(anna)[-1]
    await _answer(scene, wave_id, "Anna Wzorowa")
    await scene.tap(irena, "qw:")
    (missing,) = await scene.tap(irena, "qm:")
    await scene.tap(irena, "qw:")
    await scene.tap(irena, "qr:")
    await scene.tap(irena, "qrr:")
    (reminded,) = await half_a_minute(scene, irena)
    await _tick(scene)
    await scene.tap(irena, "qw:")
    await scene.tap(irena, "qr:")
    await scene.tap(irena, "qrr:")
    (nobody,) = await half_a_minute(scene, irena)
    await scene.tap(irena, "qw:")
    await scene.tap(irena, "qc:")
    await scene.tap(irena, "qcc:")
    await half_a_minute(scene, irena)
    (closed,) = await scene.tap(irena, "qw:")

    assert words(planned) == (
        "Co robi Państwa organizacja?\n\nStan: zaplanowana\n"
        "Kogo pyta: wszystkie osoby z naszej listy\n"
        "Otwarcie: wtorek, 5 stycznia 2027, godz. 9:00\n"
        "Zamknięcie: wtorek, 19 stycznia 2027\nOdpowiedziało: 0"
    )
    assert words(opened) == (
        "Zrobione: otwarcie ankiety „Co robi Państwa organizacja?”.\n\n"
        "Prośby o odpowiedzi wychodzą teraz; w nocy, w niedziele i święta czekają."
    )
    assert asked.text.startswith("Ankieta: Co robi Państwa organizacja?")
    assert data(asked) == [f"ga:{wave_id}"]
    assert words(missing).endswith("Bez odpowiedzi: 1\n1. Jan Nowak (Telegram)")
    assert words(reminded).endswith("Wychodzi 1 wiadomość.")
    assert sentence(NobodyToRemind()) in nobody.text
    assert sum("Przypominamy" in one.text for one in heard(jan)) == 1
    assert not any("Przypominamy" in one.text for one in heard(anna))
    assert "Stan: zamknięta" in words(closed)
    assert data(closed) == [f"qm:{wave_id}:0", f"qv:{await _survey_id(scene)}:0"]


async def _answer(scene: Scene, wave_id: int, name: str) -> None:
    async with scene.database.transaction() as tx:
        number = await tx.scalar(select(person.c.id).where(person.c.name == name))
        assert await survey_recipients.finish(tx, wave_id, f"person:{number}")


async def test_words_that_cannot_be_a_day_are_asked_for_again_after_a_restart(
    scene: Scene,
) -> None:
    irena, _ = await _desk(scene)
    survey_id = await _survey_id(scene)
    await scene.press(irena, irena.last.message_id, f"qv:{survey_id}:0")
    await scene.tap(irena, "qp:")
    await scene.choose(irena, "=public")

    (unclear,) = await scene.say(irena, "kiedyś")
    await scene.restart()
    await scene.choose(irena, "=now")
    (passed,) = await scene.say(irena, "1 stycznia 2020")
    (look,) = await scene.choose(irena, "=never")
    (nothing,) = await scene.choose(irena, "=no")

    assert unclear.text.startswith("Nie rozpoznaliśmy tego terminu.")
    assert passed.text.startswith(sentence(WaveTimesWrong()))
    assert "Jest otwarta, dopóki ktoś jej nie zamknie." in look.text
    assert (nothing.text, data(nothing)) == ("Niczego nie zaplanowano.", [f"qv:{survey_id}:0"])


async def test_names_of_few_are_not_shown_in_an_anonymous_survey(scene: Scene) -> None:
    for number, name in enumerate(("Anna Wzorowa", "Jan Nowak"), 1):
        await scene.introduce(scene.visitor(number, f"Osoba{number}"), name=name)
    irena, _ = await _desk(scene)
    async with scene.database.reading() as tx:
        survey = await store.by_key(tx, "po-szkoleniu")
    assert survey is not None
    assert survey.is_anonymous
    await _planned(scene, irena, survey.id, "=everyone", "=now", "=14")
    await _tick(scene)
    await scene.tap(irena, "qw:")

    (page,) = await scene.tap(irena, "qm:")

    assert "Bez odpowiedzi: 2" in words(page)
    assert not any(name in page.text for name in ("Wzorowa", "Nowak"))


async def test_member_of_no_staff_sees_the_own_surveys_and_no_desk(scene: Scene) -> None:
    anna = scene.visitor(1, "Anna")
    await scene.introduce(anna)
    await scene.say(anna, "/ankiety")
    own = heard(anna)[-1]

    (refused,) = await scene.press(anna, own.message_id, "qs:0")

    assert not any(one.startswith("q") for one in data(own))
    assert refused.text.startswith(sentence(NotStaff()))


async def test_ready_survey_is_loaded_once(scene: Scene) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, "/ankiety")
    await scene.tap(irena, "ql")

    (loaded,) = await scene.tap(irena, f"qll:{KEY}")
    async with scene.database.reading() as tx:
        first = await store.by_key(tx, KEY)
    await scene.tap(irena, f"qll:{KEY}")

    assert first is not None
    assert loaded.text.startswith("Co robi Państwa organizacja?")
    assert await _survey_id(scene) == first.id
