"""What is asked of Telegram and how its answer is read, beside the bot library's own way."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from delivery.chat import Button, ChatFile, ChatMessage
from delivery.failures import OutcomeUnknown
from delivery.telegram import ChatSender, Sent, make_bot
from tests.delivery.clients import OK, aiohttp_request, bot_at, limits
from tests.delivery.wire import Peer, serving

ANNA = 101
HELLO = ChatMessage("Dzień <b>dobry</b>, Pani Anno")
BUTTONS = (
    (Button("Zapisuję się", data="e:1"), Button("Mapa", url="https://mapa.example.org/1")),
    (Button("Pomoc", data="help"),),
)
FILE = ChatFile("terminy.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")


async def nothing() -> None:
    return None


async def send(sender: ChatSender, message: ChatMessage) -> Sent:
    return await sender.send(message, chat_id=ANNA, started=nothing)


@pytest.mark.parametrize(
    "message", [HELLO, ChatMessage("<b>&lt;ł&gt;</b> 😀 +%&=;", BUTTONS)], ids=["words", "buttons"]
)
async def test_message_is_asked_for_as_the_library_asks_for_it(message: ChatMessage) -> None:
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(b.label, callback_data=b.data, url=b.url) for b in row]
            for row in message.buttons
        ]
    )

    async with serving(answer_all) as server, aiohttp_request(limits()) as request:
        bot = bot_at(server.url, request)
        await send(ChatSender(bot), message)
        await bot.send_message(
            ANNA,
            message.text,
            parse_mode="HTML",
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard if message.buttons else None,
        )

    ours, theirs = (opened(each) for each in server.requests)
    assert ours == theirs


async def answer_all(peer: Peer) -> None:
    while await peer.read_request():
        await peer.answer(200, OK)


def opened(request: bytes) -> tuple[list[bytes], dict[str, Any]]:
    """Give the head without its length, and the parameters; the order of JSON's keys is free."""
    head, body = request.split(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    params: dict[str, Any] = json.loads(body)
    for name in ("reply_markup", "link_preview_options"):
        if name in params:
            params[name] = json.loads(params[name])
    return lines, params


@pytest.mark.parametrize(
    ("message", "result"),
    [
        (HELLO, b'{"date": 1767225600}'),
        (HELLO, b'{"message_id": "1"}'),
        (HELLO, b"true"),
        (HELLO, b"[]"),
        (HELLO, b"no JSON"),
        (ChatMessage("Terminy", document=FILE), b'{"message_id": 1}'),
        (ChatMessage("Terminy", document=FILE), b"[]"),
        (ChatMessage("Terminy", document=FILE), b"no JSON"),
    ],
)
async def test_answer_that_cannot_be_read_leaves_the_outcome_open(
    message: ChatMessage, result: bytes
) -> None:
    async with bot_that_hears(result) as bot:
        with pytest.raises(OutcomeUnknown):
            await send(ChatSender(bot), message)


async def test_edit_that_is_answered_by_a_bare_yes_is_a_success() -> None:
    async with bot_that_hears(b"true") as bot:
        sent = await send(ChatSender(bot), ChatMessage("Wysłano", edits=7))

    assert sent == Sent(7, None, "ok")


@asynccontextmanager
async def bot_that_hears(result: bytes) -> AsyncIterator[Bot]:
    """Answer every call with this result, whatever the Bot API promises."""
    body = b'{"ok": true, "result": ' + result + b"}"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        bot = make_bot("1:a", f"http://{host}:{port}")
        async with bot.request:
            yield bot
