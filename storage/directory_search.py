"""Who may be meant by words that somebody typed: few candidates, found by the database.

A word with one slip of the finger still has its beginning or its end whole, if each is a little
less than half of it. So everybody who has a word with that beginning or that end is a candidate;
`programme.directory_search` weighs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from storage.database import Tx
from storage.tables import contact, organisation, person

SPACE = literal(" ")
SHORT = 3
# Words that must stand together, in folded letters; of several such groups one is enough.
Groups = Sequence[Sequence[str]]


class Candidate(NamedTuple):
    """Somebody who may be meant; the folded texts have the words to weigh."""

    id: int
    folded_name: str
    folded_rest: str
    sort_name: str


@dataclass(frozen=True)
class Named:
    """A person or an organisation as a list of what was found shows it."""

    id: int
    name: str
    organisation: str


def _rest() -> ColumnElement[str]:
    register = organisation.c.folded_name + SPACE + organisation.c.folded_locality
    return func.coalesce(register, person.c.folded_organisation)


def _people() -> Select[Any]:
    return (
        select(person.c.id, person.c.folded_name, _rest(), person.c.sort_name)
        .outerjoin(organisation, organisation.c.id == person.c.organisation_id)
        .where(person.c.merged_into_id.is_(None))
    )


async def _candidates(tx: Tx, query: Select[Any]) -> list[Candidate]:
    return [Candidate(*row) for row in await tx.execute(query)]


async def named(tx: Tx, person_ids: Sequence[int]) -> dict[int, Named]:
    """Read how people are called and where they are from, by number."""
    columns: Select[Any] = select(
        person.c.id,
        person.c.name,
        func.coalesce(organisation.c.name, person.c.organisation_text),
    )
    rows = await tx.execute(
        columns.outerjoin(organisation, organisation.c.id == person.c.organisation_id).where(
            person.c.id.in_(person_ids)
        )
    )
    return {row[0]: Named(*row) for row in rows}


def halves(word: str) -> tuple[str, str]:
    """Give a beginning and an end of a word, one of which a single slip leaves whole.

    A slip touches at most two letters side by side, so together they are shorter by one.
    """
    before = (len(word) - 1) // 2
    after = len(word) - 1 - before
    return word[:before], word[len(word) - after :]


def _has(text: ColumnElement[str], word: str, *, slips: bool) -> ColumnElement[bool]:
    """Say that a padded text has a word that begins like this one, or may be it with a slip."""
    start, end = halves(word)
    if not slips or not end:
        return text.like(f"% {word}%")
    starts = text.like(f"% {start or word}%")
    return or_(starts, text.like(f"%{end} %"))


def _meant(words: Sequence[str], *, alone: bool) -> ColumnElement[bool]:
    """Say that a person's name has all these words, or their organisation."""
    name, rest = SPACE + person.c.folded_name + SPACE, SPACE + _rest() + SPACE
    # Of two or three letters half a word says next to nothing, so little is forgiven there.
    return or_(
        and_(*(_has(name, word, slips=len(word) >= SHORT or not alone) for word in words)),
        and_(*(_has(rest, word, slips=len(word) > SHORT) for word in words)),
    )


async def people(tx: Tx, tokens: Sequence[Groups]) -> list[Candidate]:
    """List the people in whose name or organisation every token may be found."""
    alone = len(tokens) == 1
    wanted = [or_(*(_meant(group, alone=alone) for group in groups)) for groups in tokens]
    return await _candidates(tx, _people().where(*wanted))


async def everyone_by_name(tx: Tx) -> list[Candidate]:
    """List all people with nothing but their names: for words with more than one slip."""
    columns: Select[Any] = select(
        person.c.id, person.c.folded_name, literal(""), person.c.sort_name
    )
    return await _candidates(tx, columns.where(person.c.merged_into_id.is_(None)))


async def people_at_address(tx: Tx, part: str) -> list[Candidate]:
    """List the people with a part of an e-mail address, proved or not."""
    whose = select(contact.c.person_id).where(
        contact.c.channel == "mail", func.lower(contact.c.address).contains(part, autoescape=True)
    )
    return await _candidates(tx, _people().where(person.c.id.in_(whose)))


async def people_by_phone(tx: Tx, digits: str) -> list[Candidate]:
    """List the people whose telephone number has these digits in a row."""
    found = _people().where(person.c.phone != "", _digits(person.c.phone).contains(digits))
    return await _candidates(tx, found)


def _digits(phone: ColumnElement[str]) -> ColumnElement[str]:
    bare: ColumnElement[str] = phone
    for sign in " -().+/":
        bare = func.replace(bare, sign, "")
    return bare


def _units() -> Select[Any]:
    return select(organisation.c.id, organisation.c.name, organisation.c.locality).order_by(
        organisation.c.sort_name, organisation.c.id
    )


async def register(tx: Tx) -> list[Named]:
    """List the whole register by name."""
    return [Named(*row) for row in await tx.execute(_units())]


async def organisations_at_address(tx: Tx, part: str) -> list[Named]:
    """List the organisations with a part of an e-mail address."""
    found = _units().where(func.lower(organisation.c.email).contains(part, autoescape=True))
    return [Named(*row) for row in await tx.execute(found)]


async def organisations_by_phone(tx: Tx, digits: str) -> list[Named]:
    """List the organisations whose telephone number has these digits in a row."""
    found = _units().where(
        organisation.c.phone != "", _digits(organisation.c.phone).contains(digits)
    )
    return [Named(*row) for row in await tx.execute(found)]
