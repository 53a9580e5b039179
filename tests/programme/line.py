"""Steps around seats, offers and applications that many tests share."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from programme import registration
from programme.registration import Registered
from storage import offers, registrations, staff
from storage.database import Tx
from storage.offers import Offer
from storage.registrations import Registration
from storage.staff import StaffMember
from storage.tables import outbox
from tests.programme.steps import read_event
from tests.storage.rows import NOW, make_event, make_person

HOUR = timedelta(hours=1)


async def make_member(tx: Tx, *, chat: int = 900) -> StaffMember:
    """Add a coordinator."""
    number = await staff.grant(tx, name="Anna", role="coordinator", chat_id=chat, now=NOW)
    return await staff.get(tx, number)


async def come(
    tx: Tx, event_id: int, chat: int, *, now: datetime = NOW, **values: Any
) -> Registered:
    """Let somebody new, who has this chat, register."""
    return await registration.register(
        tx,
        event_id=event_id,
        person_id=await make_person(tx, chat=chat),
        door="telegram",
        now=now,
        **values,
    )


async def leave(tx: Tx, got: Registered, *, now: datetime = NOW) -> Registration:
    """Let somebody cancel."""
    return await registration.cancel(
        tx,
        registration_id=got.registration_id,
        person_id=(await read(tx, got)).person_id,
        now=now,
    )


async def one_seat(tx: Tx, *, waiting: int, **terms: Any) -> tuple[int, list[Registered]]:
    """Make an event of one seat with somebody in it and others in line; chats are 1, 2, …"""
    event_id = await make_event(tx, capacity=1, **terms)
    return event_id, [await come(tx, event_id, chat) for chat in range(1, waiting + 2)]


async def read(tx: Tx, got: Registered) -> Registration:
    """Read a registration that must be there."""
    found = await registrations.get(tx, got.registration_id)
    assert found is not None
    return found


async def offer_of(tx: Tx, got: Registered) -> Offer:
    """Read the open offer that must be there."""
    offer = await offers.open_of(tx, got.registration_id)
    assert offer is not None
    return offer


async def person(tx: Tx, got: Registered) -> dict[str, Any]:
    """Name a registration and its person, as use cases ask for them."""
    found = await read(tx, got)
    return {"registration_id": found.id, "person_id": found.person_id}


async def heard(tx: Tx, chat: int) -> list[str]:
    """List the kinds of what one chat is told, without what was stopped in time."""
    rows = await tx.execute(
        select(outbox.c.kind)
        .where(outbox.c.address == str(chat), outbox.c.state != "cancelled")
        .order_by(outbox.c.id)
    )
    return list(rows.scalars())


async def send(tx: Tx, *, now: datetime = NOW) -> None:
    """Send all that is due."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.state == "queued", outbox.c.due_at <= now)
        .values(state="sent", started_at=now, ended_at=now)
    )


async def row_of(tx: Tx, kind: str, chat: int) -> Any:
    """Read the newest outbox row of a kind for a chat."""
    rows = await tx.execute(
        select(outbox)
        .where(outbox.c.kind == kind, outbox.c.address == str(chat))
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return rows.one()


async def taken(tx: Tx, event_id: int) -> int:
    """Count the seats that are taken or held."""
    return (await read_event(tx, event_id)).taken
