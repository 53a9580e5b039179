"""Any order of queueing, claiming, sending and dying leaves each row where it must be."""

import asyncio
import itertools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from storage import outbox, outbox_claims, outbox_sweeps
from storage.database import Tx, open_database
from storage.outbox import OutboxRow
from storage.outbox_claims import Arrival, Departure
from storage.tables import outbox as table
from tests.storage.rows import LEASE, NOW, claim, entry, sqlite_url, start

WAITING, UNDER_WAY = ("queued", "retry"), ("leased", "started")
LIFE = timedelta(hours=4)
MINUTE = timedelta(minutes=1)
_files = itertools.count(1)
positions = st.integers(0, 9)


@dataclass
class Model:
    """What must be true of one row; `departures` counts how often its bytes may have left."""

    priority: int
    due_at: datetime
    not_after: datetime
    state: str = "queued"
    lease_token: str = ""
    leased_until: datetime = NOW
    doubted: int = 0
    departures: int = 0
    settled: bool = False

    def holds(self, row: OutboxRow, *states: str) -> bool:
        return self.state in states and self.lease_token == row.lease_token


class OutboxMachine(RuleBasedStateMachine):
    template: ClassVar[Path]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        file = self.folder / f"outbox-{next(_files)}.db"
        shutil.copyfile(self.template, file)
        self.loop = asyncio.Runner()
        self.database = open_database(sqlite_url(file))
        self.now = NOW
        self.rows: dict[str, Model] = {}
        # What senders believe they hold; a sender that lost its lease goes on believing it.
        self.held: list[OutboxRow] = []

    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()

    def change(self, function: Callable[..., Any], *args: Any, **values: Any) -> Any:
        async def in_transaction() -> Any:
            async with self.database.transaction() as tx:
                return await function(tx, *args, **values)

        return self.loop.run(in_transaction())

    def are(self, *states: str) -> bool:
        return any(row.state in states for row in self.rows.values())

    def pick(self, position: int) -> tuple[OutboxRow, Model]:
        row = self.held[position % len(self.held)]
        return row, self.rows[row.key]

    def pick_some(self, positions: set[int]) -> list[OutboxRow]:
        rows = [self.pick(position)[0] for position in positions]
        return list({(row.id, row.lease_token): row for row in rows}.values())

    @initialize()
    def queue_three(self) -> None:
        for number in (1, 2, 3):
            self.queue(number, 10)

    @rule(number=st.integers(1, 5), priority=st.sampled_from([0, 10, 30]))
    def queue(self, number: int, priority: int) -> None:
        key, not_after = f"row-{number}", self.now + LIFE
        one = entry(key, priority=priority, due_at=self.now, not_after=not_after)

        added = self.change(outbox.put, [one], now=self.now)

        assert added == (key not in self.rows)
        self.rows.setdefault(key, Model(priority, self.now, not_after))

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        ready = {
            key: row
            for key, row in self.rows.items()
            if row.state in WAITING and row.due_at <= self.now <= row.not_after
        }
        order = sorted(ready, key=lambda key: (ready[key].priority, ready[key].due_at))
        token = f"sender-{len(self.held)}"

        rows = self.change(claim, sender=token, now=self.now, limit=limit)

        assert len(rows) == min(limit, len(ready))
        # Rows of the same urgency may come in any order.
        urgency = [(ready[row.key].priority, ready[row.key].due_at) for row in rows]
        assert sorted(urgency) == [
            (ready[key].priority, ready[key].due_at) for key in order[: len(rows)]
        ]
        for row in rows:
            model = self.rows[row.key]
            model.state, model.lease_token = "leased", token
            model.leased_until = self.now + LEASE
        self.held += rows

    @precondition(lambda self: self.held)
    @rule(position=positions)
    def start(self, position: int) -> None:
        row, model = self.pick(position)

        started = self.change(start, row, now=self.now)

        assert started == model.holds(row, "leased")
        if started:
            model.state, model.departures = "started", model.departures + 1
            model.leased_until = self.now + LEASE

    @precondition(lambda self: self.held)
    @rule(positions=st.sets(positions, min_size=2))
    def start_together(self, positions: set[int]) -> None:
        picked = self.pick_some(positions)
        allowed = {row.id for row in picked if self.rows[row.key].holds(row, "leased")}
        departures = [Departure(row) for row in picked]

        started = self.change(outbox_claims.start, departures, now=self.now, until=self.now + LEASE)

        assert started == allowed
        for row in picked:
            model = self.rows[row.key]
            if model.holds(row, "leased"):
                model.state, model.departures = "started", model.departures + 1
                model.leased_until = self.now + LEASE

    @precondition(lambda self: self.held)
    @rule(positions=st.sets(positions, min_size=2))
    def end_sent_together(self, positions: set[int]) -> None:
        arrivals = [Arrival(row, "", {}) for row in self.pick_some(positions)]

        self.change(outbox_claims.end_sent, arrivals, now=self.now)

        for arrival in arrivals:
            model = self.rows[arrival.row.key]
            if model.holds(arrival.row, "started", "uncertain"):
                model.state = "sent"

    @precondition(lambda self: self.held)
    @rule(positions=st.sets(positions, min_size=2), minutes=st.sampled_from([None, 5]))
    def give_back_together(self, positions: set[int], minutes: int | None) -> None:
        picked = self.pick_some(positions)
        leased = [row for row in picked if self.rows[row.key].holds(row, "leased")]
        not_before = None if minutes is None else self.now + minutes * MINUTE

        count = self.change(outbox_claims.give_back, picked, not_before=not_before)

        assert count == len(leased)
        for row in leased:
            model = self.rows[row.key]
            model.state, model.due_at = "retry", not_before or model.due_at

    @precondition(lambda self: self.held)
    @rule(positions=st.sets(positions, min_size=2))
    def renew_together(self, positions: set[int]) -> None:
        # A sender never asks for one row twice, though it may have held it twice.
        picked = {row.id: row for row in self.pick_some(positions)}
        held = {row.id for row in picked.values() if self.rows[row.key].holds(row, *UNDER_WAY)}
        until = self.now + LEASE

        renewed = self.change(outbox_claims.renew, list(picked.values()), until=until)

        assert renewed == held
        for row in picked.values():
            if row.id in held:
                self.rows[row.key].leased_until = until

    @precondition(lambda self: self.held)
    @rule(position=positions, state=st.sampled_from(["sent", "failed", "uncertain"]))
    def end(self, position: int, state: str) -> None:
        row, model = self.pick(position)
        if model.holds(row, "leased"):
            state = "failed"  # a sender that sent nothing knows it

        # An answer that comes late ends a doubt.
        late = ("uncertain",) if state == "sent" else ()

        ended = self.change(outbox.end, row, state=state, answer="", now=self.now)

        assert ended == model.holds(row, *UNDER_WAY, *late)
        if ended:
            model.state, model.doubted = state, model.doubted + (state == "uncertain")

    @precondition(lambda self: self.held)
    @rule(position=positions, minutes=st.integers(0, 20))
    def try_again(self, position: int, minutes: int) -> None:
        row, model = self.pick(position)
        due_at = self.now + minutes * MINUTE

        put_back = self.change(outbox.try_again, row, due_at=due_at, answer="451")

        assert put_back == model.holds(row, *UNDER_WAY)
        if put_back:
            # Only a sender that knows that nothing left may put a row back.
            model.departures -= model.state == "started"
            model.state, model.due_at = "retry", due_at

    @precondition(lambda self: self.held)
    @rule(position=positions)
    def renew(self, position: int) -> None:
        row, model = self.pick(position)
        until = self.now + LEASE

        renewed = self.change(outbox_claims.renew, [row], until=until)

        assert renewed == ({row.id} if model.holds(row, *UNDER_WAY) else set())
        if renewed:
            model.leased_until = until

    @rule(minutes=st.integers(1, 20))
    def let_time_pass(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(restart=st.booleans())
    def free_expired(self, restart: bool) -> None:
        if not restart:
            self.now += LEASE + MINUTE
        dead = [
            row
            for row in self.rows.values()
            if row.state in UNDER_WAY and (restart or row.leased_until < self.now)
        ]
        safe = [row for row in dead if row.state == "leased"]
        doubtful = [row for row in dead if row.state == "started"]

        freed = self.change(outbox_sweeps.free_expired, now=self.now, all_leases=restart)

        assert freed == (len(safe), len(doubtful))
        for row in safe:
            row.state = "retry"
        for row in doubtful:
            row.state, row.doubted = "uncertain", row.doubted + 1

    @rule(limit=st.integers(1, 3))
    def another_takes_over(self, limit: int) -> None:
        self.free_expired(restart=True)
        self.claim(limit)

    @precondition(lambda self: self.are("uncertain"))
    @rule()
    def send_once_more(self) -> None:
        doubtful = [
            row
            for row in self.rows.values()
            if (row.state, row.doubted, row.settled) == ("uncertain", 1, False)
            and row.not_after >= self.now
        ]

        count = self.change(
            outbox_sweeps.send_once_more, channel="telegram", kinds={"reply"}, before=self.now
        )

        assert count == len(doubtful)
        for row in doubtful:
            row.state, row.due_at = "retry", self.now

    @precondition(lambda self: self.are(*WAITING))
    @rule()
    def miss(self) -> None:
        late = [
            row for row in self.rows.values() if row.state in WAITING and row.not_after < self.now
        ]

        assert self.change(outbox_sweeps.miss, now=self.now) == len(late)
        for row in late:
            row.state = "missed"

    @precondition(lambda self: self.are("retry", "leased", "uncertain"))
    @rule(number=st.integers(1, 3))
    def cancel(self, number: int) -> None:
        row = self.rows.get(f"row-{number}")
        waits = row is not None and row.state in (*WAITING, "leased")

        count = self.change(outbox_sweeps.cancel, keys_from=f"row-{number}", now=self.now)

        assert count == waits
        if row is not None and waits:
            row.state = "cancelled"
        if row is not None and row.state == "uncertain":
            row.settled = True

    @invariant()
    def no_row_is_lost_and_each_is_where_it_must_be(self) -> None:
        kept = self.change(_states)
        expected = {key: (row.state, row.doubted) for key, row in self.rows.items()}

        assert kept == expected

    @invariant()
    def nothing_leaves_twice_without_having_been_uncertain(self) -> None:
        for row in self.rows.values():
            assert row.departures <= min(1 + row.doubted, 2)


async def _states(tx: Tx) -> dict[str, tuple[str, int]]:
    rows = await tx.execute(select(table.c.key, table.c.state, table.c.doubted))
    return {row.key: (row.state, row.doubted) for row in rows}


def test_outbox_in_any_order_of_steps(sqlite_template: Path, tmp_path: Path) -> None:
    class Machine(OutboxMachine):
        template, folder = sqlite_template, tmp_path

    run_state_machine_as_test(Machine, settings=settings(stateful_step_count=40))
