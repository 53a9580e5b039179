"""Quick polls for tests: asked, sent and voted in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from programme import letter_doors, poll_ballots, polls, surveys, votes
from programme.letter_doors import Door
from programme.poll_manner import ANONYMOUS, BUTTONS, PLAIN, Manner
from programme.quiet_hours import QuietHours
from storage import poll_waves
from storage.database import Tx
from storage.poll_waves import PollWave
from storage.tables import outbox
from tests.programme.audience import make_member, make_staff, seat
from tests.storage.rows import NOW, make_event

OPTIONS = ["Tak", "Nie", "Jeszcze nie wiem"]
NAMED_BUTTONS = Manner(style=BUTTONS)
SECRET = Manner(privacy=ANONYMOUS)


@dataclass
class Poll:
    """A poll with the people it asks, whose chats are 1, 2, …"""

    key: str
    survey_id: int
    broadcast_id: int
    people: list[int] = field(default_factory=list)
    doors: dict[int, Door] = field(default_factory=dict)

    async def wave(self, tx: Tx) -> PollWave:
        return await poll_waves.get(tx, self.survey_id)

    async def counts(self, tx: Tx) -> list[int]:
        found = await votes.results(tx, survey_key=self.key)
        return [option.count for option in found.options]


async def make_poll(
    tx: Tx,
    *,
    people: int = 1,
    manner: Manner = PLAIN,
    sent: bool = True,
    options: list[str] | None = None,
    now: datetime = NOW,
    **asking: Any,
) -> Poll:
    """Ask people who all have a chat and the door of a letter; native polls are p1, p2, …"""
    member = await make_staff(tx)
    event_id = await make_event(tx)
    numbers = []
    for chat in range(1, people + 1):
        person_id = await make_member(tx, f"Osoba {chat}", chat=chat)
        await seat(tx, event_id, person_id)
        numbers.append(person_id)
    asked = await polls.ask(
        tx,
        staff=member,
        key="900:1",
        question="Czy przyjdą Państwo?",
        options=options or OPTIONS,
        event_id=event_id,
        quiet=QuietHours(),
        now=now,
        manner=manner,
        **asking,
    )
    survey = await surveys.find(tx, asked.survey_key)
    poll = Poll(asked.survey_key, survey.id, asked.broadcast_id, numbers)
    for person_id in numbers:
        poll.doors[person_id] = await make_door(tx, asked.survey_key, person_id)
    if sent:
        await send_all(tx, poll, native=manner.style != BUTTONS, now=now)
    return poll


async def make_door(tx: Tx, survey_key: str, person_id: int) -> Door:
    token = await letter_doors.make(
        tx,
        purpose=letter_doors.PAGE,
        kind="poll",
        address="anna@example.org",
        locale="pl",
        subject={"survey": survey_key},
        now=NOW,
        lasts=None,
        person_id=person_id,
    )
    return await letter_doors.find(tx, token=token, purpose=letter_doors.PAGE, now=NOW)


async def send_all(tx: Tx, poll: Poll, *, native: bool, now: datetime = NOW) -> None:
    """Let every row of the poll have left, as the sender would note it."""
    mine = outbox.c.broadcast_id == poll.broadcast_id
    rows = (await tx.execute(outbox.select().where(mine).order_by(outbox.c.id))).all()
    for row in rows:
        poll_id = f"p{row.address}" if native else None
        result = {"message_id": 10 + int(row.address), "poll_id": poll_id}
        await tx.execute(
            outbox.update().where(outbox.c.id == row.id).values(state="sent", result=result)
        )
        if poll_id is not None:
            await votes.note_sent(
                tx,
                outbox_id=row.id,
                survey_key=poll.key,
                poll_id=poll_id,
                chat_id=int(row.address),
                message_id=10 + int(row.address),
                now=now,
            )


async def native_vote(
    tx: Tx, chat: int, update_id: int, *indexes: int, at: datetime = NOW, now: datetime = NOW
) -> None:
    await votes.answer(
        tx,
        poll_id=f"p{chat}",
        chat_id=chat,
        option_indexes=list(indexes),
        update_id=update_id,
        now=now,
        arrived_at=at,
    )


async def press(tx: Tx, poll: Poll, person_id: int, *keys: str, now: datetime = NOW) -> None:
    await poll_ballots.cast(
        tx,
        survey_id=poll.survey_id,
        person_id=person_id,
        option_keys=keys,
        door="chat",
        now=now,
    )
