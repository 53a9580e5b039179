"""Write an invitation in a dialogue: event, case number, words, audience, a last look, out."""

from datetime import datetime
from typing import Any

from programme import invitations
from programme.asking import Asked, ended, following, fresh, number
from programme.facts import event_facts, programme_facts
from programme.invitations import Sent
from programme.quiet_hours import QuietHours
from programme.refusals import AudienceEmpty, EventUnknown, OptionUnknown, QuestionPassed
from storage import events
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "invitation"
NONE = "none"
SUBJECT_LENGTH = 80


async def begin(tx: Tx, *, state: Conversation, now: datetime) -> Asked:
    """Ask to which event people are invited."""
    return await ask(tx, state=following(fresh(state, FLOW), "event"), now=now)


async def ask(tx: Tx, *, state: Conversation, now: datetime) -> Asked:
    """Gather what the open question needs."""
    answers = state.data["answers"]
    facts: dict[str, Any] = {}
    if state.step == "event":
        facts = {"events": [(one.id, one.title) for one in await events.upcoming(tx, now=now)]}
    if state.step == "audience":
        facts = {"event_id": answers["event_id"]}
    if state.step == "confirm":
        facts = await _preview(tx, answers, now)
    return Asked(state, f"invitation_{state.step}", facts)


async def _preview(tx: Tx, answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    audience = await invitations.preview(
        tx, audience=answers["audience"], event_id=answers["event_id"], now=now
    )
    if answers["event_id"] is None:
        about = {"programme": await programme_facts(tx), "event": None, "deadline": None}
    else:
        event = await events.get(tx, answers["event_id"])
        if event is None:
            raise EventUnknown
        deadline = event.deadline_at.isoformat() if event.deadline_at else None
        about = await event_facts(tx, event) | {"deadline": deadline}
    words = {name: answers[name] for name in ("case_number", "subject", "body")}
    name = audience.names[0] if audience.names else ""
    notice = {**about, **words, "link": None, "person": {"name": name}}
    return {"notice": notice, "audience": audience}


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    link: str,
    quiet: QuietHours,
    now: datetime,
    zone: str = invitations.HOME_ZONE,
) -> Asked | tuple[Conversation, Sent]:
    """Take the answer to the open question; the last one sends the invitation.

    `link` is the bot's deep link without its payload; `zone` is where the quiet hours of an
    invitation without an event are read from the wall. Returns the next question, or the end
    of the conversation with what was sent. Raises TextTooLong, AudienceEmpty, a refusal about
    the event, or a kind of AnswerRefused, and changes nothing.
    """
    if state.step == "event":
        coming = await _event(tx, state, raw)
    elif state.step == "case_number":
        case = invitations.checked("" if raw == "skip" else raw, "x", "x").case_number
        coming = following(state, "body", case_number=case)
    elif state.step == "body":
        coming = _body(state, raw)
    elif state.step == "audience":
        coming = await _audience(tx, state, raw, now)
    elif state.step == "confirm" and raw in ("body", "audience"):
        coming = following(state, raw)
    elif state.step == "confirm" and raw == "send":
        return ended(state), await _send(tx, state, member, link, quiet, now, zone)
    else:
        raise OptionUnknown if state.step == "confirm" else QuestionPassed
    return await ask(tx, state=coming, now=now)


async def _event(tx: Tx, state: Conversation, raw: str) -> Conversation:
    if raw == NONE:
        return following(state, "case_number", event_id=None, subject="")
    known = number(raw)
    event = await events.get(tx, known) if known is not None else None
    if event is None:
        raise OptionUnknown
    return following(state, "case_number", event_id=event.id, subject=event.title)


def _body(state: Conversation, raw: str) -> Conversation:
    answers = state.data["answers"]
    first_line = raw.strip().splitlines()[0][:SUBJECT_LENGTH] if raw.strip() else ""
    subject = answers["subject"] if answers["event_id"] is not None else first_line
    words = invitations.checked(answers["case_number"], subject or "x", raw)
    subject = words.subject[: invitations.SUBJECT_LIMIT]
    return following(state, "audience", subject=subject, body=words.body)


async def _audience(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    event_id = state.data["answers"]["event_id"]
    found = await invitations.preview(tx, audience=raw, event_id=event_id, now=now)
    if not found.people + found.organisations:
        raise AudienceEmpty
    return following(state, "confirm", audience=raw)


async def _send(
    tx: Tx,
    state: Conversation,
    member: StaffMember,
    link: str,
    quiet: QuietHours,
    now: datetime,
    zone: str,
) -> Sent:
    answers = state.data["answers"]
    event_id = answers["event_id"]
    return await invitations.send(
        tx,
        staff=member,
        key=f"invitation:{state.chat_id}:{state.version}",
        case_number=answers["case_number"],
        subject=answers["subject"],
        body=answers["body"],
        event_id=event_id,
        audience=answers["audience"],
        link=f"{link}?start=e_{event_id}" if event_id is not None else None,
        quiet=quiet,
        now=now,
        zone=zone,
    )
