"""Take what people's calendars answer to our invitations.

The UID of an entry is a secret that only its person's calendar knows, so whoever answers with it
speaks for that seat, whatever address the mail came from. Nobody is answered by mail for it: a
calendar would answer back. The person is told at their own address, in words and with a way to
undo, and what a rule cannot decide goes to staff.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import declined_days, giving_up, tasks
from programme.listing import has_begun
from programme.quiet_hours import QuietHours
from programme.refusals import AlreadyRegistered, Refusal
from storage import calendar_answers as rows
from storage import events, people
from storage.calendar_answers import DECLINED, InvitedEntry, Reply
from storage.database import Tx
from storage.events import Event, Session

logger = logging.getLogger(__name__)
ACCEPTED, TENTATIVE = "ACCEPTED", "TENTATIVE"
REPLY = "REPLY"
# What became of an answer.
RECORDED, GAVE_UP, UNDONE, DAY_DECLINED = "recorded", "gave_up", "undone", "day_declined"
OLD, KNOWN, OVER, TO_STAFF, UNKNOWN = "old", "known", "over", "to_staff", "unknown"


@dataclass(frozen=True)
class Attendee:
    """Somebody for whom a calendar answers: the address in lower case, the answer in capitals."""

    address: str
    partstat: str


@dataclass(frozen=True)
class AnsweredEntry:
    """What a calendar says of one entry; nothing in it is proved but that it knows the UID.

    `starts_at` and `ends_at` are the times it names, which for a COUNTER are those it proposes.
    """

    method: str
    uid: str
    sequence: int
    attendees: tuple[Attendee, ...]
    stamped_at: datetime | None = None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class CalendarAnswer:
    """All that the calendar parts of one mail say; `entries` has at least one.

    `sender` is the mail's own, and `original` what a person would read of it.
    """

    sender: str
    entries: tuple[AnsweredEntry, ...]
    original: str = ""


@dataclass(frozen=True)
class _Case:
    """One answer on its way: what it says, whose entry it is about, and how it is kept."""

    said: AnsweredEntry
    entry: InvitedEntry
    reply: Reply
    is_theirs: bool
    stamped_at: datetime

    @property
    def partstat(self) -> str:
        return self.reply.partstat

    @property
    def sequence(self) -> int:
        """The sequence that was answered; nobody can have seen a higher one than ours."""
        return min(self.said.sequence, self.entry.sequence)

    @property
    def is_newer(self) -> bool:
        """Whether it was said after the last one that counted (RFC 5546 section 2.1.5)."""
        if self.entry.answered_sequence is None or self.entry.answer_stamped_at is None:
            return True
        last = (self.entry.answered_sequence, self.entry.answer_stamped_at)
        # Two taps within the same second come in the order in which they were made.
        return (self.sequence, self.stamped_at) >= last


async def take(
    tx: Tx,
    *,
    answer: CalendarAnswer,
    inbox_id: int | None,
    now: datetime,
    quiet: QuietHours | None = None,
) -> tuple[str, ...]:
    """Take all that one mail answers, each entry for itself, and say what became of each.

    Never refuses: what cannot be done is kept with its reason.
    """
    outcomes = []
    # By rising event, as everybody locks who needs several.
    for said in await _in_order(tx, answer.entries):
        outcome = await _take_one(
            tx, said, answer=answer, inbox_id=inbox_id, now=now, quiet=quiet or QuietHours()
        )
        logger.info("calendar_answer", extra={"outcome": outcome})
        outcomes.append(outcome)
    return tuple(outcomes)


async def _in_order(tx: Tx, entries: tuple[AnsweredEntry, ...]) -> list[AnsweredEntry]:
    placed = [(await rows.by_uid(tx, said.uid), said) for said in entries]
    key = [(found.event_id if found else 0, at) for at, (found, _said) in enumerate(placed)]
    return [placed[at][1] for _event_id, at in sorted(key)]


async def _take_one(
    tx: Tx,
    said: AnsweredEntry,
    *,
    answer: CalendarAnswer,
    inbox_id: int | None,
    now: datetime,
    quiet: QuietHours,
) -> str:
    seen = await rows.by_uid(tx, said.uid)
    event = await events.lock(tx, seen.event_id) if seen else None
    # Read again under the lock: the event may have moved, or the seat may be somebody else's.
    entry = await rows.by_uid(tx, said.uid)
    if event is None or entry is None:
        return UNKNOWN
    case = await _case(tx, said, entry, sender=answer.sender, inbox_id=inbox_id, now=now)
    if await rows.is_known(tx, case.reply):
        await rows.keep(tx, case.reply, outcome=KNOWN, now=now)
        return KNOWN
    reply_id = await rows.keep(tx, case.reply, outcome=RECORDED, now=now)
    sessions = await events.sessions(tx, event.id)
    outcome = await _decide(tx, case, event, sessions, reply_id=reply_id, now=now, quiet=quiet)
    await rows.set_outcome(tx, reply_id, outcome)
    if outcome == TO_STAFF or said.comment:
        await _ask_staff(tx, case, event, answer, reply_id=reply_id, outcome=outcome, now=now)
    return outcome


async def _case(
    tx: Tx,
    said: AnsweredEntry,
    entry: InvitedEntry,
    *,
    sender: str,
    inbox_id: int | None,
    now: datetime,
) -> _Case:
    """Find for whom of those named the answer counts: the person who was invited, if any."""
    contacts = await people.contacts(tx, entry.person_id)
    # An address that was given up since may still be the one that was invited.
    own = {one.address.lower() for one in contacts if one.channel == "mail"}
    named = said.attendees or (Attendee(sender, ""),)
    theirs = next((one for one in named if one.address in own), None)
    chosen = theirs or named[0]
    reply = Reply(
        calendar_entry_id=entry.id,
        inbox_id=inbox_id,
        method=said.method[:20],
        partstat=chosen.partstat[:20],
        sequence=said.sequence,
        stamped_at=said.stamped_at,
        attendee=chosen.address,
        comment=said.comment,
    )
    # A clock that is wrong must not make every later answer an old one.
    stamped_at = min(said.stamped_at, now) if said.stamped_at else now
    return _Case(said, entry, reply, theirs is not None, stamped_at)


async def _decide(
    tx: Tx,
    case: _Case,
    event: Event,
    sessions: list[Session],
    *,
    reply_id: int,
    now: datetime,
    quiet: QuietHours,
) -> str:
    entry = case.entry
    if event.state == "cancelled" or has_begun(sessions, now):
        return OVER
    if not case.is_theirs or case.said.method != REPLY or case.partstat == "DELEGATED":
        return TO_STAFF
    if entry.state != "active":
        return await _after_the_end(tx, case, now=now, quiet=quiet)
    if case.sequence < entry.sequence or not case.is_newer:
        return OLD
    if case.partstat not in {ACCEPTED, TENTATIVE, DECLINED}:
        return RECORDED
    if not await _note(tx, case, now=now):
        return OLD
    if case.partstat != DECLINED:
        return RECORDED
    return await _declined(tx, case, event, sessions, reply_id=reply_id, now=now, quiet=quiet)


async def _note(tx: Tx, case: _Case, *, now: datetime) -> bool:
    return await rows.note(
        tx,
        case.entry,
        answer=case.partstat,
        sequence=case.sequence,
        stamped_at=case.stamped_at,
        now=now,
    )


async def _after_the_end(tx: Tx, case: _Case, *, now: datetime, quiet: QuietHours) -> str:
    """Let "yes" undo the "no" that gave the seat up; anything else is only kept.

    Where it comes too late for that, staff learn of it: the person believes that they have a seat.
    """
    entry = case.entry
    gave_up = entry.state == "cancelled" and entry.ended_because == giving_up.BECAUSE
    if case.partstat != ACCEPTED or not gave_up or not case.is_newer:
        return OVER
    try:
        async with tx.begin_nested():
            await giving_up.undo(
                tx,
                registration_id=entry.registration_id,
                person_id=entry.person_id,
                now=now,
                quiet=quiet,
            )
            await _note(tx, case, now=now)
    except AlreadyRegistered:
        return OVER
    except Refusal:
        return TO_STAFF
    return UNDONE


async def _declined(
    tx: Tx,
    case: _Case,
    event: Event,
    sessions: list[Session],
    *,
    reply_id: int,
    now: datetime,
    quiet: QuietHours,
) -> str:
    """Give the seat up when every day is declined; a day of several asks the person first."""
    entry = case.entry
    days = await rows.of_registration(tx, entry.registration_id)
    if any(day.current_answer != DECLINED for day in days):
        await declined_days.ask_about_day(
            tx, event=event, sessions=sessions, entry=entry, reply_id=reply_id, now=now
        )
        return DAY_DECLINED
    await giving_up.give_up(
        tx,
        event=event,
        sessions=sessions,
        registration_id=entry.registration_id,
        person_id=entry.person_id,
        reply_id=reply_id,
        quiet=quiet,
        now=now,
    )
    return GAVE_UP


async def _ask_staff(
    tx: Tx,
    case: _Case,
    event: Event,
    answer: CalendarAnswer,
    *,
    reply_id: int,
    outcome: str,
    now: datetime,
) -> None:
    """Let staff read what no rule decides: another address, another time, a word in a comment."""
    person = await people.get(tx, case.entry.person_id)
    facts: dict[str, Any] = {
        "what": _what(case, outcome),
        "name": person.name,
        "event": event.title,
        "attendee": case.reply.attendee,
        "answer": case.partstat,
        "comment": case.said.comment,
        "registration_id": case.entry.registration_id,
        "session": {
            "number": case.entry.number,
            "starts_at": case.entry.starts_at.isoformat(),
            "ends_at": case.entry.ends_at.isoformat(),
            "zone": event.zone,
        },
    }
    if case.said.method == "COUNTER" and case.said.starts_at is not None:
        ends_at = case.said.ends_at
        facts["proposed"] = {
            "starts_at": case.said.starts_at.isoformat(),
            "ends_at": ends_at.isoformat() if ends_at else None,
            "zone": event.zone,
        }
    await tasks.ask(
        tx,
        key=f"calendar:{reply_id}",
        kind="calendar",
        facts=facts,
        original=answer.original,
        person_id=case.entry.person_id,
        event_id=event.id,
        now=now,
    )


def _what(case: _Case, outcome: str) -> str:
    if outcome != TO_STAFF:
        return "comment"
    if case.said.method == "COUNTER":
        return "other_time"
    if case.said.method != REPLY:
        return "question"
    if not case.is_theirs:
        return "other_person"
    return "delegated" if case.partstat == "DELEGATED" else "too_late"
