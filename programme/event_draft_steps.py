"""Make a new event in a dialogue, or copy one: few questions, and then a draft on a card.

The answers lie in the conversation, so that a restart goes on at the open question; the draft is
kept with the last one. A copy is asked only what belongs to its days.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from programme import event_drafts, event_rows, event_templates, staff
from programme import event_fields as fields
from programme.asking import Asked, ended, following, fresh
from programme.event_fields import Reading
from programme.event_refusals import ProgrammeMissing
from programme.importing.entries import EventEntry
from programme.refusals import EventUnknown, OptionUnknown, QuestionPassed
from programme.wall_time import to_wall
from storage import event_drafts as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "event_draft"
KIND = "kind"
# What lies behind a button with a place where an event was before.
PLACE = "=place"
PLACES_SHOWN = 3


@dataclass(frozen=True)
class Made:
    """A draft that was kept with the last answer."""

    conversation: Conversation
    event_id: int


def _questions(kind: str) -> tuple[str, ...]:
    room = fields.STANDS if kind == "fair" else fields.SEATS
    return (fields.TITLE, fields.DAYS, fields.PLACE, room, fields.DEADLINE)


async def begin(
    tx: Tx, *, state: Conversation, member: StaffMember, zone: str, now: datetime
) -> Asked:
    """Ask what kind of event it shall be; raises ProgrammeMissing where none could belong."""
    staff.permit(member, "events")
    if await rows.home(tx) is None:
        raise ProgrammeMissing
    begun = following(fresh(state, FLOW), KIND)
    return await ask(tx, state=begun, member=member, zone=zone, now=now)


async def begin_copy(
    tx: Tx, *, state: Conversation, event_id: int, member: StaffMember, zone: str, now: datetime
) -> Asked:
    """Ask for the days of a copy; raises EventUnknown."""
    staff.permit(member, "events")
    source = await event_rows.entered(tx, event_id)
    if source is None:
        raise EventUnknown
    wanted = [fields.DAYS]
    wanted += [fields.DEADLINE] if source.entry.deadline else []
    wanted += [fields.NAMING] if source.entry.terms.nomination_deadline else []
    begun = fresh(state, FLOW, copy_of=event_id, questions=wanted)
    return await ask(tx, state=following(begun, fields.DAYS), member=member, zone=zone, now=now)


async def ask(
    tx: Tx, *, state: Conversation, member: StaffMember, zone: str, now: datetime
) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "events")
    entry = await _entry(tx, state)
    facts: dict[str, Any] = {"entry": entry, "copy": "copy_of" in state.data}
    if state.step == fields.PLACE:
        facts["places"] = await rows.places(tx, limit=PLACES_SHOWN)
    if state.step in (fields.DEADLINE, fields.NAMING):
        before = fields.day_before(entry)
        facts["before"] = before if before and before > to_wall(now, zone) else None
    return Asked(state, f"draft_{state.step}", facts)


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, zone: str, now: datetime
) -> Asked | Made:
    """Take the answer to the open question; the last one keeps the draft.

    What is plainly wrong is refused at once by a kind of AnswerRefused, CapacityWrong or
    SessionsOverlap, and the question stays open.
    """
    staff.permit(member, "events")
    if state.step == KIND:
        if raw not in event_templates.KINDS:
            raise OptionUnknown
        chosen = replace(
            state, data={**state.data, "kind": raw, "questions": list(_questions(raw))}
        )
        return await ask(
            tx, state=following(chosen, fields.TITLE), member=member, zone=zone, now=now
        )
    listed = state.data["questions"]
    if state.step not in listed:
        raise QuestionPassed
    entry = await _entry(tx, state)
    raw = await _behind(tx, state.step, raw)
    reading = Reading(entry, to_wall(now, zone).date())
    value = fields.READERS[state.step](raw, reading)
    later = listed[listed.index(state.step) + 1 :]
    coming = following(state, later[0] if later else "", **{state.step: value})
    if later:
        return await ask(tx, state=coming, member=member, zone=zone, now=now)
    event_id = await event_drafts.create(
        tx,
        member=member,
        entry=await _entry(tx, coming),
        zone=zone,
        now=now,
        copy_of=state.data.get("copy_of"),
    )
    return Made(ended(coming), event_id)


async def _behind(tx: Tx, step: str, raw: str) -> str:
    """Give the place that a button stands for."""
    if step == fields.PLACE and raw.startswith(PLACE):
        known = await rows.places(tx, limit=PLACES_SHOWN)
        number = raw.removeprefix(PLACE)
        if not number.isdecimal() or int(number) >= len(known):
            raise OptionUnknown
        return known[int(number)]
    return raw


async def _entry(tx: Tx, state: Conversation) -> EventEntry:
    """Give the event as far as it is known; a copy begins with all but what belongs to days."""
    if "copy_of" in state.data:
        source = await event_rows.entered(tx, state.data["copy_of"])
        if source is None:
            raise EventUnknown
        terms = replace(source.entry.terms, nomination_deadline=None)
        entry = replace(source.entry, state="draft", deadline=None, terms=terms)
    elif "kind" in state.data:
        entry = event_templates.blank(state.data["kind"])
    else:
        return event_templates.blank(event_templates.KINDS[0])
    known = state.data["answers"]
    for field in state.data["questions"]:
        if field in known:
            entry = fields.with_value(entry, field, known[field])
    return entry


__all__ = ["FLOW", "KIND", "Made", "answer", "ask", "begin", "begin_copy"]
