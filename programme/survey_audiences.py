"""Whom a wave asks, as it is kept: one of four words with their numbers, or a choice of staff.

{"kind": "participants", "event_id": 7} are those who were there, or those with a seat where
nobody noted who was; with "session_id" those of that session. {"kind": "organisations"} are the
NGOs of the register, each of them once. {"kind": "everyone"} are all people. {"kind": "public"}
is nobody who could be written to. Anything else is what programme/audience_choice.py reads.
"""

from collections.abc import Mapping
from typing import Any

from programme import audience_reading
from programme.audience_choice import ATTENDED, NGO, REGISTERED, Choice
from programme.audience_reading import QUEUED
from storage import attendance, audiences, registrations
from storage import organisations as register
from storage.audiences import Whom
from storage.database import Tx
from storage.organisations import Organisation
from storage.people import Person

PARTICIPANTS, ORGANISATIONS, EVERYONE, PUBLIC = (
    "participants",
    "organisations",
    "everyone",
    "public",
)
KINDS = (PARTICIPANTS, ORGANISATIONS, EVERYONE, PUBLIC)
Audience = Mapping[str, Any]


def kind_of(audience: Audience | None) -> str:
    """Name the kind of an audience; "choice" for what staff ticked together."""
    if not audience:
        return PUBLIC
    return str(audience.get("kind") or "choice")


def participants(event_id: int, session_id: int | None = None) -> dict[str, Any]:
    """Mean whoever was at an event, or at one session of it."""
    of_session = {} if session_id is None else {"session_id": session_id}
    return {"kind": PARTICIPANTS, "event_id": event_id, **of_session}


async def persons(
    tx: Tx,
    audience: Audience | None,
    *,
    after: int,
    up_to: int,
    limit: int,
    hold: bool = False,
) -> list[Person]:
    """List the people whom a wave asks, by rising number.

    With `hold` nobody can change what they want to hear until the transaction ends.

    Raises EventUnknown for a choice that names an event that is not there.
    """
    kind = kind_of(audience)
    if audience is None or kind in (PUBLIC, ORGANISATIONS):
        return []
    if kind == EVERYONE:
        everybody = Whom(by_criteria=True)
        return await audiences.persons(
            tx, everybody, after=after, up_to=up_to, limit=limit, hold=hold
        )
    choice = await _choice(tx, kind, audience)
    if choice.is_empty:
        return []
    return await audience_reading.persons(tx, choice, after, up_to, limit, hold=hold)


async def organisations(
    tx: Tx, audience: Audience | None, *, hold: bool = False
) -> list[Organisation]:
    """List the organisations that a wave asks themselves."""
    kind = kind_of(audience)
    if kind == ORGANISATIONS:
        return [one for one in await register.list_all(tx, hold=hold) if one.kind == NGO]
    if audience is None or kind != "choice":
        return []
    units = await audience_reading.units(tx, Choice.from_json(dict(audience)), hold=hold)
    return [unit.organisation for unit in units if unit.state == QUEUED]


async def _choice(tx: Tx, kind: str, audience: Audience) -> Choice:
    if kind != PARTICIPANTS:
        return Choice.from_json(dict(audience))
    event_id, session_id = int(audience["event_id"]), audience.get("session_id")
    present = [one for one in await attendance.of_event(tx, event_id) if one.present]
    if session_id is not None:
        present = [one for one in present if one.session_id == session_id]
    if not present:
        return Choice(event_id=event_id, states=(REGISTERED,))
    if session_id is None:
        return Choice(event_id=event_id, states=(ATTENDED,))
    seats = await registrations.of_event(tx, event_id, state="active")
    there = {one.registration_id for one in present}
    return Choice(people=tuple(one.person_id for one in seats if one.id in there))
