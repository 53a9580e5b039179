"""Lists that staff page through: people, organisations and registrations, each with its facets.

What is chosen travels in the buttons themselves, so that a list needs no memory of ours and goes
on after a restart; `Selection.write` makes it short enough for them.
"""

from dataclasses import dataclass
from typing import Any

from programme import staff
from programme.asking import number
from storage import directory as rows
from storage import events, organisations
from storage import people as person_rows
from storage.database import Tx
from storage.directory import (
    APPLYING,
    CANCELLED,
    IN_LINE,
    LOST,
    NONE,
    SEATED,
    WORKS,
    Locality,
    OrganisationChoice,
    OrganisationLine,
    PeopleChoice,
    PersonLine,
    RegistrationChoice,
    RegistrationLine,
)
from storage.name_keys import places
from storage.staff import StaffMember

ON_PAGE = 10
LOCALITIES_ON_PAGE = 20
PEOPLE, ORGANISATIONS, REGISTRATIONS = "p", "o", "r"
# What can be chosen by a button: the list, the facet, its values as they are written.
KIND, REACH, INVITED, MAILBOX, STATE = "k", "r", "i", "m", "s"
FACETS: dict[str, dict[str, dict[str, Any]]] = {
    PEOPLE: {
        KIND: {"n": "ngo", "c": "clerk"},
        REACH: {"y": True, "x": False},
        INVITED: {"y": True, "x": False},
    },
    ORGANISATIONS: {
        KIND: {"n": "ngo", "f": "office"},
        MAILBOX: {"y": WORKS, "x": LOST, "z": NONE},
    },
    REGISTRATIONS: {STATE: {"s": SEATED, "w": IN_LINE, "a": APPLYING, "c": CANCELLED}},
}
# What is chosen by a number: a locality by that of one of its organisations.
LOCALITY, ORGANISATION, EVENT, PERSON = "l", "o", "e", "p"
NUMBERS = {
    PEOPLE: (LOCALITY, ORGANISATION),
    ORGANISATIONS: (LOCALITY,),
    REGISTRATIONS: (EVENT, PERSON),
}
SEPARATOR = "-"


@dataclass(frozen=True)
class Selection:
    """Which list, and what of it: pairs of a facet and a value, each facet once."""

    of: str
    chosen: tuple[tuple[str, str], ...] = ()

    def get(self, facet: str) -> str:
        """Give the value of a facet; empty when nothing was chosen."""
        return dict(self.chosen).get(facet, "")

    def number(self, facet: str) -> int | None:
        """Give the number that was chosen for a facet."""
        return number(self.get(facet)) if self.get(facet) else None

    def meaning(self, facet: str) -> Any:
        """Give what a value stands for; None when nothing was chosen."""
        return FACETS[self.of][facet].get(self.get(facet))

    def choosing(self, facet: str, value: str) -> "Selection":
        """Choose another value of a facet; the same once more, or none, takes it back."""
        others = tuple(pair for pair in self.chosen if pair[0] != facet)
        added = ((facet, value),) if value and value != self.get(facet) else ()
        return Selection(self.of, tuple(sorted((*others, *added))))

    def write(self) -> str:
        """Write what was chosen as a word for a button."""
        return SEPARATOR.join(f"{facet}{value}" for facet, value in self.chosen)


def read(of: str, written: str) -> Selection:
    """Read what was chosen; what nobody knows is left out."""
    found = Selection(of if of in FACETS else PEOPLE)
    for word in written.split(SEPARATOR):
        facet, value = word[:1], word[1:]
        is_number = facet in NUMBERS[found.of] and number(value) is not None
        if is_number or value in FACETS[found.of].get(facet, {}):
            found = found.choosing(facet, value)
    return found


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `number` counts from 0 and `first` is the place of its first row.

    `about` names what was chosen by number, by facet: a locality, an organisation, an event.
    """

    selection: Selection
    rows: tuple[PersonLine | OrganisationLine | RegistrationLine, ...]
    number: int
    pages: int
    total: int
    about: dict[str, str]

    @property
    def first(self) -> int:
        """The place of the first row, from one."""
        return self.number * ON_PAGE + 1


async def page(tx: Tx, *, selection: Selection, number: int, member: StaffMember) -> ListPage:
    """Give one page of a list; a number too large gives the last one."""
    staff.permit(member, "search")
    about = await _about(tx, selection)
    count, listed, choice = _questions(selection, about)
    total = await count(tx, choice)
    pages = max(1, -(-total // ON_PAGE))
    at = min(max(0, number), pages - 1)
    found = await listed(tx, choice, limit=ON_PAGE, offset=at * ON_PAGE) if total else []
    return ListPage(selection, tuple(found), at, pages, total, about)


def _questions(selection: Selection, about: dict[str, str]) -> tuple[Any, Any, Any]:
    if selection.of == PEOPLE:
        people = PeopleChoice(
            role=selection.meaning(KIND) or "",
            reachable=selection.meaning(REACH),
            invitations=selection.meaning(INVITED),
            locality=about.get(LOCALITY, ""),
            organisation_id=selection.number(ORGANISATION),
        )
        return rows.count_people, rows.people_page, people
    if selection.of == ORGANISATIONS:
        units = OrganisationChoice(
            kind=selection.meaning(KIND) or "",
            mailbox=selection.meaning(MAILBOX) or "",
            locality=about.get(LOCALITY, ""),
        )
        return rows.count_organisations, rows.organisations_page, units
    registrations = RegistrationChoice(
        event_id=selection.number(EVENT),
        person_id=selection.number(PERSON),
        state=selection.meaning(STATE) or "",
    )
    return rows.count_registrations, rows.registrations_page, registrations


async def _about(tx: Tx, selection: Selection) -> dict[str, str]:
    about = {}
    if (number := selection.number(LOCALITY)) is not None:
        about[LOCALITY] = await rows.locality_of(tx, number)
    if (number := selection.number(ORGANISATION)) is not None:
        unit = await organisations.get(tx, number)
        about[ORGANISATION] = unit.name if unit else ""
    if (number := selection.number(EVENT)) is not None:
        event = await events.get(tx, number)
        about[EVENT] = event.title if event else ""
    if (number := selection.number(PERSON)) is not None and await person_rows.exists(tx, number):
        about[PERSON] = (await person_rows.get(tx, number)).name
    return about


@dataclass(frozen=True)
class Localities:
    """One page of the places where organisations are, in the Polish order."""

    selection: Selection
    listed: tuple[Locality, ...]
    number: int
    pages: int


async def localities(
    tx: Tx, *, selection: Selection, number: int, member: StaffMember
) -> Localities:
    """Give a page of the localities that a list can be narrowed to."""
    staff.permit(member, "search")
    found = sorted(await rows.localities(tx), key=lambda one: places(one.name))
    pages = max(1, -(-len(found) // LOCALITIES_ON_PAGE))
    at = min(max(0, number), pages - 1)
    first = at * LOCALITIES_ON_PAGE
    return Localities(selection, tuple(found[first : first + LOCALITIES_ON_PAGE]), at, pages)


__all__ = [
    "APPLYING",
    "CANCELLED",
    "EVENT",
    "FACETS",
    "INVITED",
    "IN_LINE",
    "KIND",
    "LOCALITY",
    "LOST",
    "MAILBOX",
    "NONE",
    "ON_PAGE",
    "ORGANISATION",
    "ORGANISATIONS",
    "PEOPLE",
    "PERSON",
    "REACH",
    "REGISTRATIONS",
    "SEATED",
    "STATE",
    "WORKS",
    "ListPage",
    "Localities",
    "OrganisationLine",
    "PersonLine",
    "RegistrationLine",
    "Selection",
    "localities",
    "page",
    "read",
]
