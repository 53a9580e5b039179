"""A web port, and words said to it byte by byte."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import MovedClock
from bot.web import WebPort
from bot.web_bind import WebBind
from handlers.telegram.webhook import SECRET_HEADER, secret_of
from handlers.web.application import build
from handlers.web.health import Health
from handlers.web.metrics import Metrics
from handlers.web.pulse import Pulse
from handlers.web.updates import UpdateDoor
from storage.database import Database
from tests.storage.rows import NOW

SECRET = secret_of("123456789:token-of-no-real-bot")


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Give the moment."""
        return self.seconds


@dataclass
class Port:
    """What runs behind a port and what it told others."""

    web: WebPort
    metrics: Metrics
    health: Health
    pulse: Pulse
    hand: Hand
    clock: MovedClock
    woken: list[datetime] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    head: dict[str, str]
    body: bytes


async def serve(database: Database) -> tuple[Port, asyncio.Task[None]]:
    """Start a web port on a free port."""
    hand, clock = Hand(), MovedClock(NOW)
    pulse = Pulse(hand)
    metrics = Metrics(database=database, pulse=pulse, clock=clock, version="1.2.3")
    health = Health(database=database, pulse=pulse)
    woken: list[datetime] = []
    updates = UpdateDoor(
        secret=SECRET,
        database=database,
        clock=clock,
        wake=lambda: woken.append(clock()),
        count=metrics.note_answer,
    )
    web = WebPort(build(health=health, metrics=metrics, updates=updates), WebBind("127.0.0.1", 0))
    web.open()
    port = Port(web, metrics, health, pulse, hand, clock, woken)
    return port, asyncio.create_task(web.run())


async def close(port: Port, task: asyncio.Task[None]) -> None:
    """Stop a web port."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await port.health.close()


async def say(
    port: Port, request: bytes, *, then_end: bool = False, reads_body: bool = True
) -> Answer:
    """Send these bytes and read the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port.web.port)
    writer.write(request)
    if then_end:
        writer.write_eof()
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        length = int(fields.get("content-length", "0")) if reads_body else 0
        return Answer(int(head[0].split()[1]), fields, await reader.readexactly(length))
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def get(port: Port, path: str, **headers: str) -> Answer:
    """Ask for a page."""
    return await say(port, request_bytes("GET", path, headers, b""))


async def post(port: Port, body: bytes | dict[str, Any], *, secret: str = SECRET) -> Answer:
    """Bring an update as Telegram does."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {SECRET_HEADER: secret, "Content-Length": str(len(content))}
    return await say(port, request_bytes("POST", "/telegram", headers, content))


def request_bytes(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Write a request; header names may be given with underscores."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bot.example.org"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def update(number: int, **content: Any) -> dict[str, Any]:
    """Write an update that holds a message of Anna's unless told otherwise."""
    said = {"message_id": 1, "from": {"id": 7}, "chat": {"id": 7}, "text": "Zażółć"}
    return {"update_id": number, **(content or {"message": said})}
