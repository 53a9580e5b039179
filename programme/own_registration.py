"""Read a person's own registration in the way of everybody who is about to change it."""

from programme.refusals import EventUnknown, NotRegistered
from storage import events, registrations
from storage.database import Tx
from storage.events import Event
from storage.registrations import Registration


async def hold(tx: Tx, *, registration_id: int, person_id: int) -> tuple[Registration, Event]:
    """Lock the event and read the registration anew: a place in line may have become a seat.

    Whatever its state; raises NotRegistered when it is not this person's, and EventUnknown.
    """
    found = await registrations.get(tx, registration_id)
    if found is None or found.person_id != person_id:
        raise NotRegistered
    event = await events.lock(tx, found.event_id)
    if event is None:
        raise EventUnknown
    found = await registrations.get(tx, registration_id)
    if found is None:
        raise NotRegistered
    return found, event
