"""Attendance lists: who stands on them under which number, and what is printed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.attendance import CLOSES_AFTER, OPENS_BEFORE, code_of, in_order, session_of
from programme.attendance_refusals import ListNotPrinted, SessionUnknown
from programme.facts import programme_facts, session_facts
from programme.polish_order import by_surname
from programme.refusals import EventUnknown
from storage import attendance, events
from storage.attendance import PrintedList
from storage.database import Tx
from storage.events import Event, Session

ACTIVE = "active"


@dataclass(frozen=True)
class Listed:
    """Somebody on a list; `number` is the one on the paper, None for who came later."""

    registration_id: int
    name: str
    organisation: str
    number: int | None
    has_seat: bool


async def listed(tx: Tx, *, event_id: int, printed: int | None = None) -> list[Listed]:
    """List people by surname: who has a seat, who was noted, and who is on the printed list.

    Numbers are those of the list printed as `printed`, or else of the newest one, so that what
    was signed on paper can be found again whoever came or went meanwhile. Raises ListNotPrinted.
    """
    paper = await _paper(tx, event_id, printed)
    on_paper = paper.registration_ids if paper else ()
    found = await attendance.attendees(tx, event_id, also=on_paper)
    seats = {each.person_id: each.registration_id for each in found if each.state == ACTIVE}
    # Who cancelled and registered again, or was listed twice, is one person with one seat.
    now_held = {each.registration_id: seats.get(each.person_id) for each in found}
    numbers = {
        now_held.get(one) or one: number
        for number, one in reversed(list(enumerate(on_paper, start=1)))
    }
    return [
        Listed(
            each.registration_id,
            each.name,
            each.organisation,
            numbers.get(each.registration_id),
            each.state == ACTIVE,
        )
        for each in sorted(found, key=lambda one: (by_surname(one.name), one.registration_id))
        if now_held[each.registration_id] in (None, each.registration_id)
    ]


async def printed_lists(tx: Tx, *, event_id: int) -> list[PrintedList]:
    """List what was printed of an event, the newest last; equal lists are one."""
    return await attendance.printed_lists(tx, event_id)


async def _paper(tx: Tx, event_id: int, number: int | None) -> PrintedList | None:
    papers = await attendance.printed_lists(tx, event_id)
    if number is None:
        return papers[-1] if papers else None
    for paper in papers:
        if paper.number == number:
            return paper
    raise ListNotPrinted


async def print_list(
    tx: Tx, *, event_id: int, session_number: int | None = None, now: datetime
) -> dict[str, Any]:
    """Give the facts of a list for signing, one sheet per session, and keep who stands on it.

    As long as the same people have seats, printing again is the same list. Raises EventUnknown
    or SessionUnknown.
    """
    event = await events.lock(tx, event_id)
    if event is None:
        raise EventUnknown
    sittings = in_order(await events.sessions(tx, event_id))
    chosen = [one for one in sittings if session_number in (None, one.number)]
    if not chosen:
        raise SessionUnknown
    everybody = [one for one in await listed(tx, event_id=event_id) if one.has_seat]
    paper = await _keep(tx, event_id, [one.registration_id for one in everybody], now)
    return {
        "programme": await programme_facts(tx, event.programme_id),
        "event": {"title": event.title},
        "sessions": [_sitting(one, sittings) for one in chosen],
        "rows": [
            {"number": number, "name": one.name, "organisation": one.organisation}
            for number, one in enumerate(everybody, 1)
        ],
        "printed": {"number": paper.number, "made_at": paper.made_at.isoformat()},
    }


async def _keep(tx: Tx, event_id: int, registration_ids: list[int], now: datetime) -> PrintedList:
    papers = await attendance.printed_lists(tx, event_id)
    if papers and list(papers[-1].registration_ids) == registration_ids:
        return papers[-1]
    number = papers[-1].number + 1 if papers else 1
    await attendance.add_list(
        tx, event_id=event_id, number=number, registration_ids=registration_ids, now=now
    )
    return PrintedList(number, tuple(registration_ids), now)


def _sitting(session: Session, sittings: list[Session]) -> dict[str, Any]:
    days = len({each.starts_wall[:10] for each in sittings})
    return {
        **session_facts(session),
        "position": sittings.index(session) + 1,
        "of": len(sittings),
        "days": days,
    }


async def code_facts(tx: Tx, *, session_id: int, now: datetime) -> dict[str, Any]:
    """Give the facts of the sheet that hangs at the door: the session and its code."""
    session = await session_of(tx, session_id)
    event = await _event(tx, session.event_id)
    return {
        "programme": await programme_facts(tx, event.programme_id),
        "event": {"title": event.title},
        "session": _sitting(session, in_order(await events.sessions(tx, event.id))),
        "code": await code_of(tx, session_id=session_id, now=now),
        "opens_at": (session.starts_at - OPENS_BEFORE).isoformat(),
        "closes_at": (session.ends_at + CLOSES_AFTER).isoformat(),
    }


async def _event(tx: Tx, event_id: int) -> Event:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    return event
