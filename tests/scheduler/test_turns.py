import asyncio
from datetime import datetime, time, timedelta

import pytest

from delivery.failures import FloodLimited
from delivery.pacing import Limit, Pace, mail_pace
from programme.notice_policy import WakingHours
from programme.quiet_hours import QuietHours
from scheduler.not_now import LeaseLost, NoRoom, Resting
from scheduler.turns import Turns, make_sure_of_room
from storage import outbox
from storage.database import Database
from storage.outbox import BROADCAST, REPLY, OutboxRow
from storage.tables import outbox as rows
from tests.storage.rows import NOW, entry

NIGHT = WakingHours(QuietHours(time(20), time(8)), "Europe/Warsaw")
AT_NIGHT = NOW.replace(hour=23)
IN_THE_MORNING = (NOW + timedelta(days=1)).replace(hour=7)


class Clock:
    """Seconds that pass while somebody sleeps, and at no other time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        self.naps: list[float] = []
        self._yield = asyncio.sleep
        monkeypatch.setattr("scheduler.turns.asyncio.sleep", self.sleep)

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 3))
        self.seconds += seconds
        await self._yield(0)


class Journal:
    """Notes starts, after refusing them with the errors given."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.notes: list[tuple[str | None, bytes | None]] = []

    async def __call__(self, message_id: str | None, body: bytes | None) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.notes.append((message_id, body))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def row(address: str = "1", **changes: object) -> OutboxRow:
    values: dict[str, object] = dict.fromkeys(OutboxRow.__dataclass_fields__)
    values |= {"address": address, "priority": REPLY, "kind": "reply", "channel": "telegram"}
    return OutboxRow(**(values | {"facts": {}} | changes))  # type: ignore[arg-type]


async def send(
    turns_: Turns, one: OutboxRow, started: Journal | None = None, *, now: datetime = NOW
) -> None:
    async with turns_.of(one, started=started or Journal(), now=now) as leave:
        await leave.now()


async def test_short_wait_is_spent_in_the_lane(clock: Clock) -> None:
    paced = Turns(Pace(), None, seconds=clock)

    for _ in range(3):
        await send(paced, row())

    assert clock.naps == [1.0, 1.0]


async def test_long_wait_sends_the_row_back_until_there_is_room(clock: Clock) -> None:
    paced = Turns(Pace(), None, seconds=clock)
    for _ in range(20):
        await send(paced, row("-7"))
    spent = clock.seconds - 1000

    with pytest.raises(Resting) as resting:
        await send(paced, row("-7"))

    assert (spent, resting.value.until) == (19.0, NOW + timedelta(seconds=41))


async def test_rows_that_are_sent_back_come_one_after_the_other(clock: Clock) -> None:
    paced = Turns(mail_pace(per_minute=25, per_day=10_000), None, seconds=clock)
    many = row("a@example.org", channel="mail", kind="invitation", priority=BROADCAST)
    for _ in range(18):
        await send(paced, many)

    moments = []
    for _ in range(3):
        with pytest.raises(Resting) as resting:
            await send(paced, many)
        moments.append(round((resting.value.until - NOW).total_seconds(), 1))
    await send(paced, row("b@example.org", channel="mail"))

    assert moments == [60.0, 63.3, 66.7]
    assert clock.naps == []


async def test_start_that_was_refused_takes_no_place(clock: Clock) -> None:
    paced = Turns(Pace(), None, seconds=clock)
    with pytest.raises(LeaseLost):
        await send(paced, row(), Journal(LeaseLost()))

    await send(paced, row())

    assert clock.naps == []


async def test_places_taken_by_other_processes_are_waited_for(clock: Clock) -> None:
    journal = Journal(NoRoom(NOW + timedelta(seconds=0.25)))

    await send(Turns(Pace(), None, seconds=clock), row(), journal)

    assert (clock.naps, journal.notes) == ([0.25], [(None, None)])


async def test_full_day_silences_the_class_without_asking_again(clock: Clock) -> None:
    paced = Turns(mail_pace(per_minute=30, per_day=10), None, seconds=clock)
    many = row("a@example.org", channel="mail", priority=BROADCAST)
    full = NoRoom(NOW + timedelta(hours=2))
    with pytest.raises(NoRoom):
        await send(paced, many, Journal(full))

    second = Journal()
    with pytest.raises(Resting) as resting:
        await send(paced, many, second)
    urgent = Journal()
    await send(paced, row("b@example.org", channel="mail"), urgent)

    assert (resting.value.until, second.notes) == (NOW + timedelta(hours=2), [])
    assert len(urgent.notes) == 1


async def test_full_group_silences_no_other_chat(clock: Clock) -> None:
    paced = Turns(Pace(), None, seconds=clock)
    with pytest.raises(NoRoom):
        await send(paced, row("-7"), Journal(NoRoom(NOW + timedelta(seconds=40))))

    await send(paced, row("1"))

    assert clock.naps == []


async def test_flood_silences_every_lane_until_its_deadline(clock: Clock) -> None:
    paced = Turns(Pace(), None, seconds=clock)
    flood = FloodLimited("429", retry_after=timedelta(seconds=30))
    with pytest.raises(FloodLimited):
        async with paced.of(row("1"), started=Journal(), now=NOW):
            raise flood

    clock.seconds += 20
    with pytest.raises(Resting) as resting:
        await send(paced, row("2", priority=BROADCAST), now=NOW + timedelta(seconds=20))
    clock.seconds += 8
    await send(paced, row("3"))

    assert resting.value.until == NOW + timedelta(seconds=30)
    assert (clock.naps, clock.seconds) == ([2.0], 1030.0)


async def test_row_that_was_noted_while_the_flood_came_does_not_leave(clock: Clock) -> None:
    pace = Pace()
    paced = Turns(pace, None, seconds=clock)

    async def started(_message_id: str | None, _body: bytes | None) -> None:
        pace.close(30, clock())

    with pytest.raises(Resting) as resting:
        async with paced.of(row(), started=started, now=NOW) as leave:
            await leave.now()

    assert resting.value.until == NOW + timedelta(seconds=30)


async def test_second_call_about_a_row_waits_for_a_turn_too(clock: Clock) -> None:
    async with Turns(Pace(), None, seconds=clock).of(row(), started=Journal(), now=NOW) as leave:
        await leave.now()
        await leave.again()

    assert clock.naps == [1.0]


@pytest.mark.parametrize("kind", ["reminder", "invitation", "poll", "alert"])
async def test_what_can_wait_is_not_sent_in_the_quiet_hours(clock: Clock, kind: str) -> None:
    journal = Journal()
    with pytest.raises(Resting) as resting:
        await send(Turns(None, NIGHT, seconds=clock), row(kind=kind), journal, now=AT_NIGHT)

    assert (resting.value.until, journal.notes) == (IN_THE_MORNING, [])


@pytest.mark.parametrize("kind", ["reply", "email_code", "registration_confirmed", "promoted"])
async def test_what_cannot_wait_is_sent_at_any_hour(clock: Clock, kind: str) -> None:
    journal = Journal()

    await send(Turns(None, NIGHT, seconds=clock), row(kind=kind), journal, now=AT_NIGHT)

    assert len(journal.notes) == 1


async def test_starts_of_all_processes_are_counted_together(
    database: Database, second: Database, backend: str
) -> None:
    minute = [Limit(1, timedelta(minutes=1))]
    short = [Limit(1, timedelta(seconds=1))]
    async with database.transaction() as tx:
        await outbox.put(tx, [entry("a")], now=NOW)
        await tx.execute(rows.update().values(state="started", started_at=NOW))

    async with second.transaction() as tx:
        await make_sure_of_room(tx, row(), limits=[], now=NOW)
        with pytest.raises(NoRoom) as full:
            await make_sure_of_room(tx, row(), limits=minute, now=NOW)
        # Windows of a second are left to the one process that sends from a file.
        if backend == "sqlite":
            await make_sure_of_room(tx, row(), limits=short, now=NOW)
        else:
            with pytest.raises(NoRoom):
                await make_sure_of_room(tx, row(), limits=short, now=NOW)

    assert full.value.until == NOW + timedelta(minutes=1)
