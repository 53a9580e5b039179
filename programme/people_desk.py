"""Find a person and look at everything they have, for staff."""

from dataclasses import dataclass

from programme import directory_search, staff
from programme.asking import following, fresh
from programme.directory_search import checked
from programme.notices import way
from programme.people_refusals import PersonNotFound
from storage import card_rows, message_history, people, person_history, staff_notes
from storage.card_rows import Consent, NamedFor, Papers, Way
from storage.conversations import Conversation
from storage.database import Tx
from storage.directory_search import Named
from storage.people import Contact, Person
from storage.person_history import Belonging, Past
from storage.staff import StaffMember
from storage.staff_notes import Note, Whom

FLOW = "people"
# Whose names the open question is about: of people or of organisations.
PEOPLE, ORGANISATIONS = "people", "organisations"
NOTES_SHOWN = 2


@dataclass(frozen=True)
class Card:
    """One person: who they are, how they are reached, what they registered for.

    `used` is the contact at which they hear of us now. `notes` are the newest of `notes_count`.
    """

    person: Person
    phone: str
    organisations: list[Belonging]
    ways: list[Way]
    used: Contact | None
    history: list[Past]
    papers: dict[int, Papers]
    nominations: list[NamedFor]
    consents: list[Consent]
    notes: list[Note]
    notes_count: int
    messages: int
    joined: list[str]


def begin(state: Conversation, *, same_as: int | None, of: str = PEOPLE) -> Conversation:
    """Open the question for a part of a name; `same_as` asks for the other half of a pair."""
    return following(fresh(state, FLOW, same_as=same_as, of=of), "find")


def looks_for(state: Conversation) -> str:
    """Tell whether the open question is for a person or an organisation."""
    return str(state.data.get("of", PEOPLE))


async def find(tx: Tx, *, words: str, member: StaffMember, limit: int = 50) -> list[Named]:
    """List the people a part of a name, a misspelt name or an address may mean, likeliest first.

    Every word must be like a word of the name or of the organisation, or begin one.
    """
    staff.permit(member, "search")
    return await directory_search.people(tx, words=words, member=member, limit=limit)


async def card(tx: Tx, *, person_id: int, member: StaffMember) -> Card:
    """Look at one person; somebody joined into another leads to that one.

    Raises PersonNotFound.
    """
    staff.permit(member, "search")
    if not await people.exists(tx, person_id):
        raise PersonNotFound
    person = await people.who_is_now(tx, person_id)
    whom, numbers = Whom(person_id=person.id), await message_history.selves(tx, person.id)
    return Card(
        person=person,
        phone=await person_history.phone(tx, person.id),
        organisations=await person_history.organisations(tx, person.id),
        ways=await card_rows.ways(tx, person.id),
        used=way(person, await people.contacts(tx, person.id)),
        history=await person_history.registrations(tx, person.id),
        papers=await card_rows.papers(tx, person.id),
        nominations=await card_rows.named_for(tx, person.id),
        consents=await card_rows.consents(tx, person.id),
        notes=await staff_notes.page(tx, whom, limit=NOTES_SHOWN),
        notes_count=await staff_notes.count(tx, whom),
        messages=await message_history.count_of_people(tx, numbers),
        joined=await person_history.joined_names(tx, person.id),
    )


__all__ = [
    "FLOW",
    "ORGANISATIONS",
    "PEOPLE",
    "Card",
    "Consent",
    "Named",
    "Past",
    "Way",
    "begin",
    "card",
    "checked",
    "find",
    "looks_for",
]
