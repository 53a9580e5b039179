import asyncio
import json
from urllib.parse import urlsplit

from playground.updates import Update, UpdateQueue

LONGEST_PAUSE = 60.0
ANSWER_WITHIN = 30.0


class Webhook:
    """Post updates to the bot's address in order; one that is not taken is tried again."""

    def __init__(self, queue: UpdateQueue, first_pause: float = 1.0) -> None:
        self.last_error = ""
        self.first_pause = first_pause
        self._queue = queue
        self._task: asyncio.Task[None] | None = None

    def aim(self, url: str, secret: str) -> None:
        """Deliver to this address from now on; an empty one ends delivery."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.last_error = ""
        if url:
            self._task = asyncio.get_running_loop().create_task(self._deliver(url, secret))

    async def _deliver(self, url: str, secret: str) -> None:
        pause = self.first_pause
        while True:
            seen = self._queue.arrivals.number
            if not self._queue.pending:
                await self._queue.arrivals.wait(seen)
                continue
            update = self._queue.pending[0]
            status = await self._post(url, secret, update)
            if status.startswith("2"):
                self._queue.confirm(update["update_id"] + 1)
                self.last_error, pause = "", self.first_pause
                continue
            self.last_error = f"Wrong response from the webhook: {status}"
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, url: str, secret: str, update: Update) -> str:
        address = urlsplit(url)
        body = json.dumps(update).encode()
        head = [
            f"POST {address.path or '/'} HTTP/1.1",
            f"Host: {address.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if secret:
            head.append(f"X-Telegram-Bot-Api-Secret-Token: {secret}")
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                writer.write("\r\n".join([*head, "", ""]).encode() + body)
                status = await reader.readline()
                writer.close()
        except OSError as error:
            return str(error) or type(error).__name__
        return status.decode().partition(" ")[2].strip() or "Connection closed"
