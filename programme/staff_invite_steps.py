"""Invite somebody to the team in a dialogue: the name, the role, a trainer's events, the link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import answers, staff, staff_team
from programme.asking import Asked, ended, following, fresh, number
from programme.refusals import OptionUnknown, QuestionPassed
from programme.staff_refusals import EventsMissing
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "staff_invite"
NAME_LIMIT = 120
# What buttons say; no event has these as its number.
DONE, PAGE = "=done", "=page"


@dataclass(frozen=True)
class Invited:
    """A link that was just made; nobody can read it again later."""

    conversation: Conversation
    name: str
    role: str
    token: str
    expires_at: datetime


async def begin(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Ask for the name of whoever is invited."""
    staff.permit(member, "staff")
    return await ask(tx, state=following(fresh(state, FLOW), "name"), member=member, now=now)


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "staff")
    facts: dict[str, Any] = dict(state.data["answers"])
    if state.step == "events":
        events = await staff_team.choosable(tx, member=member, now=now)
        facts["choosable"] = [(one.id, one.title) for one in events]
    return Asked(state, f"staff_{state.step}", facts)


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Asked | Invited:
    """Take what was typed or pressed; the last answer makes the link.

    Raises a kind of AnswerRefused or QuestionPassed, and changes nothing.
    """
    staff.permit(member, "staff")
    if state.step == "name":
        name = answers.name(raw, NAME_LIMIT)
        coming = following(state, "role", name=name)
    elif state.step == "role":
        if raw not in staff.ROLES:
            raise OptionUnknown
        if raw != staff.TRAINER:
            return await _make(tx, state, raw, (), member, now)
        coming = following(state, "events", role=raw, events=[], page=0)
    elif state.step == "events":
        if raw == DONE:
            chosen = state.data["answers"]["events"]
            if not chosen and await staff_team.choosable(tx, member=member, now=now):
                raise EventsMissing
            return await _make(tx, state, staff.TRAINER, chosen, member, now)
        coming = await _toggle(tx, state, raw, member, now)
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member, now=now)


async def _toggle(
    tx: Tx, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Conversation:
    chosen: list[int] = state.data["answers"]["events"]
    word, _, page = raw.partition(":")
    if word == PAGE and number(page) is not None:
        return following(state, "events", page=number(page))
    event_id = number(raw)
    known = {one.id for one in await staff_team.choosable(tx, member=member, now=now)}
    if event_id is None or event_id not in known:
        raise OptionUnknown
    if event_id in chosen:
        return following(state, "events", events=[one for one in chosen if one != event_id])
    return following(state, "events", events=[*chosen, event_id])


async def _make(
    tx: Tx,
    state: Conversation,
    role: str,
    event_ids: tuple[int, ...] | list[int],
    member: StaffMember,
    now: datetime,
) -> Invited:
    token, name = staff.new_token(), state.data["answers"]["name"]
    await staff_team.invite(
        tx, name=name, role=role, event_ids=event_ids, token=token, member=member, now=now
    )
    return Invited(ended(state), name, role, token, now + staff.LINK_LIFE)
