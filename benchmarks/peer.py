"""The other side of every measurement: a Bot API server and a mail server in their own process.

Run as a module it prints its two ports and obeys lines of JSON on its standard input, each
answered by one line on its standard output.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from benchmarks import crowd
from benchmarks.bot_api import BotApi, Updates
from benchmarks.smtp_sink import SmtpSink

TOKEN = "42:bench-token-of-no-real-bot"  # noqa: S105 -- opens nothing but this server
STEPS = {"tutorial": crowd.TUTORIAL, "ours": crowd.OURS, "ours again": crowd.OURS_AGAIN}


@dataclass
class Peer:
    """The handle of the other process; a deaf one answers without reading what it is told."""

    deaf: bool = False
    api_port: int = 0
    smtp_port: int = 0
    process: asyncio.subprocess.Process | None = None

    @property
    def api_url(self) -> str:
        """The address in place of api.telegram.org."""
        return f"http://127.0.0.1:{self.api_port}"

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.peer", *(["deaf"] if self.deaf else [])),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        ports = await self._read()
        self.api_port, self.smtp_port = ports["api"], ports["smtp"]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process is not None:
            self.process.kill()
            await self.process.wait()

    async def ask(self, order: str, **details: Any) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        if self.process is None or self.process.stdin is None:
            raise RuntimeError("The other process does not run.")
        self.process.stdin.write(json.dumps({"order": order, **details}).encode() + b"\n")
        return await self._read()

    async def _read(self) -> dict[str, Any]:
        if self.process is None or self.process.stdout is None:
            raise RuntimeError("The other process does not run.")
        answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return answer


class _Servers:
    def __init__(self) -> None:
        self.updates = Updates()
        self.crowd: crowd.Crowd | None = None
        self.calls = 0
        self.mails = 0

    def heard(self, method: str, call: dict[str, str]) -> None:
        self.calls += 1
        if self.crowd is not None:
            self.crowd.heard(method, call)

    def kept(self, address: str, raw: bytes) -> None:
        self.mails += 1
        if self.crowd is not None:
            self.crowd.mailed(address, raw)

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        if order["order"] == "polled":
            await self.updates.asked.wait()
            self.updates.asked.clear()
        if order["order"] == "crowd":
            return await self._gather(order)
        return {"calls": self.calls, "mails": self.mails}

    async def _gather(self, order: dict[str, Any]) -> dict[str, Any]:
        self.crowd = crowd.Crowd(
            order["people"],
            STEPS[order["steps"]],
            event=str(order.get("event", "")),
            mails=order["mails"],
            say=self.updates.add,
        )
        self.crowd.begin(tuple(order.get("offered", ())))
        await self.crowd.through.wait()
        seconds = self.crowd.ended_at - self.crowd.begun_at
        return {"seconds": seconds, "updates": self.crowd.updates}


async def _main() -> None:
    servers, loop = _Servers(), asyncio.get_running_loop()
    listens = sys.argv[1:] != ["deaf"]
    heard = servers.heard if listens else None
    api = await loop.create_server(lambda: BotApi(servers.updates, heard), "127.0.0.1", 0)
    smtp = await loop.create_server(lambda: SmtpSink(servers.kept), "127.0.0.1", 0)
    _say({"api": api.sockets[0].getsockname()[1], "smtp": smtp.sockets[0].getsockname()[1]})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        _say(await servers.obey(json.loads(line)))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main())
