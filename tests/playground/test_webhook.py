import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict

from playground.changes import Changes
from playground.server import BotServer
from playground.serving import HttpServer
from playground.visitor import Visitor


@dataclass
class Receiver:
    answers: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    url: str = ""

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        self.changes.announce()
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    async def received(self, number: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.bodies) < number:
                await self.changes.wait(self.changes.number)
        return [body["message"]["text"] for body in self.bodies]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    running = Receiver()
    routes = [Route("/telegram", running.take, methods=["POST"])]
    http = HttpServer(Starlette(routes=routes))
    await http.start()
    running.url = f"{http.url}/telegram"
    yield running
    await http.stop()


async def test_webhook_delivers_in_order_and_tries_again(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    server.webhook.first_pause = 0.01
    receiver.answers = [500, 503]

    await bot.set_webhook(receiver.url, secret_token="s-1")
    await anna.send("a")
    await anna.send("b")

    assert await receiver.received(4) == ["a", "a", "a", "b"]
    assert set(receiver.secrets) == {"s-1"}


async def test_webhook_shuts_polling_out_until_deleted(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by"):
        await polling
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await anna.send("a")

    assert len(await bot.get_updates()) == 1
    assert (await bot.get_webhook_info()).url == ""
    assert receiver.bodies == []
    assert server.count("setWebhook") == 1


async def test_webhook_info_tells_of_an_unreachable_address(bot: Bot, anna: Visitor) -> None:
    await anna.send("dropped")
    await bot.set_webhook("http://127.0.0.1:9/x", drop_pending_updates=True)
    await anna.send("a")
    await asyncio.sleep(0.05)

    info = await bot.get_webhook_info()
    await bot.delete_webhook(drop_pending_updates=True)

    assert info.pending_update_count == 1
    assert info.last_error_message is not None
    assert info.last_error_message.startswith("Wrong response from the webhook")
    assert await bot.get_updates() == ()


async def test_webhook_elsewhere_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bad webhook: this server delivers on loopback only"):
        await bot.set_webhook("https://example.org/telegram")
