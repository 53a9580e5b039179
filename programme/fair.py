"""Stands at a fair: an organisation takes one, waits for one, gives it back."""

from dataclasses import dataclass
from datetime import datetime

from programme import fair_notices, staff
from programme.fair_refusals import (
    AlreadyExhibiting,
    NotAFair,
    NotExhibiting,
    OrganisationNeeded,
    StandFixed,
    StandNotYours,
    StandNumberUnfit,
)
from programme.fair_reminders import reminded_at
from programme.listing import has_begun, has_ended
from programme.refusals import (
    DeadlinePassed,
    EventCancelled,
    EventOver,
    EventUnknown,
    NotInAudience,
)
from storage import events, fair, organisations
from storage.database import Tx
from storage.events import Event
from storage.fair import Affiliation, Exhibitor, Offer
from storage.staff import StaffMember

MOST_STANDS = 999


@dataclass(frozen=True)
class Exhibiting:
    """What an organisation got: a numbered stand, or a place in line counted from one."""

    exhibitor_id: int
    state: str
    stand: int | None
    position: int | None


async def exhibit(
    tx: Tx,
    *,
    event_id: int,
    organisation_id: int,
    offer: Offer,
    now: datetime,
    person_id: int | None = None,
    member: StaffMember | None = None,
    door: str = "telegram",
) -> Exhibiting:
    """Give an organisation a stand, or a place in line when all are taken, and tell it.

    A person speaks for an organisation that they belong to; staff speak for any, also after the
    deadline. Raises NotAFair, OrganisationNeeded, NotInAudience, AlreadyExhibiting, or a refusal
    about the event.
    """
    _permit(member)
    event = await _open_fair(tx, event_id, now, late=member is not None)
    await _check_organisation(tx, event, organisation_id, person_id, member)
    known = await fair.open_of(tx, event_id=event_id, organisation_id=organisation_id)
    if known is not None:
        raise AlreadyExhibiting(known.id, known.state)
    if member is not None:
        person_id = await fair.contact_of(tx, organisation_id)
    # Stands may have been added: those in line come before a newcomer.
    await promote(tx, event_id=event_id, now=now)
    has_stand = await fair.take_stand(tx, event_id)
    exhibitor_id = await fair.add(
        tx,
        event_id=event_id,
        organisation_id=organisation_id,
        person_id=person_id,
        state="active" if has_stand else "waiting",
        position=None if has_stand else await events.next_position(tx, event_id),
        stand=await fair.lowest_free(tx, event_id) if has_stand else None,
        offer=offer,
        door=door if member is None else "staff",
        now=now,
        reminded_at=reminded_at(await events.sessions(tx, event_id), now) if has_stand else None,
    )
    if member is not None:
        await _record(tx, member, "exhibit", exhibitor_id, now)
    return await _tell_newcomer(tx, event, exhibitor_id, now)


async def _tell_newcomer(tx: Tx, event: Event, exhibitor_id: int, now: datetime) -> Exhibiting:
    exhibitor = await _must_get(tx, exhibitor_id)
    if exhibitor.state == "active":
        await fair_notices.say(
            tx, kind="exhibitor_confirmed", event=event, exhibitor=exhibitor, now=now
        )
        return Exhibiting(exhibitor_id, "active", exhibitor.stand, None)
    position = await fair.count_ahead(tx, exhibitor) + 1
    await fair_notices.say(
        tx,
        kind="exhibitor_waiting",
        event=event,
        exhibitor=exhibitor,
        now=now,
        position=position,
    )
    return Exhibiting(exhibitor_id, "waiting", None, position)


async def _open_fair(tx: Tx, event_id: int, now: datetime, *, late: bool) -> Event:
    event = await events.lock(tx, event_id)
    if event is None or event.state == "draft":
        raise EventUnknown
    if event.kind != "fair":
        raise NotAFair
    if event.state == "cancelled":
        raise EventCancelled
    if has_begun(await events.sessions(tx, event_id), now):
        raise EventOver
    if not late and event.deadline_at is not None and event.deadline_at < now:
        raise DeadlinePassed(event.deadline_at)
    return event


def _permit(member: StaffMember | None) -> None:
    """Let staff act for an organisation only where they may; raises NotStaff."""
    if member is not None:
        staff.permit(member, "fair")


async def check_open(tx: Tx, *, event_id: int, now: datetime, late: bool = False) -> Event:
    """Give the fair, or refuse before anything is asked where no stand can be had (any more)."""
    return await _open_fair(tx, event_id, now, late=late)


async def _check_organisation(
    tx: Tx, event: Event, organisation_id: int, person_id: int | None, member: StaffMember | None
) -> None:
    organisation = await organisations.get(tx, organisation_id)
    if organisation is None:
        raise OrganisationNeeded
    if member is not None:
        return
    if organisation_id not in {one.id for one in await belongings(tx, person_id)}:
        raise OrganisationNeeded
    if event.audience not in ("all", "register", organisation.kind):
        raise NotInAudience(event.audience)


async def belongings(tx: Tx, person_id: int | None) -> list[Affiliation]:
    """List the organisations that a person may register a stand for."""
    return [] if person_id is None else await fair.organisations_of(tx, person_id)


async def may_change(tx: Tx, exhibitor: Exhibitor, person_id: int) -> bool:
    """Tell whether a person may change or cancel a stand.

    Anybody can say that they belong to an organisation, so belonging to it is not enough.
    """
    if exhibitor.person_id == person_id:
        return True
    mine = await fair.organisations_of(tx, person_id)
    return any(one.is_contact and one.id == exhibitor.organisation_id for one in mine)


async def _own(
    tx: Tx,
    exhibitor_id: int,
    person_id: int | None,
    member: StaffMember | None,
    organisation_id: int | None = None,
) -> tuple[Event, Exhibitor]:
    """Lock the event and read the stand again under the lock, if this is theirs to change."""
    before = await fair.get(tx, exhibitor_id)
    event = await events.lock(tx, before.event_id) if before else None
    exhibitor = await fair.get(tx, exhibitor_id) if event else None
    if event is None or exhibitor is None or exhibitor.state not in fair.OPEN:
        raise NotExhibiting
    is_its_own = organisation_id is not None and organisation_id == exhibitor.organisation_id
    if member is not None or is_its_own:
        return event, exhibitor
    if person_id is None or not await may_change(tx, exhibitor, person_id):
        raise StandNotYours
    return event, exhibitor


async def cancel(
    tx: Tx,
    *,
    exhibitor_id: int,
    now: datetime,
    person_id: int | None = None,
    member: StaffMember | None = None,
    organisation_id: int | None = None,
) -> Exhibitor:
    """Give a stand or a place in line back, tell the organisation, move the first in line up.

    `organisation_id` is whose own mailbox the wish comes from. Raises NotExhibiting,
    StandNotYours, or EventOver after the last day.
    """
    _permit(member)
    event, exhibitor = await _own(tx, exhibitor_id, person_id, member, organisation_id)
    if has_ended(await events.sessions(tx, event.id), now):
        raise EventOver
    if not await fair.cancel(tx, exhibitor, now=now):
        raise NotExhibiting
    await fair_notices.hush_reminder(tx, exhibitor.id, now=now)
    await fair_notices.say(
        tx, kind="exhibitor_cancelled", event=event, exhibitor=exhibitor, now=now
    )
    if member is not None:
        await _record(tx, member, "exhibit_cancel", exhibitor.id, now)
    if exhibitor.state == "active":
        await fair.free_stand(tx, event.id)
        await promote(tx, event_id=event.id, now=now)
    return exhibitor


async def change(
    tx: Tx,
    *,
    exhibitor_id: int,
    offer: Offer,
    now: datetime,
    person_id: int | None = None,
    member: StaffMember | None = None,
) -> Exhibitor:
    """Keep other words and needs of a stand until the deadline, or staff's until the fair ends.

    Nobody is told: who changes it sees it. Raises NotExhibiting, StandNotYours, StandFixed or
    EventOver.
    """
    exhibitor = await check_change(
        tx, exhibitor_id=exhibitor_id, person_id=person_id, member=member, now=now
    )
    await fair.change(tx, exhibitor_id, offer)
    if member is not None:
        await _record(tx, member, "exhibit_change", exhibitor.id, now)
    return await _must_get(tx, exhibitor_id)


async def check_change(
    tx: Tx,
    *,
    exhibitor_id: int,
    now: datetime,
    person_id: int | None = None,
    member: StaffMember | None = None,
) -> Exhibitor:
    """Give the stand, or refuse before anything is asked where it cannot be changed."""
    _permit(member)
    event, exhibitor = await _own(tx, exhibitor_id, person_id, member)
    if has_ended(await events.sessions(tx, event.id), now):
        raise EventOver
    if member is None and event.deadline_at is not None and event.deadline_at < now:
        raise StandFixed(event.deadline_at)
    return exhibitor


async def promote(tx: Tx, *, event_id: int, now: datetime) -> int:
    """Give stands to those in line while there are free ones; return how many moved up.

    Nobody moves up once the fair has begun, and nobody at a cancelled one.
    """
    event = await events.lock(tx, event_id)
    sessions = await events.sessions(tx, event_id)
    if event is None or has_begun(sessions, now):
        return 0
    moved = 0
    while (first := await fair.first_waiting(tx, event_id)) is not None:
        if not await fair.take_stand(tx, event_id):
            break
        stand = await fair.lowest_free(tx, event_id)
        reminded = reminded_at(sessions, now)
        if not await fair.seat(tx, first, stand=stand, reminded_at=reminded):
            await fair.free_stand(tx, event_id)
            continue
        await fair_notices.say(
            tx,
            kind="exhibitor_promoted",
            event=event,
            exhibitor=await _must_get(tx, first.id),
            now=now,
        )
        moved += 1
    return moved


async def renumber(
    tx: Tx, *, exhibitor_id: int, stand: int, member: StaffMember, now: datetime
) -> Exhibitor | None:
    """Give a stand another number; who had it gets the old one and is returned.

    The reminder a day before tells everyone their number, once more if it changed after it.
    Raises NotExhibiting, or StandNumberUnfit.
    """
    staff.permit(member, "fair")
    event, exhibitor = await _own(tx, exhibitor_id, None, member)
    if exhibitor.state != "active" or exhibitor.stand is None:
        raise NotExhibiting
    if not 1 <= stand <= MOST_STANDS:
        raise StandNumberUnfit(MOST_STANDS)
    if stand == exhibitor.stand:
        return None
    others = await fair.of_event(tx, event.id, state="active")
    other = next((one for one in others if one.stand == stand), None)
    # A number belongs to one stand only, so one of two that swap has none for a moment.
    await fair.number(tx, exhibitor.id, None)
    if other is not None:
        await fair.number(tx, other.id, exhibitor.stand)
    await fair.number(tx, exhibitor.id, stand)
    await staff.record(
        tx, member, "exhibit_number", detail={"exhibitor": exhibitor.id, "stand": stand}, now=now
    )
    return other


async def _record(
    tx: Tx, member: StaffMember, action: str, exhibitor_id: int, now: datetime
) -> None:
    await staff.record(tx, member, action, detail={"exhibitor": exhibitor_id}, now=now)


async def _must_get(tx: Tx, exhibitor_id: int) -> Exhibitor:
    exhibitor = await fair.get(tx, exhibitor_id)
    if exhibitor is None:
        raise NotExhibiting
    return exhibitor
