"""What the state machine sees of the program after each step."""

from typing import Any

from sqlalchemy import func, select

from storage import nominations, offers, registrations
from storage.database import Tx
from storage.outbox import IS_OPEN
from storage.seat_tables import membership, nomination
from storage.tables import calendar_entry, contact, outbox, person, registration
from tests.programme.steps import read_event, told


async def look(tx: Tx, event_id: int) -> dict[str, Any]:
    """Read all that the machine holds against its model."""
    return {
        **await _standing(tx, event_id),
        "said": await _said(tx),
        "sequences": await _sequences(tx),
        "named": await _named(tx, event_id),
        "calls": {one.organisation_id: one.named for one in await nominations.calls(tx, event_id)},
        "left behind": await _left_behind(tx),
    }


async def _standing(tx: Tx, event_id: int) -> dict[str, Any]:
    event = await read_event(tx, event_id)
    seated = await registrations.of_event(tx, event_id, state="active")
    standing = await registrations.in_line(tx, event_id, fairness=event.fairness)
    found: dict[str, Any] = {"held": [], "asked": [], "taken": event.taken}
    for offer in await offers.of_event(tx, event_id):
        one = await registrations.get(tx, offer.registration_id)
        assert one is not None
        found["held" if offer.holds_seat else "asked"].append(one.person_id)
    found["seated"] = [one.person_id for one in seated]
    found["line"] = [one.person_id for one in standing]
    found["ahead"] = [
        await registrations.count_ahead(tx, one, fairness=event.fairness) for one in standing
    ]
    found["open"] = await _open(tx)
    return found


async def _open(tx: Tx) -> list[tuple[int, int]]:
    rows = await tx.execute(
        select(registration.c.person_id, registration.c.id).where(
            registration.c.state.in_(registrations.OPEN)
        )
    )
    return sorted((row[0], row[1]) for row in rows)


async def _said(tx: Tx) -> list[tuple[str, str, str]]:
    """List key, kind and address of all that was or will be said, and not stopped in time."""
    rows = await tx.execute(
        select(outbox.c.key, outbox.c.kind, outbox.c.address)
        .where(outbox.c.state != "cancelled")
        .order_by(outbox.c.id)
    )
    return [(row.key, row.kind, row.address) for row in rows]


async def _sequences(tx: Tx) -> list[tuple[int, int, int]]:
    """Pair each calendar entry's SEQUENCE with the number of letters that changed it."""
    changes = ("event_moved", "registration_cancelled", "event_cancelled", "registration_joined")
    mails = [(key, kind) for key, kind, to in await told(tx) if "@" in to]
    entries = await tx.execute(select(calendar_entry))
    return [
        (
            row.registration_id,
            row.sequence,
            sum(
                kind in changes and key.startswith(f"{kind}:{row.registration_id}:")
                for key, kind in mails
            ),
        )
        for row in entries
    ]


async def _named(tx: Tx, event_id: int) -> list[tuple[str, int | None, int | None]]:
    rows = await tx.execute(
        select(nomination).where(nomination.c.event_id == event_id).order_by(nomination.c.id)
    )
    return [
        (row.state, row.person_id, row.registration_id if row.state == "accepted" else None)
        for row in rows
    ]


async def _left_behind(tx: Tx) -> int:
    """Count what people who were joined into others still hold open."""
    gone = select(person.c.id).where(person.c.merged_into_id.is_not(None))
    counts = [
        select(func.count()).where(table.c.person_id.in_(gone), is_open)
        for table, is_open in (
            (registration, registration.c.state.in_(registrations.OPEN)),
            (nomination, nomination.c.state.in_(nominations.OPEN)),
            (membership, membership.c.until.is_(None)),
            (contact, contact.c.id > 0),
            (outbox, IS_OPEN),
        )
    ]
    return sum([int(await tx.scalar(one) or 0) for one in counts])
