"""People who register and cancel, each deed once, while the bot is killed under them."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from playground.seen import SeenMessage
from playground.visitor import Visitor
from programme import invitations, registration
from programme.broadcasting import HOLD
from programme.quiet_hours import QuietHours
from programme.reminders import plan_event
from storage.database import Database, Tx
from storage.staff import StaffMember
from storage.tables import event as event_table
from tests.programme.audience import make_member, make_organisation, make_staff
from tests.soak.installation import PATIENCE
from tests.storage.rows import make_event

NEVER_QUIET = QuietHours(begins=datetime.min.time(), ends=datetime.min.time())
SEATS = 1_000
FEW_SEATS = 5
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Crowd:
    """Everybody, what they may register for, and what must be true in the end."""

    staff: StaffMember
    events: dict[int, str]
    people: dict[int, int]
    open: set[tuple[int, int]] = field(default_factory=set)
    registered: int = 0
    invited: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


async def gather(database: Database, *, people: int, events: int, reminded_after: float) -> Crowd:
    """Add people with a chat and an address, people with mail alone, and events.

    The reminders of the events come one after the other, the first after `reminded_after` s.
    """
    async with database.transaction() as tx:
        crowd = Crowd(await make_staff(tx), {}, {})
        for number in range(events):
            title = f"Szkolenie {LETTERS[number]}"
            starts_at = _now() + timedelta(hours=1, seconds=reminded_after * (number + 1))
            event_id = await make_event(
                tx,
                sessions=[starts_at],
                capacity=FEW_SEATS if number == 0 else SEATS,
                rules=[("soon", 0, None, 60)],
            )
            await tx.execute(
                event_table.update().where(event_table.c.id == event_id).values(title=title)
            )
            await plan_event(tx, event_id=event_id, now=_now(), quiet=NEVER_QUIET)
            crowd.events[event_id] = title
        for chat in range(1, people + 1):
            crowd.people[chat] = await make_member(
                tx, f"Osoba {chat}", chat=chat, mail=f"osoba{chat}@ngo.example.org"
            )
        await _without_chat(tx, crowd, people // 3)
    return crowd


async def _without_chat(tx: Tx, crowd: Crowd, many: int) -> None:
    last = list(crowd.events)[-1]
    for number in range(1, many + 1):
        person_id = await make_member(tx, f"Bez {number}", mail=f"bez{number}@ngo.example.org")
        await registration.register(
            tx, event_id=last, person_id=person_id, door="staff", now=_now()
        )
        crowd.open.add((person_id, last))
        crowd.registered += 1
    await make_organisation(tx, "OSP", email="osp@ngo.example.org")


async def invite_again(database: Database, crowd: Crowd) -> None:
    """Send one more invitation to everybody, as staff would."""
    crowd.invited += 1
    async with database.transaction() as tx:
        await invitations.send(
            tx,
            staff=crowd.staff,
            key=f"soak:{crowd.invited}",
            case_number="",
            subject=f"Zaproszenie {crowd.invited}",
            body="Zapraszamy.",
            event_id=None,
            audience="organisations",
            link=None,
            quiet=NEVER_QUIET,
            # The half minute in which it could be taken back is over.
            now=_now() - HOLD,
        )


async def live(visitor: Visitor, crowd: Crowd, chance: Random, until: float) -> None:
    """Register and cancel until the moment on the loop's clock; a deed that began is finished."""
    loop = asyncio.get_running_loop()
    me = Person(visitor)
    person_id = crowd.people[visitor.user_id]
    while loop.time() < until:
        event_id = chance.choice(list(crowd.events))
        if (person_id, event_id) in crowd.open:
            crowd.open.discard((person_id, event_id))
            await me.cancel(event_id, crowd.events[event_id])
        else:
            crowd.open.add((person_id, event_id))
            crowd.registered += 1
            await me.register(event_id, crowd.events[event_id])
        await asyncio.sleep(chance.random())


class Person:
    """Somebody who says nothing twice and answers whatever appears."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._read = 0

    async def register(self, event_id: int, title: str) -> None:
        """Open an event's card, press its button and wait for the answer."""
        await self._visitor.send(f"/start e_{event_id}")
        await self._press(title, f"r:{event_id}")
        await self._answer(title)

    async def cancel(self, event_id: int, title: str) -> None:
        """Give the seat back: the card, the question, the answer."""
        await self._visitor.send(f"/start e_{event_id}")
        await self._press(title, "x:")
        await self._press(title, "xx:")
        await self._answer(title)

    async def _press(self, title: str, data: str) -> None:
        message = await self._fresh(lambda one: title in one.text and bool(button(one, data)))
        await self._visitor.press_data(message.message_id, button(message, data), within=0)

    async def _answer(self, title: str) -> None:
        await self._fresh(
            lambda one: title in one.text and not any(button(one, data) for data in ("r:", "x"))
        )

    async def _fresh(self, fits: Any) -> SeenMessage:
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self._visitor.messages:
                    if message.from_bot and message.message_id > self._read and fits(message):
                        self._read = message.message_id
                        return message
                await asyncio.sleep(0.03)


def button(message: SeenMessage, data: str) -> str:
    """Give the data of the message's first button that begin like this, else nothing."""
    found = (one.get("callback_data", "") for row in message.rows for one in row)
    return next((one for one in found if one.startswith(data)), "")
