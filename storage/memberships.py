"""Who belongs to which organisation, who speaks for it, and the links by which people begin to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.organisations import Organisation, get
from storage.seat_tables import contact_link, membership
from storage.tables import contact, organisation, person


@dataclass(frozen=True)
class Member:
    """A person of an organisation; `speaks` says that they may act for it."""

    person_id: int
    name: str
    speaks: bool


@dataclass(frozen=True)
class ContactLink:
    """What a mailed link stands for: an organisation, and the event it was called for."""

    organisation_id: int
    event_id: int | None


async def add(
    tx: Tx, *, person_id: int, organisation_id: int, is_contact: bool, now: datetime
) -> bool:
    """Add an open membership; False when the person is a member already, which changes nothing."""
    row = {
        "person_id": person_id,
        "organisation_id": organisation_id,
        "is_contact": is_contact,
        "since": now,
    }
    return bool(await insert_or_ignore(tx, membership, [row]))


async def set_contact(tx: Tx, *, person_id: int, organisation_id: int, is_contact: bool) -> bool:
    """Say whether a member speaks for the organisation; False when that was so already."""
    result = await tx.execute(
        update(membership)
        .where(_open(person_id, organisation_id), membership.c.is_contact.is_not(is_contact))
        .values(is_contact=is_contact)
    )
    return result.rowcount == 1


async def note_taken_back(
    tx: Tx, *, person_id: int, organisation_id: int, at: datetime | None
) -> None:
    """Note when staff took the right to speak away, or with None that they gave it again."""
    await tx.execute(
        update(membership).where(*_ever(person_id, organisation_id)).values(taken_back_at=at)
    )


async def was_taken_back(tx: Tx, *, person_id: int, organisation_id: int) -> bool:
    """Tell whether staff took it away, also from somebody who has left since."""
    taken = membership.c.taken_back_at.is_not(None)
    rows = select(membership.c.id).where(*_ever(person_id, organisation_id), taken).limit(1)
    return (await tx.execute(rows)).first() is not None


def _ever(person_id: int, organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        membership.c.person_id == person_id,
        membership.c.organisation_id == organisation_id,
    )


async def end(tx: Tx, *, person_id: int, organisation_id: int, now: datetime) -> bool:
    """End a membership; False when there is none."""
    result = await tx.execute(
        update(membership).where(_open(person_id, organisation_id)).values(until=now)
    )
    return result.rowcount == 1


def _open(person_id: int, organisation_id: int) -> ColumnElement[bool]:
    return and_(
        membership.c.person_id == person_id,
        membership.c.organisation_id == organisation_id,
        membership.c.until.is_(None),
    )


def _said_so() -> ColumnElement[bool]:
    """Say that an open membership makes the person a contact."""
    return (
        exists()
        .where(
            membership.c.person_id == person.c.id,
            membership.c.organisation_id == organisation.c.id,
            membership.c.until.is_(None),
            membership.c.is_contact,
        )
        .correlate(person, organisation)
    )


def _reads_its_mail() -> ColumnElement[bool]:
    """Say that the person's verified address is the one the register gives."""
    return (
        exists()
        .where(
            contact.c.person_id == person.c.id,
            contact.c.channel == "mail",
            contact.c.verified_at.is_not(None),
            organisation.c.email != "",
            func.lower(contact.c.address) == func.lower(organisation.c.email),
        )
        .correlate(person, organisation)
    )


def _spoken_for(person_id: int) -> Select[Any]:
    return (
        select(organisation.c.id)
        .join(person, person.c.id == person_id)
        .where(or_(_said_so(), _reads_its_mail()))
        .order_by(organisation.c.id)
    )


async def contact_of(tx: Tx, person_id: int) -> list[Organisation]:
    """List the organisations that a person speaks for."""
    numbers = (await tx.execute(_spoken_for(person_id))).scalars().all()
    found = [await get(tx, number) for number in numbers]
    return [one for one in found if one is not None]


async def is_contact(tx: Tx, *, person_id: int, organisation_id: int) -> bool:
    """Tell whether a person speaks for an organisation."""
    mine = _spoken_for(person_id).where(organisation.c.id == organisation_id)
    return await tx.scalar(mine) is not None


async def contacts(tx: Tx, organisation_ids: Collection[int]) -> dict[int, list[int]]:
    """List the people who speak for each of these organisations.

    Those who may are found first, for asking about everybody and every organisation takes long.
    """
    said = select(membership.c.organisation_id, membership.c.person_id).where(
        membership.c.until.is_(None),
        membership.c.is_contact,
        membership.c.organisation_id.in_(organisation_ids),
    )
    mails = (
        select(organisation.c.id, func.lower(organisation.c.email).label("address"))
        .where(organisation.c.id.in_(organisation_ids), organisation.c.email != "")
        .cte("mails")
        .prefix_with("MATERIALIZED")
    )
    read = select(mails.c.id, contact.c.person_id).join(
        contact, and_(contact.c.channel == "mail", func.lower(contact.c.address) == mails.c.address)
    )
    likely = said.union(read).subquery("likely")
    rows = await tx.execute(
        select(organisation.c.id, person.c.id)
        .select_from(likely)
        .join(organisation, organisation.c.id == likely.c.organisation_id)
        .join(person, person.c.id == likely.c.person_id)
        .where(person.c.merged_into_id.is_(None), or_(_said_so(), _reads_its_mail()))
        .order_by(person.c.id)
    )
    found: dict[int, list[int]] = {number: [] for number in organisation_ids}
    for organisation_id, person_id in rows:
        found[organisation_id].append(person_id)
    return found


async def members(tx: Tx, organisation_id: int) -> list[Member]:
    """List the people of an organisation by name; those of no membership row by their profile."""
    belongs = (
        exists()
        .where(
            membership.c.person_id == person.c.id,
            membership.c.organisation_id == organisation.c.id,
            membership.c.until.is_(None),
        )
        .correlate(person, organisation)
    )
    speaks = or_(_said_so(), _reads_its_mail())
    rows = await tx.execute(
        select(person.c.id, person.c.name, speaks.label("speaks"))
        .join(organisation, organisation.c.id == organisation_id)
        .where(
            person.c.merged_into_id.is_(None),
            or_(belongs, person.c.organisation_id == organisation.c.id, _reads_its_mail()),
        )
        .order_by(person.c.name, person.c.id)
    )
    return [Member(row.id, row.name, bool(row.speaks)) for row in rows]


async def readers(tx: Tx, address: str) -> list[Member]:
    """List the people who proved that they read an address; the case of letters is the same."""
    rows = await tx.execute(
        select(person.c.id, person.c.name)
        .join(contact, contact.c.person_id == person.c.id)
        .where(
            contact.c.channel == "mail",
            contact.c.verified_at.is_not(None),
            func.lower(contact.c.address) == address.lower(),
            person.c.merged_into_id.is_(None),
        )
        .order_by(person.c.id)
    )
    return [Member(row.id, row.name, speaks=False) for row in rows]


async def add_link(
    tx: Tx, *, token_hash: str, organisation_id: int, event_id: int, expires_at: datetime
) -> None:
    """Keep the hash of a link that is mailed to an organisation."""
    await tx.execute(
        contact_link.insert().values(
            token_hash=token_hash,
            organisation_id=organisation_id,
            event_id=event_id,
            expires_at=expires_at,
        )
    )


async def link(tx: Tx, *, token_hash: str, now: datetime) -> ContactLink | None:
    """Read what a link stands for; None when it is too old or was never sent."""
    row = (
        await tx.execute(
            select(contact_link).where(
                contact_link.c.token_hash == token_hash, contact_link.c.expires_at > now
            )
        )
    ).one_or_none()
    return ContactLink(row.organisation_id, row.event_id) if row else None
