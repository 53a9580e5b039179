"""Read whom a choice means: how many, their names, and the people in the order they are queued.

docs/decisions/0031-an-audience-is-a-choice.md tells why the choice is read anew each time.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime

from programme.audience_choice import SILENT, Choice
from programme.importing.spelling import fold
from programme.notices import CHAT, MAIL, way
from programme.refusals import EventUnknown
from storage import audience_units, audiences, broadcasts, events, people
from storage import organisations as register
from storage.audiences import Way, Whom
from storage.database import Tx
from storage.name_keys import key_of_organisation
from storage.organisations import Organisation
from storage.people import Person

ROLES = {"ngo": "ngo", "office": "clerk"}
# An organisation is written to in Polish, as long as nobody speaks for it.
ORGANISATION_LOCALE = "pl"
QUEUED, POSTAL, UNREACHABLE, UNWANTED = "queued", "postal", "unreachable", "unwanted"
SAME_ADDRESS = "same_address"
ROWS = 15
AT_ONCE = 5_000


@dataclass(frozen=True)
class AudienceCount:
    """How many a choice means, each address counted once.

    `people` and `organisations` add up to the messages, as `by_chat` and `by_mail` do. Apart from
    these: those nothing reaches, those who want no invitations, those who share the address of
    another, and organisations that only a printed letter reaches.
    """

    people: int
    organisations: int
    by_chat: int
    by_mail: int
    unreachable: int
    unwanted: int
    postal: int
    same_address: int = 0

    @property
    def messages(self) -> int:
        """How many messages would leave; printed letters are counted apart."""
        return self.people + self.organisations

    @property
    def is_nobody(self) -> bool:
        """Whether nothing would be sent or printed for anybody."""
        return not (self.messages or self.postal)


@dataclass(frozen=True)
class Unit:
    """An organisation that is written to itself, or why it is not; as a broadcast's recipient.

    `state` is queued, postal, unreachable or unwanted, or same_address where one of the people
    who are meant is written to at its mailbox.
    """

    organisation: Organisation
    state: str


@dataclass(frozen=True)
class Name:
    """One line of the list before sending; `state` is a channel, or why nothing would be sent."""

    person_id: int | None
    organisation_id: int | None
    name: str
    organisation: str
    state: str


@dataclass(frozen=True)
class NamesPage:
    """A part of the list before sending; pages are numbered from 0, rows from 1."""

    names: tuple[Name, ...]
    number: int
    pages: int
    first: int
    total: int


@dataclass(frozen=True)
class Extremes:
    """Who has the longest values for the placeholders, and who has the fewest of them."""

    longest: Person | None
    emptiest: Person | None


async def count(tx: Tx, choice: Choice, now: datetime) -> AudienceCount:
    """Count whom a choice means now; raises EventUnknown for an event that is not there."""
    del now
    whom = await _whom(tx, choice)
    places: set[tuple[str, str]] = set()
    persons = unreachable = unwanted = same = 0
    async for one in _ways(tx, whom):
        place = one.channel, one.address.casefold()
        if not one.invitations:
            unwanted += 1
        elif not one.channel:
            unreachable += 1
        elif place in places:
            same += 1
        else:
            places.add(place)
            persons += 1
    found = await _units(tx, choice, whom)
    states = [unit.state for unit in found]
    mailboxes = [unit.organisation.mailbox for unit in found if unit.state == QUEUED]
    own = {(MAIL, address.casefold()) for address in mailboxes} - places
    chats = sum(channel == CHAT for channel, _address in places)
    return AudienceCount(
        people=persons,
        organisations=len(own),
        by_chat=chats,
        by_mail=persons - chats + len(own),
        unreachable=unreachable + states.count(UNREACHABLE),
        unwanted=unwanted + states.count(UNWANTED),
        postal=states.count(POSTAL),
        same_address=same + states.count(SAME_ADDRESS) + len(mailboxes) - len(own),
    )


async def _ways(tx: Tx, whom: Whom) -> AsyncIterator[Way]:
    """Read how all are reached, so many at a time that memory stays the same."""
    after = 0
    while found := await audiences.ways(tx, whom, after=after, limit=AT_ONCE):
        for one in found:
            yield one
        after = found[-1].person_id


async def page(tx: Tx, choice: Choice, number: int) -> NamesPage:
    """Give a page of the names, organisations first, in the order of the Polish alphabet.

    A number that is too large gives the last page.
    """
    whom = await _whom(tx, choice)
    found = sorted(
        await _units(tx, choice, whom), key=lambda one: key_of_organisation(one.organisation.name)
    )
    total = len(found) + await audiences.count_people(tx, whom)
    pages = max(1, -(-total // ROWS))
    number = min(max(0, number), pages - 1)
    first = number * ROWS
    names = [_of_unit(unit) for unit in found[first : first + ROWS]]
    room = ROWS - len(names)
    if room:
        after = max(0, first - len(found))
        persons = await audiences.by_name(tx, whom, limit=room, offset=after)
        names += await _of_persons(tx, persons)
    return NamesPage(tuple(names), number, pages, first + 1, total)


def _of_unit(unit: Unit) -> Name:
    state = MAIL if unit.state == QUEUED else unit.state
    return Name(None, unit.organisation.id, unit.organisation.name, "", state)


async def _of_persons(tx: Tx, persons: list[Person]) -> list[Name]:
    known = await people.contacts_of_many(tx, [person.id for person in persons])
    names = []
    for person in persons:
        contact = way(person, known[person.id])
        state = contact.channel if contact else UNREACHABLE
        state = state if person.invitations else UNWANTED
        names.append(Name(person.id, None, person.name, person.organisation, state))
    return names


async def persons(
    tx: Tx, choice: Choice, after: int, up_to: int, limit: int, *, hold: bool = False
) -> list[Person]:
    """List people of a choice whose number is above `after` and at most `up_to`, by number.

    Those who want no invitations and those nothing reaches are among them: whoever queues says
    so of each. With `hold` nobody can change what they want to hear until the transaction ends.
    """
    whom = await _whom(tx, choice)
    return await audiences.persons(tx, whom, after=after, up_to=up_to, limit=limit, hold=hold)


async def ceiling(tx: Tx) -> int:
    """Give the highest number of a person there is now: up to whom a broadcast is queued."""
    return await audiences.highest(tx)


async def organisations(tx: Tx, choice: Choice, *, hold: bool = False) -> list[Organisation]:
    """List the organisations of a choice that are written to at their own mailbox."""
    return [
        unit.organisation for unit in await units(tx, choice, hold=hold) if unit.state == QUEUED
    ]


async def units(tx: Tx, choice: Choice, *, hold: bool = False) -> list[Unit]:
    """List the organisations of a choice none of whose people is reached, and what they get.

    Whoever lost an address between the counting and the queueing is among them by then.
    """
    return await _units(tx, choice, await _whom(tx, choice), hold=hold)


async def _units(tx: Tx, choice: Choice, whom: Whom, *, hold: bool = False) -> list[Unit]:
    meant = await _meant(tx, choice, whom, hold=hold)
    if not meant:
        return []
    reached = await audiences.reached_organisations(tx, whom)
    left = [one for one in meant if one.id not in reached]
    refusing = {mail.casefold() for mail in await audiences.refusing_mails(tx, whom)}
    states = {one.id: _state(one, refusing) for one in left}
    mailboxes = {one.mailbox.lower() for one in left if states[one.id] == QUEUED}
    read = await _read_by_people(tx, whom, mailboxes) if mailboxes else set()
    return [
        Unit(
            one,
            SAME_ADDRESS
            if states[one.id] == QUEUED and one.mailbox.lower() in read
            else states[one.id],
        )
        for one in left
    ]


async def _read_by_people(tx: Tx, whom: Whom, mailboxes: set[str]) -> set[str]:
    """Name the mailboxes at which people get it: a letter to a person says more than one to all."""
    ways = await audiences.ways_of_readers(tx, whom, mailboxes)
    return {one.address.lower() for one in ways if one.invitations and one.channel == MAIL}


def _state(one: Organisation, refusing: set[str]) -> str:
    # Its mailbox may be where one of its people reads who wants no invitations.
    if not one.invitations or one.email.casefold() in refusing:
        return UNWANTED
    if one.mailbox:
        return QUEUED
    return POSTAL if one.postal_address.strip() else UNREACHABLE


async def _meant(tx: Tx, choice: Choice, whom: Whom, *, hold: bool = False) -> list[Organisation]:
    """List the organisations that a choice means themselves, whoever of their people is reached."""
    every = await register.list_all(tx, hold=hold)
    fitting = await _fitting(tx, choice, whom, every)
    named = set(choice.organisations)
    out = set(choice.excluded_organisations)
    return [one for one in every if (one.id in fitting or one.id in named) and one.id not in out]


async def _fitting(tx: Tx, choice: Choice, whom: Whom, every: Iterable[Organisation]) -> set[int]:
    speaks = not choice.locales or ORGANISATION_LOCALE in choice.locales
    if not choice.by_criteria or not speaks:
        return set()
    kinds = choice.kinds or tuple(ROLES)
    of_place = whom.of_organisations
    fitting = {
        one.id for one in every if one.kind in kinds and (of_place is None or one.id in of_place)
    }
    if choice.asks_event:
        # Whoever has a seat has it as a person; organisations are only ever silent.
        asked = SILENT in choice.states and choice.event_id is not None
        fitting &= await audience_units.silent(tx, choice.event_id or 0) if asked else set()
    if choice.got is not None:
        fitting &= await audience_units.got(tx, choice.got)
    if whom.silent_of is not None:
        broadcast_id, event_id = whom.silent_of
        fitting &= await audience_units.silent_of(tx, broadcast_id, event_id=event_id)
    return fitting


async def _whom(tx: Tx, choice: Choice) -> Whom:
    """Resolve what has to be looked up before people can be asked for."""
    if choice.asks_event and await events.get(tx, choice.event_id or 0) is None:
        raise EventUnknown
    about = None if choice.silent_of is None else await broadcasts.get(tx, choice.silent_of)
    return Whom(
        by_criteria=choice.by_criteria,
        roles=tuple(ROLES[kind] for kind in choice.kinds),
        of_organisations=await _of_places(tx, choice),
        locales=choice.locales,
        event_id=choice.event_id,
        states=choice.states,
        silent_of=None if about is None else (about.id, about.event_id),
        got=choice.got,
        people=await audiences.who_are(tx, choice.people),
        with_organisations=choice.organisations,
        but_people=await audiences.who_are(tx, choice.excluded_people),
        but_organisations=choice.excluded_organisations,
    )


async def _of_places(tx: Tx, choice: Choice) -> tuple[int, ...] | None:
    """Find the organisations of the chosen localities and areas; None when none are chosen."""
    if not choice.localities and not choice.areas:
        return None
    localities = {fold(one) for one in choice.localities}
    areas = {fold(one) for one in choice.areas}
    return tuple(
        one.id
        for one in await register.list_all(tx)
        if (not localities or fold(one.locality) in localities)
        and (not areas or areas & {fold(area) for area in one.areas})
    )


async def extremes(tx: Tx, choice: Choice) -> Extremes:
    """Find the people with the longest and with the fewest values, for a look before sending."""
    found = await audiences.extremes(tx, await _whom(tx, choice))
    if found is None:
        return Extremes(None, None)
    longest, emptiest = found
    return Extremes(await people.get(tx, longest), await people.get(tx, emptiest))


@dataclass(frozen=True)
class Value:
    """Something that can be ticked: how it is written, and how many organisations have it."""

    word: str
    organisations: int


async def localities(tx: Tx) -> list[Value]:
    """List where organisations are at home, in the order of the Polish alphabet."""
    return _values(one.locality for one in await register.list_all(tx))


async def areas(tx: Tx) -> list[Value]:
    """List what organisations do, in the order of the Polish alphabet."""
    return _values(area for one in await register.list_all(tx) for area in set(one.areas))


def _values(words: Iterable[str]) -> list[Value]:
    spellings: dict[str, list[str]] = {}
    for word in words:
        if fold(word):
            spellings.setdefault(fold(word), []).append(word)
    values = [Value(min(same), len(same)) for same in spellings.values()]
    return sorted(values, key=lambda one: key_of_organisation(one.word))
