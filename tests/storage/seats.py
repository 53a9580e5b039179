"""Rows of registrations and offers for tests, in any state they may have."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from storage import offers, registrations
from storage.database import Tx
from storage.insert import insert_id
from storage.offers import Offer
from storage.registrations import Registration
from storage.tables import organisation
from tests.storage.rows import NOW, make_person

DAY = timedelta(days=1)
_numbers = itertools.count(1)


async def make_organisation(tx: Tx) -> int:
    """Add an organisation and return the id."""
    number = next(_numbers)
    return await insert_id(
        tx, organisation, key=f"ngo-{number}", name=f"KGW {number}", kind="ngo", areas=[]
    )


async def place(tx: Tx, event_id: int, **values: Any) -> Registration:
    """Add a registration of somebody new, in line unless the values say otherwise."""
    usual: dict[str, Any] = {"state": "waiting", "position": None, "door": "telegram", "now": NOW}
    person_id = await make_person(tx)
    added = await registrations.add(tx, event_id=event_id, person_id=person_id, **(usual | values))
    found = await registrations.get(tx, added)
    assert found is not None
    return found


async def offered(
    tx: Tx, one: Registration, *, holds_seat: bool = True, until: datetime = NOW + DAY
) -> Offer:
    """Add an open offer."""
    return await offers.add(
        tx,
        registration_id=one.id,
        event_id=one.event_id,
        holds_seat=holds_seat,
        expires_at=until,
        now=NOW,
    )
