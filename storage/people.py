"""People, the chats and addresses they are reached at, and what they were told about privacy."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update

from storage.database import Tx
from storage.insert import insert_id, insert_or_ignore
from storage.name_keys import with_keys_of_person
from storage.tables import consent, contact, organisation, person, privacy_notice

VERIFIED_LAST = (contact.c.verified_at.nulls_first(), contact.c.id)
# Said whenever somebody is told something, so built once.
_CONTACTS = (
    select(contact).where(contact.c.person_id == bindparam("person")).order_by(*VERIFIED_LAST)
)


@dataclass(frozen=True)
class Person:
    """A member of an organisation or a clerk; `organisation` is its name as shown to people.

    `channel` is how they want to hear of us: empty is the chat, or mail where there is none.
    """

    id: int
    name: str
    role: str
    organisation_id: int | None
    organisation: str
    locale: str
    channel: str = ""
    invitations: bool = True


@dataclass(frozen=True)
class Contact:
    """A chat or an address of a person, with what is known of it."""

    id: int
    person_id: int
    channel: str
    address: str
    verified: bool
    reachable: bool


@dataclass(frozen=True)
class PrivacyNotice:
    """What a person is told about their data; the version is what a consent refers to."""

    version: int
    text: str


def _people() -> Select[Any]:
    return select(person, organisation.c.name.label("register_name")).outerjoin(
        organisation, organisation.c.id == person.c.organisation_id
    )


def _person(row: Row[Any]) -> Person:
    return Person(
        row.id,
        row.name,
        row.role,
        row.organisation_id,
        row.register_name or row.organisation_text,
        row.locale,
        row.channel,
        row.invitations,
    )


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        row.id,
        row.person_id,
        row.channel,
        row.address,
        row.verified_at is not None,
        row.unreachable_at is None,
    )


def people_query() -> Select[Any]:
    """Ask for people as `person_from` reads them."""
    return _people()


def person_from(row: Row[Any]) -> Person:
    """Read a person from a row of `people_query`."""
    return _person(row)


async def add(
    tx: Tx,
    *,
    name: str,
    role: str,
    organisation_id: int | None,
    organisation_text: str,
    locale: str,
    now: datetime,
) -> int:
    """Add a person and return the id."""
    return await insert_id(
        tx,
        person,
        name=name,
        role=role,
        organisation_id=organisation_id,
        organisation_text=organisation_text,
        locale=locale,
        created_at=now,
    )


async def change(tx: Tx, person_id: int, **values: Any) -> None:
    """Change columns of a person, and with a name what orders and finds it."""
    await tx.execute(
        update(person).where(person.c.id == person_id).values(with_keys_of_person(values))
    )


async def get(tx: Tx, person_id: int) -> Person:
    """Read one person; an unknown id raises NoResultFound."""
    rows = await tx.execute(_people().where(person.c.id == person_id))
    return _person(rows.one())


async def of_ids(tx: Tx, person_ids: list[int], *, hold: bool = False) -> dict[int, Person]:
    """Read many people at once, by number.

    With `hold` nobody can change what they want to hear until the transaction ends.
    """
    query = _people().where(person.c.id.in_(person_ids)).order_by(person.c.id)
    rows = await tx.execute(query.with_for_update(read=True, of=person) if hold else query)
    return {row.id: _person(row) for row in rows}


async def exists(tx: Tx, person_id: int) -> bool:
    """Tell whether there is such a person, joined into somebody else or not."""
    return await tx.scalar(select(person.c.id).where(person.c.id == person_id)) is not None


async def who_is_now(tx: Tx, person_id: int) -> Person:
    """Read who somebody is now, and keep them from being joined until the transaction ends.

    Whoever was found out to be another person is that one. An unknown id raises NoResultFound.
    """
    row = await _staying(tx, person_id)
    seen = {person_id}
    while row.merged_into_id is not None and row.merged_into_id not in seen:
        seen.add(row.merged_into_id)
        row = await _staying(tx, row.merged_into_id)
    return _person(row)


async def _staying(tx: Tx, person_id: int) -> Row[Any]:
    row: Row[Any] = (await tx.execute(_staying_statement(), {"number": person_id})).one()
    return row


@cache
def _staying_statement() -> Select[Any]:
    found = _people().where(person.c.id == bindparam("number"))
    return found.with_for_update(read=True, key_share=True, of=person)


async def hold(tx: Tx, person_id: int) -> int:
    """Let nobody else change a person until the transaction ends; give who they are now.

    An unknown id raises NoResultFound.
    """
    number, seen = person_id, {person_id}
    query = select(person.c.merged_into_id).where(person.c.id == bindparam("number"))
    while True:
        rows = await tx.execute(query.with_for_update(key_share=True), {"number": number})
        into = rows.scalar_one()
        if into is None or into in seen:
            return number
        seen.add(into)
        number = into


async def by_chat(tx: Tx, chat_id: int) -> Person | None:
    """Find the person who writes from a Telegram chat."""
    rows = await tx.execute(
        _people()
        .join(contact, contact.c.person_id == person.c.id)
        .where(contact.c.channel == "telegram", contact.c.address == str(chat_id))
    )
    row = rows.one_or_none()
    return _person(row) if row else None


async def add_contact(
    tx: Tx, *, person_id: int, channel: str, address: str, verified: bool, now: datetime
) -> None:
    """Add a chat or an address; one that is known already stays, and may become verified."""
    row = {
        "person_id": person_id,
        "channel": channel,
        "address": address,
        "verified_at": now if verified else None,
        "created_at": now,
    }
    added = await insert_or_ignore(tx, contact, [row])
    if not added and verified:
        await tx.execute(
            update(contact)
            .where(
                contact.c.person_id == person_id,
                contact.c.channel == channel,
                contact.c.address == address,
            )
            .values(verified_at=now, unreachable_at=None)
        )


async def retire_mails(tx: Tx, person_id: int, *, but: str) -> None:
    """Write to no other address of a person any more, because they gave a new one."""
    await tx.execute(
        update(contact)
        .where(
            contact.c.person_id == person_id,
            contact.c.channel == "mail",
            contact.c.address != but,
        )
        .values(verified_at=None)
    )


async def contacts(tx: Tx, person_id: int) -> list[Contact]:
    """List a person's contacts in the order they were verified, those never verified first."""
    rows = await tx.execute(_CONTACTS, {"person": person_id})
    return [_contact(row) for row in rows]


async def contacts_of_many(tx: Tx, person_ids: list[int]) -> dict[int, list[Contact]]:
    """List the contacts of many people at once, by person."""
    found: dict[int, list[Contact]] = {person_id: [] for person_id in person_ids}
    rows = await tx.execute(
        select(contact).where(contact.c.person_id.in_(person_ids)).order_by(*VERIFIED_LAST)
    )
    for row in rows:
        found[row.person_id].append(_contact(row))
    return found


async def set_unreachable(tx: Tx, *, channel: str, address: str, why: str, now: datetime) -> None:
    """Note that a chat or an address cannot be reached, so that the other channel is used."""
    await tx.execute(
        update(contact)
        .where(contact.c.channel == channel, contact.c.address == address)
        .values(unreachable_at=now, unreachable_because=why[:500])
    )


async def set_reachable(tx: Tx, *, channel: str, address: str) -> None:
    """Note that a person wrote from a chat or an address again."""
    await tx.execute(
        update(contact)
        .where(
            contact.c.channel == channel,
            contact.c.address == address,
            contact.c.unreachable_at.is_not(None),
        )
        .values(unreachable_at=None, unreachable_because=None)
    )


async def move_chat(tx: Tx, *, old: str, new: str) -> None:
    """Follow a Telegram chat whose number changed; one that is known by both stays twice."""
    known = contact.alias()
    taken = select(known.c.id).where(known.c.channel == "telegram", known.c.address == new)
    await tx.execute(
        update(contact)
        .where(contact.c.channel == "telegram", contact.c.address == old, ~taken.exists())
        .values(address=new)
    )


async def add_consent(
    tx: Tx, *, person_id: int, notice_version: int, channel: str, now: datetime
) -> None:
    """Record which privacy notice a person was shown and accepted, when and where."""
    await tx.execute(
        consent.insert().values(
            person_id=person_id, notice_version=notice_version, channel=channel, shown_at=now
        )
    )


async def newest_notice(tx: Tx, *, locale: str, now: datetime) -> PrivacyNotice | None:
    """Read the privacy notice in force in a language; None when none was loaded yet."""
    rows = await tx.execute(
        select(privacy_notice.c.version, privacy_notice.c.text)
        .where(privacy_notice.c.locale == locale, privacy_notice.c.valid_from <= now)
        .order_by(privacy_notice.c.version.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return PrivacyNotice(row.version, row.text) if row else None


async def everyone(
    tx: Tx, *, organisation_kind: str | None = None, hold: bool = False
) -> list[Person]:
    """List people; with a kind, only members of the NGOs or of the office.

    Whoever was found out to be somebody else is that one and not listed. With `hold` nobody can
    change what they want to hear until the transaction ends.
    """
    query = _people().where(person.c.merged_into_id.is_(None)).order_by(person.c.id)
    if organisation_kind == "office":
        query = query.where(person.c.role == "clerk")
    if organisation_kind == "ngo":
        query = query.where(person.c.role == "ngo")
    if hold:
        query = query.with_for_update(read=True, of=person)
    return [_person(row) for row in await tx.execute(query)]
