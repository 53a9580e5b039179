"""Invitations: staff write once, see who would get it, confirm once, and everyone is told."""

from dataclasses import dataclass
from datetime import datetime

from programme import audiences, broadcast_facts, broadcasting
from programme import staff as office
from programme.answers import one_line, text
from programme.audience_choice import preset
from programme.audiences import Gathered
from programme.broadcast_facts import HOME_ZONE
from programme.facts import event_facts
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AnswerTooLong, TextTooLong
from storage import broadcast_states, broadcasts, events
from storage.database import Tx
from storage.events import Event
from storage.staff import StaffMember

CASE_LIMIT, SUBJECT_LIMIT, BODY_LIMIT = 80, 200, 3_500
NAMES_SHOWN = 10
# What goes to many about an event that people can still come to.
KINDS = ("invitation", "correction")


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
    # Organisations that get it printed, apart from the messages.
    postal: int = 0


@dataclass(frozen=True)
class Sent:
    """An invitation that will leave, and to how many messages it comes."""

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
        await broadcast_facts.open_event(tx, event_id, now)
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
    """Send a letter of three parts to one of the short audiences, as `broadcasting.start` does.

    Raises what that raises, TextTooLong and AnswerEmpty, and OptionUnknown for an audience that
    does not exist.
    """
    office.permit(staff, "invite")
    known = await broadcasts.by_key(tx, key)
    if known is not None:
        return Sent(known.id, known.people)
    words = {**vars(checked(case_number, subject, body)), "link": link}
    started = await broadcasting.start(
        tx,
        member=staff,
        key=key,
        event_id=event_id,
        choice=preset(audience),
        content=words,
        quiet=quiet,
        now=now,
        zone=zone,
    )
    return Sent(started.broadcast_id, started.people)


async def follow(tx: Tx, *, event: Event) -> int:
    """Let invitations to an event that changed, and wait for the morning, tell what is so now.

    Whoever queues one of them at this moment is waited for; what is not queued yet will read the
    event as it is then.
    """
    await broadcast_states.hold_of_event(tx, event.id)
    deadline = event.deadline_at.isoformat() if event.deadline_at else None
    facts = {"event": (await event_facts(tx, event))["event"], "deadline": deadline}
    last = broadcast_facts.last_call(event, await events.sessions(tx, event.id))
    count = 0
    for kind in KINDS:
        count += await broadcasts.restate(
            tx, event_id=event.id, kind=kind, facts=facts, not_after=last
        )
    return count


async def withdraw(tx: Tx, *, event_id: int, now: datetime) -> int:
    """Keep back what has not left of the letters about an event that is cancelled, for good."""
    count = 0
    for broadcast in await broadcast_states.hold_of_event(tx, event_id):
        if broadcast.kind not in KINDS:
            continue
        if broadcast.reported_at is not None and not broadcast.late_joiners:
            count += await broadcasts.cancel_rows(tx, broadcast.id, now=now)
        else:
            stopped = await broadcasting.end(
                tx, broadcast, because=broadcasting.EVENT_CANCELLED, now=now
            )
            count += stopped.held_back
    return count


__all__ = [
    "BODY_LIMIT",
    "CASE_LIMIT",
    "HOME_ZONE",
    "SUBJECT_LIMIT",
    "Audience",
    "Sent",
    "Wording",
    "checked",
    "follow",
    "preview",
    "send",
    "withdraw",
]
