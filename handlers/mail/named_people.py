"""Gather the people that a mail names, with the addresses and telephones beside their names."""

from dataclasses import dataclass

from handlers.mail.people_in_text import Found, Reading, WrittenName
from programme.importing.spelling import fold
from programme.mail_wishes import Answer, WrittenPerson

# A name, an address, a telephone and a blank label, each on a line of its own.
_NEAR = 3


@dataclass
class NamedPerson:
    """Somebody whom a sentence names, before the whole mail is known."""

    written: str
    name: WrittenName
    unit: int
    answer: Answer
    is_bare: bool
    email: str = ""
    phone: str = ""
    is_doubtful: bool = False


def add(
    people: list[NamedPerson], place: int, found: list[Found], *, answer: Answer, is_bare: bool
) -> None:
    """Put the names of a sentence or line to the people of the mail."""
    people += [
        NamedPerson(one.value, one.name, place, answer, is_bare)
        for one in found
        if one.kind == "P" and one.name is not None
    ]


def attach(people: list[NamedPerson], place: int, found: list[Found], *, alone: bool) -> bool:
    """Give addresses and telephones to the people they belong to; False where that is not plain."""
    here = {one.start: person for one, person in _beside(people, place, found)}
    if not here and alone:
        last = people[-1] if people else None
        # A line of its own below a name, with at most one line between them.
        near = last is not None and place - last.unit <= _NEAR
        if last is None or not near:
            return not any(one.kind in "ET" for one in found)
        here = {-1: last}
    plain = True
    for one in found:
        if one.kind not in {"E", "T"}:
            continue
        owner = _owner(one, here, people)
        if owner is None:
            plain = False
        elif one.kind == "E":
            owner.email = one.value
        else:
            owner.phone = one.value
    return plain


def _beside(
    people: list[NamedPerson], place: int, found: list[Found]
) -> list[tuple[Found, NamedPerson]]:
    names = [one for one in found if one.kind == "P" and one.name is not None]
    here = [person for person in people if person.unit == place]
    return list(zip(names, here, strict=False))


def _owner(
    contact: Found, here: dict[int, NamedPerson], people: list[NamedPerson]
) -> NamedPerson | None:
    def lacks(person: NamedPerson) -> bool:
        return not (person.email if contact.kind == "E" else person.phone)

    if contact.kind == "E":
        called = [
            person for person in people if _is_called(person, contact.value) and lacks(person)
        ]
        if len(called) == 1:
            return called[0]
    before = [person for start, person in sorted(here.items()) if start < contact.start]
    if before and lacks(before[-1]):
        return before[-1]
    after = [person for start, person in sorted(here.items()) if start > contact.start]
    return after[0] if after and lacks(after[0]) else None


def _is_called(person: NamedPerson, email: str) -> bool:
    name, is_sure = person.name.resolve(email=email)
    local = fold(email.partition("@")[0]).replace(" ", "")
    return is_sure and fold(name.split()[-1]) in local


def written(
    people: list[NamedPerson], *, is_answered: bool, is_doubted: bool
) -> tuple[WrittenPerson, ...]:
    """Bring the names to the nominative, each person once.

    A name alone on its line may be a signature: below an answer, or when it is the only one. Where
    a sentence says of somebody that they come or do not, it says nothing of the others.
    """
    cases = {person.name.case for person in people} - {""}
    reading: Reading = cases.pop() if len(cases) == 1 else ""
    bare = [person for person in people if person.is_bare]
    lonely = is_answered or len(bare) == len(people) == 1
    told = any(person.answer for person in people)
    out: dict[tuple[str, str], WrittenPerson] = {}
    for person in people:
        name, is_sure = person.name.resolve(email=person.email, reading=reading)
        unsure = (
            person.is_doubtful
            or (person.is_bare and (lonely or is_doubted))
            or (told and not person.answer)
        )
        found = WrittenPerson(
            name=name,
            written=person.written,
            email=person.email,
            phone=person.phone,
            is_sure=is_sure and not unsure,
        )
        out.setdefault((name, person.email), found)
    return tuple(out.values())
