import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playground.updates import Update, UpdateQueue

LONGEST_PAUSE = 60.0
ANSWER_WITHIN = 30.0
CONNECTIONS = 40
Lane = tuple[str, int]


def lane_of(update: Update) -> Lane:
    """Name what an update waits behind: the same kind of update from the same chat or person.

    The real server keeps no order between a person's words and their presses of buttons.
    """
    kind, content = next(((k, v) for k, v in update.items() if k != "update_id"), ("", {}))
    inner: Any = content if isinstance(content, dict) else {}
    owner = inner.get("chat") or inner.get("from") or inner.get("user") or {}
    return kind, owner.get("id", 0) if isinstance(owner, dict) else 0


@dataclass(frozen=True)
class Aim:
    """Where to deliver."""

    url: str
    secret: str
    connections: int


class Webhook:
    """Post updates to the bot's address: lanes side by side, one by one in each.

    An update that is not taken is tried again: at once the first time, then after a pause that
    doubles, or when the answer's Retry-After says. Meanwhile only its own lane waits.
    """

    def __init__(self, queue: UpdateQueue, first_pause: float = 1.0) -> None:
        self.last_error = ""
        self.first_pause = first_pause
        self.posted: list[tuple[int, str]] = []
        self._queue = queue
        self._aim: Aim | None = None
        self._task: asyncio.Task[None] | None = None
        self._lanes: dict[Lane, asyncio.Task[None]] = {}

    def aim(self, url: str, secret: str, connections: int = CONNECTIONS) -> None:
        """Deliver to this address from now on; an empty one ends delivery.

        What is on its way at that moment may arrive, and is not taken as confirmed.
        """
        self.rest()
        self.last_error = ""
        self._aim = Aim(url, secret, connections) if url else None
        self.go_on()

    def rest(self) -> None:
        """Deliver nothing for a while."""
        for task in [self._task, *self._lanes.values()]:
            if task is not None:
                task.cancel()
        self._task = None
        self._lanes = {}

    def go_on(self) -> None:
        """Deliver again, if there is an address."""
        if self._aim is not None and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._deliver(self._aim))

    async def _deliver(self, aim: Aim) -> None:
        while True:
            seen = self._queue.arrivals.number
            for update in list(self._queue.pending):
                lane = lane_of(update)
                if lane not in self._lanes and len(self._lanes) < aim.connections:
                    self._lanes[lane] = asyncio.create_task(self._empty(lane, aim))
            await self._queue.arrivals.wait(seen)

    async def _empty(self, lane: Lane, aim: Aim) -> None:
        while update := self._next(lane):
            await self._bring(update, aim)
        del self._lanes[lane]
        self._queue.arrivals.announce()

    def _next(self, lane: Lane) -> Update | None:
        return next((one for one in self._queue.pending if lane_of(one) == lane), None)

    async def _bring(self, update: Update, aim: Aim) -> None:
        pause, failures = self.first_pause, 0
        while True:
            status, retry_after = await self._post(aim, update)
            self.posted.append((update["update_id"], status))
            if status.startswith("2"):
                self._queue.forget(update["update_id"])
                self.last_error = ""
                return
            self.last_error = f"Wrong response from the webhook: {status}"
            if failures and not retry_after:
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(retry_after or (pause if failures else 0))
            failures += 1

    async def _post(self, aim: Aim, update: Update) -> tuple[str, int]:
        address = urlsplit(aim.url)
        body = json.dumps(update).encode()
        head = [
            f"POST {address.path or '/'} HTTP/1.1",
            f"Host: {address.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if aim.secret:
            head.append(f"X-Telegram-Bot-Api-Secret-Token: {aim.secret}")
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                writer.write("\r\n".join([*head, "", ""]).encode() + body)
                answer = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return "Connection closed", 0
        except OSError as error:
            return str(error) or type(error).__name__, 0
        finally:
            if writer is not None:
                writer.close()
        return _read_answer(answer.decode("latin-1"))


def _read_answer(head: str) -> tuple[str, int]:
    first, *fields = head.split("\r\n")
    retry_after = 0
    for name, _, value in (field.partition(":") for field in fields):
        if name.lower() == "retry-after":
            with suppress(ValueError):
                retry_after = int(value)
    return first.partition(" ")[2].strip(), retry_after
