"""Find a person and look at everything they have, for staff."""

from dataclasses import dataclass

from programme.answers import text
from programme.asking import following, fresh
from programme.importing.spelling import fold
from programme.organisations import likeness
from programme.people_refusals import PersonNotFound
from storage import duplicates, people, person_history
from storage.conversations import Conversation
from storage.database import Tx
from storage.duplicates import Known
from storage.people import Contact, Person
from storage.person_history import Belonging, Past

# A word that is typed wrongly still means the same one from here on.
ENOUGH = 0.7
SHORTEST = 2


FLOW = "people"
WORDS_LENGTH = 100


@dataclass(frozen=True)
class Card:
    """One person: who they are, how they are reached, what they registered for."""

    person: Person
    phone: str
    organisations: list[Belonging]
    contacts: list[Contact]
    history: list[Past]
    joined: list[str]


def begin(state: Conversation, *, same_as: int | None) -> Conversation:
    """Open the question for a part of a name; `same_as` asks for the other half of a pair."""
    return following(fresh(state, FLOW, same_as=same_as), "find")


def checked(raw: str) -> str:
    """Give the words to look for; raises a kind of AnswerRefused."""
    return str(text(raw, WORDS_LENGTH))


async def find(tx: Tx, *, words: str, limit: int = 100) -> list[Known]:
    """List the people a part of a name, a misspelt name or an address may mean, likeliest first.

    Every word must be like a word of the name, or begin one.
    """
    known = await duplicates.everyone(tx)
    address = words.strip().casefold()
    if "@" in address:
        return [one for one in known if any(address in mail for mail in one.mails)][:limit]
    wanted = [word for word in fold(words).split() if word]
    if not wanted:
        return []
    scored = [(_score(wanted, fold(one.name).split()), one) for one in known]
    good = [(score, one) for score, one in scored if score > 0]
    good.sort(key=lambda each: (-each[0], fold(each[1].name), each[1].id))
    return [one for _score, one in good[:limit]]


def _score(wanted: list[str], name: list[str]) -> float:
    best = [max((_like(word, part) for part in name), default=0.0) for word in wanted]
    return sum(best) / len(best) if min(best) >= ENOUGH else 0.0


def _like(word: str, part: str) -> float:
    if part.startswith(word) and len(word) >= min(SHORTEST, len(part)):
        return 0.9 + 0.1 * len(word) / len(part)
    return likeness(word, part)


async def card(tx: Tx, *, person_id: int) -> Card:
    """Look at one person; somebody joined into another leads to that one.

    Raises PersonNotFound.
    """
    if not await people.exists(tx, person_id):
        raise PersonNotFound
    person = await people.who_is_now(tx, person_id)
    return Card(
        person,
        await person_history.phone(tx, person.id),
        await person_history.organisations(tx, person.id),
        await people.contacts(tx, person.id),
        await person_history.registrations(tx, person.id),
        await person_history.joined_names(tx, person.id),
    )


__all__ = ["FLOW", "Card", "Known", "Past", "begin", "card", "checked", "find"]
