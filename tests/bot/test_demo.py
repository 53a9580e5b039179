from datetime import date

from bot.demo import SMALL_TRAINING, seat_neighbours
from bot.stage import set_up
from storage import events, registrations


async def test_neighbours_leave_two_seats_of_the_small_training() -> None:
    async with set_up(today=date(2027, 6, 28)) as stage:
        await seat_neighbours(stage)

        async with stage.process.database.reading() as tx:
            event = await events.by_key(tx, SMALL_TRAINING)
            assert event is not None
            taken = await registrations.count_open(tx, event.id)

        assert (event.capacity, taken) == (8, {"active": 6, "waiting": 0})
