"""Tick together whom a letter is for: each tick is kept in the letter's draft at once.

A button says what shall be so and not what shall change, so that it means the same when it is
tapped twice. Localities and areas are named in buttons by a short code of their word.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import audience_reading, directory_search, event_desk, invitation_drafts, staff
from programme.asking import following, fresh
from programme.audience_choice import KINDS, LOCALES, STATES, Choice
from programme.audience_reading import AudienceCount, NamesPage, Value
from programme.importing.spelling import fold
from programme.invitation_steps import AUDIENCE_FLOW
from programme.refusals import EventUnknown, OptionUnknown
from storage import audiences, events, organisations, people
from storage.conversations import Conversation
from storage.database import Tx
from storage.directory_search import Named
from storage.events import Event
from storage.invitations import Invitation
from storage.staff import StaffMember

FLOW = AUDIENCE_FLOW
CHOOSE, ADD, LEAVE_OUT = "choose", "add", "leave_out"
# What a button names: the list of the choice that it ticks.
LISTS = {
    "k": "kinds",
    "l": "localities",
    "a": "areas",
    "s": "states",
    "g": "locales",
    "p": "people",
    "o": "organisations",
    "x": "excluded_people",
    "u": "excluded_organisations",
}
WORDS: dict[str, Sequence[str]] = {"k": KINDS, "s": STATES, "g": LOCALES}
LOCALITIES, AREAS = "l", "a"
# Who is added or left out, by the list and the list that means the contrary.
SINGLE = {"p": "x", "o": "u", "x": "p", "u": "o"}
PERSONS = frozenset({"p", "x"})
ON_PAGE, EVENTS_ON_PAGE, FOUND = 20, 10, 5
# What can make an audience empty, in the order in which it is named.
CRITERIA = ("kinds", "localities", "areas", "states", "locales")
EXCLUSIONS = ("excluded_people", "excluded_organisations")


@dataclass(frozen=True)
class Single:
    """Somebody who was added or left out, with the code of the list they are in."""

    code: str
    number: int
    name: str


@dataclass(frozen=True)
class Look:
    """The choice of a letter as it stands, with everything that is told about it.

    `emptied_by` names the criteria without each of which somebody would be meant.
    """

    letter: Invitation
    choice: Choice
    count: AudienceCount
    event: Event | None
    singles: tuple[Single, ...]
    emptied_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """A page of localities or areas; each with its code and whether it is ticked."""

    letter_id: int
    code: str
    rows: tuple[tuple[str, Value, bool], ...]
    number: int
    pages: int


@dataclass(frozen=True)
class Events:
    """A page of the events by which people can be chosen."""

    letter_id: int
    listed: tuple[Event, ...]
    number: int
    pages: int


@dataclass(frozen=True)
class Found:
    """Who the words may mean, people and organisations."""

    people: tuple[Named, ...]
    organisations: tuple[Named, ...]


async def opened(
    tx: Tx, *, member: StaffMember, state: Conversation, letter_id: int, step: str = CHOOSE
) -> Conversation:
    """Let typed words mean somebody to add to one's own draft, or to leave out.

    Raises LetterUnknown or LetterClosed, and OptionUnknown for another step.
    """
    if step not in {CHOOSE, ADD, LEAVE_OUT}:
        raise OptionUnknown
    await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    return following(fresh(state, FLOW, letter=letter_id), step)


async def look(tx: Tx, *, member: StaffMember, letter_id: int, now: datetime) -> Look:
    """Show whom a letter is for; raises LetterUnknown or LetterClosed."""
    letter = await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    choice = Choice.from_json(letter.audience)
    count = await audience_reading.count(tx, choice, now)
    return Look(
        letter,
        choice,
        count,
        await _event(tx, letter, choice),
        await _singles(tx, choice),
        await _emptied_by(tx, choice) if count.is_nobody and not choice.is_empty else (),
    )


async def _event(tx: Tx, letter: Invitation, choice: Choice) -> Event | None:
    number = choice.event_id if choice.event_id is not None else letter.event_id
    return None if number is None else await events.get(tx, number)


async def _singles(tx: Tx, choice: Choice) -> tuple[Single, ...]:
    found = []
    for code in SINGLE:
        for number in getattr(choice, LISTS[code]):
            name = await (_person_name if code in PERSONS else _unit_name)(tx, number)
            found.append(Single(code, number, name))
    return tuple(found)


async def _person_name(tx: Tx, number: int) -> str:
    now_known = await people.of_ids(tx, list(await audiences.who_are(tx, [number])))
    return next((one.name for one in now_known.values()), "")


async def _unit_name(tx: Tx, number: int) -> str:
    unit = await organisations.get(tx, number)
    return unit.name if unit else ""


async def _emptied_by(tx: Tx, choice: Choice) -> tuple[str, ...]:
    ticked = [name for name in (*CRITERIA, *EXCLUSIONS) if getattr(choice, name)]
    if choice.event_id is None:
        ticked = [name for name in ticked if name != "states"]
    return tuple([name for name in ticked if await _means_somebody(tx, choice.with_(**{name: ()}))])


async def _means_somebody(tx: Tx, choice: Choice) -> bool:
    everybody = await audience_reading.ceiling(tx)
    found = await audience_reading.persons(tx, choice, 0, everybody, 1)
    return bool(found) or bool(await audience_reading.units(tx, choice))


async def tick(
    tx: Tx,
    *,
    member: StaffMember,
    letter_id: int,
    code: str,
    value: str,
    ticked: bool,
    now: datetime,
) -> None:
    """Tick a value of a list, or take its tick away; what is so already stays so.

    Whoever is added is left out no more, and the other way about. Raises OptionUnknown.
    """
    staff.permit(member, "invite")
    if code not in LISTS:
        raise OptionUnknown

    async def change(letter: Invitation, choice: Choice) -> Choice:
        # The states are those of the letter's own event until another one is chosen.
        if code == "s" and choice.event_id is None:
            choice = choice.with_(event_id=letter.event_id)
        known = await _value(tx, code, value, choice)
        if code in SINGLE and ticked:
            choice = _set(choice, LISTS[SINGLE[code]], known, ticked=False)
        return _set(choice, LISTS[code], known, ticked=ticked)

    await _change(tx, member, letter_id, change, now)


def _set(choice: Choice, name: str, value: Any, *, ticked: bool) -> Choice:
    values = set(getattr(choice, name))
    return choice.with_(**{name: tuple(values | {value} if ticked else values - {value})})


async def _value(tx: Tx, code: str, value: str, choice: Choice) -> str | int:
    if code in WORDS and value in WORDS[code]:
        return value
    if code in {LOCALITIES, AREAS}:
        for each in await _all_values(tx, code, choice):
            if code_of(each.word) == value:
                return each.word
    if code in SINGLE and value.isascii() and value.isdigit():
        number = int(value)
        known: Any = people.of_ids if code in PERSONS else organisations.of_ids
        if await known(tx, [number]):
            return number
    raise OptionUnknown


def code_of(word: str) -> str:
    """Name a word in a button: it stays the same however the word is spelt."""
    return hashlib.sha256(fold(word).encode()).hexdigest()[:12]


async def choose_event(
    tx: Tx, *, member: StaffMember, letter_id: int, event_id: int, now: datetime
) -> None:
    """Choose people by another event; raises EventUnknown."""
    staff.permit(member, "invite")
    if await events.get(tx, event_id) is None:
        raise EventUnknown

    async def change(_letter: Invitation, choice: Choice) -> Choice:
        return choice.with_(event_id=event_id)

    await _change(tx, member, letter_id, change, now)


async def clear(tx: Tx, *, member: StaffMember, letter_id: int, now: datetime) -> None:
    """Take all ticks away, so that nobody is meant."""

    async def change(_letter: Invitation, _choice: Choice) -> Choice:
        return Choice()

    await _change(tx, member, letter_id, change, now)


async def _change(
    tx: Tx, member: StaffMember, letter_id: int, change: Callable[..., Any], now: datetime
) -> None:
    staff.permit(member, "invite")
    letter = await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    before = Choice.from_json(letter.audience)
    after = await change(letter, before)
    if after == before:
        return
    await invitation_drafts.change_audience(
        tx,
        member=member,
        invitation_id=letter_id,
        revision=letter.revision,
        choice=after,
        now=now,
    )


async def values(tx: Tx, *, member: StaffMember, letter_id: int, code: str, number: int) -> Values:
    """Give a page of localities or areas; a number too large gives the last one."""
    letter = await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    if code not in {LOCALITIES, AREAS}:
        raise OptionUnknown
    choice = Choice.from_json(letter.audience)
    every = await _all_values(tx, code, choice)
    ticked = {fold(word) for word in getattr(choice, LISTS[code])}
    pages = max(1, -(-len(every) // ON_PAGE))
    at = min(max(0, number), pages - 1)
    rows = tuple(
        (code_of(one.word), one, fold(one.word) in ticked)
        for one in every[at * ON_PAGE : (at + 1) * ON_PAGE]
    )
    return Values(letter_id, code, rows, at, pages)


async def _all_values(tx: Tx, code: str, choice: Choice) -> list[Value]:
    """List what the register has, and what was ticked before it was taken out of the register."""
    known = await (audience_reading.localities if code == LOCALITIES else audience_reading.areas)(
        tx
    )
    ticked = {fold(word): word for word in getattr(choice, LISTS[code])}
    spelt = [Value(ticked.pop(fold(one.word), one.word), one.organisations) for one in known]
    return [*spelt, *(Value(word, 0) for word in ticked.values())]


async def events_page(
    tx: Tx, *, member: StaffMember, letter_id: int, number: int, now: datetime
) -> Events:
    """Give a page of events, those ahead first, then those of the last sixty days."""
    await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    every = await event_desk.events_in_care(tx, member=member, now=now)
    pages = max(1, -(-len(every) // EVENTS_ON_PAGE))
    at = min(max(0, number), pages - 1)
    shown = every[at * EVENTS_ON_PAGE : (at + 1) * EVENTS_ON_PAGE]
    return Events(letter_id, tuple(shown), at, pages)


async def names(tx: Tx, *, member: StaffMember, letter_id: int, number: int) -> NamesPage:
    """Give a page of the names of all whom the letter is for."""
    letter = await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    return await audience_reading.page(tx, Choice.from_json(letter.audience), number)


async def find(tx: Tx, *, member: StaffMember, letter_id: int, words: str) -> Found:
    """Find single people and organisations; raises a kind of AnswerRefused for no words."""
    await invitation_drafts.open_draft(tx, member=member, invitation_id=letter_id)
    wanted = directory_search.checked(words)
    persons = await directory_search.people(tx, words=wanted, member=member, limit=FOUND)
    units = await directory_search.organisations_of(tx, words=wanted, member=member, limit=FOUND)
    return Found(tuple(persons), tuple(units))
