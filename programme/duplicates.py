"""Who may be in the list twice: the same verified address, or the same name and organisation.

Nothing is joined by itself: a mother and a daughter share a mailbox, and a small organisation
shares one among all its people. Staff look at each pair and say which it is.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from programme import staff
from programme.importing.spelling import fold
from programme.people_refusals import PersonNotFound, SamePerson
from storage import duplicates
from storage.database import Tx
from storage.duplicates import Known
from storage.staff import StaffMember

MAIL, NAME = "mail", "name"
# A mailbox of many people says nothing about any two of them.
MOST_OF_ONE_MAILBOX = 5


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one person, why, and the events at which both hold something."""

    first: Known
    second: Known
    why: tuple[str, ...]
    events: tuple[str, ...]


async def pairs(tx: Tx, *, member: StaffMember) -> list[Pair]:
    """List the pairs that nobody has decided about, those with a doubled registration first."""
    staff.permit(member, "people")
    known = await duplicates.everyone(tx)
    held = await duplicates.open_events(tx)
    apart = await duplicates.told_apart(tx)
    reasons = _reasons(known)
    by_id = {one.id: one for one in known}
    found = []
    for (lower, higher), why in reasons.items():
        if (lower, higher) in apart:
            continue
        mine, theirs = held.get(lower, {}), held.get(higher, {})
        both = tuple(title for number, title in mine.items() if number in theirs)
        found.append(Pair(by_id[lower], by_id[higher], why, both))
    return sorted(found, key=_urgency)


def _urgency(pair: Pair) -> tuple[bool, bool, int, int, int]:
    """Order pairs: a doubled seat first, then the same name, then whatever has more reasons."""
    return (
        not pair.events,
        NAME not in pair.why and not alike(pair),
        -len(pair.why),
        pair.first.id,
        pair.second.id,
    )


def alike(pair: Pair) -> bool:
    """Tell whether two names have the same words, in whatever order."""
    return sorted(fold(pair.first.name).split()) == sorted(fold(pair.second.name).split())


def _reasons(known: list[Known]) -> dict[tuple[int, int], tuple[str, ...]]:
    by_mail = _together(known, lambda one: one.mails)
    by_name = _together(known, _name_keys)
    shared = [group for group in by_mail if len(group) <= MOST_OF_ONE_MAILBOX]
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for why, groups in ((MAIL, shared), (NAME, by_name)):
        for group in groups:
            for lower, higher in combinations(sorted(group), 2):
                before = found.get((lower, higher), ())
                found[lower, higher] = before if why in before else (*before, why)
    return found


def _name_keys(one: Known) -> list[tuple[str, Hashable]]:
    name = " ".join(sorted(fold(one.name).split()))
    where: Hashable = one.organisation_id or fold(one.organisation)
    return [(name, where)] if name and where else []


def _together(known: list[Known], keys: Callable[[Known], Iterable[Hashable]]) -> list[set[int]]:
    groups: dict[Hashable, set[int]] = {}
    for one in known:
        for key in keys(one):
            groups.setdefault(key, set()).add(one.id)
    return [group for group in groups.values() if len(group) > 1]


async def one_pair(tx: Tx, *, first_id: int, second_id: int, member: StaffMember) -> Pair:
    """Look at two people, whatever speaks for their being one.

    Raises SamePerson, or PersonNotFound also for somebody who was joined before.
    """
    staff.permit(member, "people")
    if first_id == second_id:
        raise SamePerson
    known = {one.id: one for one in await duplicates.everyone(tx, (first_id, second_id))}
    if len(known) != len({first_id, second_id}):
        raise PersonNotFound
    lower, higher = known[min(known)], known[max(known)]
    held = await duplicates.open_events(tx)
    mine, theirs = held.get(lower.id, {}), held.get(higher.id, {})
    both = tuple(title for number, title in mine.items() if number in theirs)
    why = _reasons([lower, higher]).get((lower.id, higher.id), ())
    return Pair(lower, higher, why, both)


async def tell_apart(
    tx: Tx, *, first_id: int, second_id: int, member: StaffMember, now: datetime
) -> None:
    """Keep that two entries are two people; they are not listed again."""
    staff.permit(member, "people")
    pair = await one_pair(tx, first_id=first_id, second_id=second_id, member=member)
    numbers = (pair.first.id, pair.second.id)
    if await duplicates.tell_apart(tx, numbers, staff_id=member.id, now=now):
        detail = {"people": list(numbers)}
        await staff.record(tx, member, "not_duplicate", detail=detail, now=now)


__all__ = ["MAIL", "NAME", "Known", "Pair", "alike", "one_pair", "pairs", "tell_apart"]
