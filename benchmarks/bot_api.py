"""A Bot API server that costs next to nothing, so that a client is measured and not the server.

It knows no rules and keeps no messages. `heard` is told of every call, and `updates` are what
getUpdates gives; the playground is the server to test behaviour with.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

Heard = Callable[[str, dict[str, str]], None]
ME = b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"b","username":"bench_bot"}}'
NO_WEBHOOK = (
    b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}'
)
TRUE = b'{"ok":true,"result":true}'
MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"date":1800000000,'
    b'"chat":{"id":1,"type":"private","first_name":"Anna"},"text":"ok"}}'
)


class Updates:
    """What getUpdates gives: everything from the offset on, kept until it is confirmed."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._next_id = 1
        self._kept: list[dict[str, Any]] = []
        self._come = asyncio.Event()

    def add(self, update: dict[str, Any]) -> None:
        """Number an update and keep it."""
        self._kept.append({"update_id": self._next_id, **update})
        self._next_id += 1
        self._come.set()

    async def get(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        """Forget what lies below the offset and wait for something above it."""
        self.asked.set()
        self._kept = [one for one in self._kept if one["update_id"] >= offset]
        if not self._kept:
            self._come.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._come.wait()
            except TimeoutError:
                return []
        return self._kept[:100]


class BotApi(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, updates: Updates, heard: Heard | None) -> None:
        self._updates = updates
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.WriteTransport
        self._number = 0
        self._polls: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 -- TCP gives nothing else
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every complete request in the order of coming."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            body_at = end + 4
            taken = body_at + _length(head)
            chunked = b"chunked" in head.lower()
            if chunked:
                taken = self._buffer.find(b"0\r\n\r\n", body_at) + 5
                if taken < body_at + 5:
                    return
            if len(self._buffer) < taken:
                return
            body, self._buffer = self._buffer[body_at:taken], self._buffer[taken:]
            self._call(head, body)

    def _call(self, head: bytes, body: bytes) -> None:
        target = head.split(b" ", 2)[1]
        path, _, query = target.partition(b"?")
        method = path.rpartition(b"/")[2].lower()
        if method == b"getupdates":
            asked = _fields(head, body) | dict(parse_qsl(query.decode()))
            task = asyncio.get_running_loop().create_task(self._poll(asked))
            self._polls.add(task)
            task.add_done_callback(self._polls.discard)
            return
        if self._heard is not None:
            self._heard(method.decode(), _fields(head, body))
        if method == b"getme":
            self._write(ME)
        elif method == b"getwebhookinfo":
            self._write(NO_WEBHOOK)
        elif method.startswith((b"send", b"edit")):
            self._number += 1
            self._write(MESSAGE % self._number)
        else:
            self._write(TRUE)

    async def _poll(self, asked: dict[str, str]) -> None:
        found = await self._updates.get(int(asked.get("offset", 0)), float(asked.get("timeout", 0)))
        self._write(json.dumps({"ok": True, "result": found}).encode())

    def _write(self, body: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _fields(head: bytes, body: bytes) -> dict[str, str]:
    """Read the parameters that a crowd looks at, also from a form with a file in it."""
    if b"application/json" in head:
        return {name: str(value) for name, value in json.loads(body).items()}
    if b"multipart/form-data" not in head:
        return dict(parse_qsl(body.decode()))
    fields = {}
    for part in body.split(b'name="')[1:]:
        name, _, rest = part.partition(b'"')
        value = rest.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]
        if b"filename=" not in rest[: rest.find(b"\r\n\r\n")]:
            fields[name.decode()] = value.decode()
    return fields
