"""What a letter to many says: the facts that its rows will have, for looks before it is sent."""

from dataclasses import dataclass
from typing import Any

from programme import placeholders
from programme.facts import event_facts, programme_facts
from storage import events, files, letters
from storage.database import Tx
from storage.files import StoredFile
from storage.invitations import Invitation
from storage.people import Person

CORRECTION = "correction"
WORDS = ("case_number", "dated", "subject", "body", "signature")
CORRECTS = "Sprostowanie: "
# Nobody has a longer name, and if somebody did, their message would be cut and say so.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Reader:
    """Whoever a letter is shown for, in the words that placeholders stand for."""

    name: str
    organisation: str = ""
    locality: str = ""
    locale: str = "pl"


def file_facts(file: StoredFile) -> dict[str, Any]:
    """Name a kept file; its bytes are read when the message leaves."""
    return {
        "stored": file.name,
        "filename": file.original_name or "pismo.pdf",
        "content_type": file.content_type,
        "size": file.size,
    }


async def file_of(tx: Tx, letter: Invitation) -> dict[str, Any] | None:
    """Name the file of a letter; None when it has none."""
    file = await files.get(tx, letter.file_id) if letter.file_id is not None else None
    return file_facts(file) if file else None


def content_of(letter: Invitation, *, link: str | None) -> dict[str, Any]:
    """Give what is kept with the broadcast and stands in all its rows."""
    words = {name: letter.content.get(name, "") for name in WORDS}
    subject = words["subject"]
    if letter.purpose == CORRECTION and not subject.startswith(CORRECTS):
        words["subject"] = CORRECTS + subject
    return {**words, "dated": words["dated"] or None, "link": link, "letter": letter.id}


async def about(tx: Tx, event_id: int | None) -> dict[str, Any]:
    """Give what a letter says of its event, or of the programme where it is about none."""
    event = await events.get(tx, event_id) if event_id is not None else None
    if event is None:
        return {"programme": await programme_facts(tx), "event": None, "deadline": None}
    deadline = event.deadline_at.isoformat() if event.deadline_at else None
    return await event_facts(tx, event) | {"deadline": deadline}


async def shown(tx: Tx, letter: Invitation, reader: Reader) -> dict[str, Any]:
    """Give the facts of the message that this reader would get."""
    content = content_of(letter, link=None)
    own = placeholders.of_reader(
        (content["subject"], content["body"]),
        person=reader.name,
        organisation=reader.organisation,
        locality=reader.locality,
    )
    facts = await about(tx, letter.event_id) | content
    return facts | {
        "file": await file_of(tx, letter),
        "placeholders": own,
        "person": {"name": reader.name},
    }


async def reader_of(tx: Tx, person: Person) -> Reader:
    """Give the words of a person that placeholders stand for."""
    units = await letters.units(tx, [person.organisation_id] if person.organisation_id else [])
    _name, locality = units.get(person.organisation_id or 0, ("", ""))
    return Reader(person.name, person.organisation, locality, person.locale)


async def worst_reader(tx: Tx) -> Reader:
    """Make up a reader with the longest words there are, and at least very long ones."""
    known = await letters.longest(tx)
    sizes = (known.person, known.organisation, known.locality)
    name, organisation, locality = ("ż" * max(LONGEST_NAME, size) for size in sizes)
    return Reader(name, organisation, locality)
