"""Write a quick poll in a dialogue: event, question, answers, a last look, out.

How it is asked is changed on the last look, one press each; whoever changes nothing asks those
with a seat by native polls, with names and without an end.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from programme import poll_audience, poll_manner, polls, staff
from programme.answers import one_line
from programme.asking import Asked, ended, following, fresh, number
from programme.broadcast_facts import HOME_ZONE
from programme.notice_policy import POLICY
from programme.notices import MAIL
from programme.poll_manner import ANONYMOUS, BUTTONS, NAMED, NATIVE, NEVER, Manner
from programme.poll_refusals import ClosesTooSoon
from programme.polls import Asked as PollAsked
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AudienceEmpty, OptionUnknown, QuestionPassed
from storage import events
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "poll"
NO_EVENT = "none"
# On the last look: what a press changes, or the question that it leads to.
CHANGES = ("again", "several", "style", "names", "end", "whom")
CHOOSING = ("end", "whom")


async def begin(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Ask for which event the poll is."""
    staff.permit(member, "poll")
    return await ask(tx, state=following(fresh(state, FLOW), "event"), member=member, now=now)


async def ask(
    tx: Tx,
    *,
    state: Conversation,
    member: StaffMember,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Asked:
    """Gather what the open question needs; the quiet hours say when people would get it."""
    staff.permit(member, "poll")
    answers = state.data["answers"]
    if state.step == "event":
        listed = [(event.id, event.title) for event in await events.recent(tx, now=now)]
        return Asked(state, "poll_event", {"events": listed})
    if state.step == "confirm":
        return Asked(state, "poll_confirm", await _last_look(tx, answers, quiet, now))
    if state.step in CHOOSING:
        has_event = answers["event_id"] is not None
        return Asked(state, f"poll_{state.step}", {"has_event": has_event})
    return Asked(state, f"poll_{state.step}", {})


async def _last_look(
    tx: Tx, answers: dict[str, Any], quiet: QuietHours | None, now: datetime
) -> dict[str, Any]:
    manner, closes_at = _manner(answers), None
    with suppress(ClosesTooSoon):  # whoever sends all the same is told so
        closes_at = await _closes_at(tx, answers, manner.end, quiet, now)
    return {
        **answers,
        **await _counted(tx, _whom(answers)),
        "multiple": manner.multiple,
        "style": manner.style,
        "anonymous": manner.is_anonymous,
        "closes_at": closes_at,
        "whom": answers.get("whom", poll_audience.PRESETS[0]),
    }


async def _closes_at(
    tx: Tx, answers: dict[str, Any], end: str, quiet: QuietHours | None, now: datetime
) -> datetime | None:
    event_id = answers["event_id"]
    event = await events.get(tx, event_id) if event_id is not None else None
    zone = event.zone if event else HOME_ZONE
    asked_at = POLICY["poll"].leaves_at(now, quiet=quiet or QuietHours(), zone=zone)
    return await poll_manner.closes_at(tx, end, event_id=event_id, asked_at=asked_at, zone=zone)


def _manner(answers: dict[str, Any]) -> Manner:
    return Manner(
        multiple=bool(answers.get("multiple", False)),
        style=answers.get("style", NATIVE),
        privacy=answers.get("privacy", NAMED),
        end=answers.get("end", NEVER),
    )


def _whom(answers: dict[str, Any]) -> str:
    chosen = answers.get("whom", poll_audience.PRESETS[0])
    return poll_audience.word(chosen, answers["event_id"])


async def _counted(tx: Tx, whom: str) -> dict[str, int]:
    """Count whom the question would reach, and whom not."""
    found = await polls.audience_of(tx, whom=whom)
    by_mail = sum(one.channel == MAIL for one in found.recipients)
    return {
        "people": len(found.recipients),
        "chat": len(found.recipients) - by_mail,
        "mail": by_mail,
        "unreachable": found.unreachable,
        "unwanted": found.unwanted,
    }


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Asked | tuple[Conversation, PollAsked]:
    """Take the answer to the open question; the last one sends the poll.

    Returns the conversation's end with what was sent, or the next question. Raises PollUnfit,
    AudienceEmpty, ClosesTooSoon or a kind of AnswerRefused and changes nothing.
    """
    staff.permit(member, "poll")
    if state.step == "event":
        coming = await _event(tx, state, raw)
    elif state.step == "question":
        coming = following(state, "options", question=_words(raw))
    elif state.step == "options":
        lines = [line.strip() for line in raw.splitlines() if line.strip()]
        poll = polls.checked(state.data["answers"]["question"], lines)
        coming = following(state, "confirm", question=poll.question, options=list(poll.options))
    elif state.step in CHOOSING:
        coming = await _chosen(tx, state, raw, quiet, now)
    elif state.step == "confirm" and raw in CHANGES:
        step, changes = _change(state.data["answers"], raw)
        coming = following(state, step, **changes)
    elif state.step == "confirm" and raw == "send":
        return ended(state), await _send(tx, state, member, quiet, now)
    else:
        raise OptionUnknown if state.step == "confirm" else QuestionPassed
    return await ask(tx, state=coming, member=member, now=now, quiet=quiet)


async def _event(tx: Tx, state: Conversation, raw: str) -> Conversation:
    if raw == NO_EVENT:
        return following(state, "question", event_id=None, title="", whom=poll_audience.PRESETS[1])
    known = number(raw)
    event = await events.get(tx, known) if known is not None else None
    if event is None:
        raise OptionUnknown
    if not (await _counted(tx, poll_audience.word(poll_audience.PRESETS[0], event.id)))["people"]:
        raise AudienceEmpty
    return following(state, "question", event_id=event.id, title=event.title)


def _change(answers: dict[str, Any], raw: str) -> tuple[str, dict[str, Any]]:
    """Say where a press on the last look leads, and what it changes."""
    manner = _manner(answers)
    if raw == "several":
        return "confirm", {"multiple": not manner.multiple}
    if raw == "style":
        return "confirm", {"style": NATIVE if manner.style == BUTTONS else BUTTONS}
    if raw == "names":
        privacy = NAMED if manner.is_anonymous else ANONYMOUS
        return "confirm", {"privacy": privacy, "style": NATIVE}
    return ("question" if raw == "again" else raw), {}


async def _chosen(
    tx: Tx, state: Conversation, raw: str, quiet: QuietHours, now: datetime
) -> Conversation:
    """Take when it ends, or whom it asks; what cannot be is refused and asked again."""
    answers = state.data["answers"]
    if state.step == "end":
        await _closes_at(tx, answers, raw, quiet, now)
        return following(state, "confirm", end=raw)
    if raw not in poll_audience.PRESETS or (
        raw == poll_audience.PRESETS[0] and answers["event_id"] is None
    ):
        raise OptionUnknown
    if not (await _counted(tx, poll_audience.word(raw, answers["event_id"])))["people"]:
        raise AudienceEmpty
    return following(state, "confirm", whom=raw)


def _words(raw: str) -> str:
    if not one_line(raw):
        raise AnswerEmpty
    # Checked now with any two options, or a question that never fits would block the next step.
    return polls.checked(raw, ["1", "2"]).question


async def _send(
    tx: Tx, state: Conversation, member: StaffMember, quiet: QuietHours, now: datetime
) -> PollAsked:
    answers = state.data["answers"]
    return await polls.ask(
        tx,
        staff=member,
        key=f"poll:{state.chat_id}:{state.version}",
        question=answers["question"],
        options=answers["options"],
        event_id=answers["event_id"],
        quiet=quiet,
        now=now,
        whom=_whom(answers),
        manner=_manner(answers),
    )
