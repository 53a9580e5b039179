from dataclasses import replace

from storage import forms, outbox, poll_messages, surveys
from storage.database import Database, Tx
from storage.poll_messages import PollMessage
from tests.storage.rows import NOW, claim, entry


async def _sent_poll(tx: Tx) -> PollMessage:
    form = await forms.save(tx, key="poll-1", content={}, now=NOW)
    survey = await surveys.add(
        tx, key="poll-1", kind="poll", form_id=form.id, event_id=None, wave="", now=NOW
    )
    assert survey is not None
    await outbox.put(tx, [entry("a")], now=NOW)
    [row] = await claim(tx)
    return PollMessage("5000000001", survey.id, row.id, 5_000_000_000, 7)


async def test_poll_is_found_by_telegrams_id(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await _sent_poll(tx)

        assert await poll_messages.add(tx, poll) is True
        assert await poll_messages.get(tx, "5000000001") == poll


async def test_poll_that_is_known_stays_as_it_is(database: Database) -> None:
    async with database.transaction() as tx:
        poll = await _sent_poll(tx)
        await poll_messages.add(tx, poll)

        assert await poll_messages.add(tx, replace(poll, message_id=8)) is False
        assert await poll_messages.get(tx, poll.poll_id) == poll


async def test_unknown_poll_is_none(database: Database) -> None:
    async with database.reading() as tx:
        assert await poll_messages.get(tx, "nothing") is None
