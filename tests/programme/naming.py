"""Organisations that name people, for tests of nominations."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from programme import memberships, nomination_answers, nominations
from programme.nomination_terms import Speaker
from programme.nominations import Named, Naming
from storage import nominations as rows
from storage.database import Tx
from storage.nominations import Nomination
from storage.tables import event
from tests.programme.audience import make_organisation, make_staff
from tests.storage.rows import NOW, make_event, make_person

LINK = "https://t.me/example_bot"
DEADLINE = NOW + timedelta(days=20)
CONTACT_CHAT = 501


@dataclass(frozen=True)
class NamingScene:
    """An event, an organisation with one contact, and staff."""

    event_id: int
    organisation_id: int
    contact_id: int
    contact: Speaker
    staff: Speaker


async def make_naming_event(
    tx: Tx, *, seats: int | None = 2, capacity: int | None = None, entry: str = "nominated"
) -> int:
    """Add an event for which organisations name people until `DEADLINE`."""
    event_id = await make_event(tx, capacity=capacity)
    await tx.execute(
        event.update()
        .where(event.c.id == event_id)
        .values(entry=entry, seats_per_organisation=seats, nomination_deadline_at=DEADLINE)
    )
    return event_id


async def make_contact(tx: Tx, organisation_id: int, chat: int, name: str = "Jan Prezes") -> int:
    """Add a person who speaks for an organisation and return the id."""
    person_id = await make_person(tx, name=name, chat=chat)
    await memberships.join(
        tx, person_id=person_id, organisation_id=organisation_id, now=NOW, is_contact=True
    )
    return person_id


async def make_scene(
    tx: Tx, *, seats: int | None = 2, capacity: int | None = None, entry: str = "nominated"
) -> NamingScene:
    """Make an event, an organisation whose contact has a chat, and a coordinator."""
    event_id = await make_naming_event(tx, seats=seats, capacity=capacity, entry=entry)
    organisation_id = await make_organisation(tx, "KGW Miłki", email="kgw@example.org")
    contact_id = await make_contact(tx, organisation_id, CONTACT_CHAT)
    member = await make_staff(tx)
    return NamingScene(
        event_id, organisation_id, contact_id, Speaker(contact_id), Speaker(None, member)
    )


async def name(
    tx: Tx,
    at: NamingScene,
    full: str = "Anna Wzorowa",
    email: str = "",
    *,
    organisation_id: int | None = None,
    speaker: Speaker | None = None,
    replaces_id: int | None = None,
    person_id: int | None = None,
    now: datetime = NOW,
) -> Naming:
    """Name somebody on behalf of the scene's organisation."""
    return await nominations.name(
        tx,
        event_id=at.event_id,
        organisation_id=organisation_id or at.organisation_id,
        who=Named(full, email, "", person_id),
        speaker=speaker or at.contact,
        link=LINK,
        now=now,
        replaces_id=replaces_id,
    )


def token_of(naming: Naming) -> str:
    """Read the secret of a nomination's link."""
    return naming.link.partition("?start=n_")[2]


async def accept(tx: Tx, naming: Naming, person_id: int, *, now: datetime = NOW) -> Nomination:
    """Accept by the nomination's link."""
    return await nomination_answers.accept(
        tx,
        nomination_id=naming.nomination_id,
        person_id=person_id,
        proof=token_of(naming),
        now=now,
    )


async def read(tx: Tx, nomination_id: int) -> Nomination:
    """Read a nomination that must be there."""
    found = await rows.get(tx, nomination_id)
    assert found is not None
    return found


async def named_count(tx: Tx, at: NamingScene) -> int:
    """Read how many places of its quota the organisation has used."""
    call = await rows.call(tx, event_id=at.event_id, organisation_id=at.organisation_id)
    return call.named if call else 0
