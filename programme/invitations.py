"""Invitations: staff write once, see who would get it, confirm once, and everyone is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import audiences
from programme import staff as office
from programme.answers import one_line, text
from programme.audiences import Gathered
from programme.facts import event_facts, programme_facts
from programme.listing import has_begun
from programme.notice_policy import POLICY
from programme.notices import Notice
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AnswerEmpty,
    AnswerTooLong,
    AudienceEmpty,
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    TextTooLong,
)
from storage import broadcasts, events
from storage.database import Tx
from storage.events import Event, Session
from storage.staff import StaffMember

CASE_LIMIT, SUBJECT_LIMIT, BODY_LIMIT = 80, 200, 3_500
NAMES_SHOWN = 10
HOME_ZONE = "Europe/Warsaw"
INVITATION = POLICY["invitation"]


@dataclass(frozen=True)
class Audience:
    """Who would get an invitation: people, organisations written to themselves, the first names.

    `people` and `organisations` add up to the messages, as `by_chat` and `by_mail` do; those who
    are `unreachable`, or want no invitations, get none.
    """

    people: int
    organisations: int
    by_chat: int
    by_mail: int
    unreachable: int
    names: tuple[str, ...]
    unwanted: int = 0


@dataclass(frozen=True)
class Sent:
    """An invitation on its way, one row for each who gets it."""

    broadcast_id: int
    rows: int


@dataclass(frozen=True)
class Wording:
    """An invitation's words, tidied and short enough for one message."""

    case_number: str
    subject: str
    body: str


def checked(case_number: str, subject: str, body: str) -> Wording:
    """Tidy an invitation's words; raises TextTooLong, or AnswerEmpty without subject or body."""
    wording = Wording(one_line(case_number), one_line(subject), _body(body))
    if not wording.subject:
        raise AnswerEmpty
    for words, limit in ((wording.case_number, CASE_LIMIT), (wording.subject, SUBJECT_LIMIT)):
        if len(words) > limit:
            raise TextTooLong(limit, len(words))
    return wording


def _body(raw: str) -> str:
    try:
        return text(raw, BODY_LIMIT)
    except AnswerTooLong as error:
        raise TextTooLong(BODY_LIMIT, len(raw.strip())) from error


async def preview(tx: Tx, *, audience: str, event_id: int | None, now: datetime) -> Audience:
    """Tell who would get an invitation to this audience now.

    Raises OptionUnknown for an audience that does not exist, and EventUnknown, EventCancelled,
    DeadlinePassed or EventOver when there is nothing left to invite to.
    """
    if event_id is not None:
        await _open_event(tx, event_id, now)
    return _summary(await audiences.gather(tx, audience))


def _summary(gathered: Gathered) -> Audience:
    recipients = gathered.recipients
    persons = sum(recipient.person_id is not None for recipient in recipients)
    chats = sum(recipient.channel == "telegram" for recipient in recipients)
    return Audience(
        people=persons,
        organisations=len(recipients) - persons,
        by_chat=chats,
        by_mail=len(recipients) - chats,
        unreachable=gathered.unreachable,
        names=tuple(recipient.name for recipient in recipients[:NAMES_SHOWN]),
        unwanted=gathered.unwanted,
    )


async def _open_event(tx: Tx, event_id: int, now: datetime) -> tuple[Event, datetime]:
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event_id)
    if has_begun(sessions, now):
        raise EventOver
    if event.deadline_at is not None and event.deadline_at <= now:
        raise DeadlinePassed(event.deadline_at)
    return event, _last_call(event, sessions)


def _last_call(event: Event, sessions: list[Session]) -> datetime:
    return event.deadline_at or min(session.starts_at for session in sessions)


async def send(
    tx: Tx,
    *,
    staff: StaffMember,
    key: str,
    case_number: str,
    subject: str,
    body: str,
    event_id: int | None,
    audience: str,
    link: str | None,
    quiet: QuietHours,
    now: datetime,
    zone: str = HOME_ZONE,
) -> Sent:
    """Queue an invitation to everyone of an audience, all rows in this transaction.

    1. `key` names the confirmation: confirmed again, it sends nothing and gives the same answer.
    2. In quiet hours the rows wait for the morning; if the deadline is earlier, the invitation
       is refused as too late.
    3. Everything that can be refused is refused before anything is written: TextTooLong,
       AnswerEmpty, AudienceEmpty and whatever `preview` raises.
    """
    known = await broadcasts.by_key(tx, key)
    if known is not None:
        return Sent(known.id, known.people)
    wording = checked(case_number, subject, body)
    about = await _about(tx, event_id, quiet, zone, now)
    recipients = (await audiences.gather(tx, audience, hold=True)).recipients
    if not recipients:
        raise AudienceEmpty
    words = {**vars(wording), "link": link}
    # The key comes first: whoever confirms at the same moment waits here and then sees it.
    broadcast = await broadcasts.add(
        tx,
        key=key,
        kind="invitation",
        staff_id=staff.id,
        event_id=event_id,
        audience={"audience": audience},
        content=words,
        people=len(recipients),
        now=now,
    )
    if broadcast is None:
        known = await broadcasts.get_by_key(tx, key)
        return Sent(known.id, known.people)
    notice = Notice(
        kind=INVITATION.kind,
        key=f"invitation:{broadcast.id}",
        facts=about.facts | words,
        priority=INVITATION.priority,
        due_at=about.due_at,
        not_after=about.not_after,
        broadcast_id=broadcast.id,
    )
    await audiences.tell_all(tx, recipients, notice, now=now)
    detail = {"broadcast": broadcast.id, "audience": audience, "rows": len(recipients)}
    await office.record(tx, staff, "invite", detail=detail, now=now)
    return Sent(broadcast.id, len(recipients))


@dataclass(frozen=True)
class _About:
    facts: dict[str, Any]
    due_at: datetime
    not_after: datetime


async def _about(
    tx: Tx, event_id: int | None, quiet: QuietHours, zone: str, now: datetime
) -> _About:
    if event_id is None:
        facts = {"programme": await programme_facts(tx), "event": None, "deadline": None}
        due_at = quiet.next_waking(now, zone)
        return _About(facts, due_at, INVITATION.worth_until(due_at))
    event, last = await _open_event(tx, event_id, now)
    due_at = quiet.next_waking(now, event.zone)
    if due_at >= last:
        raise DeadlinePassed(last)
    deadline = event.deadline_at.isoformat() if event.deadline_at else None
    facts = await event_facts(tx, event) | {"deadline": deadline}
    return _About(facts, due_at, INVITATION.worth_until(due_at, last))


async def follow(tx: Tx, *, event: Event) -> int:
    """Let invitations to an event that moved, and wait for the morning, tell the new time."""
    facts = {"event": (await event_facts(tx, event))["event"]}
    last = _last_call(event, await events.sessions(tx, event.id))
    return await broadcasts.restate(
        tx, event_id=event.id, kind="invitation", facts=facts, not_after=last
    )


async def withdraw(tx: Tx, *, event_id: int, now: datetime) -> int:
    """Keep back what still waits of the invitations to an event that is cancelled."""
    return await broadcasts.cancel_waiting(tx, event_id=event_id, kind="invitation", now=now)
