"""Questions in a chat: ask, take the answer, ask again what was not understood."""

from contextlib import suppress

from telegram import PollAnswer, Update

from delivery.chat import ChatMessage
from handlers.telegram import (
    buttons,
    check_in,
    letter_screens,
    profile_flows,
    screens,
    survey_flows,
)
from handlers.telegram.dialogues import DIALOGUES
from handlers.telegram.turn import Context, Turn
from handlers.telegram.words import refused
from programme import asking, conversations, invitation_steps, votes
from programme.poll_refusals import PollClosed
from programme.refusals import (
    AnswerNotText,
    AnswerRefused,
    NotInAudience,
    OptionUnknown,
    PersonUnknown,
    QuestionPassed,
)

# People who type this alone want what /anuluj does, whatever is being asked.
STOP_WORDS = {"anuluj", "stop", "cancel", "koniec"}


async def introduce(turn: Turn, *, then: str) -> None:
    """Begin to ask who somebody is, or go on asking, and remember what they wanted.

    Staff in the middle of a letter are not asked: it would be lost.
    """
    if turn.state.flow and not conversations.in_profile(turn.state):
        await pass_over(turn)
        return
    await profile_flows.begin(turn, then=then)


async def repeat_question(turn: Turn, *, note: str = "") -> None:
    """Ask the open question once more, with a sentence on why."""
    dialogue = DIALOGUES.get(turn.state.flow)
    if dialogue is not None:
        await dialogue.ask(turn, note)
    elif note:
        await turn.say(screens.stopped(note, turn.t))
    else:
        await turn.say(screens.not_understood(turn.t))


async def pass_over(turn: Turn) -> None:
    """Explain a button that has no use now, and show where we are."""
    await repeat_question(turn, note=refused(turn.t, QuestionPassed(), zone=turn.desk.zone))


async def answer(turn: Turn, raw: str) -> None:
    """Hand an answer to whatever asked; what does not fit is asked again."""
    dialogue = DIALOGUES.get(turn.state.flow)
    if dialogue is None:
        await turn.say(screens.not_understood(turn.t))
        return
    try:
        await dialogue.answer(turn, raw)
    except AnswerRefused as refusal:
        note = refused(turn.t, refusal, zone=turn.desk.zone)
        await repeat_question(turn, note=note)


async def take_text(update: Update, context: Context) -> None:
    """Take typed words as the answer to the open question, or as the wish to stop."""
    message = update.effective_message
    words, state = (message.text or "") if message else "", context.turn.state
    if words.strip(" .!").casefold() in STOP_WORDS:
        await abandon(context.turn)
    elif asking.takes_buttons_only(state) or (
        asking.is_last_look(state) and asking.is_value(words)
    ):
        note = refused(context.turn.t, OptionUnknown(), zone=context.turn.desk.zone)
        await repeat_question(context.turn, note=note)
    elif not state.flow and (code := check_in.typed(words)) is not None:
        await take_code(context.turn, code)
    else:
        await answer(context.turn, words)


async def take_code(turn: Turn, code: str) -> None:
    """Note attendance by a code; somebody unknown is asked who they are first."""
    if turn.chat.person is None and turn.chat.member is None:
        await introduce(turn, then=check_in.wish(code))
    else:
        await check_in.by_code(turn, code)


async def abandon(turn: Turn) -> None:
    """Stop what was begun; registrations stay as they are."""
    if await survey_flows.leave(turn):
        return
    busy = bool(turn.state.flow)
    letter_id = invitation_steps.letter_of(turn.state)
    await turn.keep(asking.ended(turn.state))
    if letter_id is not None:
        await turn.say(letter_screens.left_alone(turn.t, letter_id))
        return
    stopped = turn.t(
        "We have stopped and kept none of these answers. Your registrations stay as they are."
    )
    nothing = turn.t("No question was open. Your registrations stay as they are.")
    await turn.say(screens.stopped(stopped if busy else nothing, turn.t))


async def take_press(update: Update, context: Context) -> None:
    """Take a button as the answer, unless it belongs to a question that has passed."""
    query = update.callback_query
    version, value = buttons.read_answer((query.data or "") if query else "")
    turn = context.turn
    if version != turn.state.version or not turn.state.flow:
        if asking.is_value(value):
            # It may be one of an anonymous survey that is over, and says what was meant.
            await turn.seal()
        await pass_over(turn)
        return
    await answer(turn, value)


async def take_unknown_press(_update: Update, context: Context) -> None:
    """Explain a button that nobody knows any more."""
    await pass_over(context.turn)


async def take_unknown_command(_update: Update, context: Context) -> None:
    """Say that a command does not exist, and show where we are."""
    turn = context.turn
    note = refused(turn.t, AnswerRefused(), zone=turn.desk.zone) if turn.state.flow else ""
    await repeat_question(turn, note=note)


async def take_other(_update: Update, context: Context) -> None:
    """Answer a picture, a voice message or a sticker kindly."""
    turn = context.turn
    await repeat_question(turn, note=refused(turn.t, AnswerNotText(), zone=turn.desk.zone))


async def take_vote(update: Update, context: Context) -> None:
    """Keep a vote in a quick poll; an empty vote is a vote taken back.

    A poll can be passed on to others; the vote of somebody who was not asked counts nowhere.
    Whose vote came too late is told so, because Telegram shows it as if it counted.
    """
    turn, vote = context.turn, update.poll_answer
    if vote is None:
        return
    try:
        await _keep_vote(turn, vote, update.update_id)
    except (PollClosed, OptionUnknown) as refusal:
        await turn.say(ChatMessage(refused(turn.t, refusal, zone=turn.desk.zone)))


async def _keep_vote(turn: Turn, vote: PollAnswer, update_id: int) -> None:
    with suppress(PersonUnknown, NotInAudience):
        await votes.answer(
            turn.tx,
            poll_id=vote.poll_id,
            chat_id=turn.chat_id,
            option_indexes=list(vote.option_ids),
            update_id=update_id,
            now=turn.now,
            arrived_at=turn.received_at,
        )
