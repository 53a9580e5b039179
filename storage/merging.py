"""Two persons become one: every row of the one who goes changes hands, and none is thrown away.

What a unique key allows only once is joined instead: an address that both had keeps the better
knowledge of it, and a membership of both stays open once. `storage.merged_seats` has what hangs
on a registration, `storage.merged_surveys` what was answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, and_, delete, or_, select, update

from storage import people
from storage.database import Tx
from storage.feed_doors import FEED
from storage.insert import insert_or_ignore
from storage.mail_tables import letter_door, staff_task
from storage.outbox import IS_OPEN
from storage.paper_tables import not_duplicate, person_merge
from storage.seat_tables import exhibitor, membership, nomination
from storage.tables import consent, contact, outbox, person, registration


@dataclass(frozen=True)
class Standing:
    """Whether a person is still one of their own."""

    id: int
    merged_into_id: int | None


async def lock(tx: Tx, person_ids: Sequence[int]) -> dict[int, Standing]:
    """Read people and let nobody else use their rows until the transaction ends.

    Always by rising number, so that two who join the same people wait and never block each
    other. Events are locked before people.
    """
    rows = await tx.execute(
        select(person.c.id, person.c.merged_into_id)
        .where(person.c.id.in_(sorted(person_ids)))
        .order_by(person.c.id)
        .with_for_update()
    )
    return {row.id: Standing(row.id, row.merged_into_id) for row in rows}


async def hold_doors(tx: Tx, person_ids: Sequence[int]) -> None:
    """Let nobody act through these people's letters until the transaction ends.

    Whoever acts through a letter holds its door before anything else, so this comes first. The
    door of a feed is only touched by those who hold its person.
    """
    theirs = letter_door.c.person_id.in_(person_ids), letter_door.c.purpose != FEED
    await tx.execute(
        select(letter_door.c.id).where(*theirs).order_by(letter_door.c.id).with_for_update()
    )


async def events_of(tx: Tx, person_ids: Sequence[int]) -> list[int]:
    """List the events in which any of these people have a part, by rising number."""
    found: set[int] = set()
    for table in (registration, nomination, exhibitor):
        rows = await tx.execute(
            select(table.c.event_id).where(table.c.person_id.in_(person_ids)).distinct()
        )
        found |= set(rows.scalars())
    return sorted(found)


async def _move(tx: Tx, column: Column[Any], *, kept_id: int, gone_id: int) -> list[int]:
    """Give all rows in which a column names the one who goes to the one who stays."""
    table: Table = column.table
    rows = await tx.execute(
        update(table).where(column == gone_id).values({column: kept_id}).returning(table.c.id)
    )
    return sorted(rows.scalars())


async def move_contacts(tx: Tx, *, kept_id: int, gone_id: int) -> list[int]:
    """Move chats and addresses; one that both had stays once, with all that is known of it."""
    mine = {row.address: row for row in await _contacts(tx, kept_id)}
    for theirs in await _contacts(tx, gone_id):
        known = mine.get(theirs.address)
        if known is None or known.channel != theirs.channel:
            continue
        moments = [one.verified_at for one in (known, theirs) if one.verified_at is not None]
        reachable = known.unreachable_at is None or theirs.unreachable_at is None
        values: dict[str, Any] = {"verified_at": max(moments, default=None)}
        if reachable:
            values |= {"unreachable_at": None, "unreachable_because": None}
        await tx.execute(update(contact).where(contact.c.id == known.id).values(values))
        await tx.execute(delete(contact).where(contact.c.id == theirs.id))
    return await _move(tx, contact.c.person_id, kept_id=kept_id, gone_id=gone_id)


async def _contacts(tx: Tx, person_id: int) -> Sequence[Any]:
    rows = await tx.execute(
        select(contact).where(contact.c.person_id == person_id).order_by(contact.c.id)
    )
    return rows.all()


async def move_memberships(tx: Tx, *, kept_id: int, gone_id: int, now: datetime) -> list[int]:
    """Move memberships; where both belong to an organisation, one stays open.

    Whoever was the organisation's contact under one of the two stays it.
    """
    is_open = membership.c.until.is_(None)
    theirs = (
        await tx.execute(select(membership).where(membership.c.person_id == gone_id, is_open))
    ).all()
    for one in theirs:
        both = and_(
            membership.c.person_id == kept_id,
            membership.c.organisation_id == one.organisation_id,
            is_open,
        )
        contact_too = {"is_contact": True} if one.is_contact else {"until": None}
        stays = await tx.execute(update(membership).where(both).values(contact_too))
        if stays.rowcount:
            await tx.execute(update(membership).where(membership.c.id == one.id).values(until=now))
    return await _move(tx, membership.c.person_id, kept_id=kept_id, gone_id=gone_id)


async def move_rest(tx: Tx, *, kept_id: int, gone_id: int) -> dict[str, list[int]]:
    """Move all that no unique key stands in the way of, and list it by table."""
    plain = {
        "consent": consent.c.person_id,
        "registration": registration.c.person_id,
        "exhibitor": exhibitor.c.person_id,
        "nomination": nomination.c.person_id,
        "nominated_by": nomination.c.named_by_person_id,
        "letter_door": letter_door.c.person_id,
        "staff_task": staff_task.c.person_id,
    }
    moved = {
        name: await _move(tx, column, kept_id=kept_id, gone_id=gone_id)
        for name, column in plain.items()
    }
    return moved | {
        "outbox": await _move_outbox(tx, kept_id=kept_id, gone_id=gone_id),
    }


async def _move_outbox(tx: Tx, *, kept_id: int, gone_id: int) -> list[int]:
    # What has left was said to the one who goes; only what may still leave follows.
    rows = await tx.execute(
        update(outbox)
        .where(outbox.c.person_id == gone_id, IS_OPEN)
        .values(person_id=kept_id)
        .returning(outbox.c.id)
    )
    return sorted(rows.scalars())


async def move_dismissed(tx: Tx, *, kept_id: int, gone_id: int) -> None:
    """Let whoever is known to be somebody else than the one who goes stay that."""
    rows = await tx.execute(
        select(not_duplicate).where(
            or_(not_duplicate.c.lower_id == gone_id, not_duplicate.c.higher_id == gone_id)
        )
    )
    pairs = [
        {
            "lower_id": min(kept_id, other),
            "higher_id": max(kept_id, other),
            "staff_id": row.staff_id,
            "decided_at": row.decided_at,
        }
        for row in rows
        for other in [row.higher_id if row.lower_id == gone_id else row.lower_id]
        if other != kept_id
    ]
    await insert_or_ignore(tx, not_duplicate, pairs)


async def close(
    tx: Tx,
    *,
    kept_id: int,
    gone_id: int,
    staff_id: int | None,
    moved: dict[str, Any],
    now: datetime,
) -> bool:
    """Say who the one who goes is now, also of those who were joined into them before.

    False when they have been joined meanwhile.
    """
    gone = await tx.execute(
        update(person)
        .where(person.c.id == gone_id, person.c.merged_into_id.is_(None))
        .values(merged_into_id=kept_id)
    )
    if gone.rowcount != 1:
        return False
    await tx.execute(
        update(person).where(person.c.merged_into_id == gone_id).values(merged_into_id=kept_id)
    )
    await tx.execute(
        person_merge.insert().values(
            kept_id=kept_id, gone_id=gone_id, staff_id=staff_id, merged_at=now, moved=moved
        )
    )
    return True


async def fill_gaps(tx: Tx, *, kept_id: int, gone_id: int) -> None:
    """Give the one who stays the telephone and the organisation that only the other had.

    Whoever wanted no invitations under one of the two wants none.
    """
    rows = await tx.execute(select(person).where(person.c.id.in_((kept_id, gone_id))))
    by_id = {row.id: row for row in rows}
    kept, gone = by_id[kept_id], by_id[gone_id]
    values: dict[str, Any] = {}
    if not kept.phone and gone.phone:
        values["phone"] = gone.phone
    nowhere = kept.organisation_id is None and not kept.organisation_text
    if nowhere:
        values |= {
            "organisation_id": gone.organisation_id,
            "organisation_text": gone.organisation_text,
        }
    if not kept.channel and gone.channel:
        values["channel"] = gone.channel
    if kept.invitations and not gone.invitations:
        values["invitations"] = False
    if values:
        await people.change(tx, kept_id, **values)
