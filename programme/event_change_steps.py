"""Change an event in a dialogue: its seats, its sessions' times or place, or call it off.

Whatever people will be told of is shown first with how many they are, and done after a yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from programme import answers as typed
from programme import capacity, deed_actions, deeds, event_cards, staff
from programme import events as changes
from programme.asking import Asked, ended, following, fresh, number
from programme.deeds import Deed
from programme.desk_refusals import NothingChanges
from programme.events import SessionMove
from programme.facts import session_facts
from programme.quiet_hours import QuietHours
from programme.refusals import (
    EventCancelled,
    EventUnknown,
    OptionUnknown,
    QuestionPassed,
    SessionChanged,
    TimesWrong,
)
from programme.seat_refusals import CapacityWrong
from programme.typed_times import day_alone, day_and_hours
from programme.wall_time import read, to_moment, write
from storage import event_people, events
from storage.conversations import Conversation
from storage.database import Tx
from storage.events import Event, Session
from storage.staff import StaffMember

FLOW = "event_change"
CAPACITY, MOVE, PLACE, CANCEL = "capacity", "move", "place", "cancel"
# Nothing was done after all.
KEPT = "kept"
# What lies behind the buttons; an answer that is typed never begins with this sign.
YES, NO, KEEP, AGAIN, ALL = "=yes", "=no", "=keep", "=again", "=all"
PLACE_LIMIT = 200


@dataclass(frozen=True)
class Changed:
    """What was done; `people` is how many are told, or move up, and `seats` the new number.

    What people are told of waits half a minute.
    """

    conversation: Conversation
    deed: str
    event_id: int
    people: int
    seats: int | None = None
    waits: Deed | None = None


async def begin(
    tx: Tx, *, state: Conversation, event_id: int, deed: str, member: StaffMember, now: datetime
) -> Asked:
    """Ask the first question of a change."""
    staff.permit(member, "registrations")
    event = await _published(tx, event_id)
    begun = fresh(state, FLOW, deed=deed, event_id=event.id)
    if deed == CAPACITY:
        begun.data["shown"] = await event_cards.shown(tx, event.id)
        return await ask(tx, state=following(begun, "capacity"), member=member, now=now)
    if deed == CANCEL:
        return await ask(tx, state=following(begun, "cancel_confirm"), member=member, now=now)
    ahead = await _open_sessions(tx, begun, now)
    if not ahead:
        raise TimesWrong
    if len(ahead) > 1:
        return await ask(tx, state=following(begun, "session"), member=member, now=now)
    return await ask(tx, state=_to_sessions(begun, ahead), member=member, now=now)


async def _published(tx: Tx, event_id: int) -> Event:
    event = await events.get(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    return event


async def _open_sessions(tx: Tx, state: Conversation, now: datetime) -> list[Session]:
    """List what can be changed: one that has begun can move to another day, and not elsewhere."""
    sessions = await events.sessions(tx, state.data["event_id"])
    if state.data["deed"] == MOVE:
        return [one for one in sessions if one.ends_at > now]
    return [one for one in sessions if one.starts_at > now]


def _together(sessions: Sequence[Session], now: datetime) -> list[Session]:
    """Pick what can be changed at once: several sessions that have not begun, or none."""
    found = [one for one in sessions if one.starts_at > now]
    return found if len(found) > 1 else []


def _to_sessions(state: Conversation, chosen: Sequence[Session]) -> Conversation:
    """Go on to what shall become of these sessions; as long as nothing is said, all stays."""
    moves = [
        {
            "session_id": one.id,
            "revision": one.revision,
            "starts": one.starts_wall,
            "ends": one.ends_wall,
        }
        for one in chosen
    ]
    return following(state, _first(state, len(moves)), moves=moves, place=None)


def _first(state: Conversation, sessions: int) -> str:
    if state.data["deed"] != MOVE:
        return "place"
    return "when" if sessions == 1 else "first_day"


async def ask(tx: Tx, *, state: Conversation, member: StaffMember, now: datetime) -> Asked:
    """Gather what the open question needs; `people` is how many will be told of a yes."""
    staff.permit(member, "registrations")
    event = await _published(tx, state.data["event_id"])
    facts: dict[str, Any] = {"event": event, "answers": state.data["answers"]}
    facts["deed"] = state.data["deed"]
    if state.step == "session":
        found = await _open_sessions(tx, state, now)
        facts["sessions"] = [(one.id, session_facts(one)) for one in found]
        facts["together"] = len(_together(found, now))
        facts["days"] = len(await events.sessions(tx, event.id))
    elif state.step in ("when", "first_day", "place", "move_confirm"):
        sessions = await _sessions(tx, state)
        facts["old"] = [session_facts(one) for one in sessions]
        facts["new"] = _wanted(state, sessions)
        if state.step == "move_confirm":
            wanted = _moves(state, sessions)
            facts["doubts"] = await event_cards.doubts_of_move(tx, event.id, wanted, now=now)
    elif state.step == "cancel_confirm":
        facts["sessions"] = [session_facts(one) for one in await events.sessions(tx, event.id)]
    elif state.step == "capacity_confirm":
        facts["moving_up"] = await _moving_up(tx, event, state.data["answers"]["seats"])
    if state.step in ("move_confirm", "cancel_confirm"):
        facts["people"] = await changes.count_concerned(tx, event_id=event.id)
    return Asked(state, f"event_{state.step}", facts)


async def _sessions(tx: Tx, state: Conversation) -> list[Session]:
    """Read the sessions that shall change, in order; raises SessionChanged when one has since."""
    known = {one["session_id"]: one["revision"] for one in state.data["answers"]["moves"]}
    sessions = await events.sessions(tx, state.data["event_id"])
    found = [one for one in sessions if one.revision == known.get(one.id)]
    if len(found) != len(known):
        raise SessionChanged
    return found


def _moves(state: Conversation, sessions: Sequence[Session]) -> list[SessionMove]:
    """Say where the sessions shall be by what is answered so far."""
    known = {one["session_id"]: one for one in state.data["answers"]["moves"]}
    place = state.data["answers"]["place"]
    return [
        SessionMove(
            one.id,
            read(known[one.id]["starts"]),
            read(known[one.id]["ends"]),
            one.place if place is None else place,
        )
        for one in sessions
    ]


def _wanted(state: Conversation, sessions: Sequence[Session]) -> list[dict[str, Any]]:
    return [
        {
            "starts_at": to_moment(move.starts_wall, one.zone).isoformat(),
            "ends_at": to_moment(move.ends_wall, one.zone).isoformat(),
            "zone": one.zone,
            "place": move.place,
        }
        for one, move in zip(sessions, _moves(state, sessions), strict=True)
    ]


async def answer(
    tx: Tx,
    *,
    state: Conversation,
    raw: str,
    member: StaffMember,
    quiet: QuietHours,
    now: datetime,
) -> Asked | Changed:
    """Take the answer to the open question; the last yes makes the change.

    Raises TimesWrong, SessionsOverlap, NothingChanges, SessionChanged, a refusal about the event,
    or a kind of AnswerRefused, and changes nothing.
    """
    staff.permit(member, "registrations")
    if state.step == "capacity":
        return await _capacity(tx, state, raw, member, quiet, now)
    if state.step == "session":
        coming = await _pick(tx, state, raw, now)
    elif state.step == "when":
        coming = await _when(tx, state, raw, now)
    elif state.step == "first_day":
        coming = await _first_day(tx, state, raw, now)
    elif state.step == "place":
        coming = await _place(tx, state, raw)
    elif state.step.endswith("_confirm"):
        if raw == YES:
            return await _do(tx, state, member, quiet, now)
        if raw == NO:
            return Changed(ended(state), KEPT, state.data["event_id"], 0)
        if raw != AGAIN or state.step == "cancel_confirm":
            raise OptionUnknown
        coming = following(state, _again(state))
    else:
        raise QuestionPassed
    return await ask(tx, state=coming, member=member, now=now)


def _again(state: Conversation) -> str:
    if state.step == "capacity_confirm":
        return "capacity"
    return _first(state, len(state.data["answers"]["moves"]))


async def _capacity(
    tx: Tx, state: Conversation, raw: str, member: StaffMember, quiet: QuietHours, now: datetime
) -> Asked | Changed:
    seats = number(raw.strip())
    if seats is None or seats > capacity.MOST_SEATS:
        raise CapacityWrong(capacity.MOST_SEATS)
    event = await _published(tx, state.data["event_id"])
    if seats < event.taken or await _moving_up(tx, event, seats):
        return await ask(
            tx, state=following(state, "capacity_confirm", seats=seats), member=member, now=now
        )
    return await _resize(tx, state, seats, member, quiet, now)


async def _moving_up(tx: Tx, event: Event, seats: int) -> int:
    """Count how many of those in line would hear of so many seats."""
    more = 0 if event.capacity is None else seats - max(event.capacity, event.taken)
    return min(max(0, more), (await event_people.count(tx, event.id)).in_line)


async def _resize(
    tx: Tx, state: Conversation, seats: int, member: StaffMember, quiet: QuietHours, now: datetime
) -> Changed:
    event_id, shown = state.data["event_id"], state.data.get("shown", {}).get("revision")
    done = await capacity.change(
        tx, event_id=event_id, capacity=seats, member=member, now=now, quiet=quiet, shown=shown
    )
    return Changed(ended(state), CAPACITY, event_id, done.moved, seats)


async def _pick(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    found = await _open_sessions(tx, state, now)
    together = _together(found, now)
    if raw == ALL and together:
        return _to_sessions(state, together)
    known = number(raw)
    for session in found:
        if session.id == known:
            return _to_sessions(state, [session])
    raise OptionUnknown


async def _when(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    starts, ends = day_and_hours(raw)
    (session,) = await _sessions(tx, state)
    move = SessionMove(session.id, starts, ends, session.place)
    return await _to_place(tx, state, [move], now)


async def _first_day(tx: Tx, state: Conversation, raw: str, now: datetime) -> Conversation:
    """Move all days by as many days as the first one of them."""
    wanted = day_alone(raw)
    sessions = await _sessions(tx, state)
    moves = changes.shifted_moves(sessions, timedelta(days=(wanted - _first_of(sessions)).days))
    return await _to_place(tx, state, moves, now)


def _first_of(sessions: Sequence[Session]) -> date:
    return min(read(one.starts_wall) for one in sessions).date()


async def _to_place(
    tx: Tx, state: Conversation, moves: Sequence[SessionMove], now: datetime
) -> Conversation:
    changes.check(await events.sessions(tx, state.data["event_id"]), moves, now)
    wanted = {move.session_id: move for move in moves}
    known = [
        one
        | {
            "starts": write(wanted[one["session_id"]].starts_wall),
            "ends": write(wanted[one["session_id"]].ends_wall),
        }
        for one in state.data["answers"]["moves"]
    ]
    return following(state, "place", moves=known)


async def _place(tx: Tx, state: Conversation, raw: str) -> Conversation:
    if raw == KEEP:
        if state.data["deed"] != MOVE:
            raise OptionUnknown
        place = None
    else:
        place = typed.one_line(typed.text(raw, PLACE_LIMIT))
    coming = following(state, "move_confirm", place=place)
    sessions = await _sessions(tx, coming)
    pairs = zip(sessions, _moves(coming, sessions), strict=True)
    if all(changes.is_there(session, move) for session, move in pairs):
        raise NothingChanges
    return coming


async def _do(
    tx: Tx, state: Conversation, member: StaffMember, quiet: QuietHours, now: datetime
) -> Changed:
    event_id, known = state.data["event_id"], state.data["answers"]
    event = await _published(tx, event_id)
    people = await changes.count_concerned(tx, event_id=event_id)
    arguments: dict[str, Any] = {"event_id": event_id}
    action = deed_actions.CANCEL_EVENT
    if state.step == "capacity_confirm":
        people = await _moving_up(tx, event, known["seats"])
        if not people:
            return await _resize(tx, state, known["seats"], member, quiet, now)
        shown = state.data.get("shown", {}).get("revision")
        action = deed_actions.CAPACITY
        arguments |= {"seats": known["seats"], "shown": shown}
    elif state.step == "move_confirm":
        action = deed_actions.MOVE_SESSIONS
        arguments["moves"] = _as_values(_moves(state, await _sessions(tx, state)), known["moves"])
    arguments["about"] = {"name": event.title, "count": people}
    waits = await deeds.ask(
        tx,
        key=f"{FLOW}:{state.chat_id}:{state.version}",
        member=member,
        action=action,
        arguments=arguments,
        now=now,
    )
    return Changed(ended(state), state.data["deed"], event_id, people, waits=waits)


def _as_values(
    moves: Sequence[SessionMove], known: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Write down where sessions shall be, with what they were when it was confirmed."""
    revisions = {one["session_id"]: one["revision"] for one in known}
    return [
        {
            "session_id": move.session_id,
            "revision": revisions[move.session_id],
            "starts": write(move.starts_wall),
            "ends": write(move.ends_wall),
            "place": move.place,
        }
        for move in moves
    ]
