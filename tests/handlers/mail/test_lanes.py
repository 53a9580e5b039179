"""Each mail has its effect once; a bad one is set aside for staff and stops nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from handlers.lanes import Lanes
from handlers.mail import arrivals
from handlers.mail.arrivals import LARGEST
from handlers.mail.door import MailDesk
from handlers.mail.lanes import MailTaker
from handlers.mail.read_mail import ReadMail
from programme.documents import FileStore
from storage import inbox
from storage.database import Database, Tx
from storage.inbox import Arrival
from tests.handlers.mail.reading import PATIENCE, mail

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
WAITING = "SELECT id FROM inbox WHERE state = 'new'"
DESK = MailDesk(our_address="akademia@gmina.example.org")


class Effects:
    """Stands where the rules stand, notes what came, and fails for what it is told to."""

    def __init__(self, *poison: str) -> None:
        self.poison = poison
        self.tries: list[str] = []
        self.sizes: list[int] = []

    async def __call__(self, tx: Tx, *, mail: ReadMail, now: datetime, **_more: Any) -> None:
        """Leave a trace in the transaction."""
        self.tries.append(mail.subject)
        await inbox.move_cursor(tx, f"effect {mail.subject}", 1)
        if mail.subject in self.poison:
            raise RuntimeError(f"poison\0{now}")
        self.sizes.append(len(mail.text))


async def _put(database: Database, folder: Path, *mails: bytes) -> None:
    store = FileStore(folder)
    kept = [
        await arrivals.keep(store, arrivals.cut(str(number), raw), now=NOW)
        for number, raw in enumerate(mails)
    ]
    async with database.transaction() as tx:
        await arrivals.accept(tx, kept, now=NOW)


@asynccontextmanager
async def _working(database: Database, folder: Path, effects: Effects) -> AsyncIterator[None]:
    begun = asyncio.get_running_loop().time()

    def clock() -> datetime:
        return NOW + timedelta(seconds=asyncio.get_running_loop().time() - begun)

    taker = MailTaker(
        database=database, clock=clock, desk=DESK, store=FileStore(folder), effect=effects
    )
    lanes = Lanes(taker, database=database, clock=clock, wake_outbox=lambda: None)
    task = asyncio.create_task(lanes.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.reading() as tx:
        return [tuple(row) for row in await tx.execute(text(query))]


async def _settle(database: Database) -> None:
    async with asyncio.timeout(PATIENCE):
        while await _rows(database, WAITING):  # noqa: ASYNC110 -- a database has no event
            await asyncio.sleep(0.01)


async def test_mails_of_one_person_have_their_effects_in_order(
    database: Database, tmp_path: Path
) -> None:
    effects = Effects()
    await _put(database, tmp_path, *(mail(number) for number in range(9)))

    async with _working(database, tmp_path, effects):
        await _settle(database)

    assert effects.tries == [str(number) for number in range(9)]
    assert await _rows(database, "SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_poisonous_mail_is_tried_three_times_then_staff_read_it(
    database: Database, tmp_path: Path
) -> None:
    effects = Effects("1")
    poison = mail(1, more="Zgłaszam Jana\0Wzorowego".encode())
    await _put(database, tmp_path, poison, mail(2))

    async with _working(database, tmp_path, effects):
        await _settle(database)

    assert effects.tries == ["1", "1", "1", "2"]
    states = await _rows(database, "SELECT state, attempts FROM inbox ORDER BY id")
    assert states == [("quarantined", 3), ("done", 0)]
    assert await _rows(database, "SELECT name FROM cursor") == [("effect 2",)]
    [(kind, facts, original)] = await _rows(
        database, "SELECT kind, CAST(facts AS TEXT), original FROM staff_task"
    )
    assert kind == "mail"
    assert '"failed"' in facts
    assert "anna@ngo.example.org" in facts
    assert "Zgłaszam Jana" in original


async def test_too_large_mail_is_read_by_staff_and_has_no_other_effect(
    database: Database, tmp_path: Path
) -> None:
    effects = Effects()
    await _put(database, tmp_path, mail(1) + b"x" * LARGEST, mail(2))

    async with _working(database, tmp_path, effects):
        await _settle(database)

    assert effects.tries == ["2"]
    assert await _rows(database, "SELECT state FROM inbox") == [("done",), ("done",)]
    [(facts, original)] = await _rows(
        database, "SELECT CAST(facts AS TEXT), original FROM staff_task"
    )
    assert '"too_large"' in facts
    assert "Dzień dobry" in original


async def test_large_mail_is_read_from_its_file(database: Database, tmp_path: Path) -> None:
    effects = Effects()
    await _put(database, tmp_path, mail(1, more=b"x\r\n" * 100_000))

    async with _working(database, tmp_path, effects):
        await _settle(database)

    assert effects.sizes[0] > 100_000


async def test_mail_whose_file_is_gone_is_set_aside(database: Database, tmp_path: Path) -> None:
    await _put(database, tmp_path, mail(1, more=b"x" * 300_000), mail(2))
    for file in tmp_path.glob("??/*"):
        file.unlink()
    effects = Effects()

    async with _working(database, tmp_path, effects):
        await _settle(database)

    assert effects.tries == ["2"]
    assert await _rows(database, "SELECT kind FROM staff_task") == [("mail",)]


async def test_mail_in_two_processes_has_one_effect(
    database: Database, second: Database, tmp_path: Path
) -> None:
    effects = Effects()
    mails = [mail(number, sender=f"osoba{number}@ngo.example.org") for number in range(30)]
    await _put(database, tmp_path, *mails)

    async with _working(database, tmp_path, effects), _working(second, tmp_path, effects):
        await _settle(database)

    assert sorted(effects.tries, key=int) == [str(number) for number in range(30)]


async def test_rows_of_other_sources_are_left_alone(database: Database, tmp_path: Path) -> None:
    effects = Effects()
    async with database.transaction() as tx:
        await inbox.accept(tx, [Arrival("telegram", "1", "telegram:1", "{}")], now=NOW)
    await _put(database, tmp_path, mail(1))

    async with _working(database, tmp_path, effects):
        async with asyncio.timeout(PATIENCE):
            while not effects.sizes:  # noqa: ASYNC110 -- it notes and tells nobody
                await asyncio.sleep(0.01)

    rows = await _rows(database, "SELECT source, state FROM inbox ORDER BY id")
    assert rows == [("telegram", "new"), ("mail", "done")]
