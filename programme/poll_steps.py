"""Write a quick poll in a dialogue: event, question, answers, a last look, out."""

from datetime import datetime

from programme import polls, staff
from programme.answers import one_line
from programme.asking import Asked, ended, following, fresh, number
from programme.notices import MAIL
from programme.polls import Asked as PollAsked
from programme.quiet_hours import QuietHours
from programme.refusals import AnswerEmpty, AudienceEmpty, OptionUnknown, QuestionPassed
from storage import events
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "poll"


async def begin(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Ask for which event the poll is."""
    staff.permit(member, "poll")
    return await ask(tx, state=following(fresh(state, FLOW), "event"), member=member, now=now)


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "poll")
    answers = state.data["answers"]
    if state.step == "event":
        listed = [(event.id, event.title) for event in await events.recent(tx, now=now)]
        return Asked(state, "poll_event", {"events": listed})
    if state.step == "confirm":
        return Asked(state, "poll_confirm", {**answers, **await _whom(tx, answers["event_id"])})
    return Asked(state, f"poll_{state.step}", {})


async def _whom(tx: Tx, event_id: int) -> dict[str, int]:
    """Count whom the question would reach, and whom not."""
    found = await polls.audience_of(tx, event_id=event_id)
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
    AudienceEmpty or a kind of AnswerRefused and changes nothing.
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
    elif state.step == "confirm" and raw == "again":
        coming = following(state, "question")
    elif state.step == "confirm" and raw == "send":
        return ended(state), await _send(tx, state, member, quiet, now)
    else:
        raise OptionUnknown if state.step == "confirm" else QuestionPassed
    return await ask(tx, state=coming, member=member, now=now)


async def _event(tx: Tx, state: Conversation, raw: str) -> Conversation:
    known = number(raw)
    event = await events.get(tx, known) if known is not None else None
    if event is None:
        raise OptionUnknown
    if not (await _whom(tx, event.id))["people"]:
        raise AudienceEmpty
    return following(state, "question", event_id=event.id, title=event.title)


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
    )
