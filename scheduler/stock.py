"""Rows that this process has leased ahead and that wait for a free place to leave from.

They wait in lanes, one for each address: only the first row of a lane may leave, and nothing
else of the lane while it is under way. Within a lane the more urgent row goes first, then the
older one, whatever moment a retry was put off to. Between lanes the row that is due longest
goes first.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush

from storage.outbox import BROADCAST, REPLY, OutboxRow

# So many rows of one lane count as leased ahead; a long lane must not keep the others out.
MOST_OF_ONE_LANE = 10
Place = tuple[int, datetime, int, str]


def is_broadcast(row: OutboxRow) -> bool:
    """Tell the class of a row: what goes to many never takes the room of what is urgent."""
    return row.priority >= BROADCAST


class _Lane:
    def __init__(self) -> None:
        self.rows: list[tuple[int, int, OutboxRow]] = []
        self.waiting = [0, 0]
        self.busy = False

    def head(self) -> Place:
        row = self.rows[0][2]
        return row.priority, row.due_at, row.id, row.address


class Stock:
    """What is leased and not under way; `counts` tells how much, urgent rows and broadcasts."""

    def __init__(self) -> None:
        self.counts = [0, 0]
        self._lanes: dict[str, _Lane] = {}
        # Rows that may be the next to leave. An entry whose row is not the first of a free lane
        # any more is thrown away when it is met.
        self._next: tuple[list[Place], list[Place]] = ([], [])

    def __iter__(self) -> Iterator[OutboxRow]:
        return (entry[2] for lane in self._lanes.values() for entry in lane.rows)

    def add(self, rows: Iterable[OutboxRow]) -> None:
        """Take rows in that were just leased."""
        for row in rows:
            lane = self._lanes.setdefault(row.address, _Lane())
            heappush(lane.rows, (row.priority, row.id, row))
            self._count(lane, is_broadcast(row), 1)
            if lane.rows[0][1] == row.id:
                self._offer(lane)

    def take(self, *, broadcast: bool) -> OutboxRow | None:
        """Give the next row of a class that may leave, and close its lane until `free`."""
        places = self._next[broadcast]
        while places:
            priority, _, row_id, address = heappop(places)
            lane = self._lanes.get(address)
            if lane is None or lane.busy or not lane.rows:
                continue
            if lane.rows[0][:2] == (priority, row_id):
                lane.busy = True
                row = heappop(lane.rows)[2]
                self._count(lane, broadcast, -1)
                return row
        return None

    def free(self, address: str) -> None:
        """Let the next row of a lane leave."""
        lane = self._lanes[address]
        lane.busy = False
        if lane.rows:
            self._offer(lane)
        else:
            del self._lanes[address]

    def withdraw(self, address: str, *, least: int = REPLY) -> list[OutboxRow]:
        """Take out what waits in a lane from a priority on."""
        lane = self._lanes.get(address)
        return self._remove(lane, [one for one in lane.rows if one[0] >= least]) if lane else []

    def clear(self) -> list[OutboxRow]:
        """Take out everything that waits."""
        return [row for address in list(self._lanes) for row in self.withdraw(address)]

    def drop(self, ids: Collection[int]) -> int:
        """Forget rows that another process has taken over, and tell how many there were."""
        return sum(
            len(self._remove(lane, [one for one in lane.rows if one[1] in ids]))
            for lane in list(self._lanes.values())
        )

    def long_lanes(self) -> dict[str, int]:
        """Name the addresses of which enough is leased, with the priority from which that is so."""
        found = {}
        for address, lane in self._lanes.items():
            for broadcast, least in ((True, BROADCAST), (False, REPLY)):
                if lane.waiting[broadcast] >= MOST_OF_ONE_LANE:
                    found[address] = least
        return found

    def _offer(self, lane: _Lane) -> None:
        if not lane.busy:
            place = lane.head()
            heappush(self._next[place[0] >= BROADCAST], place)

    def _remove(self, lane: _Lane, gone: list[tuple[int, int, OutboxRow]]) -> list[OutboxRow]:
        rows = [row for _, _, row in gone]
        ids = {row.id for row in rows}
        lane.rows = [one for one in lane.rows if one[1] not in ids]
        heapify(lane.rows)
        for row in rows:
            self._count(lane, is_broadcast(row), -1)
        if rows and lane.rows:
            self._offer(lane)
        elif rows and not lane.busy:
            del self._lanes[rows[0].address]
        return rows

    def _count(self, lane: _Lane, broadcast: bool, change: int) -> None:
        before = min(lane.waiting[broadcast], MOST_OF_ONE_LANE)
        lane.waiting[broadcast] += change
        self.counts[broadcast] += min(lane.waiting[broadcast], MOST_OF_ONE_LANE) - before
