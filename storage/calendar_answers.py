"""What people's calendars answered: every answer is kept, the last one of each entry counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from storage.database import Tx
from storage.insert import insert_id
from storage.mail_tables import calendar_reply
from storage.seat_tables import nomination
from storage.tables import calendar_entry, registration, session

DECLINED = "DECLINED"


@dataclass(frozen=True)
class InvitedEntry:
    """One session in one person's calendar, whose seat it belongs to, and the last answer."""

    id: int
    registration_id: int
    session_id: int
    sequence: int
    last_method: str
    answer: str
    answered_sequence: int | None
    answer_stamped_at: datetime | None
    event_id: int
    person_id: int
    state: str
    ended_because: str
    number: int
    starts_at: datetime
    ends_at: datetime

    @property
    def current_answer(self) -> str:
        """The answer to what the calendar was told last; one to something older is none."""
        return self.answer if self.answered_sequence == self.sequence else ""


@dataclass(frozen=True)
class Reply:
    """One answer as it is kept; `attendee` is for whom it speaks."""

    calendar_entry_id: int
    inbox_id: int | None
    method: str
    partstat: str
    sequence: int
    stamped_at: datetime | None
    attendee: str
    comment: str


@dataclass(frozen=True)
class GivenUp:
    """A seat that a calendar's answer gave up; `until` is when it can be taken back no more."""

    reply_id: int
    until: datetime
    undone_at: datetime | None


def _entries() -> Select[Any]:
    own = {"id", "registration_id", "session_id", "sequence", "last_method"}
    own |= {"answer", "answered_sequence", "answer_stamped_at"}
    columns = []
    for name in InvitedEntry.__dataclass_fields__:
        if name in own:
            columns.append(calendar_entry.c[name])
        elif name in {"number", "starts_at", "ends_at"}:
            columns.append(session.c[name])
        else:
            columns.append(registration.c[name])
    return (
        select(*columns)
        .join(registration, registration.c.id == calendar_entry.c.registration_id)
        .join(session, session.c.id == calendar_entry.c.session_id)
    )


async def by_uid(tx: Tx, uid: str) -> InvitedEntry | None:
    """Read the entry of a UID, which is a secret between the calendar of one person and us."""
    row = (await tx.execute(_entries().where(calendar_entry.c.uid == uid))).one_or_none()
    return InvitedEntry(*row) if row else None


async def of_registration(tx: Tx, registration_id: int) -> list[InvitedEntry]:
    """List the entries of a registration in the order of the sessions."""
    query = _entries().where(calendar_entry.c.registration_id == registration_id)
    return [InvitedEntry(*row) for row in await tx.execute(query.order_by(session.c.number))]


async def of_event(tx: Tx, event_id: int) -> dict[int, list[InvitedEntry]]:
    """Give the entries of everybody who has a seat, by registration."""
    seated = registration.c.event_id == event_id, registration.c.state == "active"
    rows = await tx.execute(_entries().where(*seated).order_by(session.c.number))
    found: dict[int, list[InvitedEntry]] = {}
    for row in rows:
        entry = InvitedEntry(*row)
        found.setdefault(entry.registration_id, []).append(entry)
    return found


async def note(
    tx: Tx,
    before: InvitedEntry,
    *,
    answer: str,
    sequence: int,
    stamped_at: datetime,
    now: datetime,
) -> bool:
    """Let an answer be the last one of an entry; False when another one came meanwhile."""
    result = await tx.execute(
        update(calendar_entry)
        .where(
            calendar_entry.c.id == before.id,
            calendar_entry.c.answered_sequence.is_not_distinct_from(before.answered_sequence),
            calendar_entry.c.answer_stamped_at.is_not_distinct_from(before.answer_stamped_at),
        )
        .values(
            answer=answer,
            answered_sequence=sequence,
            answer_stamped_at=stamped_at,
            answered_at=now,
        )
    )
    return result.rowcount == 1


async def is_known(tx: Tx, reply: Reply) -> bool:
    """Tell whether the very same answer was kept before: mail may come twice."""
    same = (
        calendar_reply.c[name] == getattr(reply, name)
        for name in ("calendar_entry_id", "method", "partstat", "sequence", "attendee", "comment")
    )
    stamped = calendar_reply.c.stamped_at.is_not_distinct_from(reply.stamped_at)
    found = select(calendar_reply.c.id).where(*same, stamped).limit(1)
    return await tx.scalar(found) is not None


async def keep(tx: Tx, reply: Reply, *, outcome: str, now: datetime) -> int:
    """Keep an answer with what came of it, and return its number."""
    return await insert_id(tx, calendar_reply, **vars(reply), outcome=outcome, received_at=now)


async def set_outcome(tx: Tx, reply_id: int, outcome: str) -> None:
    """Write down what came of an answer in the end."""
    this = calendar_reply.c.id == reply_id
    await tx.execute(update(calendar_reply).where(this).values(outcome=outcome))


async def let_undo(tx: Tx, reply_id: int, *, until: datetime) -> None:
    """Write down that an answer gave a seat up, which can be taken back for a while."""
    this = calendar_reply.c.id == reply_id
    await tx.execute(update(calendar_reply).where(this).values(undo_until=until))


async def newest_given_up(tx: Tx, registration_id: int) -> GivenUp | None:
    """Read by which answer the seat of a registration was given up last."""
    rows = await tx.execute(
        select(calendar_reply.c.id, calendar_reply.c.undo_until, calendar_reply.c.undone_at)
        .join(calendar_entry, calendar_entry.c.id == calendar_reply.c.calendar_entry_id)
        .where(
            calendar_entry.c.registration_id == registration_id,
            calendar_reply.c.undo_until.is_not(None),
        )
        .order_by(calendar_reply.c.id.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return GivenUp(*row) if row else None


async def mark_undone(tx: Tx, reply_id: int, *, now: datetime) -> bool:
    """Note that a seat was taken back; False when it was before, or the time has passed."""
    result = await tx.execute(
        update(calendar_reply)
        .where(
            calendar_reply.c.id == reply_id,
            calendar_reply.c.undone_at.is_(None),
            calendar_reply.c.undo_until > now,
        )
        .values(undone_at=now)
    )
    return result.rowcount == 1


async def reopen(
    tx: Tx, registration_id: int, *, state: str, position: int | None, now: datetime
) -> bool:
    """Open a registration again that has ended; False when it is open."""
    result = await tx.execute(
        update(registration)
        .where(registration.c.id == registration_id, registration.c.state == "cancelled")
        .values(
            state=state,
            position=position,
            seated_at=now if state == "active" else None,
            cancelled_at=None,
            ended_because="",
        )
    )
    return result.rowcount == 1


async def first_position(tx: Tx, event_id: int) -> int | None:
    """Give the lowest place in an event's line; None when nobody stands in it."""
    waiting = registration.c.event_id == event_id, registration.c.state == "waiting"
    lowest: int | None = await tx.scalar(select(func.min(registration.c.position)).where(*waiting))
    return lowest


async def nomination_ended_with(tx: Tx, registration_id: int) -> int | None:
    """Name the nomination that ended in the moment in which a registration ended."""
    return await tx.scalar(
        select(nomination.c.id)
        .join(
            registration,
            (registration.c.event_id == nomination.c.event_id)
            & (registration.c.person_id == nomination.c.person_id),
        )
        .where(
            registration.c.id == registration_id,
            nomination.c.state == "declined",
            nomination.c.ended_at == registration.c.cancelled_at,
        )
        .order_by(nomination.c.id.desc())
        .limit(1)
    )
