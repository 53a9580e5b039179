"""Required documents as a member hands them in: what is missing, the blank, the file.

Every version is kept. Staff decide about the newest one (document_checks.py); a seat is kept
while documents are missing.
"""

from dataclasses import dataclass
from datetime import datetime

from programme.document_kinds import clean_name, kind_of
from programme.document_refusals import (
    DocumentInOrder,
    DocumentNotNeeded,
    DocumentsOver,
    DocumentUnknown,
    FileLost,
)
from programme.listing import has_ended
from programme.refusals import EventCancelled
from storage import documents, events, files, registrations
from storage.database import Tx
from storage.documents import THERE, Required
from storage.events import Event
from storage.files import FileGone, FileStore, StoredFile
from storage.registrations import OPEN, Registration

MISSING = "missing"


@dataclass(frozen=True)
class Kept:
    """A file whose bytes are kept, and which no row names yet."""

    bytes: files.Bytes
    original_name: str
    content_type: str


@dataclass(frozen=True)
class Paper:
    """One required document as one registration has it: missing, handed_in, accepted, returned.

    `version_id` is its newest version, and `file_id` that version's file; a paper at the office
    has none. `reason` says why it was sent back.
    """

    required_id: int
    title: str
    has_blank: bool
    state: str = MISSING
    reason: str = ""
    version_id: int | None = None
    file_id: int | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether the person has to do something about it."""
        return self.state not in THERE


@dataclass(frozen=True)
class Papers:
    """All required documents of one registration."""

    registration: Registration
    event: Event
    papers: tuple[Paper, ...]

    @property
    def missing(self) -> tuple[Paper, ...]:
        """What the person has still to hand in."""
        return tuple(paper for paper in self.papers if paper.is_wanted)

    @property
    def complete(self) -> bool:
        """Whether staff have accepted all of them."""
        return all(paper.state == "accepted" for paper in self.papers)

    def paper(self, required_id: int) -> Paper:
        """Find one of them; raises DocumentUnknown."""
        found = [paper for paper in self.papers if paper.required_id == required_id]
        if not found:
            raise DocumentUnknown
        return found[0]


async def keep(store: FileStore, content: bytes, *, name: str, now: datetime) -> Kept:
    """Keep the bytes of a file that somebody sent, before any transaction begins.

    Raises a DocumentRefused, and keeps nothing, when it is none that we take. Whoever does not
    hand the file in afterwards drops it; what a crash leaves is swept.
    """
    kind = kind_of(content)
    kept = await store.put(content, now=now)
    return Kept(kept, clean_name(name), kind.content_type)


async def hold(tx: Tx, kept: Kept, *, now: datetime) -> StoredFile:
    """Name a kept file that nobody has handed in yet; one not handed in for a day is dropped."""
    return await files.add(
        tx,
        kept.bytes,
        original_name=kept.original_name,
        content_type=kept.content_type,
        now=now,
    )


async def look(tx: Tx, registration: Registration) -> Papers:
    """Give a registration's documents with the state of each."""
    event = await events.get(tx, registration.event_id)
    if event is None:
        raise DocumentUnknown
    known = await documents.of_registration(tx, registration.id)
    papers = []
    for required in await documents.required_of_event(tx, event.id):
        paper = Paper(required.id, required.title, required.blank_file_id is not None)
        there = known.get(required.id)
        if there is not None:
            paper = Paper(
                paper.required_id,
                paper.title,
                paper.has_blank,
                there.state,
                there.reason,
                there.version_id,
                there.file_id,
            )
        papers.append(paper)
    return Papers(registration, event, tuple(papers))


async def of_registration(tx: Tx, *, registration_id: int, person_id: int) -> Papers:
    """Give the documents of one's own registration; raises DocumentUnknown."""
    registration = await registrations.get(tx, registration_id)
    if registration is None or registration.person_id != person_id:
        raise DocumentUnknown
    return await look(tx, registration)


async def of_person(tx: Tx, *, person_id: int, now: datetime) -> list[Papers]:
    """List all that a person is registered for, not over yet, and that asks for documents."""
    found = []
    for registration in await registrations.of_person(tx, person_id):
        papers = await look(tx, registration)
        sessions = await events.sessions(tx, papers.event.id)
        if papers.papers and papers.event.state != "cancelled" and not has_ended(sessions, now):
            found.append(papers)
    return found


async def blank(tx: Tx, *, required_id: int) -> tuple[Required, StoredFile]:
    """Give the blank of a required document; raises DocumentUnknown when there is none."""
    required = await documents.get_required(tx, required_id)
    event = await events.get(tx, required.event_id) if required else None
    if required is None or event is None or event.state == "draft":
        raise DocumentUnknown
    file = await files.get(tx, required.blank_file_id) if required.blank_file_id else None
    if file is None:
        raise DocumentUnknown
    return required, file


def _check_registration(papers: Papers, person_id: int) -> None:
    if papers.registration.person_id != person_id:
        raise DocumentUnknown
    if papers.event.state == "cancelled":
        raise EventCancelled
    if papers.registration.state not in OPEN:
        raise DocumentNotNeeded


async def wanted(
    tx: Tx, *, registration_id: int, required_id: int, person_id: int, now: datetime
) -> tuple[Papers, Paper]:
    """Give a document that may be handed in now.

    Raises DocumentUnknown, EventCancelled, DocumentNotNeeded, DocumentsOver or DocumentInOrder.
    One that staff have not checked yet may be replaced.
    """
    registration = await documents.lock_registration(tx, registration_id)
    if registration is None:
        raise DocumentUnknown
    papers = await look(tx, registration)
    _check_registration(papers, person_id)
    if has_ended(await events.sessions(tx, papers.event.id), now):
        raise DocumentsOver
    paper = papers.paper(required_id)
    if paper.state == "accepted":
        raise DocumentInOrder(paper.title)
    return papers, paper


async def hand_in(
    tx: Tx,
    *,
    registration_id: int,
    required_id: int,
    person_id: int,
    file: Kept | int,
    door: str,
    now: datetime,
) -> Papers:
    """Take a file for a required document and give all documents as they are afterwards.

    `file` is what `keep` gave, or the number of what is held. An earlier version that nobody has
    checked counts as replaced. Raises what `wanted` raises, and FileLost when the held file was
    dropped meanwhile.
    """
    papers, paper = await wanted(
        tx, registration_id=registration_id, required_id=required_id, person_id=person_id, now=now
    )
    if isinstance(file, Kept):
        held: StoredFile | None = await hold(tx, file, now=now)
    else:
        held = await files.get(tx, file)
    if held is None:
        raise FileLost
    await documents.hand_in(
        tx,
        registration_id=registration_id,
        required_id=paper.required_id,
        file_id=held.id,
        door=door,
        now=now,
    )
    return await look(tx, papers.registration)


async def missing(tx: Tx, *, registration_id: int) -> list[str]:
    """Name what a registration has still to hand in; nothing when nothing is asked."""
    registration = await registrations.get(tx, registration_id)
    if registration is None or registration.state not in OPEN:
        return []
    return [paper.title for paper in (await look(tx, registration)).missing]


async def sweep(tx: Tx, store: FileStore, *, now: datetime) -> list[str]:
    """Forget files that nobody handed in for a day and name the bytes that no row names then.

    The bytes are to be dropped after the commit.
    """
    await files.forget_unused(tx, now=now)
    old = await store.older_than(now - files.UNNAMED_FOR)
    return await files.nameless(tx, old)


__all__ = [
    "FileGone",
    "FileStore",
    "Kept",
    "Paper",
    "Papers",
    "StoredFile",
    "blank",
    "hand_in",
    "hold",
    "keep",
    "look",
    "missing",
    "of_person",
    "of_registration",
    "sweep",
    "wanted",
]
