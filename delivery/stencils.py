"""Keep notices that were written once with gaps for what differs from person to person.

A broadcast says the same to a thousand people but for a name, a number, a UID and a date. Its
second copy makes a stencil, and the following ones fill it in. delivery/compose.py, letter.py and
calendar.py remain the authority: a stencil is kept only when filling it in gives exactly what
they write for the person at hand and for people with difficult names.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from delivery.compose_facts import LONGEST_LINE, clean_line
from delivery.mail_doors import tokens
from programme.letter_doors import OUT, PAGE, REPLY

# Private characters and numbers that nobody uses. Where somebody does, the stencil does not give
# the same as the authority, and is not kept.
NAME_GAP = "\ue7f0\ue7f1\ue7f2"
UID_GAP = "\ue7f3\ue7f4\ue7f5"
NUMBER_GAP = 1_998_811_417
# These stand in addresses and links too; a token has none of the digits 0, 1, 8 and 9.
DOOR_GAPS = {
    REPLY: "reply018901890189018901890",
    PAGE: "page0189018901890189018901",
    OUT: "out01890189018901890189018",
}

# The longest name there can be, in Telegram's units, and one that every markup would escape.
DIFFICULT_NAMES = ("\U0001f600" * LONGEST_LINE, "=<b>&amp;\"'\\;,:\ue7f0 %s {{ }} ^n")

_KEPT = 128

Made = TypeVar("Made")


class Unfit(Exception):
    """The notice cannot be filled in; it is written for each person."""


@dataclass(frozen=True)
class Entry:
    """What a calendar entry of one person has of its own."""

    uid: str
    sequence: int


@dataclass(frozen=True)
class Personal:
    """What the facts of a notice say of one person alone."""

    name: str
    registration_id: int | None
    calendar: Entry | None
    calendar_entries: tuple[Entry, ...]
    doors: Mapping[str, str] = field(default_factory=dict)


def divide(facts: Mapping[str, Any]) -> tuple[Personal, dict[str, Any]]:
    """Take the facts of one person out and leave gaps in their places.

    Raises Unfit for facts that are not what every notice has, and for a paper of one's own.
    """
    if "certificate" in facts:
        raise Unfit
    person = facts.get("person")
    given = person.get("name") if isinstance(person, Mapping) else None
    name = clean_line(given) if isinstance(given, str) else None
    if person is None or name is None or name != name.strip(" "):
        raise Unfit
    common = {**facts, "person": {**person, "name": NAME_GAP if name else ""}}
    registration_id = facts.get("registration_id")
    if type(registration_id) is int and registration_id:
        common["registration_id"] = NUMBER_GAP
    else:
        registration_id = None
    calendar = facts.get("calendar")
    if calendar is not None:
        common["calendar"] = _without_own(calendar)
    entries = facts.get("calendar_entries") or ()
    if entries:
        common["calendar_entries"] = [_without_own(each) for each in entries]
    doors = tokens(facts)
    if doors.keys() - DOOR_GAPS.keys():
        raise Unfit
    if doors:
        common["doors"] = {purpose: DOOR_GAPS[purpose] for purpose in doors}
    personal = Personal(
        name,
        registration_id,
        _own(calendar) if calendar is not None else None,
        tuple(_own(each) for each in entries),
        doors,
    )
    return personal, common


def with_name(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give the same facts of a person with another name."""
    return {**facts, "person": {**facts["person"], "name": name}}


def _own(entry: Mapping[str, Any]) -> Entry:
    uid, sequence = entry.get("uid"), entry.get("sequence")
    if not isinstance(uid, str) or type(sequence) is not int:
        raise Unfit
    return Entry(clean_line(uid, None), sequence)


def _without_own(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "uid": UID_GAP, "sequence": NUMBER_GAP}


@dataclass
class _Place(Generic[Made]):
    stencil: Made | None = None
    tried: bool = False


class Stencils(Generic[Made]):
    """The stencils of the notices sent last; the one used longest ago goes first."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._places: OrderedDict[object, _Place[Made]] = OrderedDict()

    def find(self, key: object, make: Callable[[], Made]) -> Made | None:
        """Give the stencil of a key; it is made when the key is asked for the second time.

        Most notices are said to one person alone, and a stencil costs several of them. None is
        given the first time, and always when `make` has failed: the authority will say why.
        """
        place = self._places.get(key)
        if place is None:
            self._places[key] = _Place()
            if len(self._places) > self._kept:
                self._places.popitem(last=False)
            return None
        self._places.move_to_end(key)
        if not place.tried:
            place.tried = True
            with suppress(Unfit, ValueError, TypeError, LookupError):
                place.stencil = make()
        return place.stencil
