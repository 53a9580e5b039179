"""The door opens only with a good token and a Telegram that answers."""

import asyncio

import pytest
from pydantic import SecretStr

from handlers.telegram.door import TelegramUnreachable, TokenWrong
from playground.faults import broken, unauthorized
from tests.handlers.scene import Scene, heard

OTHER_TOKEN = "700700700:AAsecret-of-another-bot"


async def test_door_with_a_wrong_token_says_so_without_showing_it(silent: Scene) -> None:
    silent.settings = silent.settings.model_copy(update={"telegram_token": SecretStr(OTHER_TOKEN)})

    with pytest.raises(TokenWrong) as caught:
        await silent.start()

    assert "AAsecret" not in str(caught.value)


async def test_door_to_a_telegram_that_is_not_there_says_so(silent: Scene) -> None:
    await silent.playground.server.stop()

    with pytest.raises(TelegramUnreachable) as caught:
        await silent.start()

    assert silent.playground.token not in str(caught.value)
    await silent.playground.server.start()


async def test_door_opens_at_the_next_start_and_nothing_is_lost(silent: Scene) -> None:
    anna = silent.visitor()
    await anna.send("/pomoc")
    silent.playground.server.fail("getMe", with_=broken(502))
    with pytest.raises(TelegramUnreachable):
        await silent.start()

    await silent.start()
    await silent.settle()

    assert len(heard(anna)) == 1


async def test_token_withdrawn_while_listening_ends_the_bot(scene: Scene) -> None:
    anna = scene.visitor()
    scene.playground.server.fail("getUpdates", with_=unauthorized(), times=None)

    await anna.send("/pomoc")
    assert scene._task is not None
    await asyncio.wait({scene._task}, timeout=5)

    with pytest.raises(ExceptionGroup) as caught:
        await scene.stop()
    assert caught.value.subgroup(TokenWrong) is not None


async def test_menu_shows_the_commands_in_both_languages(scene: Scene) -> None:
    shown = scene.playground.server.state.commands

    assert [sorted(one["command"] for one in commands) for commands in shown.values()] == [
        ["ankiety", "anuluj", "dane", "jezyk", "moje", "obecnosc", "pomoc", "szkolenia"],
        ["ankiety", "anuluj", "dane", "jezyk", "moje", "obecnosc", "pomoc", "szkolenia"],
    ]
