"""Hold our HTTP client against the bot library's own: the same trouble, the same exceptions."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot
from telegram.error import TelegramError

from delivery.failures import (
    ChannelBroken,
    ChatMoved,
    ChatUnreachable,
    DeliveryFailure,
    FloodLimited,
    LoginRefused,
    OutcomeUnknown,
    Permanent,
    Temporary,
)
from delivery.telegram_failures import failure_of
from delivery.telegram_request import Limits
from tests.delivery.clients import (
    BOTH,
    OK,
    SOON,
    Make,
    aiohttp_request,
    bot_at,
    limits,
    say_hello,
    say_much,
    upload_much,
)
from tests.delivery.wire import Peer, Script, closed_port, serving


@dataclass(frozen=True)
class Told:
    """All of an exception that whoever sends can see, without the wording of a client."""

    error: type[Exception]
    words: str | None
    failure: type[DeliveryFailure]
    retry_after: timedelta | None
    new_chat_id: int | None


async def outcome(
    make: Make, url: str, *, do: Callable[[Bot], Awaitable[int]], within: Limits
) -> Told:
    async with make(within) as request:
        with pytest.raises(TelegramError) as raised:
            await do(bot_at(url, request))
    error = raised.value
    failure = failure_of(error)
    in_the_clients_words = error.message.startswith(("httpx.", "aiohttp.", "Unknown error in HTTP"))
    return Told(
        type(error),
        None if in_the_clients_words else error.message,
        type(failure),
        getattr(failure, "retry_after", None),
        getattr(failure, "new_chat_id", None),
    )


def refusal(description: str, **parameters: Any) -> bytes:
    body: dict[str, Any] = {"ok": False, "description": description}
    return json.dumps(body | ({"parameters": parameters} if parameters else {})).encode()


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (400, refusal("Bad Request: message is too long"), Permanent),
        (400, refusal("moved", migrate_to_chat_id=-1001), ChatMoved),
        (401, refusal("Unauthorized"), LoginRefused),
        (403, refusal("Forbidden: bot was blocked by the user"), ChatUnreachable),
        (404, refusal("Not Found"), LoginRefused),
        (409, refusal("Conflict: terminated by other getUpdates request"), Temporary),
        (413, refusal("Request Entity Too Large"), Permanent),
        (429, refusal("Too Many Requests: retry after 7", retry_after=7), FloodLimited),
        (429, refusal("Too Many Requests: later"), FloodLimited),
        (500, refusal("Internal Server Error"), OutcomeUnknown),
        (502, b"<html>Bad Gateway</html>", OutcomeUnknown),
        (504, b"", OutcomeUnknown),
        (302, b"", OutcomeUnknown),
        (599, b"{}", OutcomeUnknown),
        (200, b"not JSON", OutcomeUnknown),
        (200, b"", OutcomeUnknown),
    ],
)
async def test_status_means_the_same_to_both(
    status: int, body: bytes, failure: type[DeliveryFailure]
) -> None:
    async def script(peer: Peer) -> None:
        while await peer.read_request():
            await peer.answer(status, body)

    async with serving(script) as server:
        told = [await outcome(make, server.url, do=say_hello, within=limits()) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is failure


async def drop_at_once(_peer: Peer) -> None:
    return


async def drop_after_reading(peer: Peer) -> None:
    await peer.read_request()


async def reset_after_reading(peer: Peer) -> None:
    await peer.read_request()
    peer.reset()


async def half_a_head(peer: Peer) -> None:
    await peer.read_request()
    await peer.say(b"HTTP/1.1 200 OK\r\nContent-Le")


async def half_a_body(peer: Peer) -> None:
    await peer.read_request()
    await peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + OK[:20])


async def no_http(peer: Peer) -> None:
    await peer.read_request()
    await peer.say(b"220 mail.example.org ESMTP\r\n\r\n")


async def hang(peer: Peer) -> None:
    await peer.read_request()
    await asyncio.Event().wait()


async def hang_in_the_body(peer: Peer) -> None:
    await half_a_body(peer)
    await asyncio.Event().wait()


async def never_read(_peer: Peer) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("script", "do", "within", "failure"),
    [
        (drop_at_once, say_hello, limits(), OutcomeUnknown),
        (drop_after_reading, say_hello, limits(), OutcomeUnknown),
        (reset_after_reading, say_hello, limits(), OutcomeUnknown),
        (half_a_head, say_hello, limits(), OutcomeUnknown),
        (half_a_body, say_hello, limits(), OutcomeUnknown),
        (no_http, say_hello, limits(), OutcomeUnknown),
        (hang, say_hello, limits(read=SOON), OutcomeUnknown),
        (hang_in_the_body, say_hello, limits(read=SOON), OutcomeUnknown),
        (hang, upload_much, limits(read=SOON), OutcomeUnknown),
        (never_read, upload_much, limits(media_write=SOON), OutcomeUnknown),
        (never_read, say_much, limits(write=SOON), OutcomeUnknown),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_break_on_the_way_means_the_same_to_both(
    script: Script,
    do: Callable[[Bot], Awaitable[int]],
    within: Limits,
    failure: type[DeliveryFailure],
) -> None:
    async with serving(script) as server:
        told = [await outcome(make, server.url, do=do, within=within) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is failure


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_refused_connection_means_the_same_to_both(scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{closed_port()}"

    told = [await outcome(make, url, do=say_hello, within=limits()) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is ChannelBroken


async def test_unknown_name_means_the_same_to_both() -> None:
    url = "http://no-such-host.invalid"

    told = [await outcome(make, url, do=say_hello, within=limits()) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is ChannelBroken


async def test_server_without_tls_means_the_same_to_both() -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.read(100)
        await peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with serving(script) as server:
        url = server.url.replace("http:", "https:")
        told = [await outcome(make, url, do=say_hello, within=limits()) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is ChannelBroken


async def test_connection_that_does_not_come_about_means_the_same_to_both() -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # they fill the queue, so the next one hears nothing
            queued = waiting.enter_context(socket.socket())
            queued.settimeout(0)
            queued.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        told = [
            await outcome(make, url, do=say_hello, within=limits(connect=SOON)) for make in BOTH
        ]

    assert told[0] == told[1]
    assert told[1].failure is ChannelBroken


async def test_handshake_that_hangs_means_the_same_to_both() -> None:
    async with serving(never_read) as server:
        url = server.url.replace("http:", "https:")
        within = limits(connect=SOON)
        told = [await outcome(make, url, do=say_hello, within=within) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is ChannelBroken


async def test_answer_before_the_upload_is_read_means_the_same_to_both() -> None:
    async def script(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        await peer.answer(413, refusal("Request Entity Too Large"))
        while await peer.reader.read(2**16):
            pass

    async with serving(script) as server:
        told = [await outcome(make, server.url, do=upload_much, within=limits()) for make in BOTH]

    assert told[0] == told[1]
    assert told[1].failure is Permanent


async def test_answer_holds_no_token_when_the_connection_breaks() -> None:
    async with serving(hang) as server, aiohttp_request(limits(read=SOON)) as request:
        with pytest.raises(TelegramError) as raised:
            await say_hello(bot_at(server.url, request))

    assert "bot1:a" not in f"{raised.value!r}{raised.value.__cause__!r}"
