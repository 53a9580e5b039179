"""Staff say that two people are one: everything of the second becomes the first one's.

docs/decisions/0019-merging-people.md tells why rows change hands and none is deleted.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import calendar_notices, fillings, registration, staff
from programme.letter_doors import UNASKED
from programme.listing import has_ended
from programme.people_refusals import AlreadyMerged, PeopleChanged, PersonNotFound, SamePerson
from programme.quiet_hours import QuietHours
from storage import (
    events,
    merged_letters,
    merged_seats,
    merged_surveys,
    merging,
    outbox_sweeps,
    people,
    preferences,
    registrations,
    surveys,
)
from storage.database import Tx
from storage.merged_seats import OpenSeat
from storage.merged_surveys import Renamed
from storage.people import Person
from storage.staff import StaffMember

STATES = {"active": 0, "waiting": 2}
OFFERED, ASKED = 1, 3


class LockBroken(Exception):
    """A row changed although its event and its person are locked; nothing may be kept."""


@dataclass(frozen=True)
class Merged:
    """What became of two people: who stays, and which rows changed hands, by table."""

    kept_id: int
    gone_id: int
    moved: dict[str, Any]


@dataclass(frozen=True)
class Doubled:
    """One event at which both hold something: what stays and what ends."""

    stays: OpenSeat
    ends: OpenSeat


@dataclass(frozen=True)
class Preview:
    """What joining two people would do, for whoever has to decide it."""

    kept: Person
    gone: Person
    registrations: int
    contacts: tuple[str, ...]
    doubled: tuple[tuple[str, str], ...]


async def preview(tx: Tx, *, kept_id: int, gone_id: int, member: StaffMember) -> Preview:
    """Tell what `merge` would do; raises SamePerson, PersonNotFound or AlreadyMerged."""
    staff.permit(member, "people")
    standing = await merging.lock(tx, sorted({kept_id, gone_id}))
    kept, gone = await _both(tx, standing, kept_id=kept_id, gone_id=gone_id)
    doubled = _doubled(await merged_seats.open_of(tx, (kept_id, gone_id)))
    titles = []
    for pair in doubled:
        event = await events.get(tx, pair.stays.event_id)
        titles.append((event.title if event else "", pair.stays.state))
    known = {contact.address.casefold() for contact in await people.contacts(tx, kept_id)}
    new = [
        contact.address if contact.channel == "mail" else contact.channel
        for contact in await people.contacts(tx, gone_id)
        if contact.address.casefold() not in known
    ]
    count = await registrations.count_of_person(tx, gone_id)
    return Preview(kept, gone, count, tuple(new), tuple(titles))


async def merge(
    tx: Tx,
    *,
    kept_id: int,
    gone_id: int,
    member: StaffMember | None,
    now: datetime,
    quiet: QuietHours | None = None,
) -> Merged:
    """Join two people: everything of `gone_id` becomes `kept_id`'s, and they are one from now on.

    Where both hold something at the same event, the better one stays: a seat before an offer
    before a place in line, else the earlier. The other ends as "merged", its seat passes on,
    and its calendar entry is taken back once. Raises SamePerson, PersonNotFound, AlreadyMerged,
    or PeopleChanged when somebody registered one of them at the same moment.
    """
    if member is not None:
        staff.permit(member, "people")
    pair = (kept_id, gone_id)
    await merging.hold_doors(tx, pair)
    touched = await merging.events_of(tx, pair)
    for event_id in touched:
        await events.lock(tx, event_id)
    # Before the people, as whoever checks a paper does. A paper that is being handed in is
    # waited for: it must not stay behind.
    await merged_seats.hold(tx, pair)
    standing = await merging.lock(tx, sorted(set(pair)))
    await _both(tx, standing, kept_id=kept_id, gone_id=gone_id)
    if await merging.events_of(tx, pair) != touched:
        raise PeopleChanged
    moved, freed = await _join_seats(tx, pair, now=now)
    moved |= {
        "contact": await merging.move_contacts(tx, kept_id=kept_id, gone_id=gone_id),
        "membership": await merging.move_memberships(tx, kept_id=kept_id, gone_id=gone_id, now=now),
    }
    await merging.fill_gaps(tx, kept_id=kept_id, gone_id=gone_id)
    moved |= await merging.move_rest(tx, kept_id=kept_id, gone_id=gone_id)
    moved |= await merged_letters.move(tx, kept_id=kept_id, gone_id=gone_id)
    moved |= await _join_surveys(tx, kept_id=kept_id, gone_id=gone_id)
    await merging.move_dismissed(tx, kept_id=kept_id, gone_id=gone_id)
    if not (await people.get(tx, kept_id)).invitations:
        await preferences.take_back(tx, kinds=UNASKED, person_ids=[kept_id], mailboxes=[], now=now)
    staff_id = member.id if member else None
    closed = await merging.close(
        tx, kept_id=kept_id, gone_id=gone_id, staff_id=staff_id, moved=moved, now=now
    )
    if not closed:
        raise LockBroken
    if member is not None:
        detail = {"kept": kept_id, "gone": gone_id}
        await staff.record(tx, member, "merge", detail=detail, now=now)
    for event_id in freed:
        await registration.promote(tx, event_id=event_id, now=now, quiet=quiet)
    return Merged(kept_id, gone_id, moved)


async def _join_surveys(tx: Tx, *, kept_id: int, gone_id: int) -> dict[str, list[int]]:
    owners = Renamed(fillings.person(gone_id), fillings.person(kept_id))
    known = [owners]
    for survey_id in await merged_surveys.pseudonymous(tx):
        survey = await surveys.get(tx, survey_id)
        gone, kept = (fillings.respondent(survey, one) for one in (owners.gone, owners.kept))
        known.append(Renamed(gone, kept, survey_id))
    return await merged_surveys.move(
        tx, kept_id=kept_id, gone_id=gone_id, owners=owners, respondents=known
    )


async def _both(
    tx: Tx, standing: dict[int, merging.Standing], *, kept_id: int, gone_id: int
) -> tuple[Person, Person]:
    if kept_id == gone_id:
        raise SamePerson
    if {kept_id, gone_id} - set(standing):
        raise PersonNotFound
    kept, gone = await people.get(tx, kept_id), await people.get(tx, gone_id)
    for one in (kept, gone):
        if standing[one.id].merged_into_id is not None:
            raise AlreadyMerged(one.name)
    return kept, gone


def _rank(seat: OpenSeat) -> tuple[int, bool, int]:
    """Order what a person may hold at an event, the best first."""
    worth = STATES[seat.state]
    if seat.state == "waiting":
        worth = ASKED if seat.approval == "asked" else worth
        worth = OFFERED if seat.offer_id is not None else worth
    return worth, not seat.holds_seat, seat.id


def _doubled(seats: list[OpenSeat]) -> list[Doubled]:
    by_event: dict[int, list[OpenSeat]] = {}
    for seat in seats:
        by_event.setdefault(seat.event_id, []).append(seat)
    ranked = [sorted(both, key=_rank) for both in by_event.values()]
    return [Doubled(both[0], both[1]) for both in ranked if len(both) > 1]


async def _join_seats(
    tx: Tx, pair: tuple[int, int], *, now: datetime
) -> tuple[dict[str, Any], list[int]]:
    """Leave one open registration of both at each event; name the events with a seat to give."""
    doubled = _doubled(await merged_seats.open_of(tx, pair))
    moved: dict[str, Any] = {"attendance": [], "document": [], "certificate": []}
    freed = []
    for one in doubled:
        kept_id, ended_id = one.stays.id, one.ends.id
        moved["attendance"] += await merged_seats.move_attendance(
            tx, kept_id=kept_id, ended_id=ended_id
        )
        moved["document"] += await merged_seats.move_documents(
            tx, kept_id=kept_id, ended_id=ended_id
        )
        moved["certificate"] += await merged_seats.move_certificates(
            tx, kept_id=kept_id, ended_id=ended_id
        )
        if await _end(tx, one, now=now):
            freed.append(one.ends.event_id)
    moved["ended"] = [[one.ends.id, one.stays.id] for one in doubled]
    seats = {one.ends.id: one.stays.id for one in doubled}
    moved["withdrawn"] = await merged_seats.join_nominations(
        tx, kept_id=pair[0], gone_id=pair[1], seats=seats, now=now
    )
    for number in moved["withdrawn"]:
        # Whoever has not heard of it yet need not be asked.
        for kind in ("nominated", "nominated_reminder"):
            await outbox_sweeps.cancel(tx, keys_from=f"{kind}:{number}:", now=now)
    return moved, freed


async def _end(tx: Tx, one: Doubled, *, now: datetime) -> bool:
    """End the registration that is one too many; tell whether a seat became free."""
    before = await registrations.get(tx, one.ends.id)
    event = await events.get(tx, one.ends.event_id)
    if before is None or event is None or not await merged_seats.end(tx, one.ends, now=now):
        raise LockBroken
    await merged_seats.hush(tx, one.ends, now=now)
    holds = one.ends.state == "active" or one.ends.holds_seat
    if holds:
        await events.free_seat(tx, event.id)
    over = has_ended(await events.sessions(tx, event.id), now)
    if one.ends.state == "active" and not over and event.state != "cancelled":
        # To the address that got the entry, which is still the owner's own at this moment.
        owner = await people.get(tx, one.ends.person_id)
        await calendar_notices.take_back(
            tx,
            kind="registration_joined",
            event=event,
            person=owner,
            registration=before,
            now=now,
        )
    return holds
