"""The door through which Telegram brings updates.

200 is said only when the update lies in the inbox. Whatever else is said makes Telegram bring
it again later, so nothing is refused that Telegram could have sent: an update that no handler
can read is kept like any other, and the ones behind it go on. The answer has no body: a method
in it would be a message that is no row of the outbox.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from handlers.telegram.arrivals import LARGEST_NUMBER, arrival
from handlers.telegram.webhook import SECRET_HEADER
from storage import inbox
from storage.database import Database

LARGEST_BODY = 1024 * 1024
BODY_WITHIN = 30.0
CLOSE = {"Connection": "close"}
logger = logging.getLogger(__name__)


class Unreadable(Exception):
    """The request cannot have come from Telegram, or only a part of it came."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class UpdateDoor:
    """Take what Telegram brings; any number of processes may have such a door."""

    def __init__(
        self,
        *,
        secret: str,
        database: Database,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        count: Callable[[int], None],
    ) -> None:
        self._secret = secret.encode()
        self._database = database
        self._clock = clock
        self._wake = wake
        self._count = count

    async def take(self, request: Request) -> Response:
        """Keep one update and say 200; count what was said."""
        status = await self._status(request)
        self._count(status)
        # What a stranger goes on sending is not worth a connection.
        return Response(status_code=status, headers=CLOSE if 400 <= status < 500 else None)  # noqa: PLR2004 -- the class of a status

    async def _status(self, request: Request) -> int:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            return 403
        try:
            update = read_update(await read_body(request))
        except Unreadable as why:
            return why.status
        return 200 if await self._keep(update) else 503

    async def _keep(self, update: dict[str, Any]) -> bool:
        try:
            async with self._database.transaction() as tx:
                await inbox.accept(tx, [arrival(update)], now=self._clock())
        except Exception as error:  # noqa: BLE001 -- Telegram keeps what we cannot keep
            logger.warning("update_not_kept", extra={"error": type(error).__name__})
            return False
        self._wake()
        return True


async def read_body(request: Request) -> bytes:
    """Read a body of at most LARGEST_BODY bytes, whatever length is declared."""
    if int(request.headers.get("Content-Length", "0")) > LARGEST_BODY:
        raise Unreadable(413)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Unreadable(413)
    except TimeoutError:
        raise Unreadable(408) from None
    except ClientDisconnect:
        raise Unreadable(400) from None
    return bytes(body)


def read_update(body: bytes) -> dict[str, Any]:
    """Read JSON with a number, without which nothing can be kept just once."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable(400) from None
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number < LARGEST_NUMBER:
        raise Unreadable(400)
    return dict(update)
