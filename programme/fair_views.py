"""What there is to see of a fair: its stands, one organisation's own, the facts of the sheets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import staff
from programme.facts import event_facts, session_facts
from programme.fair import belongings, may_change
from programme.fair_refusals import NotAFair, NotExhibiting
from programme.listing import has_begun, has_ended
from programme.refusals import EventUnknown
from storage import events, fair
from storage.database import Tx
from storage.events import Event
from storage.exports import Record, to_csv
from storage.fair import Exhibitor, Offer
from storage.staff import StaffMember

COLUMNS = (
    "stand",
    "place_in_line",
    "organisation",
    "contact",
    "for_residents",
    "for_office",
    "tables",
    "power",
    "needs",
)


@dataclass(frozen=True)
class Stands:
    """All stands of a fair, by number, and who waits for one, in order."""

    event: Event
    active: list[Exhibitor]
    waiting: list[Exhibitor]


@dataclass(frozen=True)
class StandView:
    """One stand as somebody sees it; `position` is the place in line counted from one."""

    exhibitor: Exhibitor
    event: Event
    sessions: list[dict[str, Any]]
    position: int | None
    mine: bool
    may_cancel: bool
    may_edit: bool


@dataclass(frozen=True)
class Standing:
    """What a person can do at a fair: the stands of their organisations, and add another one."""

    own: list[Exhibitor]
    can_add: bool


async def standing(
    tx: Tx, *, event_id: int, person_id: int | None, now: datetime
) -> Standing | None:
    """Look what a person can do about stands at an event; None when it has none."""
    event = await events.get(tx, event_id)
    if event is None or event.kind != "fair" or event.state != "published":
        return None
    mine = await belongings(tx, person_id)
    found = [
        await fair.open_of(tx, event_id=event_id, organisation_id=one.id)
        for one in mine
        if event.audience in ("all", "register", one.kind)
    ]
    own = [one for one in found if one is not None]
    begun = has_begun(await events.sessions(tx, event_id), now)
    late = event.deadline_at is not None and event.deadline_at < now
    # Somebody without an organisation is told what to do when they press the button.
    has_free = not mine or len(own) < len(found)
    return Standing(own, has_free and not begun and not late)


async def look(tx: Tx, *, event_id: int, member: StaffMember) -> Stands:
    """Look at all stands of a fair; raises EventUnknown or NotAFair."""
    staff.permit(member, "fair")
    return await _look(tx, event_id)


async def _look(tx: Tx, event_id: int) -> Stands:
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    if event.kind != "fair":
        raise NotAFair
    active = await fair.of_event(tx, event_id, state="active")
    return Stands(event, active, await fair.of_event(tx, event_id, state="waiting"))


async def one(
    tx: Tx, *, exhibitor_id: int, person_id: int | None, now: datetime, by_letter: bool = False
) -> StandView:
    """Look at one stand or place in line; raises NotExhibiting for what others must not see.

    `by_letter` says that whoever asks opened a letter to the organisation itself.
    """
    return await _one(tx, exhibitor_id, person_id, now, sees_all=by_letter)


async def one_for_staff(
    tx: Tx, *, exhibitor_id: int, member: StaffMember, now: datetime
) -> StandView:
    """Look at any stand or place in line; raises NotExhibiting when it was given up."""
    staff.permit(member, "fair")
    return await _one(tx, exhibitor_id, None, now, sees_all=True)


async def _one(
    tx: Tx, exhibitor_id: int, person_id: int | None, now: datetime, *, sees_all: bool
) -> StandView:
    exhibitor = await fair.get(tx, exhibitor_id)
    event = await events.get(tx, exhibitor.event_id) if exhibitor else None
    if exhibitor is None or event is None or exhibitor.state not in fair.OPEN:
        raise NotExhibiting
    if not sees_all and not await _may_see(tx, exhibitor, person_id):
        raise NotExhibiting
    sessions = await events.sessions(tx, event.id)
    mine = sees_all or (person_id is not None and await may_change(tx, exhibitor, person_id))
    over = event.state != "published" or has_ended(sessions, now)
    late = not sees_all and event.deadline_at is not None and event.deadline_at < now
    waits = exhibitor.state == "waiting"
    return StandView(
        exhibitor,
        event,
        [session_facts(session) for session in sessions],
        await fair.count_ahead(tx, exhibitor) + 1 if waits else None,
        mine,
        mine and not over,
        mine and not over and not late,
    )


async def _may_see(tx: Tx, exhibitor: Exhibitor, person_id: int | None) -> bool:
    if person_id is None:
        return False
    belongs = {each.id for each in await belongings(tx, person_id)}
    return exhibitor.organisation_id in belongs or exhibitor.person_id == person_id


async def sheet_for_staff(tx: Tx, *, event_id: int, member: StaffMember) -> dict[str, Any]:
    """Gather the facts of the printed sheets of a fair for staff."""
    staff.permit(member, "fair")
    return await sheet(tx, event_id=event_id)


async def sheet(tx: Tx, *, event_id: int) -> dict[str, Any]:
    """Gather the facts of the printed sheets of a fair, as the operator: plain JSON."""
    stands = await _look(tx, event_id)
    return await event_facts(tx, stands.event) | {
        "stands": [
            {
                "number": exhibitor.stand,
                "organisation": exhibitor.organisation,
                "contact": exhibitor.contact,
                **vars(exhibitor.offer),
            }
            for exhibitor in stands.active
        ]
    }


async def export(tx: Tx, *, event_id: int, member: StaffMember) -> bytes:
    """Write all stands and the line for them as CSV."""
    staff.permit(member, "fair")
    stands = await _look(tx, event_id)
    rows = [_record(each, None) for each in stands.active]
    rows += [_record(each, place) for place, each in enumerate(stands.waiting, 1)]
    return to_csv(COLUMNS, rows)


def _record(exhibitor: Exhibitor, place: int | None) -> Record:
    offer = exhibitor.offer
    return {
        "stand": exhibitor.stand,
        "place_in_line": place,
        "organisation": exhibitor.organisation,
        "contact": exhibitor.contact,
        "for_residents": offer.for_residents,
        "for_office": offer.for_office,
        "tables": offer.tables,
        "power": "1" if offer.power else "0",
        "needs": offer.needs,
    }


__all__ = [
    "Exhibitor",
    "Offer",
    "StandView",
    "Standing",
    "Stands",
    "export",
    "look",
    "one",
    "one_for_staff",
    "sheet",
    "sheet_for_staff",
    "standing",
]
