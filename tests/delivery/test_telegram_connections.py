"""How connections are kept, shared and given up, by the bot library's own client and by ours."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from threading import Thread

import pytest
from telegram import Bot
from telegram.error import TelegramError

from delivery.failures import ChannelBroken, Temporary
from delivery.telegram_failures import failure_of
from tests.delivery.clients import (
    OK,
    PATIENT,
    SOON,
    Make,
    bot_at,
    both,
    limits,
    say_hello,
    upload_little,
)
from tests.delivery.wire import Peer, closed_port, serving


@both
async def test_busy_pool_says_that_nothing_was_sent(make: Make) -> None:
    arrived = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.read_request()
        arrived.set()
        await asyncio.Event().wait()

    async with serving(script) as server, make(limits(connections=1, pool=SOON)) as request:
        bot = bot_at(server.url, request)
        first = asyncio.create_task(say_hello(bot))
        await arrived.wait()

        with pytest.raises(TelegramError) as raised:
            await say_hello(bot)

        first.cancel()
        await asyncio.wait({first})
    assert type(failure_of(raised.value)) is Temporary
    assert raised.value.message.startswith("Pool timeout: All connections")
    assert len(server.requests) == 1


@both
async def test_shut_down_client_refuses(make: Make) -> None:
    request = make(limits())
    await request.initialize()
    await request.shutdown()

    with pytest.raises(TelegramError, match="Unknown error in HTTP implementation: RuntimeError"):
        await say_hello(bot_at("http://127.0.0.1:1", request))


async def answer_all(peer: Peer) -> None:
    while await peer.read_request():
        await peer.answer(200, OK)


@both
async def test_client_can_be_opened_again(make: Make) -> None:
    request = make(limits())
    async with serving(answer_all) as server:
        for _ in range(2):
            async with request:
                assert await say_hello(bot_at(server.url, request)) == 1


@both
async def test_kept_connection_is_used_again(make: Make) -> None:
    async with serving(answer_all) as server, make(limits()) as request:
        for _ in range(3):
            await say_hello(bot_at(server.url, request))

    assert (server.connections, len(server.requests)) == (1, 3)


@both
async def test_no_more_connections_than_allowed(make: Make) -> None:
    async with serving(answer_all) as server, make(limits(connections=3)) as request:
        bot = bot_at(server.url, request)
        await asyncio.gather(*[say_hello(bot) for _ in range(30)])

    assert (server.connections, len(server.requests)) == (3, 30)


@both
async def test_connection_of_a_cancelled_call_is_never_used_again(make: Make) -> None:
    answer_late = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.read_request()
        if not answer_late.is_set():
            answer_late.set()
            await asyncio.sleep(SOON)
            late = OK.replace(b'"message_id": 1', b'"message_id": 666')
            await peer.answer(200, late)
            return
        await peer.answer(200, OK)

    async with serving(script) as server, make(limits(connections=1)) as request:
        bot = bot_at(server.url, request)
        first = asyncio.create_task(say_hello(bot))
        await answer_late.wait()
        first.cancel()
        await asyncio.wait({first})

        assert await say_hello(bot) == 1

    assert first.cancelled()
    assert server.connections == 2


@both
async def test_own_time_out_of_a_call_wins(make: Make) -> None:
    async def script(peer: Peer) -> None:
        await peer.read_request()
        await asyncio.sleep(3 * SOON)
        await peer.answer(200, b'{"ok": true, "result": []}')

    async with serving(script) as server, make(limits(read=SOON)) as request:
        bot = Bot("1:a", base_url=f"{server.url}/bot", get_updates_request=request)

        assert await bot.get_updates(timeout=1, read_timeout=PATIENT) == ()


@both
async def test_default_read_time_out_is_told(make: Make) -> None:
    assert make(limits(read=7)).read_timeout == 7


@both
async def test_connection_that_the_server_closed_meanwhile_is_left_alone(make: Make) -> None:
    closed = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.read_request()
        await peer.answer(200, OK)
        peer.writer.close()
        closed.set()

    async with serving(script) as server, make(limits()) as request:
        await say_hello(bot_at(server.url, request))
        await closed.wait()
        await say_hello(bot_at(server.url, request))

    assert server.connections == 2


def answer_and_hang_up(listening: socket.socket, answered: int) -> None:
    for _ in range(answered):
        connection, _address = listening.accept()
        with connection, connection.makefile("rb") as reading:
            length = 0
            while (line := reading.readline().lower()) != b"\r\n":
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            reading.read(length)
            head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OK)
            connection.sendall(head + OK)


@both
@pytest.mark.parametrize("do", [say_hello, upload_little])
async def test_farewell_that_the_loop_has_not_read_yet_costs_no_message(
    make: Make, do: Callable[[Bot], Awaitable[int]]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Thread(target=answer_and_hang_up, args=(listening, 2))
        server.start()
        async with make(limits()) as request:
            bot = bot_at(f"http://127.0.0.1:{listening.getsockname()[1]}", request)
            await say_hello(bot)
            # The loop stands still while the server hangs up: nobody has told the client.
            time.sleep(SOON)  # noqa: ASYNC251 -- the case

            assert await do(bot) == 1

        server.join()


@both
async def test_proxy_is_asked_for_plain_and_for_secret_addresses(make: Make) -> None:
    async def script(peer: Peer) -> None:
        request = await peer.read_request()
        if request.startswith(b"CONNECT"):
            await peer.answer(407, b"")
        else:
            await peer.answer(200, OK)

    async with serving(script) as server, make(limits(), server.url) as request:
        assert await say_hello(bot_at("http://bot.example.org", request)) == 1
        with pytest.raises(TelegramError) as refused:
            await say_hello(bot_at("https://bot.example.org", request))

    first_lines = [each.split(b"\r\n", 1)[0] for each in server.requests]
    assert first_lines == [
        b"POST http://bot.example.org/bot1:a/sendMessage HTTP/1.1",
        b"CONNECT bot.example.org:443 HTTP/1.1",
    ]
    assert type(failure_of(refused.value)) is ChannelBroken


@both
async def test_unreachable_proxy_breaks_the_channel(make: Make) -> None:
    async with make(limits(), f"http://127.0.0.1:{closed_port()}") as request:
        with pytest.raises(TelegramError) as refused:
            await say_hello(bot_at("https://bot.example.org", request))

    assert type(failure_of(refused.value)) is ChannelBroken
