"""What could show that two people are one: addresses, names, and who was told apart already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.paper_tables import not_duplicate
from storage.tables import contact, event, organisation, person, registration

OPEN = ("active", "waiting")


@dataclass(frozen=True)
class Known:
    """A person with what two entries of the same one would share."""

    id: int
    name: str
    role: str
    organisation_id: int | None
    organisation: str
    mails: frozenset[str]
    in_chat: bool
    since: datetime


async def everyone(tx: Tx, person_ids: Collection[int] | None = None) -> list[Known]:
    """List all who were not joined into somebody else, with their verified addresses."""
    addresses: dict[int, set[str]] = {}
    found = await tx.execute(
        select(contact.c.person_id, contact.c.channel, contact.c.address).where(
            contact.c.verified_at.is_not(None)
        )
    )
    chats: set[int] = set()
    for person_id, channel, address in found:
        if channel == "mail":
            addresses.setdefault(person_id, set()).add(address.casefold())
        else:
            chats.add(person_id)
    query = (
        select(person, organisation.c.name.label("register_name"))
        .outerjoin(organisation, organisation.c.id == person.c.organisation_id)
        .where(person.c.merged_into_id.is_(None))
        .order_by(person.c.id)
    )
    if person_ids is not None:
        query = query.where(person.c.id.in_(person_ids))
    return [
        Known(
            row.id,
            row.name,
            row.role,
            row.organisation_id,
            row.register_name or row.organisation_text,
            frozenset(addresses.get(row.id, ())),
            row.id in chats,
            row.created_at,
        )
        for row in await tx.execute(query)
    ]


async def open_events(tx: Tx) -> dict[int, dict[int, str]]:
    """Give for each person the titles of the events at which they hold something, by number."""
    rows = await tx.execute(
        select(registration.c.person_id, event.c.id, event.c.title)
        .join(event, event.c.id == registration.c.event_id)
        .where(registration.c.state.in_(OPEN), event.c.state != "cancelled")
        .order_by(event.c.id)
    )
    held: dict[int, dict[int, str]] = {}
    for person_id, event_id, title in rows:
        held.setdefault(person_id, {})[event_id] = title
    return held


async def told_apart(tx: Tx) -> set[tuple[int, int]]:
    """List the pairs of which staff said that they are two people, the lower number first."""
    rows = await tx.execute(select(not_duplicate.c.lower_id, not_duplicate.c.higher_id))
    return {(row.lower_id, row.higher_id) for row in rows}


async def tell_apart(tx: Tx, pair: tuple[int, int], *, staff_id: int, now: datetime) -> bool:
    """Keep that two people are not one; False when that was known."""
    row = {
        "lower_id": min(pair),
        "higher_id": max(pair),
        "staff_id": staff_id,
        "decided_at": now,
    }
    return bool(await insert_or_ignore(tx, not_duplicate, [row]))
