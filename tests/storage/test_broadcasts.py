import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from storage import broadcasts, forms, outbox, people, staff, surveys
from storage.broadcasts import Broadcast, Count
from storage.database import Database, Tx
from storage.tables import broadcast
from storage.tables import outbox as table
from tests.storage.rows import NOW, entry, make_event, make_person

LATER = NOW + timedelta(hours=1)


async def _add(tx: Tx, key: str = "chat:1:1") -> Broadcast:
    staff_id = await staff.grant(tx, name="Anna", role="coordinator", chat_id=1, now=NOW)
    added = await broadcasts.add(
        tx,
        key=key,
        kind="invitation",
        staff_id=staff_id,
        event_id=None,
        audience={"audience": "ngo"},
        content={"subject": "Zaproszenie"},
        people=3,
        now=NOW,
    )
    assert added is not None
    return added


async def _row(tx: Tx, key: str, broadcast_id: int, *, state: str, address: str = "1") -> None:
    channel = "mail" if "@" in address else "telegram"
    made = entry(key, broadcast_id=broadcast_id, channel=channel, address=address)
    await outbox.put(tx, [made], now=NOW)
    await tx.execute(update(table).where(table.c.key == key).values(state=state))


async def test_add_gives_the_broadcast(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)

        assert added == Broadcast(
            id=added.id,
            key="chat:1:1",
            kind="invitation",
            staff_id=added.staff_id,
            event_id=None,
            survey_id=None,
            audience={"audience": "ngo"},
            content={"subject": "Zaproszenie"},
            people=3,
            progress_chat_id=None,
            progress_message_id=None,
            confirmed_at=NOW,
            reported_at=None,
        )
        assert await broadcasts.get(tx, added.id) == added
        assert await broadcasts.by_key(tx, "chat:1:1") == added
        assert await broadcasts.get_by_key(tx, "chat:1:1") == added


async def test_add_of_a_known_key_gives_none(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        again = await broadcasts.add(
            tx,
            key=added.key,
            kind="poll",
            staff_id=added.staff_id,
            event_id=None,
            audience={},
            content={},
            people=1,
            now=LATER,
        )

        assert again is None
        assert await broadcasts.get(tx, added.id) == added


async def test_unknown_broadcast(database: Database) -> None:
    async with database.reading() as tx:
        assert await broadcasts.by_key(tx, "nothing") is None
        assert await broadcasts.by_survey(tx, 1) is None
        with pytest.raises(NoResultFound):
            await broadcasts.get(tx, 1)
        with pytest.raises(NoResultFound):
            await broadcasts.get_by_key(tx, "nothing")


async def test_set_survey_ties_a_poll_to_its_survey(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        form = await forms.save(tx, key="poll-1", content={}, now=NOW)
        survey = await surveys.add(
            tx, key="poll-1", kind="poll", form_id=form.id, event_id=None, wave="", now=NOW
        )
        assert survey is not None

        await broadcasts.set_survey(tx, added.id, survey_id=survey.id)

        assert await broadcasts.by_survey(tx, survey.id) == await broadcasts.get(tx, added.id)


async def test_set_progress_message(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)

        await broadcasts.set_progress_message(tx, added.id, chat_id=5_000_000_000, message_id=7)

        changed = await broadcasts.get(tx, added.id)
        assert (changed.progress_chat_id, changed.progress_message_id) == (5_000_000_000, 7)


@pytest.mark.parametrize("state", ["queued", "retry", "leased", "started"])
async def test_finish_waits_for_rows_that_may_still_be_sent(database: Database, state: str) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        await _row(tx, "a", added.id, state=state)

        assert await broadcasts.finish(tx, added.id, now=LATER) is False
        assert await broadcasts.unfinished(tx) == [added]


async def test_finish_succeeds_once(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        other = await _add(tx, "chat:1:2")
        await _row(tx, "a", added.id, state="sent")
        await _row(tx, "b", added.id, state="uncertain")
        await _row(tx, "c", other.id, state="queued")

        assert await broadcasts.finish(tx, added.id, now=LATER) is True
        assert await broadcasts.finish(tx, added.id, now=LATER) is False
        assert (await broadcasts.get(tx, added.id)).reported_at == LATER
        assert await broadcasts.unfinished(tx) == [other]


async def test_finish_in_two_processes_at_once_succeeds_in_one(
    database: Database, second: Database
) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)

    async def finish(where: Database) -> bool:
        async with where.transaction() as tx:
            return await broadcasts.finish(tx, added.id, now=LATER)

    assert sorted(await asyncio.gather(finish(database), finish(second))) == [False, True]


async def test_was_sent_to(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        asked = await make_person(tx)
        not_asked = await make_person(tx)
        made = entry("a", broadcast_id=added.id, person_id=asked)
        await outbox.put(tx, [made], now=NOW)

        assert await broadcasts.was_sent_to(tx, added.id, person_id=asked) is True
        assert await broadcasts.was_sent_to(tx, added.id, person_id=not_asked) is False


async def test_count_rows_tells_closed_chats_from_other_failures(database: Database) -> None:
    async with database.transaction() as tx:
        added = await _add(tx)
        other = await _add(tx, "chat:1:2")
        await make_person(tx, chat=100, mail="anna@example.org")
        for channel, address in (("telegram", "100"), ("mail", "anna@example.org")):
            await people.set_unreachable(tx, channel=channel, address=address, why="403", now=NOW)
        await _row(tx, "a", added.id, state="failed", address="100")
        await _row(tx, "b", added.id, state="failed", address="200")
        await _row(tx, "c", added.id, state="failed", address="anna@example.org")
        await _row(tx, "d", added.id, state="sent", address="100")
        await _row(tx, "e", added.id, state="sent", address="300")
        await _row(tx, "f", other.id, state="sent", address="300")

        assert await broadcasts.count_rows(tx, added.id) == [
            Count("mail", "failed", blocked=False, rows=1),
            Count("telegram", "failed", blocked=False, rows=1),
            Count("telegram", "failed", blocked=True, rows=1),
            Count("telegram", "sent", blocked=False, rows=2),
        ]


async def _of_event(tx: Tx, event_id: int, *, kind: str = "invitation") -> Broadcast:
    added = await _add(tx, f"{kind}:{event_id}")
    await tx.execute(
        update(broadcast).where(broadcast.c.id == added.id).values(event_id=event_id, kind=kind)
    )
    for state in ("queued", "retry", "leased", "sent"):
        await _row(tx, f"{kind}:{event_id}:{state}", added.id, state=state)
    return added


async def test_cancel_waiting_leaves_what_has_left_and_other_broadcasts(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        event_id, other = await make_event(tx), await make_event(tx)
        for each, kind in ((event_id, "invitation"), (event_id, "poll"), (other, "invitation")):
            await _of_event(tx, each, kind=kind)
        count = await broadcasts.cancel_waiting(tx, event_id=event_id, kind="invitation", now=LATER)
        cancelled = await tx.scalars(
            select(table.c.key).where(table.c.state == "cancelled").order_by(table.c.id)
        )

        assert count == 3
        assert cancelled.all() == [
            f"invitation:{event_id}:queued",
            f"invitation:{event_id}:retry",
            f"invitation:{event_id}:leased",
        ]


async def test_restate_changes_the_facts_of_what_waits(database: Database) -> None:
    async with database.transaction() as tx:
        event_id = await make_event(tx)
        await _of_event(tx, event_id)
        count = await broadcasts.restate(
            tx, event_id=event_id, kind="invitation", facts={"event": 5}, not_after=LATER
        )
        rows = await tx.execute(
            select(table.c.state, table.c.facts, table.c.not_after).order_by(table.c.id)
        )
        seen = {row.state: (row.facts, row.not_after) for row in rows}

    plain = {"text": "Dzień dobry"}
    assert count == 2
    assert seen["queued"] == seen["retry"] == ({**plain, "event": 5}, LATER)
    assert seen["leased"] == seen["sent"] == (plain, NOW + timedelta(days=1))
