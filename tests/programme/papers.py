"""Steps of tests about documents: an event that asks for some, a person, files."""

from datetime import datetime
from pathlib import Path

from programme import documents
from programme.documents import Kept
from storage import documents as rows
from storage import people
from storage import staff as staff_rows
from storage.database import Tx
from storage.files import FileStore
from storage.insert import insert_id
from storage.paper_tables import required_document
from storage.staff import StaffMember
from tests.programme.steps import register
from tests.storage.rows import FIRST_DAY, NOW, make_event, make_person

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 64
PDF = b"%PDF-1.7\n" + b"x" * 64
TITLES = ("Karta zgłoszenia", "Oświadczenie")


async def make_asking_event(tx: Tx, *, titles: tuple[str, ...] = TITLES, **terms: object) -> int:
    """Add an event that asks for documents."""
    event_id = await make_event(tx, **terms)  # type: ignore[arg-type]
    for number, title in enumerate(titles, start=1):
        await insert_id(
            tx, required_document, event_id=event_id, key=f"k{number}", number=number, title=title
        )
    return event_id


async def required_ids(tx: Tx, event_id: int) -> list[int]:
    """List the numbers of an event's required documents."""
    return [one.id for one in await rows.required_of_event(tx, event_id)]


async def make_member(tx: Tx, *, chat: int = 900, name: str = "Maria") -> StaffMember:
    """Add a coordinator."""
    staff_id = await staff_rows.grant(tx, name=name, role="coordinator", chat_id=chat, now=NOW)
    return await staff_rows.get(tx, staff_id)


async def seated(
    tx: Tx, event_id: int, *, chat: int | None = 7, name: str = "Jan Przykładowy"
) -> tuple[int, int]:
    """Register a new person; give the registration's and the person's number."""
    person_id = await make_person(tx, chat=chat, name=name)
    got = await register(tx, event_id, person_id)
    assert (await people.get(tx, person_id)).name == name
    return got.registration_id, person_id


async def keep(folder: Path, content: bytes = JPEG, *, now: datetime = NOW) -> Kept:
    """Keep bytes as a lane does."""
    return await documents.keep(FileStore(folder), content, name="skan.jpg", now=now)


async def hand_in(
    tx: Tx, folder: Path, registration_id: int, required_id: int, person_id: int
) -> documents.Papers:
    """Hand a photo in by chat."""
    return await documents.hand_in(
        tx,
        registration_id=registration_id,
        required_id=required_id,
        person_id=person_id,
        file=await keep(folder),
        door="telegram",
        now=NOW,
    )


__all__ = ["FIRST_DAY", "JPEG", "NOW", "PDF", "TITLES"]
