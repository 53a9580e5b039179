"""What staff do about one person in a dialogue: let somebody in, refuse, take off the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import answers as typed
from programme import (
    approval,
    deed_actions,
    deeds,
    directory_search,
    event_desk,
    registration,
    staff,
)
from programme.asking import Asked, ended, following, fresh, number
from programme.deeds import Deed
from programme.desk_refusals import NobodyFound, PersonListed
from programme.event_desk import Attending
from programme.notices import is_reachable
from programme.people_refusals import PersonNotFound
from programme.quiet_hours import QuietHours
from programme.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventUnknown,
    OptionUnknown,
    QuestionPassed,
)
from programme.registration import Registered
from storage import events, people
from storage.conversations import Conversation
from storage.database import Tx
from storage.events import Event
from storage.people import Person
from storage.staff import StaffMember

FLOW = "seat_desk"
LET_IN, REFUSE, TAKE_OFF = "let_in", "refuse", "take_off"
# Nothing was done after all.
KEPT = "kept"
# What lies behind the buttons; an answer that is typed never begins with this sign.
SKIP, AGAIN, YES, NO = "=skip", "=again", "=yes", "=no"
NAME_LIMIT = 120
MATCHES_SHOWN = 8


@dataclass(frozen=True)
class Standing:
    """What somebody has by staff's word: a seat, a place in line, or an offer of a seat.

    `told` is whether the person can be written to, else somebody has to call them.
    """

    attending: Attending
    position: int | None
    zone: str
    told: bool = True


@dataclass(frozen=True)
class Settled:
    """What was done about whom; `got` says what somebody who was let in has now.

    What refuses or ends something waits half a minute.
    """

    conversation: Conversation
    deed: str
    event_id: int
    name: str
    got: Standing | None = None
    waits: Deed | None = None


async def standing(tx: Tx, got: Registered, *, member: StaffMember) -> Standing:
    """Look at what somebody has got."""
    staff.permit(member, "registrations")
    found = await event_desk.person(tx, registration_id=got.registration_id, member=member)
    told = is_reachable(await people.contacts(tx, found.attending.person_id))
    return Standing(found.attending, got.position, found.event.zone, told)


async def begin_letting_in(
    tx: Tx,
    *,
    state: Conversation,
    event_id: int,
    member: StaffMember,
    now: datetime,
    person_id: int | None = None,
) -> Asked:
    """Ask who is to be let in; of somebody who is chosen already, only for a note."""
    staff.permit(member, "registrations")
    event = await _event(tx, event_id)
    begun = following(fresh(state, FLOW, deed=LET_IN, event_id=event.id), "name")
    if person_id is not None:
        if not await people.exists(tx, person_id):
            raise PersonNotFound
        chosen = await people.who_is_now(tx, person_id)
        begun = following(begun, "note", person_id=chosen.id)
    return await ask(tx, state=begun, member=member, now=now)


async def begin_with_reason(
    tx: Tx,
    *,
    state: Conversation,
    registration_id: int,
    deed: str,
    member: StaffMember,
    now: datetime,
) -> Asked:
    """Ask why an application is refused, or why somebody is taken off the list."""
    staff.permit(member, "registrations")
    found = await event_desk.person(tx, registration_id=registration_id, member=member)
    begun = fresh(state, FLOW, deed=deed, event_id=found.event.id, registration_id=registration_id)
    return await ask(tx, state=following(begun, "reason"), member=member, now=now)


async def _event(tx: Tx, event_id: int) -> Event:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    return event


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs."""
    staff.permit(member, "registrations")
    del now
    known = state.data["answers"]
    facts: dict[str, Any] = {
        "event": await _event(tx, state.data["event_id"]),
        "deed": state.data["deed"],
    }
    if state.step == "pick":
        facts["matches"] = [await people.get(tx, each) for each in known["matches"]]
    elif state.step == "note":
        facts["person"] = await people.get(tx, known["person_id"])
    elif state.step in ("reason", "confirm"):
        found = await event_desk.person(
            tx, registration_id=state.data["registration_id"], member=member
        )
        facts["attending"] = found.attending
        facts["reason"] = known.get("reason", "")
    return Asked(state, f"seat_{state.step}", facts)


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Asked | Settled:
    """Take the answer to the open question; the last one does what was wanted.

    Raises NobodyFound, a refusal of the use case, or a kind of AnswerRefused.
    """
    staff.permit(member, "registrations")
    if state.step == "name":
        coming = await _look_up(tx, state, raw, member)
    elif state.step == "pick":
        coming = following(state, "name") if raw == AGAIN else await _pick(tx, state, raw, member)
    elif state.step == "note":
        return await _let_in(tx, state, raw, member, quiet, now)
    elif state.step == "reason":
        words = typed.text(typed.one_line(raw), approval.REASON_LIMIT)
        coming = following(state, "confirm", reason=words)
    elif state.step == "confirm":
        if raw == YES:
            return await _wait(tx, state, member, now)
        if raw == NO:
            return Settled(ended(state), KEPT, state.data["event_id"], "")
        if raw != AGAIN:
            raise OptionUnknown
        coming = following(state, "reason")
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member, now=now)


async def _look_up(tx: Tx, state: Conversation, raw: str, member: StaffMember) -> Conversation:
    words = typed.one_line(typed.text(raw, NAME_LIMIT))
    found = await directory_search.people(tx, words=words, member=member, limit=MATCHES_SHOWN)
    if not found:
        raise NobodyFound(words)
    return following(state, "pick", matches=[one.id for one in found])


async def _pick(tx: Tx, state: Conversation, raw: str, member: StaffMember) -> Conversation:
    chosen = number(raw)
    if chosen not in state.data["answers"]["matches"]:
        # Another name typed instead of a button looks that one up.
        if chosen is None and not raw.startswith("="):
            return await _look_up(tx, state, raw, member)
        raise OptionUnknown
    return following(state, "note", person_id=chosen)


async def _let_in(
    tx: Tx,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Settled:
    event_id = state.data["event_id"]
    person: Person = await people.get(tx, state.data["answers"]["person_id"])
    note = "" if raw == SKIP else typed.one_line(typed.text(raw, registration.NOTE_LIMIT))
    try:
        got = await registration.register(
            tx,
            event_id=event_id,
            person_id=person.id,
            door="staff",
            answered_by="staff",
            let_in=True,
            note=note,
            quiet=quiet,
            now=now,
        )
    except AlreadyRegistered as known:
        raise PersonListed(person.name) from known
    detail = {"event": event_id, "registration": got.registration_id}
    await staff.record(tx, member, "let_in", detail=detail, now=now)
    return Settled(
        ended(state), LET_IN, event_id, person.name, await standing(tx, got, member=member)
    )


async def _wait(tx: Tx, state: Conversation, member: StaffMember, now: datetime) -> Settled:
    """Let what was confirmed wait, so that it can be taken back."""
    deed, number = state.data["deed"], state.data["registration_id"]
    found = (await event_desk.person(tx, registration_id=number, member=member)).attending
    arguments = {
        "registration_id": number,
        "event_id": found.event_id,
        "reason": state.data["answers"]["reason"],
        "about": {"name": found.name},
    }
    waits = await deeds.ask(
        tx,
        key=f"{FLOW}:{state.chat_id}:{state.version}",
        member=member,
        action=deed_actions.REFUSE if deed == REFUSE else deed_actions.TAKE_OFF,
        arguments=arguments,
        now=now,
    )
    return Settled(ended(state), deed, found.event_id, found.name, waits=waits)
