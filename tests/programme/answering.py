"""Answers of calendars, for tests of what becomes of them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from programme import calendar_answers, registration
from programme.calendar_answers import AnsweredEntry, Attendee, CalendarAnswer
from programme.registration import Registered
from storage import registrations
from storage.calendar_answers import InvitedEntry, by_uid
from storage.database import Tx
from storage.mail_tables import calendar_reply, staff_task
from tests.storage.rows import NOW, make_person

JAN = "jan@example.org"
SECOND = timedelta(seconds=1)


async def invited(tx: Tx, event_id: int, *, mail: str = JAN, **more: Any) -> Registered:
    """Register somebody new, whom mail reaches; `more` may have a chat or a name."""
    return await registration.register(
        tx,
        event_id=event_id,
        person_id=await make_person(tx, mail=mail, **more),
        door="telegram",
        now=NOW,
    )


async def entries(tx: Tx, got: Registered) -> list[InvitedEntry]:
    """Read the calendar entries of a registration, by session."""
    kept = await registrations.calendar_entries(tx, got.registration_id)
    found = [await by_uid(tx, one.uid) for one in kept]
    return sorted((one for one in found if one is not None), key=lambda one: one.number)


async def uid_of(tx: Tx, got: Registered, day: int = 1) -> str:
    """Give the secret UID of one day of a registration."""
    return (await registrations.calendar_entries(tx, got.registration_id))[day - 1].uid


def said(
    uid: str,
    partstat: str,
    *,
    sequence: int = 0,
    at: datetime | None = NOW,
    attendee: str = JAN,
    **more: Any,
) -> AnsweredEntry:
    """Make what a calendar says of one entry."""
    method = more.pop("method", "REPLY")
    named = (Attendee(attendee, partstat),)
    return AnsweredEntry(method, uid, sequence, named, at, **more)


async def hear(
    tx: Tx, *answered: AnsweredEntry, now: datetime = NOW, sender: str = JAN
) -> tuple[str, ...]:
    """Take a mail with these answers."""
    answer = CalendarAnswer(sender, answered, "Odpowiedź\n\nNie mogę przyjść.")
    return await calendar_answers.take(tx, answer=answer, inbox_id=None, now=now)


async def outcomes(tx: Tx) -> list[tuple[str, str]]:
    """List the answers that are kept and what came of each."""
    rows = await tx.execute(
        select(calendar_reply.c.partstat, calendar_reply.c.outcome).order_by(calendar_reply.c.id)
    )
    return [(row.partstat, row.outcome) for row in rows]


async def asked_of_staff(tx: Tx) -> list[dict[str, Any]]:
    """List the facts of what staff are asked to look at."""
    rows = await tx.execute(select(staff_task.c.facts).order_by(staff_task.c.id))
    return list(rows.scalars())
