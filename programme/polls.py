"""Quick polls: ask the participants of an event, or organisations' people, one question.

A poll is a survey whose form has one question, so its votes lie among all other answers;
votes.py takes them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import audiences, daily_cap, poll_audience, poll_manner, survey_filling, surveys
from programme import staff as office
from programme.answers import one_line
from programme.audiences import Gathered, Recipient
from programme.broadcast_facts import HOME_ZONE
from programme.facts import event_facts, programme_facts
from programme.forms import Form, Option, Question
from programme.notice_policy import POLICY
from programme.notices import Notice
from programme.poll_manner import BUTTONS, PLAIN, Manner
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, EventUnknown, PollUnfit
from programme.wall_time import to_wall
from storage import broadcasts, events, survey_recipients, waves
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
NO_EVENT = "pytanie"  # in a survey's key, where others have their event's


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
    event_id: int | None,
    quiet: QuietHours,
    now: datetime,
    whom: str = "",
    manner: Manner = PLAIN,
) -> Asked:
    """Send a question to all whom it is for, by the way each wants.

    `whom` is a word that poll_audience.gather knows; without one it is for everyone who has a
    seat at the event. `key` names the confirmation: confirmed again, it asks nobody again and
    gives the same answer. Raises PollUnfit, EventUnknown, ClosesTooSoon or AudienceEmpty before
    anything is written.
    """
    office.permit(staff, "poll")
    known = await broadcasts.by_key(tx, key)
    if known is not None:
        return await _asked(tx, known)
    poll = checked(question, options)
    event = await events.get(tx, event_id) if event_id is not None else None
    if event is None and (event_id is not None or not whom):
        raise EventUnknown
    whom = whom or f"{audiences.EVENT}{event_id}"
    zone = event.zone if event else HOME_ZONE
    due_at = POLICY["poll"].leaves_at(now, quiet=quiet, zone=zone)
    closes_at = await poll_manner.closes_at(
        tx, manner.end, event_id=event_id, asked_at=due_at, zone=zone
    )
    recipients = await _recipients(tx, whom)
    # The key comes first: whoever confirms at the same moment waits here and then sees it.
    broadcast = await broadcasts.add(
        tx,
        key=key,
        kind="poll",
        staff_id=staff.id,
        event_id=event_id,
        audience={"audience": whom},
        content={"question": poll.question, "options": list(poll.options)},
        people=len(recipients),
        now=now,
    )
    if broadcast is None:
        return await _asked(tx, await broadcasts.get_by_key(tx, key))
    setting = _Setting(event, zone, manner, closes_at)
    survey = await _open_survey(tx, setting, poll, form_key=f"poll-{broadcast.id}", now=now)
    await _note_whom(tx, survey, recipients)
    await broadcasts.set_survey(tx, broadcast.id, survey_id=survey.id)
    facts = await _facts(tx, poll, setting, survey)
    await _tell(tx, broadcast.id, survey.id, facts, recipients, setting, due_at, quiet, now)
    detail = {"broadcast": broadcast.id, "people": len(recipients)}
    await office.record(tx, staff, "poll", detail=detail, now=now)
    return Asked(broadcast.id, survey.key, len(recipients))


@dataclass(frozen=True)
class _Setting:
    """What a poll is about, in whose time, and how it is asked."""

    event: Event | None
    zone: str
    manner: Manner
    closes_at: datetime | None


async def _tell(
    tx: Tx,
    broadcast_id: int,
    survey_id: int,
    facts: dict[str, Any],
    recipients: tuple[Recipient, ...],
    setting: _Setting,
    due_at: datetime,
    quiet: QuietHours,
    now: datetime,
) -> None:
    policy = POLICY["poll"]
    not_after = policy.worth_until(due_at)
    if setting.closes_at is not None:
        not_after = min(not_after, setting.closes_at)
    notice = Notice(
        kind=policy.kind,
        key=f"poll:{survey_id}",
        facts=facts,
        priority=policy.priority,
        due_at=due_at,
        not_after=not_after,
        broadcast_id=broadcast_id,
    )
    leaves = await daily_cap.spread(
        tx,
        person_ids=[one.person_id for one in recipients if one.person_id is not None],
        kind=notice.kind,
        due_at=notice.due_at,
        not_after=notice.not_after,
        quiet=quiet,
        zone=setting.zone,
    )
    await audiences.tell_all(tx, recipients, notice, now=now, leaves=leaves)


async def _note_whom(tx: Tx, survey: Survey, recipients: tuple[Recipient, ...]) -> None:
    """Keep whom a poll by buttons asks: who has voted is noted there, apart from the votes."""
    wave = await waves.by_key(tx, survey.id, "")
    if wave is None or survey.style != BUTTONS:
        return
    rows: list[dict[str, Any]] = [
        {"owner": survey_filling.person(one.person_id), "person_id": one.person_id}
        for one in recipients
        if one.person_id is not None
    ]
    for start in range(0, len(rows), poll_audience.AT_ONCE):
        await survey_recipients.add(tx, wave.id, rows[start : start + poll_audience.AT_ONCE])


async def _asked(tx: Tx, broadcast: Broadcast) -> Asked:
    survey = await store.get(tx, broadcast.survey_id or 0)
    return Asked(broadcast.id, survey.key, broadcast.people)


async def _recipients(tx: Tx, whom: str) -> tuple[Recipient, ...]:
    recipients = (await audience_of(tx, whom=whom, hold=True)).recipients
    if not recipients:
        raise AudienceEmpty
    return recipients


async def audience_of(tx: Tx, *, whom: str, hold: bool = False) -> Gathered:
    """Find whom a question would reach now."""
    return await poll_audience.gather(tx, whom=whom, hold=hold)


async def _open_survey(
    tx: Tx, setting: _Setting, poll: Poll, *, form_key: str, now: datetime
) -> Survey:
    event, manner = setting.event, setting.manner
    options = tuple(
        Option(f"o{number}", label) for number, label in enumerate(poll.options, start=1)
    )
    kind = "multiple" if manner.multiple else "choice"
    questions = (Question(QUESTION, kind, poll.question, options),)
    form = await surveys.keep_form(tx, Form(form_key, 1, questions), now=now)
    day = to_wall(now, setting.zone).date().isoformat()
    about = event.key[:EVENT_KEY_SHOWN] if event else NO_EVENT
    survey: Survey | None = None
    serial = 0
    while survey is None:
        serial += 1
        survey = await store.add(
            tx,
            key=f"{about}-{day}-{serial}",
            kind="poll",
            form_id=form.id,
            event_id=event.id if event else None,
            wave="",
            now=now,
            privacy=manner.privacy,
            style=manner.style,
        )
    await waves.add(
        tx,
        survey_id=survey.id,
        key="",
        event_id=survey.event_id,
        state=waves.OPEN,
        opens_at=now,
        closes_at=setting.closes_at,
        now=now,
    )
    return survey


async def _facts(tx: Tx, poll: Poll, setting: _Setting, survey: Survey) -> dict[str, Any]:
    about: dict[str, Any] = {"programme": await programme_facts(tx)}
    if setting.event is not None:
        about = await event_facts(tx, setting.event)
    return (
        about
        | {
            "question": poll.question,
            "options": list(poll.options),
            "survey_key": survey.key,
        }
        | _manner_facts(setting, survey)
    )


def _manner_facts(setting: _Setting, survey: Survey) -> dict[str, Any]:
    """Say only what is not as usual, so that rows that wait from before are the same."""
    manner = setting.manner
    facts: dict[str, Any] = {}
    if manner.multiple:
        facts["multiple"] = True
    if manner.style == BUTTONS:
        facts["buttons_of"] = survey.id
    if manner.is_anonymous:
        facts["anonymous"] = True
    if setting.closes_at is not None:
        facts["closes"] = {"at": setting.closes_at.isoformat(), "zone": setting.zone}
    return facts
