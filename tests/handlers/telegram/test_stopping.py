import pytest

from storage import conversations
from tests.handlers.scene import Scene


@pytest.mark.parametrize("words", ["anuluj", "Anuluj!", "STOP", "cancel"])
async def test_word_alone_stops_the_open_question(scene: Scene, words: str) -> None:
    visitor = scene.playground.visitor(31, "Zofia")
    await visitor.send("/start")
    await visitor.wait_for("")

    await visitor.send(words)
    await visitor.wait_for("")
    await scene.process.settle()

    async with scene.process.database.reading() as tx:
        state = await conversations.load(tx, 31)
    assert state is not None
    assert (state.flow, state.step, state.data) == ("", "", {})
