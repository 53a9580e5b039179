"""The event desk and its lists, also with 300 people at a full event."""

import pytest

from delivery.limits import TEXT_LENGTH, visible_length
from programme.desk_refusals import PersonGone
from programme.refusals import EventUnknown, NotStaff, Refusal
from programme.seat_refusals import NothingToDecide
from tests.handlers.scene import Scene, heard, sentence
from tests.handlers.telegram.desk_scene import (
    COORDINATOR,
    crowd,
    data,
    half_a_minute,
    open_desk,
    plain_event,
    seat_with_offer,
    set_terms,
)

MOST_BUTTONS = 100


async def test_commands_lead_staff_to_an_event(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    irena = scene.visitor(COORDINATOR, "Irena")

    (help_page,) = await scene.say(irena, "/pomoc")
    (events,) = await scene.say(irena, "/wydarzenia")
    (desk,) = await scene.tap(irena, f"se:{event_id}")

    assert "/wydarzenia – prowadzenie wydarzenia" in help_page.text
    assert f"se:{event_id}" in data(events)
    assert "Zajęte miejsca: 0 z 5" in desk.text


async def test_desk_says_plainly_how_the_event_stands(scene: Scene) -> None:
    event_id, _anna, _jan = await seat_with_offer(scene)
    await crowd(scene, event_id, 2)
    await set_terms(scene, event_id, capacity=0)

    _irena, desk = await open_desk(scene, event_id)

    assert desk.text.split("\n\n")[1] == (
        "Zajęte miejsca: 0 z 0\n"
        "Miejsca trzymane dla osób, które jeszcze nie odpowiedziały: 1\n"
        "Za dużo zapisanych: 1. Nikogo nie skreślamy z listy.\n"
        "Na liście rezerwowej: 3"
    )


async def test_300_people_are_paged_within_the_limits(scene: Scene) -> None:
    event_id = await plain_event(scene, 300)
    await crowd(scene, event_id, 340)
    irena, desk = await open_desk(scene, event_id)

    (page,) = await scene.tap(irena, f"tp:{event_id}")
    pages = [page]
    while f"tp:{event_id}:{len(pages)}" in data(pages[-1]):
        (page,) = await scene.tap(irena, f"tp:{event_id}:{len(pages)}")
        pages.append(page)
    (line,) = await scene.tap(irena, f"se:{event_id}")
    (line,) = await scene.tap(irena, f"tw:{event_id}")

    assert "Zajęte miejsca: 300 z 300" in desk.text
    opened = [each for one in pages for each in data(one) if each.startswith("to:")]
    assert (len(pages), len(opened), len(set(opened))) == (20, 300, 300)
    assert line.text.startswith("Lista rezerwowa: 40")
    for one in (*pages, line):
        assert visible_length(one.text) <= TEXT_LENGTH
        assert len(data(one)) <= MOST_BUTTONS


async def test_line_shows_until_when_a_seat_is_held(scene: Scene) -> None:
    event_id, _anna, _jan = await seat_with_offer(scene)
    irena, _desk = await open_desk(scene, event_id)

    (line,) = await scene.tap(irena, f"tw:{event_id}")
    (one,) = await scene.tap(irena, "to:2")

    assert (
        line.text.replace("\u00a0", " ")
        .split("\n\n")[1]
        .startswith(
            "1. Jan Nowak, Koło Gospodyń Wiejskich w Miłkach\n"
            "    miejsce trzymane do: wtorek, 5 stycznia 2027"
        )
    )
    assert "Jest na liście rezerwowej. Miejsce trzymane do:" in one.text


async def test_application_is_accepted_once(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, approval="staff")
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _desk = await open_desk(scene, event_id)
    await scene.tap(irena, f"ta:{event_id}")
    await scene.tap(irena, "to:1")

    (granted,) = await scene.tap(irena, "tg:1")
    (again,) = await scene.tap(irena, "tg:1")

    assert granted.text == "Anna Wzorowa ma teraz miejsce. Potwierdzenie zostało wysłane."
    assert heard(anna)[-1].text.startswith("Zapisaliśmy Państwa")
    assert again.text.startswith(sentence(NothingToDecide()))


async def test_accepted_application_with_an_offer_says_until_when_we_wait(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, approval="staff", offer_hours=24)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _desk = await open_desk(scene, event_id)
    await scene.tap(irena, f"ta:{event_id}")
    await scene.tap(irena, "to:1")

    (granted,) = await scene.tap(irena, "tg:1")

    assert granted.text.startswith("Zaproponowaliśmy miejsce osobie: Anna Wzorowa.")


async def test_application_is_refused_with_a_reason(scene: Scene) -> None:
    event_id = await plain_event(scene, 5, approval="staff")
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _desk = await open_desk(scene, event_id)
    await scene.tap(irena, f"ta:{event_id}")
    await scene.tap(irena, "to:1")

    (asked,) = await scene.tap(irena, "tn:1")
    (surely,) = await scene.say(irena, "Brak miejsc.")
    await scene.choose(irena, "=yes")
    nothing_yet = heard(anna)[-1].text
    (done,) = await half_a_minute(scene, irena)

    assert "Odmawiają Państwo osobie: Anna Wzorowa." in asked.text
    assert surely.text.endswith("Ta osoba przeczyta: „Brak miejsc.”")
    assert "Brak miejsc" not in nothing_yet
    assert done.text == "Zrobione: odmowa na zgłoszenie: Anna Wzorowa.\n\nPowód został wysłany."
    assert "Powód: Brak miejsc." in heard(anna)[-1].text


async def test_person_is_taken_off_with_a_reason(scene: Scene) -> None:
    event_id = await plain_event(scene, 5)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _desk = await open_desk(scene, event_id)
    await scene.tap(irena, f"tp:{event_id}")
    await scene.tap(irena, "to:1")
    await scene.tap(irena, "tx:1")

    await scene.say(irena, "Zapis był podwójny.")
    await scene.choose(irena, "=yes")
    (done,) = await half_a_minute(scene, irena)
    (gone,) = await scene.tap(irena, "tx:1")

    assert done.text == "Zrobione: skreślenie z listy: Anna Wzorowa.\n\nPowód został wysłany."
    assert heard(anna)[-1].text.startswith("Nie ma już Państwa na liście")
    assert gone.text.startswith(sentence(PersonGone()))


@pytest.mark.parametrize(
    "pressed",
    [
        *("s", "se:1", "tp:1:0", "tw:1:0", "ta:1:0", "to:1", "tg:1", "tn:1", "tx:1"),
        *("sg:1", "sc:1", "sm:1", "sp:1", "sx:1", "sl:1"),
    ],
)
async def test_nobody_else_reaches_the_desk(scene: Scene, pressed: str) -> None:
    event_id = await plain_event(scene, 5)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)

    (answer,) = await scene.press(anna, anna.last.message_id, pressed)

    assert answer.text.startswith(sentence(NotStaff()))
    assert (await scene.state(anna)).flow == ""


@pytest.mark.parametrize("pressed", ["tg:1", "tn:1", "tx:1", "sc:1", "sm:1", "sx:1", "sl:1"])
async def test_viewer_may_look_and_not_change(scene: Scene, pressed: str) -> None:
    event_id = await plain_event(scene, 5)
    await crowd(scene, event_id, 1)
    viewer = scene.visitor(50, "Widz")
    await scene.make_staff(viewer, "viewer")
    await scene.say(viewer, "/wydarzenia")
    await scene.tap(viewer, f"se:{event_id}")

    (looked,) = await scene.tap(viewer, f"tp:{event_id}")
    (refused,) = await scene.press(viewer, viewer.last.message_id, pressed)

    assert looked.text.startswith("Uczestnicy: 1")
    assert refused.text.startswith(sentence(NotStaff()))


@pytest.mark.parametrize(
    ("pressed", "why"),
    [
        ("tp:999:0", EventUnknown()),
        ("tp:", EventUnknown()),
        ("se:", EventUnknown()),
        ("sx:999", EventUnknown()),
        ("to:999", PersonGone()),
        ("to:x", PersonGone()),
        ("tg:99999999999999", PersonGone()),
        ("tx:999", PersonGone()),
    ],
)
async def test_button_that_nobody_wrote_does_no_harm(
    scene: Scene, pressed: str, why: Refusal
) -> None:
    irena, _desk = await open_desk(scene, await plain_event(scene, 5))

    (answer,) = await scene.press(irena, irena.last.message_id, pressed)

    assert answer.text.startswith(sentence(why))
