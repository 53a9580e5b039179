"""Which organisations were written to themselves and have not answered: by number, they are few."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, or_, select

from storage.answers_to_events import organisation_answered
from storage.broadcast_results import POSTAL, organisation_got
from storage.database import Tx
from storage.organisations import Organisation, of_ids
from storage.seat_tables import nomination_call
from storage.staff_tables import broadcast_recipient
from storage.tables import broadcast, organisation


async def _those(tx: Tx, *conditions: ColumnElement[bool]) -> set[int]:
    return set((await tx.execute(select(organisation.c.id).where(*conditions))).scalars())


async def silent(tx: Tx, event_id: int) -> set[int]:
    """Name those invited to an event at their own mailbox, or called, who have not answered."""
    invited = exists().where(
        broadcast_recipient.c.organisation_id == organisation.c.id,
        broadcast_recipient.c.state.in_(("queued", POSTAL)),
        broadcast.c.id == broadcast_recipient.c.broadcast_id,
        broadcast.c.event_id == event_id,
        broadcast.c.kind == "invitation",
    )
    called = exists().where(
        nomination_call.c.organisation_id == organisation.c.id,
        nomination_call.c.event_id == event_id,
        nomination_call.c.called_at.is_not(None),
    )
    asked = or_(invited.correlate(organisation), called.correlate(organisation))
    return await _those(tx, asked, ~organisation_answered(event_id))


async def got(tx: Tx, broadcast_id: int) -> set[int]:
    """Name those who have a broadcast's letter themselves, by mail or printed."""
    return await _those(tx, organisation_got(broadcast_id))


async def silent_of(tx: Tx, broadcast_id: int, *, event_id: int | None) -> set[int]:
    """Name those who have a broadcast's letter and have not answered the event it invites to."""
    if event_id is None:
        return set()
    return await _those(tx, organisation_got(broadcast_id), ~organisation_answered(event_id))


async def of_numbers(tx: Tx, numbers: Sequence[int]) -> list[Organisation]:
    """Read organisations in the order of these numbers."""
    found = await of_ids(tx, numbers)
    return [found[number] for number in numbers if number in found]
