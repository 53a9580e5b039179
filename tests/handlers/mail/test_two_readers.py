"""Two processes on one database: one of them reads, and the other takes over when it dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.holder import Holder
from storage import leases
from storage.database import Database
from storage.leases import Confirm
from tests.handlers.mail.reading import Reading, mail

SHORT = timedelta(seconds=1)


@asynccontextmanager
async def _holding(reading: Reading, begun: list[str], name: str) -> AsyncIterator[None]:
    async def work(confirm: Confirm) -> None:
        begun.append(name)
        await reading.reader(confirm=confirm).run()

    holder = Holder(
        leases.MAIL_READER, database=reading.database, clock=reading.clock, length=SHORT
    )
    task = asyncio.create_task(holder.run(work))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_one_of_two_reads_and_the_other_takes_over(
    reading: Reading, second: Database
) -> None:
    begun: list[str] = []
    other = replace(reading, database=second)
    for number in range(30):
        reading.mailbox.put(mail(number))

    async with _holding(other, begun, "other"):
        async with _holding(reading, begun, "one"):
            await reading.until_read(30)
            assert len(begun) == 1
        for number in range(30, 60):
            reading.mailbox.put(mail(number))
        await reading.until_read(60)

    places = [key.rpartition(":")[2] for key in await reading.keys()]
    assert sorted(places, key=int) == [str(number) for number in range(1, 61)]
    assert set(begun) <= {"one", "other"}


async def test_two_that_read_at_once_take_each_mail_in_once(
    reading: Reading, second: Database
) -> None:
    # What the lease prevents would not do harm either: the keys and the bytes decide.
    for number in range(40):
        reading.mailbox.put(mail(number))
    other = replace(reading, database=second)

    async with reading.running(), other.running():
        await reading.until_read(40)
        await asyncio.sleep(0.2)

    assert len(await reading.keys()) == 40
