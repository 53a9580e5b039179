"""The sending loops: lease rows, send with no transaction open, note how it ended.

Between the claim and the end of a row three short transactions are committed: leased, started
(just before the bytes leave), and the outcome. A crash between any two is told from the row.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import groupby

from delivery.failures import CompositionError, DeliveryFailure, OutcomeUnknown, Temporary
from scheduler import outcomes
from scheduler.carriers import Carrier
from storage import outbox, pauses
from storage.database import Database, Tx
from storage.outbox import OutboxRow

LONGEST_NAP = 1.0
logger = logging.getLogger(__name__)


class NotAllowed(Exception):
    """The row may not leave now, and nothing of it has left."""


class LeaseLost(NotAllowed):
    """Another process has taken the row over, so nothing may be sent."""


class TooLate(NotAllowed):
    """The row is no longer worth sending."""


class Resting(NotAllowed):
    """The channel rests, or this process stops, until `until` at least."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class Sending:
    """One channel's loop."""

    def __init__(
        self,
        *,
        carrier: Carrier,
        database: Database,
        clock: Callable[[], datetime],
    ) -> None:
        self._carrier = carrier
        self._database = database
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._addresses: set[str] = set()
        self._awake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look into the outbox now instead of at the next round."""
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled; what is leaving is finished, what is only leased goes back."""
        # Cancelled in its data phase, a mail could be neither repeated nor forgotten. So nobody
        # who cancels this task, however often, reaches the ones that send.
        work = asyncio.create_task(self._work())
        try:
            await asyncio.shield(work)
        finally:
            self._stopping = True
            self._awake.set()
            while not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({work})
            await self._carrier.close()

    async def _work(self) -> None:
        try:
            while not self._stopping:
                self._awake.clear()
                if not await self._begin_some():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LONGEST_NAP):
                            await self._awake.wait()
        finally:
            self._stopping = True
            while self._under_way:
                await asyncio.wait(set(self._under_way.values()))

    async def _begin_some(self) -> bool:
        rows = await self._claim()
        in_lanes = sorted(rows, key=self._carrier.lane)
        for lane, group in groupby(in_lanes, key=self._carrier.lane):
            inline = sorted(group, key=lambda row: (row.priority, row.id))
            task = asyncio.create_task(self._send_in_order(inline))
            self._under_way[lane] = task
            self._addresses |= {row.address for row in inline}
            task.add_done_callback(partial(self._leave, lane, inline))
        return bool(rows)

    async def _claim(self) -> list[OutboxRow]:
        room = self._carrier.at_once - len(self._under_way)
        one_lane_busy = self._carrier.channel == "mail" and bool(self._under_way)
        if room <= 0 or one_lane_busy:
            return []
        now = self._clock()
        async with self._database.reading() as tx:
            resting = await pauses.until(tx, self._carrier.channel, now=now)
            waiting = resting is None and await outbox.has_due(
                tx, channel=self._carrier.channel, now=now
            )
        if not waiting:
            return []
        async with self._database.transaction() as tx:
            return await outbox.claim(
                tx,
                channel=self._carrier.channel,
                token=str(uuid.uuid4()),
                now=now,
                lease=self._carrier.lease,
                limit=room,
                except_addresses=self._addresses,
            )

    def _leave(self, lane: str, rows: list[OutboxRow], _task: asyncio.Task[None]) -> None:
        self._under_way.pop(lane, None)
        self._addresses -= {row.address for row in rows}
        self._awake.set()

    async def _send_in_order(self, rows: list[OutboxRow]) -> None:
        for row in rows:
            try:
                await self._send(row, first=row is rows[0])
            except Exception:  # the row's lease runs out; those behind it must not wait for that
                logger.exception("outcome_not_noted", extra={"outbox_id": row.id})

    async def _send(self, row: OutboxRow, *, first: bool) -> None:
        begun = False

        async def started(message_id: str | None, body: bytes | None) -> None:
            nonlocal begun
            await self._start(row, message_id, body)
            begun = True

        try:
            if not first:
                # What befell the row before may have silenced the channel since the claim.
                async with self._database.reading() as tx:
                    await self._check(tx, row, now=self._clock())
            carried = await self._carrier.carry(row, started=started, now=self._clock())
        except NotAllowed as reason:
            await self._put_back(row, reason)
        except Exception as error:  # noqa: BLE001 -- every outcome must end the row
            async with self._database.transaction() as tx:
                await outcomes.failed(tx, row, _named(error, begun=begun), now=self._clock())
        else:
            async with self._database.transaction() as tx:
                await outcomes.sent(tx, row, carried, now=self._clock())

    async def _check(self, tx: Tx, row: OutboxRow, *, now: datetime) -> None:
        if self._stopping:
            raise Resting(now)
        until = await pauses.until(tx, row.channel, now=now)
        if until is not None:
            raise Resting(until)
        if now > row.not_after:
            raise TooLate

    async def _start(self, row: OutboxRow, message_id: str | None, body: bytes | None) -> None:
        try:
            async with self._database.transaction() as tx:
                await self._note_start(tx, row, message_id, body)
        except NotAllowed:
            raise
        except Exception as error:
            raise Temporary(f"The start could not be noted: {type(error).__name__}") from error

    async def _note_start(
        self, tx: Tx, row: OutboxRow, message_id: str | None, body: bytes | None
    ) -> None:
        now = self._clock()
        await self._check(tx, row, now=now)
        if not await outbox.start(tx, row, message_id=message_id, body=body, now=now):
            raise LeaseLost
        # The lease began before the rows in front of this one; the answer may take long.
        await outbox.renew(tx, row, until=now + self._carrier.lease)

    async def _put_back(self, row: OutboxRow, reason: NotAllowed) -> None:
        logger.warning("not_sent_now", extra={"outbox_id": row.id, "why": type(reason).__name__})
        async with self._database.transaction() as tx:
            if isinstance(reason, Resting):
                await outbox.try_again(tx, row, due_at=reason.until, answer="", counts=False)
            elif isinstance(reason, TooLate):
                await outbox.end(tx, row, state="missed", answer="", now=self._clock())


def _named(error: Exception, *, begun: bool) -> Exception:
    """Give the failure; an error that nobody foresaw leaves the outcome open once bytes may go."""
    if begun and not isinstance(error, DeliveryFailure | CompositionError):
        logger.error("sending_broke", exc_info=error)
        return OutcomeUnknown(f"{type(error).__name__}: {error}")
    return error
