"""Staff tick together whom a letter is for, and afterwards read what became of it."""

import json

from playground.visitor import Visitor
from programme.broadcasting import HOLD
from programme.report_refusals import NobodySilent
from tests.handlers.scene import Scene, all_buttons, heard, sentence

COORDINATOR = 900


async def coordinator(scene: Scene) -> Visitor:
    return scene.visitor(COORDINATOR, "Irena")


async def open_choice(scene: Scene, irena: Visitor) -> int:
    """Write a letter up to the question whom it is for, and open the ticks."""
    await scene.say(irena, "/zaproszenie")
    await scene.choose(irena, "2")
    await scene.say(irena, "SK.523.3.2015")
    await scene.say(irena, "Zapraszamy: {organizacja}.")
    assert await scene.step(irena) == "audience"
    letter = next(data for _at, data in all_buttons(irena) if data.startswith("y:"))
    await scene.tap(irena, letter)
    return int(letter.partition(":")[2])


def ways(visitor: Visitor) -> list[str]:
    """List what lies behind the buttons of the newest message."""
    return [one["callback_data"] for row in visitor.last.rows for one in row]


async def tick(scene: Scene, irena: Visitor, start: str) -> None:
    await scene.tap(irena, next(data for data in ways(irena) if data.startswith(start)))


async def audience(scene: Scene) -> object:
    ((kept,),) = await scene.rows("SELECT audience FROM invitation")
    return json.loads(kept)


async def leave(scene: Scene) -> None:
    """Let the half minute pass in which a letter can be taken back, and all of it leave."""
    scene.clock.put_forward(scene.clock() + HOLD)
    await scene.process.ticker.queue()
    await scene.settle()


async def test_ticks_are_kept_in_the_draft_and_counted_at_once(scene: Scene) -> None:
    irena, anna = await coordinator(scene), scene.visitor(1, "Anna")
    await scene.introduce(anna)
    letter = await open_choice(scene, irena)

    empty = irena.last
    await tick(scene, irena, f"yk:{letter}:k:ngo:1")
    ngos = irena.last
    await scene.tap(irena, f"yl:{letter}:l:0")
    await tick(scene, irena, f"yk:{letter}:l:")
    places = irena.last

    assert "Nikt nie jest jeszcze wybrany." in empty.text
    assert "Razem: 1 osoba, 23 organizacje (czat: 1, e-mail: 23)" in ngos.text
    assert "Listy do wydruku, bo nie ma innej drogi: 2" in ngos.text
    # The screen rewrites itself.
    assert (places.message_id, "Razem: 0 osób, 1 organizacja" in places.text) == (
        empty.message_id,
        True,
    )
    assert await audience(scene) == {"kinds": ["ngo"], "localities": ["Czyprki"]}


async def test_tick_tapped_twice_means_the_same(scene: Scene) -> None:
    irena = await coordinator(scene)
    letter = await open_choice(scene, irena)
    message = irena.last.message_id

    for _time in range(2):
        await scene.press(irena, message, f"yk:{letter}:k:office:1:0")

    assert await audience(scene) == {"kinds": ["office"]}


async def test_typed_name_adds_and_leaves_out(scene: Scene) -> None:
    irena, anna = await coordinator(scene), scene.visitor(1, "Anna")
    await scene.introduce(anna)
    letter = await open_choice(scene, irena)

    (found,) = await scene.say(irena, "kolo gospodyn ruda")
    await tick(scene, irena, f"yk:{letter}:o:")
    added = irena.last
    await scene.tap(irena, f"yf:{letter}:leave_out")
    (nobody,) = await scene.say(irena, "xyzzy")
    await scene.say(irena, "Anna")
    await tick(scene, irena, f"yk:{letter}:x:")
    left_out = irena.last

    assert "Kogo dodać?" in found.text
    assert "Dodani: Koło Gospodyń Wiejskich „Rudzianki” w Rudzie" in added.text
    assert nobody.text.startswith("Nikogo nie znaleźliśmy.")
    assert "Pominięci: Anna" in left_out.text
    kept = await audience(scene)
    assert isinstance(kept, dict)
    assert sorted(kept) == ["excluded_people", "organisations"]


async def test_audience_of_nobody_says_which_tick_makes_it_so(scene: Scene) -> None:
    irena = await coordinator(scene)
    letter = await open_choice(scene, irena)

    await tick(scene, irena, f"yk:{letter}:k:office:1")
    await scene.tap(irena, f"yl:{letter}:l:0")
    await tick(scene, irena, f"yk:{letter}:l:")
    nobody = irena.last
    await scene.tap(irena, f"y:{letter}")
    await scene.tap(irena, f"yz:{letter}")

    assert "Przy takim wyborze list nie trafi do nikogo." in nobody.text
    assert "„Rodzaj”, „Miejscowości”" in nobody.text
    assert "list nie trafi do nikogo" in irena.last.text
    assert (await scene.state(irena)).flow == "audience"


async def test_choice_outlives_a_restart_and_leads_back_to_the_letter(scene: Scene) -> None:
    irena, anna = await coordinator(scene), scene.visitor(1, "Anna")
    await scene.introduce(anna)
    letter = await open_choice(scene, irena)
    await tick(scene, irena, f"yk:{letter}:k:ngo:1")

    await scene.restart()
    await scene.say(irena, "Kowalska")
    await scene.tap(irena, f"y:{letter}")
    await scene.tap(irena, f"yn:{letter}:0")
    all_names = irena.last.text
    await scene.tap(irena, f"yn:{letter}:1")
    all_names += irena.last.text
    await scene.tap(irena, f"y:{letter}")
    await scene.tap(irena, f"yz:{letter}")

    assert all_names.startswith("Do kogo jest ten list: 26")
    assert "Kółko Rolnicze w Kleszczewie – list do wydruku" in all_names
    assert await scene.step(irena) == "confirm"


async def test_report_names_who_answered_and_reminds_the_silent(scene: Scene) -> None:
    irena, anna = await coordinator(scene), scene.visitor(1, "Anna")
    await scene.introduce(anna)
    letter = await open_choice(scene, irena)
    await tick(scene, irena, f"yk:{letter}:k:ngo:1")
    await scene.tap(irena, f"yz:{letter}")
    await scene.choose(irena, "send")
    await leave(scene)
    ((broadcast,),) = await scene.rows("SELECT max(id) FROM broadcast")
    await scene.register(anna, 2)

    await scene.say(irena, "/listy")
    await scene.tap(irena, f"yr:{broadcast}")
    report = irena.last
    await scene.tap(irena, f"yp:{broadcast}:registered:0")
    registered = irena.last
    await scene.tap(irena, f"yr:{broadcast}")
    await scene.tap(irena, f"yd:{broadcast}")
    printed = irena.last
    await scene.tap(irena, f"yw:{broadcast}")
    posted = irena.last
    await scene.tap(irena, f"yx:{broadcast}")
    workbook = irena.last
    await scene.tap(irena, f"yr:{broadcast}")
    await scene.tap(irena, f"yi:{broadcast}")

    assert "ma miejsce: 1" in report.text
    assert "do wydruku i wysłania pocztą: 2" in report.text
    assert "jeszcze bez odpowiedzi: 25" in report.text
    assert "1. Anna" in registered.text
    assert printed.text.startswith("Oto 2 listy do wydruku")
    assert posted.text.startswith("Zapisane: pocztą wysłano 2 listy.")
    assert "wysłane pocztą: 2" in posted.text
    assert workbook.text.startswith("Oto raport.")
    assert await scene.step(irena) == "confirm"
    assert "Zaprosiliśmy Państwa" in heard(irena)[-2].text
    assert "25 organizacji" in irena.last.text or "23 organizacje" in irena.last.text


async def test_reminder_to_nobody_is_refused_in_words(scene: Scene) -> None:
    irena, anna = await coordinator(scene), scene.visitor(1, "Anna")
    await scene.introduce(anna)
    letter = await open_choice(scene, irena)
    await scene.say(irena, "Anna")
    await tick(scene, irena, f"yk:{letter}:p:")
    await scene.tap(irena, f"yz:{letter}")
    await scene.choose(irena, "send")
    await leave(scene)
    ((broadcast,),) = await scene.rows("SELECT max(id) FROM broadcast")
    await scene.say(irena, "/listy")
    await scene.tap(irena, f"yr:{broadcast}")
    remind = next(data for data in ways(irena) if data.startswith("yi:"))
    report = irena.last.message_id
    await scene.register(anna, 2)

    await scene.press(irena, report, remind)

    assert irena.last.text.startswith(sentence(NobodySilent()))
