"""Staff confirm in the chat, take it back within half a minute, and hear what came of it."""

from playground.visitor import Visitor
from programme import staff
from programme.deed_refusals import DeedDone, DeedTakenBack, DeedUnknown
from programme.refusals import NotStaff
from tests.handlers.scene import Scene, heard, sentence
from tests.handlers.telegram.desk_scene import (
    COORDINATOR,
    data,
    half_a_minute,
    open_changes,
    plain_event,
)


async def called_off(scene: Scene) -> tuple[int, Visitor, Visitor]:
    """Let Anna have a seat, and the coordinator confirm that her event is called off."""
    event_id = await plain_event(scene, 5)
    anna = scene.visitor()
    await scene.introduce(anna)
    await scene.register(anna, event_id)
    irena, _page = await open_changes(scene, event_id)
    await scene.tap(irena, f"sx:{event_id}")
    await scene.choose(irena, "=yes")
    return event_id, anna, irena


async def state_of(scene: Scene) -> str:
    return (await scene.event("podstawy-prawne")).state


async def test_undo_leaves_everything_as_it_was_and_is_said_once(scene_both: Scene) -> None:
    scene = scene_both
    event_id, anna, irena = await called_off(scene)
    before = len(heard(anna))

    (undone,) = await scene.tap(irena, "vz:")
    (again,) = await scene.tap(irena, "vz:")
    later = await half_a_minute(scene, irena)

    assert undone.text == (
        "Cofnięto: odwołanie wydarzenia „Podstawy prawne konsultacji społecznych”. Nic się nie "
        "zmieniło i nikt nie dostał wiadomości."
    )
    assert data(undone) == [f"se:{event_id}"]
    assert again.text.startswith(sentence(DeedTakenBack()))
    assert (later, len(heard(anna)), await state_of(scene)) == ([], before, "published")


async def test_undo_that_comes_too_late_says_so(scene: Scene) -> None:
    _event_id, _anna, irena = await called_off(scene)
    await half_a_minute(scene, irena)

    (late,) = await scene.tap(irena, "vz:")
    (unknown,) = await scene.press(irena, irena.last.message_id, "vz:77")

    assert late.text.startswith(sentence(DeedDone()))
    assert unknown.text.startswith(sentence(DeedUnknown()))
    assert await state_of(scene) == "cancelled"


async def test_bot_that_was_stopped_in_between_does_it_once_when_it_is_back(
    scene_both: Scene,
) -> None:
    scene = scene_both
    _event_id, anna, irena = await called_off(scene)
    before = len(heard(anna))

    await scene.restart()
    (done,) = await half_a_minute(scene, irena)
    await scene.restart()
    nothing = await half_a_minute(scene, irena)

    assert done.text.startswith("Zrobione: odwołanie wydarzenia")
    assert nothing == []
    assert [one.text.splitlines()[0] for one in heard(anna)[before:]] == [
        "Szkolenie zostało odwołane"
    ]


async def test_undo_still_works_after_a_restart(scene: Scene) -> None:
    _event_id, _anna, irena = await called_off(scene)

    await scene.restart()
    await scene.tap(irena, "vz:")
    await half_a_minute(scene, irena)

    assert await state_of(scene) == "published"


async def test_rights_that_are_gone_meanwhile_stop_it_and_show_nothing(scene: Scene) -> None:
    _event_id, _anna, irena = await called_off(scene)
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=COORDINATOR, now=scene.clock())

    (answer,) = await half_a_minute(scene, irena)

    assert answer.text == sentence(NotStaff())
    assert await state_of(scene) == "published"


async def test_yes_that_is_tapped_twice_under_an_old_message_does_it_once(scene: Scene) -> None:
    event_id, _anna, irena = await called_off(scene)
    await scene.tap(irena, "vz:")
    await scene.tap(irena, f"se:{event_id}")
    await scene.tap(irena, f"sg:{event_id}")
    await scene.tap(irena, f"sx:{event_id}")
    yes = f"q:{(await scene.state(irena)).version}:=yes"

    await scene.tap(irena, yes)
    await scene.tap(irena, yes)
    said = await half_a_minute(scene, irena)

    assert len(said) == 1
    assert await scene.rows("SELECT state FROM deed ORDER BY id") == [("undone",), ("done",)]


async def test_waiting_deed_is_carried_out_by_the_running_bot_itself(scene: Scene) -> None:
    """Nobody calls the ticker here: it looks every two seconds."""
    _event_id, _anna, irena = await called_off(scene)
    before = len(heard(irena))
    scene.clock.put_forward(scene.clock() + staff.LINK_LIFE)

    async def is_told() -> bool:
        return len(heard(irena)) > before

    await scene.until(is_told)

    assert heard(irena)[before].text.startswith("Zrobione: ")
