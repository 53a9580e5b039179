"""A poll that runs shows its author one message; a closed one asks in no chat any more."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from delivery.chat import ChatMessage, from_json
from programme import poll_closing
from programme.poll_manner import BUTTONS, TONIGHT, Manner
from scheduler.poll_progress import EDIT_EACH, PollProgress
from storage import staff
from storage.database import Database, Tx
from storage.tables import outbox
from tests.programme.polling import SECRET, Poll, make_poll, native_vote, press
from tests.storage.rows import NOW

AUTHOR = "900"


@dataclass
class Desk:
    """The ticker with its clock, and what it has said to whom; all of it arrives at once."""

    progress: PollProgress = field(default_factory=PollProgress)
    now: datetime = NOW
    seen: int = 0

    async def look(self, tx: Tx) -> list[tuple[str, ChatMessage]]:
        self.now += EDIT_EACH
        await self.progress.refresh(tx, now=self.now)
        mine = outbox.c.kind == "reply"
        rows = (await tx.execute(outbox.select().where(mine).order_by(outbox.c.id))).all()
        new, self.seen = rows[self.seen :], len(rows)
        for row in new:
            result = {"message_id": row.facts["edits"] or 7000 + row.id}
            await tx.execute(
                outbox.update().where(outbox.c.id == row.id).values(state="sent", result=result)
            )
        return [(row.address, from_json(row.facts)) for row in new]

    async def close(self, tx: Tx, poll: Poll) -> None:
        member = await staff.by_chat(tx, int(AUTHOR))
        assert member is not None
        await poll_closing.close(tx, survey_id=poll.survey_id, member=member, now=self.now)


def words(said: list[tuple[str, ChatMessage]], chat: str) -> list[str]:
    return [message.text for address, message in said if address == chat]


async def test_author_sees_the_counts_in_one_message_and_the_chart_at_the_end(
    database: Database,
) -> None:
    desk = Desk()
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=3)
        assert await desk.look(tx) == []

        await native_vote(tx, 1, 1, 0)
        [(chat, first)] = await desk.look(tx)
        nothing_new = await desk.look(tx)
        await native_vote(tx, 2, 2, 0)
        await native_vote(tx, 3, 3, 1)
        [(_, second)] = await desk.look(tx)
        await native_vote(tx, 3, 4)
        [(_, third)] = await desk.look(tx)
        await desk.close(tx, poll)
        ended = [message for address, message in await desk.look(tx) if address == AUTHOR]
        after = [await desk.look(tx) for _ in range(2)]

    assert (chat, first.edits) == (AUTHOR, None)
    assert "Liczba odpowiedzi: 1 z 3." in first.text.splitlines()
    assert nothing_new == []
    assert second.edits == third.edits
    assert second.edits is not None
    assert "Tak – 2 (66,7%)" in second.text
    assert "Tak – 2 (100%)" in third.text
    [last, chart] = ended
    assert (last.edits, chart.edits) == (third.edits, None)
    assert chart.photo is not None
    assert chart.photo.content.startswith(b"\x89PNG")
    assert [button.data for row in last.buttons for button in row] == [f"w:{poll.survey_id}"]
    assert after == [[], []]


async def test_ticker_that_begins_anew_says_nothing_twice(database: Database) -> None:
    desk = Desk()
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=2)
        await native_vote(tx, 1, 1, 0)
        await desk.look(tx)
        await desk.close(tx, poll)
        closing = await desk.look(tx)
        desk.progress = PollProgress()
        again = await desk.look(tx)

    assert len(closing) == 4  # two polls stopped, the last edit, the chart
    assert again == []


async def test_native_polls_are_stopped_when_their_moment_comes(database: Database) -> None:
    desk = Desk()
    async with database.transaction() as tx:
        await make_poll(tx, people=2, manner=Manner(end=TONIGHT))
        desk.now = NOW.replace(hour=19)
        said = await desk.look(tx)
        rows = [row.priority for row in await tx.execute(outbox.select()) if row.kind == "reply"]

    stopped = [(address, one.text, one.edits, one.stops) for address, one in said]
    assert stopped[:2] == [("1", "", 11, True), ("2", "", 12, True)]
    assert [address for address, *_ in stopped[2:]] == [AUTHOR]
    assert rows == [30, 30, 0]


async def test_poll_that_left_late_is_stopped_too(database: Database) -> None:
    desk = Desk()
    async with database.transaction() as tx:
        poll = await make_poll(tx, people=2, manner=Manner(style=BUTTONS))
        await tx.execute(
            outbox.update().where(outbox.c.address == "2").values(state="started", result=None)
        )
        await desk.close(tx, poll)
        early = [address for address, _ in await desk.look(tx)]
        late: dict[str, Any] = {"state": "sent", "result": {"message_id": 12}}
        await tx.execute(outbox.update().where(outbox.c.address == "2").values(late))
        desk.now += timedelta(minutes=1)
        said = await desk.look(tx)

    assert early == ["1", AUTHOR]
    assert [(address, one.edits, one.buttons) for address, one in said] == [("2", 12, ())]


async def test_buttons_tell_each_what_counts_and_nothing_of_anonymous_votes(
    database: Database,
) -> None:
    for manner, own in ((Manner(style=BUTTONS), "Tak"), (SECRET, "")):
        async with database.transaction() as tx:
            desk = Desk()
            poll = await make_poll(tx, people=2, manner=manner)
            await press(tx, poll, poll.people[0], "o1")
            counting = await desk.look(tx)
            await desk.close(tx, poll)
            said = await desk.look(tx)
            await tx.rollback()

        [anna], [jan] = words(said, "1"), words(said, "2")
        assert ("policzona: Tak" in anna, "policzona." in anna) == (bool(own), not own)
        assert "policzona" not in jan
        if not own:
            told = "\n".join([*words(counting, AUTHOR), *words(said, AUTHOR)])
            assert "%" not in told
            assert [one.photo for _, one in said] == [None] * len(said)
