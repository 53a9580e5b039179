"""Somebody whose rights were taken away in the middle of a letter leaves the dialogue."""

import pytest

from handlers.telegram.words import refused
from programme import staff
from programme.refusals import NotStaff
from tests.handlers.scene import ZONE, Scene
from texts.translator import load

COORDINATOR = 900


@pytest.mark.parametrize("command", ["/zaproszenie", "/pytanie"])
@pytest.mark.parametrize("by_voice", [False, True])
async def test_letter_ends_with_the_rights_to_write_it(
    scene: Scene, command: str, by_voice: bool
) -> None:
    irena = scene.visitor(COORDINATOR, "Irena")
    await scene.say(irena, command)
    async with scene.database.transaction() as tx:
        await staff.remove(tx, chat_id=COORDINATOR, now=scene.clock())

    if by_voice:
        await irena.send_voice()
    else:
        await irena.send("Zapraszamy")
    await scene.settle()
    state = await scene.state(irena)

    assert refused(load("pl"), NotStaff(), zone=ZONE) in irena.last.text
    assert (state.flow, state.step) == ("", "")
