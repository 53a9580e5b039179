"""The dialogues about documents: a member's file, and why staff send a document back."""

from delivery.chat import ChatMessage
from handlers.telegram import document_desk_screens, document_screens, rights
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import asking, document_checks, document_steps
from programme.asking import Asked
from programme.conversations import StaffMember
from programme.document_checks import Sheet
from programme.document_refusals import DocumentChecked, DocumentReplaced, FileLost
from programme.document_steps import FLOW, FLOW_REASON, Ended
from programme.documents import Kept
from programme.refusals import PersonUnknown, Refusal

# What another member of staff may have done meanwhile.
TOO_LATE = (DocumentChecked, DocumentReplaced)


def person_id(turn: Turn) -> int:
    """Give the number of the person who writes; raises PersonUnknown."""
    if turn.chat.person is None:
        raise PersonUnknown
    return turn.chat.person.id


async def begin(turn: Turn, registration_id: int, required_id: int) -> None:
    """Ask for the file of a document."""
    asked = await document_steps.begin(
        turn.tx,
        state=turn.state,
        registration_id=registration_id,
        required_id=required_id,
        person_id=person_id(turn),
        now=turn.now,
    )
    await _put(turn, asked)


async def ask(turn: Turn, note: str = "") -> None:
    """Ask for the file, or which document it is, once more."""
    asked = await document_steps.ask(
        turn.tx, state=turn.state, person_id=person_id(turn), now=turn.now
    )
    await _put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take the answer to which document a file is; words where a file is wanted are refused."""
    if turn.state.step == document_steps.FILE:
        await ask(turn, turn.t("We are waiting for a photo or a PDF file here."))
        return
    try:
        done = await document_steps.answer(
            turn.tx, state=turn.state, raw=raw, person_id=person_id(turn), now=turn.now
        )
    except FileLost as lost:
        await turn.say(ChatMessage(refused(turn.t, lost, zone=turn.desk.zone)))
        done = await document_steps.answer(
            turn.tx,
            state=turn.state,
            raw=document_steps.NONE,
            person_id=person_id(turn),
            now=turn.now,
        )
        await _go_on(turn, done)
        return
    await _say_done(turn, done)
    await _go_on(turn, done)


async def take(turn: Turn, file: Kept) -> bool:
    """Take a file that was sent; tell whether a row names it now."""
    followed = await document_steps.take(
        turn.tx, state=turn.state, person_id=person_id(turn), file=file, now=turn.now
    )
    if isinstance(followed, Asked):
        await _put(turn, followed)
    elif isinstance(followed, Ended):
        await turn.keep(followed.conversation)
        await _say_done(turn, followed)
    else:
        await turn.keep(followed)
        await turn.say(document_screens.one_more_held(turn.t))
    return True


async def refuse(turn: Turn, refusal: Refusal) -> None:
    """Say why a file is not taken; who is being asked for one is asked once more."""
    if turn.state.flow != FLOW:
        raise refusal
    await ask(turn, refused(turn.t, refusal, zone=turn.desk.zone))


async def _put(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, document_screens.question(turn.t, asked), note)


async def _say_done(turn: Turn, done: Ended) -> None:
    if done.papers is None:
        await turn.say(document_screens.thrown_away(turn.t))
    else:
        await turn.say(document_screens.handed_in(turn.t, done.papers, done.title))


async def _go_on(turn: Turn, done: Ended) -> None:
    """Keep where we are, and ask about the next file that is held, if any."""
    await turn.keep(done.conversation)
    if done.conversation.flow:
        await ask(turn)


# --- why a document is sent back ---


async def begin_reason(turn: Turn, version_id: int, member: StaffMember) -> None:
    """Ask staff why a document is sent back."""
    await _put_reason(
        turn,
        await document_steps.begin_reason(
            turn.tx, state=turn.state, version_id=version_id, member=member
        ),
    )


async def ask_reason(turn: Turn, note: str = "") -> None:
    """Ask for the reason once more; a document that was decided on meanwhile ends it."""
    member = await _allowed(turn)
    try:
        asked = await document_steps.ask_reason(turn.tx, state=turn.state, member=member)
    except TOO_LATE as refusal:
        await end_too_late(turn, refusal, turn.state.data["version_id"], member)
        return
    await _put_reason(turn, asked, note=note)


async def answer_reason(turn: Turn, raw: str) -> None:
    """Send the document back for the reason that was typed or pressed."""
    member = await _allowed(turn)
    reason = document_desk_screens.ready_reason(turn.t, raw) or raw
    try:
        state, after = await document_steps.answer_reason(
            turn.tx, state=turn.state, reason=reason, member=member, now=turn.now
        )
    except TOO_LATE as refusal:
        await end_too_late(turn, refusal, turn.state.data["version_id"], member)
        return
    await turn.keep(state)
    await say_decided(turn, after, turn.t("Sent back. The person is told why."), member)


async def end_too_late(turn: Turn, refusal: Refusal, version_id: int, member: StaffMember) -> None:
    """Say that somebody was faster, and offer the next document; a question about it ends."""
    if turn.state.flow == FLOW_REASON:
        await turn.keep(asking.ended(turn.state))
    event_id = await document_checks.event_of(turn.tx, version_id=version_id, member=member)
    seen = await document_checks.overview(turn.tx, event_id=event_id, member=member)
    note = refused(turn.t, refusal, zone=turn.desk.zone)
    await turn.say(document_desk_screens.too_late(turn.t, seen, note=note))


async def say_accepted(turn: Turn, after: Sheet, member: StaffMember) -> None:
    """Say that a document was accepted, and whether it was the last one."""
    note = turn.t("Accepted.")
    if after.papers.complete:
        note = turn.t("Accepted. All documents of this person are in order, and they are told.")
    await say_decided(turn, after, note, member)


async def say_decided(turn: Turn, after: Sheet, note: str, member: StaffMember) -> None:
    """Say what was done with a document, and how many wait for a check."""
    seen = await document_checks.overview(turn.tx, event_id=after.papers.event.id, member=member)
    await turn.say(document_desk_screens.decided(turn.t, after, seen, note=note))


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "documents", flow=document_steps.FLOW_REASON)


async def _put_reason(turn: Turn, asked: Asked, *, note: str = "") -> None:
    await turn.ask(asked, document_desk_screens.reason_question(turn.t, asked), note)
