"""A broadcast through the outbox, against a plain loop of send_message."""

import asyncio
import dataclasses
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measure import Row, speed
from delivery.telegram import ChatSender, make_bot
from playground.playground import Playground
from scheduler.carriers import ChatCarrier
from scheduler.sending import Sending
from storage import migrate, outbox
from storage.database import Database, open_database
from storage.outbox import BROADCAST, Entry

CHATS = 500
AT_ONCE = 10
FACTS = {
    "programme": {"title": "Program", "funder_line": "", "organiser": "Urząd", "contact": "tel."},
    "person": {"name": "Osoba"},
    "case_number": None,
    "subject": "Zmiana sali",
    "body": "Spotykamy się w sali 12.",
    "event": None,
    "link": None,
    "deadline": None,
}


async def measure() -> Row:
    """Send so many messages both ways to the same server."""
    async with Playground() as playground:
        for number in range(1, CHATS + 1):
            await playground.visitor(number, "Osoba").send("/start")
        ours = await _ours(playground)
        theirs = await _plain(playground)
    return Row(
        "broadcast: lease, compose, send, commit", ours, "PTB send_message, 10 at once", theirs
    )


async def _ours(playground: Playground) -> float:
    now = datetime.now(UTC)
    entry = Entry(
        key="",
        channel="telegram",
        kind="invitation",
        address="",
        locale="pl",
        facts=FACTS,
        priority=BROADCAST,
        due_at=now,
        not_after=now + timedelta(hours=1),
    )
    entries = [
        dataclasses.replace(entry, key=f"bench:{number}", address=str(number))
        for number in range(1, CHATS + 1)
    ]
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        database = open_database(f"sqlite:///{Path(name) / 'bench.db'}")
        await migrate.apply(database, now=now)
        async with database.transaction() as tx:
            await outbox.put(tx, entries, now=now)
        async with make_bot(playground.token, playground.api_url) as bot:
            carrier = ChatCarrier(ChatSender(bot), pace=None)
            sending = Sending(carrier=carrier, database=database, clock=lambda: datetime.now(UTC))
            result = await speed(lambda: _until_sent(sending, database), CHATS)
        await database.close()
    return result


async def _until_sent(sending: Sending, database: Database) -> None:
    task = asyncio.create_task(sending.run())
    while True:
        async with database.reading() as tx:
            if not await outbox.is_busy(tx, now=datetime.now(UTC)):
                break
        await asyncio.sleep(0.02)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _plain(playground: Playground) -> float:
    async with make_bot(playground.token, playground.api_url) as bot:
        room = asyncio.Semaphore(AT_ONCE)

        async def send(number: int) -> None:
            async with room:
                await bot.send_message(
                    number, "<b>Zmiana sali</b>\nSpotykamy się w sali 12.", "HTML"
                )

        async def work() -> None:
            await asyncio.gather(*(send(number) for number in range(1, CHATS + 1)))

        return await speed(work, CHATS)
