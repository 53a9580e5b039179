"""The lines of the agenda about offers that end: to be seen, and not to be stopped.

A seat that nobody takes passes on when its offer ends. Stopping the news would leave somebody
with an offer that is none; whoever wants to keep the seat for them answers the offer, or lets
them in.
"""

from programme.agenda_rows import OFFER, Looked, Name, Occurrence, Source, Span, Whom
from programme.notices import way
from storage import events, offers, people, registrations
from storage.database import Tx
from storage.offers import Offer

LETTER = "f"
KIND = "offer_expired"


def _name(offer: Offer, span: Span) -> str:
    return f"{LETTER}.{offer.event_id}.{span.day(offer.expires_at)}"


async def _line(tx: Tx, ones: list[Offer], span: Span) -> Occurrence:
    first = ones[0]
    event = await events.get(tx, first.event_id)
    title = event.title if event else ""
    due_at = max(first.expires_at, span.now)
    return Occurrence(_name(first, span), due_at, KIND, title, len(ones), fixed=OFFER)


async def listed(tx: Tx, span: Span) -> list[Occurrence]:
    """List the offers that end, by event and day."""
    groups: dict[str, list[Offer]] = {}
    for one in await offers.held_until(tx, until=span.until):
        groups.setdefault(_name(one, span), []).append(one)
    return [await _line(tx, ones, span) for ones in groups.values()]


async def look(tx: Tx, name: Name, span: Span, first: int, limit: int) -> Looked | None:
    """Look at one line."""
    wanted = ".".join((LETTER, *name))
    held = await offers.held_until(tx, until=span.until)
    ones = [one for one in held if _name(one, span) == wanted]
    if not ones:
        return None
    shown = []
    for one in ones[first : first + limit]:
        registration = await registrations.get(tx, one.registration_id)
        if registration is None:
            continue
        person = await people.get(tx, registration.person_id)
        contact = way(person, await people.contacts(tx, person.id))
        channels = (contact.channel,) if contact else ()
        shown.append(Whom(person.id, person.name, channels, contact.address if contact else ""))
    return Looked(await _line(tx, ones, span), shown, first, None)


SOURCE = Source(listed, look)
