"""What the reader of a letter may do with it: tokens, kept as hashes, each for one purpose.

A letter carries up to three: `reply` proves an answer by mail, `page` opens the page of what the
letter is about, `out` ends invitations. `address` proves an address, `register` opens the page
where somebody registers whom we do not know, and `feed` is a calendar that programs fetch.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.mail_tables import letter_door


@dataclass(frozen=True)
class NewDoor:
    """A door to be made; `outbox_key` is empty when no letter carries its token."""

    token_hash: str
    purpose: str
    kind: str
    address: str
    locale: str
    subject: dict[str, Any]
    outbox_key: str = ""
    person_id: int | None = None
    organisation_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Door:
    """A door that somebody has found; `subject` has numbers of what it is about."""

    id: int
    purpose: str
    kind: str
    outbox_key: str
    person_id: int | None
    organisation_id: int | None
    address: str
    locale: str
    subject: dict[str, Any]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    ended_at: datetime | None


_COLUMNS = [letter_door.c[name] for name in Door.__dataclass_fields__]


def is_of_letter(outbox_key: str) -> ColumnElement[bool]:
    """Say that a door is one of a letter's, in the words that let its index be used."""
    return and_(letter_door.c.outbox_key == outbox_key, literal_column("outbox_key <> ''"))


async def add(tx: Tx, doors: list[NewDoor], *, now: datetime) -> int:
    """Keep doors; a letter that has a door of a purpose keeps it. Returns how many were new."""
    rows = [
        {
            "token_hash": door.token_hash,
            "purpose": door.purpose,
            "kind": door.kind,
            "outbox_key": door.outbox_key,
            "person_id": door.person_id,
            "organisation_id": door.organisation_id,
            "address": door.address,
            "locale": door.locale,
            "subject": door.subject,
            "created_at": now,
            "expires_at": door.expires_at,
        }
        for door in doors
    ]
    return await insert_or_ignore(tx, letter_door, rows)


async def renew(tx: Tx, doors: list[NewDoor], *, now: datetime) -> None:
    """Give a letter that leaves anew other tokens; the old ones open nothing any more."""
    for door in doors:
        result = await tx.execute(
            update(letter_door)
            .where(
                is_of_letter(door.outbox_key),
                letter_door.c.purpose == door.purpose,
            )
            .values(token_hash=door.token_hash, expires_at=door.expires_at, ended_at=None)
        )
        if not result.rowcount:
            await add(tx, [door], now=now)


async def find(tx: Tx, *, token_hash: str, hold: bool = False) -> Door | None:
    """Read the door behind a token, also one that has ended.

    With `hold` whoever else acts through it waits until the transaction ends.
    """
    query = select(*_COLUMNS).where(letter_door.c.token_hash == token_hash)
    rows = await tx.execute(query.with_for_update() if hold else query)
    row = rows.one_or_none()
    return Door(*row) if row else None


async def get(tx: Tx, door_id: int) -> Door | None:
    """Read a door by its number, also one that has ended."""
    row = (await tx.execute(select(*_COLUMNS).where(letter_door.c.id == door_id))).one_or_none()
    return Door(*row) if row else None


async def of_letter(tx: Tx, outbox_key: str) -> list[Door]:
    """List the doors of a letter, also those that have ended."""
    rows = await tx.execute(
        select(*_COLUMNS).where(is_of_letter(outbox_key)).order_by(letter_door.c.id)
    )
    return [Door(*row) for row in rows]


async def retoken(tx: Tx, door_id: int, *, token_hash: str) -> None:
    """Let another token open a door, and the one before it nothing."""
    await tx.execute(
        update(letter_door).where(letter_door.c.id == door_id).values(token_hash=token_hash)
    )


async def use(tx: Tx, door_id: int, *, now: datetime) -> bool:
    """Note that a door was used for the first time; False when it was before."""
    result = await tx.execute(
        update(letter_door)
        .where(letter_door.c.id == door_id, letter_door.c.used_at.is_(None))
        .values(used_at=now)
    )
    return result.rowcount == 1


async def end(
    tx: Tx, *, purpose: str, person_id: int | None = None, address: str = "", now: datetime
) -> int:
    """Close the open doors of one purpose that lead to a person or, without one, an address."""
    whose = (
        letter_door.c.person_id == person_id
        if person_id is not None
        else letter_door.c.address == address
    )
    result = await tx.execute(
        update(letter_door)
        .where(letter_door.c.purpose == purpose, whose, letter_door.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return result.rowcount


async def newest_pages(
    tx: Tx, *, person_ids: list[int], organisation_ids: list[int], limit: int
) -> list[Door]:
    """List the pages of the letters to these people and organisations, the newest first."""
    whose = (
        (letter_door.c.person_id, person_ids),
        (letter_door.c.organisation_id, organisation_ids),
    )
    found: dict[int, Door] = {}
    # One question for each index; asked together, SQLite would walk through everybody's doors.
    for column, numbers in whose:
        if numbers:
            is_page = (letter_door.c.purpose == "page", letter_door.c.ended_at.is_(None))
            newest = (letter_door.c.id + 0).desc()
            rows = await tx.execute(
                select(*_COLUMNS).where(column.in_(numbers), *is_page).order_by(newest).limit(limit)
            )
            found |= {row.id: Door(*row) for row in rows}
    return [found[number] for number in sorted(found, reverse=True)[:limit]]
