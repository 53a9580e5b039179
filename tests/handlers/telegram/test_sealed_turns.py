"""A sealed turn has its effect like any other, and leaves no words behind."""

import json
from typing import Any

from telegram import Update

from delivery.chat import ChatMessage
from handlers.telegram.turn import Context
from tests.handlers.scene import Scene, heard
from tests.handlers.telegram.test_lanes import listen

SECRET = "Bo nikt nie pyta"


async def kept(scene: Scene) -> tuple[list[Any], list[Any]]:
    arrived = await scene.rows("SELECT payload FROM inbox ORDER BY id")
    said = await scene.rows("SELECT facts FROM outbox WHERE kind = 'reply' ORDER BY id")
    texts = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in said]
    return [row[0] for row in arrived], [one["text"] for one in texts]


async def test_sealed_turn_is_answered_and_forgotten(scene_both: Scene) -> None:
    async def answer(_update: Update, context: Context) -> None:
        await context.turn.seal()
        await context.turn.seal()
        await context.turn.say(ChatMessage(f"Zapisano: {SECRET}"))

    listen(scene_both, "odpowiadam", answer)
    anna = scene_both.visitor()

    await anna.send(f"/odpowiadam {SECRET}")
    await scene_both.settle()
    await anna.send("/pomoc")
    await scene_both.settle()

    assert heard(anna)[0].text == f"Zapisano: {SECRET}"
    arrived, said = await kept(scene_both)
    assert arrived[0] == "{}"
    assert "/pomoc" in arrived[1]
    assert said[0] == "…"
    assert len(said[1]) > 1


async def test_sealed_turn_that_fails_for_good_is_forgotten_too(scene_both: Scene) -> None:
    async def fail(update: Update, context: Context) -> None:
        await context.turn.seal()
        raise ValueError(str(update.effective_message and update.effective_message.text))

    listen(scene_both, "odpowiadam", fail)
    anna = scene_both.visitor()

    await anna.send(f"/odpowiadam {SECRET}")
    await anna.wait_for()
    await scene_both.settle()

    [row] = await scene_both.rows("SELECT payload, error, state FROM inbox")
    assert tuple(row) == ("{}", "ValueError", "quarantined")
