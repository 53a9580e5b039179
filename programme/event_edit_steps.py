"""Change one field of an event, publish a draft or throw it away, in a dialogue.

What was shown when the dialogue began lies in the conversation: nothing is saved over what
somebody else has changed since, and the face can say what that was.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from programme import event_cards, event_drafts, event_edits, event_rows, staff
from programme import event_fields as fields
from programme.asking import Asked, ended, following, fresh
from programme.event_cards import Difference
from programme.event_fields import Reading
from programme.event_refusals import EventChanged, EventPublished, SameValue, SessionsMissing
from programme.event_rows import Entered
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventUnknown, OptionUnknown, QuestionPassed
from programme.wall_time import to_wall
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "event_edit"
PUBLISH, DISCARD = "publish", "discard"
VALUE, CONFIRM = "value", "confirm"
# What lies behind the buttons; an answer that is typed never begins with this sign.
YES, TELL, NO, AGAIN = "=yes", "=tell", "=no", "=again"
SAVED, KEPT = "saved", "kept"


@dataclass(frozen=True)
class Done:
    """What came of it; `people` are told, and `letters` that wait say it anew."""

    conversation: Conversation
    deed: str
    event_id: int
    people: int = 0
    letters: int = 0


async def begin(
    tx: Tx,
    *,
    state: Conversation,
    event_id: int,
    field: str,
    member: StaffMember,
    now: datetime,
) -> Asked:
    """Ask for the new value of a field, which must be one that the event's state lets change."""
    staff.permit(member, "events")
    event = await _open(tx, event_id)
    if field not in fields_of(event):
        raise OptionUnknown
    begun = fresh(state, FLOW, event_id=event_id, deed=field, shown=event_cards.snapshot(event))
    return await ask(tx, state=following(begun, VALUE), member=member, now=now)


async def begin_deed(
    tx: Tx,
    *,
    state: Conversation,
    event_id: int,
    deed: str,
    member: StaffMember,
    now: datetime,
) -> Asked:
    """Show a draft once more before it is published or thrown away."""
    staff.permit(member, "events")
    event = await _open(tx, event_id)
    if event.entry.state != "draft":
        raise EventPublished
    if deed == PUBLISH and not event.entry.sessions:
        raise SessionsMissing
    begun = fresh(state, FLOW, event_id=event_id, deed=deed, shown=event_cards.snapshot(event))
    return await ask(tx, state=following(begun, CONFIRM), member=member, now=now)


def fields_of(event: Entered) -> tuple[str, ...]:
    """Name the fields that staff may change here, in the order of the card.

    Days, place and seats of a published event have a dialogue of their own.
    """
    entry, terms = event.entry, event.entry.terms
    names = terms.entry == "nominated" or terms.nomination_deadline is not None
    left_out = {
        fields.STANDS: entry.kind != "fair",
        fields.CERTIFICATE: entry.kind == "fair",
        fields.NAMING: not names,
    }
    if entry.state == "draft":
        return tuple(one for one in event_cards.SHOWN if not left_out.get(one, False))
    return tuple(one for one in event_edits.EDITED if not left_out.get(one, False))


async def _open(tx: Tx, event_id: int) -> Entered:
    event = await event_rows.entered(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.entry.state == "cancelled":
        raise EventCancelled
    return event


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs; raises EventChanged when it is about what was."""
    staff.permit(member, "events")
    event = await _open(tx, state.data["event_id"])
    if event.revision != state.data["shown"]["revision"]:
        raise EventChanged
    deed = state.data["deed"]
    facts: dict[str, Any] = {"event": event, "field": deed}
    if state.step == VALUE:
        before = fields.day_before(event.entry)
        facts["before"] = before if before and before > to_wall(now, event.zone) else None
        return Asked(state, f"edit_{deed}", facts)
    if deed in (PUBLISH, DISCARD):
        card = await event_cards.look(tx, event_id=event.event_id, member=member, now=now)
        return Asked(state, f"edit_{deed}", facts | {"card": card})
    value = state.data["answers"]["value"]
    entry = fields.with_value(event.entry, deed, value)
    known = event_cards.doubts_about(event, event.entry, now=now)
    found = event_cards.doubts_about(event, replace(entry, title=event.entry.title), now=now)
    facts |= {
        "difference": Difference(deed, fields.value_of(event.entry, deed), value),
        "doubts": [one for one in found if one not in known],
        "can_tell": deed in event_edits.TOLD,
        "reach": await event_edits.reach(tx, event_id=event.event_id),
    }
    return Asked(state, "edit_confirm", facts)


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Asked | Done:
    """Take the answer; a draft is changed at once, what everybody sees after a last look.

    Raises EventChanged when somebody else changed the event since it was shown, a refusal about
    the event, or a kind of AnswerRefused, and changes nothing.
    """
    staff.permit(member, "events")
    if state.step == VALUE:
        return await _value(tx, state, raw, member, now)
    if state.step != CONFIRM:
        raise QuestionPassed
    deed, event_id = state.data["deed"], state.data["event_id"]
    if raw == NO:
        return Done(ended(state), KEPT, event_id)
    if deed in (PUBLISH, DISCARD):
        if raw != YES:
            raise OptionUnknown
        await _finish(tx, state, member, quiet, now)
        return Done(ended(state), deed, event_id)
    if raw == AGAIN:
        return await ask(tx, state=following(state, VALUE), member=member, now=now)
    if raw not in (YES, TELL) or (raw == TELL and deed not in event_edits.TOLD):
        raise OptionUnknown
    done = await event_edits.save(
        tx,
        member=member,
        event_id=event_id,
        revision=state.data["shown"]["revision"],
        field=deed,
        value=state.data["answers"]["value"],
        tell=raw == TELL,
        quiet=quiet,
        now=now,
    )
    return Done(ended(state), SAVED, event_id, done.people, done.letters)


async def _value(
    tx: Tx, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Asked | Done:
    event_id, field = state.data["event_id"], state.data["deed"]
    event = await _open(tx, event_id)
    reading = Reading(event.entry, to_wall(now, event.zone).date())
    value = fields.READERS[field](raw, reading)
    if event.entry.state != "draft":
        if value == fields.value_of(event.entry, field):
            raise SameValue
        coming = following(state, CONFIRM, value=value)
        return await ask(tx, state=coming, member=member, now=now)
    revision = state.data["shown"]["revision"]
    await event_drafts.change(
        tx,
        member=member,
        event_id=event_id,
        revision=revision,
        field=field,
        value=value,
        now=now,
    )
    return Done(ended(state), SAVED, event_id)


async def _finish(
    tx: Tx, state: Conversation, member: StaffMember, quiet: QuietHours, now: datetime
) -> None:
    event_id, revision = state.data["event_id"], state.data["shown"]["revision"]
    if state.data["deed"] == PUBLISH:
        await event_drafts.publish(
            tx, member=member, event_id=event_id, revision=revision, now=now, quiet=quiet
        )
        return
    await event_drafts.discard(tx, member=member, event_id=event_id, revision=revision, now=now)
