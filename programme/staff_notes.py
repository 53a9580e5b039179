"""Notes that staff write about a person or an organisation, for each other.

A note is personal data of whom it is about: it is shown to them when they ask for theirs, moves
with them when two entries become one, and has no more than a thousand characters.
"""

from dataclasses import dataclass
from datetime import datetime

from programme import staff
from programme.answers import text
from programme.asking import ended, following, fresh
from programme.directory_refusals import NoteGone, NoteOfAnother, OrganisationNotFound
from programme.people_refusals import PersonNotFound
from storage import organisations, people
from storage import staff_notes as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember
from storage.staff_notes import Note, Whom

FLOW = "note"
LENGTH = 1000
ON_PAGE = 5


@dataclass(frozen=True)
class NotePage:
    """One page of notes about one person or organisation, the newest first."""

    whom: Whom
    name: str
    notes: tuple[Note, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Written:
    """A note was kept, and the dialogue is over."""

    conversation: Conversation
    whom: Whom


async def begin(tx: Tx, *, state: Conversation, whom: Whom, member: StaffMember) -> Conversation:
    """Open the question for a note; raises PersonNotFound or OrganisationNotFound."""
    staff.permit(member, "notes")
    known = await _standing(tx, whom)
    about = {"person_id": known.person_id, "organisation_id": known.organisation_id}
    return following(fresh(state, FLOW, **about), "note")


def whom_of(state: Conversation) -> Whom:
    """Tell whom the open question is about."""
    return Whom(state.data["person_id"], state.data["organisation_id"])


async def name_of(tx: Tx, whom: Whom) -> str:
    """Name a person or an organisation; raises PersonNotFound or OrganisationNotFound."""
    known = await _standing(tx, whom)
    if known.person_id is not None:
        return (await people.get(tx, known.person_id)).name
    unit = await organisations.get(tx, known.organisation_id or 0)
    return unit.name if unit else ""


async def _standing(tx: Tx, whom: Whom) -> Whom:
    """Tell whom it is about now: somebody joined into another is that one."""
    if whom.person_id is not None:
        if not await people.exists(tx, whom.person_id):
            raise PersonNotFound
        return Whom(person_id=(await people.who_is_now(tx, whom.person_id)).id)
    if await organisations.get(tx, whom.organisation_id or 0) is None:
        raise OrganisationNotFound
    return whom


async def answer(
    tx: Tx, *, state: Conversation, raw: str, member: StaffMember, now: datetime
) -> Written:
    """Keep what was typed as a note; raises a kind of AnswerRefused."""
    staff.permit(member, "notes")
    whom = await write(tx, whom=whom_of(state), words=raw, member=member, now=now)
    return Written(ended(state), whom)


async def write(tx: Tx, *, whom: Whom, words: str, member: StaffMember, now: datetime) -> Whom:
    """Keep a note and tell whom it is about now; raises a kind of AnswerRefused."""
    staff.permit(member, "notes")
    kept = text(words, LENGTH)
    about = await _standing(tx, whom)
    number = await rows.add(tx, whom=about, text=kept, staff_id=member.id, now=now)
    await staff.record(tx, member, "note", detail=_detail(about) | {"note": number}, now=now)
    return about


async def page(tx: Tx, *, whom: Whom, number: int, member: StaffMember) -> NotePage:
    """Give one page of notes; raises PersonNotFound or OrganisationNotFound."""
    staff.permit(member, "search")
    about = await _standing(tx, whom)
    total = await rows.count(tx, about)
    pages = max(1, -(-total // ON_PAGE))
    at = min(max(0, number), pages - 1)
    listed = await rows.page(tx, about, limit=ON_PAGE, offset=at * ON_PAGE)
    return NotePage(about, await name_of(tx, about), tuple(listed), at, pages, total)


async def remove(tx: Tx, *, note_id: int, member: StaffMember, now: datetime) -> Whom:
    """Let a note be seen no more, and tell whom it was about; raises NoteGone, NoteOfAnother."""
    staff.permit(member, "notes")
    note = await rows.get(tx, note_id)
    if note is None:
        raise NoteGone
    if not may_remove(note, member):
        raise NoteOfAnother
    if not await rows.remove(tx, note_id, staff_id=member.id, now=now):
        raise NoteGone
    whom = Whom(note.person_id, note.organisation_id)
    detail = _detail(whom) | {"note": note_id, "author": note.staff_id}
    await staff.record(tx, member, "note removed", detail=detail, now=now)
    return whom


def may_remove(note: Note, member: StaffMember) -> bool:
    """Tell whether somebody of staff may remove a note: their own, or as a coordinator."""
    mine = note.staff_id == member.id and member.role in staff.ACTIONS["notes"]
    return mine or member.role in staff.COORDINATORS


def _detail(whom: Whom) -> dict[str, int]:
    about = {"person": whom.person_id, "organisation": whom.organisation_id}
    return {name: number for name, number in about.items() if number is not None}


__all__ = [
    "FLOW",
    "LENGTH",
    "ON_PAGE",
    "Note",
    "NotePage",
    "Whom",
    "Written",
    "answer",
    "begin",
    "may_remove",
    "name_of",
    "page",
    "remove",
    "whom_of",
    "write",
]
