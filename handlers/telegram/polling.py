"""Fetch updates from Telegram and commit them before Telegram forgets them.

`getUpdates` forgets everything below its offset at the moment of the call, so the offset moves
only after the raw updates lie in the inbox. Nothing is parsed here: an update that cannot be
understood must not stop the others.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from delivery.failures import FloodLimited
from delivery.telegram_failures import failure_of
from storage import inbox
from storage.database import Database, is_full, is_read_only
from storage.inbox import Arrival

SOURCE = "telegram"
CURSOR = "telegram.offset"
ALLOWED = ["message", "callback_query", "poll_answer", "my_chat_member"]
NOBODY = "telegram:0"
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
logger = logging.getLogger(__name__)


def lane_of(update: dict[str, Any]) -> str:
    """Name the lane of a raw update: the person it comes from, whatever kind it is."""
    for kind in ALLOWED:
        content = update.get(kind)
        if isinstance(content, dict):
            sender = content.get("from") or content.get("user") or content.get("chat")
            if isinstance(sender, dict) and isinstance(sender.get("id"), int):
                return f"telegram:{sender['id']}"
    return NOBODY


def arrival(update: dict[str, Any]) -> Arrival:
    """Make the inbox's entry of a raw update."""
    payload = json.dumps(update, ensure_ascii=False)
    return Arrival(SOURCE, str(update["update_id"]), lane_of(update), payload)


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
        hold: float = 50,
    ) -> None:
        self._bot = bot
        self._request = request
        self._database = database
        self._clock = clock
        self._wake = wake
        self._hold = hold

    async def run(self) -> None:
        """Poll until cancelled; trouble on the way is waited out and nothing is lost.

        Raises InvalidToken, and the error of a database that nothing can be written to.
        """
        async with self._database.reading() as tx:
            offset = await inbox.read_cursor(tx, CURSOR)
        pause = FIRST_WAIT
        while True:
            try:
                offset = await self._round(offset)
                pause = FIRST_WAIT
            except InvalidToken:
                raise
            except Exception as error:
                # What was not committed is still at Telegram, so it is simply asked for again.
                if is_full(error) or is_read_only(error):
                    raise
                logger.warning("polling_paused: %s: %s", type(error).__name__, error)
                await asyncio.sleep(max(_asked_for(error), pause))
                pause = min(pause * 2, LONGEST_WAIT)

    async def _round(self, offset: int) -> int:
        updates = await self._fetch(offset)
        if not updates:
            return offset
        following = int(updates[-1]["update_id"]) + 1
        async with self._database.transaction() as tx:
            await inbox.accept(tx, [arrival(one) for one in updates], now=self._clock())
            await inbox.move_cursor(tx, CURSOR, following)
        self._wake()
        return following

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
