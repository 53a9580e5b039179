"""Who a broadcast goes to: one row per person or organisation, each address once.

Whoever said that they want no invitations is left out, whatever the channel, and counted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from programme.letter_doors import Posted
from programme.notices import MAIL, Notice, choose, way
from programme.posting import post_to
from programme.refusals import EventUnknown, OptionUnknown
from storage import events, organisations, people, registrations
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
ORGANISATION = "organisation:"


@dataclass(frozen=True)
class Recipient:
    """A person, or an organisation itself, and the one address they are written to."""

    key: str
    name: str
    channel: str
    address: str
    locale: str
    person_id: int | None

    @property
    def organisation_id(self) -> int | None:
        """The organisation whose own mailbox this is, if it is one."""
        own = self.key.startswith(ORGANISATION)
        return int(self.key.removeprefix(ORGANISATION)) if own else None


@dataclass(frozen=True)
class Gathered:
    """Recipients in a fixed order, how many nothing reaches, and how many want no invitations."""

    recipients: tuple[Recipient, ...]
    unreachable: int
    unwanted: int = 0


async def participants(tx: Tx, event_id: int, *, hold: bool = False) -> list[Person]:
    """List the people who have a seat at an event.

    With `hold` nobody can change what they want to hear until the transaction ends.
    """
    seated = await registrations.of_event(tx, event_id, state="active")
    wanted = {registration.person_id for registration in seated}
    return [person for person in await people.everyone(tx, hold=hold) if person.id in wanted]


async def contacts(tx: Tx, persons: list[Person]) -> dict[int, list[Contact]]:
    """Read the contacts of many people with a few queries."""
    found: dict[int, list[Contact]] = {}
    ids = [person.id for person in persons]
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        found |= await people.contacts_of_many(tx, ids[start : start + PEOPLE_AT_ONCE])
    return found


def reach(person: Person, known: list[Contact]) -> Recipient | None:
    """Reach a person the one way they want, or else the other; None when nothing does."""
    contact = way(person, known)
    if contact is None:
        return None
    return Recipient(
        str(person.id), person.name, contact.channel, contact.address, person.locale, person.id
    )


def reach_organisation(organisation: Organisation) -> Recipient | None:
    """Reach an organisation at its own mailbox; None when it has none that takes mail."""
    if not organisation.mailbox:
        return None
    return Recipient(
        f"{ORGANISATION}{organisation.id}",
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


async def of_people(tx: Tx, persons: list[Person], *, each: bool = False) -> Gathered:
    """Find how people are reached who are told something that they have not asked for.

    With `each` people who share a mailbox get a letter each, else one among them.
    """
    willing, found = await _ways(tx, persons)
    reached = tuple(one for one in found if one is not None)
    unwanted = len(persons) - len(willing)
    return Gathered(reached if each else once(reached), found.count(None), unwanted)


async def _ways(tx: Tx, persons: list[Person]) -> tuple[list[Person], list[Recipient | None]]:
    willing = [person for person in persons if person.invitations]
    known = await contacts(tx, willing)
    return willing, [reach(person, known[person.id]) for person in willing]


async def gather(tx: Tx, audience: str, *, hold: bool = False) -> Gathered:
    """Find everyone an audience means, by the way each wants.

    "organisations", "ngo" and "office" are people and also the register: an organisation none
    of whose people is reached gets the message itself. "event:7" are the participants of event
    7. Raises OptionUnknown for any other word and EventUnknown for an event that is not there.
    With `hold` nobody can change what they want to hear until the transaction ends.
    """
    if audience.startswith(EVENT):
        return await of_people(tx, await _of_event(tx, audience.removeprefix(EVENT), hold=hold))
    if audience not in AUDIENCES:
        raise OptionUnknown
    kind = None if audience == "organisations" else audience
    persons = await people.everyone(tx, organisation_kind=kind, hold=hold)
    units = await organisations.list_all(tx, hold=hold)
    willing, found = await _ways(tx, persons)
    reached = {
        person.organisation_id for person, to in zip(willing, found, strict=True) if to is not None
    }
    left = [unit for unit in units if kind in (None, unit.kind) and unit.id not in reached]
    refusing = await _refusing_mailboxes(tx, persons)
    asked = [unit for unit in left if unit.invitations and unit.email.casefold() not in refusing]
    found += [reach_organisation(unit) for unit in asked]
    unwanted = len(persons) - len(willing) + len(left) - len(asked)
    return Gathered(once(one for one in found if one is not None), found.count(None), unwanted)


async def _refusing_mailboxes(tx: Tx, persons: list[Person]) -> set[str]:
    """List where people read who want no invitations: an organisation's own may be the same."""
    refusing = [person for person in persons if not person.invitations]
    known = await contacts(tx, refusing)
    mails = (choose(known[person.id], MAIL) for person in refusing)
    return {mail.address.casefold() for mail in mails if mail is not None}


async def _of_event(tx: Tx, number: str, *, hold: bool) -> list[Person]:
    if not EVENT_NUMBER.fullmatch(number):
        raise OptionUnknown
    if await events.get(tx, int(number)) is None:
        raise EventUnknown
    return await participants(tx, int(number), hold=hold)


async def tell_all(
    tx: Tx,
    recipients: Iterable[Recipient],
    notice: Notice,
    *,
    now: datetime,
    leaves: Mapping[int, datetime] | None = None,
) -> None:
    """Queue a notice for every recipient, under the notice's key and the recipient's own.

    `leaves` says of people, by their numbers, when it leaves to them; else when it is due.
    """
    moments = leaves or {}
    posted = [
        Posted(
            _entry(notice, recipient, moments.get(recipient.person_id or 0, notice.due_at)),
            recipient.organisation_id,
        )
        for recipient in recipients
    ]
    await post_to(tx, posted, now=now)


def _entry(notice: Notice, recipient: Recipient, due_at: datetime) -> Entry:
    return Entry(
        key=f"{notice.key}:{recipient.key}:{recipient.channel}",
        channel=recipient.channel,
        kind=notice.kind,
        address=recipient.address,
        locale=recipient.locale,
        facts={**notice.facts, "person": {"name": recipient.name}},
        priority=notice.priority,
        due_at=due_at,
        not_after=notice.not_after,
        person_id=recipient.person_id,
        broadcast_id=notice.broadcast_id,
    )
