"""Buttons about letters to many beside their dialogue: go back to one, correct one, its file."""

from telegram import Update

from delivery.chat import ChatFile, ChatMessage
from handlers.telegram import letter_screens
from handlers.telegram.going import pressed
from handlers.telegram.staff_flows import put
from handlers.telegram.turn import Context
from programme import invitation_sending, invitation_steps, letter_files, staff
from programme.invitation_refusals import LetterUnknown


async def go_back(update: Update, context: Context) -> None:
    """Open a letter that was begun, at its last look or where it was left."""
    turn, number = context.turn, pressed(update).number()
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    asked = await invitation_steps.go_back_to(
        turn.tx, state=turn.state, member=member, invitation_id=number, now=turn.now
    )
    await put(turn, asked)


async def reopen(update: Update, context: Context) -> None:
    """Make a draft again of a letter that was taken back in time."""
    turn, number = context.turn, pressed(update).number()
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    letter = await invitation_sending.reopen(
        turn.tx, member=member, broadcast_id=number, now=turn.now
    )
    asked = await invitation_steps.go_back_to(
        turn.tx, state=turn.state, member=member, invitation_id=letter.id, now=turn.now
    )
    await put(turn, asked)


async def correct(update: Update, context: Context) -> None:
    """Begin a correction to those who got a letter."""
    turn, number = context.turn, pressed(update).number()
    member = await staff.require(turn.tx, chat_id=turn.chat_id, action="invite", now=turn.now)
    asked = await invitation_steps.begin_correction(
        turn.tx, state=turn.state, member=member, broadcast_id=number, now=turn.now
    )
    await put(turn, asked)


async def send_file(update: Update, context: Context) -> None:
    """Give a reader the file of a letter that they have in this chat."""
    turn, number = context.turn, pressed(update).number()
    file = await letter_files.of_reader(turn.tx, invitation_id=number, chat_id=turn.chat_id)
    if file is None:
        raise LetterUnknown
    name = file.original_name or "pismo.pdf"
    await turn.say(ChatMessage("", document=ChatFile(name, b"", file.content_type, file.name)))


async def do_nothing(_update: Update, context: Context) -> None:
    """Answer a button of a test letter."""
    await context.turn.say(letter_screens.nothing_happens(context.turn.t))
