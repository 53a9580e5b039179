"""How many people an organisation may name for an event, until when, and who may do it."""

from dataclasses import dataclass
from datetime import datetime

from programme import staff
from programme.listing import has_begun
from programme.memberships import is_contact
from programme.nomination_refusals import NamesNotWanted, NamingOver, NotContact
from programme.refusals import EventCancelled, EventOver, EventUnknown, NotInAudience
from storage import events, nominations, organisations
from storage import staff as staff_rows
from storage.database import Tx
from storage.events import Event, Session
from storage.nominations import Call
from storage.organisations import Organisation
from storage.people import Person
from storage.staff import StaffMember

MAY_NAME = staff.ACTIONS["nominations"]


@dataclass(frozen=True)
class Speaker:
    """Whoever speaks for an organisation: a person of it, or staff."""

    person_id: int | None = None
    member: StaffMember | None = None

    def __post_init__(self) -> None:
        """Let only those of staff speak who may; raises NotStaff."""
        if self.member is not None:
            staff.permit(self.member, "nominations")

    @property
    def word(self) -> str:
        """How an answer given by them is recorded."""
        return "staff" if self.member is not None else "contact"


@dataclass(frozen=True)
class Terms:
    """What one organisation may do; `seats` None means as many as they like."""

    seats: int | None
    named: int
    deadline_at: datetime

    @property
    def free(self) -> int | None:
        """How many more people may be named."""
        return None if self.seats is None else max(0, self.seats - self.named)


@dataclass(frozen=True)
class Place:
    """One organisation at one event, with everything that decides what it may do."""

    event: Event
    sessions: list[Session]
    organisation: Organisation
    call: Call | None

    @property
    def begins(self) -> datetime:
        """When the event begins."""
        return min(session.starts_at for session in self.sessions)

    @property
    def ends(self) -> datetime:
        """When the last sitting ends."""
        return max(session.ends_at for session in self.sessions)

    @property
    def terms(self) -> Terms:
        """The organisation's own terms, else those of the event."""
        call, event = self.call, self.event
        own = call.deadline_at if call else None
        deadline = own or event.nomination_deadline_at or event.deadline_at or self.begins
        seats = call.seats if call and call.seats is not None else event.seats_per_organisation
        return Terms(seats, call.named if call else 0, min(deadline, self.begins))

    @property
    def wanted(self) -> bool:
        """Whether organisations name people for this event, or this one was asked to."""
        called = self.call is not None and self.call.called_at is not None
        return called or names_wanted(self.event)


def names_wanted(event: Event) -> bool:
    """Tell whether an event says anything of organisations that name people."""
    return (
        event.entry == "nominated"
        or event.seats_per_organisation is not None
        or event.nomination_deadline_at is not None
    )


def fits(event: Event, organisation: Organisation) -> bool:
    """Tell whether the event is meant for an organisation of this kind."""
    return event.audience in ("all", "register", organisation.kind)


async def place(tx: Tx, *, event_id: int, organisation_id: int, lock: bool = False) -> Place:
    """Look at one organisation at one event; raises EventUnknown or NotContact.

    Whoever changes anything locks the event, so that naming, answering and withdrawing go one
    after another.
    """
    event = await (events.lock if lock else events.get)(tx, event_id)
    sessions = await events.sessions(tx, event_id)
    if event is None or event.state == "draft" or not sessions:
        raise EventUnknown
    organisation = await organisations.get(tx, organisation_id)
    if organisation is None:
        raise NotContact
    call = await nominations.call(tx, event_id=event_id, organisation_id=organisation_id)
    return Place(event, sessions, organisation, call)


def check_open(at: Place, speaker: Speaker, now: datetime) -> None:
    """Refuse what comes too late, or to an event for which nobody is named.

    Staff may still act after the organisation's deadline, until the event begins.
    """
    if at.event.state == "cancelled":
        raise EventCancelled
    if has_begun(at.sessions, now):
        raise EventOver
    if not fits(at.event, at.organisation):
        raise NotInAudience(at.event.audience)
    if not at.wanted:
        raise NamesNotWanted
    if speaker.member is None and at.terms.deadline_at < now:
        raise NamingOver(at.terms.deadline_at)


async def speaker(
    tx: Tx, *, chat_id: int, person: Person | None, organisation_id: int, now: datetime
) -> Speaker:
    """Tell who may act for an organisation from a chat; raises NotContact or NotStaff."""
    member = await staff_rows.by_chat(tx, chat_id)
    if member is not None and member.role in MAY_NAME:
        member = await staff.require(tx, chat_id=chat_id, action="nominations", now=now)
        return Speaker(person.id if person else None, member)
    if person is not None and await is_contact(
        tx, person_id=person.id, organisation_id=organisation_id
    ):
        return Speaker(person.id)
    if member is not None:
        await staff.require(tx, chat_id=chat_id, action="nominations", now=now)
    raise NotContact
