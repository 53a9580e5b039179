"""What contacts and staff see of the people whom organisations name."""

from dataclasses import dataclass
from datetime import datetime

from programme import staff
from programme.facts import session_facts
from programme.importing.spelling import fold
from programme.listing import has_begun
from programme.memberships import contact_of
from programme.nomination_notices import is_reached, registered_as
from programme.nomination_terms import Place, Speaker, Terms, fits, names_wanted, place
from storage import events, nominations, organisations
from storage.database import Tx
from storage.events import Event
from storage.nominations import Nomination
from storage.organisations import Organisation
from storage.staff import StaffMember


@dataclass(frozen=True)
class Choice:
    """One event for which one organisation may name people."""

    event: Event
    organisation: Organisation


@dataclass(frozen=True)
class OrganisationPage:
    """Whom an organisation has named for an event, and what can still be done."""

    place: Place
    terms: Terms
    named: list[Nomination]
    can_change: bool
    for_staff: bool
    days: list[dict[str, str]]
    # What became of those who accepted, by nomination: active, waiting, applied or cancelled.
    registered: dict[int, str]
    late: bool

    @property
    def can_name(self) -> bool:
        """Whether one more person may be named."""
        return self.can_change and self.terms.free != 0

    @property
    def is_late(self) -> bool:
        """Whether only staff may change something, because the organisation's time is over."""
        return self.can_change and self.late

    @property
    def open(self) -> list[Nomination]:
        """Those who count: named or accepted."""
        return [one for one in self.named if one.state in nominations.OPEN]


@dataclass(frozen=True)
class NominationView:
    """One nomination as its organisation or staff see it."""

    nomination: Nomination
    page: OrganisationPage
    # Whether the person has a chat or an address and is asked there.
    reached: bool

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.nomination.state == "named" and self.page.can_change


@dataclass(frozen=True)
class Standing:
    """How far one organisation has come with one event."""

    organisation: Organisation
    seats: int | None
    named: int
    accepted: int
    called: bool


async def choices(tx: Tx, *, person_id: int, now: datetime) -> list[Choice]:
    """List the events for which a person may name people, and on whose behalf."""
    mine = await contact_of(tx, person_id=person_id)
    ahead = await events.upcoming(tx, now=now)
    found = []
    for organisation in mine:
        called = {
            call.event_id
            for call in await nominations.calls_of(tx, organisation.id)
            if call.called_at is not None
        }
        found += [
            Choice(event, organisation)
            for event in ahead
            if fits(event, organisation) and (event.id in called or names_wanted(event))
        ]
    return found


async def page(
    tx: Tx, *, event_id: int, organisation_id: int, speaker: Speaker, now: datetime
) -> OrganisationPage:
    """Look at what an organisation has done; the caller has checked who may."""
    at = await place(tx, event_id=event_id, organisation_id=organisation_id)
    named = await nominations.of_organisation(
        tx, event_id=event_id, organisation_id=organisation_id
    )
    for_staff = speaker.member is not None
    possible = (
        at.event.state == "published"
        and not has_begun(at.sessions, now)
        and at.wanted
        and fits(at.event, at.organisation)
    )
    days = [session_facts(session) for session in at.sessions]
    late = at.terms.deadline_at < now
    can_change = possible and (for_staff or not late)
    registered = {
        one.id: await registered_as(tx, one) for one in named if one.registration_id is not None
    }
    return OrganisationPage(at, at.terms, named, can_change, for_staff, days, registered, late)


async def one(tx: Tx, *, nomination: Nomination, speaker: Speaker, now: datetime) -> NominationView:
    """Look at one nomination; the caller has checked who may."""
    around = await page(
        tx,
        event_id=nomination.event_id,
        organisation_id=nomination.organisation_id,
        speaker=speaker,
        now=now,
    )
    return NominationView(nomination, around, reached=await is_reached(tx, nomination))


async def standings(tx: Tx, *, event: Event, member: StaffMember) -> list[Standing]:
    """List the organisations that an event is meant for, those that were called first."""
    staff.permit(member, "nominations")
    calls = {call.organisation_id: call for call in await nominations.calls(tx, event.id)}
    counts = await nominations.count(tx, event.id)
    found = []
    for unit in await organisations.list_all(tx):
        if not fits(event, unit):
            continue
        call = calls.get(unit.id)
        own = call.seats if call else None
        seats = own if own is not None else event.seats_per_organisation
        named, accepted = counts.get(unit.id, (0, 0))
        called = call is not None and call.called_at is not None
        found.append(Standing(unit, seats, named, accepted, called))
    return sorted(found, key=lambda one: (not one.called, fold(one.organisation.name)))


__all__ = [
    "Choice",
    "Nomination",
    "NominationView",
    "OrganisationPage",
    "Standing",
    "choices",
    "one",
    "page",
    "standings",
]
