"""Somebody without a registration stands at the door, and staff let them in.

Only here may more people be seated than there are seats: staff see the room and say so.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import attendance, calendar_notices, memberships, offering, registration, seating
from programme import staff as office
from programme.listing import has_ended
from programme.people_refusals import SeatsAllTaken
from programme.quiet_hours import QuietHours
from programme.refusals import EventCancelled, EventOver, EventUnknown
from storage import events, offers, people, registrations
from storage.database import Tx
from storage.events import Event, Session
from storage.offers import Offer
from storage.registrations import Registration
from storage.staff import StaffMember

LOCALE = "pl"


@dataclass(frozen=True)
class Newcomer:
    """Somebody nobody knew, as staff wrote them down."""

    name: str
    role: str
    organisation_id: int | None
    organisation_text: str


@dataclass(frozen=True)
class Admitted:
    """What became of somebody at the door.

    `had_seat` says that they were on the list all along, `beyond` that there are more people
    than seats now, and `noted` that they count as present at the session that goes on.
    """

    registration_id: int
    name: str
    had_seat: bool
    beyond: bool
    noted: bool


async def _add(tx: Tx, who: Newcomer, *, now: datetime) -> int:
    """Add somebody who was told about their data on paper, and return the number."""
    person_id = await people.add(
        tx,
        name=who.name,
        role=who.role,
        organisation_id=who.organisation_id,
        organisation_text=who.organisation_text,
        locale=LOCALE,
        now=now,
    )
    if who.organisation_id is not None:
        await memberships.join(
            tx, person_id=person_id, organisation_id=who.organisation_id, now=now
        )
    notice = await people.newest_notice(tx, locale=LOCALE, now=now)
    if notice is not None:
        await people.add_consent(
            tx, person_id=person_id, notice_version=notice.version, channel="paper", now=now
        )
    return person_id


async def is_full(tx: Tx, *, event_id: int) -> bool:
    """Tell whether whoever is let in now would be one more than there are seats."""
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    return seating.is_full(event)


async def admit(
    tx: Tx,
    *,
    event_id: int,
    who: int | Newcomer,
    member: StaffMember,
    anyway: bool,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Admitted:
    """Give somebody at the door a seat, and note that they are here if a session goes on.

    `who` is the number of a person or somebody nobody knew. `anyway` seats them although all
    seats are taken. Raises EventUnknown, EventCancelled, EventOver, or SeatsAllTaken when nobody
    said so; then no new person is added. Somebody with a seat keeps it.
    """
    office.permit(member, "people")
    event, sessions = await _open(tx, event_id, now)
    # Those in line come before whoever walks in, as long as they can.
    await seating.fill(tx, event=event, sessions=sessions, now=now, quiet=quiet)
    known = None
    if isinstance(who, int):
        person = await people.who_is_now(tx, who)
        known = await registrations.open_of(tx, event_id=event_id, person_id=person.id)
    offer = await offers.open_of(tx, known.id) if known else None
    has_one = known is not None and (known.state == "active" or bool(offer and offer.holds_seat))
    beyond = not has_one and await is_full(tx, event_id=event_id)
    if beyond and not anyway:
        raise SeatsAllTaken(event.capacity or 0)
    person_id = person.id if isinstance(who, int) else await _add(tx, who, now=now)
    if known is None:
        seat_id = await _seat(tx, event, sessions, person_id, beyond=beyond, now=now)
    else:
        seat_id = known.id
        if known.state != "active":
            await _seat_waiting(tx, event, sessions, known, offer, beyond=beyond, now=now)
            await seating.seat_went(tx, event=event, sessions=sessions, now=now, quiet=quiet)
    detail = {"event": event_id, "registration": seat_id, "beyond": beyond}
    await office.record(tx, member, "walk_in", detail=detail, now=now)
    noted = await _note(tx, sessions, seat_id, member, now=now)
    had_seat = known is not None and known.state == "active"
    name = (await people.get(tx, person_id)).name
    return Admitted(seat_id, name, had_seat, beyond, noted)


async def _open(tx: Tx, event_id: int, now: datetime) -> tuple[Event, list[Session]]:
    event = await events.lock(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.state == "cancelled":
        raise EventCancelled
    sessions = await events.sessions(tx, event_id)
    if has_ended(sessions, now):
        raise EventOver
    return event, sessions


async def _seat(
    tx: Tx,
    event: Event,
    sessions: list[Session],
    person_id: int,
    *,
    beyond: bool,
    now: datetime,
) -> int:
    if not beyond:
        got = await registration.register(
            tx,
            event_id=event.id,
            person_id=person_id,
            door="staff",
            answered_by="staff",
            let_in=True,
            now=now,
        )
        return got.registration_id
    await events.take_seat_anyway(tx, event.id)
    person = await people.get(tx, person_id)
    registration_id = await registrations.add(
        tx,
        event_id=event.id,
        person_id=person_id,
        state="active",
        position=None,
        door="staff",
        organisation_id=person.organisation_id,
        answered_by="staff",
        now=now,
    )
    await seating.give_calendar_entries(tx, sessions, registration_id)
    await calendar_notices.confirm(
        tx,
        kind="registration_confirmed",
        event=event,
        person=person,
        registration_id=registration_id,
        now=now,
    )
    return registration_id


async def _seat_waiting(
    tx: Tx,
    event: Event,
    sessions: list[Session],
    waiting: Registration,
    offer: Offer | None,
    *,
    beyond: bool,
    now: datetime,
) -> None:
    """Let somebody in line, or with an open application, sit down now."""
    if offer is not None:
        await offering.end(tx, offer, state="taken", now=now)
    if beyond:
        await events.take_seat_anyway(tx, event.id)
    elif offer is None or not offer.holds_seat:
        await events.take_seat(tx, event.id)
    if waiting.approval == "asked":
        await registrations.grant(tx, waiting)
    await seating.seat(
        tx, event=event, sessions=sessions, registration=waiting, kind="promoted", now=now
    )


async def _note(
    tx: Tx,
    sessions: list[Session],
    registration_id: int,
    member: StaffMember,
    *,
    now: datetime,
) -> bool:
    """Note that somebody is at the session that goes on now, if one does."""
    running = [session for session in sessions if attendance.is_open(session, now)]
    if not running:
        return False
    await attendance.correct(
        tx,
        session_id=running[0].id,
        registration_id=registration_id,
        present=True,
        member=member,
        now=now,
    )
    return True
