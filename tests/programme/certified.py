"""An event that is over, with people who were at some of its sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import attendance, events, registrations
from storage import staff as staff_rows
from storage.database import Tx
from storage.staff import StaffMember
from storage.tables import event, programme
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

SECOND_DAY = FIRST_DAY + timedelta(days=1)
AFTER = FIRST_DAY + timedelta(days=2)
MARIA = 900


class Broken(Exception):
    """Something went wrong after certificates were issued."""


@dataclass(frozen=True)
class Training:
    """A training of two days; `registrations` are those of its people in order."""

    event_id: int
    programme_id: int
    sessions: tuple[int, ...]
    persons: tuple[int, ...]
    registrations: tuple[int, ...]
    maria: StaffMember


async def make_training(
    tx: Tx,
    attended: Sequence[Sequence[int]],
    *,
    needed: int | None = 2,
    days: Sequence[datetime] = (FIRST_DAY, SECOND_DAY),
    programme_id: int | None = None,
    reachable: bool = True,
) -> Training:
    """Make a training; each of its people was at the days with these numbers, from one."""
    event_id = await make_event(tx, sessions=days)
    changes: dict[str, int | None] = {"certificate_sessions": needed}
    if programme_id is not None:
        changes["programme_id"] = programme_id
    await tx.execute(event.update().where(event.c.id == event_id).values(**changes))
    sessions = tuple(one.id for one in await events.sessions(tx, event_id))
    persons, seats = [], []
    for at, were in enumerate(attended):
        chat = 1000 * event_id + at if reachable else None
        person_id = await make_person(tx, name=f"Osoba {at + 1} Przykładowa", chat=chat)
        registration_id = await registrations.add(
            tx,
            event_id=event_id,
            person_id=person_id,
            state="active",
            position=None,
            door="telegram",
            now=NOW,
        )
        for day in were:
            await attend(tx, sessions[day - 1], registration_id)
        persons.append(person_id)
        seats.append(registration_id)
    found = await events.get(tx, event_id)
    assert found is not None
    return Training(
        event_id,
        found.programme_id,
        sessions,
        tuple(persons),
        tuple(seats),
        await make_maria(tx),
    )


async def attend(tx: Tx, session_id: int, registration_id: int) -> None:
    """Note that somebody was there."""
    await attendance.note(
        tx,
        session_id=session_id,
        registration_id=registration_id,
        present=True,
        door="code",
        staff_id=None,
        now=AFTER,
    )


async def make_maria(tx: Tx) -> StaffMember:
    """Give the staff member who issues."""
    known = await staff_rows.by_chat(tx, MARIA)
    if known is None:
        await staff_rows.grant(tx, name="Maria", role="coordinator", chat_id=MARIA, now=NOW)
        known = await staff_rows.by_chat(tx, MARIA)
    assert known is not None
    return known


async def drawn(tx: Tx, programme_id: int) -> int:
    """Read how many numbers a programme has given."""
    rows = await tx.execute(programme.select().where(programme.c.id == programme_id))
    return int(rows.one().certificate_sequence)
