"""Steps that tests of a fair share: make a fair, organisations, people who speak for them."""

from datetime import datetime

from sqlalchemy import update

from programme import fair
from programme.fair import Exhibiting
from storage import fair as rows
from storage.database import Tx
from storage.fair import Exhibitor, Offer
from storage.insert import insert_id
from storage.seat_tables import membership
from storage.tables import event
from tests.programme.audience import make_member, make_organisation
from tests.storage.rows import NOW, make_event

OFFER = Offer("Pokaz wyrobu serów", "Warsztaty w świetlicach", 2, power=True, needs="cień")


async def make_fair(
    tx: Tx,
    *,
    stands: int | None = None,
    deadline_at: datetime | None = None,
    audience: str = "all",
) -> int:
    """Add a fair on 10 February 2027 and return the id."""
    event_id = await make_event(tx, deadline_at=deadline_at, audience=audience)
    await tx.execute(update(event).where(event.c.id == event_id).values(kind="fair", stands=stands))
    return event_id


async def make_voice(
    tx: Tx, organisation_id: int | None, *, chat: int, is_contact: bool | None = None
) -> int:
    """Add a person of an organisation; `is_contact` None leaves only what they said of it."""
    person_id = await make_member(tx, f"Osoba {chat}", organisation_id=organisation_id, chat=chat)
    if is_contact is not None and organisation_id is not None:
        await join(tx, person_id, organisation_id, is_contact=is_contact)
    return person_id


async def join(tx: Tx, person_id: int, organisation_id: int, *, is_contact: bool) -> None:
    """Let a person belong to an organisation, perhaps as the one who speaks for it."""
    await insert_id(
        tx,
        membership,
        person_id=person_id,
        organisation_id=organisation_id,
        is_contact=is_contact,
        since=NOW,
    )


async def exhibit(
    tx: Tx, event_id: int, organisation_id: int, person_id: int, *, now: datetime = NOW
) -> Exhibiting:
    """Register a stand by chat."""
    return await fair.exhibit(
        tx,
        event_id=event_id,
        organisation_id=organisation_id,
        offer=OFFER,
        person_id=person_id,
        now=now,
    )


async def crowd(tx: Tx, size: int) -> list[tuple[int, int]]:
    """Add organisations with a member each, whose chats are 1, 2, …; give both ids."""
    found = []
    for number in range(1, size + 1):
        organisation_id = await make_organisation(tx, f"Organizacja {number}")
        found.append((organisation_id, await make_voice(tx, organisation_id, chat=number)))
    return found


async def read(tx: Tx, exhibitor_id: int) -> Exhibitor:
    """Read an exhibitor that must be there."""
    found = await rows.get(tx, exhibitor_id)
    assert found is not None
    return found


async def standing(tx: Tx, event_id: int) -> list[tuple[str, int | None]]:
    """List all open exhibitors: their organisation and stand, those in line last."""
    return [
        (one.organisation, one.stand)
        for state in rows.OPEN
        for one in await rows.of_event(tx, event_id, state=state)
    ]
