"""What staff did and tried to do, for coordinators to read: newest first, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programme import asking, staff
from storage import audit_trail as rows
from storage import staff_team
from storage.audit_trail import Names, Recorded
from storage.database import Tx
from storage.staff import StaffMember
from storage.staff_team import Colleague

ON_PAGE = 8
EVERYTHING, REFUSED = "a", "r"
_MOST = 100_000
# Under which words a record says what it is about, and what that is.
ABOUT = {
    "event": "event",
    "person": "person",
    "kept": "person",
    "gone": "person",
    "organisation": "organisation",
    "staff": "colleague",
    "session": "session",
    "registration": "registration",
    "exhibitor": "exhibitor",
    "nomination": "nomination",
    "certificate": "certificate",
    "broadcast": "broadcast",
    "letter": "letter",
    "invitation": "letter",
}


@dataclass(frozen=True)
class Line:
    """One record with the names of what it is about, by the words in which it says so."""

    recorded: Recorded
    about: dict[str, Names]


@dataclass(frozen=True)
class TrailPage:
    """A part of the record; `older` is where the next part begins, None at its end."""

    lines: tuple[Line, ...]
    which: str
    whose: str
    older: int | None


async def page(tx: Tx, *, which: str, before: int | None, member: StaffMember) -> TrailPage:
    """Give a part of the record: all of it, what was refused, or what one of staff did.

    `which` is EVERYTHING, REFUSED or the number of one of staff; `before` is where the part
    begins, None for the newest.
    """
    staff.permit(member, "audit")
    number = asking.number(which)
    if number is None and which != REFUSED:
        which = EVERYTHING
    found = await rows.page(
        tx, limit=ON_PAGE + 1, before=before, staff_id=number, refused=which == REFUSED
    )
    shown = found[:ON_PAGE]
    whose = ""
    if number is not None:
        known = await rows.names(tx, {"colleague": {number}})
        whose = known.get(("colleague", number), {}).get("name", "")
    older = shown[-1].id if len(found) > ON_PAGE else None
    return TrailPage(tuple(await _lines(tx, shown)), which, whose, older)


async def people(tx: Tx, *, member: StaffMember) -> list[Colleague]:
    """List whose deeds can be looked at: who is staff now."""
    staff.permit(member, "audit")
    return await staff_team.colleagues(tx)


async def at_the_console(tx: Tx, *, span: timedelta, now: datetime) -> list[Line]:
    """Give the operator of the machine what was recorded lately."""
    return await _lines(tx, await rows.page(tx, limit=_MOST, since=now - span))


async def _lines(tx: Tx, found: Iterable[Recorded]) -> list[Line]:
    listed = list(found)
    wanted: dict[str, set[int]] = {}
    for one in listed:
        for _, kind, number in _numbers(one.detail):
            wanted.setdefault(kind, set()).add(number)
    known = await rows.names(tx, wanted)
    return [
        Line(
            one,
            {
                word: known[kind, number]
                for word, kind, number in _numbers(one.detail)
                if (kind, number) in known
            },
        )
        for one in listed
    ]


def _numbers(detail: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (word, kind, detail[word]) for word, kind in ABOUT.items() if type(detail.get(word)) is int
    ]


__all__ = [
    "ABOUT",
    "EVERYTHING",
    "ON_PAGE",
    "REFUSED",
    "Colleague",
    "Line",
    "TrailPage",
    "at_the_console",
    "page",
    "people",
]
