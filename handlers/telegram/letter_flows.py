"""The dialogue in which staff write a letter to many, its file, its test and its previews."""

from delivery.chat import ChatMessage, to_json
from delivery.letter_room import too_many
from handlers.telegram import letter_previews, letter_screens, rights, second_look_screens
from handlers.telegram.staff_flows import put, under_way
from handlers.telegram.turn import Turn
from handlers.telegram.words import refused
from programme import asking, invitation_drafts, invitation_steps, letter_tests, notices
from programme.asking import Asked
from programme.broadcasting import Started
from programme.conversations import StaffMember
from programme.document_refusals import DocumentRefused, FileLost, FileTooBig
from programme.documents import Kept
from programme.invitation_refusals import (
    LetterChanged,
    LetterClosed,
    LetterFileLost,
    LetterFileNotPdf,
    LetterFileTooLarge,
    LetterUnknown,
    LetterUnready,
    NobodyElse,
)
from programme.invitation_sending import Confirmed, Proposed, Rules
from programme.invitation_steps import CONFIRM, FLOW
from programme.letter_files import MOST_MEGABYTES, attach
from programme.refusals import AnswerRefused, AudienceEmpty, Refusal, TextTooLong
from texts.dates import date_line
from texts.translator import load

MEND = (AnswerRefused, AudienceEmpty, TextTooLong, NobodyElse, LetterUnready)
# The letter is not what this dialogue thinks it is, so the dialogue is over.
GONE = (LetterChanged, LetterClosed, LetterUnknown)


def rules(turn: Turn) -> Rules:
    """Say what the installation says of letters to many."""
    return Rules(
        quiet=turn.desk.quiet,
        zone=turn.desk.zone,
        link=f"https://t.me/{turn.desk.bot_name}",
        second_eyes=turn.desk.second_eyes,
    )


async def ask(turn: Turn, note: str = "") -> None:
    """Ask the open question again."""
    member = await _allowed(turn)
    try:
        asked = await invitation_steps.ask(turn.tx, state=turn.state, member=member, now=turn.now)
    except GONE as refusal:
        await _over(turn, refusal)
        return
    await put(turn, asked, note=note)


async def answer(turn: Turn, raw: str) -> None:
    """Take an answer; what can be mended is asked again."""
    member = await _allowed(turn)
    try:
        if turn.state.step == CONFIRM and raw in _ASIDE:
            await _ASIDE[raw](turn, member)
        else:
            await _take(turn, member, raw)
    except MEND as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))
    except GONE as refusal:
        await _over(turn, refusal)


async def _over(turn: Turn, refusal: Refusal) -> None:
    await turn.keep(asking.ended(turn.state))
    await turn.say(ChatMessage(refused(turn.t, refusal, zone=turn.desk.zone)))


async def _allowed(turn: Turn) -> StaffMember:
    return await rights.allowed(turn, "invite", flow=FLOW)


async def _take(turn: Turn, member: StaffMember, raw: str) -> None:
    following = await invitation_steps.answer(
        turn.tx,
        state=turn.state,
        raw=raw,
        member=member,
        rules=rules(turn),
        room=too_many,
        now=turn.now,
    )
    if isinstance(following, Asked):
        await put(turn, following)
        return
    state, confirmed = following
    if isinstance(confirmed, Started):
        await under_way(turn, state, confirmed.broadcast_id)
        return
    await turn.keep(state)
    await _say_outcome(turn, confirmed)


async def _say_outcome(turn: Turn, confirmed: Confirmed | None) -> None:
    if confirmed is None:
        await turn.say(letter_screens.given_up(turn.t))
    elif isinstance(confirmed, Proposed):
        await _lay_before_others(turn, confirmed)
        await turn.say(second_look_screens.proposed(turn.t, confirmed))
    elif not isinstance(confirmed, Started):
        await turn.say(letter_screens.in_digest(turn.t, date_line(confirmed.day, turn.t.locale)))


async def _lay_before_others(turn: Turn, proposed: Proposed) -> None:
    letter = proposed.letter
    for other in proposed.others:
        message = second_look_screens.asks(load(other.locale), letter, proposed.people)
        await notices.reply(
            turn.tx,
            chat_id=other.chat_id,
            key=f"second_look:{letter.id}:{letter.revision}:{other.chat_id}",
            message=to_json(message),
            locale=other.locale,
            now=turn.now,
        )


async def _test(turn: Turn, member: StaffMember) -> None:
    mails = await letter_tests.send(
        turn.tx,
        member=member,
        invitation_id=turn.state.data["letter"],
        key=turn.key,
        locale=turn.t.locale,
        now=turn.now,
    )
    await ask(turn, note=letter_screens.test_sent(turn.t, mails))


async def _preview(turn: Turn, member: StaffMember) -> None:
    letter = await invitation_drafts.open_draft(
        turn.tx, member=member, invitation_id=turn.state.data["letter"]
    )
    await letter_previews.say(turn, letter)
    await ask(turn)


_ASIDE = {"test": _test, "preview": _preview}


async def take_file(turn: Turn, kept: Kept) -> bool:
    """Let a file go with the letter; tell whether a row names it now."""
    member = await _allowed(turn)
    try:
        state = await attach(
            turn.tx, state=turn.state, member=member, kept=kept, room=too_many, now=turn.now
        )
    except MEND as refusal:
        await ask(turn, note=refused(turn.t, refusal, zone=turn.desk.zone))
        return False
    await put(turn, await invitation_steps.ask(turn.tx, state=state, member=member, now=turn.now))
    return True


async def refuse_file(turn: Turn, refusal: DocumentRefused) -> None:
    """Say why a file does not go with the letter, and wait for another."""
    said: Refusal = LetterFileNotPdf()
    if isinstance(refusal, FileTooBig):
        said = LetterFileTooLarge(MOST_MEGABYTES)
    elif isinstance(refusal, FileLost):
        said = LetterFileLost()
    await ask(turn, note=refused(turn.t, said, zone=turn.desk.zone))
