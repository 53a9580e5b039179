"""Who a broadcast goes to: one row per person or organisation, each address once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from programme.notices import Notice, choose
from programme.refusals import EventUnknown, OptionUnknown
from storage import events, organisations, outbox, people, registrations
from storage.database import Tx
from storage.organisations import Organisation
from storage.outbox import Entry
from storage.people import Contact, Person

AUDIENCES = ("organisations", "ngo", "office")
EVENT = "event:"
EVENT_NUMBER = re.compile(r"[0-9]{1,10}")
# Databases limit the number of values in one statement.
PEOPLE_AT_ONCE = 5_000
ORGANISATION_LOCALE = "pl"


@dataclass(frozen=True)
class Recipient:
    """A person, or an organisation itself, and the one address they are written to."""

    key: str
    name: str
    channel: str
    address: str
    locale: str
    person_id: int | None


@dataclass(frozen=True)
class Gathered:
    """Recipients in a fixed order, and how many people and organisations nothing reaches."""

    recipients: tuple[Recipient, ...]
    unreachable: int


async def participants(tx: Tx, event_id: int) -> list[Person]:
    """List the people who have a seat at an event."""
    seated = await registrations.of_event(tx, event_id, state="active")
    wanted = {registration.person_id for registration in seated}
    return [person for person in await people.everyone(tx) if person.id in wanted]


async def contacts(tx: Tx, persons: list[Person]) -> dict[int, list[Contact]]:
    """Read the contacts of many people with a few queries."""
    found: dict[int, list[Contact]] = {}
    ids = [person.id for person in persons]
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        found |= await people.contacts_of_many(tx, ids[start : start + PEOPLE_AT_ONCE])
    return found


def in_chat(person: Person, known: list[Contact]) -> Recipient | None:
    """Reach a person in their chat; None when there is none."""
    return _reach(person, choose(known, "telegram"))


def _reach(person: Person, contact: Contact | None) -> Recipient | None:
    if contact is None:
        return None
    return Recipient(
        str(person.id), person.name, contact.channel, contact.address, person.locale, person.id
    )


def _reach_organisation(organisation: Organisation) -> Recipient | None:
    if not organisation.email:
        return None
    return Recipient(
        f"organisation:{organisation.id}",
        organisation.name,
        "mail",
        organisation.email,
        ORGANISATION_LOCALE,
        None,
    )


def once(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Keep the first recipient of each address; the case of letters makes no difference."""
    first: dict[tuple[str, str], Recipient] = {}
    for recipient in recipients:
        first.setdefault((recipient.channel, recipient.address.casefold()), recipient)
    return tuple(first.values())


async def gather(tx: Tx, audience: str) -> Gathered:
    """Find everyone an audience means, by chat or else by mail.

    "organisations", "ngo" and "office" are people and also the register: an organisation none
    of whose people is reached gets the message itself. "event:7" are the participants of event
    7. Raises OptionUnknown for any other word and EventUnknown for an event that is not there.
    """
    if audience.startswith(EVENT):
        persons, register = await _of_event(tx, audience.removeprefix(EVENT)), []
    elif audience in AUDIENCES:
        kind = None if audience == "organisations" else audience
        persons = await people.everyone(tx, organisation_kind=kind)
        units = await organisations.list_all(tx)
        register = [unit for unit in units if kind in (None, unit.kind)]
    else:
        raise OptionUnknown
    known = await contacts(tx, persons)
    found = [
        _reach(person, choose(known[person.id], "telegram") or choose(known[person.id], "mail"))
        for person in persons
    ]
    reached = {
        person.organisation_id for person, to in zip(persons, found, strict=True) if to is not None
    }
    found += [_reach_organisation(unit) for unit in register if unit.id not in reached]
    return Gathered(once(one for one in found if one is not None), found.count(None))


async def _of_event(tx: Tx, number: str) -> list[Person]:
    if not EVENT_NUMBER.fullmatch(number):
        raise OptionUnknown
    if await events.get(tx, int(number)) is None:
        raise EventUnknown
    return await participants(tx, int(number))


async def tell_all(
    tx: Tx, recipients: Iterable[Recipient], notice: Notice, *, now: datetime
) -> None:
    """Queue a notice for every recipient, under the notice's key and the recipient's own."""
    entries = [
        Entry(
            key=f"{notice.key}:{recipient.key}:{recipient.channel}",
            channel=recipient.channel,
            kind=notice.kind,
            address=recipient.address,
            locale=recipient.locale,
            facts={**notice.facts, "person": {"name": recipient.name}},
            priority=notice.priority,
            due_at=notice.due_at,
            not_after=notice.not_after,
            person_id=recipient.person_id,
            broadcast_id=notice.broadcast_id,
        )
        for recipient in recipients
    ]
    await outbox.put(tx, entries, now=now)
