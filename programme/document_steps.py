"""Hand a document in by chat: wait for its file, or ask which document a file is.

Files that came unasked are held; each is asked about in its turn. A second dialogue is the one in
which staff say why they send a document back.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from programme import document_checks, documents, staff
from programme.asking import Asked, ended, following, fresh, number
from programme.document_checks import Handed, Sheet
from programme.document_refusals import DocumentChecked, NoDocumentMissing
from programme.documents import Kept, Papers
from programme.refusals import OptionUnknown, QuestionPassed
from storage import chats, files
from storage import documents as rows
from storage.conversations import Conversation
from storage.database import Tx
from storage.staff import StaffMember

FLOW = "document"
FLOW_REASON = "document_reason"
FILE, WHICH = "file", "which"
NONE = "none"
# More files than papers, and nobody is asked about them for ever.
MOST_HELD = 10


@dataclass(frozen=True)
class Ended:
    """The dialogue is over; `papers` are None when nothing was handed in."""

    conversation: Conversation
    papers: Papers | None
    title: str = ""


async def expects_file(tx: Tx, *, chat_id: int, now: datetime) -> bool:
    """Tell whether a file from this chat could be a document, so that it is worth fetching."""
    del now
    found = await chats.known(tx, chat_id)
    if found.person is None or found.conversation is None:
        return False
    if found.conversation.flow == FLOW:
        return True
    return not found.conversation.flow and await rows.person_has_some(tx, found.person.id)


async def begin(
    tx: Tx,
    *,
    state: Conversation,
    registration_id: int,
    required_id: int,
    person_id: int,
    now: datetime,
) -> Asked:
    """Wait for the file of a document; raises what documents.wanted raises."""
    await documents.wanted(
        tx, registration_id=registration_id, required_id=required_id, person_id=person_id, now=now
    )
    opened = fresh(state, FLOW, registration_id=registration_id, required_id=required_id)
    return await ask(tx, state=following(opened, FILE), person_id=person_id, now=now)


async def ask(tx: Tx, *, state: Conversation, person_id: int, now: datetime) -> Asked:
    """Gather what the open question needs."""
    if state.step == FILE:
        papers = await documents.of_registration(
            tx, registration_id=state.data["registration_id"], person_id=person_id
        )
        paper = papers.paper(state.data["required_id"])
        return Asked(state, "document_file", {"papers": papers, "paper": paper})
    held = await files.get(tx, state.data["held"][0])
    facts = {
        "name": held.original_name if held else "",
        "options": await options(tx, person_id=person_id, now=now),
    }
    return Asked(state, "document_which", facts)


async def options(tx: Tx, *, person_id: int, now: datetime) -> list[tuple[str, str, str]]:
    """List what a file could be: the answer's value, the document's title, the event's title."""
    return [
        (f"{papers.registration.id}.{paper.required_id}", paper.title, papers.event.title)
        for papers in await documents.of_person(tx, person_id=person_id, now=now)
        for paper in papers.missing
    ]


async def take(
    tx: Tx, *, state: Conversation, person_id: int, file: Kept, now: datetime
) -> Asked | Ended | Conversation:
    """Take a file: as the document that was asked for, or hold it and ask which one it is.

    Returns the question, the end with the documents as they are now, or, while an earlier file
    is being asked about, the conversation that holds this one too. Raises NoDocumentMissing, and
    what documents.hand_in raises.
    """
    if state.flow == FLOW and state.step == FILE:
        return await _hand_in(
            tx,
            state=ended(state),
            choice=(state.data["registration_id"], state.data["required_id"]),
            person_id=person_id,
            file=file,
            now=now,
        )
    waiting = state.data["held"] if state.flow == FLOW else []
    if not await options(tx, person_id=person_id, now=now) or len(waiting) >= MOST_HELD:
        raise NoDocumentMissing
    held = await documents.hold(tx, file, now=now)
    if waiting:
        # The question stays as it is, with its buttons.
        return dataclasses.replace(state, data={**state.data, "held": [*waiting, held.id]})
    opened = fresh(state, FLOW, held=[held.id])
    return await ask(tx, state=following(opened, WHICH), person_id=person_id, now=now)


async def answer(tx: Tx, *, state: Conversation, raw: str, person_id: int, now: datetime) -> Ended:
    """Take the answer to which document a file is; raises OptionUnknown, FileLost and others."""
    if state.step != WHICH:
        raise QuestionPassed
    held, *rest = state.data["held"]
    if raw == NONE:
        done = Ended(ended(state), None)
    else:
        known = [value for value, _, _ in await options(tx, person_id=person_id, now=now)]
        if raw not in known:
            raise OptionUnknown
        first, _, second = raw.partition(".")
        choice = (number(first) or 0, number(second) or 0)
        done = await _hand_in(
            tx, state=ended(state), choice=choice, person_id=person_id, file=held, now=now
        )
    return dataclasses.replace(done, conversation=_rest(state, rest) if rest else ended(state))


def _rest(state: Conversation, held: list[int]) -> Conversation:
    return following(dataclasses.replace(state, data={**state.data, "held": held}), WHICH)


async def _hand_in(
    tx: Tx,
    *,
    state: Conversation,
    choice: tuple[int, int],
    person_id: int,
    file: Kept | int,
    now: datetime,
) -> Ended:
    registration_id, required_id = choice
    papers = await documents.hand_in(
        tx,
        registration_id=registration_id,
        required_id=required_id,
        person_id=person_id,
        file=file,
        door="telegram",
        now=now,
    )
    return Ended(state, papers, papers.paper(required_id).title)


# --- why a document is sent back ---


async def begin_reason(
    tx: Tx, *, state: Conversation, version_id: int, member: StaffMember
) -> Asked:
    """Ask staff why they send a document back; raises what document_checks.one raises."""
    staff.permit(member, "documents")
    opened = following(fresh(state, FLOW_REASON, version_id=version_id), "reason")
    handed = await _open(tx, version_id, member)
    return Asked(opened, FLOW_REASON, {"handed": handed})


async def ask_reason(tx: Tx, *, state: Conversation, member: StaffMember) -> Asked:
    """Gather what the question needs."""
    staff.permit(member, "documents")
    return Asked(state, FLOW_REASON, {"handed": await _open(tx, state.data["version_id"], member)})


async def _open(tx: Tx, version_id: int, member: StaffMember) -> Handed:
    handed = await document_checks.one(tx, version_id=version_id, member=member)
    if handed.paper.state != "handed_in":
        raise DocumentChecked(handed.paper.title, handed.paper.state)
    return handed


async def answer_reason(
    tx: Tx, *, state: Conversation, reason: str, member: StaffMember, now: datetime
) -> tuple[Conversation, Sheet]:
    """Send the document back for this reason; raises what document_checks.send_back raises."""
    staff.permit(member, "documents")
    after = await document_checks.send_back(
        tx, version_id=state.data["version_id"], reason=reason, member=member, now=now
    )
    return ended(state), after
