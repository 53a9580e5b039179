"""Whom a broadcast goes to, and who was left out and why; each address once.

Whoever adds rows holds the broadcast (`broadcast_states.hold`), so that nobody else does.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.staff_tables import broadcast_recipient
from storage.tables import organisation, person

QUEUED, UNREACHABLE, UNWANTED, SAME_ADDRESS, POSTAL = (
    "queued",
    "unreachable",
    "unwanted",
    "same_address",
    "postal",
)
_MOST = 500  # names in one statement
Address = tuple[str, str]


@dataclass(frozen=True)
class Recipient:
    """A person or an organisation of a broadcast's audience; `address` is in lower case.

    Channel, address and key are empty for whoever is left out.
    """

    state: str
    person_id: int | None = None
    organisation_id: int | None = None
    channel: str = ""
    address: str = ""
    outbox_key: str = ""


async def add(tx: Tx, broadcast_id: int, recipients: Iterable[Recipient], *, now: datetime) -> int:
    """Keep recipients; whoever is known stays as they are. Returns how many were new."""
    rows = [{"broadcast_id": broadcast_id, "created_at": now, **vars(one)} for one in recipients]
    return await insert_or_ignore(tx, broadcast_recipient, rows)


def _of(broadcast_id: int) -> Select[Any]:
    return select(func.count()).where(broadcast_recipient.c.broadcast_id == broadcast_id)


async def count_queued(tx: Tx, broadcast_id: int) -> int:
    """Count to how many a broadcast goes."""
    queued = broadcast_recipient.c.state == QUEUED
    return int(await tx.scalar(_of(broadcast_id).where(queued)) or 0)


async def known_persons(tx: Tx, broadcast_id: int, person_ids: Collection[int]) -> set[int]:
    """Name those of these people about whom it is known whether they get a broadcast."""
    rows = await tx.execute(
        select(broadcast_recipient.c.person_id).where(
            broadcast_recipient.c.broadcast_id == broadcast_id,
            broadcast_recipient.c.person_id.in_(list(person_ids)),
        )
    )
    return {int(one) for one in rows.scalars()}


async def known_organisations(tx: Tx, broadcast_id: int) -> set[int]:
    """Name the organisations that need no letter any more: they, or one of theirs, have one."""
    itself = select(broadcast_recipient.c.organisation_id).where(
        broadcast_recipient.c.broadcast_id == broadcast_id,
        broadcast_recipient.c.organisation_id.is_not(None),
    )
    through = (
        select(person.c.organisation_id)
        .join(broadcast_recipient, broadcast_recipient.c.person_id == person.c.id)
        .where(
            broadcast_recipient.c.broadcast_id == broadcast_id,
            broadcast_recipient.c.state == QUEUED,
            person.c.organisation_id.is_not(None),
        )
        .distinct()
    )
    found = [*(await tx.execute(itself)).scalars(), *(await tx.execute(through)).scalars()]
    return {int(one) for one in found if one is not None}


async def taken(tx: Tx, broadcast_id: int, addresses: Collection[Address]) -> set[Address]:
    """Name those of these channels and addresses, in lower case, that a broadcast goes to."""
    found: set[Address] = set()
    for channel in {one for one, _ in addresses}:
        asked = sorted({address for one, address in addresses if one == channel})
        for first in range(0, len(asked), _MOST):
            rows = await tx.execute(
                select(broadcast_recipient.c.address).where(
                    broadcast_recipient.c.broadcast_id == broadcast_id,
                    broadcast_recipient.c.channel == channel,
                    broadcast_recipient.c.address.in_(asked[first : first + _MOST]),
                    broadcast_recipient.c.state == QUEUED,
                )
            )
            found |= {(channel, address) for address in rows.scalars()}
    return found


async def localities(tx: Tx, organisation_ids: Collection[int]) -> dict[int, str]:
    """Tell where organisations are at home."""
    rows = await tx.execute(
        select(organisation.c.id, organisation.c.locality).where(
            organisation.c.id.in_(list(organisation_ids))
        )
    )
    return {row.id: row.locality for row in rows}
