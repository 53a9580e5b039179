"""What staff do about one person in a dialogue: let somebody in, refuse, take off the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import answers as typed
from programme import approval, event_desk, organisations, registration, staff
from programme.asking import Asked, ended, following, fresh, number
from programme.desk_refusals import NobodyFound, PersonListed
from programme.event_desk import Attending
from programme.notices import is_reachable
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
# What lies behind the buttons; an answer that is typed never begins with this sign.
SKIP, AGAIN = "=skip", "=again"
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

    `told` is whether the person can be written to, else somebody has to call them.
    """

    conversation: Conversation
    deed: str
    event_id: int
    name: str
    got: Standing | None = None
    told: bool = True


async def standing(tx: Tx, got: Registered) -> Standing:
    """Look at what somebody has got."""
    found = await event_desk.person(tx, registration_id=got.registration_id)
    told = is_reachable(await people.contacts(tx, found.attending.person_id))
    return Standing(found.attending, got.position, found.event.zone, told)


async def begin_letting_in(tx: Tx, *, state: Conversation, event_id: int, now: datetime) -> Asked:
    """Ask who is to be let in."""
    event = await _event(tx, event_id)
    begun = fresh(state, FLOW, deed=LET_IN, event_id=event.id)
    return await ask(tx, state=following(begun, "name"), now=now)


async def begin_with_reason(
    tx: Tx, *, state: Conversation, registration_id: int, deed: str, now: datetime
) -> Asked:
    """Ask why an application is refused, or why somebody is taken off the list."""
    found = await event_desk.person(tx, registration_id=registration_id)
    begun = fresh(state, FLOW, deed=deed, event_id=found.event.id, registration_id=registration_id)
    return await ask(tx, state=following(begun, "reason"), now=now)


async def _event(tx: Tx, event_id: int) -> Event:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    return event


async def ask(tx: Tx, *, state: Conversation, now: datetime) -> Asked:
    """Gather what the open question needs."""
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
    elif state.step == "reason":
        found = await event_desk.person(tx, registration_id=state.data["registration_id"])
        facts["attending"] = found.attending
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
    if state.step == "name":
        coming = await _look_up(tx, state, raw)
    elif state.step == "pick":
        coming = following(state, "name") if raw == AGAIN else await _pick(tx, state, raw)
    elif state.step == "note":
        return await _let_in(tx, state, raw, member, quiet, now)
    elif state.step == "reason":
        return await _settle(tx, state, raw, member, quiet, now)
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, now=now)


async def _look_up(tx: Tx, state: Conversation, raw: str) -> Conversation:
    words = typed.one_line(typed.text(raw, NAME_LIMIT))
    known = await people.everyone(tx)
    names = [f"{each.name}, {each.organisation}" for each in known]
    ranked = organisations.rank(words, names, limit=MATCHES_SHOWN)
    if not ranked:
        raise NobodyFound(words)
    matches = [known[each.index].id for each in ranked]
    return following(state, "pick", matches=matches)


async def _pick(tx: Tx, state: Conversation, raw: str) -> Conversation:
    chosen = number(raw)
    if chosen not in state.data["answers"]["matches"]:
        # Another name typed instead of a button looks that one up.
        if chosen is None and not raw.startswith("="):
            return await _look_up(tx, state, raw)
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
    return Settled(ended(state), LET_IN, event_id, person.name, await standing(tx, got))


async def _settle(
    tx: Tx,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Settled:
    deed, registration_id = state.data["deed"], state.data["registration_id"]
    found = (await event_desk.person(tx, registration_id=registration_id)).attending
    if deed == REFUSE:
        await approval.refuse(
            tx,
            registration_id=registration_id,
            reason=raw,
            member=member,
            quiet=quiet,
            now=now,
        )
    else:
        reason = typed.text(typed.one_line(raw), approval.REASON_LIMIT)
        await registration.cancel(
            tx,
            registration_id=registration_id,
            person_id=found.person_id,
            because=reason,
            reason=reason,
            quiet=quiet,
            now=now,
        )
        detail = {"event": found.event_id, "registration": registration_id}
        await staff.record(tx, member, "take_off", detail=detail, now=now)
    told = is_reachable(await people.contacts(tx, found.person_id))
    return Settled(ended(state), deed, found.event_id, found.name, told=told)
