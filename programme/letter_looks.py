"""A letter to many as it will look to the two readers who try it most: longest and fewest words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from programme import audience_reading, letter_facts, placeholders
from programme.audience_choice import Choice
from programme.invitations import NAMES_SHOWN, Audience
from programme.letter_facts import Reader
from programme.notices import way
from storage import people
from storage.database import Tx
from storage.invitations import Invitation

# Whatever it is kept as, it is written as an invitation or a correction.
KIND = "invitation"
# Some of the first people are reached by nothing, and are not among the names.
LOOKED_AT = 5 * NAMES_SHOWN


@dataclass(frozen=True)
class Look:
    """The facts of the message to one reader."""

    facts: dict[str, Any]
    name: str
    locale: str
    is_longest: bool


async def looks(tx: Tx, letter: Invitation) -> list[Look]:
    """Give the letter for the longest and the emptiest reader; one look where they read the same.

    An audience of nobody, or of organisations alone, gives a look at a letter to nobody.
    """
    found = await audience_reading.extremes(tx, Choice.from_json(letter.audience))
    persons = [(found.longest, True), (found.emptiest, False)]
    readers = [
        (await letter_facts.reader_of(tx, person), is_longest)
        for person, is_longest in persons
        if person is not None
    ]
    readers = readers or [(Reader(""), False)]
    texts = (letter.content.get("subject", ""), letter.content.get("body", ""))
    personal = any(placeholders.used(text) for text in texts)
    shown = readers if personal else readers[:1]
    return [
        Look(await letter_facts.shown(tx, letter, reader), reader.name, reader.locale, is_longest)
        for reader, is_longest in shown
    ]


async def with_sample(tx: Tx, letter: Invitation, reader: Reader) -> Reader:
    """Lend whoever tries a letter the organisation of a real reader, where they have none."""
    if reader.organisation and reader.locality:
        return reader
    longest = (await audience_reading.extremes(tx, Choice.from_json(letter.audience))).longest
    if longest is None:
        return reader
    lent = await letter_facts.reader_of(tx, longest)
    return replace(
        reader,
        organisation=reader.organisation or lent.organisation,
        locality=reader.locality or lent.locality,
    )


async def gaps(tx: Tx, letter: Invitation) -> tuple[str, tuple[str, ...]]:
    """Name the reader of whom we know least, and the placeholders that stay empty for them."""
    emptiest = (await audience_reading.extremes(tx, Choice.from_json(letter.audience))).emptiest
    if emptiest is None:
        return "", ()
    reader = await letter_facts.reader_of(tx, emptiest)
    texts = (letter.content.get("subject", ""), letter.content.get("body", ""))
    values = placeholders.of_reader(
        texts, person=reader.name, organisation=reader.organisation, locality=reader.locality
    )
    return reader.name, tuple(name for name, value in values.items() if not value)


async def audience_of(tx: Tx, choice: Choice, now: datetime) -> Audience:
    """Count whom a letter goes to, with the first names of the list."""
    count = await audience_reading.count(tx, choice, now)
    everybody = await audience_reading.ceiling(tx)
    persons = await audience_reading.persons(tx, choice, 0, everybody, LOOKED_AT)
    known = await people.contacts_of_many(tx, [one.id for one in persons])
    told = [one.name for one in persons if one.invitations and way(one, known[one.id])]
    units = await audience_reading.organisations(tx, choice)
    names = (*told, *(unit.name for unit in units))[:NAMES_SHOWN]
    return Audience(
        people=count.people,
        organisations=count.organisations,
        by_chat=count.by_chat,
        by_mail=count.by_mail,
        unreachable=count.unreachable,
        names=names,
        unwanted=count.unwanted,
        postal=count.postal,
    )
