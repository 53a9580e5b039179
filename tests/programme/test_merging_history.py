"""Whatever two people have done, joining them loses nothing and leaves one seat at each event."""

import asyncio
import itertools
import shutil
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from programme import registration, waiting_list
from programme.refusals import Refusal
from storage import events, offers, people
from storage.database import Tx, open_database
from storage.paper_tables import attendance, certificate, document
from storage.tables import calendar_entry, consent
from storage.tables import event as event_table
from storage.tables import registration as table
from tests.programme.joined import attend, certify, hand_in, merge, require_paper
from tests.programme.steps import read_event, register
from tests.storage.rows import NOW, make_event, make_person, sqlite_url

EVENTS = 3
_files = itertools.count(1)
KINDS = (
    "register",
    "register",
    "cancel",
    "accept",
    "attend",
    "certify",
    "hand_in",
    "share_address",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, EVENTS - 1)), max_size=40
)


async def _step(tx: Tx, kind: str, person_id: int, event_id: int, paper: int) -> None:
    """Do one thing that may or may not be possible now."""
    if kind == "register":
        await register(tx, event_id, person_id)
        return
    if kind == "share_address":
        await people.add_contact(
            tx,
            person_id=person_id,
            channel="mail",
            address="us@example.org",
            verified=True,
            now=NOW,
        )
        return
    held = await tx.scalar(
        select(table.c.id)
        .where(table.c.event_id == event_id, table.c.person_id == person_id)
        .order_by(table.c.id.desc())
    )
    if held is None:
        return
    if kind == "cancel":
        await registration.cancel(tx, registration_id=held, person_id=person_id, now=NOW)
    elif kind == "accept":
        await waiting_list.accept_offer(tx, registration_id=held, person_id=person_id, now=NOW)
    elif kind == "attend":
        await attend(tx, held)
    elif kind == "certify":
        await certify(tx, held)
    else:
        await hand_in(tx, held, paper, "handed_in")


async def _history(file: Path, capacity: int, steps: list[tuple[str, int, int]]) -> None:
    database = open_database(sqlite_url(file))
    try:
        async with database.transaction() as tx:
            event_ids = [await make_event(tx, capacity=capacity) for _ in range(EVENTS)]
            # At the last one a free seat is offered and held, not given.
            asks = event_table.c.id == event_ids[-1]
            await tx.execute(event_table.update().where(asks).values(offer_hours=24))
            papers = [await require_paper(tx, event_id) for event_id in event_ids]
            persons = [await make_person(tx, chat=chat) for chat in range(4)]
            done: set[tuple[str, int, int]] = set()
            for kind, who, which in steps:
                once = (kind, who, which)
                if kind in ("attend", "certify", "hand_in") and once in done:
                    continue
                done.add(once)
                try:
                    await _step(tx, kind, persons[who], event_ids[which], papers[which])
                except Refusal:
                    continue
            before = await _counts(tx, persons[:2])
            addresses = await _addresses(tx, persons[:2])

            await merge(tx, persons[0], persons[1])

            assert await _counts(tx, persons[:1]) == before
            assert await _addresses(tx, persons[:1]) == addresses
            assert await _counts(tx, persons[1:2]) == [0] * len(before)
            for event_id in event_ids:
                await _is_right(tx, event_id, persons[0])
    finally:
        await database.close()


async def _counts(tx: Tx, person_ids: list[int]) -> list[int]:
    """Count everything that people have, of all times."""
    own = table.c.person_id.in_(person_ids)
    through = [
        await tx.scalar(
            select(func.count())
            .select_from(each)
            .join(table, table.c.id == each.c.registration_id)
            .where(own)
        )
        for each in (attendance, certificate, document, calendar_entry)
    ]
    direct = [
        await tx.scalar(
            select(func.count()).select_from(each).where(each.c.person_id.in_(person_ids))
        )
        for each in (table, consent)
    ]
    return [int(found or 0) for found in (*through, *direct)]


async def _addresses(tx: Tx, person_ids: list[int]) -> set[tuple[str, str]]:
    return {
        (one.channel, one.address)
        for person_id in person_ids
        for one in await people.contacts(tx, person_id)
    }


async def _is_right(tx: Tx, event_id: int, kept_id: int) -> None:
    """Look whether nobody has two seats, the counter is true and no free seat has a line."""
    rows = list(
        await tx.execute(
            select(table.c.person_id, table.c.state).where(
                table.c.event_id == event_id, table.c.state.in_(("active", "waiting"))
            )
        )
    )
    assert [row.person_id for row in rows].count(kept_id) <= 1
    event = await read_event(tx, event_id)
    seated = [row for row in rows if row.state == "active"]
    held = await offers.count_held(tx, event_id)
    assert event.taken == len(seated) + held
    assert event.capacity is not None
    assert event.taken <= event.capacity
    if len(rows) > len(seated) + held:
        assert not await events.take_seat(tx, event_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 3), steps=STEPS)
def test_merge_of_any_history_loses_nothing(
    sqlite_template: Path, tmp_path: Path, capacity: int, steps: list[tuple[str, int, int]]
) -> None:
    file = tmp_path / f"history-{next(_files)}.db"
    shutil.copyfile(sqlite_template, file)

    asyncio.run(_history(file, capacity, steps))
