import asyncio
import ssl
from pathlib import Path

import pytest
from telegram.error import TelegramError

from delivery.failures import ChannelBroken
from delivery.telegram_failures import failure_of
from delivery.telegram_request import AiohttpRequest
from tests.delivery.clients import OK, Make, bot_at, both, limits, say_hello
from tests.delivery.wire import Peer, serving

Certificate = tuple[Path, Path]


@pytest.fixture
def server_side(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusting(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


async def answer_all(peer: Peer) -> None:
    while await peer.read_request():
        await peer.answer(200, OK)


@both
async def test_unknown_certificate_breaks_the_channel(
    make: Make, server_side: ssl.SSLContext
) -> None:
    async with serving(answer_all, server_side) as server, make(limits()) as request:
        with pytest.raises(TelegramError) as refused:
            await say_hello(bot_at(server.url.replace("http:", "https:"), request))

    assert type(failure_of(refused.value)) is ChannelBroken
    assert server.requests == []


async def test_kept_secret_connection_is_used_again(
    server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    request = AiohttpRequest(limits(), tls_context=trusting)
    async with serving(answer_all, server_side) as server, request:
        for _ in range(3):
            await say_hello(bot_at(server.url.replace("http:", "https:"), request))

    assert (server.connections, len(server.requests)) == (1, 3)


async def test_secret_connection_that_the_server_closed_meanwhile_is_left_alone(
    server_side: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    closed = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.read_request()
        await peer.answer(200, OK)
        peer.writer.close()
        closed.set()

    request = AiohttpRequest(limits(), tls_context=trusting)
    async with serving(script, server_side) as server, request:
        bot = bot_at(server.url.replace("http:", "https:"), request)
        await say_hello(bot)
        await closed.wait()

        assert await say_hello(bot) == 1

    assert server.connections == 2
