"""Fetch updates from Telegram and commit them before Telegram forgets them.

`getUpdates` forgets everything below its offset at the moment of the call, so the offset moves
only after the raw updates lie in the inbox. Nothing is parsed here: an update that cannot be
understood must not stop the others.

One process polls at a time. `confirm` is asked just before each commit and raises when the lease
is somebody else's by then, so that a poller that slept through its end moves no offset.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import BaseRequest

from delivery.failures import FloodLimited
from delivery.telegram_failures import failure_of
from handlers.telegram.arrivals import ALLOWED, arrival
from handlers.telegram.webhook import release
from storage import inbox
from storage.database import Database, is_full, is_read_only
from storage.leases import Confirm, NotHeld
from storage.outage import LONGEST_PAUSE, is_lost, is_refused

CURSOR = "telegram.offset"
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
SILENCE = 60.0
logger = logging.getLogger(__name__)


def _asked_for(error: Exception) -> float:
    failure = failure_of(error) if isinstance(error, TelegramError) else None
    return failure.retry_after.total_seconds() if isinstance(failure, FloodLimited) else 0.0


class Poller:
    """The one loop that asks Telegram for updates."""

    def __init__(
        self,
        *,
        bot: Bot,
        request: BaseRequest,
        database: Database,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        confirm: Confirm,
        hold: float = 50,
        alive: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._bot = bot
        self._request = request
        self._database = database
        self._clock = clock
        self._wake = wake
        self._confirm = confirm
        self._hold = hold
        self._alive = alive
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled; trouble on the way is waited out and nothing is lost.

        Raises InvalidToken, the error of a database that nothing can be written to or that
        refuses us, and what `confirm` raises.
        """
        self._offset, pause = None, FIRST_WAIT
        while True:
            try:
                self._alive(self._hold + SILENCE)
                await self._round()
                pause = FIRST_WAIT
            except (InvalidToken, NotHeld):
                raise
            except Exception as error:
                # What was not committed is still at Telegram, so it is simply asked for again.
                if is_full(error) or is_read_only(error) or is_refused(error):
                    raise
                if isinstance(error, Conflict):
                    # Perhaps a webhook: a process with other settings sets it as long as it lives.
                    self._offset = None
                logger.warning("polling_paused", extra={"error": type(error).__name__})
                rest = max(_asked_for(error), pause)
                self._alive(rest + SILENCE)
                await asyncio.sleep(rest)
                longest = LONGEST_PAUSE if is_lost(error) else LONGEST_WAIT
                pause = min(pause * 2, longest)

    async def _round(self) -> None:
        if self._offset is None:
            await release(self._bot)
            async with self._database.reading() as tx:
                self._offset = await inbox.read_cursor(tx, CURSOR)
        updates = await self._fetch(self._offset)
        if not updates:
            return
        following = int(updates[-1]["update_id"]) + 1
        async with self._database.transaction() as tx:
            await inbox.accept(tx, [arrival(one) for one in updates], now=self._clock())
            await inbox.move_cursor(tx, CURSOR, following)
            await self._confirm(tx)
        self._offset = following
        self._wake()

    async def _fetch(self, offset: int) -> list[dict[str, Any]]:
        wanted = {
            "offset": offset,
            "timeout": int(self._hold),
            "limit": 100,
            "allowed_updates": json.dumps(ALLOWED),
        }
        address = f"{self._bot.base_url}/getUpdates?{urlencode(wanted)}"
        result = await self._request.post(address, read_timeout=self._hold + 10)
        return list(result) if isinstance(result, list) else []
