"""A tick ends the offers that nobody answered and passes their seats on."""

from datetime import datetime, time, timedelta

from programme.quiet_hours import QuietHours
from programme.waiting_list import accept_offer
from scheduler.ticks import Ticker
from storage import offers
from storage.database import Database
from tests.programme.line import heard, leave, offer_of, one_seat, person, send, taken
from tests.storage.rows import NOW

HOUR = timedelta(hours=1)


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_tick_passes_an_unanswered_seat_on_and_wakes_the_senders(
    database: Database,
) -> None:
    clock = Clock()
    woken: list[datetime] = []
    # Awake from noon to six in the afternoon in Warsaw; NOW is eleven there.
    quiet = QuietHours(time(18), time(12))
    ticker = Ticker(
        database=database,
        clock=clock,
        wake_outbox=lambda: woken.append(clock.now),
        quiet=quiet,
    )
    async with database.transaction() as tx:
        event_id, got = await one_seat(tx, waiting=3, offer_hours=2)
        await leave(tx, got[0])
        await send(tx)
    await ticker.tick()
    async with database.reading() as tx:
        assert (await offer_of(tx, got[1])).expires_at == NOW + 2 * HOUR

    clock.now = NOW + 2 * HOUR
    for _ in range(2):
        await ticker.tick()

    assert woken == [NOW, clock.now, clock.now]
    async with database.transaction() as tx:
        assert await heard(tx, 2) == ["waiting_listed", "seat_offered", "offer_expired"]
        assert await heard(tx, 3) == ["waiting_listed", "seat_offered"]
        await send(tx, now=clock.now)
        offer = await offer_of(tx, got[2])
        assert offer.expires_at == NOW + 4 * HOUR
        assert await taken(tx, event_id) == 1

    # The next end would lie in the quiet hours of this ticker.
    clock.now = NOW + 6 * HOUR
    await ticker.tick()

    async with database.transaction() as tx:
        offer = await offer_of(tx, got[3])
        assert offer.expires_at == NOW + timedelta(days=1, hours=3)
        await accept_offer(tx, **await person(tx, got[3]), now=clock.now, quiet=quiet)
        assert await offers.count_held(tx, event_id) == 0
        assert await taken(tx, event_id) == 1
