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
    headers: dict[str, str] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    hold: set[int] = field(default_factory=set)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    url: str = ""

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        self.changes.announce()
        sender = self.bodies[-1].get("message", {}).get("from", {}).get("id")
        if sender in self.hold:
            await self.held.wait()
        status = self.answers.pop(0) if self.answers else 200
        return Response(status_code=503 if sender in self.refused else status, headers=self.headers)

    async def received(self, number: int) -> list[str]:
        async with asyncio.timeout(30):
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


async def test_webhook_holds_up_only_the_chat_whose_update_is_not_taken(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    jan = Visitor(server, 2, "Jan")
    receiver.refused = {anna.user_id}

    await bot.set_webhook(receiver.url)
    for number in (1, 2):
        await anna.send(f"a{number}")
        await jan.send(f"j{number}")
    async with asyncio.timeout(30):
        while len(server.state.updates.pending) > 2:
            await server.state.updates.arrivals.wait(server.state.updates.arrivals.number)

    assert [one["message"]["text"] for one in server.state.updates.pending] == ["a1", "a2"]
    assert "a2" not in await receiver.received(3)


async def test_webhook_brings_chats_side_by_side_and_one_chat_in_order(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    jan = Visitor(server, 2, "Jan")
    receiver.hold = {anna.user_id, jan.user_id}

    await bot.set_webhook(receiver.url)
    for number in (1, 2):
        await anna.send(f"a{number}")
        await jan.send(f"j{number}")
    begun = sorted(await receiver.received(2))
    await asyncio.sleep(0.05)
    during = len(receiver.bodies)
    receiver.held.set()

    assert (begun, during) == (["a1", "j1"], 2)
    assert sorted((await receiver.received(4))[2:]) == ["a2", "j2"]


async def test_webhook_with_one_connection_brings_one_at_a_time(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    receiver.hold = {anna.user_id}

    await bot.set_webhook(receiver.url, max_connections=1)
    await anna.send("a")
    await Visitor(server, 2, "Jan").send("j")
    first = await receiver.received(1)
    await asyncio.sleep(0.05)
    during = len(receiver.bodies)
    receiver.held.set()

    assert (first, during) == (["a"], 1)
    assert await receiver.received(2) == ["a", "j"]


async def test_webhook_waits_as_long_as_it_is_asked_to(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    receiver.answers, receiver.headers = [503], {"Retry-After": "1"}
    loop = asyncio.get_running_loop()

    await bot.set_webhook(receiver.url)
    await anna.send("a")
    await receiver.received(1)
    first = loop.time()
    await receiver.received(2)

    assert loop.time() - first >= 0.9
    assert [status[:3] for _, status in server.webhook.posted] == ["503"]


async def test_webhook_goes_on_after_the_server_was_away(
    server: BotServer, bot: Bot, anna: Visitor, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url)
    await server.stop()
    await anna.send("a")
    away = len(receiver.bodies)

    await server.start()

    assert away == 0
    assert await receiver.received(1) == ["a"]


@pytest.mark.parametrize("secret", ["żółw", "with space", "x" * 257])
async def test_secret_of_other_letters_is_refused(bot: Bot, secret: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:9/x", secret_token=secret)


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
