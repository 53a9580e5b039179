"""Quick polls: ask the participants of an event one question.

A poll is a survey whose form has one question, so its votes lie among all other answers;
votes.py takes them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import audiences, daily_cap, surveys
from programme import staff as office
from programme.answers import one_line
from programme.audiences import Gathered, Recipient
from programme.facts import event_facts
from programme.forms import Form, Option, Question
from programme.notice_policy import POLICY
from programme.notices import Notice
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, EventUnknown, PollUnfit
from programme.wall_time import to_wall
from storage import broadcasts, events
from storage import surveys as store
from storage.broadcasts import Broadcast
from storage.database import Tx
from storage.events import Event
from storage.staff import StaffMember
from storage.surveys import Survey

QUESTION = "q"
QUESTION_LIMIT = 300
OPTION_LIMIT = 100
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
EVENT_KEY_SHOWN = 60  # a survey's key has room for 80 characters


@dataclass(frozen=True)
class Asked:
    """A poll on its way to so many people."""

    broadcast_id: int
    survey_key: str
    people: int


@dataclass(frozen=True)
class Poll:
    """A question with its options, fit for Telegram."""

    question: str
    options: tuple[str, ...]


def checked(question: str, options: list[str]) -> Poll:
    """Tidy a poll's words; raises PollUnfit when Telegram would not take them."""
    poll = Poll(one_line(question), tuple(one_line(option) for option in options))
    fits = (
        0 < len(poll.question) <= QUESTION_LIMIT
        and FEWEST_OPTIONS <= len(poll.options) <= MOST_OPTIONS
        and all(0 < len(option) <= OPTION_LIMIT for option in poll.options)
        and len(set(poll.options)) == len(poll.options)
    )
    if not fits:
        raise PollUnfit
    return poll


async def ask(
    tx: Tx,
    *,
    staff: StaffMember,
    key: str,
    question: str,
    options: list[str],
    event_id: int,
    quiet: QuietHours,
    now: datetime,
) -> Asked:
    """Send a question to everyone who has a seat at the event, by the way each wants.

    `key` names the confirmation: confirmed again, it asks nobody again and gives the same
    answer. Raises PollUnfit, EventUnknown or AudienceEmpty before anything is written.
    """
    office.permit(staff, "poll")
    known = await broadcasts.by_key(tx, key)
    if known is not None:
        return await _asked(tx, known)
    poll = checked(question, options)
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    recipients = await _recipients(tx, event_id)
    # The key comes first: whoever confirms at the same moment waits here and then sees it.
    broadcast = await broadcasts.add(
        tx,
        key=key,
        kind="poll",
        staff_id=staff.id,
        event_id=event_id,
        audience={"audience": f"{audiences.EVENT}{event_id}"},
        content={"question": poll.question, "options": list(poll.options)},
        people=len(recipients),
        now=now,
    )
    if broadcast is None:
        return await _asked(tx, await broadcasts.get_by_key(tx, key))
    survey = await _open_survey(tx, event, poll, form_key=f"poll-{broadcast.id}", now=now)
    await broadcasts.set_survey(tx, broadcast.id, survey_id=survey.id)
    policy = POLICY["poll"]
    due_at = policy.leaves_at(now, quiet=quiet, zone=event.zone)
    notice = Notice(
        kind=policy.kind,
        key=f"poll:{survey.id}",
        facts=await _facts(tx, poll, event, survey),
        priority=policy.priority,
        due_at=due_at,
        not_after=policy.worth_until(due_at),
        broadcast_id=broadcast.id,
    )
    leaves = await daily_cap.spread(
        tx,
        person_ids=[one.person_id for one in recipients if one.person_id is not None],
        kind=notice.kind,
        due_at=notice.due_at,
        not_after=notice.not_after,
        quiet=quiet,
        zone=event.zone,
    )
    await audiences.tell_all(tx, recipients, notice, now=now, leaves=leaves)
    detail = {"broadcast": broadcast.id, "people": len(recipients)}
    await office.record(tx, staff, "poll", detail=detail, now=now)
    return Asked(broadcast.id, survey.key, len(recipients))


async def _asked(tx: Tx, broadcast: Broadcast) -> Asked:
    survey = await store.get(tx, broadcast.survey_id or 0)
    return Asked(broadcast.id, survey.key, broadcast.people)


async def _recipients(tx: Tx, event_id: int) -> tuple[Recipient, ...]:
    recipients = (await audience_of(tx, event_id=event_id, hold=True)).recipients
    if not recipients:
        raise AudienceEmpty
    return recipients


async def audience_of(tx: Tx, *, event_id: int, hold: bool = False) -> Gathered:
    """Find whom a question about an event would reach now.

    A vote is one person's, so people who share a mailbox get a letter each.
    """
    persons = await audiences.participants(tx, event_id, hold=hold)
    return await audiences.of_people(tx, persons, each=True)


async def _open_survey(tx: Tx, event: Event, poll: Poll, *, form_key: str, now: datetime) -> Survey:
    options = tuple(
        Option(f"o{number}", label) for number, label in enumerate(poll.options, start=1)
    )
    questions = (Question(QUESTION, "choice", poll.question, options),)
    form = await surveys.keep_form(tx, Form(form_key, 1, questions), now=now)
    day = to_wall(now, event.zone).date().isoformat()
    survey: Survey | None = None
    serial = 0
    while survey is None:
        serial += 1
        survey = await store.add(
            tx,
            key=f"{event.key[:EVENT_KEY_SHOWN]}-{day}-{serial}",
            kind="poll",
            form_id=form.id,
            event_id=event.id,
            wave="",
            now=now,
        )
    return survey


async def _facts(tx: Tx, poll: Poll, event: Event, survey: Survey) -> dict[str, Any]:
    return await event_facts(tx, event) | {
        "question": poll.question,
        "options": list(poll.options),
        "survey_key": survey.key,
    }
