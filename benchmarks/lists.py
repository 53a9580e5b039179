"""What a tap costs in a list of ten thousand people: pages, searches, cards, messages.

Ours is the use case from the transaction's beginning to its commit, and for "a whole tap" all
that one update sets off, to the reply in the outbox. Theirs is the bare driver reading ten rows
by their number, which is less than any list can do.
"""

import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
from sqlalchemy import make_url, text
from telegram import Update

from benchmarks.crowded import NOW, migrated, postgres_address, sqlite_address
from benchmarks.measure import Row
from benchmarks.town import CHAT, SOUGHT, SOUGHT_AS, fill_town
from handlers.telegram import directory as lists
from handlers.telegram.turn import Context, Desk, Turn, current
from programme import (
    conversations,
    directory,
    directory_search,
    message_history,
    organisation_desk,
    people_desk,
)
from programme.directory import Selection
from programme.staff_notes import Whom
from storage.database import Database, Tx
from storage.staff import StaffMember

# The first ones open connections and build statements.
TAPS, WARM = 40, 5
BARE = "SELECT id, name FROM person ORDER BY id LIMIT 10"
MEMBER = StaffMember(1, "Maria", "coordinator", CHAT)
Tap = Callable[[Tx], Awaitable[Any]]
# A page may cost so many times the bare driver's ten rows, a search more: it reads everybody's
# name. Nobody who waits for a chat notices either.
MOST_MS, MOST_MS_OF_A_SEARCH = 25.0, 150.0


async def measure(*, scale: float) -> list[Row]:
    """Measure both databases."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="akademia-bench-") as name:
        rows += await _rows("SQLite", sqlite_address(Path(name)), scale)
    with postgres_address() as address:
        rows += await _rows("PostgreSQL", address, scale)
    return rows


async def _rows(name: str, address: str, scale: float) -> list[Row]:
    async with migrated(address) as database:
        people = await fill_town(database, scale=scale)
        if not database.is_sqlite:
            # As its own housekeeping does, which has had no time yet.
            async with database.transaction() as tx:
                await tx.execute(text("ANALYZE"))
        async with _bare(address) as bare:
            theirs = await _milliseconds(bare)
        rows = []
        for work, tap in _taps(people // directory.ON_PAGE // 2).items():
            cpu = time.process_time()
            ours = await _milliseconds(partial(_in_transaction, database, tap))
            spent = (time.process_time() - cpu) / (TAPS + WARM) * 1000
            rows.append(_row(f"{work}, {people} people, {name}", ours, spent, theirs))
        return rows


def _row(work: str, ours: list[float], cpu: float, theirs: list[float]) -> Row:
    half, most = statistics.median(ours), _percentile(ours)
    base = statistics.median(theirs)
    goal = MOST_MS_OF_A_SEARCH if "search" in work else MOST_MS
    return Row(
        work,
        "bare driver, SELECT … LIMIT 10",
        f"p50 {half:.1f} ms, p95 {most:.1f} ms, {cpu:.1f} ms CPU",
        f"p50 {base:.2f} ms",
        f"{half / base:.1f}x",
        f"p95 <= {goal:.0f} ms",
        most <= goal,
    )


def _percentile(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


async def _milliseconds(work: Callable[[], Awaitable[Any]]) -> list[float]:
    took = []
    for number in range(TAPS + WARM):
        begun = time.perf_counter()
        await work()
        if number >= WARM:
            took.append((time.perf_counter() - begun) * 1000)
    return took


async def _in_transaction(database: Database, tap: Tap) -> None:
    async with database.transaction() as tx:
        await tap(tx)


def _taps(middle: int) -> dict[str, Tap]:
    everybody = Selection(directory.PEOPLE)
    reached = directory.read(directory.PEOPLE, "ry")
    seats = directory.read(directory.REGISTRATIONS, "ss")
    of_event = directory.read(directory.REGISTRATIONS, "e3")
    numbers = iter(range(10**6))

    def page(selection: Selection, number: int) -> Tap:
        return lambda tx: directory.page(tx, selection=selection, number=number, member=MEMBER)

    async def found(tx: Tx) -> None:
        listed = await directory_search.people(tx, words=SOUGHT_AS, member=MEMBER)
        assert listed[0].name == SOUGHT  # noqa: S101 -- else the figure says nothing

    return {
        "first page": page(everybody, 0),
        f"page {middle}": page(everybody, middle),
        "next page": page(everybody, middle + 1),
        f"page {middle // 2} of those who can be reached": page(reached, middle // 2),
        "registrations with a seat, page 100": page(seats, 100),
        "registrations of an event by surname": page(of_event, 0),
        "search by a mistyped name": found,
        "search by KGW Milki": lambda tx: directory_search.people(
            tx, words="KGW Milki", member=MEMBER
        ),
        "search for nobody": lambda tx: directory_search.people(tx, words="xqzwv", member=MEMBER),
        "search for an organisation": lambda tx: directory_search.organisations_of(
            tx, words="osp gizycko 7", member=MEMBER
        ),
        "a person's card": lambda tx: people_desk.card(tx, person_id=77, member=MEMBER),
        "an organisation's card": lambda tx: organisation_desk.card(
            tx, organisation_id=77, member=MEMBER
        ),
        "every message to a person": lambda tx: message_history.page(
            tx, whom=Whom(person_id=77), number=0, member=MEMBER
        ),
        f"a whole tap, page {middle}": lambda tx: _whole_tap(tx, middle, next(numbers)),
    }


async def _whole_tap(tx: Tx, page: int, number: int) -> None:
    """Handle one update as the bot does: who presses, the page, the reply as a row."""
    chat = await conversations.open_chat(tx, chat_id=CHAT, locale="pl", now=NOW)
    desk = Desk("akademia@example.org", "bot", "Europe/Warsaw")
    current.set(Turn(tx, NOW, f"bench:{number}", CHAT, chat, desk))
    context = Context(application=None, chat_id=CHAT, user_id=CHAT)  # type: ignore[arg-type]
    who = {"id": CHAT, "is_bot": False, "first_name": "X"}
    message = {"message_id": 1, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": "x"}
    query = {"id": "1", "from": who, "chat_instance": "1", "data": f"wp:{page}:"}
    update = Update.de_json({"update_id": 1, "callback_query": query | {"message": message}}, None)
    await lists.show_people(update, context)


@asynccontextmanager
async def _bare(address: str) -> AsyncGenerator[Callable[[], Awaitable[Any]]]:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        async with aiosqlite.connect(str(url.database)) as connection:

            async def read() -> None:
                async with connection.execute(BARE) as cursor:
                    await cursor.fetchall()

            yield read
        return
    server = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    try:
        yield lambda: server.fetch(BARE)
    finally:
        await server.close()
