"""What the pages behind letters show: what the letter was about, as it stands now.

Everything is found from the door; no number that a browser sends is believed. Whoever comes by an
organisation's letter speaks for that organisation and sees nothing of another; whoever comes by
their own sees nothing of anybody else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import documents, listing, memberships, nomination_views
from programme.documents import Papers
from programme.facts import programme_facts, session_facts
from programme.fair_refusals import NotExhibiting
from programme.fair_views import StandView
from programme.fair_views import one as one_stand
from programme.forms import Form
from programme.letter_doors import Door
from programme.listing import EventView
from programme.nomination_answers import Card
from programme.nomination_notices import is_reached
from programme.nomination_refusals import NominationUnknown, NotContact
from programme.nomination_terms import Speaker, names_wanted, place
from programme.nomination_views import OrganisationPage
from programme.refusals import EventUnknown
from storage import certificates, events, fair, forms, nominations, people, registrations
from storage.certificates import Certificate
from storage.database import Tx
from storage.nominations import Nomination
from storage.people import Person
from storage.registrations import Registration


@dataclass(frozen=True)
class Seat:
    """One person at one event.

    `ended` is the registration that the letter was about when it is no longer open.
    """

    person: Person
    view: EventView
    papers: Papers | None
    ended: Registration | None
    certificate: Certificate | None


@dataclass(frozen=True)
class Asked:
    """An event's own questions, in the version that is asked now."""

    form_id: int
    form: Form


def number(door: Door, name: str) -> int | None:
    """Give one of the numbers of what a letter is about."""
    found = door.subject.get(name)
    return found if isinstance(found, int) else None


async def programme_of(tx: Tx, door: Door | None) -> dict[str, Any]:
    """Describe the programme that a letter came from: of its event, else the newest one."""
    event_id = number(door, "event") if door is not None else None
    event = await events.get(tx, event_id) if event_id is not None else None
    return await programme_facts(tx, event.programme_id if event else None)


async def event_of(tx: Tx, door: Door, *, now: datetime) -> EventView:
    """Look at the event of a letter as anybody may; raises EventUnknown."""
    return await listing.one(tx, event_id=_event_id(door), person=None, now=now)


def _event_id(door: Door) -> int:
    event_id = number(door, "event")
    if event_id is None:
        raise EventUnknown
    return event_id


async def reader(tx: Tx, door: Door) -> Person | None:
    """Read the person whom a letter was written to; None when it went to an address alone."""
    return None if door.person_id is None else await people.get(tx, door.person_id)


async def seat(tx: Tx, door: Door, *, now: datetime) -> Seat:
    """Look at the reader's seat, place in line or application; raises EventUnknown.

    Somebody who was named and came by an address alone is a person since they said yes.
    """
    person_id, registration_id = door.person_id, number(door, "registration")
    if person_id is None and number(door, "nomination") is not None:
        nomination = (await card(tx, door)).nomination
        person_id, registration_id = nomination.person_id, nomination.registration_id
    if person_id is None:
        raise EventUnknown
    person = await people.get(tx, person_id)
    view = await listing.one(tx, event_id=_event_id(door), person=person, now=now)
    before = await _before(tx, registration_id, person_id) if view.mine is None else None
    known = view.mine or before
    return Seat(
        person,
        view,
        await documents.look(tx, view.mine) if view.mine is not None else None,
        before,
        await certificates.standing_of(tx, known.id) if known is not None else None,
    )


async def _before(tx: Tx, registration_id: int | None, person_id: int) -> Registration | None:
    found = await registrations.get(tx, registration_id) if registration_id is not None else None
    return found if found is not None and found.person_id == person_id else None


async def questions(tx: Tx, *, event_id: int) -> Asked | None:
    """Give what an event asks of those who register; None when it asks nothing."""
    event = await events.get(tx, event_id)
    if event is None or event.form_id is None:
        return None
    row = await forms.get(tx, event.form_id)
    form = Form.from_json({"key": row.key, "version": row.version, **row.content})
    return Asked(row.id, form)


async def card(tx: Tx, door: Door) -> Card:
    """Look at the nomination that a letter is about; raises NominationUnknown.

    A nomination that belongs to another person by now is none of the reader's.
    """
    nomination_id = number(door, "nomination")
    found = await nominations.get(tx, nomination_id) if nomination_id is not None else None
    if found is None or not await _is_for_reader(tx, door, found):
        raise NominationUnknown
    at = await place(tx, event_id=found.event_id, organisation_id=found.organisation_id)
    return Card(found, at)


async def _is_for_reader(tx: Tx, door: Door, found: Nomination) -> bool:
    if found.person_id in (None, door.person_id):
        return True
    # Whoever was only an address became a person when they answered.
    return door.person_id is None and await _reads(tx, door, found)


async def _reads(tx: Tx, door: Door, found: Nomination) -> bool:
    if found.person_id is None:
        return False
    known = await people.contacts(tx, found.person_id)
    address = door.address.casefold()
    mails = [one for one in known if one.channel == "mail" and one.verified]
    return any(one.address.casefold() == address for one in mails)


async def speaker(tx: Tx, door: Door) -> tuple[int, Speaker]:
    """Tell for which organisation the reader of a letter speaks; raises NotContact.

    A letter to the organisation's own mailbox is enough: whoever reads it speaks for it. Somebody
    who was written to as its contact must still be one.
    """
    about = number(door, "organisation")
    if door.organisation_id is not None and about in (None, door.organisation_id):
        return door.organisation_id, Speaker()
    if door.person_id is None or about is None:
        raise NotContact
    if not await memberships.is_contact(tx, person_id=door.person_id, organisation_id=about):
        raise NotContact
    return about, Speaker(door.person_id)


@dataclass(frozen=True)
class Names:
    """Whom an organisation has named, and which of those who have not answered we can ask."""

    page: OrganisationPage
    speaker: Speaker
    reached: frozenset[int]


async def names(tx: Tx, door: Door, *, now: datetime) -> Names:
    """Look whom the organisation of a letter has named for its event."""
    organisation_id, who = await speaker(tx, door)
    found = await nomination_views.page(
        tx, event_id=_event_id(door), organisation_id=organisation_id, speaker=who, now=now
    )
    waiting = [one for one in found.named if one.state == "named"]
    reached = [one.id for one in waiting if await is_reached(tx, one)]
    return Names(found, who, frozenset(reached))


async def named(tx: Tx, door: Door, nomination_id: int | None) -> Nomination:
    """Read one of those named; one of another organisation or event is unknown."""
    organisation_id, _who = await speaker(tx, door)
    found = await nominations.get(tx, nomination_id) if nomination_id is not None else None
    expected = (_event_id(door), organisation_id)
    if found is None or (found.event_id, found.organisation_id) != expected:
        raise NominationUnknown
    return found


async def takes_names(tx: Tx, *, event_id: int) -> bool:
    """Tell whether organisations name people for an event, instead of people coming by themselves.

    Where both is possible, naming is what an organisation is asked for.
    """
    event = await events.get(tx, event_id)
    return event is not None and names_wanted(event)


async def stand(tx: Tx, door: Door, *, now: datetime) -> StandView:
    """Look at the stand of a letter; raises NotExhibiting for one that ended or is another's."""
    exhibitor_id = number(door, "exhibitor")
    found = await fair.get(tx, exhibitor_id) if exhibitor_id is not None else None
    if found is None:
        raise NotExhibiting
    own = door.organisation_id is not None and door.organisation_id == found.organisation_id
    return await one_stand(
        tx, exhibitor_id=found.id, person_id=door.person_id, now=now, by_letter=own
    )


__all__ = [
    "Asked",
    "Card",
    "Certificate",
    "EventView",
    "Names",
    "Nomination",
    "OrganisationPage",
    "Papers",
    "Person",
    "Registration",
    "Seat",
    "Speaker",
    "card",
    "event_of",
    "named",
    "names",
    "number",
    "programme_of",
    "questions",
    "reader",
    "seat",
    "session_facts",
    "speaker",
    "stand",
    "takes_names",
]
