"""A process that sends and dies at one point, as if somebody had pulled the plug.

It dies when three rows, two for chats and one by mail, have come to the point. The production
code knows nothing of this: the carriers and `outbox_claims.end_sent` are wrapped from outside.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from bot.clock import MovedClock
from delivery.smtp import MailSender
from delivery.smtp_url import SmtpUrl
from delivery.telegram import ChatSender, make_bot
from scheduler.carriers import Carried, Carrier, ChatCarrier, MailCarrier
from scheduler.sending import Sending
from scheduler.turns import Started
from storage import outbox_claims
from storage.database import Tx, open_database
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival
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
        self.broadcasts_at_once = carrier.broadcasts_at_once
        self.ahead = carrier.ahead
        self.lease = carrier.lease
        self.limits = carrier.limits

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
    end_sent = outbox_claims.end_sent

    async def end_sent_and_die(tx: Tx, arrivals: Sequence[Arrival], **named: Any) -> None:
        await end_sent(tx, arrivals, **named)
        if arrivals and point == "before_sent":
            die()

    outbox_claims.end_sent = end_sent_and_die
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
