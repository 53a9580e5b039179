"""Where Telegram delivers, and that it goes on delivering there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest
from telegram import Bot
from telegram.error import InvalidToken

from delivery.telegram import make_bot
from handlers.telegram import webhook
from handlers.telegram.arrivals import ALLOWED
from handlers.telegram.webhook import WebhookRefused, aim, keep_aimed, release, secret_of
from playground.faults import broken, unauthorized
from playground.playground import Playground
from playground.server import Call
from tests.handlers.scene import NOW

OURS = "http://127.0.0.1:9"


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[Bot]:
    made = make_bot(playground.token, playground.api_url)
    await made.initialize()
    yield made
    await made.shutdown()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 -- what is waited for happens in a server without events
            await asyncio.sleep(0.01)


async def stop(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def calls(playground: Playground, method: str) -> list[Call]:
    return [call for call in playground.server.calls if call.method == method]


async def test_webhook_asks_for_what_the_poller_asks_for(bot: Bot, playground: Playground) -> None:
    await aim(bot, public_url=OURS)

    (call,) = calls(playground, "setWebhook")
    assert call.params["url"] == f"{OURS}/telegram"
    assert call.params["secret_token"] == secret_of(playground.token)
    assert playground.server.state.updates.allowed == frozenset(ALLOWED)
    assert call.params["drop_pending_updates"] == "false"


async def test_webhook_is_released_only_when_there_is_one(bot: Bot, playground: Playground) -> None:
    await release(bot)
    before = len(calls(playground, "deleteWebhook"))
    await aim(bot, public_url=OURS)
    await playground.visitor(1, "Anna").send("/pomoc")

    await release(bot)

    assert (before, len(calls(playground, "deleteWebhook"))) == (0, 1)
    assert (await bot.get_webhook_info()).url == ""
    assert len(playground.server.state.updates.pending) == 1


async def test_address_that_telegram_does_not_like_is_refused(bot: Bot) -> None:
    with pytest.raises(WebhookRefused, match=r"(?i)bad webhook"):
        await aim(bot, public_url="https://bot.example.org")


async def test_webhook_that_was_taken_away_is_set_again(
    bot: Bot,
    playground: Playground,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.02)
    await aim(bot, public_url=OURS)
    await release(bot)
    playground.server.fail("getWebhookInfo", with_=broken(502), times=2)

    keeping = asyncio.create_task(keep_aimed(bot, public_url=OURS))
    await until(lambda: playground.server.state.updates.webhook_url != "")
    await stop(keeping)

    assert (await bot.get_webhook_info()).url == f"{OURS}/telegram"
    told = [record.message for record in caplog.records]
    assert told == ["webhook_not_looked_at"] * 2 + ["webhook_set_again"]


async def test_webhook_that_is_right_is_left_alone_and_trouble_is_told_once(
    bot: Bot,
    playground: Playground,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.02)
    playground.server.state.clock = lambda: NOW
    await aim(bot, public_url=OURS)
    await playground.visitor(1, "Anna").send("/pomoc")

    keeping = asyncio.create_task(keep_aimed(bot, public_url=OURS))
    await until(lambda: len(calls(playground, "getWebhookInfo")) >= 6)
    await stop(keeping)

    assert len(calls(playground, "setWebhook")) == 1
    assert [record.message for record in caplog.records] == ["webhook_troubled"]


async def test_withdrawn_token_ends_the_looking(
    bot: Bot, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY", 0.02)
    playground.server.fail("getWebhookInfo", with_=unauthorized(), times=None)

    async with asyncio.timeout(30):
        with pytest.raises(InvalidToken):
            await keep_aimed(bot, public_url=OURS)
