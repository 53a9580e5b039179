from datetime import UTC, datetime, timedelta

import pytest

from delivery.telegram_probe import TelegramSilent, ask
from playground import faults
from playground.playground import Playground

WRONG = "700700701:AAanother-token-of-no-real-bot"


async def test_ask_gives_the_result_and_the_server_s_clock() -> None:
    async with Playground() as playground:
        told = await ask("getMe", token=playground.token, api_url=playground.api_url, seconds=20)

    assert (told.ok, told.result["username"]) == (True, "akademia_bot")
    assert told.date is not None
    assert abs(datetime.now(UTC) - told.date) < timedelta(minutes=2)


async def test_ask_with_a_wrong_token_gives_the_refusal() -> None:
    async with Playground() as playground:
        told = await ask("getMe", token=WRONG, api_url=playground.api_url, seconds=20)

    assert (told.ok, told.status, told.result) == (False, 401, {})


async def test_ask_of_a_server_in_trouble_gives_its_status() -> None:
    async with Playground() as playground:
        playground.server.fail("getMe", with_=faults.broken(502))
        told = await ask("getMe", token=playground.token, api_url=playground.api_url, seconds=20)

    assert (told.ok, told.status) == (False, 502)


async def test_silence_names_the_kind_of_error_and_not_the_token() -> None:
    async with Playground() as playground:
        api_url = playground.api_url
    with pytest.raises(TelegramSilent) as silent:
        await ask("getMe", token=WRONG, api_url=api_url, seconds=20)

    assert "AAanother" not in str(silent.value)
    assert silent.value.__suppress_context__


async def test_answer_that_comes_too_late_is_silence() -> None:
    async with Playground() as playground:
        playground.server.fail("getMe", with_=faults.slow(30))
        with pytest.raises(TelegramSilent, match="TimeoutError"):
            await ask("getMe", token=playground.token, api_url=playground.api_url, seconds=0.2)
