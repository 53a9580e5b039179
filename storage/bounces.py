"""Mail that came back, by address, and who is written to at such an address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update

from storage.database import Tx
from storage.insert import insert_or_ignore
from storage.letter_doors import is_of_letter
from storage.mail_tables import bounce, letter_door, staff_task
from storage.outbox import IS_WAITING
from storage.outbox_desk import DeskRow
from storage.outbox_desk import get as desk_row
from storage.prefix import begins_with
from storage.tables import contact, organisation, outbox
from storage.tasks import IS_OPEN

_LONGEST = 500


@dataclass(frozen=True)
class Lost:
    """Who can no longer be written to at an address that they had proved or that was theirs."""

    person_ids: tuple[int, ...]
    organisation_ids: tuple[int, ...]

    @property
    def is_anybody(self) -> bool:
        """Whether anybody was lost just now."""
        return bool(self.person_ids or self.organisation_ids)


async def note(
    tx: Tx,
    *,
    address: str,
    outbox_key: str,
    inbox_id: int | None,
    is_hard: bool,
    status: str,
    diagnostic: str,
    now: datetime,
) -> bool:
    """Count a mail that came back; False when this very report was counted before."""
    row = {
        "address": address,
        "outbox_key": outbox_key,
        "inbox_id": inbox_id,
        "is_hard": is_hard,
        "status": status[:20],
        "diagnostic": diagnostic[:_LONGEST],
        "at": now,
    }
    return await insert_or_ignore(tx, bounce, [row]) == 1


async def soft_since(tx: Tx, *, address: str, since: datetime) -> list[datetime]:
    """List when letters came back that might have arrived another day, each letter once."""
    rows = await tx.execute(
        select(func.min(bounce.c.at))
        .where(bounce.c.address == address, bounce.c.is_hard.is_(False), bounce.c.at > since)
        .group_by(bounce.c.outbox_key)
    )
    return list(rows.scalars())


async def forget(tx: Tx, *, address: str) -> None:
    """Forget what came back from an address, because it takes mail after all."""
    await tx.execute(delete(bounce).where(bounce.c.address == address))


async def forget_old(tx: Tx, *, before: datetime) -> None:
    """Forget what counts no longer."""
    await tx.execute(delete(bounce).where(bounce.c.at < before))


async def lose(tx: Tx, *, address: str, why: str, now: datetime) -> Lost:
    """Note that an address, in lower case, takes no mail; say for whom that is news.

    Somebody who has another address by now is not written to at this one, and is not told of.
    """
    is_it = and_(contact.c.channel == "mail", func.lower(contact.c.address) == address)
    persons = await tx.execute(
        update(contact)
        .where(is_it, contact.c.unreachable_at.is_(None))
        .values(unreachable_at=now, unreachable_because=why[:_LONGEST])
        .returning(contact.c.person_id, contact.c.verified_at)
    )
    units = await tx.execute(
        update(organisation)
        .where(
            func.lower(organisation.c.email) == address,
            organisation.c.unreachable_address != address,
        )
        .values(unreachable_address=address)
        .returning(organisation.c.id)
    )
    known = sorted(row.person_id for row in persons if row.verified_at is not None)
    return Lost(tuple(known), tuple(sorted(units.scalars())))


async def find(tx: Tx, *, address: str) -> bool:
    """Write to an address, in lower case, again; True when it was given up before."""
    persons = await tx.execute(
        update(contact)
        .where(
            contact.c.channel == "mail",
            func.lower(contact.c.address) == address,
            contact.c.unreachable_at.is_not(None),
        )
        .values(unreachable_at=None, unreachable_because=None)
    )
    units = await tx.execute(
        update(organisation)
        .where(organisation.c.unreachable_address == address)
        .values(unreachable_address="")
    )
    return persons.rowcount + units.rowcount > 0


async def is_written_to(tx: Tx, *, address: str) -> bool:
    """Tell whether we write to an address, in lower case, at all."""
    person = select(contact.c.id).where(
        contact.c.channel == "mail",
        func.lower(contact.c.address) == address,
        contact.c.verified_at.is_not(None),
        contact.c.unreachable_at.is_(None),
    )
    unit = select(organisation.c.id).where(func.lower(organisation.c.email) == address)
    return bool(await tx.scalar(select(or_(exists(person), exists(unit)))))


async def letter(tx: Tx, key: str) -> DeskRow | None:
    """Read the outbox row of a letter."""
    number = await tx.scalar(select(outbox.c.id).where(outbox.c.key == key))
    return None if number is None else await desk_row(tx, number)


async def waiting_for(tx: Tx, *, address: str, limit: int) -> list[DeskRow]:
    """List the letters to an address, in lower case, that have not left, the oldest first."""
    numbers = await tx.execute(
        select(outbox.c.id)
        .where(IS_WAITING, outbox.c.channel == "mail", func.lower(outbox.c.address) == address)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    found = [await desk_row(tx, number) for number in numbers.scalars()]
    return [row for row in found if row is not None]


async def organisation_of_letter(tx: Tx, key: str) -> int | None:
    """Tell to which organisation's own mailbox a letter goes, if it goes to one."""
    found: int | None = await tx.scalar(
        select(letter_door.c.organisation_id).where(
            is_of_letter(key), letter_door.c.purpose == "reply"
        )
    )
    return found


async def facts_of_letters(tx: Tx, *, keys_from: str) -> list[dict[str, Any]]:
    """Read the facts of letters whose keys begin so."""
    rows = await tx.execute(
        select(outbox.c.facts)
        .where(begins_with(tx, outbox.c.key, keys_from), outbox.c.channel == "mail")
        .order_by(outbox.c.id)
    )
    return list(rows.scalars())


async def end_tasks(tx: Tx, *, address: str, now: datetime) -> int:
    """End the tasks to ask for another address than this one, because it works again."""
    result = await tx.execute(
        update(staff_task)
        .where(IS_OPEN, begins_with(tx, staff_task.c.key, f"address:{address}:"))
        .values(state="done", ended_at=now)
    )
    return result.rowcount


async def end_answered_tasks(tx: Tx, *, now: datetime) -> int:
    """End the tasks to ask for an address where everybody concerned has one that works."""
    works = and_(
        contact.c.channel == "mail",
        contact.c.verified_at.is_not(None),
        contact.c.unreachable_at.is_(None),
    )
    person_has = exists().where(contact.c.person_id == staff_task.c.person_id, works)
    unit_has = exists().where(
        organisation.c.id == staff_task.c.organisation_id,
        organisation.c.email != "",
        func.lower(organisation.c.email) != organisation.c.unreachable_address,
    )
    result = await tx.execute(
        update(staff_task)
        .where(
            IS_OPEN,
            staff_task.c.kind == "address",
            or_(staff_task.c.person_id.is_not(None), staff_task.c.organisation_id.is_not(None)),
            or_(staff_task.c.person_id.is_(None), person_has),
            or_(staff_task.c.organisation_id.is_(None), unit_has),
        )
        .values(state="done", ended_at=now)
    )
    return result.rowcount
