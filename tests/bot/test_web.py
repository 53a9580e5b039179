"""The web port as one task of the process."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from bot.web import WebPort
from bot.web_bind import PortTaken, WebBind

HERE = WebBind("127.0.0.1", 0)


async def hello(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def running(port: WebPort) -> AsyncIterator[asyncio.Task[None]]:
    port.open()
    task = asyncio.create_task(port.run())
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def ask(port: int, host: str = "127.0.0.1") -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_port_answers_from_its_opening_to_its_end() -> None:
    port = WebPort(hello, HERE)
    port.open()
    early = asyncio.create_task(ask(port.port))
    task = asyncio.create_task(port.run())

    answers = [await early, await ask(port.port)]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert [b"hello" in answer for answer in answers] == [True, True]
    assert b"server:" not in answers[0].lower()
    with pytest.raises(ConnectionRefusedError):
        await ask(port.port)


async def test_port_that_somebody_has_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = WebBind("127.0.0.1", other.getsockname()[1])

        with pytest.raises(PortTaken) as caught:
            WebPort(hello, taken).open()

    assert caught.value.filename == str(taken)


async def test_port_leaves_the_signals_to_the_process() -> None:
    before = [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)]

    async with running(WebPort(hello, HERE)):
        await asyncio.sleep(0.05)
        during = [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)]

    assert during == before


async def test_port_that_never_ran_is_given_back() -> None:
    port = WebPort(hello, HERE)
    port.open()
    number = port.port

    port.close()

    with socket.create_server(("127.0.0.1", number)):
        pass


async def test_cancel_waits_for_the_answer_that_is_under_way() -> None:
    begun, end = asyncio.Event(), asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        begun.set()
        await end.wait()
        await hello(scope, receive, send)

    port = WebPort(slow, HERE)
    port.open()
    task = asyncio.create_task(port.run())
    asking = asyncio.create_task(ask(port.port))
    await begun.wait()

    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0.05)
    still = not task.done()
    end.set()
    answer = await asking
    with suppress(asyncio.CancelledError):
        await task

    assert still
    assert b"hello" in answer


def test_bind_of_ipv6_is_written_with_brackets() -> None:
    assert str(WebBind("::1", 8081)) == "[::1]:8081"
