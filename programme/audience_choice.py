"""Whom a letter to many is for, as staff chose it: a value that is kept beside the draft.

1. Several values of one criterion mean any of them; several criteria mean all of them together.
   A criterion without a value does not narrow anything.
2. Single people and organisations are added to whoever the criteria find; without any criterion
   they are the whole audience. An organisation means its people, and itself where none of these
   can be reached.
3. Whoever is left out stays out, however else they were chosen; with an organisation its people.
"""

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from programme.refusals import OptionUnknown

NGO, OFFICE = "ngo", "office"
KINDS = (NGO, OFFICE)
REGISTERED, WAITING, SILENT, ATTENDED = "registered", "waiting", "invited_silent", "attended"
STATES = (REGISTERED, WAITING, SILENT, ATTENDED)
LOCALES = ("pl", "en")
# The short way: what the four old buttons mean.
EVERYBODY = "organisations"
PRESETS = (EVERYBODY, *KINDS)
EVENT = "event:"
EVENT_NUMBER = re.compile(r"[0-9]{1,10}")
# What broadcasts of before this value kept: the word of a preset.
OLD_WORD = "audience"

_WORDS = {"kinds": KINDS, "states": STATES, "locales": LOCALES}
_TEXTS = ("localities", "areas")
_NUMBERS = ("people", "organisations", "excluded_people", "excluded_organisations")
_ONE_NUMBER = ("event_id", "silent_of", "got")
LISTS = (*_WORDS, *_TEXTS, *_NUMBERS)


@dataclass(frozen=True)
class Choice:
    """Whom a letter is for; each tuple is sorted and names everything once.

    `event_id` counts together with `states`. `silent_of` are those who got that broadcast and
    have not answered the event it invites to; `got` are all who got it.
    """

    kinds: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    event_id: int | None = None
    states: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    excluded_people: tuple[int, ...] = ()
    excluded_organisations: tuple[int, ...] = ()
    silent_of: int | None = None
    got: int | None = None

    def __post_init__(self) -> None:
        """Order what was ticked, so that equal choices are equal values."""
        for name in LISTS:
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    @property
    def by_criteria(self) -> bool:
        """Whether people are looked for at all, or only single ones were named."""
        ticked = (self.kinds, self.localities, self.areas, self.locales, self.asks_event)
        return any(ticked) or self.silent_of is not None or self.got is not None

    @property
    def asks_event(self) -> bool:
        """Whether people are chosen by how they stand with an event."""
        return self.event_id is not None and bool(self.states)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen yet, so that it means nobody."""
        return not (self.by_criteria or self.people or self.organisations)

    def with_(self, **changes: Any) -> "Choice":
        """Give the same choice with something else ticked."""
        return replace(self, **changes)

    def toggled(self, name: str, value: str | int) -> "Choice":
        """Tick a value of a list, or take its tick away; raises OptionUnknown for another list."""
        if name not in LISTS or (name in _WORDS and value not in _WORDS[name]):
            raise OptionUnknown
        known: tuple[str | int, ...] = getattr(self, name)
        changes: dict[str, Any] = {name: tuple(set(known) ^ {value})}
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Give what is kept: only what was chosen."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        kept = {name: value for name, value in values.items() if value not in ((), None)}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in kept.items()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Choice":
        """Read what was kept, also the word of an old broadcast; raises OptionUnknown."""
        if OLD_WORD in kept:
            return preset(str(kept[OLD_WORD]))
        if any(not _fits(name, value) for name, value in kept.items()):
            raise OptionUnknown
        read: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()
        }
        return cls(**read)


def _fits(name: str, value: object) -> bool:
    if name in _ONE_NUMBER:
        return _is_number(value)
    if name not in LISTS or not isinstance(value, list):
        return False
    if name in _NUMBERS:
        return all(_is_number(one) for one in value)
    words = _WORDS.get(name)
    return all(isinstance(one, str) and (words is None or one in words) for one in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def preset(word: str) -> Choice:
    """Give what one of the short buttons means: everybody, one kind, "event:7" its participants.

    Raises OptionUnknown for any other word.
    """
    if word in KINDS:
        return Choice(kinds=(word,))
    if word == EVERYBODY:
        return Choice(kinds=KINDS)
    number = word.removeprefix(EVENT)
    if word.startswith(EVENT) and EVENT_NUMBER.fullmatch(number):
        return Choice(event_id=int(number), states=(REGISTERED,))
    raise OptionUnknown
