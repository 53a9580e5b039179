"""Ask staff who stands at the door: name, perhaps somebody known, whom for, and a last look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import organisation_question, people_desk, staff, walk_ins
from programme.answers import name
from programme.asking import Asked, ended, following, fresh, number
from programme.quiet_hours import QuietHours
from programme.refusals import EventUnknown, OptionUnknown, QuestionPassed
from programme.walk_ins import Admitted, Newcomer
from storage import events, people
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "walk_in"
NAME_LENGTH = 120
KNOWN_SHOWN = 6
ROLES = ("ngo", "clerk")
SEAT, ANYWAY = "seat", "anyway"


@dataclass(frozen=True)
class Seated:
    """The dialogue is over: who was let in, and what became of it."""

    conversation: Conversation
    event_id: int
    admitted: Admitted


async def begin(tx: Tx, *, state: Conversation, event_id: int, member: StaffMember) -> Asked:
    """Ask for the name; an unknown event raises EventUnknown."""
    staff.permit(member, "people")
    if await events.get(tx, event_id) is None:
        raise EventUnknown
    return await ask(
        tx, state=following(fresh(state, FLOW, event_id=event_id), "name"), member=member
    )


async def ask(tx: Tx, *, state: Conversation, member: StaffMember) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "people")
    answers = state.data["answers"]
    facts: dict[str, Any] = {"event_id": state.data["event_id"]}
    if state.step == "known":
        facts |= {"name": answers["name"], "known": answers["known"]}
    if state.step in organisation_question.STEPS:
        facts |= await organisation_question.facts(tx, state, role=answers["role"])
    if state.step == "confirm":
        facts |= await _facts_of_one(tx, state)
    return Asked(state, f"walk_in_{state.step}", facts)


async def _facts_of_one(tx: Tx, state: Conversation) -> dict[str, Any]:
    answers = state.data["answers"]
    event = await events.get(tx, state.data["event_id"])
    if event is None:
        raise EventUnknown
    who = {"name": answers["name"], "organisation": answers.get("organisation", "")}
    if answers.get("person_id") is not None:
        person = await people.who_is_now(tx, answers["person_id"])
        who = {"name": person.name, "organisation": person.organisation}
    return {
        **who,
        "title": event.title,
        "capacity": event.capacity,
        "taken": event.taken,
        "full": await walk_ins.is_full(tx, event_id=event.id),
        "new": answers.get("person_id") is None,
    }


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Asked | Seated:
    """Take the answer to the open question; the last one lets the person in.

    Raises a kind of AnswerRefused, or what `walk_ins.admit` raises.
    """
    staff.permit(member, "people")
    answers = state.data["answers"]
    if state.step == "name":
        coming = await _name(tx, state, raw, member)
    elif state.step == "known":
        coming = await _known(tx, state, raw, member)
    elif state.step == "role":
        if raw not in ROLES:
            raise OptionUnknown
        coming = following(state, "organisation", role=raw)
    elif state.step in organisation_question.STEPS:
        coming = await organisation_question.answer(
            tx, state, raw, role=answers["role"], then="confirm"
        )
    elif state.step == "confirm":
        return await _confirm(tx, state, raw, member, quiet, now)
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member)


async def _name(tx: Tx, state: Conversation, raw: str, member: StaffMember) -> Conversation:
    typed = name(raw, NAME_LENGTH)
    found = await people_desk.find(tx, words=typed, limit=KNOWN_SHOWN, member=member)
    if not found:
        return following(state, "role", name=typed, person_id=None)
    known = [(one.id, one.name, one.organisation) for one in found]
    return following(state, "known", name=typed, person_id=None, known=known)


async def _known(tx: Tx, state: Conversation, raw: str, member: StaffMember) -> Conversation:
    if raw == "new":
        return following(state, "role")
    if raw == "again":
        return following(state, "name")
    person_id = number(raw)
    if person_id not in [one[0] for one in state.data["answers"]["known"]]:
        # Another name instead of a button.
        return await _name(tx, state, raw, member)
    return following(state, "confirm", person_id=person_id)


async def _confirm(
    tx: Tx,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Seated:
    if raw not in (SEAT, ANYWAY):
        raise OptionUnknown
    answers, event_id = state.data["answers"], state.data["event_id"]
    who: int | Newcomer | None = answers["person_id"]
    if who is None:
        who = Newcomer(
            answers["name"],
            answers["role"],
            answers["organisation_id"],
            answers["organisation_text"],
        )
    admitted = await walk_ins.admit(
        tx, event_id=event_id, who=who, member=member, anyway=raw == ANYWAY, quiet=quiet, now=now
    )
    return Seated(ended(state), event_id, admitted)
