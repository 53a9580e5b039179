"""Who reads a mailbox: the people who have proved that it is theirs, and organisations."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from storage.database import Tx
from storage.paper_tables import not_duplicate
from storage.tables import contact, organisation, person


@dataclass(frozen=True)
class Reader:
    """A person who reads a mailbox, and whether they have a chat too."""

    id: int
    name: str
    in_chat: bool


def _is(address: str) -> ColumnElement[bool]:
    return and_(
        contact.c.channel == "mail",
        contact.c.verified_at.is_not(None),
        func.lower(contact.c.address) == address.lower(),
    )


async def readers(tx: Tx, *, address: str) -> list[int]:
    """List the people who have proved that they read a mailbox."""
    rows = await tx.execute(
        select(person.c.id)
        .join(contact, contact.c.person_id == person.c.id)
        .where(_is(address), person.c.merged_into_id.is_(None))
        .distinct()
        .order_by(person.c.id)
    )
    return list(rows.scalars())


async def others(tx: Tx, *, address: str, person_id: int) -> list[Reader]:
    """List who else reads a mailbox; nobody of whom staff said that it is another person."""
    chats = contact.alias()
    in_chat = (
        select(chats.c.id)
        .where(chats.c.person_id == person.c.id, chats.c.channel == "telegram")
        .exists()
    )
    apart = select(not_duplicate.c.higher_id).where(not_duplicate.c.lower_id == person_id)
    earlier = select(not_duplicate.c.lower_id).where(not_duplicate.c.higher_id == person_id)
    rows = await tx.execute(
        select(person.c.id, person.c.name, in_chat.label("in_chat"))
        .join(contact, contact.c.person_id == person.c.id)
        .where(
            _is(address),
            person.c.merged_into_id.is_(None),
            person.c.id != person_id,
            person.c.id.not_in(apart),
            person.c.id.not_in(earlier),
        )
        .distinct()
        .order_by(person.c.id)
    )
    return [Reader(row.id, row.name, bool(row.in_chat)) for row in rows]


async def organisations(tx: Tx, *, address: str) -> list[int]:
    """List the organisations of the register whose own mailbox it is."""
    rows = await tx.execute(
        select(organisation.c.id)
        .where(organisation.c.email != "", func.lower(organisation.c.email) == address.lower())
        .order_by(organisation.c.id)
    )
    return list(rows.scalars())


async def told_apart(tx: Tx, one: int, other: int) -> bool:
    """Tell whether staff said of two people that they are not one."""
    found = select(not_duplicate.c.lower_id).where(
        not_duplicate.c.lower_id == min(one, other), not_duplicate.c.higher_id == max(one, other)
    )
    return await tx.scalar(found) is not None
