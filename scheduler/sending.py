"""The sending loops: lease rows ahead, send with no transaction open, note how it ended.

Between the claim and the end of a row its steps are committed: leased, started (just before the
bytes leave), and the outcome, each together with those of other rows (`journal`). A crash between
any two is told from the row.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from delivery.failures import CompositionError, DeliveryFailure, OutcomeUnknown, Temporary
from scheduler import outcomes
from scheduler.carriers import Carried, Carrier
from scheduler.heartbeat import Heartbeat, SendingStopped
from scheduler.journal import Journal
from scheduler.not_now import ChannelRests, LeaseLost, NotAllowed, Resting, TooLate
from scheduler.stock import Stock, is_broadcast
from storage import outbox, outbox_claims, pauses
from storage.database import Database, Tx
from storage.outage import Patience
from storage.outbox import BROADCAST, URGENT, OutboxRow
from storage.outbox_claims import Arrival, Departure

LONGEST_NAP = 1.0
# A round takes a second; a database that is busy may take longer.
SILENCE = 60.0
# Addresses whose rows a claim passes over are named in its statement.
MOST_WAITS = 1000
# So many times those behind a row wait for it; one that fails for hours must not silence them.
MOST_WAITED_FOR = 3
CLASSES = (URGENT, (BROADCAST,))
logger = logging.getLogger(__name__)


class Sending:
    """One channel's loop."""

    def __init__(
        self,
        *,
        carrier: Carrier,
        database: Database,
        clock: Callable[[], datetime],
        alive: Callable[[float], None] = lambda _: None,
        took: Callable[[str, float], None] = lambda _channel, _seconds: None,
    ) -> None:
        self._carrier = carrier
        self._database = database
        self._clock = clock
        self._alive = alive
        self._took = took
        self._stock = Stock()
        self._journal = Journal(
            database=database, clock=clock, lease=carrier.lease, limits=carrier.limits
        )
        self._heartbeat = Heartbeat(
            write=self._journal.write_apart,
            clock=clock,
            lease=carrier.lease,
            held=self._held,
            lost=self._lose,
        )
        self._patience = Patience()
        self._places: set[asyncio.Task[None]] = set()
        self._under_way: dict[int, OutboxRow] = {}
        self._broadcasts = 0
        # Until when later rows of an address wait for one that is tried again, and from which
        # priority on.
        self._waits: dict[str, tuple[datetime, int]] = {}
        self._may_be_due = [True, True]
        self._awake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look into the outbox now instead of at the next round."""
        self._may_be_due = [True, True]
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled; what is leaving is finished, what is only leased goes back.

        Raises SendingStopped when the leases could not be renewed.
        """
        # Cancelled in its data phase, a mail could be neither repeated nor forgotten. So nobody
        # who cancels this task, however often, reaches the ones that send.
        work = asyncio.create_task(self._work())
        try:
            await asyncio.shield(work)
        finally:
            self._stopping = True
            self._journal.lose_patience()
            self._awake.set()
            while not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({work})
            await self._carrier.close()

    async def _work(self) -> None:
        journal = asyncio.create_task(self._journal.run())
        heartbeat = asyncio.create_task(self._heartbeat.run())
        for task in (journal, heartbeat):
            task.add_done_callback(lambda _: self._awake.set())
        try:
            while not self._stopping:
                self._alive(SILENCE)
                self._awake.clear()
                await self._look()
                self._fill_places()
                for task in (journal, heartbeat):
                    if task.done():
                        task.result()
                await self._nap()
        finally:
            self._stopping = True
            await self._finish(journal, heartbeat)

    async def _nap(self) -> None:
        if any(self._lacks(broadcast) for broadcast in (False, True)):
            return
        try:
            async with asyncio.timeout(LONGEST_NAP):
                await self._awake.wait()
        except TimeoutError:
            self._may_be_due = [True, True]

    async def _finish(self, journal: asyncio.Task[None], heartbeat: asyncio.Task[None]) -> None:
        self._journal.lose_patience()
        try:
            # At once: what is leaving may take minutes.
            await self._give_back(self._stock.clear())
        except Exception:
            logger.exception("leases_not_given_back")
        while self._places:
            await asyncio.wait(set(self._places))
        self._journal.close()
        await asyncio.wait({journal})
        heartbeat.cancel()
        with suppress(asyncio.CancelledError, SendingStopped):
            await heartbeat

    def _held(self) -> list[OutboxRow]:
        return [*self._stock, *self._under_way.values()]

    def _lose(self, ids: set[int]) -> None:
        # One that is under way is not allowed to start, or its end changes nothing.
        if self._stock.drop(ids):
            logger.warning("leases_lost", extra={"channel": self._carrier.channel})

    async def _look(self) -> None:
        """Lease ahead what is due, when half of what was leased ahead has left."""
        now = self._clock()
        self._waits = {one: wait for one, wait in self._waits.items() if wait[0] > now}
        room = [self._carrier.ahead - count for count in self._stock.counts]
        asked = [broadcast for broadcast in (False, True) if self._lacks(broadcast)]
        if not asked:
            return
        for broadcast in asked:
            self._may_be_due[broadcast] = False
        try:
            due = await self._due([one for each in asked for one in CLASSES[each]], now=now)
            for broadcast in asked:
                mine = [one for one in CLASSES[broadcast] if one in due]
                if mine and not self._stopping:
                    await self._claim(mine, room[broadcast], now=now)
        except Exception as error:  # noqa: BLE001 -- raised again, unless the database comes back
            await self._patience.bear(error)
            self._may_be_due = [True, True]
            self._awake.set()
        else:
            self._patience.rest()

    def _lacks(self, broadcast: bool) -> bool:
        """Tell whether more of a class could be leased ahead."""
        few = self._stock.counts[broadcast] <= self._carrier.ahead // 2
        return few and self._may_be_due[broadcast]

    async def _due(self, priorities: list[int], *, now: datetime) -> list[int]:
        channel = self._carrier.channel
        async with self._database.reading() as tx:
            if await pauses.until(tx, channel, now=now) is not None:
                return []
            return await outbox_claims.due_priorities(
                tx, channel=channel, now=now, priorities=priorities
            )

    async def _claim(self, priorities: list[int], room: int, *, now: datetime) -> None:
        passed_over = self._stock.long_lanes()
        for address, (_, least) in self._waits.items():
            passed_over[address] = min(least, passed_over.get(address, least))
        async with self._database.transaction() as tx:
            rows = await outbox_claims.claim(
                tx,
                channel=self._carrier.channel,
                token=str(uuid.uuid4()),
                now=now,
                lease=self._carrier.lease,
                limit=room,
                priorities=priorities,
                passed_over=passed_over,
            )
        self._stock.add(rows)
        if len(rows) == room:
            # There may be more; asked for when there is room again, and not before.
            self._may_be_due[priorities[0] >= BROADCAST] = True
        # A row may have been put off while those behind it were claimed.
        behind = [
            (self._stock.withdraw(address, least=self._waits[address][1]), self._waits[address][0])
            for address in {row.address for row in rows} & self._waits.keys()
        ]
        for some, until in behind:
            await self._give_back(some, not_before=until)

    def _fill_places(self) -> None:
        while len(self._places) < self._carrier.at_once and (row := self._next()) is not None:
            place = asyncio.create_task(self._serve(row))
            self._places.add(place)
            place.add_done_callback(self._leave_place)

    def _leave_place(self, place: asyncio.Task[None]) -> None:
        self._places.discard(place)
        self._awake.set()

    def _next(self) -> OutboxRow | None:
        if self._stopping:
            return None
        row = self._stock.take(broadcast=False)
        if row is None and self._broadcasts < self._carrier.broadcasts_at_once:
            row = self._stock.take(broadcast=True)
        if row is not None:
            self._broadcasts += is_broadcast(row)
            self._under_way[row.id] = row
        return row

    async def _serve(self, first: OutboxRow) -> None:
        """Send one row after the other from one place."""
        row: OutboxRow | None = first
        while row is not None:
            try:
                await self._send(row)
            except Exception:  # the row's lease runs out; those behind it must not wait for that
                logger.exception("outcome_not_noted", extra={"outbox_id": row.id})
            self._broadcasts -= is_broadcast(row)
            del self._under_way[row.id]
            self._stock.free(row.address)
            if self._lacks(is_broadcast(row)):
                self._awake.set()
            row = self._next() if len(self._places) <= self._carrier.at_once else None

    async def _send(self, row: OutboxRow) -> None:
        begun = False

        async def started(message_id: str | None, body: bytes | None) -> None:
            nonlocal begun
            await self._start(Departure(row, message_id, body))
            begun = True
            self._fill_places()

        try:
            carried = await self._carrier.carry(row, started=started, now=self._clock())
        except NotAllowed as reason:
            logger.warning(
                "not_sent_now", extra={"outbox_id": row.id, "why": type(reason).__name__}
            )
            await self._put_back(row, reason)
        except Exception as error:  # noqa: BLE001 -- every outcome must end the row
            await self._note_failure(row, _named(error, begun=begun))
        else:
            await self._note_sent(row, carried)

    async def _start(self, departure: Departure) -> None:
        row = departure.row
        if self._stopping:
            raise ChannelRests(self._clock())
        if self._clock() > row.not_after:
            raise TooLate
        try:
            await self._journal.start(departure)
        except NotAllowed:
            raise
        except Exception as error:
            raise Temporary(f"The start could not be noted: {type(error).__name__}") from error

    async def _note_sent(self, row: OutboxRow, carried: Carried) -> None:
        self._took(row.channel, (self._clock() - row.due_at).total_seconds())
        if outcomes.has_consequences(row, carried):
            await self._journal.write(lambda tx: outcomes.sent(tx, row, carried, now=self._clock()))
        else:
            self._journal.end_sent(Arrival(row, carried.answer, carried.result))

    async def _note_failure(self, row: OutboxRow, error: Exception) -> None:
        until = await self._journal.write(
            lambda tx: outcomes.failed(tx, row, error, now=self._clock())
        )
        if until is not None:
            if row.attempts <= MOST_WAITED_FOR:
                await self._hold_back(row, until)
        elif outcomes.outcome_of(error).rest is not None:
            # The channel rests; what is leased here would only wait for that.
            await self._give_back(self._stock.clear())

    async def _put_back(self, row: OutboxRow, reason: NotAllowed) -> None:
        if isinstance(reason, LeaseLost):
            return
        if isinstance(reason, TooLate):
            await self._journal.write(
                lambda tx: outbox.end(tx, row, state="missed", answer="", now=self._clock())
            )
            return
        assert isinstance(reason, Resting)  # noqa: S101 -- the three that there are; tells the type checker
        due_at = await self._journal.write(lambda tx: _wait(tx, row, reason, now=self._clock()))
        if due_at > row.due_at:
            if not reason.alone:
                await self._hold_back(row, due_at)
        elif not self._stopping:
            await self._give_back(self._stock.clear())

    async def _hold_back(self, row: OutboxRow, until: datetime) -> None:
        """Let what comes after a row to the same address wait until the row is tried again."""
        if len(self._waits) < MOST_WAITS:
            known = self._waits.get(row.address, (until, row.priority))
            self._waits[row.address] = max(until, known[0]), min(row.priority, known[1])
        behind = self._stock.withdraw(row.address, least=row.priority)
        await self._give_back(behind, not_before=until)

    async def _give_back(
        self, rows: list[OutboxRow], *, not_before: datetime | None = None
    ) -> None:
        if rows:
            await self._journal.write(
                lambda tx: outbox_claims.give_back(tx, rows, not_before=not_before)
            )


async def _wait(tx: Tx, row: OutboxRow, reason: Resting, *, now: datetime) -> datetime:
    """Put a row back and tell when it is due: as before, if the whole channel rests."""
    rests = isinstance(reason, ChannelRests)
    rests = rests or await pauses.until(tx, row.channel, now=now) is not None
    due_at = row.due_at if rests else reason.until
    await outbox.try_again(tx, row, due_at=due_at, answer="", counts=False)
    return due_at


def _named(error: Exception, *, begun: bool) -> Exception:
    """Give the failure; an error that nobody foresaw leaves the outcome open once bytes may go."""
    if begun and not isinstance(error, DeliveryFailure | CompositionError):
        logger.error("sending_broke", exc_info=error)
        return OutcomeUnknown(f"{type(error).__name__}: {error}")
    return error
