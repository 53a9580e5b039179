"""What staff do with documents: accept, send back with a reason, note a paper at the office."""

from dataclasses import dataclass
from datetime import datetime

from programme import staff
from programme.document_notices import tell_complete, tell_returned
from programme.document_refusals import (
    DocumentChecked,
    DocumentInOrder,
    DocumentNotNeeded,
    DocumentReplaced,
    DocumentUnknown,
)
from programme.documents import Paper, Papers, look
from programme.refusals import AnswerEmpty, AnswerTooLong, EventUnknown
from storage import documents, events, files, people
from storage.database import Tx
from storage.documents import Document, PersonCount
from storage.events import Event
from storage.files import StoredFile
from storage.people import Person
from storage.registrations import OPEN
from storage.staff import StaffMember

REASON_LIMIT = 300


@dataclass(frozen=True)
class Overview:
    """How the documents of an event stand."""

    event: Event
    required: tuple[str, ...]
    counts: tuple[PersonCount, ...]
    to_check: int


@dataclass(frozen=True)
class Sheet:
    """One person's documents for one event, as staff see them."""

    person: Person
    papers: Papers


@dataclass(frozen=True)
class Handed:
    """One document that lies before staff; `file` is None for a paper at the office."""

    sheet: Sheet
    paper: Paper
    handed_in_at: datetime
    file: StoredFile | None


async def overview(tx: Tx, *, event_id: int, member: StaffMember) -> Overview:
    """Look at the documents of an event; raises EventUnknown."""
    staff.permit(member, "documents")
    event = await events.get(tx, event_id)
    if event is None:
        raise EventUnknown
    return Overview(
        event,
        tuple(each.title for each in await documents.required_of_event(tx, event_id)),
        tuple(await documents.count_people(tx, event_id)),
        await documents.count_to_check(tx, event_id),
    )


async def sheet(tx: Tx, *, registration_id: int, member: StaffMember) -> Sheet:
    """Look at one person's documents, and let nobody change them; raises DocumentUnknown."""
    staff.permit(member, "documents")
    return await _sheet(tx, registration_id)


async def _sheet(tx: Tx, registration_id: int) -> Sheet:
    registration = await documents.lock_registration(tx, registration_id)
    if registration is None:
        raise DocumentUnknown
    person = await people.get(tx, registration.person_id)
    return Sheet(person, await look(tx, registration))


async def _handed(tx: Tx, document: Document) -> Handed:
    found = await _sheet(tx, document.registration_id)
    paper = found.papers.paper(document.required_document_id)
    file = await files.get(tx, document.file_id) if document.file_id is not None else None
    return Handed(found, paper, document.handed_in_at, file)


async def one(tx: Tx, *, version_id: int, member: StaffMember) -> Handed:
    """Look at a document; raises DocumentUnknown, or DocumentReplaced by a newer version."""
    staff.permit(member, "documents")
    found = await documents.by_version(tx, version_id)
    if found is None:
        raise DocumentUnknown
    document, is_newest = found
    if not is_newest:
        raise DocumentReplaced
    return await _handed(tx, document)


async def event_of(tx: Tx, *, version_id: int, member: StaffMember) -> int:
    """Tell to which event a version belongs; raises DocumentUnknown."""
    staff.permit(member, "documents")
    found = await documents.by_version(tx, version_id)
    if found is None:
        raise DocumentUnknown
    return (await _sheet(tx, found[0].registration_id)).papers.event.id


async def first_to_check(tx: Tx, *, event_id: int, member: StaffMember) -> Handed | None:
    """Give the document of an event that waits longest; None when all are checked."""
    staff.permit(member, "documents")
    document = await documents.next_to_check(tx, event_id)
    return await _handed(tx, document) if document is not None else None


async def accept(tx: Tx, *, version_id: int, member: StaffMember, now: datetime) -> Sheet:
    """Accept a document; the person is told once all of theirs are accepted.

    Raises DocumentUnknown, DocumentReplaced, or DocumentChecked when somebody was faster.
    """
    staff.permit(member, "documents")
    return await _decide(tx, version_id, "accepted", "", member, now)


async def send_back(
    tx: Tx, *, version_id: int, reason: str, member: StaffMember, now: datetime
) -> Sheet:
    """Send a document back with a reason, which the person is told with a button to mend it.

    Raises AnswerEmpty, AnswerTooLong, and what `accept` raises.
    """
    staff.permit(member, "documents")
    words = checked_reason(reason)
    return await _decide(tx, version_id, "returned", words, member, now)


def checked_reason(reason: str) -> str:
    """Tidy the reason that staff typed; raises AnswerEmpty or AnswerTooLong."""
    words = " ".join(reason.split())
    if not any(letter.isalnum() for letter in words):
        raise AnswerEmpty
    if len(words) > REASON_LIMIT:
        raise AnswerTooLong(REASON_LIMIT)
    return words


async def _decide(
    tx: Tx, version_id: int, outcome: str, reason: str, member: StaffMember, now: datetime
) -> Sheet:
    found = await documents.by_version(tx, version_id)
    if found is None:
        raise DocumentUnknown
    # The lock first: what is read before it may be old.
    await documents.lock_registration(tx, found[0].registration_id)
    handed = await one(tx, version_id=version_id, member=member)
    document = await documents.by_version(tx, version_id)
    done = document is not None and await documents.decide(
        tx, document[0], outcome=outcome, reason=reason, staff_id=member.id, now=now
    )
    if not done:
        raise DocumentChecked(handed.paper.title, handed.paper.state)
    return await _after(tx, handed.sheet, version_id, outcome, member, now)


async def _after(
    tx: Tx, before: Sheet, version_id: int, outcome: str, member: StaffMember, now: datetime
) -> Sheet:
    registration_id = before.papers.registration.id
    await staff.record(
        tx,
        member,
        "documents",
        detail={"registration": registration_id, "version": version_id, "outcome": outcome},
        now=now,
    )
    after = await _sheet(tx, registration_id)
    if before.papers.registration.state in OPEN:
        if outcome == "returned":
            await tell_returned(tx, after.papers, version_id=version_id, now=now)
        elif after.papers.complete:
            await tell_complete(tx, after.papers, version_id=version_id, now=now)
    return after


async def tick_paper(
    tx: Tx, *, registration_id: int, required_id: int, member: StaffMember, now: datetime
) -> Sheet:
    """Note that the paper itself lies at the office and is in order.

    Raises DocumentUnknown, DocumentNotNeeded after a cancellation, DocumentInOrder.
    """
    staff.permit(member, "documents")
    before = await _sheet(tx, registration_id)
    paper = before.papers.paper(required_id)
    if before.papers.registration.state not in OPEN:
        raise DocumentNotNeeded
    if paper.state == "accepted":
        raise DocumentInOrder(paper.title)
    version_id = await documents.hand_in(
        tx,
        registration_id=registration_id,
        required_id=required_id,
        file_id=None,
        door="staff",
        now=now,
    )
    found = await documents.by_version(tx, version_id)
    if found is not None:
        await documents.decide(
            tx, found[0], outcome="accepted", reason="", staff_id=member.id, now=now
        )
    return await _after(tx, before, version_id, "accepted", member, now)


__all__ = [
    "Handed",
    "Overview",
    "PersonCount",
    "Sheet",
    "accept",
    "checked_reason",
    "event_of",
    "first_to_check",
    "one",
    "overview",
    "send_back",
    "sheet",
    "tick_paper",
]
