"""A process that sends and dies at one point, as if somebody had pulled the plug.

It dies when three rows, two for chats and one by mail, have come to the point. The production
code knows nothing of this: the carriers and `outcomes.sent` are wrapped from outside.
"""

import asyncio
import os
import sys
from datetime import datetime
from typing import Any, NoReturn

from bot.clock import MovedClock
from delivery.smtp import MailSender
from delivery.smtp_url import SmtpUrl
from delivery.telegram import ChatSender, make_bot
from scheduler import outcomes
from scheduler.carriers import Carried, Carrier, ChatCarrier, MailCarrier, Started
from scheduler.sending import Sending
from storage.database import Tx, open_database
from storage.outbox import OutboxRow
from tests.scheduler.post import OURS
from tests.storage.rows import NOW

POINTS = ("after_claim", "before_started", "after_started", "after_bytes", "before_sent")
EXIT_CODE = 9
ROWS = 3


def die() -> NoReturn:
    """End without a goodbye to anybody."""
    os._exit(EXIT_CODE)


class Crash:
    """Counts the rows that have come to the point."""

    def __init__(self, point: str) -> None:
        self.point = point
        self._here = 0
        self._all_here = asyncio.Event()

    async def reach(self, point: str) -> None:
        """Die here once all rows have come; before_sent lets them gather one step earlier."""
        gather_at = "after_bytes" if self.point == "before_sent" else self.point
        if point == gather_at:
            await self._gather()
        if point == self.point:
            die()

    async def _gather(self) -> None:
        self._here += 1
        if self._here == ROWS:
            self._all_here.set()
        await self._all_here.wait()


class CrashingCarrier:
    """A carrier with the points around it."""

    def __init__(self, carrier: Carrier, crash: Crash) -> None:
        self._carrier = carrier
        self._crash = crash
        self.channel = carrier.channel
        self.at_once = carrier.at_once
        self.lease = carrier.lease

    def lane(self, row: OutboxRow) -> str:
        """Name the lane."""
        return self._carrier.lane(row)

    async def carry(self, row: OutboxRow, *, started: Started, now: datetime) -> Carried:
        """Carry a row past the points."""
        await self._crash.reach("after_claim")

        async def watched(message_id: str | None, body: bytes | None) -> None:
            await self._crash.reach("before_started")
            await started(message_id, body)
            await self._crash.reach("after_started")

        carried = await self._carrier.carry(row, started=watched, now=now)
        await self._crash.reach("after_bytes")
        return carried

    async def close(self) -> None:
        """Close."""
        await self._carrier.close()


async def main(database_url: str, api_url: str, token: str, smtp_port: str, point: str) -> None:
    """Send until the point is reached."""
    crash = Crash(point)
    note_sent = outcomes.sent

    async def sent(tx: Tx, row: OutboxRow, carried: Carried, **named: Any) -> None:
        await note_sent(tx, row, carried, **named)
        if point == "before_sent":
            die()

    outcomes.sent = sent
    database = open_database(database_url)
    url = SmtpUrl("127.0.0.1", int(smtp_port), "none")
    async with make_bot(token, api_url) as bot:
        carriers = (
            ChatCarrier(ChatSender(bot), pace=None),
            MailCarrier(MailSender(url), mail_from=OURS),
        )
        clock = MovedClock(NOW)
        async with asyncio.TaskGroup() as tasks:
            for carrier in carriers:
                crashing = CrashingCarrier(carrier, crash)
                loop = Sending(carrier=crashing, database=database, clock=clock)
                tasks.create_task(loop.run())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
